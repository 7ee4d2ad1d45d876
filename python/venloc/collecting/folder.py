# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A folder on this computer, by the positions that its pictures carry (EXIF)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from venloc._core import ImageInfo, probe_image, read_exif
from venloc.collecting.network import Network
from venloc.collecting.records import Query, Record, Size
from venloc.collecting.sources import Fetched, Source, Task
from venloc.errors import Error
from venloc.errors import FileNotFoundError as MissingError

_FILES = 200  # of a task
_HEAD = 1 << 16  # [bytes] that tell the size of a picture, as a rule


class Folder(Source):
    """Pictures of a folder and the folders in it. Tasks are lists of files; ids are paths in the folder, after a name for it.

    Its address is the path. Links to files and folders are not followed, so that nothing outside is read. Pictures without a
    position, and files that are no pictures, are left out.
    """

    name = "folder"
    address = ""
    per_second = 1e9
    resumable = False

    def first(self, query: Query) -> list[Task]:
        """Raises FileNotFoundError where there is no such folder."""
        top = Path(self.address)
        if not top.is_dir():
            raise MissingError(f"there is no folder '{top}' to collect pictures from")
        inside = []
        for folder, folders, names in os.walk(top):
            folders.sort()
            inside += [Path(folder, name).relative_to(top).as_posix() for name in sorted(names)]
        # Names that are no text can be neither kept nor shown.
        inside = [name for name in inside if _is_text(name)]
        return [{"files": inside[i : i + _FILES]} for i in range(0, len(inside), _FILES)]

    def fetch(self, task: Task, query: Query, network: Network) -> Fetched:
        """Reads the heads of these files."""
        found = (self._record(name) for name in task["files"])
        return Fetched([record for record in found if record is not None and query.wants(record)])

    def _record(self, name: str) -> Record | None:
        file = Path(self.address, name).absolute()
        # Looked at here, as the folder may have changed since, and tasks are kept in a file.
        top = Path(self.address).resolve()
        if file.resolve() != top / name or top not in file.resolve().parents or not file.is_file():
            return None
        try:
            exif = read_exif(file)
            with file.open("rb") as data:
                head = data.read(_HEAD)
        except (Error, OSError):
            return None
        if exif.position is None:
            return None
        try:
            about = probe_image(head, "")
        except Error:
            about = ImageInfo()  # what tells the size is further down
        return Record(
            self.name,
            f"{folder_name(Path(self.address))}/{name}",
            exif.position.lat,
            exif.position.lng,
            taken=exif.taken or "",
            title=Path(name).stem,
            width=about.width,
            height=about.height,
            sizes=(Size(0, str(file)),),
        )


def folder_name(folder: Path) -> str:
    """Eight letters that tell a folder from others, in which files may have the same names."""
    return hashlib.sha256(str(folder.resolve()).encode(errors="surrogateescape")).hexdigest()[:8]


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
