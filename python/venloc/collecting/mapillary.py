# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Mapillary, by version 4 of its API: `/images` of an area.

A search by area has no second page: one that is full is split into quarters, and below a few metres into halves of its time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from venloc.collecting.network import Network, TryAgain
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources import Fetched, Source, Task
from venloc.errors import SourceError

_MOST = 2000  # pictures of a search
_LARGEST_DEG = 0.05  # side of an area; its square must stay below a hundredth of a square degree
_SMALLEST_DEG = 1e-5  # side of an area that is still split
_BEGIN_S = 0  # 1970
_SIZES = {"thumb_1024_url": 1024, "thumb_2048_url": 2048, "thumb_original_url": 0}
_PLACE = "id,geometry,computed_geometry,captured_at,creator,width,height,is_pano"


class Mapillary(Source):
    """Street-level pictures of Mapillary, all under CC-BY-SA-4.0. Tasks are an area and a time.

    Panoramas are left out, as they are no views. Keywords do not apply: the pictures have no text.
    """

    name = "mapillary"
    address = "https://graph.mapillary.com/images"
    key_variable = "VENLOC_MAPILLARY_TOKEN"
    key_page = "https://www.mapillary.com/dashboard/developers"
    per_second = 5.0

    def first(self, query: Query) -> list[Task]:
        """The area in squares that are small enough."""
        box = query.box
        since = _seconds(query.since, _BEGIN_S)
        until = _seconds(query.until, int(time.time()) - 86_399) + 86_399
        tasks = []
        south = box.south
        while south < box.north:
            north = min(south + _LARGEST_DEG, box.north)
            west = box.west
            while west < box.east:
                east = min(west + _LARGEST_DEG, box.east)
                tasks.append({"box": [west, south, east, north], "since": since, "until": until})
                west = east
            south = north
        return tasks

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Searches an area."""
        fields = {
            "fields": f"{_PLACE},{','.join(_SIZES)}",
            "bbox": ",".join(f"{degrees:.7f}" for degrees in task["box"]),
            "start_captured_at": _time(task["since"]),
            "end_captured_at": _time(task["until"]),
            "limit": str(_MOST),
        }
        found = self._asked(self.address, fields, network)["data"]
        if len(found) >= _MOST and (parts := _split(task)):
            return Fetched(tasks=parts, total=len(found))
        records = [record for picture in found if (record := _record(picture)) and query.wants(record)]
        return Fetched(records, total=len(found))

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        """With new addresses of the pictures; those that are gone are as they were."""
        fresh = []
        for record in records:
            address = f"{self.address.rsplit('/', 1)[0]}/{record.id}"
            try:
                reply = self._asked(address, {"fields": ",".join(_SIZES)}, network)
            except SourceError as error:
                if error.status not in (400, 404):
                    raise
                fresh.append(record)
                continue
            fresh.append(replace(record, sizes=_sizes(reply)))
        return fresh

    def _asked(self, address: str, fields: dict[str, str], network: Network) -> dict[str, Any]:
        # In the head of the request, as addresses are written down on the way.
        headers = {"Authorization": f"OAuth {self.key}"}
        try:
            reply: dict[str, Any] = network.json(address, fields, headers=headers, check=_check)
        except SourceError as error:
            if error.status in (401, 403):
                message = f"mapillary refuses the token (status {error.status}): see {self.key_variable}"
                raise SourceError(message, status=error.status) from None
            raise
        return reply


def _check(reply: Any) -> None:
    if not isinstance(reply, dict):
        raise TryAgain("a reply of another form")
    if "data" in reply and not isinstance(reply["data"], list):
        raise TryAgain("a reply without data")
    if "data" not in reply and "id" not in reply:
        raise TryAgain("a reply without data")


def _split(task: Task) -> list[Task]:
    """The parts of a search that finds too much; none where it is as small as can be."""
    west, south, east, north = task["box"]
    since, until = task["since"], task["until"]
    if max(east - west, north - south) > _SMALLEST_DEG:
        x, y = (west + east) / 2, (south + north) / 2
        boxes = [[west, south, x, y], [x, south, east, y], [west, y, x, north], [x, y, east, north]]
        return [{**task, "box": box} for box in boxes]
    if since + 1 < until:
        middle = (since + until) // 2
        # Both ends may or may not count, so that the parts share theirs.
        return [{**task, "until": middle + 1}, {**task, "since": middle}] if until - since > 2 else []
    return []


def _record(picture: Any) -> Record | None:
    """None where the entry is no view with a place."""
    try:
        measured = picture.get("computed_geometry") or picture["geometry"]
        lng, lat = (float(degrees) for degrees in measured["coordinates"][:2])
        identity = str(picture["id"])
        width, height = int(picture.get("width") or 0), int(picture.get("height") or 0)
        taken = _day(picture.get("captured_at"))
        creator = picture.get("creator") or {}
        author = str(creator.get("username", ""))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return None
    if picture.get("is_pano") or not identity or not (abs(lat) <= 90 and abs(lng) <= 180):
        return None
    return Record(
        "mapillary",
        identity,
        lat,
        lng,
        page=f"https://www.mapillary.com/app/?pKey={identity}",
        author=author,
        licence="CC-BY-SA-4.0",
        taken=taken,
        accuracy="street",
        # A computed place comes from matching pictures, the other from the phone alone.
        level=2 if picture.get("computed_geometry") else 1,
        width=width,
        height=height,
        sizes=_sizes(picture),
    )


def _sizes(picture: dict[str, Any]) -> tuple[Size, ...]:
    return tuple(Size(side, str(picture[name])) for name, side in _SIZES.items() if picture.get(name))


def _day(captured_at: Any) -> str:
    """From milliseconds since 1970."""
    if captured_at is None:
        return ""
    return datetime.fromtimestamp(int(captured_at) / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")


def _seconds(day: str, default: int) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp()) if day else default


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
