# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Training a network itself, from Python and from the command line."""

from __future__ import annotations

import csv
import importlib.util
import math
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from conftest import City
from venloc import torch_support
from venloc.cli.build import require_curves, write_curves
from venloc.cli.parameters import Training

pytestmark = pytest.mark.skipif(not torch_support.available(), reason="venloc was built without LibTorch")

QUICK: dict[str, Any] = {
    "cells": {"min_level": 16, "max_level": 16, "min_photos": 1},
    "max_epochs": 1,
    "head_epochs": 1,
    "held_out_share": 0.2,
}


@pytest.fixture(scope="module")
def backbone() -> venloc.Backbone:
    return venloc.Backbone.random("squeezenet1_1", 1, stage="fire3", long_sides_px=[64])


def test_a_tuned_network_differs_in_its_last_stage_and_is_the_same_at_any_number_of_threads(
    gallery: venloc.Gallery, backbone: venloc.Backbone
) -> None:
    reports: list[str] = []
    tuned = venloc.fine_tune(
        backbone, gallery, QUICK, num_threads=1, progress=lambda stage, *_: reports.append(stage) or None
    )
    assert isinstance(tuned, venloc.FineTuned)
    assert "fine-tuning" in reports
    (epoch,) = tuned.curve.epochs
    assert tuned.curve.best_epoch == 1
    assert 0 < epoch.validation_loss < 10
    assert tuned.backbone.origin == "fine-tuned by venloc on 36 photos from stage fire3"
    picture = gallery.photos[0].file
    assert (tuned.backbone.map(picture, "fire2") == backbone.map(picture, "fire2")).all()
    assert np.abs(tuned.backbone.map(picture, "fire3") - backbone.map(picture, "fire3")).max() > 0
    again = venloc.fine_tune(backbone, gallery, QUICK, num_threads=3)
    assert again.backbone.fingerprint() == tuned.backbone.fingerprint()
    locator = venloc.DescriptorLocator.build(gallery, tuned.backbone, whitening={"dimension": 24})
    assert locator.locate(picture).candidates[0].photo_id == gallery.photos[0].id


def test_options_and_errors(gallery: venloc.Gallery, backbone: venloc.Backbone) -> None:
    options = venloc.FineTuningOptions(augmentation={"flip": 0.5}, max_epochs=3)
    assert options.augmentation == venloc.AugmentationOptions(flip=0.5)
    assert venloc.FineTuningOptions(**options.to_dict()) == options
    assert pickle.loads(pickle.dumps(options)) == options
    with pytest.raises(TypeError, match="did you mean 'unfreeze_from'"):
        venloc.fine_tune(backbone, gallery, unfreeze_form="fire2")
    with pytest.raises(ValueError, match="unfreeze_from: 'fire9' is not a stage .* choose one of stem, fire2, fire3"):
        venloc.fine_tune(backbone, gallery, unfreeze_from="fire9")
    with pytest.raises(venloc.CancelledError):
        venloc.fine_tune(backbone, gallery, QUICK, progress=lambda stage, *_: stage != "fine-tuning")


def test_augmented_pictures(gallery: venloc.Gallery) -> None:
    picture = venloc.read_image(gallery.photos[0].file)
    same = venloc.augmented(picture, 1, min_crop=1.0, brightness=0.0, contrast=0.0, saturation=0.0, grey_share=0.0)
    assert (same.to_array() == picture.to_array()).all()
    varied = [venloc.augmented(gallery.photos[0].file, seed).to_array() for seed in (1, 1, 2)]
    assert (varied[0] == varied[1]).all()
    assert varied[0].shape != varied[2].shape or (varied[0] != varied[2]).any()
    with pytest.raises(ValueError, match="flip is 2"):
        venloc.augmented(picture, 1, flip=2.0)


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "venloc", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "VENLOC_WEIGHTS": ""},
    )


def test_train_with_a_network_of_ones_own(city: City, backbone: venloc.Backbone, tmp_path: Path) -> None:
    weights, model = tmp_path / "net.safetensors", tmp_path / "city.venloc"
    backbone.save(weights)
    arguments = (
        "build",
        "--method",
        "descriptor",
        "--no-evaluation",
        city.folder,
        "-o",
        model,
        "--weights",
        weights,
        "--stage",
        "fire3",
        "--size",
        64,
    )
    settings = [
        word
        for setting in ("max_epochs=1", "held_out_share=0", "cells.min_photos=1")
        for word in ("--set", f"fine_tuning.{setting}")
    ]
    done = run(*arguments, *settings)
    assert done.returncode == 2
    assert "--unfreeze" in done.stderr
    done = run(*arguments, "--unfreeze", "fire7", *settings)
    assert done.returncode == 1
    assert "choose one of stem, fire2, fire3" in done.stderr
    done = run(*arguments, "--unfreeze", "fire2", "--cache", tmp_path / "cache", *settings)
    assert done.returncode == 0, done.stderr
    locator = venloc.load(model)
    assert isinstance(locator, venloc.DescriptorLocator)
    assert locator.backbone.origin.startswith("fine-tuned by venloc on 36 photos from stage fire2")
    assert list((tmp_path / "cache" / "fine_tuning").glob("*.checkpoint"))


def test_train_writes_learning_curves(city: City, backbone: venloc.Backbone, tmp_path: Path) -> None:
    weights, table, log = tmp_path / "net.safetensors", tmp_path / "curves.csv", tmp_path / "log"
    backbone.save(weights)
    common = (city.folder, "-o", tmp_path / "m.venloc", "--weights", weights, "--stage", "fire3", "--size", 64)
    quick = ("training.max_epochs=2", "fine_tuning.max_epochs=1", "fine_tuning.cells.min_photos=1")
    settings = [word for setting in quick for word in ("--set", setting)]
    has_tensorboard = importlib.util.find_spec("tensorboard") is not None
    also = ("--tensorboard", log) if has_tensorboard else ()
    done = run(
        "build",
        "--method",
        "s2",
        "--no-evaluation",
        *common,
        "--unfreeze",
        "fire3",
        "--curves",
        table,
        *also,
        *settings,
    )
    assert done.returncode == 0, done.stderr
    with table.open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["curve"], row["epoch"], row["taken"]) for row in rows] == [
        ("the network", "1", "1"),
        ("all photos", "1", "0"),
        ("all photos", "2", "1"),
    ]
    assert 0 < float(rows[0]["held_out_loss"]) < 10
    assert [row["held_out_loss"] for row in rows[1:]] == ["", ""]
    model = venloc.load(tmp_path / "m.venloc")
    assert isinstance(model, venloc.S2CellClassifierLocator)
    (head,) = model.learning_curves
    assert [float(row["training_loss"]) for row in rows[1:]] == pytest.approx(
        [epoch.training_loss for epoch in head.epochs]
    )
    if has_tensorboard:
        assert sorted(path.name for path in log.iterdir()) == ["all photos", "the network"]


@pytest.mark.parametrize(
    ("kind", "arguments", "words"),
    [
        ("s2", ["--curves", "curves.pdf"], ".png or .svg file for a figure, or .csv"),
        ("s2", ["--curves", "none/curves.csv"], "create it first"),
        ("regression", ["--tensorboard", "file/log"], "--tensorboard 'file/log'"),
        ("descriptor", ["--curves", "curves.csv"], "trains nothing without --unfreeze"),
        ("descriptor", ["--tensorboard", "log"], "trains nothing without --unfreeze"),
    ],
)
def test_train_refuses_logs_that_it_could_not_write(
    kind: str, arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "--tensorboard" in arguments:
        pytest.importorskip("tensorboard")
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    done = run("build", "--method", kind, "no-gallery", "-o", "m.venloc", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("file", "package"), [("curves.png", "matplotlib"), ("log", "tensorboard")])
def test_train_reports_a_missing_package_at_once(
    file: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    option = "curves" if package == "matplotlib" else "tensorboard"
    training = Training(**{option: tmp_path / file})
    with pytest.raises(ImportError, match=f"pip install {package}"):
        require_curves(training, is_trained=True)
    assert list(tmp_path.iterdir()) == []


def test_figures_keep_losses_of_different_things_apart(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    epochs = [{"epoch": 1, "training_loss": 2.0, "validation_loss": 3.0}]
    network = venloc.LearningCurve(name="the network", epochs=epochs, best_epoch=1)
    head = venloc.LearningCurve(name="all photos", epochs=[{**epochs[0], "validation_loss": math.nan}], best_epoch=1)
    for tuning, parts in (([network], ["the network", "the locator's head"]), ([], ["the locator's head"])):
        file = tmp_path / "curves.svg"
        write_curves(Training(curves=file), tuning, [head])
        drawn = re.findall(r"<!-- (.*?) -->", file.read_text())
        assert [text for text in drawn if text.startswith("the ")] == parts
        assert ("held out" in drawn) == bool(tuning)
