# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluates the default model on the shared pictures: docs/results/artworks.md and .json, and the predictions as CSV."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the benchmarks, whose modules are shared

import venloc
from common import (
    RESULTS,
    SHIPPED_MODEL,
    log,
    machine,
    machine_text,
    require,
    shared_folder,
    write_json,
)

from artworks.evaluate import EXPLANATION
from artworks.labels import find_pictures, read_labels
from artworks.predict import predict
from artworks.predictions import read_predictions, write_predictions
from artworks.scoring import score, tables

# Rows of the table: name, file of predictions, method of predict.py.
ROWS = (
    ("default model, calibrated on these pictures", "default-model", "model"),
    ("default model, detector out of fold", "out-of-fold", "out-of-fold"),
    ("SIFT part of the default model", "sift-part", "sift"),
    ("gallery: mean place", "gallery-mean-place", "constant"),
    ("gallery: densest place", "gallery-densest-place", "densest"),
)
TEXT = """\
The benchmark is described in [benchmarks/artworks](../../benchmarks/artworks/README.md).

- **default model, calibrated on these pictures**: what models/venice.venloc answers. Its detector of artworks was fitted to
  these pictures, though not to their places, and the constants of its artwork scorer were chosen on their labels. This
  row is not comparable with methods that have not seen the pictures.
- **default model, detector out of fold**: the same, with the detector fitted without the pictures of the query's group. The
  detector is all that a model learns from artworks, and fitted to all pictures it reproduces the one in the model. Out of
  fold it takes {flipped} of the pictures for photos. The constants are those chosen on all labels, which flatters this row
  too; by how much was not measured. Whole ensembles that were built with the artworks of the other half of the sources are
  in [experiments/paintings.md](experiments/paintings.md).
- **SIFT part of the default model**: what `venloc locate --fast` answers. Its scorer was fitted on the photos of the gallery;
  nothing in it was fitted to artworks.
- **gallery: mean place** and **gallery: densest place** use neither the picture nor a label. The gallery is {photos} photos of
  places where visitors go, and many of the artworks show the same places: the densest place is a strong baseline.
- **mean place**, **geometric median** and **densest place** do not use the picture either, but the labels of the other groups.

Groups are few, 3 among the old photographs and 4 among the drawings and engravings, so that the intervals of these parts
are coarse.

"""


def main(arguments: Sequence[str] | None = None) -> None:
    """The program."""
    parser = argparse.ArgumentParser(prog="report.py", description=__doc__)
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(arguments)
    started, facts = time.monotonic(), machine()
    artworks = read_labels()
    found = find_pictures(require(options.shared / "data" / "paintings" / "images"), artworks).present
    if len(found) < len(artworks):
        sys.exit(f"{len(artworks) - len(found)} pictures are not there; see evaluate.py --check-pictures")
    folder = options.out / "artworks"
    folder.mkdir(parents=True, exist_ok=True)
    predictions = {}
    for name, stem, method in ROWS:
        log(name)
        locator = venloc.load(options.model, fast=method == "sift")
        answers = predict(locator, artworks, [found[artwork.id] for artwork in artworks], method)
        write_predictions(folder / f"{stem}.csv", answers.items())
        predictions[name] = read_predictions(folder / f"{stem}.csv", artworks)
    results = score(artworks, predictions)
    of_model, out_of_fold = (predictions[name].values for name, _, _ in ROWS[:2])
    flipped = sum(of_model[artwork.id] != out_of_fold[artwork.id] for artwork in artworks)
    text = TEXT.format(flipped=flipped, photos=len(locator.photos))
    seconds = time.monotonic() - started
    page = (
        "<!-- Written by benchmarks/artworks/report.py; do not edit. -->\n# Artworks\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/artworks/report.py`. A row by itself: "
        "`.venv/bin/python benchmarks/artworks/predict.py FOLDER --method METHOD -o predictions.csv`, then "
        "`.venv/bin/python benchmarks/artworks/evaluate.py predictions.csv`; the predictions are in [artworks/](artworks), with "
        f"the methods {', '.join(f'`{method}` ({stem}.csv)' for _, stem, method in ROWS)}.\n\n"
        f"{EXPLANATION}{text}{tables(results)}"
        f"This run took {seconds:.0f} s. Machine: {machine_text(facts)}.\n"
    )
    (options.out / "artworks.md").write_text(page, encoding="utf-8")
    write_json(
        options.out / "artworks.json",
        {"version": venloc.__version__, "machine": facts, "seconds": round(seconds, 1), **results},
    )


if __name__ == "__main__":
    main()
