# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Real answers have the form that the schema gives them, and whatever else lists their members is made from it."""

import copy
import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import City, positioned
from PIL import Image
from venloc import answers, cli

jsonschema_rs = pytest.importorskip("jsonschema_rs", reason="it comes with schemathesis, in the extra dev")

ROOT = Path(__file__).parents[2]


def check(value: Any, name: str) -> None:
    """Raises where the value does not have this form."""
    value = json.loads(json.dumps(value, allow_nan=False))
    schema = {"$ref": f"#/$defs/{name}", "$defs": answers.DEFINITIONS}
    jsonschema_rs.Draft202012Validator(schema).validate(value)


@pytest.fixture
def answer(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> dict[str, Any]:
    """An answer that has everything."""
    file, names = tmp_path / "here.jpg", tmp_path / "names.csv"
    names.write_text("name,lat,lng\nCampo,45.43,12.32\n", encoding="utf-8")
    with Image.open(city.query) as picture:
        picture.save(file, exif=positioned(*city.places[0]))
    made = answers.answer(
        file.name,
        locator.locate(file),
        venloc.read_metadata(file),
        (320, 240),
        answers.Gazetteer.read(names),
    )
    assert made["matches"] and made["exif"] and made["nearest"] and made["candidates"]
    return made


@pytest.mark.parametrize(
    "table",
    [
        b"name,lat,lng\nCampo,45.43,12.32\n",
        "name;lat;lng\r\nCampo;45,43;12,32\r\n".encode("utf-16"),
        "lat\tlon\tname\r45.43N\t12.32E\tCampo\r".encode("utf-8-sig"),
    ],
)
def test_gazetteers_are_read_like_label_files(table: bytes, tmp_path: Path) -> None:
    file = tmp_path / "names.csv"
    file.write_bytes(table)
    assert answers.Gazetteer.read(file).places == [("Campo", venloc.LatLng(45.43, 12.32))]
    file.write_bytes(b"name,lat,lng\nCaff\xe8,45.43,12.32\n")
    assert answers.Gazetteer.read(file).places[0][0] == "Caffè"
    file.write_bytes(b"name,lat,lng\nCampo,12 E,45 N\n")
    with pytest.raises(venloc.FormatError, match=r"line 2: latitude '12 E' is marked 'e', as a longitude is"):
        answers.Gazetteer.read(file)


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": answers.DEFINITIONS}
    )
    text = json.dumps(answers.DEFINITIONS)
    referred = {name.split("/")[0] for name in re.findall(r'"#/\$defs/([^"]+)"', text)}
    assert referred <= answers.DEFINITIONS.keys()
    # A member that is not listed as required could be left out unnoticed.
    optional = {
        f"{name}.{key}"
        for name, definition in answers.DEFINITIONS.items()
        for key in definition.get("properties", {})
        if key not in definition["required"]
    }
    assert optional == {
        "CandidateProperties.url",
        "Entry.columns",
        "FailedLine.columns",
        "Geometry.coordinates",
        "Land.attribution",
        "Line.columns",
    }


def test_answers_conform(answer: dict[str, Any]) -> None:
    check(answer, "Answer")
    assert answer["schema_version"] == answers.SCHEMA_VERSION == 1
    plain = {**answer, "exif": None, "nearest": None, "matches": [], "candidates": []}
    check(plain, "Answer")


def test_entries_conform(locator: venloc.SiftLocator, city: City) -> None:
    found = locator.locate(city.query)
    for columns in (None, {"title": "a"}):
        entry = answers.entry("a.jpg", found, venloc.read_metadata(city.query), columns=columns)
        check(entry, "Entry")
        assert len(entry["regions"]["features"]) == 3 and ("columns" in entry) == (columns is not None)
        check(answers.entry("a.jpg", found, venloc.Metadata(), columns=columns, regions=False), "Entry")
        failed = answers.entry("b.jpg", venloc.Failure("b.jpg", "no picture"), venloc.Metadata(), columns=columns)
        check(failed, "FailedLine")
        check(answers.line("a.jpg", found, columns), "Line")
    check(venloc.Failure("b.jpg", "no picture").to_dict(), "FailedLine")


def test_answers_of_a_walk_conform(locator: venloc.SiftLocator, city: City) -> None:
    walk = answers.walks([None, None])[1]
    made = answers.answer("a.jpg", locator.locate(city.query), venloc.Metadata(), walk=walk)
    check(made, "Answer")
    assert made["walk"] == {"position": 2, "pictures": 2}
    check({"done": 1, "total": 2}, "WalkProgress")


@pytest.mark.parametrize(
    ("taken", "positions"),
    [
        ([], []),
        ([None, None, None], [1, 2, 3]),
        (["2019-07-14T18:00:00", "2019-07-14T17:00:00"], [2, 1]),
        # Of the same second: as they were given.
        (["2019-07-14T17:00:00", "2019-07-14T17:00:00"], [1, 2]),
        (["2019-07-14T17:00:00.5", "2019-07-14T17:00:00.25"], [2, 1]),
        # Without a time: after the picture before it.
        ([None, "2019-07-14T18:00:00", None, "2019-07-14T17:00:00"], [1, 3, 4, 2]),
        # In two time zones 17:30 is before 17:00; where a zone is missing the clocks count.
        (["2019-07-14T17:30:00+02:00", "2019-07-14T17:00:00+01:00"], [1, 2]),
        (["2019-07-14T17:30:00+02:00", "2019-07-14T17:00:00"], [2, 1]),
        (["no time", "2019-07-14T17:00:00"], [1, 2]),
    ],
)
def test_pictures_of_a_walk_are_in_the_order_of_their_times(taken: list[str | None], positions: list[int]) -> None:
    walks = answers.walks(venloc.walks.comparable(taken))
    assert [walk.position for walk in walks] == positions
    assert {walk.pictures for walk in walks} <= {len(taken)}


def test_what_is_not_listed_is_noticed(answer: dict[str, Any]) -> None:
    for path in ((), ("candidates", 0), ("matches", 0), ("exif",), ("nearest",)):
        for change in ("added", "removed"):
            changed = copy.deepcopy(answer)
            part = changed
            for key in path:
                part = part[key]
            if change == "added":
                part["more"] = 1
            else:
                part.popitem()
            with pytest.raises(jsonschema_rs.ValidationError):
                check(changed, "Answer")


def test_predictions_conform(locator: venloc.SiftLocator, city: City) -> None:
    prediction = locator.locate(city.query)
    values = prediction.to_dict()
    check(values, "Prediction")
    assert set(values) == set(answers.DEFINITIONS["Prediction"]["properties"])
    check(json.loads(prediction.to_geojson()), "PredictionGeoJson")
    with_page = venloc.Candidate(photo_id="a", location=(45.43, 12.32), url="https://example.org")
    check(json.loads(venloc.Prediction(candidates=[with_page]).to_geojson()), "PredictionGeoJson")


def test_lines_of_the_command_conform(
    city: City, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    monkeypatch.setattr(sys, "argv", ["venloc", "locate", str(city.query), str(bad), "--json", "--model", str(model)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    located, failed = map(json.loads, capsys.readouterr().out.splitlines())
    check(located, "Line")
    check(failed, "FailedLine")
    assert list(located) == ["schema_version", "file", *venloc.load(model).locate(city.query).to_dict()]


@pytest.mark.skipif(not venloc.maps.MAP_PAGE.exists(), reason="the web page is not built: make web")
def test_what_is_put_into_the_page_conforms(locator: venloc.SiftLocator, city: City, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    land = {"type": "FeatureCollection", "features": [], "attribution": "the city"}
    results = [
        (city.query, locator.locate(city.query)),
        (tmp_path / "gone.jpg", venloc.Failure("gone.jpg", "no picture")),
    ]
    venloc.maps.write_page(results, page, locator, land=land, tiles="https://tiles.example/{z}/{x}/{y}.png")
    (text,) = re.findall(r'id="venloc-answers">(.*?)</script>', page.read_text(encoding="utf-8"))
    check(json.loads(text), "Embedded")


def test_the_page_has_the_types_of_the_schema() -> None:
    command = [sys.executable, str(ROOT / "tools" / "answer_types.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_columns_of_the_table_are_values_of_answers(answer: dict[str, Any]) -> None:
    columns = answers.DEFINITIONS["Answer"]["x-columns"]
    for column in columns:
        value: Any = {**answer, "problem": ""}
        for key in column["path"]:
            value = value[key]
        assert isinstance(value, (int, float)) == ("digits" in column), column
    # The example in C++ prints some of them, and calls the file a picture.
    source = (ROOT / "examples" / "train_locator.cpp").read_text(encoding="utf-8")
    (head,) = re.findall(r'printf\("([a-z0-9_,]+)\\n"\)', source)
    assert set(head.split(",")) - {"picture"} <= {column["name"] for column in columns}


def test_the_places_of_venice() -> None:
    file = ROOT / "models" / "venice.places.csv"
    places = dict(answers.Gazetteer.read(file).places)
    with file.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(places) == len(rows) == 307
    area = venloc.BoundingBox(45.35, 12.27, 45.51, 12.46)  # with Torcello and Burano
    assert all(area.contains(place) for place in places.values())
    names = [name.partition(":")[2] or name for row in rows for name in row["alt_names"].split("|") if name]
    assert len(names) == len(set(names)) and not set(names) & set(places)
    assert {row["licence"] for row in rows} == {"CC0-1.0"}
    # Three places that everybody knows, within 40 m of what maps and encyclopaedias state.
    for name, lat, lng in (
        ("Ponte di Rialto", 45.43803, 12.33590),
        ("Santa Maria della Salute", 45.43067, 12.33472),
        ("Basilica di San Marco", 45.43454, 12.33971),
    ):
        assert venloc.distance_m(places[name], venloc.LatLng(lat, lng)) < 40, name
