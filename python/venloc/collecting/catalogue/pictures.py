# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The state of the pictures of photos: available, missing or unusable, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from pathlib import Path

from venloc.collecting.catalogue.database import Database
from venloc.collecting.catalogue.rows import COLUMNS, Picture, as_record
from venloc.collecting.records import Record

_MISSING = "NOT EXISTS (SELECT 1 FROM pictures WHERE (source, id) = (p.source, p.id))"


class Pictures(Database):
    """The part of a catalogue with its pictures."""

    def missing_pictures(self, source: str | None = None) -> Iterator[Record]:
        """Photos (of one source, if given) that have no row in `pictures` yet, in the order of source and id.

        Rows may be added while iterating.
        """
        after, last = "true", ()
        while rows := self._db.execute(
            f"SELECT {', '.join(COLUMNS)} FROM photos p WHERE {_MISSING} AND source = coalesce(?, source) AND {after} "
            "ORDER BY source, id LIMIT 500",
            (source, *last),
        ).fetchall():
            after, last = "(source, id) > (?, ?)", rows[-1][:2]
            yield from map(as_record, rows)

    def count_missing_pictures(self) -> int:
        """Number of photos that have no row in `pictures`."""
        return int(self._db.execute(f"SELECT count(*) FROM photos p WHERE {_MISSING}").fetchone()[0])

    def pictures(self) -> Iterator[Picture]:
        """All pictures that were requested, in the order of source and id."""
        rows = self._db.execute("SELECT * FROM pictures ORDER BY source, id")
        return (replace(Picture(*row), local=bool(row[-1])) for row in rows)

    def picture_paths(self) -> dict[tuple[str, str], Path]:
        """The files of usable pictures by source and id."""
        rows = self._db.execute("SELECT source, id, file FROM pictures WHERE problem = '' ORDER BY source, id")
        return {(source, identity): self.file.parent / file for source, identity, file in rows}

    def put_pictures(self, pictures: Iterable[Picture]) -> None:
        """Stores rows. They replace earlier rows of the same photos."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, pictures)
            )

    def drop_pictures(self, keys: Iterable[tuple[str, str]]) -> None:
        """Removes the rows of these sources and ids, not the files: the pictures are missing again."""
        with self._transaction():
            self._db.executemany("DELETE FROM pictures WHERE (source, id) = (?, ?)", keys)

    def mark_repeated(self, least: int, problem: str) -> int:
        """Marks usable pictures with this problem when a source sent the same file for several photos; returns their number.

        The file must belong to at least `least` photos by different authors, or more than 0.001° apart: copies of one photo
        are not marked.
        """
        with self._transaction():
            return self._db.execute(
                "UPDATE pictures SET problem = ?1 WHERE problem = '' AND (source, digest) IN ("
                "SELECT i.source, i.digest FROM pictures i JOIN photos p USING (source, id) "
                "WHERE i.problem IN ('', ?1) GROUP BY i.source, i.digest HAVING count(*) >= ?2 AND "
                "(count(DISTINCT p.author) > 1 OR max(p.lat) - min(p.lat) > 0.001 OR max(p.lng) - min(p.lng) > 0.001))",
                (problem, least),
            ).rowcount
