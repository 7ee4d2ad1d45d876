# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses and names of the files of pictures."""

from __future__ import annotations

import hashlib
import re

from venloc.collecting.records import Record

ENDINGS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "tiff": ".tif", "bmp": ".bmp", "pnm": ".pnm"}


def address_for(record: Record, side_px: int) -> str:
    """Of the smallest copy whose longer side is at least so large [px], else of the largest; empty where there is none."""
    # An original of unknown size is taken for the largest.
    sides = [(s.side_px or max(record.width, record.height) or 1 << 30, s.address) for s in record.sizes if s.address]
    enough = [size for size in sides if size[0] >= side_px]
    return min(enough)[1] if enough else max(sides, default=(0, ""))[1]


def file_stem(source: str, identity: str) -> str:
    """Where the picture of a photo lies in the folder, without its ending: a path of its own in it, whatever the names hold."""
    return f"{_clean(source)}/{digest(identity.encode())[:2]}/{_clean(identity)}"


def _clean(name: str) -> str:
    """The name where it is a plain one; else what is like it, and is no other name's by its digest."""
    clean = re.sub("[^0-9a-z_-]+", "_", name.lower())[:80]
    plain = clean == name and name != ""
    return clean if plain else f"{clean}~{digest(name.encode())[:16]}"


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()
