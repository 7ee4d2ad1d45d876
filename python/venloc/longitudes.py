# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Longitudes of places that may be on both sides of the antimeridian, the meridian of 180°."""

from __future__ import annotations

import math
from collections.abc import Sequence


def unrolled(lngs: Sequence[float]) -> list[float]:
    """The longitudes within half a turn of their mean direction [deg], so that neighbours have similar numbers."""
    angles = [math.radians(lng) for lng in lngs]
    mean = math.degrees(math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles))))
    return [lng + 360 if lng - mean < -180 else lng - 360 if lng - mean > 180 else lng for lng in lngs]


def within_turn(lng: float) -> float:
    """The same meridian from -180° to 180°, of a longitude that is up to a turn beyond."""
    return lng - 360 if lng > 180 else lng + 360 if lng < -180 else lng
