# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import csv
import re
from pathlib import Path

import pytest
import venloc
from conftest import City
from html_pages import Page, assert_self_contained, thumbnails
from venloc.audits import COLUMNS, other_photo, write_csv, write_page


@pytest.fixture
def photos(city: City) -> venloc.Gallery:
    """Five photos of a place; the last is tagged elsewhere."""
    files = [city.folder / f"place{i:02}_{j}.jpg" for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))]
    places = [(45.4300 + 1e-4 * i, 12.3200) for i in range(4)] + [(45.4380, 12.3300)]
    names = ["a", "b", "c", "<script>alert(1)</script>", "wrong"]
    return venloc.Gallery(
        [
            venloc.Photo(id=name, file=file, location=place, url=f"https://example.org/{i}")
            for i, (name, file, place) in enumerate(zip(names, files, places, strict=True))
        ]
    )


def finding(photos: venloc.Gallery, photo: int, doubt: float, matches: dict[int, int]) -> venloc.GeotagFinding:
    suggested = venloc.LatLng(45.43015, 12.32)
    location = photos[photo].location
    return venloc.GeotagFinding(
        photo=photo,
        photo_id=photos[photo].id,
        location=location,
        suggested=suggested,
        distance_m=venloc.distance_m(location, suggested),
        spread_m=17,
        doubt=doubt,
        certain=doubt > 0.9,
        claims=len(matches),
        evidence=[
            venloc.PhotoMatch(first=min(photo, other), second=max(photo, other), inliers=inliers, weight=9)
            for other, inliers in matches.items()
        ],
    )


def test_a_match_has_another_photo() -> None:
    match = venloc.PhotoMatch(first=3, second=8)
    assert (other_photo(match, 3), other_photo(match, 8)) == (8, 3)


def test_the_table_names_the_matches(photos: venloc.Gallery, tmp_path: Path) -> None:
    file = tmp_path / "found.csv"
    write_csv([finding(photos, 4, 0.98765, {0: 50, 2: 20}), finding(photos, 1, 0.6, {4: 12, 0: 9})], photos, file)
    with file.open(newline="") as table:
        first, second = csv.DictReader(table)
    assert tuple(first) == COLUMNS
    assert (first["photo_id"], first["lat"], first["suggested_lng"]) == ("wrong", "45.438000", "12.320000")
    assert first["file"] == str(photos[4].file)
    assert (first["doubt"], first["evidence_id_inliers"]) == ("0.988", "a:50 c:20")
    assert [(row["certain"], row["claims"]) for row in (first, second)] == [("yes", "2"), ("no", "2")]
    assert second["evidence_id_inliers"] == "wrong:12 a:9"


def test_the_page_shows_each_finding_with_its_matches(photos: venloc.Gallery, tmp_path: Path) -> None:
    file = tmp_path / "found.html"
    found = [finding(photos, 1, 0.61, {4: 12, 0: 9}), finding(photos, 4, 0.98765, {0: 50, 2: 20, 3: 15})]
    write_page(found, photos, file, city="Drawn")
    assert list(tmp_path.iterdir()) == [file]
    page = assert_self_contained(file.read_text())
    assert page.text.startswith("Doubtful geotags, Drawn Doubtful geotags, Drawn 2 of 5 photos")
    alts = [attributes["alt"] for attributes in page.all("img")]
    script = photos[3].id
    # The most doubtful first, its matches in the order of the audit.
    assert alts == [
        "The photo wrong", "The match a", "The match c", f"The match {script}",
        "The photo b", "The match wrong", "The match a",
    ]  # fmt: skip
    assert [max(picture.size) for picture in thumbnails(page)] == [160, 124, 124, 124, 160, 124, 124]
    for words in ("98.8 %", "61.0 %", "certain", "50 features", "17 m from the suggested place", "1.2 km"):
        assert words in page.text
    addresses = [attributes["href"] for attributes in page.all("a")]
    assert {f"https://example.org/{i}" for i in range(5)} <= set(addresses)
    assert any("mlat=45.430150&mlon=12.320000" in address for address in addresses)
    assert page.text.count(script) == 2  # beside its picture and on the map

    write_page(found, photos, file, thumbnails=False)
    assert Page(file.read_text()).all("img") == []


def test_the_map_has_the_three_kinds_of_places(photos: venloc.Gallery, tmp_path: Path) -> None:
    file = tmp_path / "found.html"
    write_page([finding(photos, 4, 0.9, {0: 50, 2: 20})], photos, file)
    (drawing,) = re.findall(r'<svg[^>]*aria-label="Map: .*?</svg>', file.read_text(), re.DOTALL)
    assert re.findall(r"<title>(.*?)</title>", drawing) == [
        "a: 50 features", "c: 20 features", "where the geotag is", "where the matches are",
    ]  # fmt: skip
    # The tag lies north-east of the suggested place.
    (x, y) = map(float, re.search(r'<rect x="([\d.]+)" y="([\d.]+)"', drawing).groups())
    (to_x, to_y) = map(float, re.search(r'<path d="M([\d.]+) ([\d.]+)h18', drawing).groups())
    assert x > to_x + 50
    assert y < to_y - 50
    width, height = map(float, re.search(r'viewBox="0 0 (\d+) (\d+)"', drawing).groups())
    assert height < width


def test_no_findings_and_lost_files_make_a_page_too(photos: venloc.Gallery, tmp_path: Path) -> None:
    file = tmp_path / "found.html"
    write_page([], photos, file)
    assert "0 of 5 photos" in assert_self_contained(file.read_text()).text
    gone = venloc.Gallery([venloc.Photo(id=p.id, location=p.location) for p in photos])
    write_page([finding(gone, 4, 0.9, dict.fromkeys(range(4), 20))], gone, file)
    assert assert_self_contained(file.read_text()).all("img") == []
