# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The parameters that several commands share, each written once.

A dataclass groups several parameters of a command (console.with_single_parameters).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from venloc._core import ImageOptions

_LARGEST_NUMBER = 2**63 - 1
_MAX_THREADS = 65_536


class WriteInto(str, Enum):
    """Where places are written."""

    sidecar = "sidecar"
    file = "file"


class SidecarName(str, Enum):
    """Name of a sidecar."""

    full = "full"
    stem = "stem"


ModelOption = Annotated[
    Path | None,
    typer.Option("--model", "-m", help="Model file; default: $VENLOC_MODEL, or Venice.", show_default=False),
]
FastOption = Annotated[
    bool, typer.Option("--fast", help="Use only the SIFT part of an ensemble: several times faster, less accurate.")
]
OutputModelOption = Annotated[Path, typer.Option("--output", "-o", help="Model file to write.")]
CityOption = Annotated[str, typer.Option(help="Display name of the city.")]
SeedOption = Annotated[int, typer.Option(min=0, max=_LARGEST_NUMBER)]
ThreadsOption = Annotated[
    int, typer.Option("--threads", min=0, max=_MAX_THREADS, help="0 = all cores. Does not change the result.")
]
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
class Tracking:
    """Where a camera was, by a GPX track and the times of its pictures."""

    track: Annotated[
        list[Path] | None,
        typer.Option("--track", metavar="FILE", help="GPX file of the walk; may be repeated.", show_default=False),
    ] = None
    time_zone: Annotated[
        str | None,
        typer.Option(
            "--time-zone",
            metavar="ZONE",
            help="Time zone of the camera's clock, such as Europe/Rome or +02:00; needed with --track.",
            show_default=False,
        ),
    ] = None
    clock_offset: Annotated[
        str | None,
        typer.Option(
            "--clock-offset",
            metavar="TIME",
            help="The camera's time minus the true time: seconds or ±HH:MM:SS; with venloc locate also fit. Default: 0.",
            show_default=False,
        ),
    ] = None
    track_gap: Annotated[
        float | None,
        typer.Option(
            "--track-gap",
            metavar="SECONDS",
            help="Longest time between two points of the track that a place is derived from; default: 600.",
            show_default=False,
        ),
    ] = None


@dataclass(frozen=True)
class Writing:
    """Whether and how answers are written back."""

    write: Annotated[
        WriteInto | None,
        typer.Option(
            "--write",
            help="Write the places into XMP sidecars, or into the metadata of the files (JPEG, PNG, WebP and TIFF; needs "
            "exiftool or exiv2). Measured positions are kept.",
            show_default=False,
        ),
    ] = None
    min_confidence: Annotated[
        float | None,
        typer.Option(
            "--min-confidence",
            min=0,
            max=1,
            help="Minimum confidence of a place that is written; default: 0.8.",
            show_default=False,
        ),
    ] = None
    sidecar_name: Annotated[
        SidecarName | None,
        typer.Option(
            "--sidecar-name",
            help="img.jpg.xmp (full) or img.xmp (stem); default: the one that exists, else full.",
            show_default=False,
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what --write or --undo would do.")] = False
    backup: Annotated[
        Path | None,
        typer.Option("--backup", metavar="DIR", help="Folder for complete copies of the files before --write."),
    ] = None
    undo: Annotated[
        bool, typer.Option("--undo", help="Undo what --write did to these pictures or folders; locates nothing.")
    ] = False


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
class Named:
    """The pictures to locate."""

    pictures: Annotated[
        list[str] | None,
        typer.Argument(
            help="Photos, paintings, drawings, old photographs, folders of them, - for the standard input, or with --online "
            "addresses of pictures, IIIF images and IIIF manifests.",
            show_default=False,
        ),
    ] = None
    list_file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="List of pictures, relative to its folder: one per line, or a CSV table whose other columns are kept; "
            "- = a list on the standard input.",
        ),
    ] = None
    column: Annotated[
        str, typer.Option("--column", metavar="TITLE", help="Column of the table that has the files; default: file.")
    ] = ""
    null: Annotated[
        bool, typer.Option("--null", "-0", help="The list is separated by null characters, as find -print0 writes it.")
    ] = False
    online: Annotated[bool, typer.Option("--online", help="Load pictures from the network.")] = False
    contact: Annotated[
        str, typer.Option("--contact", metavar="ADDRESS", help="Your contact address, which is sent to the servers.")
    ] = ""
    any_content: Annotated[
        bool,
        typer.Option("--any-content", help="Also locate pages of text, screenshots and blank pictures."),
    ] = False


@dataclass(frozen=True)
class Written:
    """Where and how answers are written."""

    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File to write; its ending is the format. The same command continues after an interruption.",
        ),
    ] = None
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME",
            help="text, json, jsonl, csv, geojson, kml, kmz, gpx or iiif; default: the ending of --output, or text.",
        ),
    ] = ""
    columns: Annotated[
        str,
        typer.Option("--columns", metavar="NAMES", help="Columns of the CSV table, separated by commas; default: all."),
    ] = ""
    again: Annotated[
        bool, typer.Option("--again", help="Also retry the pictures of the output that could not be located.")
    ] = False


@dataclass(frozen=True)
class MapFile:
    """A page with a map of each answer."""

    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Write one HTML file with a map of each answer.")
    ] = None
    basemap: BasemapOption = None
    gazetteer: GazetteerOption = None
    tiles: TilesOption = ""
    tiles_credit: TilesCreditOption = ""


@dataclass(frozen=True)
class Limits:
    """Limits of picture files. Their messages name these options."""

    max_pixels: Annotated[
        int | None,
        typer.Option(
            "--max-pixels",
            min=1,
            max=_LARGEST_NUMBER,
            help="Maximum width x height of a picture; default 1,000,000,000.",
            show_default=False,
        ),
    ] = None
    max_bytes: Annotated[
        int | None,
        typer.Option(
            "--max-bytes",
            min=1,
            max=_LARGEST_NUMBER,
            help="Maximum size of a picture file; default 2 GiB.",
            show_default=False,
        ),
    ] = None
    max_decoded_pixels: Annotated[
        int | None,
        typer.Option(
            "--max-decoded-pixels",
            min=1,
            max=_LARGEST_NUMBER,
            help="Maximum pixels of a picture in memory; larger ones are read at reduced size; default 100,000,000.",
            show_default=False,
        ),
    ] = None

    def options(self) -> ImageOptions:
        """These limits, and the defaults of those that are not given."""
        from dataclasses import asdict

        from venloc._core import ImageOptions

        return ImageOptions(**{name: value for name, value in asdict(self).items() if value is not None})


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
