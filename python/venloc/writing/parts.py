# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of a picture file that are no metadata: what must be the same, byte for byte, after metadata were written.

Two files with equal parts have the same pixels. The parts also make the undo journal small: the bytes between them are metadata,
and only these are stored.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from venloc.errors import ImageError

Bytes: TypeAlias = bytes | mmap.mmap
"""A file: slices of a map are bytes, so that only the part in question is read."""
Format: TypeAlias = Literal["jpeg", "png", "webp", "tiff"]

_XMP_IN_JPEG = b"http://ns.adobe.com/"  # begins the names of both kinds of XMP segments
_METADATA_CHUNKS = (b"eXIf", b"EXIF", b"XMP ")
_TEXT_CHUNKS = (b"tEXt", b"zTXt", b"iTXt")
_METADATA_TEXTS = (b"XML:com.adobe.xmp\0", b"Raw profile type ")
_WEBP_METADATA_FLAGS = 0x0C  # of a VP8X chunk: EXIF, XMP


@dataclass(frozen=True)
class Part:
    """A part of a file, at `offset`; `name` is what it is, for messages and comparison."""

    name: str
    offset: int
    length: int


@dataclass(frozen=True)
class Parts:
    """The parts of a picture file in the order in which a reader meets them, and values that are compared beside them."""

    format: Format
    parts: tuple[Part, ...]
    values: tuple[object, ...] = ()


_TIFF_SIZES = dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4), 1))  # bytes of a value, by its type
_TIFF_DATA = ((273, 279, "strip"), (324, 325, "tile"), (513, 514, "embedded JPEG"))  # tags of offsets and lengths, name
# XMP, the pointers to other directories, and the offsets.
_TIFF_LEFT_OUT = frozenset((700, 34665, 34853, 330, 273, 324, 513))
_MAX_DIRECTORIES = 10_000


class _UnusableError(Exception):
    """Why the parts of a file cannot be read."""


def parts_of(data: Bytes, name: str) -> Parts:
    """The parts of a JPEG, PNG, WebP or TIFF file. Raises ImageError for others, damaged ones and raw files of cameras."""
    try:
        if data[:3] == b"\xff\xd8\xff":
            return Parts("jpeg", tuple(_jpeg(data)))
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return Parts("png", tuple(_png(data)))
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[:4] in (b"II*\0", b"MM\0*"):
            return _Tiff(data).read()
    except _UnusableError as error:
        raise ImageError(f"'{name}': {error}: write sidecars") from None
    except struct.error:
        raise ImageError(f"'{name}' is damaged (it is cut short): write sidecars") from None
    raise ImageError(
        f"'{name}' is no JPEG, PNG, WebP or TIFF file, and metadata are written only into these: write sidecars"
    )


def difference(old: Bytes, before: Parts, new: Bytes, after: Parts) -> str:
    """The first difference between the parts of two files, in words; empty when there is none."""
    if before.format != after.format or len(before.parts) != len(after.parts):
        return "another number of parts"
    # A WebP file may only now have the head with these values.
    if before.values and before.values != after.values:
        return "another structure"
    for one, other in zip(before.parts, after.parts, strict=True):
        same = one.name == other.name and one.length == other.length
        if not same or old[one.offset : one.offset + one.length] != new[other.offset : other.offset + other.length]:
            return f"another {one.name}"
    return ""


def _jpeg(data: Bytes) -> Iterator[Part]:
    """All segments but those of Exif and XMP; the data behind the first head of a scan are one part, up to the end of the file."""
    at = 2
    while True:
        while data[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        if at + 4 > len(data) or data[at] != 0xFF:
            raise _UnusableError(f"it is damaged: no marker at byte {at}")
        marker = data[at + 1]
        if marker == 0xDA:
            yield Part("scan", at, len(data) - at)
            return
        length = 2 + struct.unpack_from(">H", data, at + 2)[0]
        if length < 4 or at + length > len(data):
            raise _UnusableError(f"it is damaged: a segment of {length} bytes at byte {at}")
        head = data[at + 4 : at + 4 + len(_XMP_IN_JPEG)]
        if marker != 0xE1 or not (head.startswith(b"Exif\0") or head == _XMP_IN_JPEG):
            yield Part(f"segment {marker:02X}", at, length)
        at += length


def _png(data: Bytes) -> Iterator[Part]:
    """All chunks but those of Exif and XMP, and what is behind the last."""
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        whole = 12 + length
        if at + whole > len(data):
            raise _UnusableError(f"it is damaged: a chunk of {length} bytes at byte {at}")
        content = data[at + 8 : at + 40]
        if kind not in _METADATA_CHUNKS and not (kind in _TEXT_CHUNKS and content.startswith(_METADATA_TEXTS)):
            yield Part(f"chunk {kind.decode('latin-1')}", at, whole)
        at += whole
    if at < len(data):
        yield Part("bytes behind the end", at, len(data) - at)


def _webp(data: Bytes) -> Parts:
    """All chunks but those of Exif and XMP, and the head of an extended file, which has flags for both."""
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise _UnusableError(f"it is damaged: it has {len(data)} of {end} bytes")
    at, found = 12, []
    extended: tuple[object, ...] = ()
    while at < end:
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise _UnusableError(f"it is damaged: a chunk of {length} bytes at byte {at}")
        if kind == b"VP8X":
            flags = data[at + 8] & ~_WEBP_METADATA_FLAGS
            extended = (flags, data[at + 12 : at + 18])
        elif kind not in _METADATA_CHUNKS:
            found.append(Part(f"chunk {kind.decode('latin-1')}", at, 8 + length))
        at += 8 + length + length % 2
    if end < len(data):
        found.append(Part("bytes behind the end", end, len(data) - end))
    return Parts("webp", tuple(found), extended)


class _Tiff:
    """Reads the directories of a TIFF file, with those below them."""

    def __init__(self, data: Bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._seen: set[int] = set()
        self._parts: list[Part] = []
        self._values: list[object] = []

    def read(self) -> Parts:
        (first,) = struct.unpack_from(self._order + "I", self._data, 4)
        self._chain(first)
        return Parts("tiff", tuple(self._parts), tuple(self._values))

    def _chain(self, at: int) -> None:
        while at:
            if at in self._seen or len(self._seen) >= _MAX_DIRECTORIES:
                raise _UnusableError("it is damaged: its directories go round in a circle")
            self._seen.add(at)
            (count,) = struct.unpack_from(self._order + "H", self._data, at)
            self._directory(at, count)
            (at,) = struct.unpack_from(self._order + "I", self._data, at + 2 + 12 * count)

    def _directory(self, at: int, count: int) -> None:
        tags: dict[int, tuple[int, bytes]] = {}
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number, where = struct.unpack_from(self._order + "HHII", self._data, entry)
            length = _TIFF_SIZES.get(kind, 1) * number
            begin = entry + 8 if length <= 4 else where
            tags[tag] = (kind, self._slice(f"tag {tag}", begin, length))
        if 50706 in tags or self._numbers(tags, 262)[:1] in ([32803], [34892]):
            raise _UnusableError("it is a raw file of a camera")
        if self._numbers(tags, 259)[:1] == [6]:
            raise _UnusableError("it has JPEG data of the old style, which depend on where they are")
        self._values += [(tag, kind, value) for tag, (kind, value) in sorted(tags.items()) if tag not in _TIFF_LEFT_OUT]
        self._values.append("end of a directory")
        for offsets, lengths, name in _TIFF_DATA:
            for offset, length in zip(self._numbers(tags, offsets), self._numbers(tags, lengths), strict=False):
                self._require(name, offset, length)
                self._parts.append(Part(name, offset, length))
        for below in self._numbers(tags, 330):
            self._chain(below)

    def _slice(self, what: str, at: int, length: int) -> bytes:
        self._require(what, at, length)
        return self._data[at : at + length]

    def _require(self, what: str, at: int, length: int) -> None:
        if at + length > len(self._data):
            raise _UnusableError(f"it is damaged: {what} is behind the end of the file")

    def _numbers(self, tags: dict[int, tuple[int, bytes]], tag: int) -> Sequence[int]:
        kind, value = tags.get(tag, (3, b""))
        letter = {1: "B", 3: "H", 4: "I", 13: "I"}.get(kind)
        if letter is None:
            raise _UnusableError(f"it is damaged: tag {tag} is no whole number")
        return list(struct.unpack(f"{self._order}{len(value) // struct.calcsize(letter)}{letter}", value))
