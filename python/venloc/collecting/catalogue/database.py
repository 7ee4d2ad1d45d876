# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The SQLite file of a catalogue: its tables, their versions, opening and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from venloc.collecting.catalogue.rows import COLUMNS
from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, IoError

_Self = TypeVar("_Self", bound="Database")

VERSION = 3  # of the tables
APPLICATION = 0x766E6C63  # "vnlc", the application id of the SQLite file

_PATIENCE_S = 300  # with other programs, which may be writing a long export

# The column `reported_at` is the time of the last report.
_TABLES = f"""
CREATE TABLE photos (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, page TEXT NOT NULL, author TEXT NOT NULL,
  licence TEXT NOT NULL, taken TEXT NOT NULL, title TEXT NOT NULL, accuracy TEXT NOT NULL, level INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, sizes TEXT NOT NULL, reported_at TEXT NOT NULL, earlier TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE positions (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, level INTEGER NOT NULL,
  accuracy TEXT NOT NULL, reported_at TEXT NOT NULL,
  PRIMARY KEY (source, id, lat, lng)
) WITHOUT ROWID;
CREATE TABLE runs (
  run INTEGER PRIMARY KEY, source TEXT NOT NULL, query TEXT NOT NULL, began TEXT NOT NULL, ended TEXT
);
CREATE TABLE tasks (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES runs, task TEXT NOT NULL, fetched TEXT,
  total INTEGER NOT NULL DEFAULT 0, count INTEGER NOT NULL DEFAULT 0, new INTEGER NOT NULL DEFAULT 0,
  left_out TEXT NOT NULL DEFAULT '{{}}',
  UNIQUE (run, task)
);
CREATE INDEX open_tasks ON tasks (run, number) WHERE fetched IS NULL;
CREATE TABLE pictures (
  source TEXT NOT NULL, id TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, bytes INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, exif_lat REAL, exif_lng REAL,
  problem TEXT NOT NULL, local INTEGER NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE copies (
  source TEXT NOT NULL, id TEXT NOT NULL, of_source TEXT NOT NULL, of_id TEXT NOT NULL, likeness REAL NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE findings (
  source TEXT NOT NULL, id TEXT NOT NULL, reason TEXT NOT NULL, doubt REAL NOT NULL, detail TEXT NOT NULL,
  lat REAL, lng REAL,
  PRIMARY KEY (source, id, reason)
) WITHOUT ROWID;
CREATE TABLE decisions (
  source TEXT NOT NULL, id TEXT NOT NULL, verdict TEXT NOT NULL, lat REAL, lng REAL, note TEXT NOT NULL,
  reported_at TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE former (source TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {VERSION};
"""

# Of tables of an older version: by it, what makes them those of the next one.
_UPGRADES = {
    1: """
ALTER TABLE photos ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE photos ADD COLUMN earlier TEXT NOT NULL DEFAULT '{}';
ALTER TABLE positions ADD COLUMN accuracy TEXT NOT NULL DEFAULT '';
ALTER TABLE positions ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE decisions ADD COLUMN told TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN left_out TEXT NOT NULL DEFAULT '{}';
ALTER TABLE pictures DROP COLUMN hash;
ALTER TABLE pictures ADD COLUMN local INTEGER NOT NULL DEFAULT 0;
CREATE TABLE former (source TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
DELETE FROM pictures WHERE source = 'folder' AND file = '';
UPDATE pictures SET local = 1 WHERE source = 'folder' OR file LIKE '/%';
PRAGMA user_version = 2;
""",
    2: """
ALTER TABLE photos RENAME COLUMN told TO reported_at;
ALTER TABLE positions RENAME COLUMN told TO reported_at;
ALTER TABLE decisions RENAME COLUMN told TO reported_at;
PRAGMA user_version = 3;
""",
}

TAKE_DECISIONS = """
INSERT INTO decisions SELECT * FROM {incoming} WHERE true
ON CONFLICT DO UPDATE SET
  verdict = excluded.verdict, lat = excluded.lat, lng = excluded.lng, note = excluded.note, reported_at = excluded.reported_at
WHERE (excluded.reported_at, excluded.verdict, coalesce(excluded.lat, 0), coalesce(excluded.lng, 0), excluded.note)
  > (reported_at, verdict, coalesce(lat, 0), coalesce(lng, 0), note)
"""


class Database:
    """Opens a catalogue, or creates it. Raises FileNotFoundError when the folder does not exist, and FormatError when the
    file is not a catalogue.

    Use it from one thread only. Several programs may read the file; one of them can write at a time.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.parent.is_dir():
            raise MissingError(f"there is no folder '{file.parent}' for the catalogue: create it first")
        try:
            # Transactions are begun and ended by hand.
            self._db = sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise
        except sqlite3.OperationalError as error:
            raise IoError(f"'{file}' cannot be opened ({error}): is another program using it?") from None
        except sqlite3.DatabaseError as error:
            raise FormatError(f"'{file}' cannot be read as a catalogue ({error}): name another file") from None

    def _prepare(self) -> None:
        """Creates the tables, or upgrades older ones. Raises FormatError when the file is not a catalogue."""
        if self._state() == (0, 0, 0):
            with self._transaction():
                if self._state() == (0, 0, 0):  # and not those of another program by now
                    self._run(_TABLES)
        application, tables_version, _ = self._state()
        if application != APPLICATION:
            raise FormatError(f"'{self.file}' is not a catalogue of venloc: name another file")
        if tables_version > VERSION:
            raise FormatError(
                f"'{self.file}' was written by a newer venloc (tables of version {tables_version}): update venloc"
            )
        if tables_version < VERSION:
            with self._transaction():
                while (tables_version := self._state()[1]) < VERSION:
                    self._run(_UPGRADES[tables_version])
        self._db.execute("PRAGMA temp_store = FILE")
        columns = ", ".join((*COLUMNS, "reported_at", "earlier"))
        self._db.execute(f"CREATE TEMP TABLE incoming ({columns}, PRIMARY KEY (source, id)) WITHOUT ROWID")

    def _state(self) -> tuple[int, ...]:
        """The application id, the version of the tables and their number."""
        queries = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        return tuple(int(self._db.execute(query).fetchone()[0]) for query in queries)

    def _run(self, statements: str) -> None:
        for statement in statements.split(";"):
            self._db.execute(statement)

    def close(self) -> None:
        """Closes the file. A catalogue is also a context manager."""
        self._db.close()

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise IoError(f"'{self.file}' cannot be written ({error}): check the disk space, then try again") from None
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")


def now() -> str:
    """The current time as text. Such texts sort by time, because they share one time zone and one format."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
