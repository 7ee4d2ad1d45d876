# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Values of JSON replies, which may be of any type."""

from __future__ import annotations

import math
from typing import Any


def text_of(value: Any) -> str:
    """Of a value of JSON: a text or a whole number; empty for all else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def number_of(value: Any) -> float:
    """Of a value of JSON: a number, or a text that is one. Raises ValueError for all else, and for one that is not finite."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("no number")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("no number of that size") from None
    if not math.isfinite(number):
        raise ValueError("no finite number")
    return number


def whole_of(value: Any) -> int:
    """Of a value of JSON: a whole number; 0 where there is none."""
    try:
        return int(number_of(value))
    except ValueError:
        return 0
