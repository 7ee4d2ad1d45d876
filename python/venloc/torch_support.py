# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Loads the part of venloc that needs LibTorch (training, GPUs) when one of its names is first used."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType


def available() -> bool:
    """Whether this venloc was built with LibTorch, and LibTorch is installed."""
    try:
        load()
    except ImportError:
        return False
    return True


def load() -> ModuleType:
    """The extension module. Raises ImportError that names what is missing."""
    if importlib.util.find_spec("venloc._torch") is None:
        raise ImportError(
            "this venloc was built without LibTorch, which training, GPUs and models of kind s2 and regression need; "
            "it is not enough to install torch. In a checkout of venloc run `make setup TORCH=1`, or install torch and "
            "build venloc again: `pip install --no-build-isolation --config-settings "
            "cmake.define.VENLOC_WITH_TORCH=ON .`"
        )
    try:
        return importlib.import_module("venloc._torch")
    except ImportError as error:
        raise ImportError(
            "this part of venloc needs the version of the package torch that it was built with; `pip install "
            f"'venloc[torch]'` installs the default version ({error})"
        ) from error
