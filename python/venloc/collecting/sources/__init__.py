# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sources of geotagged pictures: the interface (base.py), one file for each source, and the list of installed ones."""

from venloc.collecting.sources.base import Fetched, Source, Task
from venloc.collecting.sources.installed import find, find_key, keys_file, names

__all__ = ["Fetched", "Source", "Task", "find", "find_key", "keys_file", "names"]
