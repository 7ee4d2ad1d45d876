# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a catalogue that are copies of others, of one source or of several."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from venloc.collecting.catalogue import Catalogue
from venloc.collecting.duplicates import Description, DuplicateOptions, describe, find, groups
from venloc.collecting.running import Progress
from venloc.errors import Error

_BATCH = 256  # pictures between two words of progress


def find_copies(
    catalogue: Catalogue, progress: Progress | None = None, options: DuplicateOptions | None = None, threads: int = 0
) -> int:
    """Looks for copies anew; returns how many there are. The largest of the same pictures stands for the others.

    `threads` = 0 stands for all cores; it does not change the result. Pictures that can not be read any more are left out.
    """
    options = options or DuplicateOptions()
    beside = catalogue.file.parent
    good = [p for p in catalogue.pictures() if not p.problem]
    good.sort(key=lambda p: (-p.width * p.height, p.source, p.id))
    keys: list[tuple[str, str]] = []
    described: list[Description] = []

    def one(file: Path) -> Description | None:
        try:
            return describe(file, options)
        except (Error, OSError):
            return None

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for start in range(0, len(good), _BATCH):
            batch = good[start : start + _BATCH]
            for p, description in zip(batch, pool.map(one, [beside / p.file for p in batch]), strict=True):
                if description is not None:
                    keys.append((p.source, p.id))
                    described.append(description)
            if progress is not None:
                progress("describing pictures", start + len(batch), len(good))
    copies = groups(find(described, options, progress), len(described))
    catalogue.put_copies((*keys[copy], *keys[first], likeness) for copy, (first, likeness) in sorted(copies.items()))
    return len(copies)
