# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters that several commands share, each written once.

A dataclass groups several parameters of a command (console.with_single_parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

ModelOption = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="Model file; default: $VENLOC_MODEL, or Venice.", show_default=False),
]
FastOption = Annotated[
    bool, typer.Option("--fast", help="Use only the SIFT part of an ensemble: several times faster, less accurate.")
]
OutputModelOption = Annotated[Path, typer.Option("--output", "-o", help="Model file to write.")]
CityOption = Annotated[str, typer.Option(help="Display name of the city.")]
SeedOption = Annotated[int, typer.Option(min=0)]
ThreadsOption = Annotated[int, typer.Option("--threads", min=0, help="0 = all cores. Does not change the result.")]
LabelsOption = Annotated[
    Path | None, typer.Option("--labels", help="Label file; its file names are relative to the gallery folder.")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse a gallery with unusable rows or pictures.")]
SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Option of the model's kind, e.g. sift.max_features=800; may be repeated.",
    ),
]
FeatureCacheOption = Annotated[
    Path | None, typer.Option("--cache", help="Folder that stores features, so that an interrupted run can be resumed.")
]
TableOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="CSV file to write, with one row per entry.")
]
PageOption = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="HTML page to write.")]
BasemapOption = Annotated[
    Path | None, typer.Option("--basemap", metavar="FILE", help="GeoJSON of polygons to draw below the answers.")
]
GazetteerOption = Annotated[
    Path | None, typer.Option("--gazetteer", metavar="FILE", help="CSV with columns name, lat, lng: names of places.")
]
TilesOption = Annotated[
    str,
    typer.Option(
        "--tiles", metavar="URL", help="Address of raster tiles, with {z}, {x} and {y}, that readers can switch on."
    ),
]
TilesCreditOption = Annotated[str, typer.Option("--tiles-credit", help="Attribution of the tiles.")]


@dataclass(frozen=True)
class Pictures:
    """Pictures with known places."""

    gallery: Annotated[
        Path, typer.Argument(help="Folder of pictures with GPS tags, folder with a label file, or a label file.")
    ]
    labels: LabelsOption = None
    strict: StrictOption = False
    threads: ThreadsOption = 0


@dataclass(frozen=True)
class Describing:
    """The network that describes pictures."""

    weights: Annotated[
        str | None,
        typer.Option(
            "--weights",
            help="Weights file, or a name from venloc weights list; default: EfficientNet-Lite2.",
            show_default=False,
        ),
    ] = None
    network: Annotated[
        str, typer.Option("--network", help="Name of the network, if the weights file does not state it.")
    ] = ""
    stages: Annotated[
        list[str] | None,
        typer.Option(
            "--stage",
            help="Stage of the network that describes pictures; may be repeated. The first stage is used at every size, "
            "the others at the first size.",
        ),
    ] = None
    sizes: Annotated[
        list[int] | None,
        typer.Option(
            "--size",
            help="Longer side at which pictures are described, in pixels; may be repeated. Without --weights it replaces "
            "the three default sizes and leaves out the 30 default regions.",
        ),
    ] = None


@dataclass(frozen=True)
class Building:
    """What model is built, and where it is written."""

    output: OutputModelOption
    city: CityOption = ""
    settings: SettingsOption = None
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache", help="Folder that stores features and training state, so that an interrupted run can be resumed."
        ),
    ] = None
    seed: SeedOption = 0


@dataclass(frozen=True)
class Measuring:
    """How a new model is evaluated."""

    wanted: Annotated[
        bool,
        typer.Option(
            "--evaluation/--no-evaluation",
            help="Measure the accuracy by cross-validation: models without a part of the photos locate that part.",
        ),
    ] = True
    minutes: Annotated[
        float,
        typer.Option(
            "--evaluation-minutes",
            min=0,
            help="Time for the evaluation. Up to 5 models are built for it, 10 of fewer than 500 photos; no further one is "
            "begun that would presumably take longer than this.",
        ),
    ] = 30.0


@dataclass(frozen=True)
class Training:
    """How a network or a head is trained with LibTorch, and where the learning curves are written."""

    unfreeze: Annotated[
        str | None,
        typer.Option(
            "--unfreeze",
            metavar="STAGE",
            help="First fine-tune the network from this stage on ('' = the last stage); set options of this step as in "
            "--set fine_tuning.max_epochs=3. The model is then calibrated on photos that the network was trained on: "
            "measure its accuracy on other photos.",
            show_default=False,
        ),
    ] = None
    curves: Annotated[
        Path | None,
        typer.Option(
            "--curves", metavar="FILE", help="Write the learning curves: a figure (.png, .svg) or their numbers (.csv)."
        ),
    ] = None
    tensorboard: Annotated[
        Path | None,
        typer.Option("--tensorboard", metavar="DIR", help="Write the learning curves as a TensorBoard log."),
    ] = None
