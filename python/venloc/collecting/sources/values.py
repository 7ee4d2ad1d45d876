# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Conversion of values in JSON replies, which may have any type."""

from __future__ import annotations

import math
from typing import Any


def text_of(value: Any) -> str:
    """A JSON value as text, if it is a text or a whole number; else empty."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def number_of(value: Any) -> float:
    """A JSON value as a number, if it is a number or the text of one. Raises ValueError otherwise, and if it is not finite."""
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
    """A JSON value as a whole number; 0 if it is none."""
    try:
        return int(number_of(value))
    except ValueError:
        return 0
