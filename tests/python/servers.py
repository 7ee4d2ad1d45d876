# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Servers on this computer that answer as the sources of pictures do, in the form that their documentation gives.

Every reply can be spoilt: by chance, with a seed, or the next ones by name.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from venloc import BoundingBox, LatLng, distance_m

FAULTS = ("429", "500", "503", "html", "cut", "malformed", "empty")


@dataclass
class Reply:
    """What is sent."""

    body: bytes
    kind: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    """Between one byte and the next."""


@dataclass(frozen=True)
class Request:
    """A request; fields are those of the address and of a form."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """The client was killed."""


class Server:
    """Answers by `answer`; what came in is in `requests`, faults to come in `faults`."""

    def __init__(
        self,
        answer: Callable[[Request], Reply | Any],
        *,
        fault_rate: float = 0.0,
        seed: int = 0,
        retry_after: str = "0",
    ) -> None:
        self.answer = answer
        self.fault_rate = fault_rate
        self.retry_after = retry_after
        self.faults: deque[str] = deque()
        self.requests: list[Request] = []
        self.spoilt = 0
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def _fault(self) -> str:
        with self._lock:
            if self.faults:
                return self.faults.popleft()
            if self._random.random() < self.fault_rate:
                return self._random.choice(FAULTS)
        return ""

    def _reply(self, request: Request) -> Reply:
        reply = self.answer(request)
        return reply if isinstance(reply, Reply) else Reply(json.dumps(reply).encode())

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - its handlers have a self of their own
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._do(dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._do(dict(parse_qsl(body.decode(), keep_blank_values=True)))

            def _do(self, fields: dict[str, str]) -> None:
                request = Request(urlsplit(self.path).path, fields, {k.lower(): v for k, v in self.headers.items()})
                fault = server._fault()
                with server._lock:
                    server.requests.append(request)
                    server.spoilt += fault != ""
                    reply = server._reply(request)
                cut = False
                if fault.isdigit():
                    reply = Reply(b"busy", "text/plain", int(fault), {"Retry-After": server.retry_after})
                elif fault == "html":
                    reply = Reply(b"<!DOCTYPE html><title>Sorry</title>", "text/html")
                elif fault == "malformed":
                    reply = Reply(reply.body[: len(reply.body) // 2])
                elif fault == "empty":
                    reply = Reply(b"")
                elif fault == "cut":
                    cut = True
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # the client may be gone
                    for i in range(len(reply.body) if reply.pause_s else 0):
                        self.wfile.write(reply.body[i : i + 1])
                        time.sleep(reply.pause_s)
                    if reply.pause_s:
                        return
                    self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
                if cut:
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


@contextlib.contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The running server, in a thread of this program."""
    thread = threading.Thread(target=server._http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server._http.shutdown()
        server._http.server_close()
        thread.join()


def flickr_photo(number: int, lat: float, lng: float, **changes: Any) -> dict[str, Any]:
    """An entry of flickr.photos.search with the extras that venloc requests."""
    return {
        "id": str(5_000_000_000 + number),
        "owner": f"{number % 97}@N00",
        "secret": "0123456789",
        "server": "65535",
        "farm": 66,
        "title": f"Canal {number}",
        "ispublic": 1,
        "isfriend": 0,
        "isfamily": 0,
        "license": str(number % 11),
        "ownername": f"someone {number % 97}",
        "datetaken": f"2019-{number % 12 + 1:02}-{number % 28 + 1:02} 10:20:30",
        "datetakengranularity": 0,
        "datetakenunknown": "0",
        "latitude": f"{lat:.6f}",
        "longitude": f"{lng:.6f}",
        "accuracy": "16",
        "context": 0,
        "o_width": "4000",
        "o_height": "3000",
        "url_l": f"https://live.example/{number}_b.jpg",
        "height_l": 768,
        "width_l": 1024,
        "dateupload": str(1_500_000_000 + 60 * number),
        **changes,
    }


class FlickrAnswers:
    """flickr.photos.search over these photos, with its limits: an area and times of upload, at most 4,000 of a search."""

    KEY = "a-key-that-nobody-may-see"

    def __init__(
        self, photos: list[dict[str, Any]], *, most: int = 4000, reported_totals: Callable[[int], int] | None = None
    ):
        self.photos = photos
        self.most = most
        self.reported_totals = reported_totals or (lambda total: total)

    def __call__(self, request: Request) -> Any:
        f = request.fields
        if f.get("api_key") != self.KEY:
            return {"stat": "fail", "code": 100, "message": "Invalid API Key (Key has invalid format)"}
        west, south, east, north = map(float, f["bbox"].split(","))
        since, until = int(f["min_upload_date"]), int(f["max_upload_date"])
        licences = f["license"].split(",") if "license" in f else None
        found = [
            photo
            for photo in self.photos
            if west <= float(photo["longitude"]) <= east
            and south <= float(photo["latitude"]) <= north
            and since <= int(photo["dateupload"]) <= until
            and int(photo["accuracy"]) >= int(f.get("accuracy", "16"))
            and (licences is None or photo["license"] in licences)
            and f.get("min_taken_date", "") <= photo["datetaken"] <= f.get("max_taken_date", "9")
            and f.get("text", "") in photo["title"]
        ]
        found.sort(key=lambda photo: (int(photo["dateupload"]), photo["id"]))
        size = min(int(f["per_page"]), 250)
        start = (int(f["page"]) - 1) * size
        total = self.reported_totals(len(found))
        return {
            "photos": {
                "page": int(f["page"]),
                "pages": -(-total // size),
                "perpage": size,
                "total": total,
                # Beyond its limit Flickr gives the same pictures again.
                "photo": found[start : start + size] if start < self.most else found[:size],
            },
            "stat": "ok",
        }


def commons_page(number: int, lat: float, lng: float, **changes: Any) -> dict[str, Any]:
    """A file of Wikimedia Commons as prop=imageinfo|coordinates describes it (formatversion 2)."""
    values = {
        "Artist": f'<a href="//commons.wikimedia.org/wiki/User:A">Some &amp; one {number}</a>',
        "LicenseShortName": "CC BY-SA 4.0",
        "DateTimeOriginal": "2018-07-09 11:22:33",
        "ImageDescription": f"<b>A palace</b> of {number}",
        **changes.pop("values", {}),
    }
    about = {
        "url": f"https://upload.example/{number}.jpg",
        "descriptionurl": f"https://commons.wikimedia.org/wiki/File:Palace_{number}.jpg",
        "thumburl": f"https://upload.example/thumb/{number}.jpg",
        "thumbwidth": 1280,
        "thumbheight": 960,
        "width": 4000,
        "height": 3000,
        "mime": "image/jpeg",
        "extmetadata": {name: {"value": value, "source": "commons-desc-page"} for name, value in values.items()},
        **changes.pop("about", {}),
    }
    return {
        "pageid": 1_000_000 + number,
        "ns": 6,
        "title": f"File:Palace {number}.jpg",
        "imageinfo": [about],
        "coordinates": [{"lat": lat, "lon": lng, "primary": True, "globe": "earth"}],
        **changes,
    }


class CommonsAnswers:
    """The API of MediaWiki over these files: at most 500 of a search, no second page, areas of 100 m² to some size.

    A search by words finds those whose primary place is in a circle, with pages.
    Those of `deleted` are still found, and left out of the answer. `together` files are described at once, the others later.
    """

    def __init__(
        self,
        pages: list[dict[str, Any]],
        *,
        largest_m2: float = 4e8,
        deleted: frozenset[int] = frozenset(),
        together: int = 50,
    ) -> None:
        self.pages = pages
        self.largest_m2 = largest_m2
        self.deleted = deleted
        self.together = together

    def __call__(self, request: Request) -> Any:
        f = request.fields
        assert (f["action"], f["format"], f["formatversion"]) == ("query", "json", "2")
        if f.get("list") == "geosearch":
            north, west, south, east = map(float, f["gsbbox"].split("|"))
            if not 100 <= BoundingBox(south, west, north, east).area_m2() <= self.largest_m2:
                return {"error": {"code": "toobig", "info": "Bounding box is too big"}, "servedby": "mw1"}
            found = [
                {"pageid": page["pageid"], "ns": 6, "title": page["title"], "lat": place["lat"], "lon": place["lon"]}
                for page in self.pages
                for place in page["coordinates"]
                if south <= place["lat"] <= north and west <= place["lon"] <= east
            ]
            reported = [entry for entry in found[: int(f["gslimit"])] if entry["pageid"] not in self.deleted]
            return {"batchcomplete": True, **({"query": {"geosearch": reported}} if reported else {})}
        if f.get("list") == "search":
            radius, lat, lng = re.fullmatch(r"nearcoord:(\d+)m,([-\d.]+),([-\d.]+)", f["srsearch"]).groups()  # type: ignore[union-attr]
            near = [
                {"ns": 6, "title": page["title"], "pageid": page["pageid"]}
                for page in self.pages
                for place in page["coordinates"]
                if place.get("primary")
                and distance_m(LatLng(place["lat"], place["lon"]), LatLng(float(lat), float(lng))) <= int(radius)
            ]
            first, most = int(f["sroffset"]), int(f["srlimit"])
            assert most <= 500 and first + most <= 10_000
            more = {"continue": {"sroffset": first + most}} if first + most < len(near) else {"batchcomplete": True}
            return {**more, "query": {"searchinfo": {"totalhits": len(near)}, "search": near[first : first + most]}}
        wanted = list(map(int, f["pageids"].split("|")))
        assert len(wanted) <= 50
        pages = []
        for page in self.pages:
            if page["pageid"] in wanted:
                places = [c for c in page["coordinates"] if c.get("primary") or f.get("coprimary") == "all"]
                pages.append(
                    {**page, "coordinates": places} if len(pages) < self.together else {"pageid": page["pageid"]}
                )
        more = len(wanted) > self.together or len(wanted) == 1  # then, of older versions
        return {**({"continue": {"iistart": "…"}} if more else {"batchcomplete": True}), "query": {"pages": pages}}


def mapillary_image(number: int, lat: float, lng: float, **changes: Any) -> dict[str, Any]:
    """A picture as graph.mapillary.com/images describes it."""
    return {
        "id": str(9_000_000 + number),
        "geometry": {"type": "Point", "coordinates": [lng + 1e-4, lat]},
        "computed_geometry": {"type": "Point", "coordinates": [lng, lat]},
        "captured_at": 1_560_000_000_000 + 1000 * number,
        "creator": {"username": f"walker{number % 5}", "id": "1"},
        "width": 4000,
        "height": 3000,
        "is_pano": False,
        "thumb_1024_url": f"https://pictures.example/{number}?expires=1",
        "thumb_2048_url": f"https://pictures.example/{number}_2048?expires=1",
        **changes,
    }


class MapillaryAnswers:
    """graph.mapillary.com/images over these pictures: small areas, a limit, no second page; and pictures by their ids."""

    TOKEN = "MLY|a-token-that-nobody-may-see"

    def __init__(self, images: list[dict[str, Any]], *, most: int = 100_000) -> None:
        self.images = images
        self.most = most  # that the server can find at once without an error

    def __call__(self, request: Request) -> Any:
        f = request.fields
        assert "access_token" not in f
        if request.headers.get("authorization") != f"OAuth {self.TOKEN}":
            error = {"message": "Invalid OAuth access token", "type": "OAuthException", "code": 190}
            return Reply(json.dumps({"error": error}).encode(), status=401)
        name = request.path.rsplit("/", 1)[-1]
        if name != "images":
            for image in self.images:
                if image["id"] == name:
                    fresh = {k: v.replace("expires=1", "expires=2") for k, v in image.items() if k.startswith("thumb")}
                    return {"id": name, **fresh}
            return Reply(b'{"error": {"message": "Unsupported get request", "code": 100}}', status=400)
        west, south, east, north = map(float, f["bbox"].split(","))
        if not 0 < (east - west) * (north - south) < 0.01:
            return Reply(b'{"error": {"message": "The bounding box is of no use", "code": 100}}', status=400)
        since, until = (
            datetime.strptime(f.get(name, other), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp() * 1000
            for name, other in (
                ("start_captured_at", "1900-01-01T00:00:00Z"),
                ("end_captured_at", "2999-01-01T00:00:00Z"),
            )
        )
        found = [
            image
            for image in self.images
            if west <= image["geometry"]["coordinates"][0] <= east
            and south <= image["geometry"]["coordinates"][1] <= north
            and since < image["captured_at"] < until  # ends do not count
        ]
        if len(found) > self.most:
            message = "Please reduce the amount of data you're asking for, then retry your request"
            return Reply(json.dumps({"error": {"message": message, "code": 1}}).encode(), status=500)
        return {"data": found[: int(f["limit"])]}
