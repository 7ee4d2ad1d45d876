# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A folder on this computer, by the positions in the metadata of its pictures and in the files beside them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from venloc._core import ImageInfo, Metadata, probe_image, read_metadata
from venloc.collecting.network import Network
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources.base import Fetched, Source, Task
from venloc.errors import Error, ImageError, IoError
from venloc.errors import FileNotFoundError as MissingError
from venloc.tracks import Clock, Fix, Track, fix_of

_FILES = 200  # of a task
_HEAD = 1 << 16  # [bytes] that hold the size of a picture, as a rule
_LONG_HEAD = 1 << 22  # those that show whether it is one
_STREET_M = 100.0  # [m] error of a place by a track that is still exact to the street
_NAME = "picture"  # in messages of the decoder, from which it is removed
_NO_POSITION = ("no metadata", "no GPS tags")  # in the words of read_metadata
_DOUBTFUL = "district"  # accuracy of a position with a doubt: it is flagged, not dropped


class Folder(Source):
    """Pictures of a folder and its subfolders. A task is a list of files. Ids are paths in the folder, prefixed by folder_name().

    The address is the path of the folder. Links to files and folders are not followed, so that nothing outside is read.
    Positions are read from EXIF, XMP, sidecars and the JSON files of Google Takeout (read_metadata). Pictures without a
    position get one by the track, if there is one; otherwise they are left out and counted, as are pictures that cannot be
    read and files that are not pictures.
    """

    name = "folder"
    address = ""
    per_second = 1e9
    resumable = False
    along: tuple[Track, Clock] | None = None
    """A track and the clock of the camera, for the places of pictures without a position."""

    def require_address(self, address: str) -> None:
        """Accepts any address: first() checks the folder."""

    def first(self, query: Query) -> list[Task]:
        """Lists the files. Raises FileNotFoundError when the folder does not exist, and IoError when it cannot be opened."""
        top = Path(self.address)
        if not top.is_dir():
            raise MissingError(f"there is no folder '{top}' to collect pictures from: check the path")
        inside: list[str] = []
        closed: list[OSError] = []
        for folder, folders, names in os.walk(top, onerror=closed.append):
            folders.sort()
            links = [name for name in folders if Path(folder, name).is_symlink()]
            inside += [Path(folder, name).relative_to(top).as_posix() for name in (*links, *sorted(names))]
        if any(error.filename == str(top) for error in closed):
            raise IoError(f"the folder '{top}' cannot be opened ({closed[0].strerror}): check its permissions")
        # Names that are no text can be neither kept nor shown.
        named = [name for name in inside if _is_text(name)]
        tasks: list[Task] = [{"files": named[i : i + _FILES]} for i in range(0, len(named), _FILES)]
        others = {
            "no text as a name": len(inside) - len(named),
            "folder that cannot be opened": len(closed),
        }
        left_out = {reason: number for reason, number in others.items() if number}
        return [*tasks, {"files": [], "left_out": left_out}] if left_out else tasks

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Reads the headers of these files."""
        found = Fetched(total=len(task["files"]))
        found.left_out.update(task.get("left_out", {}))
        for name in task["files"]:
            record = self._record(name)
            if isinstance(record, str):
                found.left_out[record] += 1
            else:
                found.take(record, query, "")
        return found

    def _record(self, name: str) -> Record | str:
        """The record of a file, or the reason why it has none."""
        file = Path(self.address, name).absolute()
        # Listed here, as the folder may have changed since, and tasks are kept in a file.
        top = Path(self.address).resolve()
        if file.resolve() != top / name or top not in file.resolve().parents or not file.is_file():
            return "link, or gone"
        try:
            metadata = read_metadata(file)
            about = _probed(file)
        except (Error, OSError):
            return "not readable"
        if isinstance(about, str):
            return about
        place, accuracy = metadata.position, _DOUBTFUL if metadata.position_doubt else ""
        if place is None:
            fix = self._fix(metadata)
            if fix is None:
                return "no position" if metadata.position_problem in _NO_POSITION else "damaged position"
            place, accuracy = fix.place, "street" if fix.error_m <= _STREET_M else _DOUBTFUL
        return Record(
            self.name,
            f"{folder_name(Path(self.address))}/{name}",
            place.lat,
            place.lng,
            taken=metadata.taken or "",
            title=metadata.title or Path(name).stem,
            author=metadata.author,
            accuracy=accuracy,
            width=about.width,
            height=about.height,
            sizes=(Size(0, str(file)),),
        )

    def _fix(self, metadata: Metadata) -> Fix | None:
        """Where the picture was made by the track, if there is one."""
        if self.along is None:
            return None
        fix = fix_of(metadata, *self.along)
        return None if isinstance(fix, str) else fix


def _probed(file: Path) -> ImageInfo | str:
    """Format and size of a picture, without size where that is stored further down; or the reason why it cannot be read."""
    with file.open("rb") as data:
        head = data.read(_HEAD)
        try:
            return probe_image(head, _NAME)
        except ImageError:
            head += data.read(_LONG_HEAD)
    try:
        return probe_image(head, _NAME)
    except ImageError as error:
        sentence = str(error).removeprefix(f"{_NAME}: ").partition(". ")[0]
    if sentence.startswith(("not a picture", "the file is empty")):
        return "no picture"
    if "cannot read" in sentence or "not supported" in sentence:
        return sentence
    return "damaged picture" if len(head) < _HEAD + _LONG_HEAD else ImageInfo()


def folder_name(folder: Path) -> str:
    """A name of eight letters for a folder, because files in different folders may have the same names."""
    return hashlib.sha256(str(folder.resolve()).encode(errors="surrogateescape")).hexdigest()[:8]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
