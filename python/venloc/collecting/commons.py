# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Wikimedia Commons, by the API of MediaWiki: `list=geosearch` for what is in an area, then `prop=imageinfo` for what it is.

A search by area has no second page: one that is full is split into quarters, as is one that the server finds too large.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from venloc.collecting.network import Network, TryAgain
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources import Fetched, Source, Task
from venloc.errors import SourceError

_MOST = 500  # files of a search
_PAGES = 50  # files that are described at once
_SMALLEST_DEG = 1e-5  # side of an area that is still split
_THUMBNAIL_PX = 1280
_KINDS = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp"})
_BUSY = frozenset({"maxlag", "ratelimited", "readonly", "toomanyvalues", "timeout"})
_TOO_LARGE = frozenset({"toobig", "bboxtoobig", "invalid-bbox-size"})

_LICENCES = (
    (re.compile(r"^cc0(?: 1\.0)?$", re.I), "CC0-1.0"),
    (re.compile(r"^(?:public domain.*|pd(?:[- ].*)?)$", re.I), "PDM-1.0"),
    (re.compile(r"^no (?:known )?(?:copyright )?restrictions.*$", re.I), "NKCR"),
)
_CREATIVE = re.compile(r"^cc[- ](by(?:[- ](?:nc|nd|sa))*)(?:[- ](\d\.\d))?.*$", re.I)


class Commons(Source):
    """Pictures of Wikimedia Commons. Tasks are an area, or pages of files that were found.

    Keywords are looked for in the name and the description, as a search by area takes none; days are those of the picture where
    the page tells one.
    """

    name = "commons"
    address = "https://commons.wikimedia.org/w/api.php"
    per_second = 2.0

    def first(self, query: Query) -> list[Task]:
        """The whole area."""
        box = query.box
        return [{"box": [box.west, box.south, box.east, box.north]}]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Searches an area, or describes files."""
        if "box" in task:
            return self._search(task["box"], network)
        fields = {
            "prop": "imageinfo|coordinates",
            "pageids": "|".join(map(str, task["pages"])),
            "iiprop": "url|size|mime|extmetadata",
            "iiurlwidth": str(_THUMBNAIL_PX),
            "iiextmetadatalanguage": "en",
            "colimit": str(_MOST),
        }
        pages = self._asked(fields, network).get("pages", [])
        records = [r for page in pages if (r := _record(page)) and query.wants(r) and _speaks_of(page, query.keywords)]
        return Fetched(records, total=len(task["pages"]))

    def _search(self, box: list[float], network: Network) -> Fetched:
        west, south, east, north = box
        fields = {
            "list": "geosearch",
            "gsbbox": "|".join(f"{degrees:.7f}" for degrees in (north, west, south, east)),
            "gsnamespace": "6",
            "gslimit": str(_MOST),
            "gsprimary": "all",
        }
        found = self._asked(fields, network).get("geosearch")
        if (found is None or len(found) >= _MOST) and max(east - west, north - south) > _SMALLEST_DEG:
            x, y = (west + east) / 2, (south + north) / 2
            parts = [[west, south, x, y], [x, south, east, y], [west, y, x, north], [x, y, east, north]]
            return Fetched(tasks=[{"box": part} for part in parts], total=len(found or []))
        if found is None:
            raise SourceError(f"commons finds an area of {east - west:g} degrees too large")
        # A page that is found twice, at the edge of two areas, is asked for once.
        pages = sorted({int(entry["pageid"]) for entry in found if isinstance(entry, dict) and "pageid" in entry})
        tasks = [{"pages": pages[i : i + _PAGES]} for i in range(0, len(pages), _PAGES)]
        return Fetched(tasks=tasks, total=len(pages))

    def _asked(self, fields: dict[str, str], network: Network) -> dict[str, Any]:
        """The part `query` of the reply; empty where the area is too large."""
        common = {"action": "query", "format": "json", "formatversion": "2", "maxlag": "5"}
        reply = network.json(self.address, {**common, **fields}, check=_check)
        query = reply.get("query", {})
        return query if isinstance(query, dict) else {}


def _check(reply: Any) -> None:
    if not isinstance(reply, dict):
        raise TryAgain("a reply of another form")
    error = reply.get("error")
    if error is None:
        if "query" not in reply and "batchcomplete" not in reply:
            raise TryAgain("a reply without query")
        return
    code, text = str(error.get("code", "")), str(error.get("info", ""))
    if code in _BUSY or code.startswith("internal_api_error"):
        raise TryAgain(f"commons: {text} ({code})")
    if code not in _TOO_LARGE and "too big" not in text:
        raise SourceError(f"commons: {text} ({code})")


def _record(page: Any) -> Record | None:
    """None where the page is no picture with a place."""
    try:
        about = page["imageinfo"][0]
        place = next((c for c in page["coordinates"] if c.get("primary")), page["coordinates"][0])
        lat, lng = float(place["lat"]), float(place["lon"])
        width, height, kind, original = int(about["width"]), int(about["height"]), about["mime"], str(about["url"])
        identity, title = str(page["pageid"]), str(page["title"])
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    if kind not in _KINDS or not (abs(lat) <= 90 and abs(lng) <= 180):
        return None
    sizes = [Size(max(width, height), original)]
    if about.get("thumburl") and about.get("thumbwidth") and about.get("thumbheight"):
        sizes.insert(0, Size(max(int(about["thumbwidth"]), int(about["thumbheight"])), str(about["thumburl"])))
    return Record(
        "commons",
        identity,
        lat,
        lng,
        page=str(about.get("descriptionurl", "")),
        author=_plain(_told(about, "Artist")),
        licence=licence(_plain(_told(about, "LicenseShortName"))),
        taken=_day(_plain(_told(about, "DateTimeOriginal"))),
        title=re.sub(r"^File:|\.\w+$", "", title),
        width=width,
        height=height,
        sizes=tuple(sizes),
    )


def licence(text: str) -> str:
    """The name that Commons has for a licence as records have it; another one as it is."""
    for pattern, name in _LICENCES:
        if pattern.match(text):
            return name
    if found := _CREATIVE.match(text):
        terms = found[1].upper().replace(" ", "-")
        return f"CC-{terms}-{found[2]}" if found[2] else f"CC-{terms}"
    return text


def _speaks_of(page: Any, keywords: str) -> bool:
    """Whether all keywords are in the name or the description."""
    text = f"{page['title']} {_plain(_told(page['imageinfo'][0], 'ImageDescription'))}".lower()
    return all(word in text for word in re.findall(r"\w+", keywords.lower()))


def _told(about: Any, name: str) -> str:
    values = about.get("extmetadata")
    entry = values.get(name) if isinstance(values, dict) else None
    return str(entry.get("value", "")) if isinstance(entry, dict) else ""


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


def _day(text: str) -> str:
    """ISO 8601 where the text begins with a day, a month or a year in its form; else empty."""
    found = re.match(r"^(\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)?)?)(?![\d-])", text)
    return found[1].replace(" ", "T") if found else ""
