# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Geotagged pictures of a city from several sources: collecting, merging, downloading and checking them."""

from venloc.collecting.catalogue import Catalogue, Page, Run
from venloc.collecting.network import Network, NetworkOptions
from venloc.collecting.records import BOXES, Query, Record, Size
from venloc.collecting.running import Collected, collect
from venloc.collecting.sources import Fetched, Source, Task

__all__ = [
    "BOXES",
    "Catalogue",
    "Collected",
    "Fetched",
    "Network",
    "NetworkOptions",
    "Page",
    "Query",
    "Record",
    "Run",
    "Size",
    "Source",
    "Task",
    "collect",
]
