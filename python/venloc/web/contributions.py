# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Contributions of visitors: a picture and its place, stored in a folder of the server's owner.

The folder is a gallery that `venloc build` and `venloc audit` can read: `images/` and `labels.csv`, with one JSON file for
each contribution. The label file is always rewritten from the JSON files. To correct a place, edit its JSON file; to reject a
contribution, delete its JSON file. A failure leaves no files, and the same contribution is stored only once.
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
from venloc._core import Image, LatLng, recognised_format
from venloc.errors import FormatError
from venloc.web.problems import ProblemError


class Contributions:
    """A folder of contributions. Raises FormatError that names a JSON file of the folder that is not a contribution."""

    def __init__(self, folder: Path, max_records: int) -> None:
        self._folder = folder
        self._max_records = max_records
        self._lock = threading.Lock()
        (folder / "images").mkdir(parents=True, exist_ok=True)
        self._labels: dict[str, tuple[int, list[str]]] = {}  # by the name of a record: when it was written, its row
        self._read()

    def add(self, data: bytes, image: Image, place: LatLng) -> str:
        """Stores a picture (its bytes, which were decoded before) and its place; returns the id of the contribution."""
        name = hashlib.sha256(data + f"{place.lat:.6f},{place.lng:.6f}".encode()).hexdigest()[:24]
        kind = recognised_format(data)
        file = f"images/{name}{kind.endings[0] if kind is not None else ''}"
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
            self._read()
            about = self._folder / f"{name}.json"
            if about.name not in self._labels:
                if len(self._labels) >= self._max_records:
                    raise ProblemError(507, "no more contributions are accepted: contact the owner of this server")
                picture = self._folder / file
                files.write_bytes(picture, data)
                try:
                    files.write_text(about, json.dumps(record) + "\n")
                except OSError:
                    picture.unlink()
                    raise
                self._read()
            self._write_labels()
        return name

    def _read(self) -> None:
        """Reads the folder again, so that changes by the owner count."""
        found = {}
        for about in sorted(self._folder.glob("*.json")):
            written = about.stat().st_mtime_ns
            known = self._labels.get(about.name)
            found[about.name] = known if known and known[0] == written else (written, _label(about))
        self._labels = found

    def _write_labels(self) -> None:
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["lat", "lng", "file"])
        table.writerows(row for _, row in self._labels.values())
        files.write_text(self._folder / "labels.csv", text.getvalue())


def _label(about: Path) -> list[str]:
    """The row of a contribution in the label file."""
    try:
        record = json.loads(about.read_text())
        return [str(record[key]) for key in ("lat", "lng", "file")]
    except (ValueError, TypeError, KeyError):
        raise FormatError(f"'{about}' is not a contribution: move it away, or name another folder") from None
