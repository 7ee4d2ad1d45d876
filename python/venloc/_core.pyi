# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""
The C++ library behind the package venloc.
"""
from __future__ import annotations
__all__: list[str] = ['version']
def version() -> str:
    """
    Version of the library, "major.minor.patch".
    """
