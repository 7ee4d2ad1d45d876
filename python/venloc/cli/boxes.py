# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The option --box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from venloc.cli.console import wrong_usage

if TYPE_CHECKING:
    from venloc._core import BoundingBox

_WIDEST_CROSSING_DEG = 180.0
"""A wider box across the antimeridian has its west and east exchanged: no city is half as wide as the Earth."""


def parse_box(text: str) -> BoundingBox:
    """The area with this name or these bounds; reports wrong usage, with the likely correction, for any other text."""
    from venloc._core import BoundingBox
    from venloc.collecting import BOXES

    if text in BOXES:
        return BOXES[text]
    try:
        bounds = tuple(map(float, text.split(",")))
        south, west, north, east = bounds
    except ValueError:
        wrong_usage(f"--box {text}: give {', '.join(BOXES)}, or SOUTH,WEST,NORTH,EAST in degrees")
    if not _is_box(*bounds):
        wrong_usage(f"--box {text}: {_advice(south, west, north, east)}")
    return BoundingBox(south, west, north, east)


def _advice(south: float, west: float, north: float, east: float) -> str:
    """What is wrong with these bounds, and the likely correction."""
    suggestions = (
        ("SOUTH is above NORTH", (north, west, south, east)),
        ("WEST is east of EAST (a box across 180° can be half as wide as the Earth)", (south, east, north, west)),
        ("SOUTH is above NORTH, and WEST east of EAST", (north, east, south, west)),
        ("the order seems to be WEST,SOUTH,EAST,NORTH", (west, south, east, north)),
        ("the order seems to be SOUTH,NORTH,WEST,EAST", (south, north, west, east)),
        ("the order seems to be WEST,EAST,SOUTH,NORTH", (north, south, east, west)),
    )
    for reason, corrected in suggestions:
        if _is_box(*corrected):
            return f"{reason}. Give SOUTH,WEST,NORTH,EAST: --box={_text(corrected)}"
    return "a box needs SOUTH below NORTH, -90 to 90, and WEST and EAST from -180 to 180, in degrees"


def order_hints(text: str, found: int) -> list[str]:
    """For a box in which nothing was found: the same numbers, read in the order that other programs use."""
    if found or "," not in text:
        return []
    box = parse_box(text)
    corrected = (box.west, box.south, box.east, box.north)
    if not _is_box(*corrected):
        return []
    return [
        f"nothing is inside --box {text}: if that is WEST,SOUTH,EAST,NORTH, give SOUTH,WEST,NORTH,EAST: "
        f"--box={_text(corrected)}"
    ]


def _is_box(south: float, west: float, north: float, east: float) -> bool:
    in_range = -90 <= south < north <= 90 and -180 <= west <= 180 and -180 <= east <= 180 and west != east
    return in_range and (west < east or west - east > 360 - _WIDEST_CROSSING_DEG)


def _text(bounds: tuple[float, ...]) -> str:
    return ",".join(f"{bound:.10g}" for bound in bounds)
