# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Wikimedia Commons, by the API of MediaWiki: `list=geosearch` finds files in an area, `prop=imageinfo` describes them.

A search by area has no second page. An area whose result is full, or which the server rejects as too large, is split into
quarters. The server also rejects areas below 100 m². For such areas, and for spots with more files than a search by area
returns, files are found by text search (`list=search` with `nearcoord:` of CirrusSearch). It has pages, up to 10,000 files, but
knows only the place of the camera.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from venloc._core import BoundingBox, LatLng, distance_m
from venloc.collecting.network import Network, TryAgain
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources.base import Fetched, Source, Task, quarters
from venloc.collecting.sources.values import number_of, text_of, whole_of
from venloc.errors import SourceError

_MOST = 500  # places of a search
_MOST_BY_WORDS = 10_000
_FULL = 0.9  # share of them from which on there may be more, as those of files that were deleted since are left out
_PAGES = 50  # files that are described at once
_SMALLEST_M2 = 1000.0  # of an area that is still split
_THUMBNAIL_PX = 1280
_LONGEST_TEXT = 5000  # letters of HTML that are read; the parser takes long for long nonsense
_KINDS = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp"})
_BUSY = frozenset({"maxlag", "ratelimited", "readonly", "cirrussearch-too-busy-error"})
_TOO_LARGE = "toobig"

_LICENCES = (
    (re.compile(r"^cc(?:0|[- ]zero)\b.*$", re.I), "CC0-1.0"),
    (re.compile(r"^(?:public domain.*|pd(?:[- ].*)?)$", re.I), "PDM-1.0"),
    (re.compile(r"^no (?:known )?(?:copyright )?restrictions.*$", re.I), "NKCR"),
)
# Of several versions the first counts; what a country has made of a licence has its name.
_CREATIVE = re.compile(r"^cc[- ](by(?:[- ](?:nc|nd|sa))*)(?:[- ](\d\.\d))?.*$", re.I)
_TAKEN = re.compile(
    r"(?:Taken on )?(\d{4}(?:-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)?)?)Z?(?: \(according to Exif data\))?"
)
_VOID = frozenset(
    {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
)  # elements without an end
_APART = frozenset({"br", "dd", "div", "dt", "li", "p", "td", "th", "tr"})  # elements that part words


class Commons(Source):
    """Pictures of Wikimedia Commons. A task is an area, a circle, or a list of files to describe.

    A search by area does not accept keywords, so venloc searches for them in names and descriptions. Days are compared if the
    page of the picture has a date. The place is that of the camera, or else of the subject. Commons does not report its accuracy.
    """

    name = "commons"
    address = "https://commons.wikimedia.org/w/api.php"
    per_second = 2.0

    def first(self, query: Query) -> list[Task]:
        """One task for each area of the query."""
        return [{"box": area} for area in query.areas]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Searches an area or a circle, or describes files."""
        if "box" in task:
            return self._search(task["box"], network)
        if "around" in task:
            return self._around(task, network)
        fields = {
            "prop": "imageinfo|coordinates",
            "pageids": "|".join(map(str, task["pages"])),
            "iiprop": "url|size|mime|extmetadata",
            "iiurlwidth": str(_THUMBNAIL_PX),
            "iiextmetadatalanguage": "en",
            "colimit": str(_MOST),
            "coprimary": "all",
            "coprop": "type",
        }
        reply = self._reply(fields, network)
        if "continue" in reply and len(task["pages"]) > 1:
            # The reply is not complete for all of them. (Of one page it is; what follows are its older versions.)
            half = len(task["pages"]) // 2
            return Fetched(tasks=[{"pages": task["pages"][:half]}, {"pages": task["pages"][half:]}])
        pages = _list(reply, "pages")
        found = Fetched(total=len(task["pages"]))
        for page in pages:
            record = _record(page)
            if record is not None and not _mentions(page, query.keywords):
                found.left_out["not of the keywords"] += 1
            else:
                found.take(record, query, "no picture, or no place")
        return found

    def _search(self, box: list[float], network: Network) -> Fetched:
        west, south, east, north = box
        fields = {
            "list": "geosearch",
            "gsbbox": "|".join(f"{degrees:.7f}" for degrees in (north, west, south, east)),
            "gsnamespace": "6",
            "gslimit": str(_MOST),
            "gsprimary": "all",
        }
        reply = self._reply(fields, network)
        found = _list(reply, "geosearch")
        area_m2 = BoundingBox(south, west, north, east).area_m2()
        refused = "error" in reply
        if (refused or len(found) >= _FULL * _MOST) and area_m2 > _SMALLEST_M2:
            return Fetched(tasks=[{"box": part} for part in quarters(box)], total=len(found))
        # A file that has two places is requested once.
        pages = sorted({page for entry in found if (page := _page_id(entry))})
        tasks = _described(pages)
        if refused or len(found) >= _FULL * _MOST:
            middle = LatLng((south + north) / 2, (west + east) / 2)
            radius_m = math.ceil(distance_m(middle, LatLng(south, west)))
            tasks.append({"around": [middle.lat, middle.lng, radius_m], "from": 0})
        return Fetched(tasks=tasks, total=len(pages))

    def _around(self, task: Task, network: Network) -> Fetched:
        lat, lng, radius_m = task["around"]
        fields = {
            "list": "search",
            "srsearch": f"nearcoord:{radius_m}m,{lat:.7f},{lng:.7f}",
            "srnamespace": "6",
            "srlimit": str(_MOST),
            "sroffset": str(task["from"]),
            "srsort": "create_timestamp_asc",  # or pages would overlap when the index changes
            "srinfo": "totalhits",
            "srprop": "",
        }
        reply = self._reply(fields, network)
        pages = [page for entry in _list(reply, "search") if (page := _page_id(entry))]
        tasks = _described(pages)
        following = task["from"] + _MOST
        fetched = Fetched(tasks=tasks, total=len(pages))
        if "continue" in reply and following + _MOST <= _MOST_BY_WORDS:
            tasks.append({**task, "from": following})
        elif "continue" in reply:
            about = reply["query"].get("searchinfo")
            beyond = whole_of(about.get("totalhits") if isinstance(about, dict) else 0) - following
            fetched.left_out[f"beyond the {_MOST_BY_WORDS} that a search lists for one spot"] = max(1, beyond)
        return fetched

    def _reply(self, fields: dict[str, str], network: Network) -> dict[str, Any]:
        """The reply. It contains an error when the area is too large."""
        common = {"action": "query", "format": "json", "formatversion": "2", "maxlag": "5"}
        reply: dict[str, Any] = network.json(self.address, {**common, **fields}, check=_check)
        return reply


def _check(reply: Any) -> None:
    if not isinstance(reply, dict):
        raise TryAgain("the reply has an unexpected form")
    if "error" in reply:
        error = reply["error"] if isinstance(reply["error"], dict) else {}
        code, text = str(error.get("code", "")), str(error.get("info", ""))
        if code in _BUSY or code.startswith("internal_api_error"):
            raise TryAgain(f"commons: {text} ({code})")
        if code != _TOO_LARGE:
            raise SourceError(f"commons: {text} ({code})")
    # A search that finds nothing may come without the part `query`.
    elif not isinstance(reply.get("query", {}), dict) or ("query" not in reply and "batchcomplete" not in reply):
        raise TryAgain("the reply has no member 'query'")


def _list(reply: dict[str, Any], name: str) -> list[Any]:
    found = reply.get("query", {}).get(name)
    return found if isinstance(found, list) else []


def _described(pages: list[int]) -> list[Task]:
    return [{"pages": pages[i : i + _PAGES]} for i in range(0, len(pages), _PAGES)]


def _page_id(entry: Any) -> int:
    """0 where there is none."""
    value = entry.get("pageid") if isinstance(entry, dict) else None
    return value if isinstance(value, int) else 0


def _record(page: Any) -> Record | None:
    """The record of a page; None when it is not a picture with a place."""
    try:
        about = page["imageinfo"][0]
        place = max(page["coordinates"], key=lambda c: (c.get("type") == "camera", bool(c.get("primary"))))
        lat, lng = number_of(place["lat"]), number_of(place["lon"])
        width, height = whole_of(about["width"]), whole_of(about["height"])
        kind, original, small = text_of(about["mime"]), text_of(about["url"]), text_of(about.get("thumburl"))
        identity, title = text_of(page["pageid"]), text_of(page["title"])
        sizes = [Size(max(width, height), original)]
        small_px = max(whole_of(about.get("thumbwidth")), whole_of(about.get("thumbheight")))
        if small and small != original and small_px > 0:
            sizes.insert(0, Size(small_px, small))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    if kind not in _KINDS or not identity or not original or not (abs(lat) <= 90 and abs(lng) <= 180):
        return None
    return Record(
        "commons",
        identity,
        lat,
        lng,
        page=text_of(about.get("descriptionurl")),
        author=_plain(_metadata(about, "Artist")),
        licence=licence(_plain(_metadata(about, "LicenseShortName")) or _plain(_metadata(about, "License"))),
        taken=_taken(_plain(_metadata(about, "DateTimeOriginal"))),
        title=re.sub(r"^File:|\.\w+$", "", title),
        width=width,
        height=height,
        sizes=tuple(sizes),
    )


def licence(text: str) -> str:
    """Converts the name of a licence on Commons to the names of records. Other names are returned unchanged."""
    for pattern, name in _LICENCES:
        if pattern.match(text):
            return name
    if found := _CREATIVE.match(text):
        terms = found[1].upper().replace(" ", "-")
        return f"CC-{terms}-{found[2]}" if found[2] else f"CC-{terms}"
    return text


def _mentions(page: Any, keywords: str) -> bool:
    """Whether all keywords are in the name or the description."""
    text = f"{page['title']} {_plain(_metadata(page['imageinfo'][0], 'ImageDescription'))}".lower()
    return all(word in text for word in re.findall(r"\w+", keywords.lower()))


def _metadata(about: Any, name: str) -> str:
    values = about.get("extmetadata")
    entry = values.get(name) if isinstance(values, dict) else None
    return text_of(entry.get("value")) if isinstance(entry, dict) else ""


def _plain(html: str) -> str:
    words = _Words()
    words.feed(html[:_LONGEST_TEXT].replace("<![", "&lt;!["))  # the parser stumbles over it
    words.close()
    return " ".join("".join(words.found).split())


class _Words(HTMLParser):
    """Extracts the visible text of HTML, and dates in their machine-readable form. Hidden Wikidata statements are skipped."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden: list[str] = []  # elements that are open, from the first that is not shown

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _APART:
            self.found.append(" ")
        if tag in _VOID:
            return
        day = values.get("datetime") if tag == "time" and not self._hidden else None
        if day:
            self.found.append(day)
        if self._hidden or day or "display:none" in (values.get("style") or "").replace(" ", ""):
            self._hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        if tag in _APART:
            self.found.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _taken(text: str) -> str:
    """The date if the text is a day, a month or a year in ISO 8601; else empty."""
    match = _TAKEN.fullmatch(re.sub(r"^(\d{4}):(\d\d):(\d\d)", r"\1-\2-\3", text))
    if match is None:
        return ""
    found = match[1].replace(" ", "T")
    try:
        datetime.fromisoformat(found + "-01-01"[len(found) - 4 :] if len(found) < 10 else found)
    except ValueError:
        return ""
    return found
