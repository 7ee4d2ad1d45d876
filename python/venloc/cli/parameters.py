# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters that several commands share, each written once.

A dataclass stands for several parameters of a command (console.with_single_parameters).
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
    bool, typer.Option("--fast", help="Of an ensemble use the SIFT part alone: several times faster, less accurate.")
]
OutputModelOption = Annotated[Path, typer.Option("--output", "-o", help="Model file to write.")]
CityOption = Annotated[str, typer.Option(help="Name of the city, for people.")]
SeedOption = Annotated[int, typer.Option(min=0)]
ThreadsOption = Annotated[int, typer.Option("--threads", min=0, help="0 = all cores. Does not change the result.")]
LabelsOption = Annotated[
    Path | None, typer.Option("--labels", help="Label file; the pictures are relative to the gallery folder.")
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
    Path | None, typer.Option("--cache", help="Folder that keeps features, to resume after an interruption.")
]
TableOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="CSV file to write, a row for each entry.")
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
    typer.Option("--tiles", metavar="URL", help="Raster tiles that readers may switch on, with {z}, {x} and {y}."),
]
TilesCreditOption = Annotated[str, typer.Option("--tiles-credit", help="Who made the tiles.")]


@dataclass(frozen=True)
class Pictures:
    """Pictures with known places."""

    gallery: Annotated[
        Path, typer.Argument(help="Folder of pictures with GPS tags or a label file in it, or a label file.")
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
            help="File of weights, or a name of venloc weights list; default: EfficientNet-Lite2.",
            show_default=False,
        ),
    ] = None
    network: Annotated[
        str, typer.Option("--network", help="Network that the weights are of, where their file does not name it.")
    ] = ""
    stages: Annotated[
        list[str] | None,
        typer.Option(
            "--stage", help="Stage of the network to describe pictures with; the first at every size, others as well."
        ),
    ] = None
    sizes: Annotated[
        list[int] | None,
        typer.Option(
            "--size",
            help="Longer side to describe pictures at, in pixels; may be repeated. Without --weights it takes the place "
            "of the default's three sizes and leaves out its 30 regions.",
        ),
    ] = None


@dataclass(frozen=True)
class Training:
    """What a model is trained with, where it goes and where its learning curves go."""

    output: OutputModelOption
    unfreeze: Annotated[
        str | None,
        typer.Option(
            "--unfreeze",
            metavar="STAGE",
            help="Train the network itself before, from this stage on ('' = the last); its options are those of --set "
            "fine_tuning.max_epochs=3 and the like. The model is then calibrated on photos that the network has seen: "
            "measure it with others.",
            show_default=False,
        ),
    ] = None
    city: CityOption = ""
    settings: SettingsOption = None
    cache: Annotated[
        Path | None,
        typer.Option("--cache", help="Folder that keeps features and training, to resume after an interruption."),
    ] = None
    curves: Annotated[
        Path | None,
        typer.Option(
            "--curves", metavar="FILE", help="Write the learning curves: a figure (.png, .svg) or their numbers (.csv)."
        ),
    ] = None
    tensorboard: Annotated[
        Path | None,
        typer.Option("--tensorboard", metavar="DIR", help="Write the learning curves to a log that TensorBoard reads."),
    ] = None
    seed: SeedOption = 0
