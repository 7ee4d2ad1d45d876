# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers in words, for formats that people read in other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from venloc._core import LatLng, Prediction
from venloc.words import summary


def name_of(entry: Mapping[str, Any]) -> str:
    """The name of the picture, without its folders."""
    file: str = entry["file"]
    return file if "://" in file else PurePath(file).name or file


def sentence(entry: Mapping[str, Any], city: str) -> str:
    """The answer in words, with its notes."""
    prediction = Prediction(
        location=LatLng(entry["lat"], entry["lng"]),
        confidence=entry["confidence"],
        in_area=entry["in_area"],
        radius_50_m=entry["radius_50_m"],
        radius_90_m=entry["radius_90_m"],
    )
    notes = "".join(f" {note}" for note in entry["notes"])
    return f"{summary(prediction, city)}; confidence {entry['confidence']:.2f} (error below 100 m).{notes}"
