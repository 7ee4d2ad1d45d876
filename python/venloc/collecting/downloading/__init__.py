# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Downloads the pictures of a catalogue's photos. Each is stored in a file and decoded once to check it.

Each result is stored immediately, so that an interrupted download can be resumed. Only final results are stored: the next
download tries a server again that did not respond. Missing files of this computer, for example on a disk that is not
connected, are searched for by every download.
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

_REPEATS = 3  # photos with the same file, from which on it is treated as a placeholder


def installed(name: str) -> Source | None:
    """The source of this name; None when it is not installed or has no key."""
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
    """Downloads the pictures for which the catalogue has neither a file nor a problem. Creates the folder if needed.

    Files that were lost or changed are downloaded again. An exception of `progress` stops the download; earlier results are
    kept. Pictures of the source LOCAL and registered pictures are not copied. Raises IoError when a file cannot be written.
    """
    options = options or DownloadOptions()
    _made(folder)
    local = LocalPictures(catalogue, options)
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
    """Registers pictures that are files of this computer, such as those of a label file; returns the number of usable ones.

    Their records must be in the catalogue. The files are not copied. An exception of `progress` stops the call; earlier
    results are kept.
    """
    local = LocalPictures(catalogue, options or DownloadOptions())
    local.read([(Picture(record.source, record.id), path) for record, path in pictures], progress)
    return local.good


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IoError(f"the folder '{folder}' cannot be created ({error.strerror}): name another folder") from None


def _drop_lost(catalogue: Catalogue, again: bool) -> list[Picture]:
    """Marks pictures as missing that must be downloaded again; returns the new and changed local ones to inspect."""
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
    """The expected path of its file; for a folder that was collected again, the path that was found then."""
    record = catalogue.record(picture.source, picture.id) if picture.source == LOCAL else None
    return Path(address_for(record, 1)) if record is not None else catalogue.file.parent / picture.file


def _is_there(file: Path, picture: Picture, whole: bool) -> bool:
    try:
        return file.stat().st_size == picture.bytes and (not whole or digest(file.read_bytes()) == picture.digest)
    except OSError:
        return False
