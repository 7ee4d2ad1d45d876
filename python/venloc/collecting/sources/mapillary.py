# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Mapillary, by version 4 of its API: `/images` of an area.

A search by area has no second page: one that is full is split into quarters, and below a few metres into halves of its time,
down to a few seconds. One that the server finds too much is split into quarters down to a few hundred metres.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from venloc.collecting.network import Network, TryAgain
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources.base import Fetched, Source, Task, quarters
from venloc.collecting.sources.values import number_of, text_of, whole_of
from venloc.errors import SourceError

_MOST = 2000  # pictures of a search
_LARGEST_DEG2 = 0.009  # of an area; it must be below a hundredth of a square degree
_SMALLEST_DEG = 1e-5  # side of an area that is still split
_MODEST_DEG = 5e-3  # side of an area that no server should find too much
_BEGIN_S, _END_S = 0, 4102444800  # 1970 and 2100: cameras have wrong clocks
_DAY_S = 86_400
_MARGIN_S = 2  # by which times of a search are wider, as it is not documented whether their ends count
_LICENCE = "CC-BY-SA-4.0"
_WRONG_TOKEN = 401  # status
_LIMITED = 429  # status, from which on a request may be made again
_OAUTH = 190  # code of errors that are about the token
_BUSY = frozenset({1, 2, 4, 17, 32, 341, 613})  # codes of failures that pass
_SIZES = {"thumb_1024_url": 1024, "thumb_2048_url": 2048, "thumb_original_url": 0}
_PLACE = "id,geometry,computed_geometry,captured_at,creator,width,height,is_pano"


class Mapillary(Source):
    """Street-level pictures of Mapillary, all under CC-BY-SA-4.0. Tasks are an area and a time [s since 1970].

    Panoramas are left out, as they are no views. Keywords do not apply: the pictures have no text. Days are those of UTC.
    """

    name = "mapillary"
    address = "https://graph.mapillary.com/images"
    key_variable = "VENLOC_MAPILLARY_TOKEN"
    key_page = "https://www.mapillary.com/dashboard/developers"
    per_second = 5.0

    def first(self, query: Query) -> list[Task]:
        """The whole area. Raises SourceError where another licence is wanted."""
        box = query.box
        if not query.wants_licence(_LICENCE):
            raise SourceError(f"mapillary has the licence {_LICENCE} only, not {', '.join(query.licences)}")
        since = _seconds(query.since) if query.since else _BEGIN_S
        until = _seconds(query.until) + _DAY_S if query.until else _END_S
        return [{"box": [box.west, box.south, box.east, box.north], "since": since, "until": until}]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Searches an area; one that is too large is split without a request."""
        west, south, east, north = task["box"]
        if (east - west) * (north - south) > _LARGEST_DEG2:
            return Fetched(tasks=_split(task))
        fields = {
            "fields": f"{_PLACE},{','.join(_SIZES)}",
            "bbox": ",".join(f"{degrees:.7f}" for degrees in task["box"]),
            "limit": str(_MOST),
        }
        if task["since"] > _BEGIN_S:
            fields["start_captured_at"] = _time(task["since"] - _MARGIN_S)
        if task["until"] < _END_S:
            fields["end_captured_at"] = _time(task["until"] + _MARGIN_S)
        parts = _split(task)
        try:
            found = self._reply(self.address, fields, "data", list, network)["data"]
        except _TooMuchError:
            if max(east - west, north - south) <= _MODEST_DEG:
                raise
            return Fetched(tasks=parts)
        if len(found) >= _MOST and parts:
            return Fetched(tasks=parts, total=len(found))
        fetched = Fetched(total=len(found))
        for picture in found:
            fetched.take(_record(picture), query, "panorama, or no place")
        return fetched

    def renewed(self, records: list[Record], network: Network) -> list[Record]:
        """With new addresses of the pictures; those that are gone are as they were."""
        fresh = []
        for record in records:
            if not record.id.isdecimal():  # it becomes a part of an address, and catalogues come from others
                fresh.append(record)
                continue
            address = f"{self.address.rsplit('/', 1)[0]}/{record.id}"
            try:
                reply = self._reply(address, {"fields": "id," + ",".join(_SIZES)}, "id", str, network)
            except SourceError as error:
                if error.status not in (400, 404):
                    raise
                fresh.append(record)
                continue
            fresh.append(replace(record, sizes=_sizes(reply) or record.sizes))
        return fresh

    def _reply(self, address: str, fields: dict[str, str], needed: str, kind: type, network: Network) -> dict[str, Any]:
        """The reply, which has the entry that is needed, of this kind. Raises SourceError."""

        def check(reply: Any) -> None:
            _refused(200, reply)
            if not isinstance(reply, dict) or not isinstance(reply.get(needed), kind):
                raise TryAgain(f"a reply without {needed}")

        # The token is in the head of the request, as addresses are written down on the way.
        headers = {"Authorization": f"OAuth {self.key}"}
        try:
            reply: dict[str, Any] = network.json(address, fields, headers=headers, check=check, refused=_refused)
        except SourceError as error:
            if error.status == _WRONG_TOKEN:
                message = f"mapillary refuses the token: see {self.key_variable}"
                raise SourceError(message, status=error.status) from None
            raise
        return reply


class _TooMuchError(SourceError):
    """A search that the server would answer if it were for less."""


def _refused(status: int, reply: Any) -> None:
    """Finds an error in the reply. The server's text is not passed on, as it may repeat the token."""
    error = reply.get("error") if isinstance(reply, dict) else None
    if not isinstance(error, dict):
        return
    code, kind = error.get("code"), error.get("type")
    if code == _OAUTH:
        raise SourceError("mapillary refuses the token", status=_WRONG_TOKEN)
    if "reduce the amount of data" in str(error.get("message", "")):
        raise _TooMuchError(f"mapillary finds the search too large (error {code}): continue later", status=status)
    if status < _LIMITED:
        if code in _BUSY or error.get("is_transient") is True:
            raise TryAgain(f"mapillary: error {code} ({kind})")
        raise SourceError(f"mapillary answers with error {code} ({kind}), status {status}", status=status)


def _split(task: Task) -> list[Task]:
    """The parts of a search that finds too much; empty where it cannot be split further."""
    west, south, east, north = task["box"]
    since, until = task["since"], task["until"]
    if max(east - west, north - south) > _SMALLEST_DEG:
        return [{**task, "box": box} for box in quarters(task["box"])]
    if since < until:
        middle = (since + until) // 2
        return [{**task, "until": middle}, {**task, "since": middle + 1}]
    return []


def _record(picture: Any) -> Record | None:
    """None where the entry is no view with a place."""
    try:
        measured = picture.get("computed_geometry") or picture["geometry"]
        lng, lat = (number_of(degrees) for degrees in measured["coordinates"][:2])
        identity = text_of(picture["id"])
        taken = _time(number_of(picture["captured_at"]) / 1000) if picture.get("captured_at") else ""
        creator = picture.get("creator") or {}
        author = text_of(creator.get("username"))
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
        licence=_LICENCE,
        taken=taken,
        accuracy="street" if picture.get("computed_geometry") else "",
        # A computed place comes from matching pictures, the other from the phone alone.
        level=2 if picture.get("computed_geometry") else 1,
        width=whole_of(picture.get("width")),
        height=whole_of(picture.get("height")),
        sizes=_sizes(picture),
    )


def _sizes(picture: dict[str, Any]) -> tuple[Size, ...]:
    return tuple(Size(side, text_of(picture[name])) for name, side in _SIZES.items() if text_of(picture.get(name)))


def _seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=timezone.utc).timestamp())


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
