# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Where pictures come from.

A new source is a class in one file: what to ask first, and what to make of an answer. It is found by its entry point in the
group `venloc.sources`, so that other packages can bring sources along.
"""

from __future__ import annotations

import configparser
import math
import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from venloc.collecting.network import Network, is_of_web
from venloc.collecting.records import Query, Record
from venloc.errors import FormatError, InvalidArgumentError, SourceError

Task: TypeAlias = dict[str, Any]
"""One request to make, in plain values: runs are gone on with from those that are left."""


@dataclass
class Fetched:
    """What a request brought."""

    records: list[Record] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    """What is to be asked besides; what was asked in the run before is not asked again."""
    total: int = 0
    """How many pictures the source says there are in all for the task; 0 = unknown."""
    left_out: Counter[str] = field(default_factory=Counter)
    """How many entries are not among the records, by reason."""

    def take(self, record: Record | None, query: Query, unusable: str) -> None:
        """Takes in what was made of an entry, where it is wanted; `unusable` is said of one of which nothing was made."""
        if record is None:
            self.left_out[unusable] += 1
        elif not query.wants(record):
            self.left_out["other place, day or licence"] += 1
        else:
            self.records.append(record)


def quarters(box: list[float]) -> list[list[float]]:
    """Of an area (west, south, east, north), which share their edges."""
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
    """Where one gets a key."""
    resumable: ClassVar[bool] = True
    """Whether a run that was stopped is gone on with; else it is begun anew, as where asking costs nothing."""
    per_second: ClassVar[float] = 1.0
    """Most requests a second that its operators ask for."""

    def __init__(self, key: str = "", address: str = "") -> None:
        """Raises InvalidArgumentError where the address is none."""
        self.key = key
        if address:
            self.require_address(address)
            self.address = address  # type: ignore[misc] # of this one

    def require_address(self, address: str) -> None:
        """Raises InvalidArgumentError where the address is none of a server."""
        if not is_of_web(address):
            raise InvalidArgumentError(f"'{address}' is no address of a server: write it as https://… or http://…")

    @abstractmethod
    def first(self, query: Query) -> list[Task]:
        """What to ask first."""

    @abstractmethod
    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Makes one request and reads the answer. Raises SourceError."""

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        """The records with addresses of pictures that work now, for sources whose addresses expire."""
        return records


def text_of(value: Any) -> str:
    """Of a value of JSON: a text or a whole number; empty for all else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def number_of(value: Any) -> float:
    """Of a value of JSON: a number, or a text that is one. Raises ValueError for all else, and for one that is not finite."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("no number")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("no number of that size") from None
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number


def whole_of(value: Any) -> int:
    """Of a value of JSON: a whole number; 0 where there is none."""
    try:
        return int(number_of(value))
    except ValueError:
        return 0


def names() -> list[str]:
    """Of all sources that are installed."""
    return sorted({point.name for point in _points()})


def find(name: str, *, address: str = "") -> Source:
    """The source of this name, with its key.

    Raises InvalidArgumentError where there is none, or the address is none; SourceError without key.
    """
    for point in _points():
        if point.name == name:
            kind: type[Source] = point.load()
            return kind(find_key(kind), address)
    raise InvalidArgumentError(f"there is no source '{name}'; there are {', '.join(names())}")


def _points() -> Iterable[Any]:
    return entry_points(group="venloc.sources")


def keys_file() -> Path:
    """Where keys may be kept instead of in the environment."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "venloc" / "keys.ini"


def find_key(kind: type[Source]) -> str:
    """From the environment, or from the entry `key` of the source's section in keys_file()."""
    if not kind.key_variable:
        return ""
    key = os.environ.get(kind.key_variable, "").strip()
    if key:
        return _checked(key, kind)
    file = keys_file()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeError):
        # Its own message would show the line.
        raise FormatError(f"'{file}' can not be read: write lines [{kind.name}] and key = …") from None
    key = parser.get(kind.name, "key", fallback="").strip()
    if key:
        return _checked(key, kind)
    where = f" (get one at {kind.key_page})" if kind.key_page else ""
    raise SourceError(
        f"{kind.name} needs a key{where}: put it into the environment variable {kind.key_variable}, or into '{file}' "
        f"as key = … below [{kind.name}]"
    )


def _checked(key: str, kind: type[Source]) -> str:
    if not (key.isascii() and key.isprintable()):
        raise SourceError(f"the key for {kind.name} has characters that no key has: copy it again")
    return key
