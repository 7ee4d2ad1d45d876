# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc build`: makes a model of any kind, and measures how good it is."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli import tracks
from venloc.cli.console import (
    require_folder,
    require_model_output,
    require_package,
    require_writable,
    wrong_usage,
)
from venloc.cli.galleries import made, parse_settings, read_gallery
from venloc.cli.parameters import Building, Describing, Limits, Measuring, Pictures, Tracking, Training
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._core import Backbone, BoundingBox, Gallery, Locator
    from venloc._torch import FineTuningOptions, LearningCurve
    from venloc.evaluation import ProgressCallback, Report

_LARGEST_CITY_M = 100_000.0  # diagonal of the gallery's area; places are computed as if the earth were flat within it
_MANY_PHOTOS = 500  # from which on 5 folds are enough; in smaller galleries a tenth of the photos matters less
_FOLDS, _FOLDS_OF_FEW = 5, 10
_FEWEST_EVALUATED = 4  # photos, so that a model without a fold of them has two or more
_MAX_TEMPORARY_CACHE = 20_000  # photos whose features are kept for the evaluation, about 0.7 MB each


@dataclass(frozen=True)
class Method:
    """A kind of model that can be built."""

    locator: str
    """Name of the locator's class."""
    what: str
    needs_network: bool = True
    has_head: bool = False
    """Whether LibTorch trains a part of it."""


METHODS = {
    "ensemble": Method("EnsembleLocator", "SIFT features and a network together"),
    "sift": Method("SiftLocator", "SIFT features", needs_network=False),
    "descriptor": Method("DescriptorLocator", "whitened descriptors of whole pictures"),
    "s2": Method("S2CellClassifierLocator", "a classifier of cells of the S2 library", has_head=True),
    "regression": Method("RegressionLocator", "a mixture density of the place", has_head=True),
}
_AUTO = "auto"


@dataclass
class _Plan:
    """How models are built: the same for the model and for those of the evaluation."""

    method: str
    options: Any
    """Options of the method's locator."""
    network: Backbone | None = None
    fine_tuning: FineTuningOptions | None = None
    tuning_curves: list[LearningCurve] = field(default_factory=list)

    def build(self, photos: Gallery, progress: ProgressCallback | None) -> Locator:
        """A model of the photos. The curves of its fine-tuning replace those of the model before."""
        import venloc

        kind = getattr(venloc, METHODS[self.method].locator)
        if self.network is None:
            return kind.build(photos, self.options, progress=progress)  # type: ignore[no-any-return]
        network = self.network
        if self.fine_tuning is not None:
            tuned = venloc.fine_tune(network, photos, self.fine_tuning, progress=progress)
            network, self.tuning_curves = tuned.backbone, [tuned.curve]
        return kind.build(photos, network, self.options, progress=progress)  # type: ignore[no-any-return]


def build(
    pictures: Pictures,
    limits: Limits,
    tracking: Tracking,
    building: Building,
    describing: Describing,
    training: Training,
    measuring: Measuring,
    reporting: Reporting,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            help="ensemble: SIFT features and a network together, the most accurate; sift: SIFT features alone, the fastest; "
            "descriptor: descriptors of whole pictures; s2 and regression: heads trained with LibTorch. auto: ensemble where "
            "the weights of a network are installed, else sift.",
        ),
    ] = _AUTO,
    artworks: Annotated[
        Path | None,
        typer.Option(
            "--artworks",
            metavar="DIR",
            help="Folder of paintings, drawings, engravings and old photographs of any city. An ensemble learns to detect "
            "such pictures, and locates them by a separate method. Without this option every picture is treated as a "
            "photo.",
        ),
    ] = None,
) -> None:
    """Build a model from pictures with known places, and measure how good it is."""
    require_model_output("--output", building.output)
    along = tracks.read(tracking)
    plan = _plan(method, building, describing, training, artworks, pictures.threads, reporting)
    reporting.add(f"method: {plan.method} ({METHODS[plan.method].what})", method=plan.method)
    report = None
    with reporting.progress() as progress:
        if along is None:
            photos = read_gallery(pictures, limits, reporting, progress)
        else:
            photos = tracks.read_gallery(along, pictures, limits, reporting, progress)
        _warn_of_extent(photos.bounding_box(), reporting)
        with _features_kept(plan, len(photos), building, measuring):
            started = time.monotonic()
            locator = plan.build(photos, progress)
            locator.save(building.output)
            seconds = time.monotonic() - started
            write_curves(training, plan.tuning_curves, getattr(locator, "learning_curves", []))
            _report_model(locator, building.output, seconds, reporting)
            if measuring.wanted:
                report = _evaluated(plan, photos, seconds, measuring, progress, reporting)
    if report is not None:
        _report_evaluation(report, reporting)
    reporting.finish()


def _plan(
    method: str,
    building: Building,
    describing: Describing,
    training: Training,
    artworks: Path | None,
    threads: int,
    reporting: Reporting,
) -> _Plan:
    """Checks all options before anything is computed."""
    import venloc

    if method not in (_AUTO, *METHODS):
        wrong_usage(f"--method is {_AUTO}, {', '.join(METHODS)}, not {method}")
    settings = parse_settings(building.settings)
    if settings and method == _AUTO:
        wrong_usage("--set changes an option of one kind of model: give --method too")
    wants_network = describing != Describing() or training != Training() or artworks is not None
    network = None
    if method == _AUTO:
        network = _network_at_hand(describing, threads, None if wants_network else reporting)
        method = "sift" if network is None else "ensemble"
    kind = METHODS[method]
    if wants_network and not kind.needs_network:
        wrong_usage(f"--method {method} uses no network: leave out the options of networks, training and artworks")
    if artworks is not None and method != "ensemble":
        wrong_usage(f"--artworks applies to --method ensemble, not to {method}")
    require_curves(training, is_trained=kind.has_head or training.unfreeze is not None)
    if kind.needs_network:
        venloc.torch_support.available()  # where LibTorch is loaded, features are computed on a GPU if there is one
    tuning = settings.pop("fine_tuning", {})
    values: dict[str, Any] = {
        "city": building.city,
        "cache": building.cache,
        "seed": building.seed,
        "num_threads": threads,
    }
    if artworks is not None:
        values["artworks"] = _artworks_in(artworks)
    options: Any = made(getattr(venloc, f"{kind.locator}Options"), {**values, **settings})
    fine_tuning = _fine_tuning(training, options, tuning)
    if kind.needs_network and network is None:
        network = _network(describing, threads)
    return _Plan(method, options, network, fine_tuning)


def _network(describing: Describing, threads: int) -> Backbone:
    from venloc.weights import backbone

    return backbone(describing.weights, describing.network, describing.stages, describing.sizes, num_threads=threads)


def _network_at_hand(describing: Describing, threads: int, reporting: Reporting | None) -> Backbone | None:
    """The network; None, with a warning, where its weights are not installed. Without `reporting` that is an error."""
    from venloc.errors import Error
    from venloc.weights import DEFAULT

    try:
        return _network(describing, threads)
    except Error as error:
        if reporting is None:
            raise
        reporting.warn(
            f"no network can be used, so that the model is of SIFT features alone and less accurate ({error}); "
            f"`venloc weights get {DEFAULT[-1]}` installs one"
        )
        return None


def _artworks_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        wrong_usage(f"--artworks {folder}: this is not a folder; name a folder of pictures")
    from venloc.inputs.folders import pictures_in

    found = pictures_in(folder)
    if not found:
        wrong_usage(f"--artworks {folder}: there is no picture in it that can be read")
    return found


@contextlib.contextmanager
def _features_kept(plan: _Plan, photos: int, building: Building, measuring: Measuring) -> Iterator[None]:
    """Features are computed once for the model and for those of the evaluation, and kept in a folder beside the model."""
    if not measuring.wanted or plan.options.cache is not None or photos > _MAX_TEMPORARY_CACHE:
        yield
        return
    with tempfile.TemporaryDirectory(prefix=".venloc-features-", dir=building.output.parent) as folder:
        plan.options = type(plan.options)(**{**plan.options.to_dict(), "cache": folder})
        yield


def _warn_of_extent(area: BoundingBox, reporting: Reporting) -> None:
    from venloc._core import LatLng, distance_m

    diagonal = distance_m(LatLng(area.south, area.west), LatLng(area.north, area.east))
    if diagonal > _LARGEST_CITY_M:
        reporting.warn(
            f"the places of the photos are up to {diagonal / 1000:,.0f} km apart, but a model is made for one city: build one "
            "for each city, or correct the wrong places"
        )


def _report_model(locator: Locator, file: Path, seconds: float, reporting: Reporting) -> None:
    facts = locator.info()
    size = file.stat().st_size
    features = f", {facts.features} features" if facts.features else ""
    reporting.add(
        f"{file}: {facts.photos} photos{features}, {size / 1e6:.1f} MB, {seconds:.0f} s",
        **{"model": str(file), "photos": facts.photos, "features": facts.features, "bytes": size, "seconds": seconds},
        calibrated=facts.calibrated,
    )
    if not facts.calibrated:
        reporting.warn(
            f"{facts.photos} photos are too few to calibrate a model, which needs 200: its probabilities and radii are rough"
        )


def _evaluated(
    plan: _Plan,
    photos: Gallery,
    seconds: float,
    measuring: Measuring,
    progress: ProgressCallback | None,
    reporting: Reporting,
) -> Report | None:
    """The cross-validation; None, with the reason as a warning, where there is none."""
    from venloc._core import group_photos
    from venloc.evaluation import cross_validate

    limit = 60 * measuring.minutes
    if seconds > limit:
        reporting.warn(
            f"no evaluation: each model of it takes about {seconds / 60:.0f} min, more than --evaluation-minutes "
            f"{measuring.minutes:g}"
        )
        return None
    groups = group_photos(photos, num_threads=plan.options.num_threads, progress=progress)
    wanted = _FOLDS if len(photos) >= _MANY_PHOTOS else _FOLDS_OF_FEW
    folds = min(wanted, len(set(groups)))
    if folds < 2:
        reporting.warn("no evaluation: all photos are of one place, one upload or one scene")
        return None
    if len(photos) < _FEWEST_EVALUATED:
        reporting.warn(f"no evaluation: it needs {_FEWEST_EVALUATED} photos")
        return None
    return cross_validate(
        photos,
        folds=folds,
        groups=groups,
        build=plan.build,
        name=plan.method,
        num_threads=plan.options.num_threads,
        progress=progress,
        time_limit_s=limit,
    )


def _report_evaluation(report: Report, reporting: Reporting) -> None:
    run, folds = len(report.fold_sizes), report.protocol["folds"]
    stopped = "" if run == folds else f"; {run} of {folds} folds, for which there was time"
    reporting.add(
        f"\nCross-validation: {len(report.records)} photos, each located by a model without its group of near-copies, uploads "
        f"and neighbours{stopped}. In brackets: 95 % confidence intervals.\n{report.table()}",
        evaluation={**report.protocol, "folds_run": run, "metrics": [row.to_dict() for row in report.metrics]},
    )


def _fine_tuning(training: Training, chosen: Any, settings: Any) -> FineTuningOptions | None:
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
            "leave them out, or give --method s2 or regression"
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
