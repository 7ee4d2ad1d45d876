# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Answers as one JSON array."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from venloc.answers.schema import DEFINITIONS

_MEMBERS = frozenset((*DEFINITIONS["Line"]["properties"], *DEFINITIONS["Prediction"]["properties"], "error"))


def write(out: BinaryIO, entries: Iterable[Mapping[str, Any]], city: str) -> int:
    """An array of "Line" and "FailedLine", one of them per line of text."""
    before = b"[\n"
    for entry in entries:
        line = {name: value for name, value in entry.items() if name in _MEMBERS}
        out.write(before + json.dumps(line).encode())
        before = b",\n"
    out.write(b"[]\n" if before == b"[\n" else b"\n]\n")
    return 0
