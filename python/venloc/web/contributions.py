# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Places that visitors know: a picture and what is said of it, kept in a folder of the server's owner.

The folder is a gallery as `venloc build` and `venloc audit` read it: `images/` and `labels.csv`, beside one JSON file for each
contribution. Whatever fails leaves nothing behind, and the same contribution twice is one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from datetime import datetime, timezone
from pathlib import Path

from venloc import files
from venloc._core import Image, LatLng
from venloc.errors import FormatError

_ENDINGS = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"RIFF": ".webp", b"GIF8": ".gif", b"BM": ".bmp"}


class Contributions:
    """A folder of contributions. Raises FormatError that names a file of the folder which is none of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        (folder / "images").mkdir(parents=True, exist_ok=True)
        self._labels = dict(_label(about) for about in sorted(folder.glob("*.json")))

    def add(self, data: bytes, image: Image, place: LatLng) -> str:
        """Keeps a picture (its bytes, decoded before) and its place; returns the name it has from now on."""
        name = hashlib.sha256(data + f"{place.lat:.6f},{place.lng:.6f}".encode()).hexdigest()[:24]
        ending = next((ending for start, ending in _ENDINGS.items() if data.startswith(start)), ".tif")
        file = f"images/{name}{ending}"
        record = {
            "id": name,
            "file": file,
            "lat": round(place.lat, 6),
            "lng": round(place.lng, 6),
            "width": image.width,
            "height": image.height,
            "consent": True,
            "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        }
        with self._lock:
            if name not in self._labels:
                about = self._folder / f"{name}.json"
                files.write_bytes(self._folder / file, data)
                files.write_text(about, json.dumps(record) + "\n")
                self._labels.update([_label(about)])
            self._write_labels()
        return name

    def _write_labels(self) -> None:
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["lat", "lng", "file"])
        table.writerows(row for _, row in sorted(self._labels.items()))
        files.write_text(self._folder / "labels.csv", text.getvalue())


def _label(about: Path) -> tuple[str, list[str]]:
    """The name of a contribution and its row of the label file."""
    try:
        record = json.loads(about.read_text())
        return record["id"], [str(record[key]) for key in ("lat", "lng", "file")]
    except (ValueError, TypeError, KeyError):
        raise FormatError(f"'{about}' is no contribution: move it away, or name another folder") from None
