#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""How long each part of a query takes with the default city: photos, artworks, and the SIFT part alone.

Writes docs/results/query-stages.md. Medians of single queries, one after the other.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import venloc
from common import RESULTS, SHARED_PHOTOS, machine, machine_text, markdown_table, require, shared_folder

PICTURES = 40


def medians(locator: venloc.Locator, files: list[Path]) -> dict[str, float]:
    """The median of each stage and of all of them [s]."""
    pictures = [venloc.read_image(file) for file in files]
    locator.locate(pictures[0])  # what is set up once
    stages: dict[str, list[float]] = {}
    for picture in pictures:
        times = locator.locate(picture).timings
        for time in times:
            stages.setdefault(time.stage, []).append(time.seconds)
        stages.setdefault("all", []).append(sum(time.seconds for time in times))
    # The median of a stage that only some pictures need is over those.
    return {stage: statistics.median(seconds) for stage, seconds in stages.items()}


def main() -> None:
    """Measures and writes the table."""
    data = require(shared_folder()) / "data"
    photos = sorted((data / "venice" / "images").iterdir())[:: SHARED_PHOTOS // PICTURES][:PICTURES]
    artworks = sorted((data / "paintings" / "images").iterdir())[::3][:PICTURES]
    facts = machine()
    whole, fast = venloc.load(), venloc.load(fast=True)
    measured = {
        "photos": medians(whole, photos),
        "artworks": medians(whole, artworks),
        "photos, SIFT part alone": medians(fast, photos),
    }
    stages = [*dict.fromkeys(stage for found in measured.values() for stage in found if stage != "all"), "all"]
    rows = [[name, *(f"{found[s]:.3f}" if s in found else "" for s in stages)] for name, found in measured.items()]
    page = (
        "<!-- Written by benchmarks/query_stages.py; do not edit. -->\n# Time of a query by stage\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/query_stages.py`: medians [s] of {len(photos)} photos and "
        f"{len(artworks)} artworks, decoded before, with the default city. Machine: {machine_text(facts)}.\n\n"
    )
    (RESULTS / "query-stages.md").write_text(page + markdown_table(["", *stages], rows))


if __name__ == "__main__":
    main()
