# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Inspection of the bytes of a picture."""

from __future__ import annotations

from dataclasses import replace

from venloc._core import ImageOptions, decode_metadata, probe_image
from venloc.collecting.catalogue import Picture
from venloc.collecting.downloading.files import digest
from venloc.errors import ImageError
from venloc.pictures import as_image

_NAME = "picture"  # in messages of the decoder, from which it is removed
_CUT_SHORT = "the file is cut short"  # begins the note about a JPEG of which a part is missing


def inspected(source: str, identity: str, data: bytes, max_pixels: int) -> Picture:
    """The row for these bytes; it has a problem when they are not a usable picture."""
    known = Picture(source, identity, digest=digest(data), bytes=len(data))
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return replace(known, problem="the source sends a web page instead of a picture")
    try:
        image = as_image(data, _NAME, ImageOptions(max_bytes=max(len(data), 1), max_pixels=max_pixels))
        stored = probe_image(data, _NAME)
        metadata = decode_metadata(data)
        # A doubtful position contradicts nothing.
        position = None if metadata.position_doubt else metadata.position
    except ImageError as error:
        return replace(known, problem=str(error).removeprefix(f"{_NAME}: "))
    if cut_short := [note for note in image.notes if note.startswith(_CUT_SHORT)]:
        return replace(known, problem=f"truncated or damaged: {cut_short[0]}")
    # The picture may have been read at reduced size; which side is the longer one shows whether it was turned.
    sides = sorted((stored.width, stored.height), reverse=image.width > image.height)
    return replace(
        known,
        width=sides[0],
        height=sides[1],
        exif_lat=None if position is None else position.lat,
        exif_lng=None if position is None else position.lng,
    )
