# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The C++ example that trains, and models that go from C++ to Python and back."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
import venloc
from conftest import City
from venloc import torch_support

PROGRAM = Path(__file__).resolve().parents[2] / "build" / "python" / "examples" / "train_locator"
NETWORK = "squeezenet1_1"

pytestmark = [
    pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch"),
    pytest.mark.skipif(not PROGRAM.exists(), reason="the examples are not built: run make test-cpp"),
]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("weights") / "drawn.safetensors"
    venloc.Backbone.random(NETWORK, 5).save(file)
    return file


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)


def answers_of_cpp(kind: str, city: City, weights: Path, model: Path) -> list[dict[str, str]]:
    """The program's answers to the new views; it trains when the model is not there."""
    queries = [city.folder / f"query{i:02}.jpg" for i in range(len(city.places))]
    done = run(kind, city.labels, weights, NETWORK, model, *queries)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["picture"] for row in rows] == [str(query) for query in queries]
    return rows


def check_same(rows: list[dict[str, str]], locator: venloc.Locator) -> None:
    for row in rows:
        answer = locator.locate(row["picture"])
        assert (answer.location.lat, answer.location.lng) == pytest.approx(
            (float(row["lat"]), float(row["lng"])), abs=1e-9
        )  # [deg]: a tenth of a millimetre
        for field in ("confidence", "in_area", "radius_50_m", "radius_90_m"):
            assert getattr(answer, field) == pytest.approx(float(row[field]), rel=1e-6), field


@pytest.mark.parametrize("kind", ["descriptor", "regression", "s2"])
def test_a_model_trained_in_cpp_answers_alike_in_python(kind: str, city: City, weights: Path, tmp_path: Path) -> None:
    model = tmp_path / "city.venloc"
    rows = answers_of_cpp(kind, city, weights, model)
    assert len({row["lat"] for row in rows}) > 1
    locator = venloc.load(model)
    assert locator.info().kind == kind
    check_same(rows, locator)


@pytest.mark.parametrize("kind", ["descriptor", "regression", "s2"])
def test_a_model_trained_in_python_answers_alike_in_cpp(
    kind: str, gallery: venloc.Gallery, city: City, weights: Path, tmp_path: Path
) -> None:
    locators = {
        "descriptor": venloc.DescriptorLocator,
        "regression": venloc.RegressionLocator,
        "s2": venloc.S2CellClassifierLocator,
    }
    locator = locators[kind].build(gallery, venloc.Backbone.load(weights), seed=3)
    model = tmp_path / "city.venloc"
    locator.save(model)
    before = model.read_bytes()
    check_same(answers_of_cpp(kind, city, weights, model), locator)
    assert model.read_bytes() == before


def test_errors_are_reported(city: City, weights: Path, tmp_path: Path) -> None:
    assert run("descriptor").returncode == 2
    model = tmp_path / "city.venloc"
    for arguments, word in (
        (("vlad", city.labels, weights, NETWORK, model), "'vlad'"),
        (("s2", tmp_path / "none", weights, NETWORK, model), "none"),
        (("s2", city.labels, weights, "resnet50", model), "resnet50"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        assert word in done.stderr
        assert not model.exists()
