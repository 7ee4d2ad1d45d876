# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""How answers are written back, and what became of each picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from venloc.errors import InvalidArgumentError
from venloc.words import MIN_IN_AREA, SURE_CONFIDENCE
from venloc.writing.sidecars import Naming

Action: TypeAlias = Literal["written", "refused", "failed", "undone"]
"""What became of a picture: a rule refused to change it, or it could not be changed."""


@dataclass(frozen=True)
class WriteOptions:
    """Where answers are written, and which. Raises InvalidArgumentError for an impossible value."""

    into: Literal["sidecar", "file"] = "sidecar"
    """XMP sidecars, or the metadata of JPEG, PNG, WebP and TIFF files."""
    min_confidence: float = SURE_CONFIDENCE
    """Minimum confidence of an answer that is written, 0 to 1."""
    min_in_area: float = MIN_IN_AREA
    """Minimum probability that the picture shows the city, 0 to 1."""
    naming: Naming = "existing"
    """Name of a sidecar."""
    dry_run: bool = False
    """Only find out what would be written."""
    backup: Path | None = None
    """Folder for complete copies of the files, made before they are first changed. Undo does not need them."""

    def __post_init__(self) -> None:
        for name in ("min_confidence", "min_in_area"):
            if not 0 <= getattr(self, name) <= 1:
                raise InvalidArgumentError(f"{name} must be 0 to 1, got {getattr(self, name)}")
        for name, known in (("into", ("sidecar", "file")), ("naming", ("existing", "full", "stem"))):
            if getattr(self, name) not in known:
                raise InvalidArgumentError(f"{name} must be one of {', '.join(known)}, got '{getattr(self, name)}'")


@dataclass(frozen=True)
class Outcome:
    """What became of a picture."""

    picture: Path
    """The picture, as it was given."""
    action: Action
    """`written` and `undone` mean "would be" in a dry run. `refused`: by a rule; `failed`: by an error. Neither changes a file."""
    file: Path | None = None
    """The file that was changed: the picture or its sidecar, without links."""
    reason: str = ""
    """Why it was refused or failed; the same words for the same rule."""
    detail: str = ""
    """The values behind the reason, or the message of the error."""
    undo_bytes: int = 0
    """Size of its entry in the undo journal."""
