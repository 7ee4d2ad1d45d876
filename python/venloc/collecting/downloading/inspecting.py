# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Inspection of the bytes of a picture."""

from __future__ import annotations

from dataclasses import replace

from venloc._core import decode_image, decode_metadata
from venloc.collecting.catalogue import Picture
from venloc.collecting.downloading.files import digest
from venloc.errors import ImageError

_NAME = "picture"  # in messages of the decoder, from which it is removed


def inspected(source: str, identity: str, data: bytes, max_pixels: int) -> Picture:
    """The row for these bytes; it has a problem when they are not a usable picture."""
    known = Picture(source, identity, digest=digest(data), bytes=len(data))
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return replace(known, problem="the source sends a web page instead of a picture")
    try:
        image = decode_image(data, _NAME, max_bytes=max(len(data), 1), max_pixels=max_pixels)
        metadata = decode_metadata(data)
        # A doubtful position contradicts nothing.
        position = None if metadata.position_doubt else metadata.position
    except ImageError as error:
        return replace(known, problem=str(error).removeprefix(f"{_NAME}: "))
    return replace(
        known,
        width=image.width,
        height=image.height,
        exif_lat=None if position is None else position.lat,
        exif_lng=None if position is None else position.lng,
    )
