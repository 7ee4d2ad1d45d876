# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The files of a folder while they are changed: a lock, the journal that undoes the changes, and temporary files.

The journal is the file `.venloc-undo.jsonl` in the folder of the changed files, one JSON object per line, the oldest first. An
entry is written, and is on the disk, before its file is replaced: whatever is interrupted, each file is as it was or as its
last entry describes it. An entry holds digests of both states, and the pieces of the former file: literal bytes, or ranges of
the new file. As only metadata change, the literal bytes are about as many as the metadata.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import fcntl
import hashlib
import json
import mmap
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from venloc.errors import FormatError
from venloc.files import replaced
from venloc.writing.parts import Bytes, Part

NAME = ".venloc-undo.jsonl"
"""File name of the journal."""
_FORMAT = 1
_TEMPORARY = ".venloc-write-"  # begins the names of temporary files, and of those that programs make beside them

Piece: TypeAlias = "str | tuple[int, int]"
"""Bytes of the former file: literal (zlib, base64), or a range of the new file (offset, length)."""


@dataclass(frozen=True)
class State:
    """What a file is."""

    sha256: str
    bytes: int
    mtime_ns: int


@dataclass(frozen=True)
class Entry:
    """One change of one file. Names are relative to the folder of the journal."""

    file: str
    """The changed file."""
    picture: str
    """The picture that it belongs to: itself, or that of the sidecar."""
    lat: float
    """Latitude that was written [deg]."""
    lng: float
    """Longitude that was written [deg]."""
    before: State | None
    """None: there was no file."""
    after: State
    pieces: list[Piece] = field(default_factory=list)
    """The former file."""
    time: str = ""
    """When it was written (ISO 8601, UTC)."""

    def former(self, new: Bytes) -> bytes:
        """The former file, from the new one."""
        return b"".join(
            zlib.decompress(base64.b64decode(piece)) if isinstance(piece, str) else new[piece[0] : piece[0] + piece[1]]
            for piece in self.pieces
        )


def pieces_of(old: Bytes, kept: Sequence[Part], new: Bytes, found: Sequence[Part]) -> list[Piece]:
    """The old file as pieces: `kept` are its parts that the new file has as `found`."""
    pieces: list[Piece] = []
    at = 0

    def add_literal(end: int) -> None:
        if end > at:
            pieces.append(base64.b64encode(zlib.compress(old[at:end], 9)).decode())

    for part, other in sorted(zip(kept, found, strict=True), key=lambda pair: pair[0].offset):
        if part.offset < at:  # parts that overlap, as equal strips may
            continue
        add_literal(part.offset)
        last = pieces[-1] if pieces else ""
        if part.offset == at and not isinstance(last, str) and sum(last) == other.offset:
            pieces[-1] = (last[0], last[1] + part.length)
        elif part.length:
            pieces.append((other.offset, part.length))
        at = part.offset + part.length
    add_literal(len(old))
    return pieces


@contextlib.contextmanager
def opened(file: Path) -> Iterator[Bytes]:
    """The bytes of a file, which are read when they are used."""
    with file.open("rb") as data:
        if os.fstat(data.fileno()).st_size == 0:
            yield b""
            return
        with mmap.mmap(data.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


def digest(data: Bytes) -> str:
    """SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


class Folder:
    """A folder whose files are changed. Use locked()."""

    def __init__(self, path: Path, journal: int) -> None:
        self.path = path
        self._journal = journal
        self.entries = _read(path / NAME)
        _cut_open_line(path / NAME, journal)
        for left in path.iterdir():
            if left.name.startswith(_TEMPORARY):  # of a run that was killed; one that lives has the lock
                left.unlink(missing_ok=True)

    @contextlib.contextmanager
    def temporary(self) -> Iterator[Path]:
        """A new file in the folder; it is deleted at the end if it is still there, with that of ExifTool beside it."""
        file = self.path / f"{_TEMPORARY}{secrets.token_hex(8)}.tmp"
        try:
            file.touch(exist_ok=False)
            yield file
        finally:
            for left in (file, file.with_name(file.name + "_exiftool_tmp")):
                left.unlink(missing_ok=True)

    def commit(self, entry: Entry, part: Path) -> int:
        """Appends the entry to the journal, and replaces its file by `part`, a file of this folder that is complete.

        Returns the size of the entry [bytes].
        """
        flush(part)
        line = json.dumps({"format": _FORMAT, **asdict(entry)}, separators=(",", ":")).encode() + b"\n"
        end = os.lseek(self._journal, 0, os.SEEK_END)
        try:
            _write_all(self._journal, line)
            os.fsync(self._journal)
        except OSError:
            os.ftruncate(self._journal, end)
            raise
        flush_folder(self.path)
        part.replace(self.path / entry.file)
        flush_folder(self.path)
        self.entries.append(entry)
        return len(line)

    def forget(self, entries: Sequence[Entry]) -> None:
        """Removes these entries; the journal is deleted when it has no others."""
        gone = {id(entry) for entry in entries}
        self.entries = [entry for entry in self.entries if id(entry) not in gone]
        if not self.entries:
            return  # locked() deletes it
        lines = [json.dumps({"format": _FORMAT, **asdict(entry)}, separators=(",", ":")) for entry in self.entries]
        with replaced(self.path / NAME) as part:
            part.write_text("\n".join(lines) + "\n", encoding="ascii")


@contextlib.contextmanager
def locked(path: Path) -> Iterator[Folder]:
    """The folder, while no other run changes its files. Raises FormatError for a damaged journal, and OSError."""
    journal = _locked_journal(path / NAME)
    try:
        folder = Folder(path, journal)
        try:
            yield folder
        finally:
            if not folder.entries:
                (path / NAME).unlink(missing_ok=True)
    finally:
        os.close(journal)


def entries_of(path: Path) -> list[Entry]:
    """The entries of the journal of a folder. Raises FormatError for a damaged one."""
    file = path / NAME
    return _read(file) if file.exists() else []


def version_of(file: Path) -> tuple[int, int, int]:
    """What changes when another program changes or replaces the file."""
    about = file.stat()
    return about.st_ino, about.st_size, about.st_mtime_ns


def state_of(file: Path, data: Bytes) -> State:
    """The state of a file with these bytes."""
    return State(digest(data), len(data), file.stat().st_mtime_ns)


def take_attributes(part: Path, original: Path) -> None:
    """Gives a new file the permissions, the extended attributes and, where allowed, the owner of another, but not its times."""
    about = original.stat()
    with contextlib.suppress(OSError):
        os.chown(part, about.st_uid, about.st_gid)
    shutil.copystat(original, part)
    os.utime(part)


def now() -> str:
    """The time for an entry."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")


def flush(file: Path) -> None:
    """Brings the bytes of the file to the disk."""
    with file.open("rb") as data:
        os.fsync(data.fileno())


def flush_folder(path: Path) -> None:
    """Brings the names of the folder to the disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]


def _locked_journal(file: Path) -> int:
    """The journal, opened and locked. It is opened again when another run replaced or deleted it while this one waited."""
    while True:
        journal = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(journal, fcntl.LOCK_EX)
            if file.exists() and os.path.samestat(os.fstat(journal), file.stat()):
                return journal
        except BaseException:
            os.close(journal)
            raise
        os.close(journal)


def _cut_open_line(file: Path, journal: int) -> None:
    """Removes a last line that was not written to its end."""
    data = file.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.ftruncate(journal, whole)


def _read(file: Path) -> list[Entry]:
    """The entries. A last line that was not written to its end is left out: its file was not changed."""
    data = file.read_bytes()
    whole = data.rfind(b"\n") + 1
    entries = []
    for number, line in enumerate(data[:whole].splitlines(), 1):
        try:
            entries.append(_entry(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise FormatError(
                f"'{file}', line {number}, is no entry of a journal of format {_FORMAT}: use the version of venloc that "
                "wrote it; or move it away, and what it describes can no longer be undone"
            ) from None
    return entries


def _entry(value: dict[str, Any]) -> Entry:
    if value.pop("format") != _FORMAT:
        raise ValueError("another format")
    before = value.pop("before")
    entry = Entry(before=None if before is None else State(**before), after=State(**value.pop("after")), **value)
    if "/" in entry.file or entry.file in ("", ".", ".."):
        raise ValueError("a name of another folder")
    return entry
