# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What was learned about locating by networks, one experiment a command; writes docs/results/experiments/NAME.*

    .venv/bin/python benchmarks/experiments backbones
    .venv/bin/python benchmarks/experiments s2-levels
    .venv/bin/python benchmarks/experiments fine-tuning
    .venv/bin/python benchmarks/experiments gallery-size
    .venv/bin/python benchmarks/experiments ensemble
    .venv/bin/python benchmarks/experiments ablation
    .venv/bin/python benchmarks/experiments out-of-area
    .venv/bin/python benchmarks/experiments paintings

Features and records of finished folds are kept in build/experiments, so that an interrupted run is resumed. A change of the
compiled library computes the folds again; features stay.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import venloc
from common import RESULTS, ROOT, log, machine, machine_text, shared_folder, write_json

from experiments import (
    ablation,
    backbones,
    ensemble,
    fine_tuning,
    gallery_size,
    out_of_area,
    paintings,
    s2_levels,
)
from experiments.figures import dots
from experiments.study import Study
from experiments.tables import summary, tables, write_csv

EXPERIMENTS = {
    "backbones": backbones,
    "s2-levels": s2_levels,
    "fine-tuning": fine_tuning,
    "gallery-size": gallery_size,
    "ensemble": ensemble,
    "ablation": ablation,
    "out-of-area": out_of_area,
    "paintings": paintings,
}


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one experiment and writes its results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=list(EXPERIMENTS))
    parser.add_argument(
        "--folds", type=int, help="at most so many splits of each protocol; default: the experiment's own"
    )
    parser.add_argument("--quick", action="store_true", help="one split and a few variants, for tests")
    parser.add_argument("--photos", type=int, default=0, metavar="N", help="only the first N photos, for tests")
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "experiments", help="what is kept between runs")
    parser.add_argument("--out", type=Path, default=RESULTS / "experiments", help="folder for the results")
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    arguments = parser.parse_args(argv)
    name: str = arguments.experiment
    experiment = EXPERIMENTS[name]
    facts = machine()
    study = Study(arguments)
    started = time.monotonic()
    rows, figures, text = experiment.run(study)
    summaries = [summary(row, study.resamples) for row in rows]
    seconds = time.monotonic() - started
    arguments.out.mkdir(parents=True, exist_ok=True)
    figures = {f"{name}_median": dots(summaries, "median_m", "median error [m]"), **figures} if rows else figures
    for file, figure in figures.items():
        figure.savefig(arguments.out / f"{file}.png", dpi=100, metadata={"Software": None})
    write_csv(arguments.out / f"{name}.csv", summaries)
    write_json(
        arguments.out / f"{name}.json",
        {"version": venloc.__version__, "quick": study.quick, "machine": facts, "seconds": seconds, "rows": summaries},
    )
    sizes = Counter(study.groups).values()
    note = " **Quick run: not the real figures.**" if study.quick else ""
    page = (
        f"<!-- Written by benchmarks/experiments; do not edit. -->\n# {experiment.TITLE}\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/experiments {name}`; {len(study.gallery)} photos in "
        f"{len(sizes)} groups.{note}\n{text}{tables(summaries)}\n"
        + "".join(f"![{file.replace('_', ' ')}]({file}.png)\n" for file in figures)
        + f"\nThis run took {seconds / 60:.0f} minutes with what was kept of earlier ones. Machine: {machine_text(facts)}.\n"
    )
    (arguments.out / f"{name}.md").write_text(page)
    log(f"{name}: {seconds:.0f} s")
