# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a catalogue's photos, each in a file and decoded once.

Each result is stored as soon as it is there, so that a download that was stopped, in whatever way, is resumed.
Only final results are: a server that does not answer is tried again by the next download. Files of this computer that are not
where they were, as when a disk is not plugged in, are searched for by each download.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from venloc.collecting import sources
from venloc.collecting.catalogue import Catalogue, Picture
from venloc.collecting.downloading.files import address_for, digest, file_stem
from venloc.collecting.downloading.local import LOCAL, LocalPictures, settle_moved
from venloc.collecting.downloading.options import Downloaded, DownloadOptions
from venloc.collecting.downloading.remote import Downloads, SourceOf
from venloc.collecting.network import Network
from venloc.collecting.records import Record
from venloc.collecting.running import Progress
from venloc.collecting.sources import Source
from venloc.errors import InvalidArgumentError, IoError, SourceError

__all__ = [
    "LOCAL",
    "REPEATED",
    "DownloadOptions",
    "Downloaded",
    "address_for",
    "download",
    "file_stem",
    "installed",
    "register",
]

REPEATED = "the source sends the same picture for several photos"

_MOST_BYTES = 1 << 30  # of a picture that is registered
_REPEATS = 3  # photos with the same file, from which on it is taken for a placeholder


def installed(name: str) -> Source | None:
    """The source of this name; None where it is not installed or has no key."""
    try:
        return sources.find(name)
    except (InvalidArgumentError, SourceError):
        return None


def download(
    catalogue: Catalogue,
    folder: Path,
    network: Network,
    options: DownloadOptions | None = None,
    source_of: SourceOf = installed,
    progress: Progress | None = None,
) -> Downloaded:
    """Downloads the pictures that the catalogue has no file or problem of, into the folder, which is made.

    Files that are lost or were changed since are downloaded again. Whatever `progress` raises stops it; what came before is
    kept. Pictures of the source LOCAL, and those that were registered, are used where they are. Raises IoError where a file
    cannot be written.
    """
    options = options or DownloadOptions()
    _made(folder)
    local = LocalPictures(catalogue, options, network.options.max_bytes)
    local.read([(p, _path(catalogue, p)) for p in _drop_lost(catalogue, options.again)], progress)
    remote = Downloads(catalogue, folder.resolve(), network, options, source_of, progress)
    remote.run()
    moved = settle_moved(catalogue)
    repeated = catalogue.mark_repeated(_REPEATS, REPEATED)
    return Downloaded(
        remote.good + local.good,
        remote.problems + local.problems,
        repeated,
        remote.left + local.left - moved,
        remote.reason or local.reason,
        moved,
    )


def register(
    catalogue: Catalogue,
    pictures: Sequence[tuple[Record, Path]],
    options: DownloadOptions | None = None,
    progress: Progress | None = None,
) -> int:
    """Takes in pictures that are on this computer, where they are, such as those of a label file; returns how many are good.

    Their records are in the catalogue. Whatever `progress` raises stops it; what came before is kept.
    """
    local = LocalPictures(catalogue, options or DownloadOptions(), _MOST_BYTES)
    local.read([(Picture(record.source, record.id), path) for record, path in pictures], progress)
    return local.good


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IoError(f"the folder '{folder}' cannot be made ({error.strerror})") from None


def _drop_lost(catalogue: Catalogue, again: bool) -> list[Picture]:
    """Makes pictures missing that are to be downloaded again; returns the local ones to inspect, new and changed ones."""
    lost, local = [], []
    for picture in catalogue.pictures():
        there = _is_there(catalogue.file.parent / picture.file, picture, again)
        if there and not (again and picture.problem):
            continue
        if picture.local:
            local.append(picture)
        elif not picture.problem or again:
            lost.append((picture.source, picture.id))
    catalogue.drop_pictures(lost)
    return [*local, *(Picture(record.source, record.id) for record in catalogue.missing_pictures(LOCAL))]


def _path(catalogue: Catalogue, picture: Picture) -> Path:
    """Where its file should be: of a folder that was collected again, where it was found then."""
    record = catalogue.record(picture.source, picture.id) if picture.source == LOCAL else None
    return Path(address_for(record, 1)) if record is not None else catalogue.file.parent / picture.file


def _is_there(file: Path, picture: Picture, whole: bool) -> bool:
    try:
        return file.stat().st_size == picture.bytes and (not whole or digest(file.read_bytes()) == picture.digest)
    except OSError:
        return False
