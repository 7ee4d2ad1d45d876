# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Wikimedia Commons, Mapillary and folders; Flickr is in test_collecting.py."""

import logging
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import scene
from PIL import Image

pytest.importorskip("urllib3", reason="collecting is an extra")
from servers import (
    CommonsAnswers,
    MapillaryAnswers,
    Reply,
    Server,
    commons_page,
    mapillary_image,
    serving,
)
from venloc.collecting import BOXES, Catalogue, Network, NetworkOptions, Query, Record, Size, Source, collect
from venloc.collecting.commons import Commons, licence
from venloc.collecting.folder import Folder
from venloc.collecting.mapillary import Mapillary

HASTY = NetworkOptions(per_second=1e6, first_wait_s=0, timeout_s=10)
VENICE = BOXES["venice"]


def spread(count: int, seed: int = 0) -> list[tuple[int, float, float]]:
    """Numbers and places within Venice, most of them in its middle."""
    draw = random.Random(seed)
    return [
        (i, 45.4342 + draw.uniform(-0.02, 0.02) * draw.random(), 12.33 + draw.uniform(-0.05, 0.05))
        for i in range(count)
    ]


def collected(source: Source, folder: Path, **asked: Any) -> list[Record]:
    with Catalogue(folder / "c.db") as catalogue:
        before = len(catalogue)
        done = collect(source, Query(asked.pop("box", VENICE), **asked), catalogue, Network(HASTY))
        assert done.new == len(catalogue) - before
        return list(catalogue.records())


# --- Wikimedia Commons ---


def commons(server: Server) -> Commons:
    return Commons(address=f"{server.url}/w/api.php")


def test_commons_is_found_whole_by_areas_that_are_small_and_poor_enough(tmp_path: Path) -> None:
    pages = [commons_page(*one) for one in spread(1500)]
    with serving(Server(CommonsAnswers(pages, largest_deg=0.04), fault_rate=0.1, seed=1)) as server:
        found = collected(commons(server), tmp_path)
        assert server.spoilt > 0
    assert sorted(int(r.id) for r in found) == [1_000_000 + i for i in range(1500)]


def test_what_commons_says_of_a_picture_is_kept(tmp_path: Path) -> None:
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
        for name, asked, expected in (
            ("words", {"keywords": "rialto, Bridge"}, ["1000001"]),
            ("days", {"since": "2018-01-01"}, ["1000001", "1000003"]),
            ("licences", {"licences": ("open",)}, ["1000001", "1000002"]),
        ):
            (tmp_path / name).mkdir()
            assert [r.id for r in collected(commons(server), tmp_path / name, **asked)] == expected


@pytest.mark.parametrize(
    ("code", "again"),
    [("maxlag", True), ("ratelimited", True), ("internal_api_error_DBQueryError", True), ("badvalue", False)],
)
def test_errors_of_commons(tmp_path: Path, code: str, again: bool) -> None:
    pages = [commons_page(1, 45.43, 12.33)]
    answers = CommonsAnswers(pages)
    replies = [{"error": {"code": code, "info": "Waiting for a database server"}}] * 2

    with serving(Server(lambda asked: replies.pop() if replies else answers(asked))) as server:
        if again:
            box = venloc.BoundingBox(45.42, 12.32, 45.44, 12.34)
            assert len(collected(commons(server), tmp_path, box=box)) == 1
        else:
            with pytest.raises(venloc.errors.SourceError, match=f"Waiting for a database server .{code}"):
                collected(commons(server), tmp_path)
            assert len(server.asked) == 1


def test_more_files_on_one_point_than_commons_tells_are_taken_as_far_as_it_does(tmp_path: Path) -> None:
    pages = [commons_page(i, 45.43, 12.33) for i in range(600)]
    with serving(Server(CommonsAnswers(pages))) as server:
        found = collected(commons(server), tmp_path, box=venloc.BoundingBox(45.4299, 12.3299, 45.4301, 12.3301))
    assert len(found) == 500


# --- Mapillary ---


def mapillary(server: Server, token: str = MapillaryAnswers.TOKEN) -> Mapillary:
    return Mapillary(token, f"{server.url}/images")


def test_mapillary_is_found_whole_though_a_search_tells_little(tmp_path: Path) -> None:
    images = [mapillary_image(*one) for one in spread(300)]
    images += [mapillary_image(1000 + i, 45.4342, 12.3388) for i in range(130)]  # on one point, one a second
    with serving(Server(MapillaryAnswers(images, limit=2000), fault_rate=0.05)) as server:
        import venloc.collecting.mapillary as module

        most, module._MOST = module._MOST, 60
        try:
            found = collected(mapillary(server), tmp_path)
        finally:
            module._MOST = most
    assert {r.id for r in found} == {image["id"] for image in images}


def test_what_mapillary_says_of_a_picture_is_kept(tmp_path: Path) -> None:
    images = [
        mapillary_image(1, 45.43, 12.33),
        mapillary_image(2, 45.43, 12.33, is_pano=True),
        mapillary_image(3, 45.43, 12.33, computed_geometry=None, creator=None, thumb_1024_url=None),
        mapillary_image(4, 45.43, 12.33, computed_geometry={"coordinates": "none"}),
    ]
    with serving(Server(MapillaryAnswers(images))) as server:
        first, third = collected(mapillary(server), tmp_path)
    assert first == Record(
        "mapillary",
        "9000001",
        45.43,
        12.33,
        page="https://www.mapillary.com/app/?pKey=9000001",
        author="walker1",
        licence="CC-BY-SA-4.0",
        taken="2019-06-08T13:20:01",
        accuracy="street",
        level=2,
        width=4000,
        height=3000,
        sizes=(
            Size(1024, "https://pictures.example/1?expires=1"),
            Size(2048, "https://pictures.example/1_2048?expires=1"),
        ),
    )
    assert (third.lng, third.author, third.level) == (pytest.approx(12.3301), "", 1)


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
        first, second, third = source.renewed([*records, gone], Network(HASTY))
    assert [r.sizes[0].address for r in (first, second)] == [
        f"https://pictures.example/{i}?expires=2" for i in range(2)
    ]
    assert third == gone


def test_the_token_is_nowhere_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Server(MapillaryAnswers([mapillary_image(1, 45.43, 12.33)]))) as server:
        collected(mapillary(server), tmp_path)
        (tmp_path / "other").mkdir()
        with pytest.raises(venloc.errors.SourceError, match="VENLOC_MAPILLARY_TOKEN") as failure:
            collected(mapillary(server, "MLY|wrong-secret"), tmp_path / "other")
        assert len(server.asked) == len(Mapillary().first(Query(VENICE))) + 1
    told = str(failure.value) + caplog.text
    assert "secret" not in told and "nobody-may-see" not in told
    assert b"nobody-may-see" not in (tmp_path / "c.db").read_bytes()


@pytest.mark.parametrize("reply", [b"[]", b'{"data": 3}', b"{}", b'"data"'])
def test_replies_of_another_form_are_asked_for_again(tmp_path: Path, reply: bytes) -> None:
    answers = MapillaryAnswers([mapillary_image(1, 45.43, 12.33)])
    spoilt = [Reply(reply)] * 2
    box = venloc.BoundingBox(45.42, 12.32, 45.44, 12.34)
    with serving(Server(lambda asked: spoilt.pop() if spoilt else answers(asked))) as server:
        assert len(collected(mapillary(server), tmp_path, box=box)) == 1


# --- folders ---


def with_position(file: Path, seed: int, lat: float, lng: float) -> None:
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    for tag, value, sides in ((1, lat, "NS"), (3, lng, "EW")):
        gps[tag] = sides[value < 0]
        minutes = abs(value) % 1 * 60
        gps[tag + 1] = (int(abs(value)), int(minutes), minutes % 1 * 60)
    exif[0x8825] = gps
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
    found = collected(Folder(address=str(top)), tmp_path)
    assert [(r.id, round(r.lat, 4), round(r.lng, 4), r.title) for r in found] == [
        ("b/a.jpg", 45.44, 12.34, "a"),
        ("z.jpg", 45.43, 12.33, "z"),
    ]
    assert found[1] == Record(
        "folder",
        "z.jpg",
        found[1].lat,
        found[1].lng,
        taken="2017-05-06T07:08:09",
        title="z",
        width=320,
        height=240,
        sizes=(Size(0, str(top / "z.jpg")),),
    )
    # The same folder elsewhere is the same to the catalogue, but for the files.
    shutil.copytree(top, tmp_path / "moved", symlinks=True)
    again = collected(Folder(address=str(tmp_path / "moved")), tmp_path)
    assert [r.id for r in again] == ["b/a.jpg", "z.jpg"]
    assert again[0].sizes == (Size(0, str(tmp_path / "moved" / "b" / "a.jpg")),)
    with pytest.raises(venloc.errors.FileNotFoundError, match="no folder"):
        collected(Folder(address=str(tmp_path / "none")), tmp_path)
