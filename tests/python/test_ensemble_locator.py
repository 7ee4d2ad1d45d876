# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""SIFT and a network together, and the SIFT part by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import venloc
from conftest import City
from typer.testing import CliRunner
from venloc.cli import app


@pytest.fixture(scope="module")
def backbone() -> venloc.Backbone:
    return venloc.Backbone.random(
        "squeezenet1_1", 1, stage="fire3", further_stages=["fire4"], long_sides_px=[128, 64], region_grids=[2]
    )


@pytest.fixture(scope="module")
def ensemble(
    gallery: venloc.Gallery, backbone: venloc.Backbone, tmp_path_factory: pytest.TempPathFactory
) -> tuple[venloc.EnsembleLocator, Path]:
    file = tmp_path_factory.mktemp("ensemble") / "city.venloc"
    locator = venloc.EnsembleLocator.build(
        gallery,
        backbone,
        sift={"index": {"words": 64}},
        whitening={"dimension": 24},
        region_whitening={"dimension": 12},
        city="Drawn",
    )
    locator.save(file)
    return locator, file


def test_a_saved_model_answers_alike(ensemble: tuple[venloc.EnsembleLocator, Path], city: City) -> None:
    locator, file = ensemble
    answer = locator.locate(city.query)
    assert answer.candidates[0].photo_id.startswith("place00")
    assert answer.candidates[0].inliers > 0
    again = venloc.load(file)
    assert isinstance(again, venloc.EnsembleLocator)
    assert again.locate(city.query).to_dict() == answer.to_dict()
    assert (again.info().kind, again.info().city) == ("ensemble", "Drawn")
    assert again.options.sift.index.words == 64
    assert again.options.region_whitening.dimension == 12
    assert [time.stage for time in answer.timings] == ["network", "features", "search", "posterior"]


def test_the_sift_part_opens_by_itself_without_torch(
    ensemble: tuple[venloc.EnsembleLocator, Path], gallery: venloc.Gallery, city: City
) -> None:
    _, file = ensemble
    fast = venloc.load(file, fast=True)
    assert isinstance(fast, venloc.SiftLocator)
    alone = venloc.SiftLocator.build(gallery, index={"words": 64}, city="Drawn")
    assert fast.locate(city.query).to_dict() == alone.locate(city.query).to_dict()
    code = f"""
import sys
from venloc.cli import main
sys.argv = ["venloc", "locate", {str(city.query)!r}, "--model", {str(file)!r}, "--fast", "--json"]
try:
    main()
except SystemExit as end:
    assert end.code == 0
assert "libtorch" not in open("/proc/self/maps").read()
"""
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert {k: v for k, v in json.loads(output).items() if k not in ("file", "schema_version")} == fast.locate(
        city.query
    ).to_dict()


def test_a_model_without_sift_has_no_fast_part(
    gallery: venloc.Gallery, backbone: venloc.Backbone, tmp_path: Path
) -> None:
    venloc.DescriptorLocator.build(gallery, backbone, whitening={"dimension": 24}).save(tmp_path / "d.venloc")
    with pytest.raises(venloc.FormatError, match="'descriptor', which holds no SIFT"):
        venloc.load(tmp_path / "d.venloc", fast=True)


def test_evidence_can_be_left_out(gallery: venloc.Gallery, backbone: venloc.Backbone) -> None:
    with pytest.raises(ValueError, match="leave_out names 'luck'; it can name appearance, descriptors"):
        venloc.EnsembleLocator.build(gallery, backbone, leave_out=["luck"])


def test_the_command_line_trains_one(city: City, backbone: venloc.Backbone, tmp_path: Path) -> None:
    weights, model = tmp_path / "net.safetensors", tmp_path / "city.venloc"
    backbone.save(weights)
    command = [
        "build",
        "--method",
        "ensemble",
        "--no-evaluation",
        str(city.folder),
        "-o",
        str(model),
        "--weights",
        str(weights),
    ]
    command += ["--network", "squeezenet1_1", "--stage", "fire3", "--size", "96", "--set", "whitening.dimension=16"]
    result = CliRunner().invoke(app, [*command, "--set", "sift.index.words=64", "--city", "Drawn"])
    assert result.exit_code == 0, result.output
    assert venloc.load(model).info().city == "Drawn"
    result = CliRunner().invoke(app, [*command, "--curves", str(tmp_path / "c.csv")])
    assert result.exit_code == 2
    assert "trains nothing" in " ".join(result.output.split())
    result = CliRunner().invoke(app, [*command, "--artworks", str(tmp_path / "nowhere")])
    assert result.exit_code == 2
    assert "not a folder" in " ".join(result.output.split())
    (tmp_path / "none").mkdir()
    result = CliRunner().invoke(app, [*command, "--artworks", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "no picture in it" in " ".join(result.output.split())


def test_artworks_are_distinguished_from_photos(
    gallery: venloc.Gallery, backbone: venloc.Backbone, city: City, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    artworks = []
    for i in range(12):
        lines = np.full((96, 128), 240, np.uint8)
        for _ in range(9):
            x, y = rng.integers(0, 100), rng.integers(0, 70)
            lines[y : y + 25, x] = lines[y, x : x + 25] = 20
        artworks.append(tmp_path / f"drawing{i}.png")
        PIL.Image.fromarray(lines).save(artworks[-1])
    locator = venloc.EnsembleLocator.build(
        gallery,
        backbone,
        artworks=artworks[:10],
        sift={"index": {"words": 64}},
        whitening={"dimension": 24},
        region_whitening={"dimension": 12},
        painting={"projection": {"dimension": 12}, "gallery_long_side_px": 64, "query_long_sides_px": [64]},
    )
    assert [t.stage for t in locator.locate(city.query).timings] == ["network", "features", "search", "posterior"]
    assert "maps" in [t.stage for t in locator.locate(artworks[11]).timings]


def test_the_whole_model_answers_without_torch(ensemble: tuple[venloc.EnsembleLocator, Path], city: City) -> None:
    locator, file = ensemble
    code = f"""
import json, sys, warnings
warnings.simplefilter("error")
import venloc
answer = venloc.load({str(file)!r}).locate({str(city.query)!r})
assert "libtorch" not in open("/proc/self/maps").read()
print(json.dumps(answer.to_dict()))
"""
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert json.loads(output) == json.loads(json.dumps(locator.locate(city.query).to_dict()))
