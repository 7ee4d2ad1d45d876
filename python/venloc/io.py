# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The file container of venloc: safetensors."""

from venloc import _core
from venloc._core import read_safetensors, write_safetensors

__all__ = ["FORMAT_VERSION", "read_safetensors", "write_safetensors"]

FORMAT_VERSION: int = _core.FORMAT_VERSION
"""Version of the format of the model files that this package writes."""
