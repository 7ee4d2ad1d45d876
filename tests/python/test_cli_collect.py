# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A city of one's own by the commands, from a server of Flickr's kind and from a folder."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import OPTIONS, City, positioned
from PIL import Image

pytest.importorskip("urllib3", reason="collecting is an extra")
from servers import FlickrAnswers, Reply, Request, Server, flickr_photo, serving
from venloc.collecting import Catalogue, Record

QUICK = [
    "--method=sift",
    "--no-evaluation",
    "--set=sift.max_features=400",
    "--set=index.words=128",
    "--set=index.iterations=4",
    "--set=calibration_folds=3",
    f"--seed={OPTIONS['seed']}",
]


def run(*arguments: object, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "venloc", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "VENLOC_FLICKR_KEY": FlickrAnswers.KEY, **environment},
    )


def done(*arguments: object, returncode: int = 0, **others: Any) -> str:
    """Its output. The drawn city is small, of which `build` warns."""
    finished = run(*arguments, **others)
    problems = [line for line in finished.stderr.splitlines() if "too few to calibrate" not in line]
    assert finished.returncode == returncode and (not problems) == (returncode == 0), finished.stderr
    return finished.stdout + finished.stderr


def unrounded(city: City) -> list[tuple[float, float, str]]:
    """Places and names of the drawn photos, a metre away from where they are, as the places themselves are round numbers."""
    lines = [line.split(",") for line in city.labels.read_text().split()]
    return [(float(lat) + 1.2e-5, float(lng), name) for lat, lng, name in lines]


def counted(pattern: str, text: str) -> int:
    (number,) = re.findall(rf"(\d+) {pattern}", text)
    return int(number)


@pytest.fixture
def flickr(city: City) -> Iterator[Server]:
    """The photos of the drawn city, one of them twice, one in Paris, one that is gone, and many on one point."""
    lines = unrounded(city)
    photos = [
        flickr_photo(i, lat, lng, url_l=f"http://SERVER/{name}", title=name) for i, (lat, lng, name) in enumerate(lines)
    ]
    lat, lng, name = lines[0]
    photos.append(flickr_photo(100, lat + 2e-5, lng, url_l=f"http://SERVER/{name}", ownername="a copyist"))
    photos.append(flickr_photo(101, lat, lng, url_l="http://SERVER/gone.jpg"))
    answers = FlickrAnswers(photos)

    def answer(request: Request) -> Any:
        if request.path.endswith(".jpg"):
            file = city.folder / request.path[1:]
            return Reply(file.read_bytes(), "image/jpeg") if file.exists() else Reply(b"gone", "text/plain", 410)
        return answers(request)

    with serving(Server(answer)) as server:
        for photo in photos:
            photo["url_l"] = photo["url_l"].replace("http://SERVER", server.url)
        yield server


def test_three_commands_make_a_city(city: City, flickr: Server, tmp_path: Path) -> None:
    collect = ["collect", "flickr", "-o", "mine", "--box", "venice", "--rate", "1e6", "--server", f"{flickr.url}/rest"]
    text = done(*collect, folder=tmp_path)
    assert "38 photos of flickr, 38 of them new" in text
    assert "unusable: 1" in text
    # Some of the views that are drawn of a place are hardly different.
    kept = 37 - int(text.split("copies of these: ")[1].split(";")[0])
    assert 30 < kept < 37
    assert counted("pictures for venloc build mine", text) == kept
    with Catalogue(tmp_path / "mine" / "catalogue.db") as catalogue:
        copies = catalogue.copies()
    assert ("flickr", "5000000100") in copies or copies[("flickr", "5000000000")] == ("flickr", "5000000100")
    assert f"{kept} photos" in done("build", "mine", "-o", "mine.venloc", *QUICK, folder=tmp_path)
    answer = json.loads(done("locate", city.query, "--model", "mine.venloc", "--json", folder=tmp_path))
    truth = venloc.LatLng(*city.places[0])
    assert venloc.distance_m(venloc.LatLng(answer["lat"], answer["lng"]), truth) < 25
    assert answer["candidates"][0]["photo_id"].startswith("flickr:5000000")
    assert answer["candidates"][0]["url"].startswith("https://www.flickr.com/photos/")

    # Again: nothing is new, and no picture is requested.
    before = (tmp_path / "mine" / "labels.csv").read_bytes()
    count = len(flickr.requests)
    assert "38 photos of flickr, 0 of them new" in done(*collect, folder=tmp_path)
    assert [a.path for a in flickr.requests[count:]] == ["/rest"]
    assert (tmp_path / "mine" / "labels.csv").read_bytes() == before
    rows = list(csv.DictReader(io.StringIO(done("catalogue", "runs", "mine", folder=tmp_path))))
    assert [(row["run"], row["count"], row["new"]) for row in rows] == [("1", "38", "38"), ("2", "38", "0")]
    for file in (tmp_path / "mine").rglob("*"):
        assert not file.is_file() or FlickrAnswers.KEY.encode() not in file.read_bytes()


def test_a_collection_is_checked_decided_and_exported(city: City, model: Path, flickr: Server, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    done("collect", "flickr", "-o", mine, "--box", "venice", "--rate", "1e6", "--server", f"{flickr.url}/rest")
    with Catalogue(mine / "catalogue.db") as catalogue:
        moved = next(r for r in catalogue.records() if r.title == "place05_1.jpg")
    # Its source has another place as well, by a finer level.
    number = int(moved.id) - 5_000_000_000
    flickr_photos = [
        flickr_photo(number, moved.lat, moved.lng, title=moved.title, url_l=""),
        flickr_photo(number, 45.4341, 12.3291, title=moved.title, accuracy="17", url_l=""),
    ]
    with serving(Server(FlickrAnswers(flickr_photos))) as server:
        done("collect", "flickr", "-o", mine, "--box", "45.4,12.2,45.5,12.4", "--rate", "1e6", "--server", server.url)
    assert "doubtful: 1" in done("catalogue", "check", mine, "--box", "venice")
    done("catalogue", "check", mine, "--box", "venice", "--model", model)
    done("catalogue", "export", mine, "-o", tmp_path / "all.csv")
    (row,) = (r for r in csv.DictReader((tmp_path / "all.csv").read_text().splitlines()) if r["id"] == moved.id)
    # The ids are neighbours, so that all photos are one upload: to the audit, their places are one claim.
    assert (
        row["verdict"] == "doubt" and float(row["doubt"]) == 0.5 and set(row["reasons"].split("; ")) == {"two places"}
    )

    assert "1 of 1 photos to decide on" in done("review", mine, "-o", tmp_path / "review.html")
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(
        f"source,id,verdict,lat,lng,note\nflickr,{moved.id},keep,{moved.lat},{moved.lng},\nflickr,7,drop,,,\n"
    )
    decided = run("catalogue", "decide", mine, decisions)
    assert "decisions: 2; of unknown photos: 1" in decided.stdout
    assert "there is no photo flickr:7" in decided.stderr
    kept = {row["id"]: row for row in csv.DictReader((mine / "labels.csv").read_text().splitlines())}
    assert float(kept[f"flickr:{moved.id}"]["lat"]) == pytest.approx(moved.lat, abs=1e-6)
    assert "0 of 0 photos" in done("review", mine, "-o", tmp_path / "review.html")

    # What is dropped later is taken out of the model.
    done("build", mine, "-o", tmp_path / "mine.venloc", *QUICK)
    before = len(venloc.load(tmp_path / "mine.venloc").photos)
    decisions.write_text(f"source,id,verdict,lat,lng,note\nflickr,{moved.id},drop,,,\n")
    done("catalogue", "decide", mine, decisions)
    text = done("model", "remove", tmp_path / "mine.venloc", mine, "-o", tmp_path / "less.venloc")
    assert f"1 photos removed; {before - 1} in all" in text
    assert f"flickr:{moved.id}" not in {photo.id for photo in venloc.load(tmp_path / "less.venloc").photos}

    # What a person has moved is put there.
    other = venloc.load(tmp_path / "less.venloc").photos[3]
    lat, lng = other.location.lat + 2e-4, other.location.lng
    decisions.write_text(
        f"source,id,verdict,lat,lng,note\nflickr,{other.id.removeprefix('flickr:')},keep,{lat},{lng},\n"
    )
    done("catalogue", "decide", mine, decisions)
    text = done("model", "remove", tmp_path / "less.venloc", mine, "-o", tmp_path / "less.venloc")
    assert (
        f"1 photos removed (1 of them have a new place: add them again with venloc model add); {before - 2} in all"
        in text
    )
    done("model", "add", tmp_path / "less.venloc", mine, "-o", tmp_path / "less.venloc")
    (put,) = (photo for photo in venloc.load(tmp_path / "less.venloc").photos if photo.id == other.id)
    assert venloc.distance_m(put.location, venloc.LatLng(lat, lng)) < 0.1

    other = tmp_path / "other"
    done("catalogue", "merge", other, mine)
    done("catalogue", "export", other, "-o", tmp_path / "other.csv")
    with Catalogue(other / "catalogue.db") as catalogue:
        assert len(catalogue) == 38 and len(catalogue.decisions()) == 3
    assert "squares have none" in done(
        "catalogue", "coverage", mine, "--html", tmp_path / "c.html", "-o", tmp_path / "c.csv"
    )
    assert "<svg" in (tmp_path / "c.html").read_text()


def test_a_folder_of_pictures_with_positions_is_collected(city: City, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for lat, lng, name in unrounded(city):
        with Image.open(city.folder / name) as picture:
            picture.save(photos / name, quality=92, exif=positioned(lat, lng))
    (photos / "notes.txt").write_text("no picture")
    (photos / "nowhere.jpg").write_bytes(city.query.read_bytes())
    text = done("collect", "folder", photos, "-o", tmp_path / "mine")
    assert "36 photos of folder, 36 of them new" in text
    assert "left out: no picture (1); no position (1)\n" in text
    copies = int(text.split("copies of these: ")[1].split(";")[0])
    assert copies < 6 and counted("pictures for venloc build", text) == 36 - copies
    gallery = venloc.Gallery.from_folder(tmp_path / "mine")
    truth = {name: venloc.LatLng(lat, lng) for lat, lng, name in unrounded(city)}
    for photo in gallery.photos:
        assert photo.file is not None
        assert venloc.distance_m(photo.location, truth[Path(photo.file).name]) < 1


def test_a_street_across_the_antimeridian_is_collected_and_built(city: City, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for i, (_, _, name) in enumerate(unrounded(city)[:24]):
        lng = 179.9981 + 0.0002 * i  # more of it in the west
        with Image.open(city.folder / name) as picture:
            picture.save(photos / name, quality=92, exif=positioned(-16.83012, lng - 360 if lng > 180 else lng))
    mine = tmp_path / "mine"
    for box in ([], ["--box=-17,179.9,-16.5,-179.9"]):
        shutil.rmtree(mine, ignore_errors=True)
        text = done("collect", "folder", photos, "-o", mine, *box)
        assert "24 photos of folder, 24 of them new" in text and "dropped: 0" in text
    text = done("collect", "folder", photos, "-o", tmp_path / "west", "--box=-17,179.9,-16.5,180")
    assert "left out: other place, day or licence (14)" in text
    done("build", mine, "-o", tmp_path / "m.venloc", *QUICK)
    area = json.loads(done("model", "info", tmp_path / "m.venloc", "--json"))["area"]
    assert area["west"] > 179 and area["east"] < -179
    model = venloc.load(tmp_path / "m.venloc")
    answer = model.locate(photos / unrounded(city)[12][2])
    assert abs(abs(answer.location.lng) - 180) < 0.01
    assert venloc.maps.svg(answer, [photo.location for photo in model.photos], tiles=venloc.maps.TILES)


@pytest.mark.parametrize(
    ("box", "advice"),
    [
        ("45.47,12.25,45.39,12.40", "SOUTH is above NORTH. Give SOUTH,WEST,NORTH,EAST: --box=45.39,12.25,45.47,12.4"),
        ("45.39,12.40,45.47,12.25", "WEST is east of EAST"),
        ("45.47,12.40,45.39,12.25", "--box=45.39,12.25,45.47,12.4"),
        ("-122.5,37.7,-122.3,37.8", "the order seems to be WEST,SOUTH,EAST,NORTH"),
        ("179.9,-17,-179.9,-16.5", "--box=-17,179.9,-16.5,-179.9"),
        ("-17,-16.5,179.9,-179.9", "the order seems to be SOUTH,NORTH,WEST,EAST"),
        ("179.9,-179.9,-17,-16.5", "the order seems to be WEST,EAST,SOUTH,NORTH"),
        ("45,12,45,13", "a box needs SOUTH below NORTH"),
        ("45,12,46", "give venice, or SOUTH,WEST,NORTH,EAST"),
        ("nan,12,46,13", "a box needs SOUTH below NORTH"),
    ],
)
def test_boxes_in_another_order_are_refused_with_the_right_one(box: str, advice: str, tmp_path: Path) -> None:
    finished = run("collect", "flickr", "-o", tmp_path / "mine", f"--box={box}")
    assert finished.returncode == 2 and finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert advice in line


def test_a_box_without_photos_may_be_in_another_order(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    Image.new("L", (64, 64)).save(photos / "a.jpg", exif=positioned(45.4312, 12.3312))
    finished = run("collect", "folder", photos, "-o", tmp_path / "mine", "--box=12.2,45.3,12.4,45.5")
    assert "if that is WEST,SOUTH,EAST,NORTH, give SOUTH,WEST,NORTH,EAST: --box=45.3,12.2,45.5,12.4" in finished.stderr


def test_doubtful_positions_of_a_folder_are_flagged(city: City, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for i, (lat, lng, name) in enumerate(unrounded(city)[:9]):
        tags = positioned(lat, lng)
        if i == 0:
            tags.get_ifd(0x8825)[9] = "V"
        with Image.open(city.folder / name) as picture:
            picture.save(photos / name, quality=92, exif=tags)
    done("collect", "folder", photos, "-o", tmp_path / "mine")
    with Catalogue(tmp_path / "mine" / "catalogue.db") as catalogue:
        (finding,) = [finding for finding in catalogue.findings() if finding.reason == "accuracy"]
    assert finding.id.endswith(unrounded(city)[0][2]) and finding.doubt < 0.5
    finished = run("build", photos, "-o", tmp_path / "m.venloc", *QUICK)
    assert finished.returncode == 0
    assert "doubtful position: GPS status V: the receiver had no fix" in finished.stderr


def test_photos_of_a_folder_that_moves_stay_the_same(city: City, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for lat, lng, name in unrounded(city)[:12]:
        with Image.open(city.folder / name) as picture:
            picture.save(photos / name, quality=92, exif=positioned(lat, lng))
    mine = tmp_path / "mine"

    def kept() -> dict[str, tuple[str, float]]:
        gallery = venloc.Gallery.from_label_file(mine / "labels.csv")
        return {Path(str(p.file)).name: (p.id, p.location.lat) for p in gallery.photos}

    done("collect", "folder", photos, "-o", mine)
    before = kept()
    dropped, moved = sorted(before)[:2]
    decisions = tmp_path / "decisions.csv"
    ids = [before[name][0].removeprefix("folder:") for name in (dropped, moved)]
    decisions.write_text(
        f"source,id,verdict,lat,lng,note\nfolder,{ids[0]},drop,,,\nfolder,{ids[1]},keep,45.44,12.33,\n"
    )
    done("catalogue", "decide", mine, decisions)
    done("build", mine, "-o", tmp_path / "mine.venloc", *QUICK)
    expected = {name: lat for name, (_, lat) in kept().items()}

    photos.rename(tmp_path / "elsewhere")
    assert "kept photos without a picture: 11" in done("catalogue", "download", mine)
    assert "moved: 12" in done("collect", "folder", tmp_path / "elsewhere", "-o", mine)
    assert {name: lat for name, (_, lat) in kept().items()} == expected
    # The model has them under their former names.
    text = done("model", "remove", tmp_path / "mine.venloc", mine, "-o", tmp_path / "empty.venloc", returncode=2)
    assert "this would remove all photos of the model" in text


def test_areas_of_collections_that_are_merged_count(tmp_path: Path) -> None:
    def answers(lat: float) -> FlickrAnswers:
        return FlickrAnswers([flickr_photo(int(100 * lat) + i, lat + 1e-4 * i, 12.33101, url_l="") for i in range(3)])

    for name, lat in (("a", 45.43), ("b", 46.43)):
        with serving(Server(answers(lat))) as server:
            box = f"{lat - 0.1},12.2,{lat + 0.1},12.4"
            arguments = ["--box", box, "--rate", "1e6", "--server", server.url]
            done("collect", "flickr", "-o", tmp_path / name, "--no-pictures", *arguments)
    done("catalogue", "merge", tmp_path / "ab", tmp_path / "a", tmp_path / "b")
    done("catalogue", "merge", tmp_path / "b", tmp_path / "a")
    for name in ("ab", "b"):
        text = done("catalogue", "check", tmp_path / name)
        assert "photos kept: 6" in text and "dropped: 0" in text


def test_damaged_pictures_are_left_out_and_reported(city: City, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    shutil.copytree(city.folder, photos)
    name, other = (row[2] for row in unrounded(city)[:2])
    whole = (photos / name).read_bytes()
    (photos / name).write_bytes(whole[: len(whole) // 4])
    (photos / other).write_bytes((photos / other).read_bytes()[:-2000])
    finished = run("build", photos, "--labels", city.labels, "-o", tmp_path / "c.venloc", *QUICK)
    assert finished.returncode == 0 and name in finished.stderr and "35 photos" in finished.stdout
    assert f"{other}: the file is cut short: the last" in finished.stderr  # and used
    strict = run("build", photos, "--labels", city.labels, "-o", tmp_path / "d.venloc", "--strict", *QUICK)
    assert strict.returncode == 1 and name in strict.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["collect"], "source"),
        (["collect", "folder", ".", "-o", "mine"], "is inside"),
        (["collect", "flickr", "--box", "venice"], "--output DIR is missing"),
        (["collect", "flickr", "-o", "mine"], "--box is missing"),
        (["collect", "flickr", "somewhere", "-o", "mine", "--box", "venice"], "the source 'folder'"),
        (["collect", "folder", "-o", "mine"], "the source 'folder'"),
        (["collect", "panoramio", "-o", "mine", "--box", "venice"], "commons, flickr, folder, mapillary"),
        (["collect", "flickr", "-o", "mine", "--box", "rome"], "--box rome"),
        (["collect", "flickr", "-o", "mine", "--box", "46,12,45,13"], "south is above north"),
        (["collect", "flickr", "-o", "mine", "--box", "venice", "--since", "May"], "since must be a day"),
        (["collect", "flickr", "-o", "mine", "--box", "venice", "--rate", "0"], "per_second"),
        (["catalogue", "check", "none"], "'none' is not a collection"),
        (["catalogue", "merge", "mine", "none"], "'none' is not a collection"),
        (["review", "none", "-o", "a.txt"], "'none' is not a collection"),
        (["catalogue", "review", "mine", "-o", "a.html"], "is now 'venloc review'"),
        (["catalogue", "export", "none", "-o", "a.shp"], "a.shp"),
        (["catalogue", "coverage", "none"], "--html FILE"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_one_line(tmp_path: Path, arguments: list[str], word: str) -> None:
    finished = run(*arguments, folder=tmp_path)
    assert finished.returncode == 2, finished.stderr
    assert word.lower() in finished.stderr.lower() and finished.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_missing_key_is_reported_with_where_to_put_one(tmp_path: Path) -> None:
    finished = run(
        "collect",
        "flickr",
        "-o",
        tmp_path / "mine",
        "--box",
        "venice",
        VENLOC_FLICKR_KEY="",
        XDG_CONFIG_HOME=str(tmp_path),
    )
    assert finished.returncode == 1
    assert "VENLOC_FLICKR_KEY" in finished.stderr and "keys.ini" in finished.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_catalogue_is_an_error_of_one_line(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    with Catalogue(mine / "catalogue.db") as catalogue:
        catalogue.add([Record("drawn", str(i), 45.43, 12.33, title="x" * 100) for i in range(500)])
    data = bytearray((mine / "catalogue.db").read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    (mine / "catalogue.db").write_bytes(data)
    finished = run("catalogue", "export", mine, "-o", tmp_path / "all.csv")
    assert finished.returncode == 1, finished.stderr
    assert "catalogue.db' cannot be read" in finished.stderr and finished.stderr.count("\n") == 1
    assert not (tmp_path / "all.csv").exists()
