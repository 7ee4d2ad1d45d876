# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The file container of venloc: safetensors."""

from venloc._core import FORMAT_VERSION, read_safetensors, write_safetensors

__all__ = ["FORMAT_VERSION", "read_safetensors", "write_safetensors"]
