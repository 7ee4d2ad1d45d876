# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Outputs that take one located picture after the other."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from venloc import files
from venloc.answers.outputs.formats import Document
from venloc.answers.outputs.located import Located
from venloc.answers.outputs.records import Journal, Records, parsed

if TYPE_CHECKING:
    from venloc.answers.outputs.appending import Appended


class Sink(Protocol):
    """Something that is done with each located picture, in the order of the pictures, and at the end."""

    def add(self, located: Located) -> None:
        """Called once for each picture, when it is located."""

    def finish(self) -> None:
        """Called when all pictures were added; not after an interruption."""


class RecordSink:
    """Writes a record for each picture, to a file or to the standard output."""

    def __init__(self, records: Records, kept: Appended | None, target: Path | None) -> None:
        """`kept` is the file that is appended to. Without it the records go to `target`, which may be a pipe or a terminal,
        and without that to the standard output.
        """
        self._records = records
        self._kept = kept
        self._target = target
        self._out = sys.stdout.buffer if target is None or kept is not None else target.open("wb")
        if kept is None:
            self._write(records.head)

    def add(self, located: Located) -> None:
        """Writes the record."""
        record = self._records.record(located)
        if self._kept is None:
            self._write(record)
        else:
            self._kept.append(record)

    def finish(self) -> None:
        """Syncs the file."""
        if self._kept is not None:
            self._kept.close()

    def _write(self, record: bytes) -> None:
        with contextlib.nullcontext() if self._target is None else files.naming(self._target):
            self._out.write(record)
            self._out.flush()


class DocumentSink:
    """Collects the entries of all pictures, in a journal or in memory, and writes a document from them at the end."""

    def __init__(
        self,
        document: Document,
        journal: Journal,
        *,
        kept: Appended | None,
        target: Path | None,
        city: str,
        warn: Callable[[str], None],
    ) -> None:
        """`kept` is the file of the journal, without which an interrupted run starts again.

        Without a target, the document goes to the standard output. `warn` is called when the document lacks pictures.
        """
        self._document = document
        self._journal = journal
        self._kept = kept
        self._target = target
        self._city = city
        self._warn = warn
        self._entries: list[Mapping[str, Any]] = []

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """The entries so far, with those of earlier runs."""
        yield from self._entries if self._kept is None else map(parsed, self._kept)

    def add(self, located: Located) -> None:
        """Keeps the entry."""
        if self._kept is None:
            self._entries.append(self._journal.entry(located))
        else:
            self._kept.append(self._journal.record(located))

    def finish(self) -> None:
        """Writes the document."""
        left_out = self._write()
        if self._kept is not None:
            self._kept.close()
        if left_out:
            self._warn(
                f"the format cannot hold pictures without a place in this city: {left_out} are not in the output"
            )

    def _write(self) -> int:
        if self._target is None:
            return self._document.write(sys.stdout.buffer, self, self._city)
        if self._target.exists() and not self._target.is_file():  # a pipe or a terminal cannot be replaced
            with files.naming(self._target), self._target.open("wb") as out:
                return self._document.write(out, self, self._city)
        with files.replaced(self._target.resolve()) as part, part.open("wb") as out:
            return self._document.write(out, self, self._city)
