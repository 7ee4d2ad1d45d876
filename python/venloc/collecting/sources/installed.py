# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Finds the installed sources by their entry points, and their keys."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from venloc.collecting.sources.base import Source
from venloc.errors import FormatError, InvalidArgumentError, SourceError


def names() -> list[str]:
    """The names of all installed sources."""
    return sorted({point.name for point in _points()})


def find(name: str, *, address: str = "") -> Source:
    """The source of this name, with its key.

    Raises InvalidArgumentError for an unknown name or an invalid address, and SourceError when the key is missing.
    """
    for point in _points():
        if point.name == name:
            kind: type[Source] = point.load()
            return kind(find_key(kind), address)
    raise InvalidArgumentError(f"unknown source '{name}': choose one of {', '.join(names())}")


def _points() -> Iterable[Any]:
    return entry_points(group="venloc.sources")


def keys_file() -> Path:
    """The file that may contain keys, instead of the environment."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "venloc" / "keys.ini"


def find_key(kind: type[Source]) -> str:
    """The key from the environment, or from the entry `key` in the section of the source in keys_file()."""
    if not kind.key_variable:
        return ""
    key = os.environ.get(kind.key_variable, "").strip()
    if key:
        return _checked(key, kind)
    file = keys_file()
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeError):
        # Its own message would show the line.
        raise FormatError(f"'{file}' cannot be read: write lines [{kind.name}] and key = …") from None
    key = parser.get(kind.name, "key", fallback="").strip()
    if key:
        return _checked(key, kind)
    where = f" (get one at {kind.key_page})" if kind.key_page else ""
    raise SourceError(
        f"{kind.name} needs a key{where}: set the environment variable {kind.key_variable}, or write key = … below "
        f"[{kind.name}] in '{file}'"
    )


def _checked(key: str, kind: type[Source]) -> str:
    if not (key.isascii() and key.isprintable()):
        raise SourceError(f"the key for {kind.name} has characters that are not allowed in a key: copy it again")
    return key
