# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The interface of a source of pictures.

A new source is a class in one file. It defines the first requests of a query and how a reply is read. It is found by its entry
point in the group `venloc.sources`, so other packages can provide sources.
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
"""One request, as plain values that are stored. A run is resumed from its remaining tasks."""


@dataclass
class Fetched:
    """The result of a request."""

    records: list[Record] = field(default_factory=list)
    """The pictures of the reply."""
    tasks: list[Task] = field(default_factory=list)
    """Further requests. Requests that the run has already made are not repeated."""
    total: int = 0
    """Total number of pictures that the source reports for the task; 0 = unknown."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Number of entries that are not among the records, by reason."""

    def take(self, record: Record | None, query: Query, unusable: str) -> None:
        """Adds the record of an entry if it matches the query. An entry without record counts as left out, as `unusable`."""
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
    """A service with geotagged pictures. The key must not appear in tasks, messages or files."""

    name: ClassVar[str]
    """Name of the source, which begins the ids of its photos."""
    address: ClassVar[str]
    """Address of the interface."""
    key_variable: ClassVar[str] = ""
    """Environment variable with the key; empty when no key is needed."""
    key_page: ClassVar[str] = ""
    """Web page where users obtain a key."""
    resumable: ClassVar[bool] = True
    """Whether an interrupted run is resumed. Otherwise it starts again, for sources whose requests cost nothing."""
    per_second: ClassVar[float] = 1.0
    """Maximum requests a second that its operators allow."""

    def __init__(self, key: str = "", address: str = "") -> None:
        """Raises InvalidArgumentError for an invalid address."""
        self.key = key
        if address:
            self.require_address(address)
            self.address = address  # type: ignore[misc] # of this one

    def require_address(self, address: str) -> None:
        """Raises InvalidArgumentError when the address is not a web address."""
        if not is_of_web(address):
            raise InvalidArgumentError(f"'{address}' is not the address of a server: write it as https://… or http://…")

    @abstractmethod
    def first(self, query: Query) -> list[Task]:
        """The first requests of a query."""

    @abstractmethod
    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Makes one request and reads the reply. Raises SourceError."""

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        """The records with currently valid picture addresses, for sources whose addresses expire."""
        return records
