# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import csv
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import venloc

pytest.importorskip("urllib3", reason="collecting is an extra")
from conftest import City
from venloc.collecting import BOXES, Catalogue, Record, Size, coverage, exports, review
from venloc.collecting.catalogue import Decision, Finding, Picture
from venloc.collecting.checking import CheckOptions, check, crowd_doubt
from venloc.collecting.downloading import register
from venloc.collecting.verdicts import used, verdicts

VENICE = CheckOptions(boxes=(BOXES["venice"],))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue(tmp_path / "catalogue.db") as opened:
        yield opened


def record(number: int, lat: float = 45.4301, lng: float | None = None, **changes: object) -> Record:
    """In Venice, each at a place of its own."""
    return Record("drawn", f"{number:03}", round(lat + 1e-5 * number, 7), lng or 12.33101, **changes)  # type: ignore[arg-type]


def reasons(catalogue: Catalogue) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in catalogue.findings():
        found.setdefault(finding.id, []).append(finding.reason)
    return found


def test_each_kind_of_wrong_place_is_reported(catalogue: Catalogue) -> None:
    here = [record(i) for i in range(20)]
    wrong = [
        Record("drawn", "swapped", 12.33101, 45.43007),
        Record("drawn", "null", 0.0, 0.0),
        Record("drawn", "far", 48.85002, 2.35003),
        Record("drawn", "impossible", 95.00001, 12.3),
        Record("drawn", "rounded", 45.43, 12.33),
        Record("drawn", "coarse", 45.43107, 12.33109, accuracy="city"),
        *(Record("drawn", f"album{i:02}", 45.4388888, 12.3355555) for i in range(12)),
        *(Record("drawn", f"few{i}", 45.4381111, 12.3351111) for i in range(6)),
    ]
    catalogue.add([*here, *wrong])
    check(catalogue, VENICE)
    found = reasons(catalogue)
    albums = {f"album{i:02}": ["default point"] for i in range(12)}
    assert found == {
        "swapped": ["swapped"],
        "null": ["outside", "rounded"],
        "far": ["outside"],
        "impossible": ["impossible"],
        "rounded": ["rounded"],
        "coarse": ["accuracy"],
        **albums,
    }
    reported = {v.record.id: v.verdict for v in verdicts(catalogue)}
    assert {reported[r.id] for r in here} == {"keep"}
    assert {reported[name] for name in ("swapped", "null", "far", "impossible", "rounded", "coarse")} == {"drop"}
    assert {reported[name] for name in albums} == {"doubt"}
    (swapped,) = (f for f in catalogue.findings() if f.reason == "swapped")
    assert (swapped.lat, swapped.lng) == (45.43007, 12.33101)
    # Checked again, nothing is different; without the box the middle photo shows where the city is.
    before = list(catalogue.findings())
    check(catalogue, VENICE)
    assert list(catalogue.findings()) == before
    check(catalogue)
    assert {f.id for f in catalogue.findings() if f.reason in ("outside", "swapped")} == {"swapped", "null", "far"}


def test_the_more_on_one_point_the_more_doubtful() -> None:
    doubts = [crowd_doubt(n, 7) for n in (7, 14, 50, 500)]
    assert doubts == sorted(doubts)
    assert doubts[0] == 0.5 and doubts[1] == pytest.approx(0.8, abs=0.01) and doubts[3] < 1


def picture(record: Record, file: str = "a.jpg", **changes: object) -> Picture:
    values = {"file": file, "digest": "0" * 64, "bytes": 1, "width": 1, "height": 1}
    return Picture(record.source, record.id, **{**values, **changes})  # type: ignore[arg-type]


def test_contradictions_of_a_place_are_reported(catalogue: Catalogue) -> None:
    a, b, c, d = (record(i) for i in range(4))
    catalogue.add([a, b, c, d], reported="2026-01")
    catalogue.add([Record(a.source, a.id, a.lat + 0.01, a.lng, level=-1)], reported="2026-01")
    catalogue.put_pictures(
        [
            picture(b, exif_lat=45.44, exif_lng=12.34),
            picture(c, exif_lat=c.lat + 1e-4, exif_lng=c.lng),
            picture(d),
        ]
    )
    catalogue.add([Record("other", "d", 45.4401, 12.3399)])
    catalogue.put_copies([("other", "d", d.source, d.id, 0.99)])
    check(catalogue, VENICE)
    reported = {(f.source, f.id): (f.reason, f.lat) for f in catalogue.findings()}
    assert reported == {
        ("drawn", a.id): ("two places", a.lat + 0.01),
        ("drawn", b.id): ("exif", 45.44),
        ("drawn", d.id): ("copy elsewhere", 45.4401),
        ("other", "d"): ("copy elsewhere", d.lat),
    }
    # A place that is reported last, and alone, is more likely right than wrong.
    catalogue.add([a], reported="2026-02")
    check(catalogue, VENICE)
    (finding,) = (f for f in catalogue.findings() if f.id == a.id)
    assert finding.doubt < 0.5 and "reported before" in finding.detail


def test_the_audit_finds_a_photo_at_another_place(
    catalogue: Catalogue, city: City, locator: venloc.SiftLocator
) -> None:
    gallery = venloc.Gallery.from_label_file(city.labels, city.folder)
    records = [
        Record("drawn", p.id, p.location.lat, p.location.lng, sizes=(Size(0, str(p.file)),)) for p in gallery.photos
    ]
    moved = records[4]
    far = next(r for r in records if venloc.distance_m(place(r), place(moved)) > 300)
    records[4] = Record("drawn", moved.id, far.lat, far.lng, sizes=moved.sizes)
    catalogue.add(records)
    catalogue.put_pictures(picture(r, r.sizes[0].address) for r in records)
    check(catalogue, CheckOptions(), locator=locator)
    found = [f for f in catalogue.findings() if f.reason == "matches"]
    assert [f.id for f in found] == [moved.id]
    assert found[0].lat is not None and found[0].lng is not None
    assert venloc.distance_m(venloc.LatLng(found[0].lat, found[0].lng), place(moved)) < 100


def place(record: Record) -> venloc.LatLng:
    return venloc.LatLng(record.lat, record.lng)


# --- decisions ---


def test_a_person_decides_for_good(catalogue: Catalogue, tmp_path: Path) -> None:
    far, swapped, good = (
        Record("drawn", 'f"ar, x', 48.85002, 2.35003),
        Record("drawn", "s", 12.33101, 45.43007),
        record(1),
    )
    catalogue.add([far, swapped, good])
    check(catalogue, VENICE)
    file = tmp_path / "decisions.csv"
    file.write_text(
        'source,id,verdict,lat,lng,note\ndrawn,"f""ar, x",keep,,,it is\ndrawn,s,keep,45.43007,12.33101,\ndrawn,001,drop,,,\n'
    )
    catalogue.decide(review.read_decisions(file))
    for _ in range(2):
        reported = {v.record.id: v for v in verdicts(catalogue)}
        assert {name: v.verdict for name, v in reported.items()} == {far.id: "keep", "s": "keep", "001": "drop"}
        assert (reported["s"].record.lat, reported["s"].record.lng) == (45.43007, 12.33101)
        assert reported[far.id].doubt == 1
        check(catalogue, VENICE)  # again: decisions stay
        catalogue.add([far, swapped, good])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,verdict\n", "source, id, verdict"),
        ("source,id,verdict,lat,lng\nflickr,1,perhaps,,\n", "line 2: flickr:1: a decision is keep or drop"),
        ("source,id,verdict,lat,lng\nflickr,1,keep,45,\n", "line 2: .* is not a (valid )?place"),
        ("source,id,verdict,lat,lng\nflickr,1,keep,north,12\n", "line 2: lat and lng are not a (valid )?place"),
        ("source,id,verdict,lat,lng\nflickr,1,keep,nan,12\n", "line 2: .* is not a (valid )?place"),
    ],
)
def test_invalid_decisions_are_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text(text)
    with pytest.raises(venloc.FormatError, match=words):
        review.read_decisions(file)


def test_the_page_shows_what_is_open_and_no_markup_of_others(catalogue: Catalogue, tmp_path: Path) -> None:
    evil = '<img src=x onerror="alert(1)">'
    catalogue.add(
        [
            record(1),
            Record("drawn", evil, 48.85002, 2.35003, title=evil, author=evil, page="javascript:alert(1)"),
            Record("drawn", "swapped", 12.33101, 45.43007),
            Record("drawn", "decided", 48.85004, 2.35003),
        ]
    )
    check(catalogue, VENICE)
    catalogue.decide([Decision("drawn", "decided", "drop")])
    file = tmp_path / "review.html"
    assert review.write_page(catalogue, file) == 2
    html = file.read_text()
    assert "<img src=x" not in html and "javascript:" not in html
    ids = set(map(unescape, re.findall(r'data-id="([^"]*)"', html)))
    assert ids == {'<img src=x onerror="alert(1)">', "swapped"}
    assert 'value="keep 45.4300700 12.3310100"' in html
    assert "latitude and longitude are exchanged" in html
    assert review.write_page(catalogue, file, most=1) == 2
    assert file.read_text().count("<article") == 1


# --- exports ---


def test_exports_hold_the_same_photos_in_every_format(catalogue: Catalogue, tmp_path: Path) -> None:
    records = [record(i, author='Ångström, "A"', licence="CC-BY-2.0", taken="2019-05-04") for i in range(3)]
    catalogue.add([*records, Record("drawn", "far", 48.85002, 2.35003)])
    check(catalogue, VENICE)
    for ending in (".csv", ".geojson", ".parquet"):
        if ending == ".parquet":
            pytest.importorskip("pyarrow")
        exports.write(catalogue, tmp_path / f"a{ending}")
        exports.write(catalogue, tmp_path / f"b{ending}")
        assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    features = json.loads((tmp_path / "a.geojson").read_text())["features"]
    assert [(r["id"], r["verdict"], r["reasons"]) for r in rows] == [
        ("000", "keep", ""),
        ("001", "keep", ""),
        ("002", "keep", ""),
        ("far", "drop", "outside"),
    ]
    for row, feature, known in zip(rows, features, records, strict=False):
        assert (float(row["lat"]), float(row["lng"]), row["author"]) == (known.lat, known.lng, known.author)
        assert feature["geometry"]["coordinates"] == [known.lng, known.lat]
        assert feature["properties"]["author"] == known.author
    with pytest.raises(venloc.InvalidArgumentError, match=r"\.csv, \.geojson"):
        exports.write(catalogue, tmp_path / "a.shp")


def test_texts_are_not_evaluated_as_formulas(catalogue: Catalogue, tmp_path: Path) -> None:
    odd = {"title": '=HYPERLINK("http://a.example")', "author": "@some\r=1+1\none", "licence": "CC0-1.0"}
    catalogue.add([record(1, **odd)])
    exports.write(catalogue, tmp_path / "all.csv")
    (row,) = csv.DictReader((tmp_path / "all.csv").read_text().splitlines())
    assert (row["title"], row["author"], row["licence"]) == (
        '\'=HYPERLINK("http://a.example")',
        "'@some =1+1 one",
        "CC0-1.0",
    )
    assert row["lat"].startswith("45.")


def test_geoparquet_is_read_by_others(catalogue: Catalogue, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    catalogue.add([record(i) for i in range(3)])
    exports.write(catalogue, tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    about = json.loads(table.schema.metadata[b"geo"])
    assert about["version"] == "1.1.0" and about["columns"]["geometry"]["encoding"] == "WKB"
    (first, *_) = table.column("geometry").to_pylist()
    import struct

    order, kind, lng, lat = struct.unpack("<BIdd", first)
    assert (order, kind) == (1, 1)
    assert (lat, lng) == (record(0).lat, record(0).lng)
    assert table.column("id").to_pylist() == ["000", "001", "002"]


def test_the_label_file_is_a_gallery(catalogue: Catalogue, city: City, tmp_path: Path) -> None:
    given, problems = exports.read_labels(city.labels, city.folder)
    assert len(given) == 36 and problems == []
    catalogue.add(record for record, _ in given)
    assert register(catalogue, given) == 36
    given = [record for record, _ in given]
    catalogue.put_copies([(given[1].source, given[1].id, given[0].source, given[0].id, 0.99)])
    catalogue.decide([Decision(given[2].source, given[2].id, "drop")])
    reported = {"keep": 34, "copy": 1, "drop": 1}
    assert exports.write_labels(catalogue, tmp_path / "labels.csv") == (34, reported)
    gallery = venloc.Gallery.from_folder(tmp_path)
    assert not gallery.problems
    known = {p.id: p for p in venloc.Gallery.from_label_file(city.labels, city.folder).photos}
    assert {p.id for p in gallery.photos} == {r.key for r in given} - {given[1].key, given[2].key}
    for photo in gallery.photos:
        original = known[photo.id.rpartition("/")[2]]
        assert photo.file == original.file
        assert venloc.distance_m(photo.location, original.location) < 0.02


def test_lists_of_addresses_are_read(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "lat,lon,url\n45.431791,12.328827,https://live.staticflickr.com/65535/50579161651_5099179cf3.jpg\n"
        "45.4,12.3,https://museum.example/a.jpg\n"
    )
    flickr, other = exports.read_addresses(file)
    assert (flickr.source, flickr.id, flickr.lat) == ("flickr", "50579161651", 45.431791)
    assert flickr.page == "https://www.flickr.com/photo.gne?id=50579161651"
    assert (other.source, other.sizes[0].address) == ("web", "https://museum.example/a.jpg")
    for text, words in (
        ("45,12\n", "line 1"),
        ("x\n" * 2, "line 1"),
        ("45,12,file:///etc/passwd\n", "line 1"),
        ("99,12,https://a.example/b\n", "is not a valid place"),
    ):
        file.write_text(text)
        with pytest.raises(venloc.FormatError, match=words):
            exports.read_addresses(file)


# --- coverage ---


def test_squares_count_photos_and_what_they_enclose() -> None:
    frame = venloc.LocalFrame(venloc.LatLng(45.43, 12.33))
    # A ring of squares of 100 m with one in its middle left out, two photos in each.
    ring = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    places = [
        frame.to_lat_lng(venloc.EastNorth(100 * x + 30 + 40 * k, 100 * y + 50)) for x, y in ring for k in range(2)
    ]
    # The squares are counted from the first photo, which is at 30, 50.
    spots = coverage.squares(places, 100)
    assert sum(s.photos for s in spots) == 16
    assert len(spots) == 9
    (empty,) = (s for s in spots if s.photos == 0)
    assert 50 < empty.nearest_m < 150
    assert coverage.squares([]) == []
    assert [s.photos for s in coverage.squares(places[:1])] == [1]


def test_named_places_with_few_photos_come_first(tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,lat,lng\nFull,45.43,12.33\nEmpty <b>,45.435,12.335\nOther town,45.5,12.4\n")
    from venloc.answers import Gazetteer

    places = [venloc.LatLng(45.43 + 1e-5 * i, 12.33) for i in range(5)]
    spots = coverage.around(places, Gazetteer.read(names))
    assert [(s.name, s.photos) for s in spots] == [("Empty <b>", 0), ("Full", 5)]
    coverage.write_csv(spots, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_text().splitlines()[1].startswith("Empty <b>,45.435000,12.335000,0,6")
    coverage.write_page(coverage.squares(places), tmp_path / "c.html", named=spots)
    html = (tmp_path / "c.html").read_text()
    assert "Empty &lt;b&gt;" in html and "<b>" not in html


def test_findings_of_one_photo_count_together(catalogue: Catalogue) -> None:
    catalogue.add([record(1)])
    catalogue.put_findings([Finding("drawn", "001", "a", 0.5, ""), Finding("drawn", "001", "b", 0.8, "")], [])
    (verdict,) = verdicts(catalogue)
    assert verdict.doubt == pytest.approx(0.9) and [f.reason for f in verdict.findings] == ["b", "a"]
    assert verdict.verdict == "doubt"
    # However many doubts there are, only a finding that is certain drops a photo.
    catalogue.put_findings([Finding("drawn", "001", f"c{i}", 0.99, "") for i in range(10)], [])
    (verdict,) = verdicts(catalogue)
    assert verdict.doubt == 1 and verdict.verdict == "doubt"
    catalogue.put_findings([Finding("drawn", "001", "d", 1.0, "")], [])
    assert [v.verdict for v in verdicts(catalogue)] == ["drop"]


def test_findings_of_the_audit_stay_until_the_next_audit(catalogue: Catalogue) -> None:
    catalogue.add([record(1)])
    catalogue.put_findings(
        [Finding("drawn", "001", "matches", 0.7, ""), Finding("drawn", "001", "no view", 0.2, "")], []
    )
    check(catalogue, VENICE)
    assert reasons(catalogue) == {"001": ["matches", "no view"]}
    catalogue.put_findings([], ["matches"])
    assert reasons(catalogue) == {"001": ["no view"]}


def test_a_copy_takes_the_place_of_a_picture_that_is_not_kept(catalogue: Catalogue) -> None:
    catalogue.add([record(i) for i in range(5)])
    catalogue.put_copies([("drawn", "001", "drawn", "000", 0.99), ("drawn", "002", "drawn", "000", 0.99)])

    def ids() -> list[str]:
        return [v.record.id for v in used(catalogue)]

    def doubt(*names: str) -> None:
        catalogue.put_findings([Finding("drawn", name, "outside", 1.0, "") for name in names], ["outside"])

    assert ids() == ["000", "003", "004"]
    doubt("000", "004")
    assert ids() == ["001", "003"]
    doubt("000", "001", "004")
    assert ids() == ["002", "003"]
    # A copy that a person keeps is used instead of the others; with a picture that a person drops its copies are dropped.
    doubt()
    catalogue.decide([Decision("drawn", "002", "keep", 45.44, 12.34)])
    assert ids() == ["002", "003", "004"]
    catalogue.decide([Decision("drawn", "000", "drop")])
    assert ids() == ["002", "003", "004"]
    catalogue.decide([Decision("drawn", "002", "drop")])
    assert ids() == ["003", "004"]
    assert [v.verdict for v in verdicts(catalogue)][:3] == ["drop"] * 3


def test_label_files_that_name_the_same_file_are_distinguished(
    catalogue: Catalogue, city: City, tmp_path: Path
) -> None:
    for name, lat in (("one", 45.431), ("two", 45.432)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.jpg").write_bytes(city.query.read_bytes())
        (tmp_path / name / "label.txt").write_text(f"{lat},12.331,0.jpg\n")
        given, _ = exports.read_labels(tmp_path / name / "label.txt")
        assert catalogue.add(record for record, _ in given) == 1
        register(catalogue, given)
    exports.write_labels(catalogue, tmp_path / "labels.csv")
    places = {Path(str(p.file)).parent.name: p.location.lat for p in venloc.Gallery.from_folder(tmp_path).photos}
    assert places == {"one": 45.431, "two": 45.432}


def test_a_photo_is_inside_where_any_of_the_areas_has_it(catalogue: Catalogue) -> None:
    catalogue.add([record(1), Record("drawn", "paris", 48.85002, 2.35003), Record("drawn", "rome", 41.90003, 12.50004)])
    boxes = (BOXES["venice"], venloc.BoundingBox(48.8, 2.2, 48.9, 2.5))
    check(catalogue, CheckOptions(boxes=boxes))
    assert reasons(catalogue) == {"rome": ["outside"]}
