# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A collection as commands use it.

A collection is a folder: `catalogue.db` with the data of all photos, `pictures/`, and `labels.csv` with the photos that are kept,
which makes the folder a gallery for `venloc build`. The label file is written again whenever something may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venloc.cli.console import wrong_usage
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._core import BoundingBox, LatLng
    from venloc.cli.parameters import Limits
    from venloc.collecting import Catalogue, Network

_CATALOGUE = "catalogue.db"
_LABELS = "labels.csv"
_PICTURES = "pictures"


def is_collection(folder: Path) -> bool:
    """Whether the folder holds a catalogue."""
    return catalogue_file(folder).is_file()


def places(folder: Path) -> dict[str, LatLng | None]:
    """The place of each photo by its name in a gallery; None for photos that are not kept, copies and former names."""
    from venloc._core import LatLng
    from venloc.collecting.verdicts import verdicts

    found: dict[str, LatLng | None] = {}
    with existing(folder) as catalogue:
        for v in verdicts(catalogue):
            found[v.record.key] = LatLng(v.record.lat, v.record.lng) if v.verdict == "keep" else None
        found.update((f"{source}:{identity}", None) for source, identity in catalogue.former())
    return found


def catalogue_file(folder: Path) -> Path:
    """The path of the catalogue of a collection."""
    return folder / _CATALOGUE


def network_of(rate: float | None, default: float, contact: str, reporting: Reporting) -> Network:
    """The object that sends requests. Raises InvalidArgumentError for an invalid rate or contact address."""
    from venloc.collecting import Network, NetworkOptions

    return Network(NetworkOptions(per_second=default if rate is None else rate, contact=contact), reporting.warn)


@contextmanager
def opened(folder: Path) -> Iterator[Catalogue]:
    """The catalogue of the folder. It is created when it does not exist."""
    import sqlite3

    from venloc.collecting import Catalogue
    from venloc.errors import IoError

    try:
        with Catalogue(catalogue_file(folder)) as catalogue:
            yield catalogue
    except sqlite3.Error as error:
        raise IoError(
            f"'{catalogue_file(folder)}' cannot be read or written ({error}): check its permissions and the disk space"
        ) from None


def require_collection(folder: Path) -> None:
    """Reports wrong usage when the folder is not a collection."""
    if not is_collection(folder):
        wrong_usage(f"'{folder}' is not a collection: make one with venloc collect, or venloc catalogue import")


@contextmanager
def existing(folder: Path) -> Iterator[Catalogue]:
    """The catalogue of a collection. Reports wrong usage when the folder is not a collection."""
    require_collection(folder)
    with opened(folder) as catalogue:
        yield catalogue


def download(
    catalogue: Catalogue,
    folder: Path,
    network: Network,
    size: int,
    threads: int,
    again: bool,
    limits: Limits,
    reporting: Reporting,
) -> None:
    """Downloads missing pictures into the collection."""
    from venloc.collecting.downloading import DownloadOptions
    from venloc.collecting.downloading import download as download_pictures

    allowed = limits.options()
    options = DownloadOptions(
        side_px=size, threads=threads, again=again, max_pixels=allowed.max_pixels, max_bytes=allowed.max_bytes
    )
    with reporting.progress() as progress:
        done = download_pictures(
            catalogue,
            folder / _PICTURES,
            network,
            options,
            progress=progress,
        )
    parts = [f"downloaded pictures: {done.good}"]
    parts += [f"unusable: {done.problems}"] if done.problems else []
    parts += [f"same picture for several photos: {done.repeated}"] if done.repeated else []
    parts += [f"postponed: {done.left} ({done.reason})"] if done.left else []
    parts += [f"moved: {done.moved}"] if done.moved else []
    reporting.add("; ".join(parts), pictures=asdict(done))


def finish(catalogue: Catalogue, folder: Path, reporting: Reporting) -> None:
    """Finds copies, checks the photos and writes the label file, after photos or pictures were added."""
    from venloc.collecting.copies import find_copies

    with reporting.progress() as progress:
        find_copies(catalogue, progress)
    check(catalogue, areas(catalogue), None, None, reporting)
    write_labels(catalogue, folder, reporting)


def check(
    catalogue: Catalogue, boxes: tuple[BoundingBox, ...], locator: Any, classifier: Any, reporting: Reporting
) -> None:
    """Checks all photos; `locator` and `classifier` may be None."""
    from venloc.collecting import checking

    with reporting.progress() as progress:
        checking.check(
            catalogue, checking.CheckOptions(boxes=boxes), locator=locator, classifier=classifier, progress=progress
        )


def areas(catalogue: Catalogue) -> tuple[BoundingBox, ...]:
    """The areas of the queries of the catalogue, except the whole world."""
    import json

    from venloc._core import BoundingBox

    queried = dict.fromkeys(BoundingBox(**json.loads(run.query)["box"]) for run in catalogue.runs())
    return tuple(box for box in queried if box.north - box.south < 90)


def write_labels(catalogue: Catalogue, folder: Path, reporting: Reporting) -> None:
    """Writes the label file of the photos that are kept."""
    from venloc.collecting import exports

    written, verdicts = exports.write_labels(catalogue, folder / _LABELS)
    reporting.add(
        f"photos kept: {verdicts['keep']}; copies of these: {verdicts['copy']}; doubtful: {verdicts['doubt']} "
        f"(see venloc review); dropped: {verdicts['drop']}",
        verdicts={name: verdicts[name] for name in ("keep", "copy", "doubt", "drop")},
    )
    without = verdicts["keep"] - written
    also = f"; kept photos without a picture: {without} (see venloc catalogue download)" if without else ""
    reporting.add(
        f"{folder / _LABELS}: {written} pictures for venloc build {folder}{also}",
        labels=str(folder / _LABELS),
        labelled=written,
    )
