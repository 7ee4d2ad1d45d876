# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Runs a query to a source from the first to the last request; interrupted runs are resumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from venloc.collecting.catalogue import Catalogue
from venloc.collecting.network import Network
from venloc.collecting.records import Query
from venloc.collecting.sources import Source

Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Collected:
    """The result of a run."""

    run: int
    """Number of the run in the catalogue."""
    photos: int
    """Number of pictures that the source reported; a picture may be counted twice."""
    new: int
    """Number of pictures that were not in the catalogue before this call."""
    gone_on: bool
    """Whether an interrupted run was resumed."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Number of entries that were left out, by reason."""


def collect(
    source: Source, query: Query, catalogue: Catalogue, network: Network, progress: Progress | None = None
) -> Collected:
    """Queries the source for all pictures of the query, and adds them to the catalogue.

    An interrupted run of the same query is resumed. A completed one is repeated, and new pictures are added. Raises
    SourceError when the source does not respond; earlier results are kept.
    """
    text = query.to_json(address=source.address)
    run = catalogue.unfinished(source.name, text) if source.resumable else None
    gone_on = run is not None
    if run is None:
        run = catalogue.begin(source.name, text, source.first(query))
    new = 0
    done, photos = catalogue.progress(run)
    while (task := catalogue.next_task(run)) is not None and not (0 < query.maximum <= photos):
        found = source.fetch(task, query, network)
        records = found.records[: query.maximum - photos] if query.maximum else found.records
        new += catalogue.take(run, task, records, found.tasks, found.total, found.left_out)
        done, photos = done + 1, photos + len(records)
        if progress is not None:
            progress(f"querying {source.name}", done, done + catalogue.open_tasks(run))
    catalogue.end(run)
    return Collected(run, photos, new, gone_on, catalogue.left_out(run))
