# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Runs of queries, request by request, so that a run that was stopped can be resumed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from venloc.collecting.catalogue.database import now
from venloc.collecting.catalogue.photos import Photos
from venloc.collecting.catalogue.rows import Page, Run
from venloc.collecting.records import Record


class Runs(Photos):
    """The part of a catalogue with its runs."""

    def runs(self) -> list[Run]:
        """All runs, the oldest first."""
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
        """Starts a run with its first tasks; returns its number."""
        with self._transaction():
            run = self._db.execute(
                "INSERT INTO runs (source, query, began) VALUES (?, ?, ?)", (source, query, now())
            ).lastrowid
            assert run is not None
            self._put(run, tasks)
        return run

    def unfinished(self, source: str, query: str) -> int | None:
        """The newest run of this query that is not complete, or None."""
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
        """The number of requests that were made, and of pictures in their replies."""
        done, photos = self._db.execute(
            "SELECT count(fetched), coalesce(sum(count), 0) FROM tasks WHERE run = ?", (run,)
        ).fetchone()
        return int(done), int(photos)

    def left_out(self, run: int) -> dict[str, int]:
        """The number of entries that a run left out, by reason, the most frequent first."""
        rows = self._db.execute(
            "SELECT key, sum(value) FROM tasks, json_each(left_out) WHERE run = ? GROUP BY key ORDER BY 2 DESC, 1",
            (run,),
        )
        return {reason: int(number) for reason, number in rows}

    def open_tasks(self, run: int) -> int:
        """The number of known requests that were not made yet."""
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
        """Stores the complete result of a request; returns the number of new photos.

        All photos of a run count as reported at the start of the run, so interruptions do not change the result.
        """
        with self._transaction():
            (reported,) = self._db.execute("SELECT began FROM runs WHERE run = ?", (run,)).fetchone()
            new = self._add(records, reported)
            self._put(run, tasks)
            self._db.execute(
                "UPDATE tasks SET fetched = ?, total = ?, count = ?, new = ?, left_out = ? WHERE run = ? AND task = ?",
                (now(), total, len(records), new, _text(left_out), run, _text(task)),
            )
        return new

    def end(self, run: int) -> None:
        """Marks the run as complete, even if tasks are left."""
        with self._transaction():
            self._db.execute("UPDATE runs SET ended = ? WHERE run = ?", (now(), run))

    def _put(self, run: int, tasks: Iterable[Any]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO tasks (run, task) VALUES (?, ?)", [(run, _text(task)) for task in tasks]
        )


def _text(task: Any) -> str:
    return json.dumps(task, sort_keys=True, separators=(",", ":"))
