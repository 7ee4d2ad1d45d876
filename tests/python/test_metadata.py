# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Metadata of pictures, compared with exiftool where it is installed."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
import venloc
from conftest import positioned, scene

EXIFTOOL = shutil.which("exiftool")
needs_exiftool = pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed")
LAT, LNG = 45.43713, -12.33265


def exiftool(*arguments: str) -> list[dict[str, Any]]:
    """What exiftool reads; it ends with 1 when one of several files has a fault."""
    command = [str(EXIFTOOL), "-json", "-n", "-q", "-m", *arguments]
    text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return list(json.loads(text or b"[]"))


def written(file: Path, *tags: str) -> Path:
    """The file with these tags, written by exiftool."""
    subprocess.run([str(EXIFTOOL), "-q", "-overwrite_original", *tags, str(file)], check=True)
    return file


EXIF = (f"-EXIF:GPSLatitude={LAT}", "-EXIF:GPSLatitudeRef=N", f"-EXIF:GPSLongitude={-LNG}", "-EXIF:GPSLongitudeRef=W")
XMP = (f"-XMP-exif:GPSLatitude={LAT}", f"-XMP-exif:GPSLongitude={LNG}")


@needs_exiftool
@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize(("tags", "source"), [(EXIF, "EXIF"), (XMP, "XMP")])
def test_positions_that_exiftool_writes(tmp_path: Path, ending: str, tags: tuple[str, ...], source: str) -> None:
    file = tmp_path / f"a.{ending}"
    scene(1).save(file)
    more = ("-XMP-dc:Title=The bridge", "-XMP-dc:Subject=one", "-XMP-dc:Subject=two", "-Make=Maker", "-Model=M 1")
    read = venloc.read_metadata(written(file, *tags, *more, "-DateTimeOriginal=2019:07:14 18:03:22"))
    assert read.position is not None, read.position_problem
    assert (read.position.lat, read.position.lng) == pytest.approx((LAT, LNG), abs=1e-6)
    assert (read.position_source, read.position_doubt) == (source, "")
    assert (read.title, read.keywords, read.taken) == ("The bridge", ["one", "two"], "2019-07-14T18:03:22")
    assert read.camera == "Maker M 1"


@needs_exiftool
def test_sidecars_and_texts_that_exiftool_writes(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    scene(1).save(file, exif=positioned(44, 11))
    written(
        file, "-IPTC:Headline=A headline", "-IPTC:Keywords=k", "-IPTC:Caption-Abstract=Caffè", "-codedcharacterset=utf8"
    )
    read = venloc.read_metadata(file)
    assert (read.title, read.description, read.keywords) == ("A headline", "Caffè", ["k"])
    sidecar = tmp_path / "a.xmp"
    subprocess.run([str(EXIFTOOL), "-q", "-o", str(sidecar), *XMP, "-XMP:GPSHPositioningError=250"], check=True)
    read = venloc.read_metadata(file)
    assert read.position is not None
    assert (read.position.lat, read.position.lng) == pytest.approx((LAT, LNG), abs=1e-6)
    assert (read.position_source, read.position_error_m) == ("sidecar a.xmp", 250)
    assert "250 m" in read.position_doubt


@needs_exiftool
def test_label_files_that_exiftool_writes(tmp_path: Path) -> None:
    for name, lat, lng in (("a", 45.4, 12.3), ("b", -33.5, -70.75)):
        scene(1).save(tmp_path / f"{name}.jpg", exif=positioned(lat, lng))
    for number, options in enumerate((["-n"], [], ["-c", "%.6f"], ["-G1"])):
        command = [
            str(EXIFTOOL),
            "-csv",
            *options,
            "-FileName",
            "-Directory",
            "-GPSLatitude",
            "-GPSLongitude",
            "-GPSPosition",
        ]
        table = subprocess.run([*command, "a.jpg", "b.jpg"], cwd=tmp_path, stdout=subprocess.PIPE, check=True).stdout
        labels = tmp_path / f"labels{number}.csv"
        labels.write_bytes(table)
        photos = venloc.Gallery.from_label_file(labels).photos
        places = [(photo.location.lat, photo.location.lng) for photo in photos]
        assert places == [pytest.approx((45.4, 12.3), abs=1e-5), pytest.approx((-33.5, -70.75), abs=1e-5)], options


@needs_exiftool
def test_the_shared_collection_of_odd_files() -> None:
    shared = Path(os.environ.get("VENLOC_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "exif"
    if not shared.is_dir():
        pytest.skip(f"the shared EXIF files are not at {shared}")
    compared = 0
    for row in exiftool("-r", "-GPSPosition", "-GPSLatitude", "-GPSLongitude", "-IFD0:Orientation", str(shared)):
        if not str(row["SourceFile"]).lower().endswith((".jpg", ".jpeg", ".tif", ".png", ".webp")):
            continue
        read = venloc.read_metadata(row["SourceFile"])
        if "GPSPosition" not in row:
            continue
        lat, lng = (float(number) for number in str(row["GPSPosition"]).split())
        if (lat, lng) == (0, 0):
            assert read.position is None
            continue
        if read.position is None:
            # exiftool takes 0/0 for 0.
            assert "/0" in read.position_problem or "impossible" in read.position_problem, row
            continue
        assert (read.position.lat, read.position.lng) == pytest.approx((lat, lng), abs=1e-6), row
        compared += 1
    assert compared >= 10


def test_the_file_s_own_metadata_without_sidecars(tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    scene(1).save(file, exif=positioned(44, 11))
    (tmp_path / "a.jpg.json").write_text(
        json.dumps({"title": "a.jpg", "geoDataExif": {"latitude": 45.5, "longitude": 12.5}})
    )
    assert venloc.read_metadata(file).position == venloc.LatLng(45.5, 12.5)
    own = venloc.decode_metadata(file.read_bytes()).position
    assert own is not None and own.lat == pytest.approx(44, abs=1e-5)
    assert venloc.Metadata().orientation == 1


def test_mutated_pictures_never_crash(tmp_path: Path) -> None:
    chance = random.Random(3)
    file = tmp_path / "a.jpg"
    tags = positioned(45.43, 12.33)
    tags[0x010E], tags[0x9C9E] = "A bridge", "one;two".encode("utf-16-le")
    PIL.Image.new("L", (8, 8)).save(file, exif=tags)
    whole = file.read_bytes()
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(2, 400)] = chance.randrange(256)
        read = venloc.decode_metadata(bytes(data))
        assert 1 <= read.orientation <= 8
        assert read.position is None or (abs(read.position.lat) <= 90 and abs(read.position.lng) <= 180)
        assert (read.position is None) == bool(read.position_problem)
        json.dumps(read.to_dict())
