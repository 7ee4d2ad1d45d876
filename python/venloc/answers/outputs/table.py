# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The table of answers as CSV that spreadsheets open: UTF-8 with a mark, plain texts, no formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from venloc.answers.layers import Gazetteer
from venloc.answers.outputs.columns import chosen_columns
from venloc.answers.outputs.located import Located
from venloc.answers.outputs.records import Journal
from venloc.answers.outputs.texts import readable
from venloc.errors import FormatError

_MARK = "\ufeff"  # by which spreadsheets recognise UTF-8
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # what a spreadsheet would compute, and what was made plain already
_ENDING = b"\r\n"


class Table:
    """Rows of CSV."""

    begin = b""

    def __init__(
        self, names: Sequence[str] | None = None, further: Sequence[str] = (), gazetteer: Gazetteer | None = None
    ) -> None:
        """The columns of these titles; all without titles. `further` are names of further columns of a list.

        Raises InvalidArgumentError with the first title that is not a column.
        """
        self._columns = chosen_columns(names, further)
        self._titles = [column.name for column in self._columns]
        self._journal = Journal(regions=False, gazetteer=gazetteer)
        self.head = _MARK.encode() + _row(map(plain, self._titles))

    def record(self, located: Located) -> bytes:
        """One row."""
        entry = self._journal.entry(located)
        texts = ((column, column.text(entry)) for column in self._columns)
        return _row(plain(text) if column.digits is None else text for column, text in texts)

    def ends(self, record: bytes) -> bool:
        """A row ends outside of quotes."""
        return record.endswith(_ENDING) and record.count(b'"') % 2 == 0

    def key(self, file: str) -> str:
        """The file as its cell has it."""
        return plain(file)

    def read(self, record: bytes) -> tuple[str, bool]:
        """The cell of the file, and whether the row has no problem."""
        try:
            (cells,) = csv.reader(io.StringIO(record.decode(), newline=""), strict=True)
            row = dict(zip(self._titles, cells, strict=True))
        except (csv.Error, ValueError):
            raise FormatError("is not a row of this table") from None
        return row["file"], not row.get("problem")


def plain(text: str) -> str:
    """A text that a spreadsheet does not compute, and that is valid UTF-8."""
    text = readable(text)
    return f"'{text}" if _FORMULA.match(text) else text


def _row(cells: Iterable[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
