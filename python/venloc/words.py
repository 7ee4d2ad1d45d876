# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers in words."""

from __future__ import annotations

from typing import Literal, TypeAlias

from venloc._core import LatLng, Prediction

MIN_IN_AREA = 0.5  # of a picture that may show the city at all
PIN_CONFIDENCE = 0.5  # from here on the answer is a place, below a neighbourhood
SURE_CONFIDENCE = 0.8  # from here on the sentence has the 90 % radius

Verdict: TypeAlias = Literal["pin", "around", "elsewhere"]


def verdict(prediction: Prediction) -> Verdict:
    """How an answer is to be reported: as a place, as a neighbourhood, or as a picture of somewhere else."""
    if prediction.in_area < MIN_IN_AREA:
        return "elsewhere"
    return "pin" if prediction.confidence >= PIN_CONFIDENCE else "around"


def summary(prediction: Prediction, city: str = "") -> str:
    """The answer in words."""
    lat, lng = prediction.location
    # A third decimal is a hundred metres.
    rough = f"{lat:.3f}, {lng:.3f}"
    kind = verdict(prediction)
    if kind == "elsewhere":
        return f"This does not look like {city or 'this city'}; if it is, the place is somewhere around {rough}"
    where = f" in {city}" if city else ""
    if kind == "around":
        return f"Not sure: perhaps within {distance_text(prediction.radius_90_m)} of {rough}{where}"
    if prediction.confidence >= SURE_CONFIDENCE:
        return f"Very likely within {distance_text(prediction.radius_90_m)} of {lat:.5f}, {lng:.5f}{where}"
    return f"Probably within {distance_text(prediction.radius_50_m)} of {lat:.5f}, {lng:.5f}{where}"


def distance_text(metres: float) -> str:
    """The distance with two significant figures: a credible radius is not known more precisely."""
    if metres >= 950:
        return f"{metres / 1000:.1f} km"
    return f"{round(metres, -1):.0f} m" if metres >= 95 else f"{metres:.0f} m"


def map_address(place: LatLng) -> str:
    """The address of a web page that shows the place on a map."""
    return f"https://www.openstreetmap.org/?mlat={place.lat:.6f}&mlon={place.lng:.6f}#map=18/{place.lat:.6f}/{place.lng:.6f}"
