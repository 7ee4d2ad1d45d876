# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures that a command names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from venloc import files
from venloc.errors import Error, FormatError, InvalidArgumentError
from venloc.failures import Failure
from venloc.inputs.folders import contents_of
from venloc.inputs.list_files import Row, is_table, read_list
from venloc.inputs.listed import Listed

if TYPE_CHECKING:
    from venloc.inputs.web import Web

STANDARD_INPUT = "-"
_MAX_BYTES = 256 << 20  # of the standard input, as of a picture


@dataclass
class Listing:
    """The pictures that were named."""

    pictures: list[Listed] = field(default_factory=list)
    """In the order in which they were named."""
    others: int = 0
    """Files of the folders that are no pictures by their names."""

    def further_columns(self) -> list[str]:
        """The names of the further columns of the lists."""
        return list(dict.fromkeys(name for picture in self.pictures for name in picture.columns))


def named_pictures(
    named: Sequence[str],
    list_file: Path | None = None,
    *,
    column: str = "",
    null: bool = False,
    web: Callable[[], Web] | None = None,
) -> Listing:
    """The pictures of these files, folders and addresses, and of those in a list.

    Files of a list are relative to its folder. "-" is a picture from the standard input, or as `list_file` a list. `web`
    loads from the web; without it, addresses are refused. What cannot be listed is a failure in its place.
    Raises InvalidArgumentError for an address without `web`, FormatError for a list without pictures, and the errors of
    reading the list.
    """
    rows = [Row(name, {}) for name in named]
    base = Path()
    if list_file is not None:
        data, base = _list_of(list_file)
        table = is_table(list_file) or bool(column)
        listed = read_list(data, str(list_file), table=table, column=column, null=null)
        if not listed:
            raise FormatError(f"'{list_file}' names no pictures: check the list")
        rows += [
            Row(row.file if is_address(row.file) or not row.file.strip() else str(base / row.file), row.columns)
            for row in listed
        ]
    addresses = [row.file for row in rows if is_address(row.file)]
    if addresses and web is None:
        raise InvalidArgumentError(f"'{addresses[0]}' is an address: give --online to load pictures from the web")
    found = Listing()
    loader = web() if addresses and web is not None else None
    for number, row in enumerate(rows):
        if row.file == STANDARD_INPUT and number < len(named):
            found.pictures.append(Listed(STANDARD_INPUT, _standard_input()))
        elif loader is not None and is_address(row.file):
            found.pictures += _on_web(loader, row)
        elif not row.file.strip():
            problem = "the name of a picture is empty" + (f": check '{list_file}'" if number >= len(named) else "")
            found.pictures.append(Listed(row.file, Failure(row.file, problem), row.columns))
        elif os.path.isdir(row.file):  # noqa: PTH112 - it is false where Path.is_dir raises
            _add_folder(Path(row.file), row.columns, found)
        else:
            found.pictures.append(Listed(str(Path(row.file)), Path(row.file), row.columns))
    return found


def is_address(text: str) -> bool:
    """Whether this names something on the web, and not a file."""
    return text.startswith(("http://", "https://"))


def _list_of(list_file: Path) -> tuple[bytes, Path]:
    """The bytes of a list, and the folder that its files are relative to."""
    if str(list_file) == STANDARD_INPUT:
        return _standard_input(), Path()
    files.require_file(list_file)
    return list_file.read_bytes(), list_file.parent


def _standard_input() -> bytes:
    data = sys.stdin.buffer.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InvalidArgumentError(f"the standard input has more than {_MAX_BYTES >> 20} MiB: give a file instead")
    return data


def _on_web(web: Web, row: Row) -> list[Listed]:
    try:
        return web.listed(row.file, row.columns)
    except Error as error:
        return [Listed(row.file, Failure(row.file, str(error)), row.columns, row.file)]


def _add_folder(folder: Path, columns: dict[str, str], found: Listing) -> None:
    contents = contents_of(folder)
    for path, reason in contents.unreadable:
        problem = f"'{path}' cannot be listed ({reason}): check its permissions"
        found.pictures.append(Listed(str(path), Failure(str(path), problem), columns))
    if not contents.pictures and not contents.unreadable:
        problem = f"'{folder}' has no pictures: name another folder, or the files themselves"
        found.pictures.append(Listed(str(folder), Failure(str(folder), problem), columns))
    found.pictures += [Listed(str(file), file, columns) for file in contents.pictures]
    found.others += contents.others
