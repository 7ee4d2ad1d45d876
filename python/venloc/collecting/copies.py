# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a catalogue that are copies of others, of one source or of several."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from venloc.collecting import duplicates
from venloc.collecting.catalogue import Catalogue
from venloc.collecting.running import Progress
from venloc.errors import Error
