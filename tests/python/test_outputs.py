# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The formats of answers, each opened by a program of others."""

import csv
import io
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import pytest
import venloc
from conftest import City
from PIL import Image
from venloc import answers
from venloc.answers.outputs import COLUMNS, FORMATS, JsonLines, Located, Table, format_of

NOTES = ("The file ends too early.", "It was reduced.")


@pytest.fixture
def located(prediction: venloc.Prediction, city: City) -> list[Located]:
    """A picture that was located, one of another city, and a failure; with names that formats must quote."""
    members = ("location", "confidence", "in_area", "radius_50_m", "radius_90_m", "candidates", "posterior")
    values = {name: getattr(prediction, name) for name in members}
    noted = venloc.Prediction(**values, notes=list(NOTES))
    elsewhere = venloc.Prediction(**values | {"in_area": 0.2, "location": (45.44, 12.33)})
    failure = venloc.Failure("<c>&.jpg", "<c>&.jpg: \x01 is no \udce9 picture")
    return [
        Located(
            str(city.query), noted, venloc.Metadata(taken="2019-07-14T18:03:22"), {"lat": "=1", "title": "A & <B>"}
        ),
        Located("b/ü 🚤.jpg", elsewhere, venloc.Metadata(), {"title": ""}),
        Located("<c>&.jpg", failure, venloc.Metadata(), {"title": "x"}),
    ]


def written(name: str, located: list[Located]) -> tuple[bytes, int]:
    document = FORMATS[name]
    assert document is not None
    entries = [
        answers.entry(one.file, one.result, one.metadata, columns=one.columns, target=one.target) for one in located
    ]
    out = io.BytesIO()
    left_out = document.write(out, entries, "Drawn")
    return out.getvalue(), left_out


def test_formats_by_their_endings() -> None:
    assert {format_of(Path(f"a.{name}")) for name in FORMATS} - {""} == {*FORMATS} - {"text", "iiif"}
    assert (format_of(Path("a.CSV")), format_of(Path("a.ndjson")), format_of(Path("a.txt"))) == ("csv", "jsonl", "")


def test_json_is_an_array_of_lines(located: list[Located]) -> None:
    data, left_out = written("json", located)
    records = JsonLines()
    assert json.loads(data) == [json.loads(records.record(one)) for one in located] and left_out == 0
    assert json.loads(written("json", [])[0]) == []


def test_csv_is_opened_by_pandas_and_has_no_formula(located: list[Located]) -> None:
    table = Table(None, ["lat", "title"])
    data = table.head + b"".join(map(table.record, located))
    first, second, third = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    assert list(first) == [*(column.name for column in COLUMNS), "list_lat", "title"]
    assert (first["lat"], first["radius_90_m"], first["verdict"]) == ("45.434000", "640", "pin")
    assert (first["list_lat"], first["title"], first["notes"]) == ("'=1", "A & <B>", " ".join(NOTES))
    assert (second["file"], second["verdict"], second["list_lat"]) == ("b/ü 🚤.jpg", "elsewhere", "")
    assert third["problem"] == "<c>&.jpg: \x01 is no \\xe9 picture" and third["lat"] == ""
    pandas = pytest.importorskip("pandas")
    read = pandas.read_csv(io.BytesIO(data))
    assert read["lat"].round(4).tolist()[:2] == [45.434, 45.44] and math.isnan(read["lat"][2])


def test_geojson_is_read_by_geopandas(located: list[Located], prediction: venloc.Prediction, tmp_path: Path) -> None:
    data, left_out = written("geojson", located)
    features = json.loads(data)["features"]
    assert left_out == 0
    shown = [(f["geometry"] and f["geometry"]["type"], f["properties"].get("level")) for f in features]
    area = [("Point", None), ("MultiPolygon", 0.5), ("MultiPolygon", 0.9)]
    assert shown == [*area, *area, (None, None)]
    assert features[0]["properties"]["list_lat"] == "=1" and features[0]["properties"]["notes"] == list(NOTES)
    assert features[-1]["properties"]["problem"].endswith("no \\xe9 picture")
    geopandas = pytest.importorskip("geopandas")
    (tmp_path / "a.geojson").write_bytes(data)
    frame = geopandas.read_file(tmp_path / "a.geojson")
    assert frame.crs.to_epsg() == 4326 and len(frame) == 7 and frame.geometry[:6].is_valid.all()
    # Each region holds its share of the posterior: that of a point grid, which knows nothing of how regions are drawn.
    raster = prediction.posterior.raster(5)
    a, _, west, _, e, north = raster.transform
    rows, columns = raster.values.shape
    centres = geopandas.points_from_xy(
        [west + a * (i % columns + 0.5) for i in range(rows * columns)],
        [north + e * (i // columns + 0.5) for i in range(rows * columns)],
    )
    for i, level in ((1, 0.5), (2, 0.9)):
        inside = centres.within(frame.geometry[i])
        assert raster.values.ravel()[inside].sum() / prediction.posterior.in_area == pytest.approx(level, abs=0.02)


def kml_schema() -> Any:
    """The schema of the OGC, which fastkml has."""
    pytest.importorskip("lxml.etree", reason="lxml reads the schema")
    pytest.importorskip("fastkml")
    from fastkml.validator import get_schema_parser

    return get_schema_parser()


def test_kml_follows_the_schema(located: list[Located]) -> None:
    schema = kml_schema()
    from fastkml import kml
    from lxml import etree

    data, left_out = written("kml", located)
    schema.assertValid(etree.fromstring(data))
    assert left_out == 0
    document = kml.KML.parse(io.BytesIO(data)).features[0]
    pictures, regions = document.features
    first, second, third = pictures.features
    assert (first.geometry.x, first.geometry.y) == (12.338, 45.434)
    assert first.times.timestamp.dt.year == 2019 and first.description.startswith("<div><p>Probably within 42 m of")
    values = {data.name: data.value for data in first.extended_data.elements}
    assert values["title"] == "A & <B>" and values["confidence"] == "0.740" and "nearest" not in values
    assert (second.name, second.visibility) == ("ü 🚤.jpg", False)
    assert third.geometry is None and third.description == "<c>&.jpg: \ufffd is no \\xe9 picture"
    assert [region.name for region in regions.features][:2] == ["query00.jpg: 50 %", "query00.jpg: 90 %"]
    areas = json.loads(located[0].result.posterior.to_geojson())["features"]  # type: ignore[union-attr]
    assert len(list(regions.features[1].geometry.geoms)) == len(areas[2]["geometry"]["coordinates"])


def test_kmz_has_small_copies_of_the_pictures(located: list[Located], city: City, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with Image.open(city.query) as picture:
        picture.resize((1280, 960)).save(large)
    located[0] = Located(str(large), *[getattr(located[0], name) for name in ("result", "metadata")])
    data, _ = written("kmz", located)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None and archive.namelist() == ["pictures/1.jpg", "doc.kml"]
        with Image.open(archive.open("pictures/1.jpg")) as copy:
            assert copy.size == (320, 240)
        text = archive.read("doc.kml").decode()
    assert "img src=&quot;pictures/1.jpg&quot;" in text.replace('"', "&quot;")
    assert written("kmz", located)[0] == data
    if geopandas := pytest.importorskip("geopandas"):
        (tmp_path / "a.kmz").write_bytes(data)
        frame = geopandas.read_file(f"zip://{tmp_path}/a.kmz!doc.kml", layer="Pictures")
        assert frame["Name"].tolist() == ["large.jpg", "ü 🚤.jpg", "<c>&.jpg"]


def test_gpx_is_read_by_gpxpy(located: list[Located]) -> None:
    gpxpy = pytest.importorskip("gpxpy")
    moment = Located("d.jpg", located[0].result, venloc.Metadata(taken="2019-07-14T18:03:22.5+02:00"))
    data, left_out = written("gpx", [*located, moment])
    assert left_out == 2
    first, second = gpxpy.parse(data.decode()).waypoints
    assert (first.latitude, first.longitude, first.name, first.type) == (45.434, 12.338, "query00.jpg", "pin")
    assert first.time is None and first.comment.startswith("taken 2019-07-14T18:03:22 (local time); list_lat: =1")
    assert first.description.endswith(f"(error below 100 m). {NOTES[0]} {NOTES[1]}")
    assert second.time.isoformat() == "2019-07-14T16:03:22+00:00" and second.comment is None


def test_annotations_of_iiif_have_the_place_of_a_canvas(prediction: venloc.Prediction, located: list[Located]) -> None:
    canvas, manifest = "https://example.org/canvas/1", "https://example.org/manifest"
    of_canvas = Located(canvas, prediction, venloc.Metadata(), {"manifest": manifest, "label": "1"}, canvas)
    image = Located("https://example.org/a.jpg", prediction, venloc.Metadata(), target="https://example.org/a.jpg")
    page = json.loads(written("iiif", [of_canvas, image, *located])[0])
    assert page["type"] == "AnnotationPage" and page["@context"][-1].endswith("presentation/3/context.json")
    first, second, third = page["items"]
    assert written("iiif", located)[1] == 2
    assert len({item["id"] for item in page["items"]}) == 3
    assert first["body"]["geometry"] == {"type": "Point", "coordinates": [12.338, 45.434]}
    assert first["target"]["id"] == canvas and first["target"]["partOf"] == [{"id": manifest, "type": "Manifest"}]
    assert first["target"]["navPlace"]["features"] == [first["body"]]
    assert second["target"] == "https://example.org/a.jpg"
    assert third["target"].endswith("query00.jpg") and " " not in third["target"]
