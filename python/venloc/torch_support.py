# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The part of venloc that needs LibTorch; it is loaded when one of its names is first used."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType


def available() -> bool:
    """Whether this venloc was built with it, and LibTorch is there."""
    try:
        load()
    except ImportError:
        return False
    return True


def load() -> ModuleType:
    """The extension module; ImportError says what is missing."""
    if importlib.util.find_spec("venloc._torch") is None:
        raise ImportError(
            "this venloc was built without LibTorch, so it has no networks. Install torch first (the extra 'torch' of "
            "venloc names the version), then build venloc with `pip install --no-build-isolation -C "
            "cmake.define.VENLOC_WITH_TORCH=ON .`"
        )
    try:
        return importlib.import_module("venloc._torch")
    except ImportError as error:
        raise ImportError(
            f"venloc's networks need the package torch that venloc was built with: pip install 'venloc[torch]' ({error})"
        ) from error
