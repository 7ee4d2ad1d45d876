# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""GPX tracks: reading, places by time, clocks, and the fit of a clock's offset, on walks whose truth is known."""

from __future__ import annotations

import datetime
import io
import json
import math
import random
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import venloc
from conftest import City, positioned, scene
from PIL import Image
from venloc.tracks import Clock, OffsetFit, Track, fit_offset, gallery_along, parse_offset

AREA = venloc.BoundingBox(45.42, 12.31, 45.45, 12.37)
FRAME = venloc.LocalFrame(venloc.LatLng(45.435, 12.34))
NOON = datetime.datetime(2019, 7, 14, 12, tzinfo=datetime.timezone.utc).timestamp()


def gpx(points: list[tuple[float, float, float]], *, version: str = "1/1", extra: str = "") -> str:
    """A file of one segment."""
    rows = "".join(
        f'<trkpt lat="{lat:.7f}" lon="{lng:.7f}"><ele>1</ele><time>{utc(time)}</time>{extra}</trkpt>'
        for time, lat, lng in points
    )
    return (
        f'<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/{version}" xmlns:o="urn:other" version="1.1" creator="t">'
        f"<metadata><time>2001-01-01T00:00:00Z</time></metadata><trk><trkseg>{rows}</trkseg></trk></gpx>"
    )


def utc(time: float) -> str:
    return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def walk(seed: int, hours: float = 3.0, step_s: float = 10.0) -> list[tuple[float, float, float]]:
    """A walk at 1.3 m/s that turns about every 50 s and stays in the area."""
    rng = random.Random(seed)
    east = north = 0.0
    heading = rng.uniform(0, 2 * math.pi)
    points = []
    for i in range(int(hours * 3600 / step_s)):
        if rng.random() < step_s / 50:
            heading = math.atan2(-north, -east) if math.hypot(east, north) > 1000 else rng.uniform(0, 2 * math.pi)
        east += 1.3 * step_s * math.cos(heading)
        north += 1.3 * step_s * math.sin(heading)
        place = FRAME.to_lat_lng(venloc.EastNorth(east, north))
        points.append((NOON + i * step_s, place.lat, place.lng))
    return points


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["1/0", "1/1"])
def test_reads_as_gpxpy_does(version: str, tmp_path: Path) -> None:
    gpxpy = pytest.importorskip("gpxpy")
    points = walk(1, hours=0.2)
    file = tmp_path / "a.gpx"
    file.write_text(
        gpx(points, version=version, extra='<extensions><o:time>x</o:time><o:trkpt lat="99"/></extensions>')
    )
    first = file.read_text().index("<trkpt")
    text = file.read_text()
    without_fix = '<trkpt lat="0" lon="0"><time>2020-01-01T00:00:00Z</time></trkpt>'
    (tmp_path / "zero.gpx").write_text(text[:first] + without_fix + text[first:])
    assert Track.read([tmp_path / "zero.gpx"]).at(1577836800) is None
    track = Track.read([file])
    read = gpxpy.parse(io.StringIO(file.read_text())).tracks[0].segments[0].points
    assert len(read) == len(points)
    for p in read:
        fix = track.at(p.time.timestamp())
        assert fix is not None
        assert (fix.place.lat, fix.place.lng) == (p.latitude, p.longitude)


def test_times_of_all_forms(tmp_path: Path) -> None:
    forms = [
        "2019-07-14T12:00:00Z",
        "2019-07-14T14:00:05.5+02:00",
        "2019-07-14T12:00:10",
        " 2019-07-14T12:00:15.123456789Z ",
    ]
    rows = "".join(f'<trkpt lat="45.4{i}" lon="12.3"><time>{form}</time></trkpt>' for i, form in enumerate(forms))
    file = tmp_path / "a.gpx"
    file.write_text(f"<gpx><trk><trkseg>{rows}<trkpt lat='1' lon='1'/></trkseg></trk></gpx>")
    track = Track.read([file])
    assert (track.begin, track.end) == (NOON, pytest.approx(NOON + 15.123456789))
    for i, seconds in enumerate((0, 5.5, 10, 15.123456789)):
        assert track.at(NOON + seconds).place.lat == pytest.approx(45.4 + i / 100)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no GPX"),
        ("<gpx>", "is no GPX"),
        ("<kml/>", "line 1: it is no GPX"),
        ("<gpx/>", "no track point with a time (0 without)"),
        ("<gpx><trk><trkseg><trkpt lat='1' lon='2'/></trkseg></trk></gpx>", "(1 without)"),
        ("<gpx>\n<trkpt lat='x' lon='2'/></gpx>", "line 2: a point without"),
        ("<gpx>\n<trkpt lat='91' lon='2'/></gpx>", "an impossible point"),
        ("<gpx>\n<trkpt lat='nan' lon='2'/></gpx>", "an impossible point"),
        ("<gpx><trkpt lat='1' lon='2'>\n<time>noon</time></trkpt></gpx>", "'noon' is no time"),
        ("<gpx><trkpt lat='1' lon='2'><time>2019-02-30T00:00:00Z</time></trkpt></gpx>", "no possible time"),
        ("<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx>&a;</gpx>", "declares an entity"),
        ("<!DOCTYPE gpx [<!ENTITY a SYSTEM '/etc/passwd'>]><gpx>&a;</gpx>", "declares an entity"),
        ("\0\0\0", "is no GPX"),
    ],
)
def test_what_is_no_track_is_refused(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "a.gpx"
    file.write_text(text)
    with pytest.raises(venloc.FormatError) as caught:
        Track.read([file])
    assert str(caught.value).startswith(f"'{file}'")
    assert words in str(caught.value)
    with pytest.raises(venloc.FileNotFoundError):
        Track.read([tmp_path / "none.gpx"])


# --- places by time ---------------------------------------------------------------------------------------------------


def test_places_between_points_and_how_exact_they_are() -> None:
    track = Track([[(0.0, 45.43, 12.33), (100.0, 45.44, 12.34)]])
    middle = track.at(50)
    assert (middle.place.lat, middle.place.lng) == (pytest.approx(45.435), pytest.approx(12.335))
    assert track.at(0).sigma_m == 10
    assert 10 < track.at(10).sigma_m < middle.sigma_m < 40
    assert middle.error_m == pytest.approx(1.5096 * middle.sigma_m, rel=1e-4)
    assert 10 < track.at(-10).sigma_m < track.at(-60).sigma_m
    assert track.at(-60).sigma_m == track.at(160).sigma_m
    assert track.at(160).place.lat == 45.44
    assert track.at(-61) is None
    assert track.at(161) is None


def test_the_error_is_honest() -> None:
    """68 % of the true places are within error_m of a track with points left out."""
    points = walk(7, hours=40, step_s=5)
    exact = 10**2  # of the variance is that of points, which have no error here
    for every in (6, 24, 60):
        track, inside = Track([points[::every]]), []
        for i, (time, lat, lng) in enumerate(points):
            fix = track.at(time)
            if fix is not None and i % every:
                error = fix.error_m * math.sqrt(1 - exact / fix.sigma_m**2)
                inside.append(venloc.distance_m(fix.place, venloc.LatLng(lat, lng)) <= error)
        assert 0.6 < np.mean(inside) < 0.85, every


def test_the_variance_after_the_end_is_that_of_the_walk() -> None:
    """The squared distance, and not a share of the places: a walk that hardly turns is always at one distance."""
    points = walk(8, hours=60, step_s=5)
    for after in (2, 6, 12):
        squares, expected = [], []
        for i in range(0, len(points) - after, 12):
            fix = Track([points[i : i + 1]]).at(points[i + after][0])
            squares.append(venloc.distance_m(fix.place, venloc.LatLng(*points[i + after][1:])) ** 2)
            expected.append(2 * (fix.sigma_m**2 - 10**2))
        assert np.mean(squares) == pytest.approx(np.mean(expected), rel=0.15), after


def test_gaps_and_order() -> None:
    first = [(0.0, 45.43, 12.33), (60.0, 45.431, 12.33)]
    second = [(600.0, 45.44, 12.33), (630.0, 45.441, 12.33), (615.0, 45.4405, 12.33), (615.0, 45.0, 12.0)]
    track = Track([second, first], max_gap_s=540)
    assert track.at(330).place.lat == pytest.approx(45.4355)
    assert track.at(615).place.lat == 45.0 or track.at(615).place.lat == 45.4405
    apart = Track([second, first], max_gap_s=539)
    assert apart.at(330) is None
    assert apart.at(100).place.lat == 45.431
    with pytest.raises(venloc.InvalidArgumentError):
        Track([[], []])
    with pytest.raises(venloc.InvalidArgumentError):
        Track([[(float("nan"), 45, 12)]])


def test_two_devices_at_once_are_kept_apart() -> None:
    one = [(float(t), 45.43, 12.33) for t in range(0, 600, 20)]
    other = [(float(t), 45.44, 12.35) for t in range(5, 605, 20)]
    track = Track([one, other])
    for t in range(0, 580, 3):
        lat = track.at(t).place.lat
        assert lat in (45.43, 45.44)


def test_across_180_degrees() -> None:
    track = Track([[(0.0, 10.0, 179.9), (100.0, 10.0, -179.9)]])
    assert abs(abs(track.at(50).place.lng) - 180) < 1e-9
    assert track.at(25).place.lng == pytest.approx(179.95, abs=0.01)
    assert track.at(75).place.lng == pytest.approx(-179.95, abs=0.01)


def test_a_prior_is_around_the_place(model: Path, city: City) -> None:
    locator = venloc.load(model)
    lat, lng = city.places[0]
    track = Track([[(NOON, lat, lng), (NOON + 60, lat, lng)]])
    assert track.prior(NOON + 1e6, locator.info().area) is None
    prior = track.prior(NOON + 30, locator.info().area)
    assert prior.in_area == pytest.approx(0.95)
    assert prior.mass_within(venloc.LatLng(lat, lng), 100) > 0.7
    plain, informed = locator.locate(city.query), locator.locate(city.query, prior=prior)
    assert informed.confidence > plain.confidence
    # A wrong clock makes the answer uncertain, and does not exclude the place.
    wrong = Track([[(NOON, *city.places[11])]]).prior(NOON, locator.info().area)
    misled = locator.locate(city.query, prior=wrong)
    assert misled.confidence < plain.confidence
    assert misled.posterior.mass_within(venloc.LatLng(lat, lng), 100) > 0.2


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "taken", "expected"),
    [
        ("Europe/Rome", "2019-07-14T14:00:00", NOON),
        ("Europe/Rome", "2019:07:14 14:00:00", NOON),
        ("+02:00", "2019-07-14T14:00:00", NOON),
        ("-0330", "2019-07-14T08:30:00", NOON),
        ("UTC", "2019-07-14T12:00:00.5", NOON + 0.5),
        ("Asia/Tokyo", "2019-07-14T14:00:00+02:00", NOON),
        ("Europe/Rome", "2019-12-14T13:00:00", NOON + 153 * 86400),
    ],
)
def test_local_times(zone: str, taken: str, expected: float) -> None:
    assert Clock(zone).utc(taken) == pytest.approx(expected)
    assert Clock(zone, offset_s=90).utc(taken) == pytest.approx(expected - 90)  # a clock that is 90 s ahead


@pytest.mark.parametrize("zone", ["", "Venice", "+25:00", "../etc/passwd", "+2"])
def test_unknown_time_zones(zone: str) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match="is no time zone"):
        Clock(zone)


def test_offsets_as_text() -> None:
    for text, seconds in {"90": 90, "-90.5": -90.5, "+01:00:07": 3607, "-02:00": -7200, "0": 0}.items():
        assert parse_offset(text) == seconds
    for text in ("", "one", "1:2:3", "nan", "1e3", "--1"):
        with pytest.raises(venloc.InvalidArgumentError):
            parse_offset(text)


# --- the fit ----------------------------------------------------------------------------------------------------------


def posterior_at(place: venloc.LatLng, sigma_m: float, weight: float, rng: random.Random) -> venloc.Posterior:
    """A posterior with its main component at a place, and two anywhere."""
    spots = [venloc.PosteriorComponent(mean=FRAME.to_local(place), sigma_m=sigma_m, weight=weight)]
    for _ in range(2):
        mean = venloc.EastNorth(rng.uniform(-1500, 1500), rng.uniform(-1500, 1500))
        spots.append(venloc.PosteriorComponent(mean=mean, sigma_m=sigma_m, weight=(1 - weight) / 4))
    return venloc.Posterior(FRAME, AREA, spots, (1 - weight) / 4, (1 - weight) / 4)


def pictures_of(
    points: list[tuple[float, float, float]], offset_s: float, number: int, wrong: float, seed: int
) -> list[tuple[float, venloc.Posterior]]:
    """Pictures of the walk by a clock that is wrong; a share of the posteriors is at a place where the camera was not."""
    rng = random.Random(seed)
    pictures = []
    for time, lat, lng in rng.sample(points, number):
        place = FRAME.to_local(venloc.LatLng(lat, lng))
        moved = venloc.EastNorth(place.east + rng.gauss(0, 25), place.north + rng.gauss(0, 25))
        if rng.random() < wrong:
            moved = venloc.EastNorth(rng.uniform(-1500, 1500), rng.uniform(-1500, 1500))
        pictures.append((time + offset_s, posterior_at(FRAME.to_lat_lng(moved), 30, rng.uniform(0.5, 0.95), rng)))
    return pictures


@pytest.mark.parametrize("offset_s", [3607.0, -7200.0, 0.0, 42.0, 9 * 3600.0 - 311])
@pytest.mark.parametrize("wrong", [0.0, 0.4])
def test_the_offset_is_found(offset_s: float, wrong: float) -> None:
    """Also with a wrong time zone, and with 40 % of the pictures at wrong places."""
    found = 0
    for seed in range(5):
        points = walk(100 + seed)
        fit = fit_offset(Track([points]), pictures_of(points, offset_s, 30, wrong, seed))
        assert fit.determined
        assert abs(fit.offset_s - offset_s) < 60
        assert fit.high_s - fit.low_s < 120
        found += fit.low_s <= offset_s <= fit.high_s
    assert found >= 4


def test_the_interval_holds_the_truth_in_19_of_20() -> None:
    inside = 0
    for seed in range(40):
        points = walk(300 + seed, hours=1)
        fit = fit_offset(Track([points]), pictures_of(points, 3607, 20, 0.4, seed), max_offset_s=5400)
        inside += fit.low_s <= 3607 <= fit.high_s
    assert 34 <= inside <= 40


def undetermined() -> dict[str, OffsetFit]:
    points = walk(5)
    track = Track([points])
    still = Track([[(NOON + t, 45.435, 12.34) for t in range(0, 3600, 10)]])
    rng = random.Random(1)
    vague = venloc.Posterior(FRAME, AREA, [], 1.0, 0.0)
    pinned = posterior_at(venloc.LatLng(45.435, 12.34), 30, 0.9, rng)
    return {
        "all wrong": fit_offset(track, pictures_of(points, 0, 12, 1.0, 3)),
        "no answer": fit_offset(track, [(NOON + 60 * i, vague) for i in range(20)]),
        "two pictures": fit_offset(track, pictures_of(points, 0, 2, 0, 3)),
        "a camera that stood still": fit_offset(still, [(NOON + 200 * i, pinned) for i in range(10)]),
        "another week": fit_offset(track, [(time + 7 * 86400, p) for time, p in pictures_of(points, 0, 20, 0, 3)]),
    }


def test_an_offset_that_is_not_determined_is_flagged() -> None:
    for reason, fit in undetermined().items():
        assert not fit.determined, reason


def test_a_burst_counts_once() -> None:
    """Thirty pictures of one wrong place within a minute do not outvote ten that agree."""
    points = walk(9)
    good = pictures_of(points, 600, 10, 0, 9)
    wrong = FRAME.to_lat_lng(venloc.EastNorth(*np.add((300, 200), 0)))
    burst = [(NOON + 5000 + i, posterior_at(wrong, 30, 0.95, random.Random(i))) for i in range(30)]
    fit = fit_offset(Track([points]), good + burst)
    assert abs(fit.offset_s - 600) < 60


def test_fit_offset_refuses_what_it_cannot_use() -> None:
    track = Track([walk(1)])
    with pytest.raises(venloc.InvalidArgumentError):
        fit_offset(track, [])
    with pytest.raises(venloc.InvalidArgumentError):
        fit_offset(track, pictures_of(walk(1), 0, 3, 0, 1), max_offset_s=0)


# --- pictures and commands --------------------------------------------------------------------------------------------


def taken(file: Path, time: float, offset_s: float = 0.0, exif: Image.Exif | None = None) -> Path:
    """A picture of this time by a clock in Rome that is wrong."""
    exif = exif or Image.Exif()
    local = datetime.datetime.fromtimestamp(time + offset_s, datetime.timezone(datetime.timedelta(hours=2)))
    exif.get_ifd(0x8769)[0x9003] = local.strftime("%Y:%m:%d %H:%M:%S")
    scene(len(file.name)).save(file, exif=exif)
    return file


def test_a_gallery_along_a_track(tmp_path: Path) -> None:
    points = walk(2, hours=0.5)
    track, clock = Track([points]), Clock("Europe/Rome", 3607)
    taken(tmp_path / "a.jpg", points[30][0], 3607)
    taken(tmp_path / "b.jpg", points[60][0], 3607, positioned(45.44, 12.35))
    taken(tmp_path / "late.jpg", NOON + 86400)
    scene(1).save(tmp_path / "timeless.jpg")
    (tmp_path / "no.jpg").write_text("no picture")
    gallery, problems = gallery_along(tmp_path, sorted(tmp_path.glob("*.jpg")), track, clock)
    assert [(photo.id, photo.source) for photo in gallery] == [("a.jpg", "track"), ("b.jpg", "")]
    assert venloc.distance_m(gallery[0].location, venloc.LatLng(*points[30][1:])) < 0.1
    assert gallery[1].location.lat == pytest.approx(45.44)
    reasons = {problem.file.name: problem.reason for problem in problems}
    assert set(reasons) == {"late.jpg", "timeless.jpg", "no.jpg"}
    assert "the track has no place at its time, 2019-07-15T14:00:00" in reasons["late.jpg"]
    assert "it has no time" in reasons["timeless.jpg"]
    with pytest.raises(venloc.FormatError, match="check the time zone"):
        gallery_along(tmp_path, [tmp_path / "late.jpg"], track, clock)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "venloc", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def trip(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of the places of the city without positions, one every 600 s by a clock that is 3,607 s ahead; and the track."""
    folder = tmp_path_factory.mktemp("trip")
    (folder / "pictures").mkdir()
    points = []
    for i, (lat, lng) in enumerate(city.places):
        points += [(NOON + 600 * i - 60, lat, lng), (NOON + 600 * i + 60, lat, lng)]
        exif = Image.Exif()
        local = datetime.datetime.fromtimestamp(NOON + 600 * i + 3607, datetime.timezone(datetime.timedelta(hours=2)))
        exif.get_ifd(0x8769)[0x9003] = local.strftime("%Y:%m:%d %H:%M:%S")
        with Image.open(city.folder / f"query{i:02}.jpg") as picture:
            picture.save(folder / "pictures" / f"{i:02}.jpg", exif=exif, quality=95)
    (folder / "day.gpx").write_text(gpx(points))
    return folder


def test_locate_along_a_track(trip: Path, model: Path, city: City) -> None:
    plain = run("locate", trip / "pictures", "--model", model, "--json")
    options = ("--track", trip / "day.gpx", "--time-zone", "Europe/Rome")
    along = run("locate", trip / "pictures", "--model", model, "--json", *options, "--clock-offset", "+01:00:07")
    assert (plain.returncode, along.returncode, along.stderr) == (0, 0, "")
    before, after = ([json.loads(line) for line in done.stdout.splitlines()] for done in (plain, along))
    assert sum(answer["confidence"] for answer in after) > sum(answer["confidence"] for answer in before)
    for answer, place in zip(after, city.places, strict=True):
        assert venloc.distance_m(venloc.LatLng(answer["lat"], answer["lng"]), venloc.LatLng(*place)) < 60
    fitted = run("locate", trip / "pictures", "--model", model, "--json", *options, "--clock-offset", "fit")
    assert fitted.returncode == 0
    found = re.fullmatch(r"offset of the clock: (\S+) \((\S+) to (\S+) with 95 %, from 12 pictures\)\n", fitted.stderr)
    assert found is not None, fitted.stderr
    assert parse_offset(found[2]) <= 3607 <= parse_offset(found[3])
    assert abs(parse_offset(found[1]) - 3607) < 60  # the track stays at each place for two minutes
    assert len(fitted.stdout.splitlines()) == len(city.places)
    still = trip / "still.gpx"
    still.write_text(gpx([(NOON + t, *city.places[0]) for t in range(0, 7200, 60)]))
    failed = run("locate", trip / "pictures", "--model", model, "--track", still, "--clock-offset", "fit")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "do not determine the offset of the clock" in failed.stderr


def test_build_along_a_track(trip: Path, city: City, tmp_path: Path) -> None:
    options = ("--track", trip / "day.gpx", "--time-zone", "Europe/Rome", "--clock-offset", 3607)
    small = [
        f"--set={name}={value}"
        for name, value in {"sift.max_features": 200, "index.words": 64, "calibration_folds": 3}.items()
    ]
    done = run(
        "build", trip / "pictures", "-o", tmp_path / "m.venloc", "--method", "sift", "--no-evaluation", *options, *small
    )
    assert done.returncode == 0, done.stderr
    assert f"places by the track: {len(city.places)} of {len(city.places)} pictures" in done.stdout
    photos = venloc.load(tmp_path / "m.venloc").photos
    assert {photo.source for photo in photos} == {"track"}
    for photo, place in zip(photos, city.places, strict=True):
        assert venloc.distance_m(photo.location, venloc.LatLng(*place)) < 1
    done = run("build", trip / "pictures", "-o", tmp_path / "m.venloc", "--method", "sift", *options[:4])  # an hour off
    assert "by the track: the track has no place" in done.stderr


def test_collect_along_a_track(trip: Path, city: City, tmp_path: Path) -> None:
    pytest.importorskip("urllib3")
    options = ("--track", trip / "day.gpx", "--time-zone", "+02:00", "--clock-offset", "01:00:07")
    done = run("collect", "folder", trip / "pictures", "-o", tmp_path / "c", *options)
    assert done.returncode == 0, done.stderr
    gallery = venloc.Gallery.from_label_file(tmp_path / "c" / "labels.csv", check_pictures=False)
    # One place has round coordinates, which the check of collections finds suspicious.
    assert len(gallery) >= len(city.places) - 1, done.stdout
    for photo in gallery:
        assert min(venloc.distance_m(photo.location, venloc.LatLng(*place)) for place in city.places) < 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("locate", "a.jpg", "--time-zone", "UTC"), "--time-zone applies to --track"),
        (("locate", "a.jpg", "--clock-offset", "5"), "--clock-offset applies to --track"),
        (("locate", "a.jpg", "--track", "a.gpx"), "--time-zone is missing"),
        (("locate", "a.jpg", "--track", "a.gpx", "--time-zone", "Venice"), "is no time zone"),
        (("locate", "a.jpg", "--track", "a.gpx", "--time-zone", "UTC", "--clock-offset", "soon"), "is no offset"),
        (("build", "a", "-o", "m", "--track", "a.gpx", "--clock-offset", "fit"), "--clock-offset fit needs answers"),
        (
            ("collect", "flickr", "-o", "c", "--box", "venice", "--track", "a.gpx"),
            "applies to the source 'folder' only",
        ),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
