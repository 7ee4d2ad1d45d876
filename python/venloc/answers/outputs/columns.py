# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The table of answers: its columns, which schema.json lists (x-columns), and their values in an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from venloc.answers.schema import DEFINITIONS
from venloc.errors import InvalidArgumentError


@dataclass(frozen=True)
class Column:
    """A column of the table of answers."""

    name: str
    """Its title."""
    path: tuple[str, ...]
    """Where its value is in an answer: the names of members, from the outermost."""
    digits: int | None = None
    """Digits after the point, for a number."""
    property: bool = True
    """Whether features of GeoJSON and KML have it as a property."""

    def value(self, entry: Mapping[str, Any]) -> Any:
        """The value in an entry; None where there is none."""
        if self.name == "problem":  # as the page names the reason of a failure
            return entry.get("error")
        value: Any = entry
        for key in self.path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def text(self, entry: Mapping[str, Any]) -> str:
        """The value as text; empty where there is none."""
        value = self.value(entry)
        if value is None:
            return ""
        if isinstance(value, list):
            return " ".join(map(str, value))
        return str(value) if self.digits is None else f"{value:.{self.digits}f}"


COLUMNS: tuple[Column, ...] = tuple(
    Column(column["name"], tuple(column["path"]), column.get("digits"), column.get("property", True))
    for column in DEFINITIONS["Answer"]["x-columns"]
)
"""The columns of the table of answers, in order."""


def extra_name(name: str) -> str:
    """The title of a further column of a list: that of the list, unless a column of answers has it."""
    return f"list_{name}" if any(column.name == name for column in COLUMNS) else name


def extras(entry: Mapping[str, Any]) -> dict[str, str]:
    """The further columns of the list that named the picture, with their titles."""
    return {extra_name(name): value for name, value in entry.get("columns", {}).items()}


def properties(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a located picture in GeoJSON: the values of its columns, and the further columns of its list."""
    return {column.name: column.value(entry) for column in COLUMNS if column.property} | extras(entry)


def texts(entry: Mapping[str, Any]) -> dict[str, str]:
    """The same as texts, without empty ones; of a failure, its file and reason."""
    shown = (column for column in COLUMNS if column.property or "error" in entry)
    every = {column.name: column.text(entry) for column in shown} | extras(entry)
    return {name: text for name, text in every.items() if text}


def chosen_columns(names: Sequence[str] | None, further: Sequence[str]) -> list[Column]:
    """The columns of these titles; all without titles. `further` are names of further columns of a list.

    Raises InvalidArgumentError with the first title that is not a column.
    """
    every = {column.name: column for column in COLUMNS}
    every |= {extra_name(name): Column(extra_name(name), ("columns", name)) for name in further}
    for name in names or ():
        if name not in every:
            raise InvalidArgumentError(f"there is no column '{name}': choose from {', '.join(every)}")
    return list(every.values()) if names is None else [every[name] for name in names]
