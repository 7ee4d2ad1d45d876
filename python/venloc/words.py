# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers in words."""

from __future__ import annotations

from venloc._core import Prediction


def summary(prediction: Prediction) -> str:
    """The answer in words."""
    place = f"{prediction.location.lat:.5f}, {prediction.location.lng:.5f}"
    if prediction.in_area < 0.5:
        return f"probably not in this city; if it is, then near {place}"
    if prediction.confidence >= 0.8:
        return f"almost surely within {distance_text(prediction.radius_90_m)} of {place}"
    if prediction.confidence >= 0.5:
        return f"probably within {distance_text(prediction.radius_50_m)} of {place}"
    if prediction.confidence >= 0.25:
        return f"perhaps within {distance_text(prediction.radius_50_m)} of {place}"
    return f"somewhere within {distance_text(prediction.radius_90_m)} of {place}; not sure"


def distance_text(metres: float) -> str:
    """Two figures are all that a credible radius is worth."""
    if metres >= 950:
        return f"{metres / 1000:.1f} km"
    return f"{round(metres, -1):.0f} m" if metres >= 95 else f"{metres:.0f} m"
