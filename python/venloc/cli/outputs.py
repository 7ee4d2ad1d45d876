# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Where `venloc locate` writes its answers, and which pictures an earlier run has located."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from venloc.cli.console import require_writable, wrong_usage
from venloc.cli.parameters import Written
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc.answers import Gazetteer
    from venloc.answers.outputs import Records, Sink
    from venloc.answers.outputs.appending import Appended
    from venloc.inputs import Listed

_JSON = ("geojson", "iiif")  # formats whose files may end in .json
_JOURNAL = ".jsonl"  # added to the name of an output that is written at the end


class Output:
    """The output of a command: a file or the standard output, in one of the formats."""

    def __init__(self, written: Written, reporting: Reporting) -> None:
        """Reports wrong usage of the options."""
        from venloc.answers.outputs import FORMATS

        self.file = written.output
        self.format = _format(written, reporting)
        self._columns = [name.strip() for name in written.columns.split(",")] if written.columns else None
        self._again = written.again
        self._reporting = reporting
        self.earlier = 0
        """Number of pictures in the file that an earlier run located."""
        self.failed_before = 0
        """Number of pictures in the file that an earlier run could not locate."""
        self._kept: Appended | None = None
        self._records: Records | None = None
        if self._columns is not None and self.format != "csv":
            wrong_usage("--columns applies to the format csv")
        if self._columns is not None and self.file is not None and "file" not in self._columns:
            wrong_usage("--columns needs 'file' in a table that is continued after an interruption")
        if self._again and self.file is None:
            wrong_usage("--again applies to the file of --output: give both")
        if self.file is not None:
            # A document is replaced as a whole; other files are checked when they are opened.
            ends = (".json",) if self.format == "iiif" else (f".{self.format}", *[".json"] * (self.format in _JSON))
            require_writable("--output", self.file, *(ends if FORMATS[self.format] else ()))

    @property
    def is_file(self) -> bool:
        """Whether the output is a file, from which an interrupted command continues."""
        return self.file is not None and (self.file.is_file() or not self.file.exists())

    def open(self, further: Sequence[str], names: Gazetteer | None, *, continued: bool = True) -> None:
        """Opens the file and reads what an earlier run wrote. `further` are the names of further columns of lists.

        Raises InvalidArgumentError for an unknown column, or a file with answers that shall not be continued, FormatError for
        another file, and IoError.
        """
        from venloc.answers.outputs import FORMATS, Journal, JsonLines, Table
        from venloc.errors import InvalidArgumentError

        document = FORMATS[self.format]
        if self.format == "csv":
            self._records = Table(self._columns, further, names)
        elif document is None:
            self._records = JsonLines()
        else:
            self._records = Journal(regions=document.regions, gazetteer=names)
        if self.file is not None and self.is_file:
            from venloc.answers.outputs.appending import Appended

            beside = self.file.with_name(self.file.name + _JOURNAL)
            self._kept = Appended(beside if document else self.file, self._records, again=self._again)
            self.failed_before = self._kept.failed
            self.earlier = self._kept.done.total() - self.failed_before
            if not continued and self._kept.done:
                raise InvalidArgumentError(
                    f"--output '{self.file}' has answers, and those of --together cannot be continued: name a new file"
                )

    def left(self, pictures: Sequence[Listed]) -> list[Listed]:
        """The pictures that are not in the file yet. What comes from the standard input is always new."""
        if self._kept is None or self._records is None:
            return list(pictures)
        known = self._kept.done.copy()
        left = []
        for picture in pictures:
            key = self._records.key(picture.file)
            if known[key] > 0 and not isinstance(picture.source, bytes):
                known[key] -= 1
            else:
                left.append(picture)
        return left

    def sink(self, city: str) -> Sink | None:
        """What takes the results; None for text on the standard output."""
        from venloc.answers.outputs import FORMATS, DocumentSink, Journal, RecordSink

        if self.format == "text" or self._records is None:
            return None
        document = FORMATS[self.format]
        if document is None or not isinstance(self._records, Journal):
            return RecordSink(self._records, self._kept, self.file)
        return DocumentSink(
            document, self._records, kept=self._kept, target=self.file, city=city, warn=self._reporting.warn
        )

    def report(self, located: int, failed: int, others: int) -> None:
        """The summary: how many pictures were located and failed, and how many files are no pictures."""
        skipped = f"files of the folders that are no pictures by their names, and were skipped: {others}"
        if self.file is None:
            if others:
                self._reporting.warn(skipped)
            return
        parts = [f"{located - failed} located, {failed} failed"]
        if self.earlier:
            parts.append(f"{self.earlier} were located before")
        if self.failed_before:
            parts.append(f"{self.failed_before} failed before (--again retries them)")
        self._reporting.add(f"{self.file}: {', '.join(parts)}{f'; {skipped}' if others else ''}")


def _format(written: Written, reporting: Reporting) -> str:
    """The format that the options mean."""
    from venloc.answers.outputs import FORMATS, format_of

    given = written.format.lower()
    if reporting.as_json and given not in ("", "jsonl"):
        wrong_usage(f"--json is --format jsonl and excludes --format {given}: give one of them")
    given = "jsonl" if reporting.as_json else given
    ending = "" if written.output is None else format_of(written.output)
    if given and given not in FORMATS:
        wrong_usage(f"--format {given} is unknown: choose from {', '.join(FORMATS)}")
    if given and ending not in ("", given) and not (ending == "json" and given in _JSON):
        wrong_usage(
            f"--output '{written.output}' is of the format {ending} by its ending, not {given}: change one of them"
        )
    if written.output is not None and (given or ending or "text") == "text":
        wrong_usage(
            f"--output '{written.output}': give a --format of files, or a name that ends in .csv, .geojson or another format"
        )
    return given or ending or "text"
