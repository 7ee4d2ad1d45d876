# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Accuracy of SiftLocator on the shared Venice photos by all protocols; writes docs/results/evaluation.{json,md}.

    make evaluate
    .venv/bin/python benchmarks/evaluate_protocols --only random,grouped

Records of finished folds are kept in build/eval-cache, so that an interrupted run is resumed. A change of the compiled library
or of the options computes the folds again.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import venloc
from common import RESULTS, ROOT, SIFT_FEATURES, log, machine, machine_text, shared_folder, write_json

from evaluate_protocols.cut import part_cut
from evaluate_protocols.exhaustive import part_exhaustive, part_exhaustive_grouped
from evaluate_protocols.paintings import part_paintings
from evaluate_protocols.splits import part_grouped, part_random
from evaluate_protocols.study import Run


@dataclass(frozen=True)
class Part:
    """A part of the evaluation."""

    title: str
    run: Callable[[Run, Path], tuple[dict, str]]  # values, and a text in Markdown
    plots: tuple[str, ...] = ()
    needs: str = ""  # file of the shared data without which it is left out


def _plots(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{plot}" for plot in ("errors", "calibration", "risk", "map", "published"))


PARTS = {
    "random": Part("Random 10 % splits (published protocol)", part_random, _plots("random")),
    "grouped": Part("Grouped folds", part_grouped, _plots("grouped")),
    "cut": Part("What the limit on the model's size costs", part_cut),
    "exhaustive": Part(
        "Exhaustive matching, the published method",
        part_exhaustive,
        ("exhaustive_published",),
        "venice/seed_sift_results.csv",
    ),
    "exhaustive-grouped": Part("The published method on a grouped fold", part_exhaustive_grouped),
    "paintings": Part(
        "Paintings, old photographs, and pictures from elsewhere", part_paintings, needs="paintings/labels.csv"
    ),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the chosen parts and writes the results; parts that were not chosen stay as they were written before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, of " + ",".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer seeds, folds and queries, for tests")
    parser.add_argument("--photos", type=int, default=0, metavar="N", help="only the first N photos, for tests")
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "eval-cache", help="what finished folds found")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--max-features-total", type=int, help=f"of a model of all photos; default: {SIFT_FEATURES}")
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    arguments = parser.parse_args(argv)
    chosen = arguments.only.split(",")
    unknown = set(chosen) - set(PARTS)
    if unknown:
        parser.error(f"--only: {', '.join(sorted(unknown))} is not one of {', '.join(PARTS)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    facts = machine()
    run = Run(arguments)
    results = arguments.out / "evaluation.json"
    document: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {"parts": {}}
    document["version"] = venloc.__version__
    for name, part in PARTS.items():
        if name not in chosen:
            continue
        if part.needs and not (run.data / part.needs).exists():
            log(f"{name}: left out, {part.needs} is not there")
            continue
        log(f"{name}: begins")
        started = time.monotonic()
        values, text = part.run(run, arguments.out)
        document["parts"][name] = {
            "values": values,
            "markdown": text,
            "photos": len(run.gallery),
            "quick": run.quick,
            "machine": facts,
        }
        # Written after every part: an interruption loses nothing.
        write_json(results, document)
        (arguments.out / "evaluation.md").write_text(page(document, arguments.out))
        log(f"{name}: {time.monotonic() - started:.0f} s")


def page(document: dict[str, Any], folder: Path) -> str:
    """The results as Markdown, with those of the plots that are in the folder."""
    text = (
        "<!-- Written by benchmarks/evaluate_protocols; do not edit. -->\n# Accuracy\n\n"
        f"venloc {document['version']}, made by `make evaluate`, or one part by "
        "`.venv/bin/python benchmarks/evaluate_protocols --only PART`. Errors are great-circle distances; shares are of "
        "queries with an error of at most so many metres. Intervals are 95 %, by bootstrap of groups (same coordinate, same "
        "upload burst or near-duplicate picture).\n"
    )
    for name, part in PARTS.items():
        found = document["parts"].get(name)
        if found is None:
            continue
        note = " **Quick run: not the real figures.**" if found["quick"] else ""
        text += f"\n## {part.title}\n\n`--only {name}`, {found['photos']} photos.{note}\n\n{found['markdown']}"
        images = "\n".join(
            f"![{plot.replace('_', ' ')}]({plot}.png)" for plot in part.plots if (folder / f"{plot}.png").exists()
        )
        text += f"\n{images}\n" if images else ""
    last = next(reversed(document["parts"].values()))
    return text + f"\nMachine: {machine_text(last['machine'])}.\n"
