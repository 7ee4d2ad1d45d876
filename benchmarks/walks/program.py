# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Do pictures of one walk inform each other, what is the step between them, and what harm does wrong grouping do?

Ensembles are built on grouped folds in which whole uploads are held out together, and locate the photos that they have not
seen; models and predictions are kept in build/walks, so that an interrupted run is resumed.

Writes docs/results/walks.json, walks.md and walks-*.png.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import RESULTS, ROOT, kept, key_of, log, machine, machine_text, require, shared_folder, write_json

from walks import figures, folds, grid, page, travel

DEVELOPMENT = (0, 1)  # the model and its constants were chosen on these folds; the others were not looked at before
_SEEDS = (1, 2)  # of mixed groups
_MIXED = {"all": 1.0, "half": 0.5}  # share of the pictures of a group that are of other uploads


def measure(gallery: venloc.Gallery, work: Path) -> dict[str, Any]:
    """Everything."""
    facts = machine()
    pairs = travel.Pairs(gallery)
    result: dict[str, Any] = {
        "machine": facts,
        "options": venloc.WalkOptions().to_dict(),
        "distances": travel.by_gap(pairs),
        "fits": {"all photos": travel.fit(pairs)},
    }
    located: list[figures.Located] = []
    wrong: dict[str, list[figures.Located]] = {name: [] for name in _MIXED}
    gains: dict[str, list[float]] = {name: [] for name in grid.MODELS}
    ceiling: list[list[bool]] = []
    key = key_of(result["options"], _MIXED, _SEEDS, repr(list(grid.MODELS)))
    for number in range(folds.FOLDS):
        measured = kept(work / f"measured{number}-{key}.json", functools.partial(_of_fold, number, gallery, work))
        result["fits"][f"without fold {number}"] = measured["fit"]
        located += [figures.Located(*row) for row in measured["located"]]
        for name in _MIXED:
            wrong[name] += [figures.Located(*row) for row in measured["wrong"][name]]
        for name, found in measured["gains"].items():
            gains[name] += found
        ceiling += [] if number in DEVELOPMENT else measured["reachable"]
        log(f"fold {number} is measured")
    untouched = [p for p in located if p.fold not in DEVELOPMENT]
    result["untouched"] = figures.table(untouched)
    result["all_folds"] = figures.table(located)
    result["folds"] = [
        figures.table([p for p in located if p.fold == k])["all with a mate"] for k in range(folds.FOLDS)
    ]
    result["wrong"] = {
        name: figures.table([p for p in some if p.fold not in DEVELOPMENT]) for name, some in wrong.items()
    }
    result["models"] = {
        name: {"pictures": len(g), "gain": float(np.mean(g)), "error": float(np.std(g) / math.sqrt(len(g)))}
        for name, g in gains.items()
    }
    result["ceiling"] = _ceiling(ceiling)
    result["seconds"] = _seconds(folds.read(0, gallery, work))
    return result


def _of_fold(number: int, gallery: venloc.Gallery, work: Path) -> dict[str, Any]:
    fold = folds.read(number, gallery, work)
    wrong = {
        name: [
            dataclasses.astuple(p)
            for seed in _SEEDS
            for p in figures.locate(number, fold, figures.mixed(fold, share, seed), {})
        ]
        for name, share in _MIXED.items()
    }
    gains = {}
    if number in DEVELOPMENT:
        model_grid = grid.Grid(fold)
        gains = {name: model_grid.gains(model) for name, model in grid.MODELS.items()}
    return {
        "fit": travel.fit(travel.Pairs(gallery, {query.number for query in fold.queries})),
        "located": [dataclasses.astuple(p) for p in figures.locate(number, fold, fold.uploads, {})],
        "wrong": wrong,
        "gains": gains,
        "reachable": _reachable(fold),
    }


def _reachable(fold: folds.Fold) -> list[list[bool]]:
    """Of each picture with a mate: whether it is right alone, and whether a mate's place is within 100 m of the truth."""
    out = []
    for upload in fold.uploads:
        for i in upload if len(upload) > 1 else ():
            truth = fold.queries[i].truth
            near = [venloc.distance_m(fold.queries[k].single.location, truth) <= 100 for k in upload if k != i]
            right = venloc.distance_m(fold.queries[i].single.location, truth) <= 100
            out.append([right, any(near)])
    return out


def _ceiling(pictures: Sequence[Sequence[bool]]) -> dict[str, float]:
    right = np.array(pictures)
    return {
        "pictures": len(right),
        "alone": float(right[:, 0].mean()),
        "wrong_with_right_mate": float((~right[:, 0] & right[:, 1]).mean()),
        "right_without_right_mate": float((right[:, 0] & ~right[:, 1]).mean()),
    }


def _seconds(fold: folds.Fold) -> dict[str, float]:
    """Processor time of combining 40 and 400 pictures on one thread, without what is reported of the posteriors."""
    out = {}
    prior = fold.locator.prior()
    for count in (40, 400):
        posteriors = [fold.queries[i].single.posterior for i in range(count)]
        started = time.process_time()
        venloc.combine_walk(posteriors, prior, num_threads=1)
        out[str(count)] = time.process_time() - started
    return out


def main() -> None:
    """Writes docs/results/walks.json, .md and .png."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "walks", help="folder for models and predictions")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    arguments = parser.parse_args()
    gallery = venloc.Gallery.from_folder(require(arguments.photos))
    result = measure(gallery, arguments.work)
    write_json(arguments.out / "walks.json", result)
    page.draw(result, travel.Pairs(gallery), arguments.out)
    text = page.written(result)
    (arguments.out / "walks.md").write_text(f"{text}\nMachine: {machine_text(result['machine'])}.\n")
