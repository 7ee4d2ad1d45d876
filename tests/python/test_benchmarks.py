# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The evaluation of all protocols, and the comparison of networks with Python, on the drawn city."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import venloc
from venloc import torch_support

pytest.importorskip("matplotlib")
cv2 = pytest.importorskip("cv2")

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
from evaluate_protocols import program as evaluate_protocols  # noqa: E402
from protocols import mean_of_folds  # noqa: E402

if TYPE_CHECKING:
    from conftest import City


@pytest.fixture(scope="module")
def shared(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn city where the shared data would lie."""
    folder = tmp_path_factory.mktemp("shared")
    venice = folder / "data" / "venice"
    (venice / "images").mkdir(parents=True)
    for line in city.labels.read_text().split():
        shutil.copy(city.folder / line.split(",")[2], venice / "images")
    shutil.copy(city.labels, venice / "label.txt")
    # Two queries: one whose match is another view of its place, one whose match cannot be in the gallery.
    (venice / "seed_sift_results.csv").write_text(
        "query,matched,error_m\nplace00_0.jpg,place00_1.jpg,1.1\nplace01_0.jpg,absent.jpg,5.0\n"
    )
    return folder


def run(shared: Path, out: Path, only: str) -> dict[str, dict[str, object]]:
    evaluate_protocols.main(
        ["--quick", "--shared", str(shared), "--cache", str(shared / "cache"), "--out", str(out), "--only", only]
    )
    return json.loads((out / "evaluation.json").read_text())["parts"]


def test_protocols(shared: Path, tmp_path: Path) -> None:
    parts = run(shared, tmp_path, "random,grouped,cut")
    random = parts["random"]["values"]
    assert [fold["name"] for fold in random["folds"]] == ["seed 0", "seed 1"]
    medians = [fold["rows"]["SiftLocator"]["median_m"] for fold in random["folds"]]
    mean = random["mean_of_folds"]["SiftLocator"]["median_m"]
    assert mean["value"] == pytest.approx(np.mean(medians))
    assert mean["low"] <= mean["value"] <= mean["high"]
    assert set(random["mean_of_folds"]) == {"SiftLocator", "constant", "densest place", "random picture"}

    # Views of one place are 3 m apart, so no group has a picture within reach when its place is held out.
    grouped = parts["grouped"]["values"]
    assert sum(row["queries"] for row in grouped["pooled"] if row["name"] == "SiftLocator") == 36

    assert [split["name"] for split in parts["cut"]["values"]["splits"]] == [
        f"{variant}, {name}" for variant in ("shipped", "descriptors kept") for name in ("seed 0", "together")
    ]
    page = (tmp_path / "evaluation.md").read_text()
    assert "Quick run" in page and str(shared) not in page
    for picture in re.findall(r"\]\((.+?\.png)\)", page):
        assert (tmp_path / picture).exists()


def test_finished_folds_are_reused(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(shared, tmp_path / "a", "random")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a finished fold was built again")

    monkeypatch.setattr(venloc.SiftLocator, "build", refuse)
    again = run(shared, tmp_path / "b", "random")
    assert first["random"]["values"] == again["random"]["values"]


def test_exhaustive_agrees_with_opencv(shared: Path, tmp_path: Path) -> None:
    values = run(shared, tmp_path, "exhaustive")["exhaustive"]["values"]
    reference = values["bfmatcher"]
    assert reference["queries"] == 2
    assert reference["same_picture"] == reference["same_sum"] == reference["same_ranking"] == 2
    assert values["comparable"] == 1
    by_query = {row["query"]: row for row in values["queries"]}
    assert by_query["place00_0.jpg"]["published_in_gallery"]
    assert not by_query["place01_0.jpg"]["published_in_gallery"]
    assert by_query["place00_0.jpg"]["found"] not in ("place00_0.jpg", "place01_0.jpg")


def test_parts_without_data_are_left_out(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shared, tmp_path / "out", "paintings,random").keys() == {"random"}
    assert "paintings: left out" in capsys.readouterr().err


def test_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        evaluate_protocols.main(["--only", "grouped,all"])
    assert ended.value.code == 2
    assert "all is not one of" in capsys.readouterr().err


def test_mean_of_folds_by_hand() -> None:
    def records(errors: list[float]) -> list[venloc.EvaluationRecord]:
        return [venloc.EvaluationRecord(photo_id=str(i), error_m=e, group=i) for i, e in enumerate(errors)]

    figures = mean_of_folds([records([1, 2, 30]), records([100, 300, 2000])], resamples=50)
    assert figures["mean_m"]["value"] == pytest.approx((11 + 800) / 2)
    assert figures["median_m"]["value"] == pytest.approx((2 + 300) / 2)
    assert figures["within_100_m"]["value"] == pytest.approx((1 + 1 / 3) / 2)


def test_geotag_audit(city: City, model: Path, tmp_path: Path) -> None:
    import geotag_audit

    result = geotag_audit.measure(city.folder, model, tmp_path)
    assert (result["photos"], result["photos_with_two_matches"]) == (36, 36)
    assert result["doubted_as_they_come"] == 0 and not result["worst"]
    rounds = result["planted"]["300 to 1,500 m away"]
    assert [one["moved"] for one in rounds] == [2] * len(geotag_audit.SEEDS)
    # One of two photos of a scene that are both moved cannot be distinguished from the third.
    assert np.mean([one["recall"] for one in rounds]) > 0.7
    assert all(one["precision"] == one["precision_new"] == 1 for one in rounds if one["found"])
    assert all(one["error_after_m"] < 30 < 300 < one["error_before_m"] for one in rounds if one["found"])
    # Nothing is doubted as it comes, so that the gallery stays the same and so do the answers.
    effect = result["effect"]
    assert effect["queries"] > 0 and list(effect["flags"]) == ["as they come", "planted"]
    assert effect["flags"]["as they come"]["certain"]["flagged"] == 0
    unchanged = effect["against_off"]["as they come: certain left out"]["mean_m"]
    assert (unchanged["value"], unchanged["low"], unchanged["high"]) == (0, 0, 0)
    text = geotag_audit.page(result)
    assert text.count("| 300 to 1,500 m away | 2 (2 to 2) |") == 1 and str(city.folder) not in text


@pytest.mark.filterwarnings("ignore")  # of other packages
def test_networks_against_python(city: City, tmp_path: Path) -> None:
    if not torch_support.available():
        pytest.skip("venloc was built without LibTorch")
    for package in ("timm", "faiss"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    import networks
    import run as benchmarks

    network = venloc.Backbone.random(
        "efficientnet_lite0",
        2,
        stage="e4",
        further_stages=["e5"],
        long_sides_px=[96, 64],
        region_grids=[1, 3],
        region_long_side_px=64,
        num_threads=2,
    )
    result = networks.measure(city.folder, tmp_path / "features", network=network, quick=True)
    assert result["throughput"]["largest_cosine_loss"] < 1e-5
    assert result["throughput"]["memory"]["ratio"] > 0
    assert result["query"]["photos"] == 36
    rows = {(row["weights"], row["computed_in"]): row for row in result["short_numbers"]}
    exact = rows["float32", "float32"]
    assert exact["largest_cosine_loss"] < 1e-6
    assert all(row["largest_cosine_loss"] < 0.02 for row in rows.values())
    assert rows["int8", "float32"]["bytes"] < 0.3 * exact["bytes"]
    text = benchmarks.networks_page(result)
    assert text.count("| int8 |") == 1 and str(tmp_path) not in text
    assert len(benchmarks.goals({"networks": result})) == 3
