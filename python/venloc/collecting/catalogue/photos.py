# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Photos, and every place that their sources have reported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from venloc.collecting.catalogue.database import Database, now
from venloc.collecting.catalogue.rows import COLUMNS, Positions, as_record, as_row
from venloc.collecting.claims import Claims, Place, claims, together
from venloc.collecting.records import Record

_NEW = "NOT EXISTS (SELECT 1 FROM main.photos p WHERE (p.source, p.id) = (i.source, i.id))"
_AT_ONCE = 1000  # photos whose reports are combined with earlier ones
_SAME = " AND ".join(f"p.{name} = i.{name}" for name in COLUMNS)


class Photos(Database):
    """The part of a catalogue with its photos."""

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM photos").fetchone()[0])

    def __contains__(self, key: tuple[str, str]) -> bool:
        return self._db.execute("SELECT 1 FROM photos WHERE (source, id) = (?, ?)", key).fetchone() is not None

    def records(self) -> Iterator[Record]:
        """All photos, in the order of source and id."""
        for row in self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM photos ORDER BY source, id"):
            yield as_record(row)

    def add(self, records: Iterable[Record], reported: str = "") -> int:
        """Adds records that were reported at this time (ISO 8601, UTC; empty: now); returns the number of new photos."""
        with self._transaction():
            return self._add(records, reported or now())

    def _add(self, records: Iterable[Record], reported: str) -> int:
        marks = ", ".join("?" * (len(COLUMNS) + 2))
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
                f"INSERT INTO incoming VALUES ({marks})",
                ((*as_row(record), reported, "{}") for record in distinct.values()),
            )
            new += self._take_in("incoming")
        return new

    def _take_in(self, incoming: str, positions: str = "") -> int:
        """Adds all photos of a table like `photos`, with their places in a table like `positions` if there is one."""
        (new,) = self._db.execute(f"SELECT count(*) FROM {incoming} i WHERE {_NEW}").fetchone()
        several = "false"
        if positions:
            several = f"EXISTS (SELECT 1 FROM {positions} o WHERE (o.source, o.id) = (i.source, i.id))"
            self._db.execute(f"INSERT INTO positions SELECT i.* FROM {positions} i WHERE {_NEW}")
        # Most reports of a repeated query bring nothing new; these are not read.
        both = f"{incoming} i CROSS JOIN main.photos p ON (p.source, p.id) = (i.source, i.id)"  # in this order
        alike = f"{_SAME} AND p.earlier = '{{}}' AND i.earlier = '{{}}' AND NOT {several}"
        self._db.execute(
            f"INSERT INTO photos SELECT i.* FROM {both} WHERE {alike} AND i.reported_at > p.reported_at "
            "ON CONFLICT DO UPDATE SET reported_at = excluded.reported_at"
        )
        after: tuple[str, str] | None = None
        columns = ", ".join(f"{table}.{name}" for table in "pi" for name in (*COLUMNS, "reported_at", "earlier"))
        while rows := self._db.execute(
            f"SELECT {columns} FROM {both} WHERE NOT ({alike}) "
            f"{'AND (i.source, i.id) > (?, ?)' if after else ''} ORDER BY i.source, i.id LIMIT {_AT_ONCE}",
            after or (),
        ).fetchall():
            after = rows[-1][:2]
            for row in rows:
                half = len(row) // 2
                known, reported = self._claims(row[:half], "positions"), self._claims(row[half:], positions)
                self._put_claims(together(known, reported))
        self._db.execute(f"INSERT INTO photos SELECT * FROM {incoming} i WHERE {_NEW}")
        return int(new)

    def _claims(self, row: tuple[Any, ...], positions: str) -> Claims:
        *values, reported, earlier = row
        places = {}
        if positions:
            several = self._db.execute(
                f"SELECT lat, lng, level, accuracy, reported_at FROM {positions} WHERE (source, id) = (?, ?)", row[:2]
            )
            places = {(lat, lng): Place(*others) for lat, lng, *others in several}
        return claims(as_record(tuple(values)), reported, earlier, places)

    def _put_claims(self, found: Claims) -> None:
        marks = ", ".join("?" * (len(COLUMNS) + 2))
        row = (*as_row(found.record), found.last, found.earlier())
        self._db.execute(f"INSERT OR REPLACE INTO photos VALUES ({marks})", row)
        if len(found.places) > 1:
            self._db.executemany(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (*row[:2], *place, about.level, about.accuracy, about.reported)
                    for place, about in sorted(found.places.items())
                ],
            )

    def positions(self) -> Iterator[Positions]:
        """The places of each photo for which the source reported several, in the order of source and id."""
        rows = self._db.execute(
            f"SELECT {', '.join(f'p.{name}' for name in (*COLUMNS, 'reported_at', 'earlier'))} FROM photos p WHERE EXISTS "
            "(SELECT 1 FROM positions o WHERE (o.source, o.id) = (p.source, p.id)) ORDER BY source, id"
        )
        for row in rows:
            found = self._claims(row, "positions")
            order = sorted(found.places, key=lambda place: (-found.places[place].level, place))
            others = [about.reported for place, about in found.places.items() if about is not found.place]
            yield Positions(found.record.source, found.record.id, order, found.place.reported > max(others))

    def record(self, source: str, identity: str) -> Record | None:
        """The photo with this source and id, or None."""
        row = self._db.execute(
            f"SELECT {', '.join(COLUMNS)} FROM photos WHERE (source, id) = (?, ?)", (source, identity)
        ).fetchone()
        return None if row is None else as_record(row)

    def rename(self, ids: Iterable[tuple[str, str, str]]) -> None:
        """Gives photos a new id: source, former id and new id of each. Only the decision on the former id is kept."""
        pairs = list(ids)
        with self._transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO decisions SELECT source, ?3, verdict, lat, lng, note, reported_at FROM decisions "
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
