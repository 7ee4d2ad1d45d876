# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Mapillary, by version 4 of its API: `/images` of an area.

A search by area has no second page. A search with a full result is split into quarters, and below a few metres into halves of
its time range, down to a few seconds. A search that the server rejects as too large is split into quarters down to a few hundred
metres.
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
    """Street-level pictures of Mapillary, all under CC-BY-SA-4.0. A task is an area and a time range [s since 1970].

    Panoramas are left out. Keywords have no effect, because the pictures have no text. Days are days of UTC.
    """

    name = "mapillary"
    address = "https://graph.mapillary.com/images"
    key_variable = "VENLOC_MAPILLARY_TOKEN"
    key_page = "https://www.mapillary.com/dashboard/developers"
    per_second = 5.0

    def first(self, query: Query) -> list[Task]:
        """One task for each area of the query. Raises SourceError when the query requests another licence."""
        if not query.wants_licence(_LICENCE):
            raise SourceError(
                f"mapillary has only the licence {_LICENCE}, not {', '.join(query.licences)}: choose it, or leave it out"
            )
        since = _seconds(query.since) if query.since else _BEGIN_S
        until = _seconds(query.until) + _DAY_S if query.until else _END_S
        return [{"box": area, "since": since, "until": until} for area in query.areas]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Searches an area. An area that is too large is split without a request."""
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
        """The records with new picture addresses. Records of deleted pictures are unchanged."""
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
        """The reply, which must have the member `needed` of this type. Raises SourceError."""

        def check(reply: Any) -> None:
            _refused(200, reply)
            if not isinstance(reply, dict) or not isinstance(reply.get(needed), kind):
                raise TryAgain(f"the reply has no member '{needed}'")

        # The token is in the head of the request, as addresses are written down on the way.
        headers = {"Authorization": f"OAuth {self.key}"}
        try:
            reply: dict[str, Any] = network.json(address, fields, headers=headers, check=check, refused=_refused)
        except SourceError as error:
            if error.status == _WRONG_TOKEN:
                message = f"mapillary rejects the token: check {self.key_variable}"
                raise SourceError(message, status=error.status) from None
            raise
        return reply


class _TooMuchError(SourceError):
    """A search that the server rejects because it is too large."""


def _refused(status: int, reply: Any) -> None:
    """Raises the error in the reply. The text of the server is not shown, because it may contain the token."""
    error = reply.get("error") if isinstance(reply, dict) else None
    if not isinstance(error, dict):
        return
    code, kind = error.get("code"), error.get("type")
    if code == _OAUTH:
        raise SourceError("mapillary rejects the token", status=_WRONG_TOKEN)
    if "reduce the amount of data" in str(error.get("message", "")):
        raise _TooMuchError(
            f"mapillary rejects the search as too large (error {code}): run it again later", status=status
        )
    if status < _LIMITED:
        if code in _BUSY or error.get("is_transient") is True:
            raise TryAgain(f"mapillary: error {code} ({kind})")
        raise SourceError(f"mapillary answers with error {code} ({kind}), status {status}", status=status)


def _split(task: Task) -> list[Task]:
    """The parts of a search with too many results; empty when it cannot be split further."""
    west, south, east, north = task["box"]
    since, until = task["since"], task["until"]
    if max(east - west, north - south) > _SMALLEST_DEG:
        return [{**task, "box": box} for box in quarters(task["box"])]
    if since < until:
        middle = (since + until) // 2
        return [{**task, "until": middle}, {**task, "since": middle + 1}]
    return []


def _record(picture: Any) -> Record | None:
    """The record of an entry; None for a panorama or an entry without place."""
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
