# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of one walk: when they were taken, and where each of them is in the walk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_FRACTION = re.compile(r"\.(\d{1,6})\d*")  # of a second; Python 3.10 reads three or six digits only


@dataclass(frozen=True)
class Walk:
    """A picture in the walk whose pictures were located together."""

    position: int
    """In the walk, from 1."""
    pictures: int
    """How many were located."""


def times(taken: Sequence[str | None]) -> list[datetime | None]:
    """The times of `taken`, texts in ISO 8601, in a form in which they can be compared.

    Time zones are kept when all of the times have one. Otherwise the times are those of the cameras' clocks.
    """
    found = [None if text is None else _time(text) for text in taken]
    if all(time.tzinfo for time in found if time):
        return found
    return [time and time.replace(tzinfo=None) for time in found]


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_FRACTION.sub(lambda found: f".{found[1]:<06}", text))
    except ValueError:
        return None


def walks(times: Sequence[datetime | None]) -> list[Walk]:
    """The pictures with these times in their walk: by time, and those without one after the picture before them."""
    latest: datetime | None = None
    keys: list[tuple[bool, datetime]] = []
    for time in times:
        latest = time or latest
        keys.append((latest is not None, latest or datetime.min))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    position = {number: position for position, number in enumerate(order, 1)}
    return [Walk(position[number], len(keys)) for number in range(len(keys))]
