# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The records of formats to which one picture after the other is appended, and from which an interrupted run is resumed."""

from __future__ import annotations

import json
from typing import Any, Protocol

from venloc.answers import forms
from venloc.answers.layers import Gazetteer
from venloc.answers.outputs.located import Located
from venloc.errors import FormatError


class Records(Protocol):
    """How pictures are written to a file, one record each, and recognised when it is read again."""

    head: bytes
    """The first bytes of each such file."""
    begin: bytes
    """With which each record begins, as far as they have a beginning in common."""

    def record(self, located: Located) -> bytes:
        """The record of a picture."""

    def ends(self, record: bytes) -> bool:
        """Whether these lines are a complete record."""

    def key(self, file: str) -> str:
        """By which the record of this picture is recognised."""

    def read(self, record: bytes) -> tuple[str, bool]:
        """The key of a complete record, and whether its picture was located. Raises FormatError for a foreign one."""


class JsonLines:
    """Lines of JSON ("Line" and "FailedLine")."""

    head = b""
    begin = b'{"schema_version": '

    def record(self, located: Located) -> bytes:
        """One line."""
        return _encoded(forms.line(located.file, located.result, located.columns))

    def ends(self, record: bytes) -> bool:
        """A line ends with a line feed."""
        return record.endswith(b"\n")

    def key(self, file: str) -> str:
        """The file itself."""
        return file

    def read(self, record: bytes) -> tuple[str, bool]:
        """The file, and whether the line has no error."""
        values = parsed(record)
        return str(values["file"]), "error" not in values


class Journal(JsonLines):
    """Lines of JSON with all that the other formats need ("Entry" and "FailedLine")."""

    def __init__(self, *, regions: bool = True, gazetteer: Gazetteer | None = None) -> None:
        """Without `regions` the entries have none, which saves time."""
        self._regions = regions
        self._gazetteer = gazetteer

    def entry(self, located: Located) -> dict[str, Any]:
        """The entry of a picture."""
        return forms.entry(
            located.file,
            located.result,
            located.exif,
            gazetteer=self._gazetteer,
            columns=located.columns,
            target=located.target,
            regions=self._regions,
        )

    def record(self, located: Located) -> bytes:
        """One line."""
        return _encoded(self.entry(located))


def parsed(record: bytes) -> dict[str, Any]:
    """A line as a dictionary. Raises FormatError where it is not one of venloc."""
    try:
        values = json.loads(record)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or not isinstance(values.get("file"), str) or "schema_version" not in values:
        raise FormatError("is not an answer of venloc locate")
    return values


def _encoded(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode() + b"\n"
