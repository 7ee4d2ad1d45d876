# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Wikimedia Commons, Mapillary and folders; Flickr is in test_collecting.py."""

import json
import logging
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import positioned, scene

pytest.importorskip("urllib3", reason="collecting is an extra")
from servers import (
    CommonsAnswers,
    MapillaryAnswers,
    Reply,
    Request,
    Server,
    commons_page,
    mapillary_image,
    serving,
)
from venloc.collecting import (
    BOXES,
    Catalogue,
    Network,
    NetworkOptions,
    Query,
    Record,
    Size,
    Source,
    collect,
)
from venloc.collecting.sources import commons as commons_module
from venloc.collecting.sources import mapillary as mapillary_module
from venloc.collecting.sources.commons import Commons, licence
from venloc.collecting.sources.folder import Folder, folder_name
from venloc.collecting.sources.mapillary import Mapillary

SPOT = venloc.BoundingBox(45.42, 12.32, 45.44, 12.34)
"""Small enough for one search of each source."""
HASTY = NetworkOptions(per_second=1e6, first_wait_s=0, timeout_s=10)
VENICE = BOXES["venice"]


def spread(count: int, seed: int = 0) -> list[tuple[int, float, float]]:
    """Numbers and places within Venice, most of them in its middle."""
    draw = random.Random(seed)
    return [
        (i, 45.4342 + draw.uniform(-0.02, 0.02) * draw.random(), 12.33 + draw.uniform(-0.05, 0.05))
        for i in range(count)
    ]


def collected(source: Source, folder: Path, **fields: Any) -> list[Record]:
    with Catalogue(folder / "c.db") as catalogue:
        before = len(catalogue)
        done = collect(source, Query(fields.pop("box", VENICE), **fields), catalogue, Network(HASTY))
        assert done.new == len(catalogue) - before
        return list(catalogue.records())


# --- Wikimedia Commons ---


def commons(server: Server) -> Commons:
    return Commons(address=f"{server.url}/w/api.php")


def test_commons_is_found_whole_by_areas_that_are_small_and_poor_enough(tmp_path: Path) -> None:
    pages = [commons_page(*one) for one in spread(1000)]
    with serving(Server(CommonsAnswers(pages, largest_m2=1e7), fault_rate=0.1, seed=1)) as server:
        found = collected(commons(server), tmp_path)
        assert server.spoilt > 0
    assert sorted(int(r.id) for r in found) == [1_000_000 + i for i in range(1000)]


def test_data_of_commons_about_a_picture_are_kept(tmp_path: Path) -> None:
    pages = [
        commons_page(1, 45.43, 12.33),
        commons_page(2, 45.43, 12.33, values={"DateTimeOriginal": "circa 1890", "LicenseShortName": "Public domain"}),
        commons_page(3, 45.43, 12.33, about={"mime": "video/webm"}),
        commons_page(4, 45.43, 12.33, about={"extmetadata": [], "thumburl": None}),
        commons_page(5, 45.43, 12.33, imageinfo=[]),
        commons_page(
            6, 45.43, 12.33, coordinates=[{"lat": 45.43, "lon": 12.33}, {"lat": 45.44, "lon": 12.34, "primary": True}]
        ),
    ]
    with serving(Server(CommonsAnswers(pages))) as server:
        first, second, fourth, sixth = collected(commons(server), tmp_path)
    assert first == Record(
        "commons",
        "1000001",
        45.43,
        12.33,
        page="https://commons.wikimedia.org/wiki/File:Palace_1.jpg",
        author="Some & one 1",
        licence="CC-BY-SA-4.0",
        taken="2018-07-09T11:22:33",
        title="Palace 1",
        width=4000,
        height=3000,
        sizes=(Size(1280, "https://upload.example/thumb/1.jpg"), Size(4000, "https://upload.example/1.jpg")),
    )
    assert (second.licence, second.taken) == ("PDM-1.0", "")
    assert (fourth.author, fourth.licence, [s.side_px for s in fourth.sizes]) == ("", "", [4000])
    assert (sixth.lat, sixth.lng) == (45.44, 12.34)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC BY 2.0", "CC-BY-2.0"),
        ("CC-BY-SA-3.0-migrated", "CC-BY-SA-3.0"),
        ("CC BY-NC-ND 2.0 it", "CC-BY-NC-ND-2.0"),
        ("CC0", "CC0-1.0"),
        ("Public domain", "PDM-1.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("cc-by-sa-4.0,3.0,2.5", "CC-BY-SA-4.0"),
        ("CC SA 1.0", "CC SA 1.0"),
        ("PD-old-100", "PDM-1.0"),
        ("No restrictions", "NKCR"),
        ("GFDL 1.2", "GFDL 1.2"),
        ("", ""),
    ],
)
def test_licences_of_commons_have_the_names_of_records(text: str, name: str) -> None:
    assert licence(text) == name


def test_words_days_and_licences_choose_among_commons(tmp_path: Path) -> None:
    pages = [
        commons_page(1, 45.43, 12.33, values={"ImageDescription": "The <i>Rialto</i> bridge"}),
        commons_page(2, 45.43, 12.33, values={"DateTimeOriginal": "2010-01-01"}),
        commons_page(3, 45.43, 12.33, values={"LicenseShortName": "GFDL"}),
    ]
    with serving(Server(CommonsAnswers(pages))) as server:
        for name, fields, expected in (
            ("words", {"keywords": "rialto, Bridge"}, ["1000001"]),
            ("days", {"since": "2018-01-01"}, ["1000001", "1000003"]),
            ("licences", {"licences": ("open",)}, ["1000001", "1000002"]),
        ):
            (tmp_path / name).mkdir()
            assert [r.id for r in collected(commons(server), tmp_path / name, **fields)] == expected


@pytest.mark.parametrize(
    ("code", "again"),
    [("maxlag", True), ("ratelimited", True), ("internal_api_error_DBQueryError", True), ("badvalue", False)],
)
def test_errors_of_commons(tmp_path: Path, code: str, again: bool) -> None:
    pages = [commons_page(1, 45.43, 12.33)]
    answers = CommonsAnswers(pages)
    replies = [{"error": {"code": code, "info": "Waiting for a database server"}}] * 2

    with serving(Server(lambda request: replies.pop() if replies else answers(request))) as server:
        if again:
            assert len(collected(commons(server), tmp_path)) == 1
        else:
            with pytest.raises(venloc.SourceError, match=f"Waiting for a database server .{code}"):
                collected(commons(server), tmp_path)
            assert len(server.requests) == 1


def test_the_last_places_of_a_search_are_not_lost_with_those_of_deleted_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commons_module, "_MOST", 50)
    pages = [commons_page(*one) for one in spread(200)]
    deleted = frozenset(page["pageid"] for page in pages[::20])
    with serving(Server(CommonsAnswers(pages, deleted=deleted))) as server:
        found = collected(commons(server), tmp_path)
    assert {int(r.id) for r in found} == {page["pageid"] for page in pages} - deleted


def test_more_files_on_one_point_than_commons_lists_for_an_area_are_found_by_words(tmp_path: Path) -> None:
    pages = [commons_page(i, 45.43, 12.33) for i in range(1200)]
    with serving(Server(CommonsAnswers(pages))) as server:
        assert len(collected(commons(server), tmp_path)) == 1200
        # A search does not distinguish areas below 100 m² from those that are too large.
        point = venloc.BoundingBox(45.43, 12.33, 45.43001, 12.33001)
        (tmp_path / "c.db").unlink()
        assert len(collected(commons(server), tmp_path, box=point)) == 1200


def test_files_that_commons_does_not_list_are_counted(tmp_path: Path) -> None:
    pages = [commons_page(i, 45.43, 12.33) for i in range(10_400)]
    with serving(Server(CommonsAnswers(pages))) as server:
        assert len(collected(commons(server), tmp_path)) == 10_000
    with Catalogue(tmp_path / "c.db") as catalogue:
        assert catalogue.left_out(1) == {"beyond the 10000 that a search lists for one spot": 400}


def test_an_area_without_files_takes_one_request(tmp_path: Path) -> None:
    with serving(Server(CommonsAnswers([]))) as server:
        assert collected(commons(server), tmp_path) == []
        assert len(server.requests) == 1


def test_files_that_are_not_described_at_once_are_requested_again(tmp_path: Path) -> None:
    pages = [commons_page(*one) for one in spread(60)]
    with serving(Server(CommonsAnswers(pages, together=7))) as server:
        assert len(collected(commons(server), tmp_path)) == 60


def test_the_most_of_commons(tmp_path: Path) -> None:
    pages = [commons_page(*one) for one in spread(300)]
    with serving(Server(CommonsAnswers(pages))) as server:
        assert len(collected(commons(server), tmp_path, maximum=70)) == 70
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("coordinates", "lat"),
    [
        ([{"lat": 45.43, "lon": 12.33}], 45.43),
        ([{"lat": 45.43, "lon": 12.33}, {"lat": 45.44, "lon": 12.33, "primary": True}], 45.44),
        ([{"lat": 45.43, "lon": 12.33, "primary": True}, {"lat": 45.44, "lon": 12.33, "type": "camera"}], 45.44),
    ],
)
def test_the_place_of_the_camera_comes_before_that_of_the_thing(
    tmp_path: Path, coordinates: list[dict[str, Any]], lat: float
) -> None:
    with serving(Server(CommonsAnswers([commons_page(1, 0, 0, coordinates=coordinates)]))) as server:
        (found,) = collected(commons(server), tmp_path)
    assert found.lat == lat


@pytest.mark.parametrize(
    ("reported", "taken"),
    [
        ("2018-07-09 11:22:33", "2018-07-09T11:22:33"),
        ("2018:07:09 11:22", "2018-07-09T11:22"),
        ("2018-07-09T11:22:33Z", "2018-07-09T11:22:33"),
        ('Taken on <time class="dtstart" datetime="2018-07-09">9 July 2018</time>', "2018-07-09"),
        ('<time datetime="2018-07">July 2018</time> (according to <a href="/e">Exif data</a>)', "2018-07"),
        ('1511<div style="display: none;">date QS:P571,+1511-00-00T00:00:00Z/9<br><p></p></div>', "1511"),
        ("1890s", ""),
        ("2012 to 2014", ""),
        ("2018-07-09 (upload date)", ""),
        ('circa <time datetime="1890">1890</time>', ""),
        ("2018-02-30", ""),
        ("0000-00-00 00:00:00", ""),
        ("2018-13", ""),
        ("<![if x]>2018", ""),
        ("", ""),
    ],
)
def test_days_of_commons_are_kept_where_they_are_exact(tmp_path: Path, reported: str, taken: str) -> None:
    with serving(
        Server(CommonsAnswers([commons_page(1, 45.43, 12.33, values={"DateTimeOriginal": reported})]))
    ) as server:
        (found,) = collected(commons(server), tmp_path)
    assert found.taken == taken


def test_authors_of_commons_are_what_people_see(tmp_path: Path) -> None:
    reported = (
        '<img style="display:none">Unknown<span style="display:none">Unknown author <b>of</b> it</span>'
        '<br>after&nbsp;<a title="a>b">Canal</a>etto'
    )
    pages = [commons_page(1, 45.43, 12.33, values={"Artist": reported, "LicenseShortName": "", "License": "cc-by-2.5"})]
    with serving(Server(CommonsAnswers(pages))) as server:
        (found,) = collected(commons(server), tmp_path)
    assert (found.author, found.licence) == ("Unknown after Canaletto", "CC-BY-2.5")


def test_malformed_entries_of_commons_are_left_out(tmp_path: Path) -> None:
    pages: list[Any] = [
        commons_page(1, 45.43, 12.33),
        commons_page(2, 45.43, 12.33, about={"thumbwidth": "wide"}),
        commons_page(3, 45.43, 12.33, about={"width": None}),
        commons_page(4, 45.43, 12.33, imageinfo="none"),
        commons_page(5, 45.43, 12.33, coordinates=[]),
        commons_page(6, 45.43, 12.33, coordinates=[{"lat": float("nan"), "lon": 12.33}]),
        commons_page(7, 45.43, 12.33, about={"thumburl": "https://upload.example/7.jpg"}),
        commons_page(9, 45.43, 12.33, about={"mime": ["image/jpeg"]}),
        commons_page(10, 45.43, 12.33, about={"url": None}),
        commons_page(11, 45.43, 12.33, coordinates=[{"lat": True, "lon": 12.33}]),
        commons_page(12, 45.43, 12.33, coordinates=[{"lat": 10**400, "lon": 12.33}]),
        {"pageid": 8, "missing": True},
        "page",
    ]
    entries = [{"pageid": i} for i in range(1, 13)] + [{"pageid": "x"}, {}, "entry", None]

    def answer(request: Request) -> Any:
        return {
            "batchcomplete": True,
            "query": {"geosearch": entries} if "list" in request.fields else {"pages": pages},
        }

    with serving(Server(answer)) as server:
        found = collected(commons(server), tmp_path)
    sizes = {"1000001": 2, "1000002": 2, "1000003": 2, "1000007": 1}
    assert {r.id: len(r.sizes) for r in found} == sizes
    assert not any(size.address in ("", "None") for r in found for size in r.sizes)


@pytest.mark.parametrize("reply", [[], {}, {"query": 3}, {"batchcomplete": True, "query": []}, "text"])
def test_replies_of_commons_of_another_form_are_requested_again(tmp_path: Path, reply: Any) -> None:
    answers = CommonsAnswers([commons_page(1, 45.43, 12.33)])
    spoilt = [reply] * 2
    with serving(Server(lambda request: spoilt.pop() if spoilt else answers(request))) as server:
        assert len(collected(commons(server), tmp_path)) == 1
        assert len(server.requests) == 4


# --- Mapillary ---


def mapillary(server: Server, token: str = MapillaryAnswers.TOKEN) -> Mapillary:
    return Mapillary(token, f"{server.url}/images")


def test_mapillary_is_found_whole_though_a_search_returns_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapillary_module, "_MOST", 60)
    monkeypatch.setattr(mapillary_module, "_SMALLEST_DEG", 1e-3)
    images = [mapillary_image(*one) for one in spread(150)]
    images += [mapillary_image(1000 + i, 45.4342, 12.3388) for i in range(130)]  # on one point, one a second
    images.append(mapillary_image(2000, 45.4342, 12.3388, captured_at=5_000_000_000_000))  # by a clock that is wrong
    with serving(Server(MapillaryAnswers(images), fault_rate=0.05)) as server:
        found = collected(mapillary(server), tmp_path)
    assert {r.id for r in found} == {image["id"] for image in images}


def test_a_search_that_is_too_much_for_the_server_is_split(tmp_path: Path) -> None:
    images = [mapillary_image(*one) for one in spread(300)]
    with serving(Server(MapillaryAnswers(images, most=100))) as server:
        assert len(collected(mapillary(server), tmp_path)) == 300
    with serving(Server(MapillaryAnswers(images, most=-1))) as server:
        with pytest.raises(venloc.SourceError, match="rejects the search as too large"):
            collected(mapillary(server), tmp_path, box=SPOT)
        assert len(server.requests) < 100


@pytest.mark.parametrize("box", [(45.4, 12.3, 45.5, 12.4), (45.4, 12.0, 45.41, 13.7), (45.3, 12.2, 45.6, 12.5)])
def test_areas_are_brought_to_a_size_that_mapillary_takes(
    tmp_path: Path, box: tuple[float, float, float, float]
) -> None:
    with serving(Server(MapillaryAnswers([mapillary_image(1, 45.405, 12.33)]))) as server:
        assert len(collected(mapillary(server), tmp_path, box=venloc.BoundingBox(*box))) == 1
        assert 4 <= len(server.requests) <= 16
        assert not any("captured_at" in name for request in server.requests for name in request.fields)


def test_data_of_mapillary_about_a_picture_are_kept(tmp_path: Path) -> None:
    images = [
        mapillary_image(1, 45.43, 12.33),
        mapillary_image(2, 45.43, 12.33, is_pano=True),
        mapillary_image(3, 45.43, 12.33, computed_geometry=None, creator=None, thumb_1024_url=None),
        mapillary_image(4, 45.43, 12.33, computed_geometry={"coordinates": "none"}),
        mapillary_image(5, 45.43, 12.33, computed_geometry={"coordinates": [12.33]}),
        mapillary_image(6, 45.43, 12.33, computed_geometry={"coordinates": [12.33, 95]}),
        mapillary_image(7, 45.43, 12.33, captured_at=10**20),
        mapillary_image(8, 45.43, 12.33, creator=["one"]),
    ]
    answer = {"data": [*images, "image", None, {"id": "9"}]}
    with serving(Server(lambda request: answer)) as server:
        first, third = collected(mapillary(server), tmp_path, box=SPOT)
    assert first == Record(
        "mapillary",
        "9000001",
        45.43,
        12.33,
        page="https://www.mapillary.com/app/?pKey=9000001",
        author="walker1",
        licence="CC-BY-SA-4.0",
        taken="2019-06-08T13:20:01Z",
        accuracy="street",
        level=2,
        width=4000,
        height=3000,
        sizes=(
            Size(1024, "https://pictures.example/1?expires=1"),
            Size(2048, "https://pictures.example/1_2048?expires=1"),
        ),
    )
    assert (third.lng, third.author, third.level, third.accuracy) == (pytest.approx(12.3301), "", 1, "")


def test_days_choose_among_mapillary(tmp_path: Path) -> None:
    day_ms = 86_400_000
    images = [mapillary_image(i, 45.43, 12.33, captured_at=1_546_300_800_000 + i * day_ms) for i in range(10)]
    with serving(Server(MapillaryAnswers(images))) as server:
        found = collected(mapillary(server), tmp_path, since="2019-01-03", until="2019-01-05")
    assert [r.taken[:10] for r in found] == ["2019-01-03", "2019-01-04", "2019-01-05"]


def test_expired_addresses_are_renewed(tmp_path: Path) -> None:
    images = [mapillary_image(i, 45.43, 12.33) for i in range(2)]
    with serving(Server(MapillaryAnswers(images))) as server:
        source = mapillary(server)
        records = collected(source, tmp_path)
        gone = Record("mapillary", "1", 45.43, 12.33, sizes=(Size(1024, "https://pictures.example/old"),))
        before = len(server.requests)
        first, second, third = source.renewed([*records, gone], Network(HASTY))
        # Records may come from another catalogue, and the token is sent with the request.
        odd = Record("mapillary", "me?fields=secrets", 45.43, 12.33)
        assert source.renewed([odd], Network(HASTY)) == [odd]
        assert len(server.requests) == before + 3
        with pytest.raises(venloc.SourceError, match="VENLOC_MAPILLARY_TOKEN"):
            mapillary(server, "another").renewed(records, Network(HASTY))
    assert [r.sizes[0].address for r in (first, second)] == [
        f"https://pictures.example/{i}?expires=2" for i in range(2)
    ]
    assert third == gone


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, b"Sorry"),
        (401, b'{"error": {"message": "Malformed access token MLY|wrong-secret", "code": 190}}'),
        (400, b'{"error": {"message": "Malformed access token MLY|wrong-secret", "code": 190}}'),
        (200, b'{"error": {"message": "Malformed access token MLY|wrong-secret", "code": 190}}'),
    ],
)
def test_the_token_is_reported_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, status: int, body: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Server(MapillaryAnswers([mapillary_image(1, 45.43, 12.33)]))) as server:
        collected(mapillary(server), tmp_path)
    (tmp_path / "other").mkdir()
    with serving(Server(lambda request: Reply(body, status=status))) as server:
        with pytest.raises(venloc.SourceError, match="VENLOC_MAPILLARY_TOKEN") as failure:
            collected(mapillary(server, "MLY|wrong-secret"), tmp_path / "other", box=SPOT)
        assert len(server.requests) == 1
    reported = str(failure.value) + repr(failure.value.__context__) + caplog.text
    assert "secret" not in reported and "nobody-may-see" not in reported
    assert b"nobody-may-see" not in (tmp_path / "c.db").read_bytes()


def test_the_token_is_not_sent_to_another_server(tmp_path: Path) -> None:
    with serving(Server(lambda request: {"data": []})) as other:
        moved = Reply(b"", status=302, headers={"Location": f"{other.url}/images"})
        with serving(Server(lambda request: moved)) as server:
            with pytest.raises(venloc.SourceError, match=f"redirects to {other.url}/images"):
                collected(mapillary(server), tmp_path, box=SPOT)
            assert "authorization" in server.requests[0].headers
        assert other.requests == []


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, {"code": 4, "type": "MLYApiException"}, ""),
        (403, {"code": 4, "message": "Application request limit reached"}, ""),
        (400, {"code": 9, "is_transient": True}, ""),
        (500, {"code": 1, "message": "An unknown error occurred"}, ""),
        (429, {"code": 100}, ""),
        (400, {"code": 100, "type": "MLYApiException"}, r"error 100 \(MLYApiException\), status 400"),
        (403, {"code": 10}, "error 10 .*status 403"),
        (403, "no", "answers with status 403"),
    ],
)
def test_errors_of_mapillary(tmp_path: Path, status: int, error: Any, words: str) -> None:
    answers = MapillaryAnswers([mapillary_image(1, 45.43, 12.33)])
    replies = [Reply(json.dumps({"error": error}).encode(), status=status)] * 2
    with serving(Server(lambda request: replies.pop() if replies else answers(request))) as server:
        if words:
            with pytest.raises(venloc.SourceError, match=words):
                collected(mapillary(server), tmp_path, box=SPOT)
            assert len(server.requests) == 1
        else:
            assert len(collected(mapillary(server), tmp_path, box=SPOT)) == 1
            assert len(server.requests) == 3


def test_a_licence_that_mapillary_does_not_have_is_not_requested(tmp_path: Path) -> None:
    with serving(Server(MapillaryAnswers([mapillary_image(1, 45.43, 12.33)]))) as server:
        assert len(collected(mapillary(server), tmp_path, licences=("open",))) == 1
        before = len(server.requests)
        with pytest.raises(venloc.SourceError, match="only the licence CC-BY-SA-4.0, not CC0-1.0"):
            collected(mapillary(server), tmp_path, licences=("CC0-1.0",))
        assert len(server.requests) == before


@pytest.mark.parametrize("reply", [b"[]", b'{"data": 3}', b"{}", b'"data"'])
def test_replies_of_another_form_are_requested_again(tmp_path: Path, reply: bytes) -> None:
    answers = MapillaryAnswers([mapillary_image(1, 45.43, 12.33)])
    spoilt = [Reply(reply)] * 2
    with serving(Server(lambda request: spoilt.pop() if spoilt else answers(request))) as server:
        assert len(collected(mapillary(server), tmp_path, box=SPOT)) == 1


# --- folders ---


def with_position(file: Path, seed: int, lat: float, lng: float) -> None:
    exif = positioned(lat, lng)
    exif.get_ifd(0x8769)[0x9003] = "2017:05:06 07:08:09"
    scene(seed).save(file, exif=exif)


def test_a_folder_is_read_by_the_positions_of_its_pictures(tmp_path: Path) -> None:
    top, outside = tmp_path / "photos", tmp_path / "outside"
    (top / "b").mkdir(parents=True)
    outside.mkdir()
    with_position(top / "z.jpg", 1, 45.43, 12.33)
    with_position(top / "b" / "a.jpg", 2, 45.44, 12.34)
    with_position(top / "paris.jpg", 3, 48.85, 2.35)
    with_position(outside / "secret.jpg", 4, 45.44, 12.34)
    scene(5).save(top / "nowhere.jpg")
    (top / "notes.txt").write_text("45.43, 12.33")
    (top / "empty.jpg").touch()
    (top / "link.jpg").symlink_to(outside / "secret.jpg")
    (top / "folder").symlink_to(outside, target_is_directory=True)
    os.mkfifo(top / "pipe.jpg")  # which nobody writes to
    Path(os.fsdecode(bytes(top) + b"/\xff.jpg")).touch()
    found = collected(Folder(address=str(top)), tmp_path)
    with Catalogue(tmp_path / "c.db") as catalogue:
        assert catalogue.left_out(1) == {
            "link, or gone": 3,
            "no picture": 2,
            "other place, day or licence": 1,
            "no text as a name": 1,
            "no position": 1,
        }
    assert [(r.id, round(r.lat, 4), round(r.lng, 4), r.title) for r in found] == [
        (f"{folder_name(top)}/b/a.jpg", 45.44, 12.34, "a"),
        (f"{folder_name(top)}/z.jpg", 45.43, 12.33, "z"),
    ]
    assert found[1] == Record(
        "folder",
        f"{folder_name(top)}/z.jpg",
        found[1].lat,
        found[1].lng,
        taken="2017-05-06T07:08:09",
        title="z",
        width=320,
        height=240,
        sizes=(Size(0, str(top / "z.jpg")),),
    )
    # Another folder may have files of the same names.
    (top / "pipe.jpg").unlink()
    shutil.copytree(top, tmp_path / "moved", symlinks=True)
    again = collected(Folder(address=str(tmp_path / "moved")), tmp_path)
    assert len(again) == 4
    moved = {r.id: r for r in again}[f"{folder_name(tmp_path / 'moved')}/b/a.jpg"]
    assert moved.sizes == (Size(0, str(tmp_path / "moved" / "b" / "a.jpg")),)
    with pytest.raises(venloc.errors.FileNotFoundError, match="no folder"):
        collected(Folder(address=str(tmp_path / "none")), tmp_path)


def test_nothing_outside_the_folder_is_read_whatever_the_tasks_name(tmp_path: Path) -> None:
    top, outside = tmp_path / "photos", tmp_path / "outside"
    top.mkdir()
    outside.mkdir()
    with_position(top / "in.jpg", 1, 45.43, 12.33)
    with_position(outside / "out.jpg", 2, 45.43, 12.33)
    (top / "link").symlink_to(outside, target_is_directory=True)
    (top / "again.jpg").symlink_to(top / "in.jpg")
    files = ["in.jpg", "again.jpg", "../outside/out.jpg", str(outside / "out.jpg"), "link/out.jpg", "gone.jpg", "."]
    found = Folder(address=str(top)).fetch({"files": files}, Query(VENICE), Network(HASTY))
    assert [record.id for record in found.records] == [f"{folder_name(top)}/in.jpg"]


def test_large_folders_are_read_in_parts(tmp_path: Path) -> None:
    names = [f"{i:03}.jpg" for i in range(448)] + ["a/1.jpg", "b/1.jpg"]
    for name in reversed(names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    tasks = Folder(address=str(tmp_path)).first(Query(VENICE))
    assert [len(task["files"]) for task in tasks] == [200, 200, 50]
    assert [name for task in tasks for name in task["files"]] == names
