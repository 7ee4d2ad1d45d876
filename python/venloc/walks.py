# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Several pictures of one walk: their times and cameras, and locating them together."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

from venloc import errors
from venloc._core import Prediction, WalkMoment, decode_metadata, read_metadata

if TYPE_CHECKING:
    from venloc._core import Locator
    from venloc.failures import Failure
    from venloc.pictures import Picture

_FRACTION = re.compile(r"\.(\d{1,6})\d*")  # of a second; Python 3.10 reads three or six digits only

Time: TypeAlias = "datetime | str | None"
"""When a picture was taken: a datetime, a text in ISO 8601, or None when it is not known."""


def moments(
    count: int, times: Sequence[Time] | None = None, cameras: Sequence[str | None] | None = None
) -> list[WalkMoment]:
    """The moments of `count` pictures for combine_walk.

    Times without a time zone are local times of one place. Raises InvalidArgumentError when a list has another length,
    for a text that is no time, and when only some of the times have a time zone.
    """
    for name, values in (("times", times), ("cameras", cameras)):
        if values is not None and len(values) != count:
            raise errors.InvalidArgumentError(
                f"{name} has {len(values)} entries for {count} pictures: give one for each"
            )
    read = [_time(time, number) for number, time in enumerate(times or [None] * count)]
    zones = {time.tzinfo is not None for time in read if time is not None}
    if len(zones) > 1:
        raise errors.InvalidArgumentError("only some of the times have a time zone: give all of them one, or none")
    return [
        WalkMoment(time_s=None if time is None else _seconds(time), camera=camera or "")
        for time, camera in zip(read, cameras or [None] * count, strict=True)
    ]


def taken(pictures: Sequence[Picture]) -> list[datetime | None]:
    """The time of the exposure in the metadata of each picture that is a file or the bytes of one, else None; see comparable."""

    def of(picture: Picture) -> str | None:
        if isinstance(picture, str | os.PathLike):
            return read_metadata(picture).taken
        return decode_metadata(picture).taken if isinstance(picture, bytes) else None

    return comparable([of(picture) for picture in pictures])


def comparable(times: Sequence[str | None]) -> list[datetime | None]:
    """The times of several files, as Metadata.taken has them; None for what is no time.

    Time zones are kept when all of the times have one. Otherwise the times are those of the cameras' clocks.
    """

    def of(text: str) -> datetime | None:
        try:
            return _parsed(text)
        except ValueError:
            return None

    read = [None if text is None else of(text) for text in times]
    if all(time.tzinfo for time in read if time is not None):
        return read
    return [None if time is None else time.replace(tzinfo=None) for time in read]


def locate_together(
    locator: Locator,
    pictures: Sequence[Picture],
    times: Sequence[Time] | None = None,
    cameras: Sequence[str | None] | None = None,
    *,
    walk: Any = None,
    area: Any = None,
    prior: Any = None,
    num_threads: int = 0,
    **options: Any,
) -> list[Prediction | Failure]:
    """Locator.locate_together, whose documentation has the arguments."""
    pictures = list(pictures)
    moments(len(pictures), times, cameras)  # before the pictures are located, which takes longer
    answers = locator.locate(pictures, num_threads, area=area, prior=prior, **options)
    located = [number for number, answer in enumerate(answers) if isinstance(answer, Prediction)]
    found = taken([pictures[number] for number in located]) if times is None else [times[number] for number in located]
    combined = locator.combine_walk(
        [answers[number] for number in located],
        found,
        None if cameras is None else [cameras[number] for number in located],
        walk=walk,
        area=area,
        prior=prior,
        num_threads=num_threads,
    )
    for number, answer in zip(located, combined, strict=True):
        answers[number] = answer
    return answers


def _time(time: Time, number: int) -> datetime | None:
    if time is None or isinstance(time, datetime):
        return time
    if not isinstance(time, str):
        raise TypeError(f"times[{number}] is a {type(time).__name__}; give a datetime, a text in ISO 8601, or None")
    try:
        return _parsed(time)
    except ValueError:
        raise errors.InvalidArgumentError(
            f"times[{number}] is {time!r}, which is no time: write it like 2019-07-14T18:03:22"
        ) from None


def _parsed(text: str) -> datetime:
    """Raises ValueError when it is no time."""
    zone = "+00:00" if text.endswith("Z") else ""
    return datetime.fromisoformat(_FRACTION.sub(lambda found: f".{found[1]:<06}", text.removesuffix("Z")) + zone)


def _seconds(time: datetime) -> float:
    return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()
