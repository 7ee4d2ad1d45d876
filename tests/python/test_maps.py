# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
import pickle
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import venloc
from venloc.maps import prediction_html, svg, write_page
from venloc.words import distance_text, summary


def test_the_map_needs_nothing_and_is_well_formed(prediction: venloc.Prediction) -> None:
    html = prediction._repr_html_()
    drawing = ElementTree.fromstring(re.search(r"<svg.*</svg>", html)[0])
    paths = [e for e in drawing.iter() if e.tag.endswith("path")]
    assert len(paths) >= 4  # two regions, cross, scale bar
    # No address is fetched: only the link of the evidence and the namespace of SVG.
    assert set(re.findall(r"https?://[^\"<]+", html)) == {"https://example.org/1", "http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme:dark" in html
    assert "<script" not in html


def test_names_and_addresses_can_not_bring_markup(prediction: venloc.Prediction) -> None:
    html = prediction._repr_html_()
    assert "<b>2</b>" not in html
    assert "&lt;b&gt;2&lt;/b&gt;" in html
    assert "javascript:" not in html


def test_places_of_the_gallery_are_drawn(prediction: venloc.Prediction) -> None:
    places = [venloc.LatLng(45.434 + i * 1e-3, 12.338) for i in range(3)]
    with_places = svg(prediction, places)
    assert with_places.count("var(--place)") == 3
    assert "var(--place)" not in svg(prediction)
    assert with_places in prediction_html(prediction, places)


def test_a_page_holds_every_answer(prediction: venloc.Prediction, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    write_page([("a.jpg", prediction), ("<b>.jpg", prediction)], file, [])
    page = file.read_text()
    assert page.count("<svg") == 2
    assert "&lt;b&gt;.jpg" in page


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({"confidence": 0.9}, "almost surely within 640 m of 45.43400, 12.33800"),
        ({"confidence": 0.6}, "probably within 42 m of"),
        ({"confidence": 0.3}, "perhaps within 42 m of"),
        ({"confidence": 0.1}, "somewhere within 640 m of 45.43400, 12.33800; not sure"),
        ({"in_area": 0.1}, "probably not in this city"),
    ],
)
def test_words_follow_the_numbers(prediction: venloc.Prediction, changes: dict[str, float], start: str) -> None:
    fields = {
        name: getattr(prediction, name) for name in ("location", "confidence", "in_area", "radius_50_m", "radius_90_m")
    }
    assert summary(venloc.Prediction(**{**fields, **changes})).startswith(start)


def test_distances_have_two_figures() -> None:
    assert [distance_text(m) for m in (7.4, 42, 123, 949, 1260)] == ["7 m", "42 m", "120 m", "950 m", "1.3 km"]


def test_prediction_is_a_value(prediction: venloc.Prediction) -> None:
    copy = pickle.loads(pickle.dumps(prediction))
    assert copy.to_dict() == prediction.to_dict()
    assert copy.candidates == prediction.candidates
    assert "confidence=0.74" in repr(prediction)
    assert list(prediction.to_dict()) == [
        "lat",
        "lng",
        "confidence",
        "in_area",
        "radius_50_m",
        "radius_90_m",
        "candidates",
    ]
    assert list(prediction.to_dict()["candidates"][0]) == ["photo_id", "lat", "lng", "probability", "inliers", "url"]
    collection = json.loads(prediction.to_geojson())
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) >= 5
    with pytest.raises(AttributeError):
        prediction.confidence = 1.0  # type: ignore[misc]
