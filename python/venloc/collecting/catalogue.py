# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""All that is known of collected pictures, in one SQLite file.

SQLite, as every step of every run is one transaction: whatever stops the program, what was fetched is there and nothing is there
by halves. It comes with Python, holds millions of pictures, and is read by other programs without this one.

What was told of a photo at several times comes to one record (claims.py); all its places are kept (table `positions`). What is
later goes by when it was told, not by when it was taken in, so that catalogues can be merged in any order.
"""

from __future__ import annotations

import contextlib
import json
import math
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields, replace
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from venloc.collecting.claims import Claims, Place, claims, together
from venloc.collecting.records import Record, Size
from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, InvalidArgumentError, IoError

VERSION = 2  # of the tables
_APPLICATION = 0x766E6C63  # "vnlc", by which SQLite files are told apart

_MOST_NUMBER = (1 << 31) - 1
_PATIENCE_S = 300  # with other programs, which may be writing a long export

_COLUMNS = tuple(field.name for field in fields(Record))

_TABLES = f"""
CREATE TABLE photos (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, page TEXT NOT NULL, author TEXT NOT NULL,
  licence TEXT NOT NULL, taken TEXT NOT NULL, title TEXT NOT NULL, accuracy TEXT NOT NULL, level INTEGER NOT NULL,
  width INTEGER NOT NULL, height INTEGER NOT NULL, sizes TEXT NOT NULL, told TEXT NOT NULL, earlier TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE positions (
  source TEXT NOT NULL, id TEXT NOT NULL, lat REAL NOT NULL, lng REAL NOT NULL, level INTEGER NOT NULL,
  accuracy TEXT NOT NULL, told TEXT NOT NULL,
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
  told TEXT NOT NULL,
  PRIMARY KEY (source, id)
) WITHOUT ROWID;
CREATE TABLE former (source TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, id)) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
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
}

_MISSING = "NOT EXISTS (SELECT 1 FROM pictures WHERE (source, id) = (p.source, p.id))"
_NEW = "NOT EXISTS (SELECT 1 FROM main.photos p WHERE (p.source, p.id) = (i.source, i.id))"
_TAKE_DECISIONS = """
INSERT INTO decisions SELECT * FROM {incoming} WHERE true
ON CONFLICT DO UPDATE SET
  verdict = excluded.verdict, lat = excluded.lat, lng = excluded.lng, note = excluded.note, told = excluded.told
WHERE (excluded.told, excluded.verdict, coalesce(excluded.lat, 0), coalesce(excluded.lng, 0), excluded.note)
  > (told, verdict, coalesce(lat, 0), coalesce(lng, 0), note)
"""
_AT_ONCE = 1000  # photos that are put together from what is told and what is known
_SAME = " AND ".join(f"p.{name} = i.{name}" for name in _COLUMNS)


@dataclass(frozen=True)
class Run:
    """A query to a source, once."""

    number: int
    source: str
    query: str
    """JSON of the Query."""
    began: str
    ended: str
    """Empty while it is not."""


@dataclass(frozen=True)
class Finding:
    """A reason to doubt the place of a photo."""

    source: str
    id: str
    reason: str
    """One word."""
    doubt: float
    """Probability that the photo is of no use there, as far as this reason goes."""
    detail: str
    """For people."""
    lat: float | None = None
    lng: float | None = None
    """Where it may have been made instead."""


@dataclass(frozen=True)
class Decision:
    """What a person says of a photo. Raises InvalidArgumentError for another verdict, or half a place."""

    source: str
    id: str
    verdict: str
    """keep or drop."""
    lat: float | None = None
    lng: float | None = None
    """Where it was made, when that is another place than the source says."""
    note: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in ("keep", "drop"):
            raise InvalidArgumentError(f"{self.source}:{self.id}: a decision is keep or drop, got '{self.verdict}'")
        if (self.lat is None) != (self.lng is None) or (
            self.lat is not None and not (abs(self.lat) <= 90 and abs(self.lng or 0) <= 180)
        ):
            raise InvalidArgumentError(f"{self.source}:{self.id}: {self.lat}, {self.lng} is no place")


@dataclass(frozen=True)
class Picture:
    """What came when a photo's picture was asked for."""

    source: str
    id: str
    file: str = ""
    """As seen from the catalogue's folder; empty where none was kept. Of a local one, even where it is not there now."""
    digest: str = ""
    """SHA-256 of the file, hexadecimal."""
    bytes: int = 0
    """0 where no file came."""
    width: int = 0
    height: int = 0
    """Upright [px]."""
    exif_lat: float | None = None
    exif_lng: float | None = None
    """Where the file itself says that it was made."""
    problem: str = ""
    """Why it is of no use, for people; empty where it is good."""
    local: bool = False
    """Whether it is somebody's file, used where it is."""


@dataclass(frozen=True)
class Positions:
    """A photo that its source has said several places of."""

    source: str
    id: str
    places: list[tuple[float, float]]
    """Latitude and longitude, all of them."""
    corrected: bool
    """Whether the place that counts was told after all others, as when somebody has put it right."""


@dataclass(frozen=True)
class Page:
    """One request of a run."""

    task: str
    """JSON."""
    fetched: str
    """When; empty where it has not been."""
    total: int
    """Pictures that the source said there are; 0 = it did not."""
    count: int
    """Pictures that it brought."""
    new: int
    """Those of them that the catalogue did not have."""
    left_out: dict[str, int] = field(default_factory=dict)
    """How many entries were not taken in, by reason."""


class Catalogue:
    """Opens the file, or makes it. Raises FileNotFoundError without the folder, FormatError where it is another file.

    May be used by one thread. Several programs may read it, and one of them writes at a time.
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
            raise IoError(f"'{file}' can not be opened ({error}): is another program using it?") from None
        except sqlite3.DatabaseError as error:
            raise FormatError(f"'{file}' can not be read as a catalogue ({error}): name another file") from None

    def _prepare(self) -> None:
        """Makes what is not there, and what a newer version has more. Raises FormatError where it is another file."""
        if self._state() == (0, 0, 0):
            with self._transaction():
                if self._state() == (0, 0, 0):  # and not those of another program by now
                    self._run(_TABLES)
        application, tables_version, _ = self._state()
        if application != _APPLICATION:
            raise FormatError(f"'{self.file}' is no catalogue of venloc: name another file")
        if tables_version > VERSION:
            raise FormatError(f"'{self.file}' is of a newer venloc (tables of version {tables_version}): update venloc")
        if tables_version < VERSION:
            with self._transaction():
                while (tables_version := self._state()[1]) < VERSION:
                    self._run(_UPGRADES[tables_version])
        self._db.execute("PRAGMA temp_store = FILE")
        columns = ", ".join((*_COLUMNS, "told", "earlier"))
        self._db.execute(f"CREATE TEMP TABLE incoming ({columns}, PRIMARY KEY (source, id)) WITHOUT ROWID")

    def _state(self) -> tuple[int, ...]:
        """Which program's, of which version, how many tables."""
        queries = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
        return tuple(int(self._db.execute(query).fetchone()[0]) for query in queries)

    def _run(self, statements: str) -> None:
        for statement in statements.split(";"):
            self._db.execute(statement)

    def close(self) -> None:
        """Ends it; a catalogue is a context manager, too."""
        self._db.close()

    def __enter__(self) -> Catalogue:
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
            raise IoError(f"'{self.file}' can not be written ({error})") from None
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    # --- photos ---

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM photos").fetchone()[0])

    def __contains__(self, key: tuple[str, str]) -> bool:
        return self._db.execute("SELECT 1 FROM photos WHERE (source, id) = (?, ?)", key).fetchone() is not None

    def records(self) -> Iterator[Record]:
        """All, in the order of source and id."""
        for row in self._db.execute(f"SELECT {', '.join(_COLUMNS)} FROM photos ORDER BY source, id"):
            yield _record(row)

    def add(self, records: Iterable[Record], told: str = "") -> int:
        """Takes in records that were told at this time (ISO 8601, UTC; empty: now); returns how many are new."""
        with self._transaction():
            return self._add(records, told or _now())

    def _add(self, records: Iterable[Record], told: str) -> int:
        marks = ", ".join("?" * (len(_COLUMNS) + 2))
        # The same picture twice is taken in one after the other, so that both of its places are kept.
        passes: list[dict[tuple[str, str], Record]] = []
        times: Counter[tuple[str, str]] = Counter()
        for record in records:
            key = (record.source, record.id)
            if times[key] == len(passes):
                passes.append({})
            passes[times[key]][key] = record
            times[key] += 1
        new = 0
        for distinct in passes:
            self._db.execute("DELETE FROM incoming")
            self._db.executemany(
                f"INSERT INTO incoming VALUES ({marks})", ((*_row(record), told, "{}") for record in distinct.values())
            )
            new += self._take_in("incoming")
        return new

    def _take_in(self, incoming: str, positions: str = "") -> int:
        """All photos of a table like `photos`, and of one like `positions` where there is one."""
        (new,) = self._db.execute(f"SELECT count(*) FROM {incoming} i WHERE {_NEW}").fetchone()
        several = "false"
        if positions:
            several = f"EXISTS (SELECT 1 FROM {positions} o WHERE (o.source, o.id) = (i.source, i.id))"
            self._db.execute(f"INSERT INTO positions SELECT i.* FROM {positions} i WHERE {_NEW}")
        # Those that are told as they are known need no look; most of them are, when a source is asked again.
        both = f"{incoming} i CROSS JOIN main.photos p ON (p.source, p.id) = (i.source, i.id)"  # in this order
        alike = f"{_SAME} AND p.earlier = '{{}}' AND i.earlier = '{{}}' AND NOT {several}"
        self._db.execute(
            f"INSERT INTO photos SELECT i.* FROM {both} WHERE {alike} AND i.told > p.told "
            "ON CONFLICT DO UPDATE SET told = excluded.told"
        )
        after: tuple[str, str] | None = None
        columns = ", ".join(f"{table}.{name}" for table in "pi" for name in (*_COLUMNS, "told", "earlier"))
        while rows := self._db.execute(
            f"SELECT {columns} FROM {both} WHERE NOT ({alike}) "
            f"{'AND (i.source, i.id) > (?, ?)' if after else ''} ORDER BY i.source, i.id LIMIT {_AT_ONCE}",
            after or (),
        ).fetchall():
            after = rows[-1][:2]
            for row in rows:
                half = len(row) // 2
                known, told = self._claims(row[:half], "positions"), self._claims(row[half:], positions)
                self._put_claims(together(known, told))
        self._db.execute(f"INSERT INTO photos SELECT * FROM {incoming} i WHERE {_NEW}")
        return int(new)

    def _claims(self, row: tuple[Any, ...], positions: str) -> Claims:
        *values, told, earlier = row
        places = {}
        if positions:
            several = self._db.execute(
                f"SELECT lat, lng, level, accuracy, told FROM {positions} WHERE (source, id) = (?, ?)", row[:2]
            )
            places = {(lat, lng): Place(*others) for lat, lng, *others in several}
        return claims(_record(tuple(values)), told, earlier, places)

    def _put_claims(self, found: Claims) -> None:
        marks = ", ".join("?" * (len(_COLUMNS) + 2))
        row = (*_row(found.record), found.last, found.earlier())
        self._db.execute(f"INSERT OR REPLACE INTO photos VALUES ({marks})", row)
        if len(found.places) > 1:
            self._db.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (*row[:2], *place, about.level, about.accuracy, about.told)
                    for place, about in sorted(found.places.items())
                ],
            )

    def positions(self) -> Iterator[Positions]:
        """Of each photo that its source has said several places of, in the order of source and id."""
        rows = self._db.execute(
            f"SELECT {', '.join(f'p.{name}' for name in (*_COLUMNS, 'told', 'earlier'))} FROM photos p WHERE EXISTS "
            "(SELECT 1 FROM positions o WHERE (o.source, o.id) = (p.source, p.id)) ORDER BY source, id"
        )
        for row in rows:
            found = self._claims(row, "positions")
            order = sorted(found.places, key=lambda place: (-found.places[place].level, place))
            others = [about.told for place, about in found.places.items() if about is not found.place]
            yield Positions(found.record.source, found.record.id, order, found.place.told > max(others))

    def merge(self, other: Path) -> int:
        """Takes in what another catalogue has of photos and decisions; returns how many photos are new.

        Its pictures are not: they lie beside it, and are downloaded here when they are wanted. Its runs are, without their
        requests, as they tell which areas photos are from. The other catalogue is only read.
        """
        if not other.is_file():
            raise MissingError(f"there is no catalogue '{other}'")
        if other.samefile(self.file):
            raise InvalidArgumentError(f"'{other}' is this catalogue itself: name another one")
        if other.stat().st_size == 0:
            raise FormatError(f"'{other}' is empty and no catalogue")
        with tempfile.TemporaryDirectory() as folder:
            return self._merge(_of_this_version(other, Path(folder)))

    def _merge(self, other: Path) -> int:
        self._db.execute("ATTACH ? AS other", (str(other),))
        try:
            with self._transaction():
                new = self._take_in("other.photos", "other.positions")
                self._db.execute(_TAKE_DECISIONS.format(incoming="other.decisions"))
                self._db.execute(
                    "INSERT INTO runs (source, query, began, ended) SELECT DISTINCT source, query, began, coalesce(ended, began) "
                    "FROM other.runs o WHERE NOT EXISTS (SELECT 1 FROM main.runs r WHERE (r.source, r.query, r.began) = "
                    "(o.source, o.query, o.began)) ORDER BY began, run"
                )
        finally:
            self._db.execute("DETACH other")
        return new

    def record(self, source: str, identity: str) -> Record | None:
        """The one of this source and id."""
        row = self._db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM photos WHERE (source, id) = (?, ?)", (source, identity)
        ).fetchone()
        return None if row is None else _record(row)

    def rename(self, ids: Iterable[tuple[str, str, str]]) -> None:
        """Source, former id and id of photos that are known by both: what is left of the former one is its decision."""
        pairs = list(ids)
        with self._transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO decisions SELECT source, ?3, verdict, lat, lng, note, told FROM decisions "
                "WHERE (source, id) = (?1, ?2)",
                pairs,
            )
            former = [(source, old) for source, old, _ in pairs]
            for table in ("photos", "positions", "pictures", "copies", "findings", "decisions"):
                self._db.executemany(f"DELETE FROM {table} WHERE (source, id) = (?, ?)", former)
            self._db.executemany("INSERT OR IGNORE INTO former VALUES (?, ?)", former)

    def former(self) -> Iterator[tuple[str, str]]:
        """Sources and ids that photos no longer have."""
        rows = self._db.execute(
            "SELECT source, id FROM former f WHERE NOT EXISTS "
            "(SELECT 1 FROM photos p WHERE (p.source, p.id) = (f.source, f.id)) ORDER BY source, id"
        )
        return ((source, identity) for source, identity in rows)

    # --- what is thought of photos ---

    def put_findings(self, findings: Iterable[Finding], reasons: Iterable[str]) -> None:
        """Takes the place of all findings that there were for these reasons; others stay."""
        with self._transaction():
            self._db.executemany("DELETE FROM findings WHERE reason = ?", [(reason,) for reason in reasons])
            self._db.executemany("INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, findings))

    def findings(self) -> Iterator[Finding]:
        """In the order of source and id, the most doubtful of a photo first."""
        rows = self._db.execute("SELECT * FROM findings ORDER BY source, id, doubt DESC, reason")
        return (Finding(*row) for row in rows)

    def put_copies(self, copies: Iterable[tuple[str, str, str, str, float]]) -> None:
        """Source and id of a copy, source and id of the photo that stands for it, likeness. Takes the place of all."""
        with self._transaction():
            self._db.execute("DELETE FROM copies")
            self._db.executemany("INSERT INTO copies VALUES (?, ?, ?, ?, ?)", copies)

    def copies(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The photo that stands for each copy."""
        rows = self._db.execute("SELECT source, id, of_source, of_id FROM copies ORDER BY source, id")
        return {(source, identity): (of_source, of_id) for source, identity, of_source, of_id in rows}

    def decide(self, decisions: Iterable[Decision]) -> None:
        """What a person says, which counts from now on whatever is found; later ones replace earlier ones."""
        with self._transaction():
            told = _now()
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS said AS SELECT * FROM decisions LIMIT 0")
            self._db.execute("DELETE FROM said")
            self._db.executemany(
                "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?)", [(*astuple(d), told) for d in decisions]
            )
            self._db.execute(_TAKE_DECISIONS.format(incoming="said"))

    def decisions(self) -> dict[tuple[str, str], Decision]:
        """By source and id."""
        rows = self._db.execute("SELECT source, id, verdict, lat, lng, note FROM decisions ORDER BY source, id")
        return {(row[0], row[1]): Decision(*row) for row in rows}

    # --- pictures ---

    def missing_pictures(self, source: str | None = None) -> Iterator[Record]:
        """Photos, or those of a source, without a row of pictures, in the order of source and id.

        Rows may be put in meanwhile.
        """
        after, last = "true", ()
        while rows := self._db.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM photos p WHERE {_MISSING} AND source = coalesce(?, source) AND {after} "
            "ORDER BY source, id LIMIT 500",
            (source, *last),
        ).fetchall():
            after, last = "(source, id) > (?, ?)", rows[-1][:2]
            yield from map(_record, rows)

    def count_missing_pictures(self) -> int:
        """How many photos have no row of pictures."""
        return int(self._db.execute(f"SELECT count(*) FROM photos p WHERE {_MISSING}").fetchone()[0])

    def pictures(self) -> Iterator[Picture]:
        """All that were tried, in the order of source and id."""
        rows = self._db.execute("SELECT * FROM pictures ORDER BY source, id")
        return (replace(Picture(*row), local=bool(row[-1])) for row in rows)

    def picture_paths(self) -> dict[tuple[str, str], Path]:
        """The files of good pictures by source and id."""
        rows = self._db.execute("SELECT source, id, file FROM pictures WHERE problem = '' ORDER BY source, id")
        return {(source, identity): self.file.parent / file for source, identity, file in rows}

    def put_pictures(self, pictures: Iterable[Picture]) -> None:
        """Takes rows in; they replace those of the same photos."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, pictures)
            )

    def drop_pictures(self, keys: Iterable[tuple[str, str]]) -> None:
        """Removes the rows of these sources and ids, not the files: the pictures are missing again."""
        with self._transaction():
            self._db.executemany("DELETE FROM pictures WHERE (source, id) = (?, ?)", keys)

    def mark_repeated(self, least: int, problem: str) -> int:
        """Gives this problem to good pictures that are the same file as others of their source; returns how many.

        That is, of `least` or more photos that are not all of one author, or lie 0.001° apart: copies of one photo are none.
        """
        with self._transaction():
            return self._db.execute(
                "UPDATE pictures SET problem = ?1 WHERE problem = '' AND (source, digest) IN ("
                "SELECT i.source, i.digest FROM pictures i JOIN photos p USING (source, id) "
                "WHERE i.problem IN ('', ?1) GROUP BY i.source, i.digest HAVING count(*) >= ?2 AND "
                "(count(DISTINCT p.author) > 1 OR max(p.lat) - min(p.lat) > 0.001 OR max(p.lng) - min(p.lng) > 0.001))",
                (problem, least),
            ).rowcount

    # --- runs ---

    def runs(self) -> list[Run]:
        """The oldest first."""
        rows = self._db.execute("SELECT run, source, query, began, coalesce(ended, '') FROM runs ORDER BY run")
        return [Run(*row) for row in rows]

    def pages(self, run: int) -> list[Page]:
        """The requests of a run, in the order in which they are made."""
        rows = self._db.execute(
            "SELECT task, coalesce(fetched, ''), total, count, new, left_out FROM tasks WHERE run = ? ORDER BY number",
            (run,),
        )
        return [
            Page(task, fetched, total, count, new, json.loads(left_out))
            for task, fetched, total, count, new, left_out in rows
        ]

    def begin(self, source: str, query: str, tasks: Iterable[Any]) -> int:
        """Begins a run with its first tasks; returns its number."""
        with self._transaction():
            run = self._db.execute(
                "INSERT INTO runs (source, query, began) VALUES (?, ?, ?)", (source, query, _now())
            ).lastrowid
            assert run is not None
            self._put(run, tasks)
        return run

    def unfinished(self, source: str, query: str) -> int | None:
        """The newest run of this query that has not come to its end."""
        row = self._db.execute(
            "SELECT run FROM runs WHERE source = ? AND query = ? AND ended IS NULL ORDER BY run DESC LIMIT 1",
            (source, query),
        ).fetchone()
        return None if row is None else int(row[0])

    def next_task(self, run: int) -> Any | None:
        """The next request of a run, or None at its end."""
        row = self._db.execute(
            "SELECT task FROM tasks WHERE run = ? AND fetched IS NULL ORDER BY number LIMIT 1", (run,)
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def progress(self, run: int) -> tuple[int, int]:
        """Requests that were made, pictures that they brought."""
        done, photos = self._db.execute(
            "SELECT count(fetched), coalesce(sum(count), 0) FROM tasks WHERE run = ?", (run,)
        ).fetchone()
        return int(done), int(photos)

    def left_out(self, run: int) -> dict[str, int]:
        """How many entries a run has not taken in, by reason, the most frequent first."""
        rows = self._db.execute(
            "SELECT key, sum(value) FROM tasks, json_each(left_out) WHERE run = ? GROUP BY key ORDER BY 2 DESC, 1",
            (run,),
        )
        return {reason: int(number) for reason, number in rows}

    def open_tasks(self, run: int) -> int:
        """Requests that are still to be made, as far as is known."""
        row = self._db.execute("SELECT count(*) FROM tasks WHERE run = ? AND fetched IS NULL", (run,))
        return int(row.fetchone()[0])

    def take(
        self,
        run: int,
        task: Any,
        records: Sequence[Record],
        tasks: Iterable[Any],
        total: int,
        left_out: Mapping[str, int],
    ) -> int:
        """What a request brought, whole; returns how many photos are new.

        All of a run counts as told when it began, so that it does not matter where it was stopped.
        """
        with self._transaction():
            (told,) = self._db.execute("SELECT began FROM runs WHERE run = ?", (run,)).fetchone()
            new = self._add(records, told)
            self._put(run, tasks)
            self._db.execute(
                "UPDATE tasks SET fetched = ?, total = ?, count = ?, new = ?, left_out = ? WHERE run = ? AND task = ?",
                (_now(), total, len(records), new, _text(left_out), run, _text(task)),
            )
        return new

    def end(self, run: int) -> None:
        """The run is at its end, whatever tasks are left."""
        with self._transaction():
            self._db.execute("UPDATE runs SET ended = ? WHERE run = ?", (_now(), run))

    def _put(self, run: int, tasks: Iterable[Any]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO tasks (run, task) VALUES (?, ?)", [(run, _text(task)) for task in tasks]
        )


def _of_this_version(file: Path, folder: Path) -> Path:
    """The catalogue, or where it is of an older version a newer copy in the folder. Raises FormatError where it is another file."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA user_version").fetchone()[0] == VERSION:
                (application,) = db.execute("PRAGMA application_id").fetchone()
                if application != _APPLICATION:
                    raise FormatError(f"'{file}' is no catalogue of venloc: name another file")
                return file
            copy = folder / "older.db"
            with contextlib.closing(sqlite3.connect(copy)) as target:
                db.backup(target)
    except sqlite3.OperationalError as error:
        raise IoError(f"'{file}' can not be read ({error}): is another program using it?") from None
    except sqlite3.DatabaseError as error:
        raise FormatError(f"'{file}' can not be read as a catalogue ({error}): name another file") from None
    try:
        Catalogue(copy).close()  # makes its tables those of this version
    except FormatError as error:
        raise FormatError(str(error).replace(str(copy), str(file))) from None
    return copy


def _now() -> str:
    """Sorts by time, as it is of one time zone and of one form."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def _text(task: Any) -> str:
    return json.dumps(task, sort_keys=True, separators=(",", ":"))


def _row(record: Record) -> tuple[Any, ...]:
    if not (math.isfinite(record.lat) and math.isfinite(record.lng)):
        raise InvalidArgumentError(f"{record.key}: {record.lat}, {record.lng} is no place")
    *values, sizes = astuple(record)
    # JSON may hold halves of characters, which are no text in UTF-8.
    clean = (value.encode(errors="replace").decode() if isinstance(value, str) else _bounded(value) for value in values)
    return (*clean, json.dumps(sizes, separators=(",", ":")))


def _bounded(value: float) -> float:
    """Numbers of pixels and levels may be any that a server sends; SQLite has 64 bits."""
    return max(-_MOST_NUMBER, min(value, _MOST_NUMBER)) if isinstance(value, int) else value


def _record(row: tuple[Any, ...]) -> Record:
    *values, sizes = row
    return Record(**dict(zip(_COLUMNS, values, strict=False)), sizes=tuple(Size(*size) for size in json.loads(sizes)))
