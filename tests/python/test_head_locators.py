# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locating by trained heads, from Python."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from conftest import City
from venloc import torch_support

if not torch_support.available():
    pytest.skip("this venloc was built without LibTorch", allow_module_level=True)

SMALL: dict[str, Any] = {"whitening": {"dimension": 16}, "training": {"hidden": 16, "max_epochs": 20}, "city": "Drawn"}
LEVELS = [{"min_level": 15, "max_level": 15, "min_photos": 1}, venloc.CellPartitionOptions.fixed_level(18)]


@pytest.fixture(scope="module")
def backbone() -> venloc.Backbone:
    return venloc.Backbone.random("squeezenet1_1", 1, stage="fire3", further_stages=["fire4"], long_sides_px=[128, 64])


@pytest.fixture(scope="module", params=["s2", "mixture", "published"])
def head_locator(request: pytest.FixtureRequest, gallery: venloc.Gallery, backbone: venloc.Backbone) -> Any:
    if request.param == "s2":
        return venloc.S2CellClassifierLocator.build(gallery, backbone, partitions=LEVELS, **SMALL)
    return venloc.RegressionLocator.build(gallery, backbone, form=request.param, components=9, **SMALL)


def test_a_saved_model_answers_alike(head_locator: Any, city: City, tmp_path: Path) -> None:
    answer = head_locator.locate(city.query)
    head_locator.save(tmp_path / "city.venloc")
    again = venloc.load(tmp_path / "city.venloc")
    assert type(again) is type(head_locator)
    assert again.locate(city.query).to_dict() == answer.to_dict()
    assert pickle.loads(pickle.dumps(again.options)) == head_locator.options
    assert repr(again.learning_curves) == repr(head_locator.learning_curves)  # no NaN equals another
    assert again.info().city == "Drawn"


def test_learning_curves(head_locator: Any) -> None:
    plots = pytest.importorskip("venloc.plots")
    (curve,) = head_locator.learning_curves  # too few photos for folds
    assert curve.name == "all photos"
    assert curve.best_epoch == len(curve.epochs) == 20
    assert curve.epochs[-1].training_loss < curve.epochs[0].training_loss
    held_out = venloc.LearningCurve(
        name="fold 1",
        epochs=[{"epoch": i, "training_loss": 3.0 - i, "validation_loss": abs(2.0 - i)} for i in (1, 2, 3)],
        best_epoch=2,
    )
    drawn = plots.learning_curves([held_out, curve], "drawn").axes[0]
    lines = [(list(line.get_xdata()), list(line.get_ydata())) for line in drawn.lines]
    assert lines[0] == ([1, 2, 3], [2.0, 1.0, 0.0])
    assert lines[1] == ([1, 2, 3], [1.0, 0.0, 1.0])
    assert lines[2] == ([2], [0.0])
    assert lines[3][1] == [epoch.training_loss for epoch in curve.epochs]


def test_a_log_for_tensorboard(head_locator: Any, tmp_path: Path) -> None:
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    held_out = venloc.LearningCurve(
        name="fold 1", epochs=[{"epoch": 1, "training_loss": 2.0, "validation_loss": 0.5}], best_epoch=1
    )
    (curve,) = head_locator.learning_curves
    venloc.training_logs.write_tensorboard([held_out, curve], tmp_path)

    def read(run: str) -> dict[str, list[tuple[int, float]]]:
        log = reading.EventAccumulator(str(tmp_path / run)).Reload()
        return {tag: [(e.step, e.value) for e in log.Scalars(tag)] for tag in log.Tags()["scalars"]}

    assert read("fold 1") == {"loss/training": [(1, 2.0)], "loss/held_out": [(1, 0.5)]}
    losses = [(epoch.epoch, pytest.approx(epoch.training_loss)) for epoch in curve.epochs]
    assert read("all photos") == {"loss/training": losses}


def test_cells_and_their_probabilities(gallery: venloc.Gallery, backbone: venloc.Backbone, city: City) -> None:
    locator = venloc.S2CellClassifierLocator.build(gallery, backbone, partitions=LEVELS, **SMALL)
    places = [photo.location for photo in gallery]
    assert list(locator.partitions) == [venloc.CellPartition(places, options) for options in LEVELS]
    for partition, probabilities in zip(locator.partitions, locator.cell_probabilities(city.query), strict=True):
        assert len(probabilities) == len(partition)
        assert np.sum(probabilities) == pytest.approx(1)


def test_options_are_checked(gallery: venloc.Gallery, backbone: venloc.Backbone) -> None:
    with pytest.raises(TypeError, match=r"partitions\[1\] must be .*CellPartitionOptions.*not 3"):
        venloc.S2CellClassifierLocatorOptions(partitions=[LEVELS[0], 3])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="partitions must be"):
        venloc.S2CellClassifierLocatorOptions(partitions="adaptive")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="min_level"):
        venloc.S2CellClassifierLocatorOptions(partitions=[{"min_level": 31}])
    with pytest.raises(ValueError, match="published"):
        venloc.RegressionLocatorOptions(form="publishd")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two photos"):
        venloc.RegressionLocator.build(gallery.subset([0]), backbone)
