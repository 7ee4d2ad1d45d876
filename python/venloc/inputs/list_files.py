# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Lists of pictures: one file per line, or a table with a column of files."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from venloc import files
from venloc._core import decode_text
from venloc.errors import FormatError

_FILE_COLUMN = "file"  # as in label files
_TABLES = {".csv", ".tsv"}


@dataclass(frozen=True)
class Row:
    """A line of a list."""

    file: str
    """The picture as the list names it."""
    columns: dict[str, str]
    """The other columns of a table, by name."""


def is_table(list_file: Path) -> bool:
    """Whether this list is a table by its name."""
    return list_file.suffix.lower() in _TABLES


def read_list(data: bytes, name: str, *, table: bool, column: str = "", null: bool = False) -> list[Row]:
    """The rows of a list; `name` is used in messages.

    A `table` has its titles in the first line; `column` is the title of the column of files (default: file). Other lists have
    one file per line, or with `null` the files are separated by null characters.
    Raises FormatError with the name and the line.
    """
    if null:
        return [Row(os.fsdecode(file), {}) for file in data.split(b"\0") if file]
    if table or data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text, _, _ = decode_text(data)
        data = text.encode()
    if b"\0" in data:
        raise FormatError(
            f"'{name}' has null characters: save a spreadsheet as CSV; a list of 'find -print0' needs --null"
        )
    if not table:
        lines = (line.removesuffix(b"\r") for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"))
        return [Row(os.fsdecode(line), {}) for line in lines if line.strip()]
    return _rows(text, name, column or _FILE_COLUMN)


def _rows(text: str, name: str, column: str) -> list[Row]:
    declared = re.match(r"sep=([,;\t])\r?\n", text)  # with which spreadsheets begin some files
    delimiter = files.separator(text) if declared is None else declared[1]
    text = text[0 if declared is None else declared.end() :]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        titles = _unique([title.strip() for title in next(rows, [])])
        place = _place(titles, column, name)
        found = []
        for cells in rows:
            if not any(cells):
                continue
            if len(cells) != len(titles):
                raise FormatError(
                    f"'{name}', line {rows.line_num}: {len(cells)} values, but the first line has {len(titles)} titles"
                )
            others = {title: cell for title, cell in zip(titles, cells, strict=True) if title != titles[place]}
            found.append(Row(cells[place], others))
    except csv.Error as error:
        raise FormatError(f"'{name}', line {rows.line_num}: {error}") from None
    return found


def _place(titles: list[str], column: str, name: str) -> int:
    """Which column has the files."""
    matches = [i for i, title in enumerate(titles) if title.lower() == column.lower()]
    if not matches:
        raise FormatError(
            f"'{name}' has no column '{column}' (columns: {', '.join(titles)}): name the column of files with --column"
        )
    return matches[0]


def _unique(titles: list[str]) -> list[str]:
    """The titles with a number added to those that are empty or repeated."""
    seen: Counter[str] = Counter()
    unique = []
    for number, title in enumerate(titles, 1):
        seen[title] += 1
        repeated = not title or seen[title] > 1
        unique.append(f"{title or 'column'}_{number}" if repeated else title)
    return unique
