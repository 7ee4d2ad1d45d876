# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import base64
import json
import math
import pickle
import re
from http import HTTPStatus
from pathlib import Path
from xml.etree import ElementTree

import pytest
import venloc
from conftest import City
from PIL import Image
from venloc.answers import Gazetteer
from venloc.html import pages
from venloc.maps import View, prediction_html, show, svg, write_page
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


def test_names_and_addresses_cannot_bring_markup(prediction: venloc.Prediction) -> None:
    html = prediction._repr_html_()
    assert "<b>2</b>" not in html
    assert "&lt;b&gt;2&lt;/b&gt;" in html
    assert "javascript:" not in html


def test_places_of_the_gallery_are_drawn(prediction: venloc.Prediction) -> None:
    places = [venloc.LatLng(45.434 + i * 1e-3, 12.338) for i in range(3)]
    with_places = svg(prediction, places)
    (dots,) = re.findall(r'<path d="([^"]*)" stroke="var\(--place\)"', with_places)
    assert dots.count("M") == 3
    assert "var(--place)" not in svg(prediction)
    assert with_places in prediction_html(prediction, places)


@pytest.mark.skipif(not venloc.maps.MAP_PAGE.exists(), reason="the web page is not built: make web")
def test_a_page_holds_every_answer(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    odd = tmp_path / "<b><script>.jpg"
    odd.write_bytes(city.query.read_bytes())
    gone = tmp_path / "gone.jpg"
    found = locator.locate(city.query)
    file = tmp_path / "out" / "map.html"
    file.parent.mkdir()
    land = {"type": "FeatureCollection", "features": []}
    write_page([(odd, found), (gone, venloc.Failure(str(gone), f"{gone}: <no> picture"))], file, locator, land=land)
    assert list(file.parent.iterdir()) == [file]
    page = file.read_text(encoding="utf-8")
    (text,) = re.findall(r'<script type="application/json" id="venloc-answers">(.*?)</script>', page)
    assert "<" not in text
    content = json.loads(text)
    assert content["model"]["city"] == "Drawn" and content["model"]["photos"] == 36 and content["basemap"] == land
    assert len(content["gallery"]["places"]) == 36
    first, second = content["answers"]
    assert first["reply"]["file"] == odd.name and first["reply"]["lat"] == found.location.lat
    small = venloc.decode_image(base64.b64decode(first["picture"].partition(",")[2]), "preview")
    assert (small.width, small.height) == (320, 240)
    assert second == {
        "picture": "",
        "reply": {
            "schema_version": 1,
            "file": gone.name,
            "problem": {
                "type": "about:blank",
                "title": HTTPStatus(422).phrase,
                "status": 422,
                "detail": "gone.jpg: <no> picture",
            },
        },
    }
    # Nothing else is in it, or fetched.
    elements = re.sub(r"(?s)<script.*?</script>", "", page)
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', elements)


@pytest.mark.skipif(not venloc.maps.MAP_PAGE.exists(), reason="the web page is not built: make web")
def test_a_page_of_a_walk_has_turned_copies_in_their_order(
    locator: venloc.SiftLocator, city: City, tmp_path: Path
) -> None:
    lying, gone, last = tmp_path / "lying.png", tmp_path / "gone.jpg", city.folder / "query01.jpg"
    upright = venloc.read_image(city.query)
    Image.fromarray(upright.turned(90).to_array()).save(lying)
    found = locator.locate([lying, last])
    results = [(gone, venloc.Failure(str(gone), "no picture")), (lying, found[0]), (gone, found[1]), (last, found[1])]
    file = tmp_path / "map.html"
    write_page(results, file, locator, together=True)
    (text,) = re.findall(r'id="venloc-answers">(.*?)</script>', file.read_text(encoding="utf-8"))
    entries = json.loads(text)["answers"]
    assert [entry["reply"].get("walk") for entry in entries] == [
        None, *({"position": n, "pictures": 3} for n in (1, 2, 3)),
    ]  # fmt: skip
    assert entries[1]["reply"]["turned_degrees"] == 270
    match = entries[1]["reply"]["matches"][0]
    assert (match["width"], match["height"]) == (1000, 750)
    assert entries[1]["picture"] == pages.data_address(upright)
    write_page(results, file, locator)
    assert '"walk":{' not in file.read_text(encoding="utf-8")


@pytest.mark.skipif(not venloc.maps.MAP_PAGE.exists(), reason="the web page is not built: make web")
def test_a_page_has_names_of_places_and_a_street_map_to_switch_on(
    locator: venloc.SiftLocator, city: City, tmp_path: Path
) -> None:
    names = tmp_path / "names.csv"
    names.write_text("name,lat,lng\nCampo Vicino,45.4401,12.3301\nElsewhere,46,13\n", encoding="utf-8")
    file = tmp_path / "map.html"
    tiles = "https://tiles.example/{z}/{x}/{y}.png"
    found = locator.locate(city.query)
    write_page(
        [(city.query, found)], file, locator, gazetteer=Gazetteer.read(names), tiles=tiles, tiles_credit="© makers"
    )
    (text,) = re.findall(r'id="venloc-answers">(.*?)</script>', file.read_text(encoding="utf-8"))
    content = json.loads(text)
    assert content["model"]["tiles"] == {"url": tiles, "attribution": "© makers"}
    nearest = content["answers"][0]["reply"]["nearest"]
    assert nearest["name"] == "Campo Vicino"
    assert nearest["distance_m"] == pytest.approx(venloc.distance_m(venloc.LatLng(45.4401, 12.3301), found.location))
    with pytest.raises(venloc.InvalidArgumentError, match=r"\{z\}, \{x\} and \{y\}, got ftp://"):
        write_page([], tmp_path / "other.html", locator, tiles="ftp://tiles.example/{z}/{x}/{y}.png")
    assert not (tmp_path / "other.html").exists()


def test_a_page_that_was_not_built_is_reported(
    locator: venloc.SiftLocator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(venloc.maps, "MAP_PAGE", tmp_path / "none.html")
    with pytest.raises(venloc.errors.FileNotFoundError, match=r"none\.html.*make web"):
        write_page([], tmp_path / "map.html", locator)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"confidence": 0.8}, "Very likely within 640 m of 45.43400, 12.33800 in Drawn"),
        ({"confidence": 0.5}, "Probably within 42 m of 45.43400, 12.33800 in Drawn"),
        ({"confidence": 0.49}, "Not sure: perhaps within 640 m of 45.434, 12.338 in Drawn"),
        ({"in_area": 0.49}, "This does not look like Drawn; if it is, the place is somewhere around 45.434, 12.338"),
    ],
)
def test_words_follow_the_numbers(prediction: venloc.Prediction, changes: dict[str, float], words: str) -> None:
    assert summary(changed(prediction, **changes), "Drawn") == words
    assert "Drawn" not in summary(changed(prediction, **changes))


def changed(prediction: venloc.Prediction, **changes: object) -> venloc.Prediction:
    names = ("location", "confidence", "in_area", "radius_50_m", "radius_90_m", "candidates", "posterior")
    return venloc.Prediction(**{**{name: getattr(prediction, name) for name in names}, **changes})


def test_only_a_sure_answer_is_drawn_as_a_point(prediction: venloc.Prediction) -> None:
    point, ring = "<title>the answer</title>", "<title>50 % radius</title>"
    drawn = {
        name: [mark in svg(changed(prediction, **changes)) for mark in (point, ring)]
        for name, changes in {"pin": {}, "around": {"confidence": 0.2}, "elsewhere": {"in_area": 0.2}}.items()
    }
    assert drawn == {"pin": [True, False], "around": [False, True], "elsewhere": [False, False]}


def test_the_truth_is_within_the_drawing(prediction: venloc.Prediction) -> None:
    far = venloc.LatLng(45.5, 12.338)
    drawing = ElementTree.fromstring(svg(prediction, truth=far))
    width, height = map(float, drawing.get("viewBox", "").split()[2:])
    (mark,) = (e for e in drawing.iter() if e.tag.endswith("rect"))
    assert 0 < float(mark.get("x", "")) < width
    assert 0 < float(mark.get("y", "")) < height
    assert "the true place" not in svg(prediction)


def test_a_notebook_shows_the_truth_where_it_is_given(prediction: venloc.Prediction) -> None:
    assert "the true place" not in venloc.maps.show(prediction).html
    assert "the true place" in venloc.maps.show(prediction, truth=venloc.LatLng(45.434, 12.34)).html


def test_specks_of_the_regions_do_not_make_the_map_small(prediction: venloc.Prediction) -> None:
    def scale(sigma_m: float) -> float:
        p = prediction.posterior
        parts = [
            venloc.PosteriorComponent(mean=venloc.EastNorth(0, 0), sigma_m=200, weight=0.8),
            venloc.PosteriorComponent(mean=venloc.EastNorth(0, 3000), sigma_m=sigma_m, weight=0.15),
        ]
        posterior = venloc.Posterior(p.frame, p.area, parts, 0.03, 0.02)
        drawing = svg(changed(prediction, posterior=posterior))
        pixels, length, unit = re.search(r'v4h([\d.]+)v-4".*>(\d+) (k?m)</text>', drawing).groups()
        return float(pixels) / float(length) / (1000 if unit == "km" else 1)

    assert scale(8) > 1.5 * scale(200)


def test_drawings_are_not_taller_than_wide() -> None:
    view = View([venloc.LatLng(45.42, 12.33), venloc.LatLng(45.45, 12.33)], margin_m=0)
    assert view.height == pytest.approx(0.9 * view.width, abs=1)
    x, y = view.xy(venloc.LatLng(45.45, 12.33))
    assert (x, y) == pytest.approx((view.width / 2, 0), abs=1)


def test_a_locator_gives_the_map_its_places_and_its_city(locator: venloc.SiftLocator, city: City) -> None:
    html = locator.locate(city.query)._repr_html_()
    assert "in Drawn" in html
    assert "var(--place)" in html


def test_tiles_are_fetched_on_request_only(prediction: venloc.Prediction) -> None:
    plain = show(prediction)
    assert plain._repr_html_() == prediction._repr_html_()
    assert "<image" not in plain._repr_html_()
    html = show(prediction, tiles="https://tiles.example/{z}/{x}/{y}.png")._repr_html_()
    assert "<script" not in html
    assert "OpenStreetMap contributors" in html
    drawing = ElementTree.fromstring(re.search(r"<svg.*</svg>", html)[0])
    width, height = map(float, drawing.get("viewBox", "").split()[2:])
    tiles = [e for e in drawing.iter() if e.tag.endswith("image")]
    assert len({e.get("href") for e in tiles}) == len(tiles)
    # They cover the drawing: every point of a grid lies on one.
    boxes = [[float(e.get(name, "")) for name in ("x", "y", "width", "height")] for e in tiles]
    for i in range(21):
        for j in range(21):
            px, py = width * i / 20, height * j / 20
            assert any(x <= px <= x + w and y <= py <= y + h for x, y, w, h in boxes)


def test_a_tile_lies_where_the_web_has_it(prediction: venloc.Prediction) -> None:
    """The middle of the answer's own tile, computed as https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames does."""
    drawing = svg(prediction, tiles="{z} {x} {y}")
    view_tiles = re.findall(
        r'<image href="(\d+) (\d+) (\d+)" x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawing
    )
    (cross,) = re.findall(r'<path d="M([\d.]+) ([\d.]+)h18', drawing)
    place = prediction.location
    zoom = int(view_tiles[0][0])
    x = (place.lng + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(place.lat))) / math.pi) / 2 * 2**zoom
    (own,) = (tile for tile in view_tiles if (int(tile[1]), int(tile[2])) == (int(x), int(y)))
    left, top, wide, high = map(float, own[3:])
    assert left + (x % 1) * wide == pytest.approx(float(cross[0]) + 9, abs=0.5)
    assert top + (y % 1) * high == pytest.approx(float(cross[1]), abs=0.5)


def test_distances_have_two_figures() -> None:
    assert [distance_text(m) for m in (7.4, 42, 123, 949, 1260)] == ["7 m", "42 m", "120 m", "950 m", "1.3 km"]


def test_prediction_is_a_value(prediction: venloc.Prediction) -> None:
    copy = pickle.loads(pickle.dumps(prediction))
    assert copy.to_dict() == prediction.to_dict()
    assert copy.candidates == prediction.candidates
    assert "confidence=0.74" in repr(prediction)
    collection = json.loads(prediction.to_geojson())
    assert collection["type"] == "FeatureCollection"
    assert len(collection["features"]) >= 5
    with pytest.raises(AttributeError):
        prediction.confidence = 1.0  # type: ignore[misc]
