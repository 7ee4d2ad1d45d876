# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Files to which records are appended, so that an interrupted run loses and repeats nothing."""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from venloc import files
from venloc.answers.outputs.records import Records
from venloc.errors import FormatError, IoError


class Appended:
    """A file of records that is locked while it is open.

    What an interrupted run wrote is kept; a record that it did not complete is removed.
    """

    def __init__(self, file: Path, records: Records, *, again: bool = False) -> None:
        """With `again`, the records of pictures that were not located are removed, so that these are located again.

        Raises FormatError for a file that is not one of these records, and IoError for one that another process writes or that
        cannot be written.
        """
        self.file = file.resolve()
        self.done: Counter[str] = Counter()
        """The keys of the pictures in the file, with the number of their records."""
        self.failed = 0
        """How many of them were not located."""
        self._records = records
        self._data = self._locked()
        try:
            self._resume(again)
        except BaseException:
            self._data.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        """The complete records after the head."""
        with self.file.open("rb") as data:
            data.seek(len(self._records.head))
            yield from (record for record in self._split(data) if self._records.ends(record))

    def append(self, record: bytes) -> None:
        """Adds a record, completely or not at all. Raises IoError when the disk is full."""
        end = self._data.seek(0, os.SEEK_END)
        try:
            rest = memoryview(record)
            while rest:
                rest = rest[os.write(self._data.fileno(), rest) :]
        except OSError as error:
            os.ftruncate(self._data.fileno(), end)
            raise IoError(
                f"'{self.file}' cannot be written ({error.strerror}): free disk space, then repeat the command to continue"
            ) from None

    def close(self) -> None:
        """Syncs and unlocks the file."""
        os.fsync(self._data.fileno())
        self._data.close()

    def _locked(self) -> BinaryIO:
        while True:
            data = self._opened()
            try:
                fcntl.flock(data, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                data.close()
                if isinstance(error, BlockingIOError):
                    reason = "is being written by another command: wait for it, or name another file"
                else:
                    reason = f"cannot be locked ({error.strerror}): name a file on another disk"
                raise IoError(f"'{self.file}' {reason}") from None
            # Another process may have replaced the file between the two.
            if self.file.exists() and os.path.samestat(os.fstat(data.fileno()), self.file.stat()):
                return data
            data.close()

    def _opened(self) -> BinaryIO:
        try:
            return open(self.file, "a+b", buffering=0)  # noqa: PTH123
        except OSError as error:
            raise IoError(f"'{self.file}' cannot be written ({error.strerror}): choose another file") from None

    def _resume(self, again: bool) -> None:
        end = self._read()
        size = self._data.seek(0, os.SEEK_END)
        if size != end:
            os.ftruncate(self._data.fileno(), end)
        if end == 0 and self._records.head:
            self.append(self._records.head)
        if again and self.failed:
            self._drop_failed()

    def _read(self) -> int:
        """Counts the records; returns where the complete ones end."""
        with self.file.open("rb") as data:
            head = data.read(len(self._records.head))
            if not self._records.head.startswith(head):
                raise FormatError(
                    f"'{self.file}' exists and is no output of venloc locate with these columns: name another file"
                )
            end = len(head)
            if head != self._records.head:
                return 0
            for number, record in enumerate(self._split(data), 1):
                if not self._records.ends(record):
                    self._require_torn(record, number)
                    break
                self._count(record, number)
                end += len(record)
            return end

    def _count(self, record: bytes, number: int) -> None:
        try:
            key, located = self._records.read(record)
        except FormatError as error:
            raise FormatError(f"'{self.file}' exists, and its record {number} {error}: name another file") from None
        self.done[key] += 1
        self.failed += not located

    def _require_torn(self, record: bytes, number: int) -> None:
        """Raises FormatError for the end of a file that is no beginning of a record, so that it is not removed."""
        begin = self._records.begin
        if record[: len(begin)] != begin[: len(record)]:
            raise FormatError(
                f"'{self.file}' exists, and its record {number} is not an answer of venloc locate: name another file"
            )

    def _split(self, data: BinaryIO) -> Iterator[bytes]:
        """All records; the last may be incomplete."""
        record = b""
        for line in data:
            record += line
            if self._records.ends(record):
                yield record
                record = b""
        if record:
            yield record

    def _drop_failed(self) -> None:
        kept = [record for record in self if self._records.read(record)[1]]
        with files.replaced(self.file) as part:
            part.write_bytes(self._records.head + b"".join(kept))
        self._data.close()
        self._data = self._locked()
        self.done.clear()
        self.failed = 0
        self._read()
