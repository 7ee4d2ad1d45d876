# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import asyncio
import contextlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import City, scene

pytest.importorskip("fastapi", reason="the web page is an extra")
from starlette.testclient import TestClient
from venloc import answers
from venloc.web import Settings, create_app
from venloc.web.locating import PictureQueue
from venloc.web.routes import documents
from venloc.web.routes.locate import Events, Work
from venloc.web.uploads import Upload

PROBLEM = "application/problem+json"


@contextlib.contextmanager
def client(locator: venloc.Locator, **settings: Any) -> Iterator[TestClient]:
    with TestClient(create_app(locator, Settings(**settings)), raise_server_exceptions=False) as made:
        yield made


def pictures(*files: Path | tuple[str, bytes]) -> list[tuple[str, tuple[str, bytes]]]:
    return [("pictures", f if isinstance(f, tuple) else (f.name, f.read_bytes())) for f in files]


def detail(reply: Any, status: int) -> str:
    """The detail of a problem; every one has the form of RFC 9457."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == PROBLEM
    problem = reply.json()
    assert set(problem) == {"type", "title", "status", "detail"} and problem["status"] == status
    return problem["detail"]


def test_answers_are_those_of_the_locator(locator: venloc.SiftLocator, city: City) -> None:
    expected = locator.locate(city.query)
    with client(locator) as server:
        reply = server.post("/api/v1/locate", files=pictures(city.query, ("notes.txt", b"no picture")))
    assert reply.status_code == 200
    answer, failure = reply.json()["answers"]
    for name, value in expected.to_dict().items():
        if name != "candidates":
            assert answer[name] == pytest.approx(value)
    assert answer["candidates"] == expected.to_dict()["candidates"][:10]
    # Points are given in pictures whose longer side is 1000.
    first, shared = expected.candidates[0], answer["matches"][0]
    assert [shared[name] for name in ("photo_id", "width", "height", "other_width", "other_height")] == [
        first.photo_id, 1000, 750, 1000, 750,
    ]  # fmt: skip
    assert len(shared["pairs"]) == first.inliers > 10
    for pair, match in zip(shared["pairs"], first.matches, strict=True):
        assert pair == pytest.approx([1000 * match.x, 750 * match.y, 1000 * match.photo_x, 750 * match.photo_y], abs=1)
    assert answer["file"] == "query00.jpg" and answer["verdict"] == "pin" and answer["exif"] is None
    levels = [f["properties"].get("level") for f in answer["regions"]["features"] if f["geometry"]["type"] != "Point"]
    assert levels == [0.5, 0.9]
    assert failure["file"] == "notes.txt" and failure["problem"]["status"] == 422
    assert failure["problem"]["detail"].startswith("notes.txt: not a picture venloc can read")


def test_events_come_with_their_index_and_end(locator: venloc.SiftLocator, city: City) -> None:
    sent = pictures(city.query, ("empty.jpg", b""), city.folder / "query01.jpg")
    with client(locator) as server:
        reply = server.post("/api/v1/locate", files=sent, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    events = [re.fullmatch(r"event: (\w+)\ndata: (.*)", event) for event in reply.text.strip().split("\n\n")]
    assert all(events)
    kinds = [event[1] for event in events if event]
    values = [json.loads(event[2]) for event in events if event]
    assert kinds == ["answer"] * 3 + ["end"]
    assert sorted(v["index"] for v in values[:3]) == [0, 1, 2] and [v["done"] for v in values[:3]] == [1, 2, 3]
    by_index = {v["index"]: v for v in values[:3]}
    assert [by_index[i]["file"] for i in range(3)] == ["query00.jpg", "empty.jpg", "query01.jpg"]
    assert "problem" in by_index[1] and "lat" in by_index[0] and by_index[2]["total"] == 3


def test_matches_of_a_turned_picture_are_those_of_the_upright_one(locator: venloc.SiftLocator, city: City) -> None:
    upright = venloc.read_image(city.query)
    lying = ("lying.png", png(upright.turned(90)))
    with client(locator) as server:
        answer = server.post("/api/v1/locate", files=pictures(lying)).json()["answers"][0]
        expected = server.post("/api/v1/locate", files=pictures(("upright.png", png(upright)))).json()["answers"][0]
    assert (answer["turned_degrees"], expected["turned_degrees"]) == (270, 0)
    assert (answer["matches"][0]["width"], answer["matches"][0]["height"]) == (1000, 750)
    # No point is lost or moved by the two turns.
    assert answer["matches"] == expected["matches"] and len(answer["matches"][0]["pairs"]) > 10


def png(image: venloc.Image) -> bytes:
    from PIL import Image

    data = io.BytesIO()
    Image.fromarray(image.to_array()).save(data, "png")
    return data.getvalue()


class _Walking:
    """A locator whose answers for a walk are known: each at the place of the picture before it."""

    def __init__(self, locator: venloc.SiftLocator) -> None:
        self._locator = locator
        self.times: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._locator, name)

    def combine_walk(
        self, predictions: list[venloc.Prediction], times: list[Any], cameras: list[str], *, num_threads: int
    ) -> list[venloc.Prediction]:
        assert len(predictions) == len(times) == len(cameras) and num_threads == 1
        self.times = times
        return [*predictions[-1:], *predictions[:-1]]


def taken(file: Path, time: str) -> bytes:
    """The picture with this time in its EXIF."""
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = time
    data = io.BytesIO()
    with Image.open(file) as picture:
        picture.save(data, "jpeg", quality=92, exif=exif)
    return data.getvalue()


def test_pictures_of_one_walk_inform_each_other(locator: venloc.SiftLocator, city: City) -> None:
    late, early = taken(city.query, "2019:07:14 18:03:22"), taken(city.folder / "query02.jpg", "2019:07:14 17:00:00")
    sent = pictures(("late.jpg", late), ("bad.jpg", b""), city.folder / "query01.jpg", ("early.jpg", early))
    walking = _Walking(locator)
    with client(walking) as server:  # type: ignore[arg-type] # it resembles one
        alone = server.post("/api/v1/locate", files=sent, data={"together": "false"}).json()["answers"]
        assert walking.times == [] and [a.get("walk") for a in alone] == [None] * 4
        found = server.post("/api/v1/locate", files=sent, data={"together": "true"}).json()["answers"]
        reply = server.post(
            "/api/v1/locate", files=sent, data={"together": "true"}, headers={"Accept": "text/event-stream"}
        )
        server.post("/api/v1/locate", files=sent[:2], data={"together": "true"})
        text = server.get("/metrics").text
    assert [a["file"] for a in found] == ["late.jpg", "bad.jpg", "query01.jpg", "early.jpg"]
    assert found[1] == alone[1] and found[1]["problem"]["status"] == 422
    # Each has the place of the picture before it, and what belongs to its own file.
    places = [(a["lat"], a["lng"]) for a in found if "lat" in a]
    assert places == [(alone[i]["lat"], alone[i]["lng"]) for i in (3, 0, 2)]
    # Without a time a picture follows the one that was sent before it.
    assert [t and t.isoformat() for t in walking.times] == ["2019-07-14T18:03:22", None, "2019-07-14T17:00:00"]
    assert [a["walk"] for a in found if "walk" in a] == [{"position": n, "pictures": 3} for n in (2, 3, 1)]
    # As events, the answers come once, after all pictures are processed.
    events = [event.split("\n") for event in reply.text.strip().split("\n\n")]
    assert [kind for kind, _ in events] == ["event: progress"] * 4 + ["event: answer"] * 4 + ["event: end"]
    values = [json.loads(data.partition(": ")[2]) for _, data in events]
    assert values[:4] == [{"done": n, "total": 4} for n in (1, 2, 3, 4)]
    by_index = sorted(values[4:8], key=lambda v: v["index"])
    assert [{k: v for k, v in one.items() if k not in ("index", "done", "total")} for one in by_index] == found
    # Each picture is counted once; the last request had one picture and nothing to combine.
    assert 'venloc_answers_total{verdict="failure"} 4.0' in text and "venloc_pictures_taken 0.0" in text


def test_pictures_of_no_place_are_no_part_of_a_walk(locator: venloc.SiftLocator, city: City) -> None:
    from PIL import Image

    white = io.BytesIO()
    Image.new("RGB", (320, 240), "white").save(white, "png")
    sent = pictures(city.query, ("white.png", white.getvalue()), city.folder / "query01.jpg")
    with client(locator) as server:
        alone = server.post("/api/v1/locate", files=sent).json()["answers"]
        found = server.post("/api/v1/locate", files=sent, data={"together": "true"}).json()["answers"]
    assert [a["content"] for a in found] == ["picture", "blank", "picture"] and found[1] == alone[1]
    assert [a["walk"] for a in found] == [{"position": 1, "pictures": 2}, None, {"position": 2, "pictures": 2}]
    # The real locator: the two pictures, from places next to each other, have changed.
    assert all(a["radius_90_m"] != b["radius_90_m"] for a, b in zip(alone[::2], found[::2], strict=True))


def test_model_gallery_and_samples(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    shutil.copy(city.query, tmp_path / "old-facade.jpg")
    (tmp_path / "CREDITS.md").write_text(
        "| file | what |\n|---|---|\n| `old-facade.jpg` | a front | drawn by *us* |\n| `facade.jpg` | x | y |\n"
    )
    shutil.copy(city.query, tmp_path / "another one.jpg")
    shutil.copy(city.query, tmp_path / "ade.jpg")
    basemap = tmp_path / "land.geojson"
    basemap.write_text('{"type": "FeatureCollection", "features": []}')
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    with client(locator, samples=tmp_path, basemap=basemap, tiles=tiles, max_pictures=7) as server:
        about = server.get("/api/v1/model").json()
        assert (about["city"], about["kind"], about["photos"]) == ("Drawn", "sift", 36)
        assert about["limits"]["max_pictures"] == 7 and about["tiles"]["url"] == tiles
        assert about["basemap"] is True and about["contributions"] is False
        places = server.get("/api/v1/gallery").json()["places"]
        assert places == [[round(p.location.lat, 5), round(p.location.lng, 5)] for p in locator.photos]
        assert server.get("/api/v1/basemap").json()["features"] == []
        ade, other, sample = server.get("/api/v1/samples").json()
        assert (ade["title"], ade["credit"]) == ("Ade", "")
        assert (other["name"], other["title"], other["credit"]) == ("another one.jpg", "Another one", "")
        assert (sample["name"], sample["title"], sample["credit"]) == ("old-facade.jpg", "A front", "drawn by us")
        for named in (other, sample):
            assert server.get(named["url"]).content == city.query.read_bytes()
            small = server.get(named["thumbnail"])
            assert small.headers["content-type"] == "image/jpeg" and len(small.content) < 30_000
            assert venloc.decode_image(small.content, "small").width == 320
        assert "no sample" in detail(server.get("/samples/small/none.jpg"), 404)
        # No other file of the folder is served.
        (tmp_path / "notes.txt").write_text("secret")
        for other in ("notes.txt", "CREDITS.md", "../secret", "small/../notes.txt"):
            assert server.get(f"/samples/{other}").status_code == 404
        assert "method" in detail(server.get("/api/v1/locate"), 405)
    with client(locator) as server:
        assert "no base map" in detail(server.get("/api/v1/basemap"), 404)
        assert "nothing" in detail(server.post("/api/v1/contributions"), 404)


def test_exif_place_and_named_place(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    lat, lng = city.places[0]
    exif = scene(1).getexif()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (lat + 0.001, 0, 0), "E", (lng, 0, 0)
    data = io.BytesIO()
    from PIL import Image

    with Image.open(city.query) as picture:
        picture.save(data, "JPEG", exif=exif)
    gazetteer = tmp_path / "names.csv"
    gazetteer.write_text(f"name,lat,lon\nCampo Lontano,{lat + 0.05},{lng}\nCampo Vicino,{lat + 0.0002},{lng}\n")
    with client(locator, gazetteer=gazetteer) as server:
        answer = server.post("/api/v1/locate", files=pictures(("here.jpg", data.getvalue()))).json()["answers"][0]
    assert answer["exif"]["lat"] == pytest.approx(lat + 0.001)
    assert answer["exif"]["distance_m"] == pytest.approx(111, abs=25)
    assert answer["nearest"]["name"] == "Campo Vicino" and answer["nearest"]["distance_m"] < 60
    bad = tmp_path / "bad.csv"
    bad.write_text("name,lat,lon\nNowhere,95,12\n")
    with pytest.raises(venloc.FormatError, match=r"bad.csv', line 2"):
        answers.Gazetteer.read(bad)


def test_only_addresses_of_the_web_are_passed_on(prediction: venloc.Prediction, city: City) -> None:
    made = answers.answer("a.jpg", prediction, venloc.read_metadata(city.query), (320, 240))
    assert [candidate["url"] for candidate in made["candidates"]] == ["https://example.org/1", ""]
    assert made["matches"] == []


def test_texts_are_sent_compressed_and_pictures_as_they_are(
    locator: venloc.SiftLocator, city: City, tmp_path: Path
) -> None:
    shutil.copy(city.query, tmp_path / "a.jpg")
    with client(locator, samples=tmp_path) as server:
        reply = server.post("/api/v1/locate", files=pictures(city.query))
        assert reply.headers["content-encoding"] == "gzip"
        assert int(reply.headers["content-length"]) < 0.5 * len(reply.content)
        assert "content-encoding" not in server.get("/samples/a.jpg").headers
        events = server.post("/api/v1/locate", files=pictures(city.query), headers={"Accept": "text/event-stream"})
        assert "content-encoding" not in events.headers


def test_requests_together_hold_no_more_than_the_limit(locator: venloc.SiftLocator, city: City) -> None:
    large = ("large.jpg", city.query.read_bytes() + bytes(100_000))  # what follows the picture is not looked at
    limits = {"max_bytes": len(large[1]), "max_pictures": 2}
    max_held = Settings(**limits).max_body  # three pictures and a little
    slow = _Slow(locator)
    replies: list[Any] = []
    with client(slow, **limits, max_held=max_held, workers=2) as server:  # type: ignore[arg-type] # it resembles one

        def post() -> Any:
            return server.post("/api/v1/locate", files=pictures(large, large))

        waiting = threading.Thread(target=lambda: replies.append(post()))
        waiting.start()
        assert slow.begun.acquire(timeout=30)
        refused = post()
        assert "at once" in detail(refused, 503) and refused.headers["retry-after"] == "5"
        slow.go.set()
        waiting.join()
        assert replies[0].status_code == 200
        assert post().status_code == 200
    with pytest.raises(venloc.InvalidArgumentError, match="max_held"):
        create_app(locator, Settings(**limits, max_held=max_held - 1))


def test_fifty_megabytes_and_two_thousand_files(locator: venloc.SiftLocator, city: City) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=xyz"}
    head = b'--xyz\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n\r\n'

    def fifty_megabytes() -> Iterator[bytes]:
        yield head
        for _ in range(50):
            yield bytes(1_000_000)
        yield b"\r\n--xyz--\r\n"

    with client(locator) as server:
        # Without a length, as a program may send it.
        reason = detail(server.post("/api/v1/locate", content=fifty_megabytes(), headers=form), 413)
        assert "a.jpg: larger than 20 MB" in reason
        many = pictures(*[(f"{i}.jpg", b"x") for i in range(2000)])
        assert "more than 20" in detail(server.post("/api/v1/locate", files=many), 413)
        assert server.post("/api/v1/locate", files=pictures(city.query)).status_code == 200


def test_bad_requests_have_reasons_of_their_own(locator: venloc.SiftLocator, city: City) -> None:
    good = city.query.read_bytes()
    limits = {"max_bytes": len(good) + 10, "max_pixels": 320 * 240, "max_pictures": 3}
    form = {"Content-Type": "multipart/form-data; boundary=xyz"}
    part = b'--xyz\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n\r\n'
    with client(locator, **limits) as server:

        def post(**request: Any) -> Any:
            return server.post("/api/v1/locate", **request)

        assert "multipart/form-data" in detail(post(content=good, headers={"Content-Type": "image/jpeg"}), 415)
        assert "multipart/form-data" in detail(post(), 415)
        assert "boundary" in detail(post(content=good, headers={"Content-Type": "multipart/form-data"}), 400)
        assert "cannot be parsed" in detail(post(content=b"hello", headers=form), 400)
        assert "too early" in detail(post(content=part + good, headers=form), 400)
        assert "no picture" in detail(post(content=b"--xyz--\r\n", headers=form), 422)
        assert "more than 3" in detail(post(files=pictures(*[city.query] * 4)), 413)
        assert "big.jpg" in detail(post(files=pictures(("big.jpg", good + bytes(11)))), 413)
        assert "larger than" in detail(post(content=bytes(10), headers={**form, "Content-Length": "9999999999"}), 413)
        assert "is a file" in detail(post(files=[("other", ("a.jpg", good))]), 422)
        assert "not expected" in detail(post(files=pictures(city.query), data={"other": "1"}), 422)
        for value in ("yes", "TRUE", ""):
            assert "true or false" in detail(post(files=pictures(city.query), data={"together": value}), 422)
        assert "is not a file" in detail(
            post(content=part.replace(b'; filename="a.jpg"', b"") + b"1\r\n--xyz--", headers=form), 422
        )
        long = part.replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 9000 + b"\r\n\r\n")
        assert "header size" in detail(post(content=long + good, headers=form), 400)

        many_pixels = io.BytesIO()
        scene(3).resize((4000, 3000)).save(many_pixels, "PNG", optimize=True)
        bombs = [
            ("bomb.png", many_pixels.getvalue()[: len(good)]),
            ("no.jpg", b"\xff\xd8\xff\xe0 cut"),
            ("empty.jpg", b""),
        ]
        answers = post(files=pictures(*bombs)).json()["answers"]
        reasons = [answer["problem"]["detail"] for answer in answers]
        assert [answer["problem"]["status"] for answer in answers] == [422] * 3
        assert "bomb.png" in reasons[0] and "4000 x 3000 pixels" in reasons[0]
        assert "no.jpg" in reasons[1] and "empty.jpg" in reasons[2]
        # The server lives, and names are only ever shown.
        named = post(files=pictures(("../../etc/<script>\u202e.jpg", good))).json()["answers"][0]
        assert named["file"] == "<script>.jpg" and named["verdict"] == "pin"


def test_documents_are_pages_whose_links_lead_somewhere(locator: venloc.SiftLocator) -> None:
    with client(locator) as c:
        for name in documents.DOCUMENTS:
            reply = c.get(f"/documents/{name}")
            assert reply.status_code == 200, name
            assert "<!--" not in reply.text.replace("<!doctype", "")
            for address in re.findall(r'href="([^"#]*)', reply.text):
                assert address == "../" or address.startswith("http") or address in documents.DOCUMENTS, address
        card = c.get("/documents/model-card").text
        assert "<h1>Model card: venice.venloc</h1>" in card and "<table>" in card
        assert 'href="data-card"' in card
        assert "no document 'other'" in detail(c.get("/documents/other"), 404)
        # A redirect would not know the address of a proxy.
        assert c.get("/documents/limits/", follow_redirects=False).status_code == 404


def test_documents_cannot_hold_html_of_their_own() -> None:
    page = documents.page(
        "# Title\n\n<script>alert(1)</script> [here](../src/x.cpp) [card](../DATA_CARD.md#a)\n", ".md"
    )
    assert "<script>" not in page
    assert "here" in page and "x.cpp" not in page
    assert 'href="data-card#a"' in page


def test_headers_make_a_browser_careful(locator: venloc.SiftLocator) -> None:
    with client(locator) as server:
        server.app.add_api_route("/mistake", lambda: 1 / 0)  # type: ignore[attr-defined] # it is a FastAPI
        mistake = server.get("/mistake")
        assert "recorded in the server's log" in detail(mistake, 500)
        replies = [server.get(path) for path in ("/", "/healthz", "/api/v1/model", "/nothing")]
        assert [server.head(path).status_code for path in ("/", "/healthz")] == [200, 200]
    for reply in [mistake, *replies]:
        assert "script-src 'self'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in reply.headers
    with client(locator, cors_origins=("https://museum.example",)) as server:
        allowed = server.get("/api/v1/model", headers={"Origin": "https://museum.example"})
        assert allowed.headers["access-control-allow-origin"] == "https://museum.example"
        other = server.get("/api/v1/model", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers
    with client(locator, tiles="http://tiles.example:99/{z}/{x}/{y}.png") as server:
        assert "https: http://tiles.example:99;" in server.get("/").headers["content-security-policy"]


def test_metrics_count_answers(locator: venloc.SiftLocator, city: City) -> None:
    with client(locator) as server:
        server.post("/api/v1/locate", files=pictures(city.query, ("a.jpg", b"")))
        server.get("/secret?name=/etc")
        server.request("INVENTED", "/healthz")
        text = server.get("/metrics").text
    assert 'venloc_answers_total{verdict="pin"} 1.0' in text and 'venloc_answers_total{verdict="failure"} 1.0' in text
    assert 'venloc_requests_total{method="POST",route="/api/v1/locate",status="200"} 1.0' in text
    assert "venloc_pictures_taken 0.0" in text and 'venloc_stage_seconds_total{stage="search"}' in text
    assert "secret" not in text and "query00" not in text
    assert "INVENTED" not in text and 'method="other"' in text


class _Slow:
    """A locator that waits until it is released."""

    def __init__(self, locator: venloc.SiftLocator) -> None:
        self._locator = locator
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._locator, name)

    def locate(self, picture: venloc.Image) -> venloc.Prediction:
        self.begun.release()
        assert self.go.wait(30)
        return self._locator.locate(picture)


def test_a_full_queue_turns_away_and_recovers(locator: venloc.SiftLocator, city: City) -> None:
    slow = _Slow(locator)
    replies: list[Any] = []
    with client(slow, max_waiting=2, workers=1) as server:  # type: ignore[arg-type] # it resembles one

        def post() -> Any:
            return server.post("/api/v1/locate", files=pictures(city.query))

        waiting = [threading.Thread(target=lambda: replies.append(post())) for _ in range(2)]
        for thread in waiting:
            thread.start()
        assert slow.begun.acquire(timeout=30)
        wait_for(server, "venloc_pictures_taken 2.0")
        busy = post()
        assert "try again" in detail(busy, 503) and int(busy.headers["retry-after"]) >= 1
        slow.go.set()
        for thread in waiting:
            thread.join()
        assert [reply.status_code for reply in replies] == [200, 200]
        assert post().status_code == 200


def wait_for(server: Any, text: str) -> None:
    """Until the metrics have this line."""
    deadline = time.monotonic() + 30
    while text not in server.get("/metrics").text:
        assert time.monotonic() < deadline, text
        time.sleep(0.02)


class _Mistaken(_Slow):
    """A locator that makes a mistake with pictures 100 pixels wide."""

    def locate(self, picture: venloc.Image) -> venloc.Prediction:
        if picture.width == 100:
            raise RuntimeError("query" + "00.jpg")  # not as one text, which the line itself would show
        return self._locator.locate(picture)


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_mistake_with_one_picture_is_no_other_pictures_loss(
    locator: venloc.SiftLocator, city: City, accept: str, caplog: pytest.LogCaptureFixture
) -> None:
    small = ("small.jpg", venloc.encode_jpeg(venloc.read_image(city.query).resized(100, 75)))
    with client(_Mistaken(locator)) as server:  # type: ignore[arg-type] # it resembles one
        sent = pictures(city.query, small, city.query)
        reply = server.post("/api/v1/locate", files=sent, headers={"Accept": accept})
    assert reply.status_code == 200
    if accept == "application/json":
        found = reply.json()["answers"]
    else:
        events = reply.text.strip().split("\n\n")
        assert events[-1].startswith("event: end")
        found = sorted((json.loads(event.partition("data: ")[2]) for event in events[:-1]), key=lambda v: v["index"])
    assert [t.get("verdict") or t["problem"]["status"] for t in found] == ["pin", 500, "pin"]
    assert "RuntimeError" in caplog.text and "query00" not in caplog.text


def test_one_picture_need_not_wait_for_all_of_somebodys_twenty(locator: venloc.SiftLocator) -> None:
    order = []
    running, go = threading.Event(), threading.Event()

    def handler(upload: Upload) -> None:
        order.append(upload.name)
        running.set()
        assert go.wait(30)

    queue = PictureQueue(locator, Settings(workers=1))
    many = [Upload(f"a{i}", b"x") for i in range(4)]
    futures = queue.submit(many, handler)
    assert running.wait(30)
    futures += queue.submit([Upload("b0", b"x")], handler)
    futures[2].cancel()
    assert many[2].data == b""  # what is cancelled holds no memory
    go.set()
    for future in [*futures[:2], *futures[3:]]:
        future.result(30)
    assert order == ["a0", "b0", "a1", "a3"] and queue.pending == 0
    queue.close()


def test_pictures_that_wait_are_refused_when_the_server_stops(locator: venloc.SiftLocator, city: City) -> None:
    slow = _Slow(locator)
    replies: list[Any] = []
    with client(slow, workers=1) as server:  # type: ignore[arg-type] # it resembles one

        def post() -> Any:
            return server.post("/api/v1/locate", files=pictures(*[city.query] * 3))

        waiting = threading.Thread(target=lambda: replies.append(post()))
        waiting.start()
        assert slow.begun.acquire(timeout=30)
        server.app.state.stop()  # type: ignore[attr-defined] # it is a FastAPI
        refused = post()
        assert "being stopped" in detail(refused, 503) and "retry-after" in refused.headers
        slow.go.set()
        waiting.join()
    found = replies[0].json()["answers"]
    assert [t.get("verdict") or t["problem"]["status"] for t in found] == ["pin", 503, 503]


@pytest.mark.parametrize("together", ["false", "true"])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_pictures_of_a_closed_connection_are_not_processed(
    locator: venloc.SiftLocator, city: City, accept: str, together: str
) -> None:
    import httpx
    import uvicorn

    slow = _Slow(locator)
    app = create_app(slow, Settings(workers=1))  # type: ignore[arg-type] # it resembles one
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    served = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=served.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as other:
            request = other.build_request(
                "POST",
                "/api/v1/locate",
                files=pictures(*[city.query] * 3),
                data={"together": together},
                headers={"Accept": accept},
            )
            body = request.read()
            head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(f"POST /api/v1/locate HTTP/1.1\r\n{head}\r\n".encode() + body)
                assert slow.begun.acquire(timeout=30)
                wait_for(other, "venloc_pictures_taken 3.0")
            wait_for(other, "venloc_pictures_taken 1.0")  # the one that is being processed
            slow.go.set()
            wait_for(other, "venloc_pictures_taken 0.0")
    finally:
        slow.go.set()
        served.should_exit = True
        thread.join()


def test_pictures_are_not_processed_when_the_client_leaves_before_the_first_event() -> None:
    async def scenario() -> bool:
        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(_message: Any) -> None:
            raise OSError("the connection is gone")

        waiting = asyncio.ensure_future(asyncio.sleep(600))
        with contextlib.suppress(BaseException):
            await Events(Work([waiting]))({"type": "http", "method": "POST"}, receive, send)  # type: ignore[list-item]
        await asyncio.wait([waiting], timeout=5)
        return waiting.cancelled()

    assert asyncio.run(scenario())


@pytest.mark.parametrize(
    ("accept", "events"),
    [
        ("text/event-stream", True),
        ("application/json, TEXT/Event-Stream ; q=0.5", True),
        ("text/event-stream;q=0, */*", False),
        ("text/event-streams", False),
        ("*/*", False),
    ],
)
def test_events_come_to_who_accepts_them(locator: venloc.SiftLocator, city: City, accept: str, events: bool) -> None:
    with client(locator) as server:
        reply = server.post("/api/v1/locate", files=pictures(city.query), headers={"Accept": accept})
    assert reply.headers["content-type"].startswith("text/event-stream" if events else "application/json")


def test_a_picture_that_takes_too_long(locator: venloc.SiftLocator, city: City) -> None:
    slow = _Slow(locator)
    with client(slow, answer_timeout_s=0.2, workers=1) as server:  # type: ignore[arg-type] # it resembles one
        found = server.post("/api/v1/locate", files=pictures(*[city.query] * 3)).json()["answers"]
        slow.go.set()
    for answer in found:
        assert answer["problem"]["status"] == 504 and "0.2 s" in answer["problem"]["detail"]


def test_the_owner_of_contributions_may_change_them(
    locator: venloc.SiftLocator, city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [city.folder / f"query{i:02}.jpg" for i in range(4)]

    def rows() -> list[str]:
        return (tmp_path / "labels.csv").read_text().splitlines()[1:]

    with client(locator, contributions=tmp_path, max_contributions=2) as server:

        def give(file: Path) -> Any:
            form = {"lat": "45.4301", "lng": "12.3202", "consent": "true"}
            return server.post("/api/v1/contributions", files=[("picture", (file.name, file.read_bytes()))], data=form)

        first, second = (give(file).json()["id"] for file in files[:2])
        assert "no more" in detail(give(files[2]), 507)
        (tmp_path / f"{first}.json").unlink()
        record = json.loads((tmp_path / f"{second}.json").read_text())
        (tmp_path / f"{second}.json").write_text(json.dumps({**record, "lat": 45.4302}))
        third = give(files[2]).json()["id"]
        assert sorted(rows()) == sorted([f"45.4302,12.3202,images/{second}.jpg", f"45.4301,12.3202,images/{third}.jpg"])
        # A failure leaves no files.
        (tmp_path / f"{second}.json").unlink()
        kept = sorted((tmp_path / "images").iterdir())

        def full(*_: Any) -> None:
            raise OSError("no space")

        monkeypatch.setattr("venloc.files.write_text", full)
        assert "could not be stored" in detail(give(files[3]), 507)
        assert sorted((tmp_path / "images").iterdir()) == kept


def test_contributions_are_a_gallery(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    good = city.query.read_bytes()
    with client(locator, contributions=tmp_path / "given") as server:

        def give(data: bytes = good, **fields: str) -> Any:
            form = {"lat": "45.4301", "lng": "12.3202", "consent": "true", **fields}
            return server.post("/api/v1/contributions", files=[("picture", ("x/y.jpg", data))], data=form)

        first = give()
        assert first.status_code == 201 and give().json() == first.json()
        assert "consent" in detail(give(consent="false"), 422)
        assert "degrees" in detail(give(lat="nan"), 422) and "degrees" in detail(give(lng="190"), 422)
        assert "degrees" in detail(give(lat="x"), 422)
        assert "not a picture" in detail(give(data=b"text"), 422)
        two = [("picture", ("a.jpg", good)), ("picture", ("b.jpg", good))]
        assert "one picture" in detail(server.post("/api/v1/contributions", files=two, data={"consent": "true"}), 422)
        assert "outside Drawn" in detail(give(lat="-33.86", lng="151.2"), 422)
        # No other page may send anything without its visitor's consent.
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            form = {"lat": "45.4301", "lng": "12.3202", "consent": "true"}
            sent = [("picture", ("a.jpg", good))]
            reply = server.post("/api/v1/contributions", files=sent, data=form, headers=headers)
            assert "other servers" in detail(reply, 403)
    # Another server goes on with the same folder.
    with client(locator, contributions=tmp_path / "given") as server:
        form = {"lat": "45.43", "lng": "12.32", "consent": "true"}
        assert server.post("/api/v1/contributions", files=[("picture", ("b.jpg", good))], data=form).status_code == 201
    kept = venloc.Gallery.from_folder(tmp_path / "given")
    assert len(kept) == 2
    (tmp_path / "given" / "notes.json").write_text("{}")
    with pytest.raises(venloc.FormatError, match=r"notes\.json"):
        create_app(locator, Settings(contributions=tmp_path / "given"))
    kept = kept.subset([i for i in range(2) if kept[i].location.lat == 45.4301])
    assert len(kept) == 1 and kept[0].location == venloc.LatLng(45.4301, 12.3202)
    assert kept[0].file is not None and kept[0].file.read_bytes() == good
    about = json.loads((tmp_path / "given" / f"{first.json()['id']}.json").read_text())
    assert about["consent"] is True and about["time"].endswith("+00:00")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"max_bytes": 0}, "max_bytes"),
        ({"tiles": "https://x/{z}"}, "tiles"),
        ({"answer_timeout_s": 0}, "answer_timeout_s"),
        ({"max_pictures": "5"}, "max_pictures"),
        ({"workers": 1.5}, "workers"),
        ({"cors_origins": ("https://a.example/",)}, "origin"),
    ],
)
def test_settings_are_checked(locator: venloc.SiftLocator, wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match=word):
        create_app(locator, Settings(**wrong))


# --- the whole process ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(model: Path, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`venloc serve` on a port of its own."""
    command = [sys.executable, "-m", "venloc", "serve", "--model", str(model), "--port", "0", *map(str, arguments)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        port = 0
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                port = int(found[1])
                break
        assert port, "the server did not start"
        yield process, port
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        assert process.wait(30) in (0, -signal.SIGTERM), rest
        process.stderr.close()
        assert "Traceback" not in rest


def located(port: int, city: City) -> dict[str, Any]:
    import httpx

    reply = httpx.post(f"http://127.0.0.1:{port}/api/v1/locate", files=pictures(city.query), timeout=60)
    assert reply.status_code == 200
    return reply.json()["answers"][0]


def test_served_process_survives_hang_ups_and_a_vanished_model(model: Path, city: City, tmp_path: Path) -> None:
    own = tmp_path / "own.venloc"
    shutil.copy(model, own)
    good = city.query.read_bytes()
    head = (
        b"POST /api/v1/locate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        b'Content-Length: 1000000\r\n\r\n--b\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n\r\n'
    )
    with serving(own, "--set", "upload_timeout_s=0.5") as (_, port):
        own.unlink()
        before = located(port, city)
        for _ in range(5):  # hang up in the middle
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(head + good)
        with socket.create_connection(("127.0.0.1", port)) as connection:  # a slow upload
            connection.settimeout(30)
            connection.sendall(head)
            # Head and body need not come in one piece.
            reply = b"".join(iter(lambda: connection.recv(4000), b""))
            assert b"408" in reply.split(b"\r\n")[0] and b"longer than 0.5 s" in reply
        assert located(port, city) == before


def test_memory_returns(model: Path, city: City) -> None:
    def resident_kb(process: subprocess.Popen[str]) -> int:
        return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])  # type: ignore[index]

    if not Path("/proc/self/status").exists():
        pytest.skip("the system does not report the memory of a process")
    import httpx

    refused = ("big.jpg", os.urandom(8_000_000))
    large = ("large.jpg", venloc.encode_jpeg(venloc.read_image(city.query).resized(4000, 3000)))  # 36 MB of pixels
    with serving(model) as (process, port):
        address = f"http://127.0.0.1:{port}/api/v1/locate"

        def post() -> None:
            reply = httpx.post(address, files=pictures(refused, large, refused), timeout=60)
            assert [a.get("verdict", "refused") for a in reply.json()["answers"]] == ["refused", "pin", "refused"]

        for _ in range(6):
            post()
        before = resident_kb(process)
        for _ in range(12):
            post()
        assert resident_kb(process) < before + 60_000  # of 190 MB that were sent, and 430 MB of pixels


def test_wrong_usage_of_serve(model: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "venloc", "serve", "--model", str(model), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    for arguments, word in (
        (("--basemap", tmp_path / "none.json"), "none.json"),
        (("--set", "max_bytes=0"), "max_bytes"),
        (("--set", "max_byte=1"), "choose one of max_bytes"),
        (("--set", "cors_origins=x"), "unknown limit"),
        (("--tiles", "ftp://x"), "tiles"),
    ):
        done = run(*arguments)
        assert done.returncode == 2 and word in done.stderr and done.stderr.startswith("venloc: error: ")


def test_answers_are_as_the_interface_describes_them(model: Path, city: City, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="it comes with the extra dev")
    land = tmp_path / "land.geojson"
    land.write_text('{"type": "FeatureCollection", "features": []}')
    samples = tmp_path / "samples"
    samples.mkdir()
    shutil.copy(city.query, samples)
    with serving(model, "--basemap", land, "--samples", samples, "--contributions", tmp_path / "given") as (_, port):
        # A description cannot define which bytes are a picture: so it may refuse what the description allows.
        arguments = ["--exclude-checks", "positive_data_acceptance", "--max-examples", "50", "--seed", "1"]
        address = f"http://127.0.0.1:{port}/api/v1/openapi.json"
        done = subprocess.run(
            [Path(sys.executable).parent / "schemathesis", "run", address, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout
        assert re.search(r"Operations:\s+6 selected / 6 total", done.stdout)
        assert located(port, city)["verdict"] == "pin"
