# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as waypoints of GPX 1.1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, BinaryIO

from venloc._core import version
from venloc.answers.outputs.columns import extras
from venloc.answers.outputs.texts import element, encoded
from venloc.answers.outputs.wording import name_of, sentence

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="venloc {version}">
"""


def write(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """A waypoint for each picture of this city.

    Readers of GPX know no doubt and no failure: pictures without a place, and those of other cities, are left out and counted.
    """
    left_out = 0
    out.write(_HEAD.format(version=version()).encode())
    for entry in entries:
        if "error" in entry or entry["verdict"] == "elsewhere":
            left_out += 1
        else:
            out.write(encoded(_waypoint(entry, city)))
    out.write(b"</gpx>\n")
    return left_out


def _waypoint(entry: Mapping[str, Any], city: str) -> Any:
    waypoint = element(None, "wpt", lat=f"{entry['lat']:.6f}", lon=f"{entry['lng']:.6f}")
    moment = _utc(entry["taken"])
    if moment:
        element(waypoint, "time", moment)
    element(waypoint, "name", name_of(entry))
    notes = [f"taken {entry['taken']} (local time)"] if entry["taken"] and not moment else []
    notes += [f"{name}: {value}" for name, value in extras(entry).items() if value]
    if notes:
        element(waypoint, "cmt", "; ".join(notes))
    element(waypoint, "desc", sentence(entry, city))
    element(waypoint, "src", "venloc")
    element(waypoint, "type", entry["verdict"])
    return waypoint


def _utc(taken: str | None) -> str:
    """The moment as GPX has it, in UTC; empty where the time zone of the camera is not known."""
    try:
        moment = datetime.fromisoformat((taken or "").replace("Z", "+00:00"))
    except ValueError:
        return ""
    return "" if moment.tzinfo is None else f"{moment.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"
