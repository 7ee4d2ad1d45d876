# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Merging of catalogues."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from pathlib import Path

from venloc.collecting.catalogue.database import APPLICATION, TAKE_DECISIONS, VERSION, Database
from venloc.collecting.catalogue.photos import Photos
from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, InvalidArgumentError, IoError


class Merging(Photos):
    """The part of a catalogue that merges other catalogues into it."""

    def merge(self, other: Path) -> int:
        """Adds the photos, decisions and runs of another catalogue; returns the number of new photos.

        Pictures are not added: their files are stored beside the other catalogue and can be downloaded again. Runs are added
        without their requests; they record the areas that photos come from. The other catalogue is not changed.
        """
        if not other.is_file():
            raise MissingError(f"there is no catalogue '{other}': check the path")
        if other.samefile(self.file):
            raise InvalidArgumentError(f"'{other}' is this catalogue itself: name another one")
        if other.stat().st_size == 0:
            raise FormatError(f"'{other}' is an empty file, not a catalogue: name another one")
        with tempfile.TemporaryDirectory() as folder:
            return self._merge(_of_this_version(other, Path(folder)))

    def _merge(self, other: Path) -> int:
        self._db.execute("ATTACH ? AS other", (str(other),))
        try:
            with self._transaction():
                new = self._take_in("other.photos", "other.positions")
                self._db.execute(TAKE_DECISIONS.format(incoming="other.decisions"))
                self._db.execute(
                    "INSERT INTO runs (source, query, began, ended) SELECT DISTINCT source, query, began, coalesce(ended, began) "
                    "FROM other.runs o WHERE NOT EXISTS (SELECT 1 FROM main.runs r WHERE (r.source, r.query, r.began) = "
                    "(o.source, o.query, o.began)) ORDER BY began, run"
                )
        finally:
            self._db.execute("DETACH other")
        return new


def _of_this_version(file: Path, folder: Path) -> Path:
    """The catalogue; for an older version, an upgraded copy in the folder. Raises FormatError when it is not a catalogue."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                (application,) = db.execute("PRAGMA application_id").fetchone()
                if application != APPLICATION:
                    raise FormatError(f"'{file}' is not a catalogue of venloc: name another file")
                return file
            copy = folder / "older.db"
            with contextlib.closing(sqlite3.connect(copy)) as target:
                db.backup(target)
    except sqlite3.OperationalError as error:
        raise IoError(f"'{file}' cannot be read ({error}): is another program using it?") from None
    except sqlite3.DatabaseError as error:
        raise FormatError(f"'{file}' cannot be read as a catalogue ({error}): name another file") from None
    try:
        Database(copy).close()  # makes its tables those of this version
    except FormatError as error:
        raise FormatError(str(error).replace(str(copy), str(file))) from None
    return copy
