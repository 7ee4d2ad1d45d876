# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import pickle
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

import pytest
import venloc
from conftest import City
from PIL import Image
from venloc.maps import show_walk, walk_svg
from venloc.walks import moments, taken


def a_walk(city: City) -> list[Path]:
    """New views of three places 240 m apart."""
    return [city.folder / f"query{i:02}.jpg" for i in range(3)]


def test_together_is_the_single_predictions_combined(locator: venloc.SiftLocator, city: City) -> None:
    pictures = a_walk(city)
    single = locator.locate(pictures)
    together = locator.locate_together(pictures, num_threads=1)
    combined = locator.combine_walk(single)
    assert [p.posterior for p in together] == [p.posterior for p in combined]
    assert [p.location for p in together] == [p.location for p in combined]
    walk = venloc.combine_walk([p.posterior for p in single], locator.prior())
    assert [p.posterior for p in together] == walk.posteriors
    assert walk.together_probability > venloc.WalkOptions().together_probability
    for before, after in zip(single, together, strict=True):
        assert after.notes == [*before.notes, "Located together with 2 other pictures."]
        assert after.candidates == before.candidates
        posterior = after.posterior
        assert after.confidence == pytest.approx(posterior.mass_within(after.location, 100))
        assert after.radius_50_m == pytest.approx(posterior.credible_radius_m(after.location, 0.5))
        assert venloc.distance_m(after.location, before.location) < 50


def test_a_picture_alone_is_as_from_locate(locator: venloc.SiftLocator, city: City) -> None:
    single = locator.locate(city.query)
    (alone,) = locator.locate_together([city.query])
    assert alone.posterior == single.posterior
    assert alone.location == single.location
    assert alone.notes == single.notes
    assert locator.locate_together([]) == []
    unrelated = locator.locate_together(a_walk(city), walk={"break_probability": 1.0})
    assert [p.posterior for p in unrelated] == [p.posterior for p in locator.locate(a_walk(city))]


def test_a_failure_stands_in_its_place(locator: venloc.SiftLocator, city: City) -> None:
    first, failure, last = locator.locate_together([city.query, city.query.with_name("missing.jpg"), city.query])
    assert isinstance(failure, venloc.Failure) and "missing.jpg" in failure.error
    assert [p.posterior for p in (first, last)] == [p.posterior for p in locator.locate_together([city.query] * 2)]


def test_a_blank_picture_is_placed_near_its_neighbours(locator: venloc.SiftLocator, city: City) -> None:
    blank = Image.new("RGB", (320, 240), "grey")
    walk = {"together_probability": 1.0, "break_probability": 0.05}
    first, middle, _ = locator.locate_together([city.query, blank, city.query], walk=walk)
    single = locator.locate(blank)
    place = venloc.LatLng(*city.places[0])
    assert middle.posterior.mass_within(place, 500) > single.posterior.mass_within(place, 500)
    assert venloc.distance_m(first.location, place) < 100


def test_times_come_from_exif_or_the_caller(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    with Image.open(city.query) as picture:
        exif = picture.getexif()
        exif.get_ifd(0x8769)[0x9003] = "2019:07:14 18:03:22"
        picture.save(tmp_path / "timed.jpg", exif=exif)
    assert taken([tmp_path / "timed.jpg", (tmp_path / "timed.jpg").read_bytes(), city.query, object()]) == [
        datetime(2019, 7, 14, 18, 3, 22),
        datetime(2019, 7, 14, 18, 3, 22),
        None,
        None,
    ]
    pictures = a_walk(city)
    hours = [datetime(2019, 7, 14, 12) + timedelta(days=30 * i) for i in range(3)]
    apart = locator.locate_together(pictures, hours)
    close = locator.locate_together(pictures, ["2019-07-14T12:00", "2019-07-14T12:01", None])
    single = locator.locate(pictures)
    assert close != apart
    for before, after in zip(single, apart, strict=True):
        assert after.confidence == pytest.approx(before.confidence, abs=1e-6)


def test_moments_are_seconds_of_one_clock() -> None:
    zone = timezone(timedelta(hours=2))
    found = moments(3, [datetime(1970, 1, 1, 2, 0, 5, tzinfo=zone), "1970-01-01T00:01:00Z", None], ["a", None, "b"])
    assert [m.time_s for m in found] == [5.0, 60.0, None]
    assert [m.camera for m in found] == ["a", "", "b"]
    assert moments(2) == [venloc.WalkMoment(), venloc.WalkMoment()]


@pytest.mark.parametrize(
    ("times", "cameras", "message"),
    [
        (["2019-07-14"], None, "times has 1 entries for 2 pictures"),
        (None, ["a"], "cameras has 1 entries for 2 pictures"),
        (["noon", None], None, "'noon', which is no time"),
        (["2019-07-14T12:00", "2019-07-14T12:00Z"], None, "only some of the times have a time zone"),
    ],
)
def test_wrong_moments_are_refused_before_anything_is_located(
    locator: venloc.SiftLocator, times: list[str | None] | None, cameras: list[str] | None, message: str
) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match=message):
        locator.locate_together(["nothing.jpg", "nothing.jpg"], times, cameras)


def test_wrong_types_and_options_are_refused(locator: venloc.SiftLocator, city: City) -> None:
    with pytest.raises(TypeError, match=r"times\[0\] is a int"):
        locator.locate_together([city.query], [5])
    with pytest.raises(venloc.InvalidArgumentError, match="travel_m must be above 0"):
        locator.locate_together([city.query], walk={"travel_m": 0})
    with pytest.raises(TypeError, match="travel_km"):
        venloc.WalkOptions(travel_km=1)
    other = venloc.Posterior(venloc.LocalFrame(venloc.LatLng(0, 0)), venloc.BoundingBox(0, 0, 1, 1), [], 1, 0)
    with pytest.raises(venloc.InvalidArgumentError, match="another frame"):
        venloc.combine_walk([other], locator.prior())


def test_the_prior_is_where_photos_were_made(locator: venloc.SiftLocator, city: City) -> None:
    prior = locator.prior()
    assert prior.out_of_area_weight == 0
    assert prior.background_weight == pytest.approx(0.05)
    lat, lng = city.places[0]
    area = venloc.BoundingBox(lat - 0.001, lng - 0.001, lat + 0.001, lng + 0.001)
    inside = locator.prior(area=area)
    assert inside.area == area
    assert all(area.contains(inside.frame.to_lat_lng(c.mean)) for c in inside.components)
    # Queries within an area can be combined too.
    pictures = [city.query, city.query]
    for answer in locator.locate_together(pictures, area=area):
        assert area.contains(answer.location)


def test_options_and_walks_are_values() -> None:
    options = venloc.WalkOptions(clocks=[{"camera": "phone", "offset_s": 3600}])
    assert pickle.loads(pickle.dumps(options)) == options
    assert options.to_dict()["clocks"] == [{"camera": "phone", "offset_s": 3600.0}]


def test_a_walk_is_drawn(locator: venloc.SiftLocator, city: City) -> None:
    together = locator.locate_together(a_walk(city))
    html = show_walk(together)._repr_html_()
    drawing = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    texts = [e.text for e in drawing.iter() if e.tag.endswith("text")]
    assert texts[:3] == ["1", "2", "3"]
    assert "Map of a walk of 3 pictures" in walk_svg(together)
    with pytest.raises(venloc.InvalidArgumentError, match="at least one"):
        show_walk([])
