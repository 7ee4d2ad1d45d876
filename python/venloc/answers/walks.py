# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Where each picture of a walk is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Walk:
    """A picture in the walk whose pictures were located together."""

    position: int
    """In the walk, from 1."""
    pictures: int
    """How many were located."""


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
