# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Flickr, by flickr.photos.search.

A search returns at most its first 4,000 pictures, whatever total it reports. A search that finds more is split into quarters of
its area, and below a few metres into halves of its upload time. Areas and times include both ends, so no picture is missed.
"""

from __future__ import annotations

import math
import time
from typing import Any

from venloc.collecting.network import Network, TryAgain
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources.base import Fetched, Source, Task, quarters
from venloc.collecting.sources.values import number_of, text_of, whole_of
from venloc.errors import SourceError

_PER_PAGE = 250  # the most where an area is given
_MOST = 4000  # pictures of a search that can be had
_SMALLEST_DEG = 1e-4  # side of an area that is still split
_BEGIN = 1072915200  # 2004, before Flickr was there; a limit of time is needed, else only the last hours are searched
_LICENCES = {
    "0": "ARR",
    "1": "CC-BY-NC-SA-2.0",
    "2": "CC-BY-NC-2.0",
    "3": "CC-BY-NC-ND-2.0",
    "4": "CC-BY-2.0",
    "5": "CC-BY-SA-2.0",
    "6": "CC-BY-ND-2.0",
    "7": "NKCR",
    "8": "US-GOV",
    "9": "CC0-1.0",
    "10": "PDM-1.0",
    "11": "CC-BY-4.0",
    "12": "CC-BY-SA-4.0",
    "13": "CC-BY-ND-4.0",
    "14": "CC-BY-NC-4.0",
    "15": "CC-BY-NC-SA-4.0",
    "16": "CC-BY-NC-ND-4.0",
}
_SIZES = {"url_o": 0, "url_k": 2048, "url_h": 1600, "url_l": 1024, "url_c": 800, "url_z": 640, "url_m": 500}
_CITY = 11  # accuracy level
_WRONG_KEY = 100
_BUSY = frozenset({0, 10, 105, 106})  # codes of failures that pass


class Flickr(Source):
    """Photos of Flickr. A task is an area, a range of upload times and a page number."""

    name = "flickr"
    address = "https://api.flickr.com/services/rest/"
    key_variable = "VENLOC_FLICKR_KEY"
    key_page = "https://www.flickr.com/services/apps/create/"
    per_second = 1.0  # 3,600 an hour

    def first(self, query: Query) -> list[Task]:
        now = int(time.time())
        return [_task(area, _BEGIN, now, 1) for area in query.areas]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        fields = {
            "method": "flickr.photos.search",
            "api_key": self.key,
            "format": "json",
            "nojsoncallback": "1",
            "bbox": ",".join(f"{degrees:.7f}" for degrees in task["box"]),
            "min_upload_date": str(task["since"]),
            "max_upload_date": str(task["until"]),
            "has_geo": "1",
            "accuracy": str(_CITY),  # or finer; else it would be streets alone
            "media": "photos",
            "content_type": "1",
            "sort": "date-posted-asc",
            "per_page": str(_PER_PAGE),
            "page": str(task["page"]),
            "extras": "geo,license,owner_name,date_taken,o_dims," + ",".join(_SIZES),
        }
        if query.keywords:
            fields["text"] = query.keywords
        if query.since:
            fields["min_taken_date"] = f"{query.since} 00:00:00"
        if query.until:
            fields["max_taken_date"] = f"{query.until} 23:59:59"
        if query.licences:
            fields["license"] = ",".join(_licence_numbers(query))
        reply = network.json(self.address, fields, form=True, check=_check)["photos"]
        total = int(reply["total"])
        if total > _MOST and (parts := _split(task)):
            return Fetched(tasks=parts, total=total)
        found = Fetched(total=total)
        for photo in reply["photo"]:
            found.take(_record(photo), query, "no place")
        # Totals change during a run: a full last page may have a next one.
        pages = min(math.ceil(total / _PER_PAGE), _MOST // _PER_PAGE)
        if len(reply["photo"]) >= _PER_PAGE:
            pages = max(pages, min(task["page"] + 1, _MOST // _PER_PAGE))
        first = 2 if task["page"] == 1 else task["page"] + 1
        found.tasks = [{**task, "page": page} for page in range(first, pages + 1)]
        return found


def _task(box: list[float], since: int, until: int, page: int) -> Task:
    return {"box": box, "since": since, "until": until, "page": page}


def _split(task: Task) -> list[Task]:
    """The parts of a search with too many results; empty when it cannot be split further."""
    west, south, east, north = task["box"]
    since, until = task["since"], task["until"]
    if max(east - west, north - south) > _SMALLEST_DEG:
        return [_task(box, since, until, 1) for box in quarters(task["box"])]
    if since < until:
        middle = (since + until) // 2
        return [_task(task["box"], since, middle, 1), _task(task["box"], middle + 1, until, 1)]
    return []


def _licence_numbers(query: Query) -> list[str]:
    """Flickr's numbers of the requested licences. Raises SourceError when there are none."""
    found = [number for number, name in _LICENCES.items() if query.wants_licence(name)]
    if not found:
        raise SourceError(f"flickr has no licence {', '.join(query.licences)}: choose another, or leave it out")
    return found


def _check(reply: Any) -> None:
    if not isinstance(reply, dict):
        raise TryAgain("the reply has an unexpected form")
    if reply.get("stat") == "fail":
        code, message = reply.get("code"), reply.get("message")
        if code == _WRONG_KEY:
            raise SourceError(f"flickr rejects the key ({message}): check {Flickr.key_variable}")
        if code in _BUSY:
            raise TryAgain(f"flickr: {message} ({code})")
        raise SourceError(f"flickr: {message} ({code})")
    photos = reply.get("photos")
    if not isinstance(photos, dict) or not isinstance(photos.get("photo"), list):
        raise TryAgain("the reply has no member 'photos'")
    try:
        int(photos["total"])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise TryAgain("the reply has no member 'total'") from None


def _record(photo: Any) -> Record | None:
    """The record of an entry; None when it is not a photo with a place."""
    try:
        lat, lng = number_of(photo["latitude"]), number_of(photo["longitude"])
        identity, owner = text_of(photo["id"]), text_of(photo.get("owner"))
        level = whole_of(photo.get("accuracy"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if not identity or not (abs(lat) <= 90 and abs(lng) <= 180):
        return None
    return Record(
        "flickr",
        identity,
        lat,
        lng,
        page=f"https://www.flickr.com/photos/{owner}/{identity}",
        author=text_of(photo.get("ownername")),
        licence=_LICENCES.get(text_of(photo.get("license")), ""),
        # Zero granularity is the second; larger ones are months, years, or about that.
        taken=_taken(text_of(photo.get("datetaken")), text_of(photo.get("datetakengranularity", "0"))),
        title=text_of(photo.get("title")),
        accuracy=_accuracy(level),
        level=level,
        width=whole_of(photo.get("o_width")),
        height=whole_of(photo.get("o_height")),
        sizes=tuple(Size(side, text_of(photo[name])) for name, side in _SIZES.items() if text_of(photo.get(name))),
    )


def _taken(value: str, granularity: str) -> str:
    if value.startswith("0000") or len(value) < 10:
        return ""
    return {"0": value.replace(" ", "T"), "4": value[:7]}.get(granularity, value[:4])


def _accuracy(level: int) -> str:
    """The accuracy of a place, from the zoom level of the map on which it was set: 1 is the world, 16 a street."""
    if level == 0:
        return ""
    if level >= 15:
        return "street"
    if level >= 13:
        return "district"
    return "city" if level >= 10 else "region"
