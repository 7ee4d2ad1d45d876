# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that are files of this computer. They are not copied or moved."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from venloc.collecting.catalogue import Catalogue, Picture
from venloc.collecting.downloading.inspecting import inspected
from venloc.collecting.downloading.options import DownloadOptions
from venloc.collecting.running import Progress

LOCAL = "folder"
"""The source whose addresses are files on this computer."""

_BATCH = 64  # pictures that are registered at once
_EMPTY = hashlib.sha256(b"").hexdigest()


class LocalPictures:
    """Pictures that are files of this computer, which are not copied."""

    def __init__(self, catalogue: Catalogue, options: DownloadOptions) -> None:
        self.good = self.problems = self.left = 0
        self.reason = ""
        self._catalogue = catalogue
        self._options = options

    def read(self, files: Sequence[tuple[Picture, Path]], progress: Progress | None) -> None:
        """Reads files, each with its known row. An exception of `progress` stops it; earlier results are kept."""

        def one(of: tuple[Picture, Path]) -> Picture:
            known, path = of
            found = inspected_file(known.source, known.id, path, self._options.max_bytes, self._options.max_pixels)
            # The digest identifies it where it was moved to.
            return replace(found, digest=known.digest) if is_awaited(found) else found

        with ThreadPoolExecutor(self._options.threads) as pool:
            for start in range(0, len(files), _BATCH):
                batch = files[start : start + _BATCH]
                found = list(pool.map(one, batch))
                self._catalogue.put_pictures(found)
                for picture in found:
                    if is_awaited(picture):
                        self.left += 1
                        self.reason = picture.problem
                    elif picture.problem:
                        self.problems += 1
                    else:
                        self.good += 1
                if progress is not None:
                    progress("reading pictures", start + len(batch), len(files))


def is_awaited(picture: Picture) -> bool:
    """Whether its file is missing but may become available again."""
    return picture.local and picture.bytes == 0 and picture.digest != _EMPTY


def settle_moved(catalogue: Catalogue) -> int:
    """Renames photos whose files were moved or renamed inside collected folders; returns their number."""
    there: dict[str, str] = {}
    gone = []
    for picture in catalogue.pictures():
        if picture.source == LOCAL and is_awaited(picture):
            gone.append(picture)
        elif picture.source == LOCAL and not picture.problem:
            there.setdefault(picture.digest, picture.id)
    moved = [(LOCAL, picture.id, there[picture.digest]) for picture in gone if picture.digest in there]
    catalogue.rename(moved)
    return len(moved)


def inspected_file(source: str, identity: str, path: Path, max_bytes: int, max_pixels: int) -> Picture:
    """The row of a picture that is a file of this computer."""
    file = path.absolute()
    unknown = Picture(source, identity, file=str(file), local=True)
    try:
        if not file.is_file():
            return replace(
                unknown, problem=f"there is no file '{file}': connect its disk, or collect or import it again"
            )
        size = file.stat().st_size
        if size > max_bytes:
            return replace(
                unknown,
                bytes=size,
                problem=f"the file has {size} bytes, more than the limit of {max_bytes} (--max-bytes)",
            )
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        return replace(unknown, problem=f"'{file}' cannot be read ({error})")
    return replace(inspected(source, identity, data, max_pixels), file=str(file), local=True)
