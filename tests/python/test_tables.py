# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Results as tables and features, and posteriors as rasters."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc

FAILURE = venloc.Failure("b.jpg", "b.jpg: no picture")


def test_results_are_a_table(prediction: venloc.Prediction) -> None:
    pytest.importorskip("pandas")
    table = venloc.to_dataframe([prediction, FAILURE, prediction], files=["a.jpg", Path("b.jpg"), "c.jpg"])
    assert list(table.columns) == [
        "file", "lat", "lng", "confidence", "in_area", "radius_50_m", "radius_90_m", "verdict", "turned_degrees", "notes",
        "problem",
    ]  # fmt: skip
    assert table["file"].tolist() == ["a.jpg", "b.jpg", "c.jpg"]
    assert table["lat"].tolist()[::2] == [45.434] * 2 and np.isnan(table["lat"][1]) and table["lat"].dtype == float
    assert table["verdict"].tolist() == ["pin", None, "pin"]
    assert table["problem"].tolist() == [None, FAILURE.error, None]
    assert venloc.to_dataframe([prediction, FAILURE])["file"].tolist() == [None, "b.jpg"]
    assert len(venloc.to_dataframe([])) == 0
    with pytest.raises(venloc.InvalidArgumentError, match="each of the 2 results, got 1"):
        venloc.to_dataframe([prediction, FAILURE], files=["a.jpg"])


def test_results_are_a_layer(prediction: venloc.Prediction) -> None:
    geopandas = pytest.importorskip("geopandas")
    layer = venloc.to_geodataframe([prediction, FAILURE])
    assert layer.crs.to_epsg() == 4326
    assert (layer.geometry[0].x, layer.geometry[0].y) == (12.338, 45.434) and layer.geometry[1] is None
    # The protocol that geopandas, shapely and others read.
    read = geopandas.GeoDataFrame.from_features([prediction, FAILURE])
    assert read.geometry[0].equals(layer.geometry[0]) and read.geometry[1] is None
    assert read["confidence"][0] == 0.74 and read["problem"][1] == FAILURE.error


def test_missing_packages_are_named(prediction: venloc.Prediction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: None)
    calls: dict[str, Any] = {
        "tables": lambda: venloc.to_dataframe([prediction]),
        "geo": lambda: venloc.to_geodataframe([prediction]),
    }
    for extra, call in calls.items():
        with pytest.raises(ImportError, match=rf"pip install 'venloc\[{extra}\]'"):
            call()
    with pytest.raises(ImportError, match=r"pip install 'venloc\[geo\]'"):
        venloc.write_geotiff("a.tif", prediction.posterior.raster(100))


def test_a_raster_is_an_array_with_its_place(posterior: venloc.Posterior) -> None:
    raster = posterior.raster(cell_m=25, margin_m=100)
    assert raster.values.shape == (raster.rows, raster.columns) and not raster.values.flags.writeable
    assert raster.values.sum() + raster.rest == pytest.approx(1)
    a, b, west, d, e, north = raster.transform
    assert (b, d, west, north) == (0, 0, raster.bounds.west, raster.bounds.north) and a > 0 > e
    row, column = np.unravel_index(raster.values.argmax(), raster.values.shape)
    peak = venloc.LatLng(north + e * (row + 0.5), west + a * (column + 0.5))
    assert venloc.distance_m(peak, posterior.mode()) < 25
    values = raster.values
    del raster
    assert values.sum() > 0.9  # the array keeps its memory
    with pytest.raises(venloc.InvalidArgumentError, match="cell_m"):
        posterior.raster(cell_m=-1)


def test_rasters_are_geotiffs(posterior: venloc.Posterior, tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    raster = posterior.raster(cell_m=25)
    file = tmp_path / "a.tif"
    venloc.write_geotiff(file, raster)
    assert list(tmp_path.iterdir()) == [file]
    with rasterio.open(file) as image:
        assert image.crs.to_epsg() == 4326 and tuple(image.transform)[:6] == pytest.approx(raster.transform)
        assert np.allclose(image.read(1), raster.values, rtol=1e-6, atol=0)
        assert float(image.tags()["VENLOC_REST"]) == raster.rest
        row, column = image.index(12.338, 45.434)
        assert image.read(1)[row, column] == image.read(1).max()
    with pytest.raises(OSError, match="none"):
        venloc.write_geotiff(tmp_path / "none" / "a.tif", raster)
