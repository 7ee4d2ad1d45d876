# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The command `venloc`.

Imports are inside the commands: `venloc locate` has to answer before one gets impatient.
"""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from venloc import cli_collect
from venloc.console import (
    CANCELLED,
    FAILED,
    USAGE,
    CommandGroup,
    print_error,
    print_problem,
    print_warning,
    progress_bars,
    require_folder,
    require_model_output,
    require_package,
    require_writable,
    usage_errors,
    wrong_usage,
)

if TYPE_CHECKING:
    from venloc._core import Gallery, Locator, Photo, Prediction, SiftLocatorOptions
    from venloc._torch import LearningCurve
    from venloc.evaluation import ProgressCallback

_Options = TypeVar("_Options")

_SHOWN_PROBLEMS = 10  # of a gallery
_SHOWN_CANDIDATES = 5
_TOLD_EVERY = 100  # pictures between two words of progress
_MOVED_M = 1.0  # from which on a photo of a collection lies elsewhere than in a model

app = CommandGroup(
    name="venloc",
    help="Where in the city was this picture made?",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

GalleryArgument = Annotated[
    Path, typer.Argument(help="Folder of pictures with GPS tags or a label file in it, or a label file.")
]
FastOption = Annotated[
    bool, typer.Option("--fast", help="Of an ensemble use the SIFT part alone: several times faster, less accurate.")
]
ModelOption = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="Model file; default: $VENLOC_MODEL, or Venice.", show_default=False),
]
ThreadsOption = Annotated[int, typer.Option("--threads", min=0, help="0 = all cores. Does not change the result.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Option of SiftLocator, e.g. sift.max_features=800; may be repeated."
    ),
]
LabelsOption = Annotated[
    Path | None, typer.Option("--labels", help="Label file; the pictures are relative to the gallery folder.")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse a gallery with unusable rows or pictures.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from venloc._core import version

        print(f"venloc {version()}")
        raise typer.Exit


@app.callback()
def _venloc(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


# --- locate -----------------------------------------------------------------------------------------------------------


@app.command()
def locate(
    pictures: Annotated[
        list[Path], typer.Argument(help="Photos, paintings, drawings, old photographs.", show_default=False)
    ],
    model: ModelOption = None,
    fast: FastOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each picture, a line each.")] = False,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Write one HTML file with a map of each answer.")
    ] = None,
    basemap: Annotated[
        Path | None, typer.Option(metavar="FILE", help="GeoJSON of polygons to draw below the answers of --map.")
    ] = None,
    gazetteer: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV with columns name, lat, lng: names of places for --map."),
    ] = None,
    tiles: Annotated[
        str,
        typer.Option(metavar="URL", help="Raster tiles that readers of --map may switch on, with {z}, {x} and {y}."),
    ] = "",
    tiles_credit: Annotated[str, typer.Option(help="Who made the tiles, in words.")] = "",
) -> None:
    """Tell where pictures were made. Exit code 1 when a picture failed; the others are still answered."""
    import venloc
    from venloc.answers import Gazetteer, line, read_land
    from venloc.answers import tiles as street_map

    for option, value in (("--basemap", basemap), ("--gazetteer", gazetteer), ("--tiles", tiles or None)):
        if value is not None and map_file is None:
            wrong_usage(f"{option} is for the file of --map: give both")
        if isinstance(value, Path) and not value.exists():
            wrong_usage(f"{option} '{value}' is not there")
    with usage_errors():
        street_map(tiles)
    land = None if basemap is None else read_land(basemap)
    names = None if gazetteer is None else Gazetteer.read(gazetteer)
    if map_file is not None:
        from venloc import maps

        require_writable("--map", map_file, ".html", ".htm")
        maps.require_page()
    locator = venloc.load(model, fast=fast)
    city = locator.info().city
    answers: list[tuple[Path, Prediction | Exception]] = []
    failed = False
    for file, answer in _answers(locator, pictures):
        if map_file is not None:
            answers.append((file, answer))
        failed = failed or isinstance(answer, Exception)
        if as_json:
            print(json.dumps(line(str(file), answer)), flush=True)
        elif isinstance(answer, Exception):
            print_error(answer)
        else:
            _print_answer(file, answer, city)
    if map_file is not None:
        maps.write_page(answers, map_file, locator, land=land, gazetteer=names, tiles=tiles, tiles_credit=tiles_credit)
        if not as_json:
            print(f"{map_file}: a map of these answers, for a browser")
    if failed:
        raise typer.Exit(FAILED)


def _answers(locator: Locator, pictures: list[Path]) -> Iterator[tuple[Path, Prediction | Exception]]:
    from venloc.errors import Error

    def answer(file: Path) -> Prediction | Exception:
        try:
            return locator.locate(file)
        except Error as error:
            return error

    if len(pictures) == 1:
        yield pictures[0], answer(pictures[0])
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from zip(pictures, pool.map(answer, pictures), strict=True)


def _print_answer(file: Path, answer: Prediction, city: str) -> None:
    from venloc.words import distance_text, map_address, summary

    terminal = sys.stdout.isatty()
    strong, plain = ("\x1b[1m", "\x1b[0m") if terminal and "NO_COLOR" not in os.environ else ("", "")
    print(f"{strong}{file}{plain}")
    print(f"  {strong}{summary(answer, city)}{plain}")
    print(
        f"  confidence {answer.confidence:.2f} (error below 100 m), in the city {answer.in_area:.2f}; "
        f"50 % within {distance_text(answer.radius_50_m)}, 90 % within {distance_text(answer.radius_90_m)}"
    )
    print(f"  {map_address(answer.location)}")
    shown = answer.candidates[:_SHOWN_CANDIDATES]
    if shown:
        width = max(8, *(len(c.photo_id) for c in shown))
        print(f"  {'evidence':<{width}}  probability  matches  page")
        for c in shown:
            print(f"  {c.photo_id:<{width}}  {c.probability:>11.2f}  {c.inliers:>7}  {c.url or '-'}")
    sys.stdout.flush()


# --- build ------------------------------------------------------------------------------------------------------------


@app.command()
def build(
    gallery: GalleryArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="Model file to write.")],
    labels: LabelsOption = None,
    city: Annotated[str, typer.Option(help="Name of the city, for people.")] = "",
    settings: SetOption = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps features, to go on after an interruption.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
    add: Annotated[
        Path | None,
        typer.Option(
            "--add",
            metavar="MODEL",
            help="Add the pictures to this model instead, but for those that it knows, that lie outside its area, or that "
            "the geotag audit doubts.",
            show_default=False,
        ),
    ] = None,
    matched: Annotated[
        bool, typer.Option("--matched", help="With --add: leave out pictures that match no other as well.")
    ] = False,
    remove: Annotated[
        Path | None,
        typer.Option(
            "--remove",
            metavar="MODEL",
            help="Take out of this model what the gallery lists instead; of a collection, what it no longer keeps.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Build a model from pictures with known places, or change one."""
    from venloc._core import SiftLocator

    if remove is not None:
        if settings or city or seed or cache or add or matched:
            wrong_usage("--remove keeps the options of the model, and goes with nothing but --output and --labels")
        _remove_from_model(remove, gallery, labels, output)
        return
    if add is not None:
        if settings or city or seed or cache:
            wrong_usage("--add keeps the options of the model: --set, --city, --cache and --seed can not be given")
        _add_to_model(add, gallery, labels, output, threads, strict, matched)
        return
    if matched:
        wrong_usage("--matched goes with --add")
    options = _options(settings, city=city, cache=cache, seed=seed, num_threads=threads)
    require_model_output("--output", output)
    started = time.monotonic()
    with progress_bars() as progress:
        photos = _read_gallery(gallery, labels, strict, threads, progress)
        locator = SiftLocator.build(photos, options, progress=progress)
    locator.save(output)
    info = locator.info()
    print(
        f"{output}: {info.photos} photos, {info.features} features, {output.stat().st_size / 1e6:.1f} MB, "
        f"{time.monotonic() - started:.0f} s"
    )


def _add_to_model(
    model: Path, source: Path, labels: Path | None, output: Path, threads: int, strict: bool, only_matched: bool
) -> None:
    import venloc
    from venloc.words import distance_text

    require_model_output("--output", output)
    kind = venloc.model_kind(model)
    if kind not in ("sift", "ensemble"):
        wrong_usage(f"--add '{model}': a model of kind '{kind}' can not take photos: build it again from all of them")
    locator = venloc.load(model)
    known = {photo.id for photo in locator.photos}
    area = locator.info().area
    left_out: dict[str, str] = {}
    with progress_bars() as progress:
        given = _read_gallery(source, labels, strict, threads, progress)
        left_out.update((p.id, "outside the model's area") for p in given.photos if not area.contains(p.location))
        fresh = [i for i, p in enumerate(given.photos) if p.id not in known and p.id not in left_out]
        photos = given.subset(fresh)
        if fresh:
            audited = venloc.audits.audit(venloc.SiftLocator.load(model), photos, progress, num_threads=threads)
            for f in audited.findings:
                left_out[f.photo_id] = f"its matches lie {distance_text(f.distance_m)} away (doubt {f.doubt:.2f})"
            alone = [p.id for i, p in enumerate(photos.photos) if i not in audited.matched]
            if only_matched:
                left_out.update((photo, "it matches no other") for photo in alone)
        certain = photos.subset([i for i, p in enumerate(photos.photos) if p.id not in left_out])
        if len(certain) > 0:
            locator.add(certain, progress=progress)
    locator.save(output)
    for photo, reason in left_out.items():
        print(f"not added: {photo}: {reason}")
    if fresh and alone and not only_matched:
        print(f"{len(alone)} match no other photo, so nothing was found for or against their places (see --matched)")
    in_model = sum(photo.id in known for photo in given.photos)
    print(
        f"{output}: {len(certain)} photos added, {len(left_out)} left out, {in_model} were in the model before; "
        f"{locator.info().photos} in all"
    )


def _remove_from_model(model: Path, source: Path, labels: Path | None, output: Path) -> None:
    import venloc

    require_model_output("--output", output)
    locator = venloc.load(model)
    if type(locator).remove is venloc.Locator.remove:
        wrong_usage(f"--remove '{model}': a model of this kind cannot lose photos: build it again from the others")
    if cli_collect.is_collection(source):
        places = cli_collect.places(source)
        gone = {photo.id for photo in locator.photos if photo.id in places and places[photo.id] is None}
        moved = {
            photo.id
            for photo in locator.photos
            if (place := places.get(photo.id)) is not None and venloc.distance_m(place, photo.location) > _MOVED_M
        }
        unwanted = gone | moved
        told = f" ({len(moved)} of them lie elsewhere now: --add puts them there)" if moved else ""
    else:
        unwanted = {photo.id for photo in _gallery(source, labels, check_pictures=False).photos}
        told = ""
    ids = [photo.id for photo in locator.photos if photo.id in unwanted]
    if len(ids) == len(locator.photos):
        wrong_usage("all photos of the model would be taken out: build another one")
    if ids:
        locator.remove(ids)
    locator.save(output)
    print(f"{output}: {len(ids)} photos taken out{told}; {locator.info().photos} in all")


def _parse_settings(settings: list[str] | None) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for setting in settings or []:
        name, equals, text = setting.partition("=")
        if not equals or not all(name.split(".")):
            wrong_usage(f"--set {setting}: write it as NAME=VALUE")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        *parents, last = name.split(".")
        level = options
        for parent in parents:
            level = level.setdefault(parent, {})
            if not isinstance(level, dict):
                wrong_usage(f"--set {setting}: '{parent}' was already given a value")
        level[last] = value
    return options


def _options(settings: list[str] | None, **options: Any) -> SiftLocatorOptions:
    from venloc._core import SiftLocatorOptions

    return _made(SiftLocatorOptions, {**options, **_parse_settings(settings)})


def _made(kind: Callable[..., _Options], options: dict[str, Any]) -> _Options:
    """Options of this kind; wrong usage when one is none of them."""
    from venloc.errors import InvalidArgumentError

    try:
        return kind(**options)
    except (TypeError, InvalidArgumentError) as error:
        wrong_usage(str(error))


# --- train ------------------------------------------------------------------------------------------------------------

_train = CommandGroup(help="Build models that locate by a network: describe the pictures, train, calibrate.")
app.add_typer(_train, name="train")

OutputOption = Annotated[Path, typer.Option("--output", "-o", help="Model file to write.")]
CityOption = Annotated[str, typer.Option(help="Name of the city, for people.")]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        help="File of weights, or a name of venloc weights list; default: EfficientNet-Lite2.",
        show_default=False,
    ),
]
NetworkOption = Annotated[str, typer.Option(help="Network that the weights are of, where their file does not say.")]
StageOption = Annotated[
    list[str] | None,
    typer.Option(
        "--stage", help="Stage of the network to describe pictures with; the first at every size, others as well."
    ),
]
SizeOption = Annotated[
    list[int] | None,
    typer.Option(
        "--size",
        help="Longer side to describe pictures at, in pixels; may be repeated. Without --weights it takes the place of "
        "the default's three sizes and leaves out its 30 regions.",
    ),
]
HeadSetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="NAME=VALUE", help="Option of the locator, e.g. training.max_epochs=30; may be repeated."
    ),
]
UnfreezeOption = Annotated[
    str | None,
    typer.Option(
        "--unfreeze",
        metavar="STAGE",
        help="Train the network itself before, from this stage on ('' = the last); its options are those of --set "
        "fine_tuning.max_epochs=3 and the like. The model is then calibrated on photos that the network has seen: measure "
        "it with others.",
        show_default=False,
    ),
]
TrainCacheOption = Annotated[
    Path | None, typer.Option(help="Folder that keeps features and training, to go on after an interruption.")
]
WorksOption = Annotated[
    Path | None,
    typer.Option(
        "--works",
        metavar="DIR",
        help="Folder of paintings, drawings, engravings and old photographs, of any city, from which the model learns "
        "to tell such pictures from photos; it then has a method of its own for them. Without it every picture is taken "
        "for a photo.",
    ),
]
SeedOption = Annotated[int, typer.Option(min=0)]
CurvesOption = Annotated[
    Path | None,
    typer.Option(
        "--curves", metavar="FILE", help="Write the learning curves: a figure (.png, .svg) or their numbers (.csv)."
    ),
]
TensorboardOption = Annotated[
    Path | None,
    typer.Option("--tensorboard", metavar="DIR", help="Write the learning curves to a log that TensorBoard reads."),
]


@dataclass(frozen=True)
class _Logs:
    """Where the learning curves go."""

    curves: Path | None
    tensorboard: Path | None

    def check(self, is_trained: bool) -> None:
        """Wrong usage, or ImportError, when they could not be written in the end."""
        if self.curves is None and self.tensorboard is None:
            return
        if not is_trained:
            wrong_usage(
                "--curves and --tensorboard show how a training went, but this kind of model without --unfreeze trains "
                "nothing: leave them out, or train s2 or regression"
            )
        if self.curves is not None:
            kind = self.curves.suffix.lower()
            if kind not in (".png", ".svg", ".csv"):
                wrong_usage(f"--curves '{self.curves}': name a .png or .svg file for a figure, or .csv for the numbers")
            if kind != ".csv":
                require_package("matplotlib", "a figure of learning curves needs it; a .csv file does not")
            require_writable("--curves", self.curves)
        if self.tensorboard is not None:
            require_package("tensorboard", "--tensorboard needs it")
            require_folder("--tensorboard", self.tensorboard)

    def write(self, tuning: list[LearningCurve], heads: list[LearningCurve]) -> None:
        from venloc import training_logs

        if self.curves is not None and self.curves.suffix.lower() == ".csv":
            training_logs.write_csv(tuning + heads, self.curves)
        elif self.curves is not None:
            from venloc import plots

            # Their losses are of different things.
            parts = {"the network": tuning, "the locator's head": heads}
            figure = plots.learning_curves({name: curves for name, curves in parts.items() if curves})
            figure.savefig(self.curves, dpi=150)
        if self.tensorboard is not None:
            training_logs.write_tensorboard(tuning + heads, self.tensorboard)


def _train_model(
    kind: str,
    gallery: Path,
    output: Path,
    weights: str | None,
    network: str,
    stages: list[str] | None,
    sizes: list[int] | None,
    unfreeze: str | None,
    labels: Path | None,
    settings: list[str] | None,
    strict: bool,
    logs: _Logs,
    **options: Any,
) -> None:
    require_model_output("--output", output)
    logs.check(is_trained=kind not in ("descriptor", "ensemble") or unfreeze is not None)
    import venloc
    from venloc.weights import backbone

    names = {
        "descriptor": "DescriptorLocator",
        "ensemble": "EnsembleLocator",
        "regression": "RegressionLocator",
        "s2": "S2CellClassifierLocator",
    }
    venloc.torch_support.available()  # where LibTorch is loaded, features are computed on a GPU if there is one
    locator_class, options_class = getattr(venloc, names[kind]), getattr(venloc, f"{names[kind]}Options")
    values = _parse_settings(settings)
    tuning = values.pop("fine_tuning", {})
    if not isinstance(tuning, dict):
        wrong_usage("--set fine_tuning: name one of its options, e.g. --set fine_tuning.max_epochs=3")
    if tuning and unfreeze is None:
        wrong_usage("--set fine_tuning.… goes with --unfreeze")
    made: Any = _made(options_class, {**options, **values})
    how_tuned = {
        "unfreeze_from": unfreeze,
        "checkpoints": None if made.cache is None else made.cache / "fine_tuning",
        "seed": made.seed,
        "num_threads": made.num_threads,
    }
    fine_tuning = None if unfreeze is None else _made(venloc.FineTuningOptions, {**how_tuned, **tuning})
    net = backbone(weights, network, stages, sizes, num_threads=made.num_threads)
    started = time.monotonic()
    tuning_curves: list[LearningCurve] = []
    with progress_bars() as progress:
        photos = _read_gallery(gallery, labels, strict, made.num_threads, progress)
        if fine_tuning is not None:
            tuned = venloc.fine_tune(net, photos, fine_tuning, progress=progress)
            net = tuned.backbone
            tuning_curves.append(tuned.curve)
        locator = locator_class.build(photos, net, made, progress=progress)
    locator.save(output)
    print(
        f"{output}: {locator.info().photos} photos, {output.stat().st_size / 1e6:.1f} MB, "
        f"{time.monotonic() - started:.0f} s"
    )
    logs.write(tuning_curves, getattr(locator, "learning_curves", []))


def _pictures_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        wrong_usage(f"--works {folder}: that is not a folder")
    found = sorted(
        f for f in folder.rglob("*") if f.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
    )
    if not found:
        wrong_usage(f"--works {folder}: there is no picture in it (.jpg, .png, .webp, .tif)")
    return found


@_train.command("descriptor")
def train_descriptor(
    gallery: GalleryArgument,
    output: OutputOption,
    weights: WeightsOption = None,
    network: NetworkOption = "",
    stage: StageOption = None,
    size: SizeOption = None,
    unfreeze: UnfreezeOption = None,
    labels: LabelsOption = None,
    city: CityOption = "",
    settings: HeadSetOption = None,
    cache: TrainCacheOption = None,
    curves: CurvesOption = None,
    tensorboard: TensorboardOption = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
) -> None:
    """A model that compares whitened descriptors of whole pictures (DescriptorLocator)."""
    _train_model(
        "descriptor", gallery, output, weights, network, stage, size, unfreeze, labels, settings, strict,
        _Logs(curves, tensorboard), city=city, cache=cache, seed=seed, num_threads=threads,
    )  # fmt: skip


@_train.command("ensemble")
def train_ensemble(
    gallery: GalleryArgument,
    output: OutputOption,
    weights: WeightsOption = None,
    network: NetworkOption = "",
    stage: StageOption = None,
    size: SizeOption = None,
    unfreeze: UnfreezeOption = None,
    labels: LabelsOption = None,
    works: WorksOption = None,
    city: CityOption = "",
    settings: HeadSetOption = None,
    cache: TrainCacheOption = None,
    curves: CurvesOption = None,
    tensorboard: TensorboardOption = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
) -> None:
    """The best answer: SIFT features and a network together (EnsembleLocator)."""
    listed = [] if works is None else _pictures_in(works)
    _train_model(
        "ensemble", gallery, output, weights, network, stage, size, unfreeze, labels, settings, strict,
        _Logs(curves, tensorboard), works=listed, city=city, cache=cache, seed=seed, num_threads=threads,
    )  # fmt: skip


@_train.command("regression")
def train_regression(
    gallery: GalleryArgument,
    output: OutputOption,
    weights: WeightsOption = None,
    network: NetworkOption = "",
    stage: StageOption = None,
    size: SizeOption = None,
    unfreeze: UnfreezeOption = None,
    labels: LabelsOption = None,
    city: CityOption = "",
    settings: HeadSetOption = None,
    cache: TrainCacheOption = None,
    curves: CurvesOption = None,
    tensorboard: TensorboardOption = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
) -> None:
    """A model that predicts a mixture density of the place (RegressionLocator)."""
    _train_model(
        "regression", gallery, output, weights, network, stage, size, unfreeze, labels, settings, strict,
        _Logs(curves, tensorboard), city=city, cache=cache, seed=seed, num_threads=threads,
    )  # fmt: skip


@_train.command("s2")
def train_s2(
    gallery: GalleryArgument,
    output: OutputOption,
    weights: WeightsOption = None,
    network: NetworkOption = "",
    stage: StageOption = None,
    size: SizeOption = None,
    unfreeze: UnfreezeOption = None,
    labels: LabelsOption = None,
    city: CityOption = "",
    settings: HeadSetOption = None,
    cache: TrainCacheOption = None,
    curves: CurvesOption = None,
    tensorboard: TensorboardOption = None,
    seed: SeedOption = 0,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
) -> None:
    """A model that classifies pictures into cells of the S2 library (S2CellClassifierLocator)."""
    _train_model(
        "s2", gallery, output, weights, network, stage, size, unfreeze, labels, settings, strict,
        _Logs(curves, tensorboard), city=city, cache=cache, seed=seed, num_threads=threads,
    )  # fmt: skip


def _gallery(gallery: Path, labels: Path | None, **options: Any) -> Gallery:
    """What GalleryArgument and LabelsOption name."""
    from venloc._core import Gallery

    if labels is not None:
        return Gallery.from_label_file(labels, gallery, **options)
    if gallery.is_dir() or not gallery.exists():
        return Gallery.from_folder(gallery, **options)
    return Gallery.from_label_file(gallery, **options)


def _read_gallery(
    gallery: Path, labels: Path | None, strict: bool, threads: int, progress: ProgressCallback | None
) -> Gallery:
    photos = _gallery(gallery, labels, strict=strict, num_threads=threads, progress=progress)
    for problem in photos.problems[:_SHOWN_PROBLEMS]:
        print_problem(problem)
    more = len(photos.problems) - _SHOWN_PROBLEMS
    if more > 0:
        print_warning(f"and {more} more that were left out")
    return photos if strict else _decodable(photos, threads, progress)


def _decodable(photos: Gallery, threads: int, progress: ProgressCallback | None) -> Gallery:
    """Without pictures that are damaged, which are told: reading the gallery has looked at their heads only."""
    from concurrent.futures import ThreadPoolExecutor

    import venloc

    def problem_of(photo: Photo) -> str:
        try:
            if photo.file is not None:
                venloc.read_image(photo.file)
        except venloc.Error as error:
            return str(error)
        return ""

    good, told = [], 0
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for i, problem in enumerate(pool.map(problem_of, photos.photos)):
            if not problem:
                good.append(i)
            elif (told := told + 1) <= _SHOWN_PROBLEMS:
                print_warning(problem)
            if progress is not None and (i % _TOLD_EVERY == 0 or i + 1 == len(photos)):
                progress("checking pictures", i + 1, len(photos))
    if told > _SHOWN_PROBLEMS:
        print_warning(f"and {told - _SHOWN_PROBLEMS} more damaged pictures that were left out")
    return photos.subset(good) if told else photos


# --- audit ------------------------------------------------------------------------------------------------------------


@app.command()
def audit(
    gallery: GalleryArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV file to write, a row for each doubtful photo.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--html",
            metavar="FILE",
            help="Page to write, with small pictures of the doubtful photos and their matches.",
        ),
    ] = None,
    model: ModelOption = None,
    labels: LabelsOption = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Option of GeotagAuditOptions; may be repeated."),
    ] = None,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
) -> None:
    """List photos whose verified matches lie elsewhere than their geotag says, for a person to look at.

    The photos are those that the model was built from, by venloc build or venloc train ensemble, or new ones.
    """
    if output is None and page is None:
        wrong_usage("give --output FILE for a table, --html FILE for a page with pictures, or both")
    import venloc

    options = _made(venloc.GeotagAuditOptions, {"num_threads": threads, **_parse_settings(settings)})
    if output is not None:
        require_writable("--output", output, ".csv")
    if page is not None:
        require_writable("--html", page, ".html", ".htm")
    locator = venloc.SiftLocator.load(venloc.default_model_path() if model is None else model)
    with progress_bars() as progress:
        photos = _read_gallery(gallery, labels, strict, threads, progress)
        audited = venloc.audits.audit(locator, photos, progress, **options.to_dict())
    if output is not None:
        venloc.audits.write_csv(audited.findings, audited.photos, output)
    if page is not None:
        venloc.audits.write_page(audited.findings, audited.photos, page, city=locator.info().city)
    written = " and ".join(str(file) for file in (output, page) if file is not None)
    print(
        f"{written}: {len(audited.findings)} doubtful geotags of {len(audited.matched)} photos that match others, "
        f"{len(photos)} in all"
    )


# --- evaluate ---------------------------------------------------------------------------------------------------------


@app.command()
def evaluate(
    model: Annotated[Path | None, typer.Argument(help="Model file.", show_default=False)] = None,
    queries: Annotated[
        Path | None, typer.Argument(help="Pictures with known places: folder or label file.", show_default=False)
    ] = None,
    gallery: Annotated[
        Path | None, typer.Option("--gallery", help="Build models on parts of this gallery and ask for the rest.")
    ] = None,
    labels: LabelsOption = None,
    protocol: Annotated[str, typer.Option(help="random, grouped or published; with --gallery.")] = "grouped",
    seeds: Annotated[str, typer.Option(help="Seeds of the splits, e.g. 0-4 or 0,3; with --gallery.")] = "0",
    share: Annotated[float, typer.Option(help="Share that is asked in random and published splits.")] = 0.1,
    folds: Annotated[int, typer.Option(min=2, help="Number of grouped folds.")] = 5,
    settings: SetOption = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder that keeps features between folds; with --gallery.")
    ] = None,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
    fast: FastOption = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")] = False,
    plots: Annotated[Path | None, typer.Option("--plots", metavar="DIR", help="Write the figures as PNG.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the whole report as JSON.")] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            help="Write index.html: tables, figures, and answers to look at, with small pictures of the queries.",
        ),
    ] = None,
) -> None:
    """Measure accuracy, of a model on queries or of the method on a gallery."""
    if (gallery is None) == (model is None or queries is None):
        wrong_usage("give MODEL and QUERIES, or --gallery; see venloc evaluate --help")
    if protocol not in ("random", "grouped", "published"):
        wrong_usage(f"--protocol is random, grouped or published, not {protocol}")
    if gallery is not None and fast:
        wrong_usage("--fast is about a model that is opened; without it --gallery builds SIFT models already")
    if gallery is None and settings:
        wrong_usage("--set changes how models are built; it goes with --gallery")
    seed_list = _parse_seeds(seeds)
    if out is not None:
        require_writable("--out", out, ".json")
    for option, folder in (("--plots", plots), ("--report", page)):
        if folder is not None:
            require_package("matplotlib", f"the figures of {option} need it")
            require_folder(option, folder)
    import venloc
    from venloc import files
    from venloc.evaluation import Report, cross_validate

    report: Report
    examples = 0
    if page is not None:
        from venloc.report import EXAMPLES, write_report

        examples = EXAMPLES
    pictures: list[Photo] = []
    if gallery is not None:
        options = _options(settings, cache=cache, num_threads=threads)
        with progress_bars() as progress:
            photos = _read_gallery(gallery, labels, strict, threads, progress)
            pictures = photos.photos
            report = cross_validate(
                photos,
                protocol=protocol,  # type: ignore[arg-type] # checked above
                seeds=seed_list,
                share=share,
                folds=folds,
                num_threads=threads,
                progress=progress,
                examples=examples,
                build=lambda train, report: venloc.SiftLocator.build(train, options, progress=report),
            )
    else:
        assert model is not None and queries is not None
        locator = venloc.load(model, fast=fast)
        with progress_bars() as progress:
            photos = _read_gallery(queries, labels, strict, threads, progress)
            report = venloc.evaluate(locator, photos, num_threads=threads, progress=progress, examples=examples)
    print(report.to_json() if as_json else report.table())
    if out is not None:
        files.write_text(out, report.to_json())
    if plots is not None:
        report.plot(plots)
    if page is not None:
        write_report(report, page, command=shlex.join(["venloc", *sys.argv[1:]]), pictures=pictures)


def _parse_seeds(text: str) -> list[int]:
    seeds: list[int] = []
    try:
        for part in text.split(","):
            first, dash, last = part.partition("-")
            seeds += range(int(first), int(last) + 1) if dash else [int(first)]
    except ValueError:
        seeds = []
    if not seeds:
        wrong_usage(f"--seeds {text}: write numbers like 0-4 or 0,3")
    return seeds


# --- collect ----------------------------------------------------------------------------------------------------------

app.command()(cli_collect.collect)
app.add_typer(cli_collect.app, name="catalogue")


# --- serve ------------------------------------------------------------------------------------------------------------


@app.command()
def serve(
    model: ModelOption = None,
    fast: FastOption = False,
    host: Annotated[str, typer.Option(help="Address to listen at; 0.0.0.0 for other computers too.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any that is free.")] = 8000,
    basemap: Annotated[
        Path | None, typer.Option(metavar="FILE", help="GeoJSON of polygons to draw below the answers.")
    ] = None,
    tiles: Annotated[
        str, typer.Option(metavar="URL", help="Raster tiles that visitors may switch on, with {z}, {x} and {y}.")
    ] = "",
    tiles_credit: Annotated[str, typer.Option(help="Who made the tiles, in words.")] = "",
    gazetteer: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV with columns name, lat, lng: names of places.")
    ] = None,
    samples: Annotated[Path | None, typer.Option(metavar="DIR", help="Pictures that visitors may try.")] = None,
    contributions: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Ask visitors for places they know, and keep them with the picture there."),
    ] = None,
    cors: Annotated[
        list[str] | None, typer.Option(metavar="ORIGIN", help="Page of another server that may ask this one.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Limit of the server, e.g. max_bytes=5000000; may be repeated."
        ),
    ] = None,
) -> None:
    """Serve the web page and its HTTP interface. Pictures stay in memory and are not logged."""
    for package in ("fastapi", "uvicorn", "python_multipart", "prometheus_client"):
        require_package(package.replace("_", "-"), "the web page needs it", package)
    import socket

    import venloc
    from venloc.web import Settings, create_app
    from venloc.web.running import run
    from venloc.web.settings import LIMITS

    for option, path in (("--basemap", basemap), ("--gazetteer", gazetteer), ("--samples", samples)):
        if path is not None and not path.exists():
            wrong_usage(f"{option} '{path}' is not there")
    if contributions is not None:
        require_folder("--contributions", contributions)
    limits = _parse_settings(settings)
    for name in limits:
        if name not in LIMITS:
            wrong_usage(f"--set {name}: there is no such limit; there are {', '.join(LIMITS)}")
    chosen = Settings(
        basemap=basemap,
        tiles=tiles,
        tiles_credit=tiles_credit,
        gazetteer=gazetteer,
        samples=samples,
        contributions=contributions,
        cors_origins=tuple(cors or ()),
        **limits,
    )
    with usage_errors():
        chosen.validate()
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        wrong_usage(f"--port {port}: {host} can not be listened at ({error.strerror}): choose another with --port")
    run(create_app(venloc.load(model, fast=fast), chosen), host, port)


# --- info -------------------------------------------------------------------------------------------------------------


@app.command()
def info(
    model: Annotated[Path | None, typer.Argument(help="Model file; default: Venice.", show_default=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False,
) -> None:
    """Tell what a model is and knows."""
    import venloc

    file = Path(venloc.default_model_path()) if model is None else model
    facts = venloc.load(file).info()
    values: dict[str, Any] = {"file": str(file), "bytes": file.stat().st_size, **facts.to_dict()}
    values["options"] = json.loads(facts.options)
    values["networks"] = _networks()
    if as_json:
        print(json.dumps(values))
        return
    area = values.pop("area")
    values["area"] = ", ".join(f"{name} {value:.5f}" for name, value in area.items())
    values["options"] = json.dumps(values["options"])
    for name, value in values.items():
        print(f"{name.replace('_', ' '):<16} {value}")


def _networks() -> str:
    from venloc import torch_support

    if not torch_support.available():
        return "on the CPU; training and GPUs need LibTorch, which is not here"
    found = torch_support.load().torch_info()
    if not found.cuda_devices:
        return f"on the CPU; training with LibTorch {found.libtorch_version}, which finds no GPU"
    gpus = f"{found.cuda_devices} GPU{'s'[: found.cuda_devices != 1]}"
    return f"on the CPU, and with LibTorch {found.libtorch_version} on {gpus}"


# --- weights ----------------------------------------------------------------------------------------------------------

_weights = CommandGroup(help="Weights of networks: which there are, getting, converting and checking them.")
app.add_typer(_weights, name="weights")


@_weights.command("list")
def list_weights(
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list.")] = False,
) -> None:
    """Weights that venloc knows by name, and where they are at hand."""
    from venloc.weights import REGISTRY, at_hand, folders

    rows = [(weights, at_hand(weights.name)) for weights in REGISTRY.values()]
    if as_json:
        fields = ("name", "network", "origin", "licence", "size", "sha256")
        values = [
            {**{field: getattr(weights, field) for field in fields}, "file": None if file is None else str(file)}
            for weights, file in rows
        ]
        print(json.dumps(values))
        return
    width = max(len(weights.name) for weights, _ in rows)
    network_width = max(len(weights.network) for weights, _ in rows)
    print(f"{'name':<{width}}  {'network':<{network_width}}  {'MB':>5}  {'licence':<10}  at hand")
    for weights, file in rows:
        print(
            f"{weights.name:<{width}}  {weights.network:<{network_width}}  {weights.size / 1e6:>5.1f}  "
            f"{weights.licence:<10}  {file or '-'}"
        )
        print(f"  {weights.origin}")
    print("looked for in " + " and ".join(str(folder) for folder in folders()))


@_weights.command()
def get(
    name: Annotated[str, typer.Argument(help="A name of venloc weights list.", show_default=False)],
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FOLDER_OR_URL", help="Where the file is; default: $VENLOC_WEIGHTS, $VENLOC_WEIGHTS_URL."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; default: in $VENLOC_WEIGHTS or ~/.cache/venloc/weights."),
    ] = None,
) -> None:
    """Put weights where venloc finds them. An interrupted download goes on where it stopped."""
    from venloc import weights

    with usage_errors(), progress_bars() as progress:
        file = weights.get(name, source, output, progress)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, {weights.REGISTRY[name].licence}")


@_weights.command()
def convert(
    source: Annotated[
        Path, typer.Argument(help="Weights of torchvision or timm (.pth), Keras (.h5), or .safetensors.")
    ],
    network: Annotated[str, typer.Option("--network", help="Network they are of, as in venloc.Backbone.networks().")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    number_type: Annotated[
        str, typer.Option("--type", help="Of the weights in the file: float32, float16, bfloat16 or int8.")
    ] = "float32",
    origin: Annotated[
        str | None, typer.Option("--origin", help="Where they come from, in words; default: name and digest.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", help="Of the weights, e.g. Apache-2.0.")] = "",
) -> None:
    """Write weights of another program as venloc's. What does not fit is named."""
    if number_type not in ("float32", "float16", "bfloat16", "int8"):
        wrong_usage(f"--type is float32, float16, bfloat16 or int8, not {number_type}")
    from venloc import weights

    with usage_errors():
        made = weights.convert(source, network, output, number_type, origin, licence)  # type: ignore[arg-type] # checked above
    print(f"{output}: {made.network} to {made.stages[-1].name}, {output.stat().st_size / 1e6:.1f} MB")


@_weights.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Files of weights.", show_default=False)],
    network: Annotated[str, typer.Option("--network", help="Network they are of, where the file does not say.")] = "",
) -> None:
    """Tell what files of weights hold. Exit code 1 when one of them cannot be used."""
    from venloc.errors import Error
    from venloc.weights import check as checked

    failed = False
    for file in files:
        try:
            found = checked(file, network)
        except Error as error:
            print_error(error)
            failed = True
            continue
        types = ", ".join(f"{count} {name}" for name, count in found.types.items())
        facts = {
            "network": found.network,
            "stages": " ".join(found.stages),
            "arrays": f"{types}, all finite",
            "size": f"{found.size / 1e6:.1f} MB",
            "SHA-256": found.sha256,
            "registry": f"the file of {found.registered}" if found.registered else "not in it",
            "origin": found.origin or "not said",
            "licence": found.licence or "not said",
        }
        print(found.file)
        for name, value in facts.items():
            print(f"  {name:<9} {value}")
    if failed:
        raise typer.Exit(FAILED)


# ----------------------------------------------------------------------------------------------------------------------


def main() -> None:
    """Runs the command; every error is one line on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")  # names of files that are not UTF-8 come out as they are
    code = _run()
    if code == CANCELLED:
        # Threads may still be at work, and would crash when Python ends below them.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        if code != CANCELLED:
            return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        # The reader has seen enough; keep Python from complaining when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except MemoryError:
        print_error("there is not enough memory: close other programs, or use fewer threads or smaller pictures")
        return FAILED
    except Exception as error:
        # Usage errors of Typer, whose classes have moved between its versions.
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error, file=sys.stderr)
            return USAGE
        if hasattr(error, "format_message"):
            print_error(error.format_message())
            return USAGE
        if type(error).__name__ != "Abort":
            from venloc.errors import Error

            if not isinstance(error, Error | OSError | ImportError):
                raise
            print_error(error)
            return FAILED
    print("venloc: cancelled", file=sys.stderr)
    return CANCELLED
