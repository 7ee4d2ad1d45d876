# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses and names of the files of pictures."""

from __future__ import annotations

import hashlib
import re

from venloc._core import picture_formats
from venloc.collecting.records import Record

ENDINGS = {kind.format: kind.endings[0] for kind in picture_formats()}


def address_for(record: Record, side_px: int) -> str:
    """The address of the smallest copy whose longer side is at least `side_px`, else of the largest; empty without any."""
    # An original of unknown size is treated as the largest.
    sides = [(s.side_px or max(record.width, record.height) or 1 << 30, s.address) for s in record.sizes if s.address]
    enough = [size for size in sides if size[0] >= side_px]
    return min(enough)[1] if enough else max(sides, default=(0, ""))[1]


def file_stem(source: str, identity: str) -> str:
    """The path of a picture in the folder, without its ending. It is unique and inside the folder for any source and id."""
    return f"{_clean(source)}/{digest(identity.encode())[:2]}/{_clean(identity)}"


def _clean(name: str) -> str:
    """The name if it is safe as a file name; else a similar name that its digest makes unique."""
    clean = re.sub("[^0-9a-z_-]+", "_", name.lower())[:80]
    plain = clean == name and name != ""
    return clean if plain else f"{clean}~{digest(name.encode())[:16]}"


def digest(data: bytes) -> str:
    """SHA-256 of the data, hexadecimal."""
    return hashlib.sha256(data).hexdigest()
