# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Conclusions about photos: findings, copies, and the decisions of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from venloc.collecting.catalogue.database import TAKE_DECISIONS, Database, now
from venloc.collecting.catalogue.rows import Decision, Finding


class Judgements(Database):
    """The part of a catalogue with findings, copies and decisions."""

    def put_findings(self, findings: Iterable[Finding], reasons: Iterable[str]) -> None:
        """Replaces all findings with these reasons; other findings stay."""
        with self._transaction():
            self._db.executemany("DELETE FROM findings WHERE reason = ?", [(reason,) for reason in reasons])
            self._db.executemany("INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)", map(astuple, findings))

    def findings(self) -> Iterator[Finding]:
        """All findings, in the order of source and id; the most doubtful finding of a photo comes first."""
        rows = self._db.execute("SELECT * FROM findings ORDER BY source, id, doubt DESC, reason")
        return (Finding(*row) for row in rows)

    def put_copies(self, copies: Iterable[tuple[str, str, str, str, float]]) -> None:
        """Replaces all copies. Each is given as its source and id, source and id of its original, and their similarity."""
        with self._transaction():
            self._db.execute("DELETE FROM copies")
            self._db.executemany("INSERT INTO copies VALUES (?, ?, ?, ?, ?)", copies)

    def copies(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The original of each copy, by source and id."""
        rows = self._db.execute("SELECT source, id, of_source, of_id FROM copies ORDER BY source, id")
        return {(source, identity): (of_source, of_id) for source, identity, of_source, of_id in rows}

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Stores decisions of people. They override all findings; later decisions replace earlier ones."""
        with self._transaction():
            time = now()
            self._db.execute("CREATE TEMP TABLE IF NOT EXISTS decided AS SELECT * FROM decisions LIMIT 0")
            self._db.execute("DELETE FROM decided")
            self._db.executemany(
                "INSERT INTO decided VALUES (?, ?, ?, ?, ?, ?, ?)", [(*astuple(d), time) for d in decisions]
            )
            self._db.execute(TAKE_DECISIONS.format(incoming="decided"))

    def decisions(self) -> dict[tuple[str, str], Decision]:
        """The decisions by source and id."""
        rows = self._db.execute("SELECT source, id, verdict, lat, lng, note FROM decisions ORDER BY source, id")
        return {(row[0], row[1]): Decision(*row) for row in rows}
