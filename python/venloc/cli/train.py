# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc train`: builds models that need a network."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli.console import (
    CommandGroup,
    require_folder,
    require_model_output,
    require_package,
    require_writable,
    wrong_usage,
)
from venloc.cli.galleries import made, parse_settings, read_gallery
from venloc.cli.parameters import Describing, Pictures, Training
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._torch import LearningCurve

_ARTWORKS = "artworks"  # the field of EnsembleLocatorOptions with the pictures of --artworks

group = CommandGroup(help="Build models that use a neural network: describe the pictures, train, calibrate.")


@group.command("descriptor")
def train_descriptor(pictures: Pictures, describing: Describing, training: Training, reporting: Reporting) -> None:
    """Build a model that compares whitened descriptors of whole pictures (DescriptorLocator)."""
    _train("DescriptorLocator", pictures, describing, training, reporting)


@group.command("ensemble")
def train_ensemble(
    pictures: Pictures,
    describing: Describing,
    training: Training,
    reporting: Reporting,
    artworks: Annotated[
        Path | None,
        typer.Option(
            "--artworks",
            metavar="DIR",
            help="Folder of paintings, drawings, engravings and old photographs of any city. The model learns to detect "
            "such pictures, and locates them by a separate method. Without this option every picture is treated as a "
            "photo.",
        ),
    ] = None,
) -> None:
    """Build the most accurate model: SIFT features and a network together (EnsembleLocator)."""
    listed = [] if artworks is None else _artworks_in(artworks)
    _train("EnsembleLocator", pictures, describing, training, reporting, options={_ARTWORKS: listed})


@group.command("regression")
def train_regression(pictures: Pictures, describing: Describing, training: Training, reporting: Reporting) -> None:
    """Build a model that predicts a mixture density of the place (RegressionLocator)."""
    _train("RegressionLocator", pictures, describing, training, reporting, has_head=True)


@group.command("s2")
def train_s2(pictures: Pictures, describing: Describing, training: Training, reporting: Reporting) -> None:
    """Build a model that classifies pictures into cells of the S2 library (S2CellClassifierLocator)."""
    _train("S2CellClassifierLocator", pictures, describing, training, reporting, has_head=True)


def _artworks_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        wrong_usage(f"--artworks {folder}: this is not a folder; name a folder of pictures")
    from venloc.inputs.folders import pictures_in

    found = pictures_in(folder)
    if not found:
        wrong_usage(f"--artworks {folder}: there is no picture in it (.jpg, .png, .webp, .tif)")
    return found


def _train(
    name: str,
    pictures: Pictures,
    describing: Describing,
    training: Training,
    reporting: Reporting,
    *,
    has_head: bool = False,
    options: dict[str, Any] | None = None,
) -> None:
    """Builds the locator of this name; `has_head` = a head of it is trained."""
    require_model_output("--output", training.output)
    require_curves(training, is_trained=has_head or training.unfreeze is not None)
    import venloc
    from venloc.weights import backbone

    venloc.torch_support.available()  # where LibTorch is loaded, features are computed on a GPU if there is one
    kind, options_kind = getattr(venloc, name), getattr(venloc, f"{name}Options")
    settings = parse_settings(training.settings)
    tuning = settings.pop("fine_tuning", {})
    values = {"city": training.city, "cache": training.cache, "seed": training.seed, "num_threads": pictures.threads}
    chosen: Any = made(options_kind, {**values, **(options or {}), **settings})
    fine_tuning = _fine_tuning(training, chosen, tuning)
    network = backbone(
        describing.weights,
        describing.network,
        describing.stages,
        describing.sizes,
        num_threads=chosen.num_threads,
    )
    started = time.monotonic()
    tuning_curves: list[LearningCurve] = []
    with reporting.progress() as progress:
        photos = read_gallery(pictures, reporting, progress)
        if fine_tuning is not None:
            tuned = venloc.fine_tune(network, photos, fine_tuning, progress=progress)
            network = tuned.backbone
            tuning_curves.append(tuned.curve)
        locator = kind.build(photos, network, chosen, progress=progress)
    locator.save(training.output)
    size, seconds = training.output.stat().st_size, time.monotonic() - started
    reporting.add(
        f"{training.output}: {locator.info().photos} photos, {size / 1e6:.1f} MB, {seconds:.0f} s",
        **{"model": str(training.output), "photos": locator.info().photos, "bytes": size, "seconds": seconds},
    )
    write_curves(training, tuning_curves, getattr(locator, "learning_curves", []))
    reporting.finish()


def _fine_tuning(training: Training, chosen: Any, settings: Any) -> Any:
    """The options of --unfreeze, or None without it."""
    import venloc

    if not isinstance(settings, dict):
        wrong_usage("--set fine_tuning: name one of its options, e.g. --set fine_tuning.max_epochs=3")
    if training.unfreeze is None:
        if settings:
            wrong_usage("--set fine_tuning.… applies to fine-tuning: give --unfreeze too")
        return None
    values = {
        "unfreeze_from": training.unfreeze,
        "checkpoints": None if chosen.cache is None else chosen.cache / "fine_tuning",
        "seed": chosen.seed,
        "num_threads": chosen.num_threads,
    }
    return made(venloc.FineTuningOptions, {**values, **settings})


def require_curves(training: Training, is_trained: bool) -> None:
    """Reports wrong usage, or raises ImportError, when the learning curves cannot be written."""
    curves, tensorboard = training.curves, training.tensorboard
    if curves is None and tensorboard is None:
        return
    if not is_trained:
        wrong_usage(
            "--curves and --tensorboard write learning curves, but this kind of model trains nothing without --unfreeze: "
            "leave them out, or train s2 or regression"
        )
    if curves is not None:
        kind = curves.suffix.lower()
        if kind not in (".png", ".svg", ".csv"):
            wrong_usage(f"--curves '{curves}': name a .png or .svg file for a figure, or .csv for the numbers")
        if kind != ".csv":
            require_package("matplotlib", "a figure of learning curves needs it; a .csv file does not")
        require_writable("--curves", curves)
    if tensorboard is not None:
        require_package("tensorboard", "--tensorboard needs it")
        require_folder("--tensorboard", tensorboard)


def write_curves(training: Training, tuning: list[LearningCurve], heads: list[LearningCurve]) -> None:
    """Writes the learning curves to the requested files."""
    from venloc import training_logs

    curves = training.curves
    if curves is not None and curves.suffix.lower() == ".csv":
        training_logs.write_csv(tuning + heads, curves)
    elif curves is not None:
        from venloc import plots

        # Their losses are of different things.
        parts = {"the network": tuning, "the locator's head": heads}
        figure = plots.learning_curves({name: of_part for name, of_part in parts.items() if of_part})
        figure.savefig(curves, dpi=150)
    if training.tensorboard is not None:
        training_logs.write_tensorboard(tuning + heads, training.tensorboard)
