# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc collect`, `venloc catalogue` and `venloc review`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venloc.cli import collection, tracks
from venloc.cli.boxes import order_hints, parse_box
from venloc.cli.console import (
    CommandGroup,
    require_folder,
    require_package,
    require_writable,
    usage_errors,
    wrong_usage,
)
from venloc.cli.parameters import GazetteerOption, Limits, PageOption, TableOption, Tracking
from venloc.cli.reporting import Reporting, problem_text

if TYPE_CHECKING:
    from venloc.collecting import Record
    from venloc.collecting.running import Collected

_DOWNLOADS_PER_SECOND = 10.0

group = CommandGroup(
    moved={"review": "venloc review"},
    help="Manage the catalogue of collected photos: import, merge, download, check, decide, export.",
)


@group.callback()
def _require_urllib3() -> None:
    require_package("urllib3", "collecting needs it")


CollectionArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the collection.")]
BoxOption = Annotated[
    str,
    typer.Option(
        metavar="BOX",
        help="Area: venice, or SOUTH,WEST,NORTH,EAST in degrees; across 180° WEST is larger than EAST.",
        show_default=False,
    ),
]
SideOption = Annotated[int, typer.Option("--size", min=1, help="Longer side of the pictures to download, in pixels.")]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, max=32, help="Number of parallel downloads.")]
ContactOption = Annotated[
    str,
    typer.Option(help="Your contact address for the servers (Wikimedia requires one).", envvar="VENLOC_CONTACT"),
]
RateOption = Annotated[
    float | None, typer.Option("--rate", help="Maximum requests per second; default: the limit of the source.")
]


def collect(
    source: Annotated[
        str, typer.Argument(help="flickr, commons, mapillary, folder, or a source that another package provides.")
    ],
    limits: Limits,
    reporting: Reporting,
    tracking: Tracking,
    place: Annotated[
        str,
        typer.Argument(
            metavar="[FOLDER]", help="Folder of the pictures; with the source folder only.", show_default=False
        ),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder of the collection.", show_default=False)
    ] = None,
    box: BoxOption = "",
    keywords: Annotated[str, typer.Option(help='Search words, e.g. "Venice, building".')] = "",
    since: Annotated[
        str, typer.Option(metavar="DAY", help="Only photos taken on this day or later, e.g. 2015-01-31.")
    ] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Only photos taken on this day or earlier.")] = "",
    licence: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Licence to accept, e.g. CC-BY, or open; may be repeated. Default: any."),
    ] = None,
    maximum: Annotated[int, typer.Option(min=0, help="Maximum number of photos; 0 = all.")] = 0,
    pictures: Annotated[bool, typer.Option(help="Also download the pictures and check them.")] = True,
    size: SideOption = 1024,
    threads: ThreadsOption = 4,
    rate: RateOption = None,
    contact: ContactOption = "",
    server: Annotated[str, typer.Option(metavar="URL", help="Another server with the interface of this source.")] = "",
) -> None:
    """Collect geotagged photos from a source into a folder that venloc build can read. An interrupted run is resumed."""
    require_package("urllib3", "collecting needs it")
    from venloc import collecting
    from venloc._core import BoundingBox
    from venloc.collecting import Query, sources
    from venloc.collecting.sources.folder import Folder

    if output is None:
        wrong_usage("--output DIR is missing: name a folder for the collection")
    _check_source(source, place, box, tracking)
    with usage_errors():
        area = parse_box(box) if box else BoundingBox(-90, -180, 90, 180)
        query = Query(area, keywords, since, until, tuple(licence or ()), maximum)
        found = sources.find(source, address=place or server)
        if isinstance(found, Folder):
            found.along = tracks.read(tracking)
        network = collection.network_of(rate, found.per_second, contact, reporting)
    if place and output.resolve().is_relative_to(Path(place).resolve()):
        wrong_usage(f"--output '{output}' is inside '{place}', the folder of the pictures: name a folder outside it")
    require_folder("--output", output)
    with collection.opened(output) as catalogue:
        with reporting.progress() as progress:
            done = collecting.collect(found, query, catalogue, network, progress)
        reporting.values(collection=str(output), total=len(catalogue))
        _report(f"{output}: ", source, done, f"; {len(catalogue)} in all", reporting)
        reporting.warn_all(order_hints(box, done.photos), "more hints")
        if pictures:
            network = collection.network_of(rate, _DOWNLOADS_PER_SECOND, contact, reporting)
            collection.download(catalogue, output, network, size, threads, False, limits, reporting)
            collection.finish(catalogue, output, reporting)
        else:
            collection.write_labels(catalogue, output, reporting)
    reporting.finish()


def _report(before: str, source: str, done: Collected, after: str, reporting: Reporting) -> None:
    """How many photos were found, and what was left out."""
    reporting.add(
        f"{before}{done.photos} photos of {source}, {done.new} of them new{after}",
        **{"source": source, "photos": done.photos, "new": done.new, "left_out": done.left_out},
    )
    if done.left_out:
        reporting.add("left out: " + "; ".join(f"{reason} ({number})" for reason, number in done.left_out.items()))


def _check_source(source: str, place: str, box: str, tracking: Tracking) -> None:
    """Reports wrong usage for options that do not fit the source."""
    if tracking.track and source != "folder":
        wrong_usage("--track applies to the source 'folder' only: the others have positions")
    if (source == "folder") != bool(place):
        wrong_usage("name the folder of the pictures with the source 'folder', and no folder with another source")
    if not box and source != "folder":
        wrong_usage("--box is missing: give venice, or SOUTH,WEST,NORTH,EAST in degrees")


def review(
    folder: CollectionArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="HTML file to write.")],
    reporting: Reporting,
    most: Annotated[int, typer.Option(min=1, help="Maximum number of photos on the page.")] = 300,
) -> None:
    """Write a page to review the doubtful photos of a collection. Import its decisions with venloc catalogue decide."""
    require_package("urllib3", "collecting needs it")
    from venloc.collecting.review import write_page

    require_writable("--output", output, ".html", ".htm")
    with collection.existing(folder) as catalogue:
        left = write_page(catalogue, output, most=most)
    shown = min(left, most)
    reporting.add(f"{output}: {shown} of {left} photos to decide on", page=str(output), shown=shown, undecided=left)
    reporting.finish()


@group.command("import")
def import_(
    folder: CollectionArgument,
    labels: Annotated[
        Path, typer.Argument(help="Label file; with --addresses, a list of lines latitude,longitude,address.")
    ],
    reporting: Reporting,
    images: Annotated[
        Path | None, typer.Option(help="Folder that the file names of the label file are relative to.")
    ] = None,
    addresses: Annotated[bool, typer.Option("--addresses", help="The file is a list of picture addresses.")] = False,
) -> None:
    """Import photos from a list."""
    from venloc.collecting import exports
    from venloc.collecting.downloading import register

    local: list[tuple[Record, Path]] = []
    if addresses:
        if images is not None:
            wrong_usage("--images applies to a label file: leave it out with --addresses")
        records = exports.read_addresses(labels)
    else:
        local, problems = exports.read_labels(labels, images)
        records = [record for record, _ in local]
        for problem in problems:
            reporting.warn(problem_text(problem))
    require_folder("the collection", folder)
    with collection.opened(folder) as catalogue:
        new = catalogue.add(records)
        with reporting.progress() as progress:
            register(catalogue, local, progress=progress)
        reporting.add(
            f"{folder}: {len(records)} photos, {new} of them new; {len(catalogue)} in all",
            **{"collection": str(folder), "photos": len(records), "new": new, "total": len(catalogue)},
        )
        collection.finish(catalogue, folder, reporting)
    reporting.finish()


@group.command()
def merge(
    folder: CollectionArgument,
    others: Annotated[list[Path], typer.Argument(metavar="OTHER...", help="Folders of other collections.")],
    reporting: Reporting,
) -> None:
    """Merge the photos and decisions of other collections. Their pictures are not copied: download them again."""
    for other in others:
        if not other.is_file():
            collection.require_collection(other)
    require_folder("the collection", folder)
    with collection.opened(folder) as catalogue:
        merged: dict[str, int] = {}
        for other in others:
            new = catalogue.merge(collection.catalogue_file(other) if other.is_dir() else other)
            merged[str(other)] = new
            reporting.add(f"{other}: {new} new photos; {len(catalogue)} in all")
        reporting.values(collection=str(folder), new=merged, total=len(catalogue))
        collection.finish(catalogue, folder, reporting)
    reporting.finish()


@group.command()
def download(
    folder: CollectionArgument,
    limits: Limits,
    reporting: Reporting,
    size: SideOption = 1024,
    threads: ThreadsOption = 4,
    again: Annotated[bool, typer.Option("--again", help="Also retry pictures that had a problem.")] = False,
    rate: RateOption = None,
    contact: ContactOption = "",
) -> None:
    """Download the missing pictures, and find copies of the same picture."""
    with usage_errors():
        network = collection.network_of(rate, _DOWNLOADS_PER_SECOND, contact, reporting)
    with collection.existing(folder) as catalogue:
        collection.download(catalogue, folder, network, size, threads, again, limits, reporting)
        collection.finish(catalogue, folder, reporting)
    reporting.finish()


@group.command()
def check(
    folder: CollectionArgument,
    reporting: Reporting,
    box: BoxOption = "",
    model: Annotated[
        Path | None,
        typer.Option(
            "--model", "-m", help="Model of the city, for the geotag audit of the pictures.", show_default=False
        ),
    ] = None,
    views: Annotated[
        bool,
        typer.Option("--views", help="Also find pictures of people, food, a room or a thing instead of a place."),
    ] = False,
) -> None:
    """Check again which photos were not made at the places that their sources report."""
    import venloc

    locator = None
    if model is not None:
        locator = venloc.SiftLocator.load(model)
    classifier = None
    if views:
        from venloc.collecting.views import load

        classifier = load()
    with usage_errors():
        area = parse_box(box) if box else None
    with collection.existing(folder) as catalogue:
        boxes = (area,) if area else collection.areas(catalogue)
        collection.check(catalogue, boxes, locator, classifier, reporting)
        collection.write_labels(catalogue, folder, reporting)
    reporting.finish()


@group.command()
def decide(
    folder: CollectionArgument,
    decisions: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file that the page of venloc review saves.")],
    reporting: Reporting,
) -> None:
    """Import the decisions of a person. They override all findings, including later ones."""
    from venloc.collecting.review import read_decisions

    taken = read_decisions(decisions)
    with collection.existing(folder) as catalogue:
        unknown = [f"{d.source}:{d.id}" for d in taken if (d.source, d.id) not in catalogue]
        catalogue.decide(taken)
        reporting.add(
            f"{folder}: decisions: {len(taken)}" + (f"; of unknown photos: {len(unknown)}" if unknown else ""),
            **{"collection": str(folder), "decisions": len(taken), "unknown": unknown},
        )
        reporting.warn_all([f"there is no photo {key} in '{folder}'" for key in unknown], "more unknown photos")
        collection.write_labels(catalogue, folder, reporting)
    reporting.finish()


@group.command()
def export(
    folder: CollectionArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File that ends in .csv, .geojson or .parquet.")
    ],
    reporting: Reporting,
) -> None:
    """Write all photos, with their verdicts and the reasons, as CSV, GeoJSON or GeoParquet."""
    from venloc.collecting import exports

    if output.suffix.lower() == ".parquet":
        require_package("pyarrow", "GeoParquet needs it")
    with usage_errors():
        exports.require_known(output)
    require_writable("--output", output, *exports.WRITERS)
    with collection.existing(folder) as catalogue:
        exports.write(catalogue, output)
        reporting.add(f"{output}: photos: {len(catalogue)}", file=str(output), photos=len(catalogue))
    reporting.finish()


@group.command()
def coverage(
    folder: CollectionArgument,
    reporting: Reporting,
    output: TableOption = None,
    page: PageOption = None,
    gazetteer: GazetteerOption = None,
    cell: Annotated[float, typer.Option(min=1, help="Side of a square, in metres.")] = 150.0,
) -> None:
    """List the parts of the city with few photos: squares, or with --gazetteer named places."""
    if output is None and page is None:
        wrong_usage("give --output FILE for a table, --html FILE for a page with a map, or both")
    from venloc._core import LatLng, is_valid
    from venloc.answers import Gazetteer
    from venloc.collecting import coverage as counting
    from venloc.collecting.verdicts import used

    if output is not None:
        require_writable("--output", output, ".csv")
    if page is not None:
        require_writable("--html", page, ".html", ".htm")
    names = None if gazetteer is None else Gazetteer.read(gazetteer)
    with collection.existing(folder) as catalogue:
        places = [place for v in used(catalogue) if is_valid(place := LatLng(v.record.lat, v.record.lng))]
    squares = counting.squares(places, cell)
    named = [] if names is None else counting.around(places, names)
    if output is not None:
        counting.write_csv(squares if names is None else named, output)
    if page is not None:
        counting.write_page(squares, page, named=named, cell_m=cell)
    empty = sum(s.photos == 0 for s in squares)
    reporting.add(
        f"{len(places)} photos; {empty} of {len(squares)} squares have none",
        **{"photos": len(places), "squares": len(squares), "empty": empty},
    )
    reporting.finish()


@group.command()
def runs(folder: CollectionArgument) -> None:
    """List the requests to sources as CSV: the time of each, and the photos that it returned."""
    import csv
    import json

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("run", "source", "query", "began", "ended", "task", "fetched", "total", "count", "new", "left_out"))
    with collection.existing(folder) as catalogue:
        for run in catalogue.runs():
            for page in catalogue.pages(run.number):
                about = (run.number, run.source, run.query, run.began, run.ended)
                brought = (page.total, page.count, page.new, json.dumps(page.left_out))
                table.writerow((*about, page.task, page.fetched, *brought))
