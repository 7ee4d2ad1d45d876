# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The evaluation of all protocols, on the drawn city."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import venloc

pytest.importorskip("matplotlib")
cv2 = pytest.importorskip("cv2")

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import evaluate_protocols  # noqa: E402

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
    # Two queries: one whose match is another view of its place, one whose match can not be in the gallery.
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

    figures = evaluate_protocols.mean_of_folds([records([1, 2, 30]), records([100, 300, 2000])], loops=50)
    assert figures["mean_m"]["value"] == pytest.approx((11 + 800) / 2)
    assert figures["median_m"]["value"] == pytest.approx((2 + 300) / 2)
    assert figures["within_100_m"]["value"] == pytest.approx((1 + 1 / 3) / 2)
