# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The interface of a source of pictures.

A new source is a class in one file: the first requests of a query, and how a reply is read. It is found by its entry point in
the group `venloc.sources`, so that other packages can provide sources.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from venloc.collecting.network import Network, is_of_web
from venloc.collecting.records import Query, Record
from venloc.errors import InvalidArgumentError

Task: TypeAlias = dict[str, Any]
"""One request to make, in plain values: a run is resumed from those that are left."""


@dataclass
class Fetched:
    """What a request brought."""

    records: list[Record] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    """Further requests to make; those that the run has made already are not repeated."""
    total: int = 0
    """How many pictures the source reports for the task in all; 0 = unknown."""
    left_out: Counter[str] = field(default_factory=Counter)
    """How many entries are not among the records, by reason."""

    def take(self, record: Record | None, query: Query, unusable: str) -> None:
        """Takes in the record of an entry, where it is wanted; one without is left out for the reason `unusable`."""
        if record is None:
            self.left_out[unusable] += 1
        elif not query.wants(record):
            self.left_out["other place, day or licence"] += 1
        else:
            self.records.append(record)


def quarters(box: list[float]) -> list[list[float]]:
    """The four quarters of an area (west, south, east, north); they share their edges."""
    west, south, east, north = box
    x, y = (west + east) / 2, (south + north) / 2
    return [[west, south, x, y], [x, south, east, y], [west, y, x, north], [x, y, east, north]]


class Source(ABC):
    """A place with geotagged pictures. The key stays out of tasks, messages and everything that is written down."""

    name: ClassVar[str]
    address: ClassVar[str]
    """Of its interface."""
    key_variable: ClassVar[str] = ""
    """Environment variable with the key; empty where none is needed."""
    key_page: ClassVar[str] = ""
    """Page on which a key is obtained."""
    resumable: ClassVar[bool] = True
    """Whether a run that was stopped is resumed; otherwise it starts again, as where requests cost nothing."""
    per_second: ClassVar[float] = 1.0
    """Maximum requests a second that its operators allow."""

    def __init__(self, key: str = "", address: str = "") -> None:
        """Raises InvalidArgumentError for an invalid address."""
        self.key = key
        if address:
            self.require_address(address)
            self.address = address  # type: ignore[misc] # of this one

    def require_address(self, address: str) -> None:
        """Raises InvalidArgumentError where the address is not that of a server."""
        if not is_of_web(address):
            raise InvalidArgumentError(f"'{address}' is not the address of a server: write it as https://… or http://…")

    @abstractmethod
    def first(self, query: Query) -> list[Task]:
        """The first requests of a query."""

    @abstractmethod
    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Makes one request and reads the reply. Raises SourceError."""

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        """The records with addresses of pictures that are valid now, for sources whose addresses expire."""
        return records
