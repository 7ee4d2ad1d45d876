# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A picture of a list with its result, as it is handed to the outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from venloc._core import Exif, Prediction
from venloc.failures import Failure


@dataclass(frozen=True)
class Located:
    """A picture that was located, or the reason why not."""

    file: str
    """The picture as it was given: a path or an address, "-" for the standard input."""
    result: Prediction | Failure
    """Where it was made."""
    exif: Exif
    """Place and time in the picture's own tags."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """The further columns of the list that named the picture."""
    target: str = ""
    """Address of the IIIF canvas or of the picture on the web; empty for files."""
