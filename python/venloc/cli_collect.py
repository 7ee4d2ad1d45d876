# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc collect` and `venloc catalogue`.

A collection is a folder: `catalogue.db` with all that is known, `pictures/`, and `labels.csv` with the photos that are kept,
which makes the folder a gallery for `venloc build`. The label file is written anew whenever something may have changed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.console import (
    CommandGroup,
    print_problem,
    print_warning,
    progress_bars,
    require_folder,
    require_package,
    require_writable,
    usage_errors,
    wrong_usage,
)

if TYPE_CHECKING:
    from venloc._core import BoundingBox, LatLng
    from venloc.collecting import Catalogue, Network, Record

_CATALOGUE = "catalogue.db"
_LABELS = "labels.csv"
_PICTURES = "pictures"
_SHOWN = 10  # unknown photos of decisions
_DOWNLOADS_PER_SECOND = 10.0

app = CommandGroup(help="What is known of collected photos: merge, download, check, decide, export.")


@app.callback()
def _catalogue() -> None:
    require_package("urllib3", "collecting needs it")


CollectionArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the collection.")]
BoxOption = Annotated[
    str,
    typer.Option(metavar="BOX", help="Area: venice, or SOUTH,WEST,NORTH,EAST in degrees.", show_default=False),
]
SideOption = Annotated[int, typer.Option("--size", min=1, help="Longer side of the pictures to download, in pixels.")]
ThreadsOption = Annotated[int, typer.Option("--threads", min=1, max=32, help="Downloads at once.")]
ContactOption = Annotated[
    str,
    typer.Option(help="Your address, which servers like to know (Wikimedia asks for one).", envvar="VENLOC_CONTACT"),
]
RateOption = Annotated[
    float | None, typer.Option("--rate", help="Most requests a second; default: what the source allows.")
]


def collect(
    source: Annotated[
        str, typer.Argument(help="flickr, commons, mapillary, folder, or one that a package brings along.")
    ],
    place: Annotated[
        str,
        typer.Argument(metavar="[FOLDER]", help="Of the source folder: where the pictures lie.", show_default=False),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder of the collection.", show_default=False)
    ] = None,
    box: BoxOption = "",
    keywords: Annotated[str, typer.Option(help='Words, e.g. "Venice, building".')] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="Taken on this day or later, e.g. 2015-01-31.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Taken on this day or before.")] = "",
    licence: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="e.g. CC-BY, or open; may be repeated. Default: any.")
    ] = None,
    maximum: Annotated[int, typer.Option(min=0, help="Most photos; 0 = all.")] = 0,
    pictures: Annotated[bool, typer.Option(help="Download the pictures as well, and check them.")] = True,
    size: SideOption = 1024,
    threads: ThreadsOption = 4,
    rate: RateOption = None,
    contact: ContactOption = "",
    server: Annotated[str, typer.Option(metavar="URL", help="Another server of this kind of source.")] = "",
) -> None:
    """Collect geotagged photos from a source into a folder that venloc build can read. Goes on where it was stopped."""
    require_package("urllib3", "collecting needs it")
    from venloc._core import BoundingBox
    from venloc.collecting import Query, collect, sources

    if output is None:
        wrong_usage("--output DIR is missing: name a folder for the collection")
    if (source == "folder") != bool(place):
        wrong_usage("the source folder needs the folder of the pictures, and no other source one")
    if not box and source != "folder":
        wrong_usage("--box is missing: give venice, or SOUTH,WEST,NORTH,EAST in degrees")
    with usage_errors():
        area = _box(box) if box else BoundingBox(-90, -180, 90, 180)
        query = Query(area, keywords, since, until, tuple(licence or ()), maximum)
        asked = sources.find(source, address=place or server)
        network = _network(rate, asked.per_second, contact)
    if place and output.resolve().is_relative_to(Path(place).resolve()):
        wrong_usage(f"--output '{output}' is in the folder '{place}', whose pictures it is for: name another place")
    require_folder("--output", output)
    with _opened(output) as catalogue:
        with progress_bars() as progress:
            done = collect(asked, query, catalogue, network, progress)
        print(f"{output}: {done.photos} photos of {source}, {done.new} of them new; {len(catalogue)} in all")
        if done.left_out:
            print("left out: " + "; ".join(f"{reason} ({number})" for reason, number in done.left_out.items()))
        if pictures:
            _download(catalogue, output, _network(rate, _DOWNLOADS_PER_SECOND, contact), size, threads, again=False)
            _finish(catalogue, output)
        else:
            _write_labels(catalogue, output)


@app.command("import")
def import_(
    collection: CollectionArgument,
    labels: Annotated[
        Path, typer.Argument(help="Label file, or with --addresses a list of latitude,longitude,address.")
    ],
    images: Annotated[Path | None, typer.Option(help="Folder of the pictures of the label file.")] = None,
    addresses: Annotated[bool, typer.Option("--addresses", help="The file holds addresses of pictures.")] = False,
) -> None:
    """Take in photos that somebody else has listed."""
    from venloc.collecting import exports
    from venloc.collecting.downloading import register

    local: list[tuple[Record, Path]] = []
    if addresses:
        if images is not None:
            wrong_usage("--images goes with a label file, not with --addresses")
        records = exports.read_addresses(labels)
    else:
        local, problems = exports.read_labels(labels, images)
        records = [record for record, _ in local]
        for problem in problems:
            print_problem(problem)
    require_folder("the collection", collection)
    with _opened(collection) as catalogue:
        new = catalogue.add(records)
        with progress_bars() as progress:
            register(catalogue, local, progress=progress)
        print(f"{collection}: {len(records)} photos, {new} of them new; {len(catalogue)} in all")
        _finish(catalogue, collection)


@app.command()
def merge(
    collection: CollectionArgument,
    others: Annotated[list[Path], typer.Argument(metavar="OTHER...", help="Folders of other collections.")],
) -> None:
    """Take in the photos and decisions of other collections; their pictures are downloaded when they are wanted."""
    for other in others:
        if not other.is_file():
            _require_collection(other)
    require_folder("the collection", collection)
    with _opened(collection) as catalogue:
        for other in others:
            new = catalogue.merge(other / _CATALOGUE if other.is_dir() else other)
            print(f"{other}: {new} new photos; {len(catalogue)} in all")
        _finish(catalogue, collection)


@app.command()
def download(
    collection: CollectionArgument,
    size: SideOption = 1024,
    threads: ThreadsOption = 4,
    again: Annotated[bool, typer.Option("--again", help="Also those that there was a problem with.")] = False,
    rate: RateOption = None,
    contact: ContactOption = "",
) -> None:
    """Download the pictures that are not there yet, and find those that are the same."""
    with usage_errors():
        network = _network(rate, _DOWNLOADS_PER_SECOND, contact)
    with _existing(collection) as catalogue:
        _download(catalogue, collection, network, size, threads, again)
        _finish(catalogue, collection)


@app.command()
def check(
    collection: CollectionArgument,
    box: BoxOption = "",
    model: Annotated[
        Path | None,
        typer.Option(
            "--model", "-m", help="Model of the city, for the geotag audit of the pictures.", show_default=False
        ),
    ] = None,
    views: Annotated[
        bool,
        typer.Option("--views", help="Find pictures that show no place, but people, food, a room or a thing, as well."),
    ] = False,
) -> None:
    """Look at all photos anew: which were not made where their sources say."""
    import venloc

    locator = None
    if model is not None:
        locator = venloc.SiftLocator.load(model)
    classifier = None
    if views:
        from venloc.collecting.views import load

        classifier = load()
    with usage_errors():
        area = _box(box) if box else None
    with _existing(collection) as catalogue:
        _check(catalogue, (area,) if area else _boxes(catalogue), locator, classifier)
        _write_labels(catalogue, collection)


@app.command()
def review(
    collection: CollectionArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="HTML file to write.")],
    most: Annotated[int, typer.Option(min=1, help="Most photos on the page.")] = 300,
) -> None:
    """Write a page on which a person decides on the doubtful photos."""
    from venloc.collecting.review import write_page

    require_writable("--output", output, ".html", ".htm")
    with _existing(collection) as catalogue:
        left = write_page(catalogue, output, most=most)
    print(f"{output}: {min(left, most)} of {left} photos to decide on")


@app.command()
def decide(
    collection: CollectionArgument,
    decisions: Annotated[Path, typer.Argument(metavar="FILE", help="CSV file that the page of review saves.")],
) -> None:
    """Take in what a person decided. It counts from then on, whatever is found."""
    from venloc.collecting.review import read_decisions

    taken = read_decisions(decisions)
    with _existing(collection) as catalogue:
        unknown = [d for d in taken if (d.source, d.id) not in catalogue]
        catalogue.decide(taken)
        print(f"{collection}: decisions: {len(taken)}" + (f"; of unknown photos: {len(unknown)}" if unknown else ""))
        for d in unknown[:_SHOWN]:
            print_warning(f"there is no photo {d.source}:{d.id} in '{collection}'")
        _write_labels(catalogue, collection)


@app.command()
def export(
    collection: CollectionArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File that ends in .csv, .geojson or .parquet.")
    ],
) -> None:
    """Write all photos, with what becomes of each and why, as CSV, GeoJSON or GeoParquet."""
    from venloc.collecting import exports

    if output.suffix.lower() == ".parquet":
        require_package("pyarrow", "GeoParquet needs it")
    with usage_errors():
        exports.require_known(output)
    require_writable("--output", output, *exports.WRITERS)
    with _existing(collection) as catalogue:
        exports.write(catalogue, output)
        print(f"{output}: photos: {len(catalogue)}")


@app.command()
def coverage(
    collection: CollectionArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="CSV file of the squares, or the named places."),
    ] = None,
    page: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Page with a map to write.")] = None,
    gazetteer: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV with columns name, lat, lng: places to look around.")
    ] = None,
    cell: Annotated[float, typer.Option(min=1, help="Side of a square, in metres.")] = 150.0,
) -> None:
    """Where are photos few?"""
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
    with _existing(collection) as catalogue:
        places = [place for v in used(catalogue) if is_valid(place := LatLng(v.record.lat, v.record.lng))]
    squares = counting.squares(places, cell)
    named = [] if names is None else counting.around(places, names)
    if output is not None:
        counting.write_csv(squares if names is None else named, output)
    if page is not None:
        counting.write_page(squares, page, named=named, cell_m=cell)
    print(f"{len(places)} photos; {sum(s.photos == 0 for s in squares)} of {len(squares)} squares have none")


@app.command()
def runs(collection: CollectionArgument) -> None:
    """What was asked of sources, when, and what came, request by request (CSV)."""
    import csv
    import json

    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("run", "source", "query", "began", "ended", "task", "fetched", "total", "count", "new", "left_out"))
    with _existing(collection) as catalogue:
        for run in catalogue.runs():
            for page in catalogue.pages(run.number):
                about = (run.number, run.source, run.query, run.began, run.ended)
                brought = (page.total, page.count, page.new, json.dumps(page.left_out))
                table.writerow((*about, page.task, page.fetched, *brought))


def is_collection(folder: Path) -> bool:
    """Whether the folder holds a catalogue."""
    return (folder / _CATALOGUE).is_file()


def places(folder: Path) -> dict[str, LatLng | None]:
    """Of all photos of a collection, by their names in a gallery; None of those that it does not keep, of copies and old names."""
    from venloc._core import LatLng
    from venloc.collecting.verdicts import verdicts

    found: dict[str, LatLng | None] = {}
    with _existing(folder) as catalogue:
        for v in verdicts(catalogue):
            found[v.record.key] = LatLng(v.record.lat, v.record.lng) if v.verdict == "keep" else None
        found.update((f"{source}:{identity}", None) for source, identity in catalogue.former())
    return found


# --- parts ------------------------------------------------------------------------------------------------------------


def _box(text: str) -> BoundingBox:
    """Wrong usage where it is none."""
    from venloc._core import BoundingBox
    from venloc.collecting import BOXES

    if text in BOXES:
        return BOXES[text]
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        wrong_usage(f"--box {text}: give {', '.join(BOXES)}, or SOUTH,WEST,NORTH,EAST in degrees")
    if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
        wrong_usage(f"--box {text}: a box needs south < north and west < east, in degrees")
    return BoundingBox(south, west, north, east)


def _network(rate: float | None, default: float, contact: str) -> Network:
    from venloc.collecting import Network, NetworkOptions

    return Network(NetworkOptions(per_second=default if rate is None else rate, contact=contact), print_warning)


@contextmanager
def _opened(folder: Path) -> Iterator[Catalogue]:
    import sqlite3

    from venloc.collecting import Catalogue
    from venloc.errors import IoError

    try:
        with Catalogue(folder / _CATALOGUE) as catalogue:
            yield catalogue
    except sqlite3.Error as error:
        raise IoError(f"'{folder / _CATALOGUE}' can not be read or written ({error})") from None


def _require_collection(folder: Path) -> None:
    if not is_collection(folder):
        wrong_usage(f"'{folder}' is no collection: make one with venloc collect, or venloc catalogue import")


@contextmanager
def _existing(folder: Path) -> Iterator[Catalogue]:
    _require_collection(folder)
    with _opened(folder) as catalogue:
        yield catalogue


def _download(catalogue: Catalogue, folder: Path, network: Network, size: int, threads: int, again: bool) -> None:
    from venloc.collecting.downloading import DownloadOptions, download

    with progress_bars() as progress:
        done = download(
            catalogue,
            folder / _PICTURES,
            network,
            DownloadOptions(side_px=size, threads=threads, again=again),
            progress=progress,
        )
    told = [f"pictures that came: {done.good}"]
    told += [f"gone or of no use: {done.problems}"] if done.problems else []
    told += [f"the same one for several photos: {done.repeated}"] if done.repeated else []
    told += [f"left for another time: {done.left} ({done.reason})"] if done.left else []
    told += [f"found where they were moved to: {done.moved}"] if done.moved else []
    print("; ".join(told))


def _find_copies(catalogue: Catalogue) -> None:
    from venloc.collecting.copies import find_copies

    with progress_bars() as progress:
        find_copies(catalogue, progress)


def _finish(catalogue: Catalogue, folder: Path) -> None:
    """What follows whenever photos or pictures have come."""
    _find_copies(catalogue)
    _check(catalogue, _boxes(catalogue), None, None)
    _write_labels(catalogue, folder)


def _check(catalogue: Catalogue, boxes: tuple[BoundingBox, ...], locator: Any, classifier: Any) -> None:
    from venloc.collecting.checking import CheckOptions, check

    with progress_bars() as progress:
        check(catalogue, CheckOptions(boxes=boxes), locator=locator, classifier=classifier, progress=progress)


def _boxes(catalogue: Catalogue) -> tuple[BoundingBox, ...]:
    """The areas that were asked for, but for the whole world."""
    import json

    from venloc._core import BoundingBox

    asked = dict.fromkeys(BoundingBox(**json.loads(run.query)["box"]) for run in catalogue.runs())
    return tuple(box for box in asked if box.north - box.south < 90)


def _write_labels(catalogue: Catalogue, folder: Path) -> None:
    from venloc.collecting.exports import write_labels

    written, told = write_labels(catalogue, folder / _LABELS)
    print(
        f"photos kept: {told['keep']}; copies of these: {told['copy']}; doubtful: {told['doubt']} (see venloc catalogue review); "
        f"dropped: {told['drop']}"
    )
    without = told["keep"] - written
    also = f"; kept, but without a picture now: {without} (see venloc catalogue download)" if without else ""
    print(f"{folder / _LABELS}: {written} pictures for venloc build {folder}{also}")
