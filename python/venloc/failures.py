# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a list that could not be located."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Failure:
    """A picture of a list that could not be located. It is false, as a Prediction is true."""

    file: str
    """The picture: its path, or "picture 3" for one that is no file, counted from 0."""
    error: str
    """What is wrong, and what to do about it."""

    def __bool__(self) -> bool:
        return False

    def to_dict(self) -> dict[str, Any]:
        """The line of `venloc locate --json` for this picture ("FailedLine")."""
        from venloc.answers.schema import SCHEMA_VERSION

        return {"schema_version": SCHEMA_VERSION, "file": self.file, "error": self.error}

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """A GeoJSON Feature without a geometry."""
        from venloc.tables import feature

        return feature(self)
