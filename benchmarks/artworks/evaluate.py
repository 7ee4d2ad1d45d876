# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Compares predicted places of artworks with the labels: `python benchmarks/artworks/evaluate.py predictions.csv`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)  # the benchmarks, whose modules are shared

import venloc

from artworks.labels import Artwork, find_pictures, read_labels
from artworks.predictions import read_predictions
from artworks.scoring import score, tables

EXPLANATION = (
    "Errors are to the nearer of viewpoint and subject. The baselines take the labels of the other groups alone. 95 % "
    "intervals by bootstrap of the groups (books and series).\n\n"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """The program; returns its exit code."""
    parser = argparse.ArgumentParser(prog="evaluate.py", description=__doc__)
    parser.add_argument("predictions", nargs="*", type=Path, help="CSV files with id (or file), lat, lng, …")
    parser.add_argument("--json", action="store_true", help="all figures as JSON, not as tables")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to this file, not to stdout")
    parser.add_argument("--resamples", type=int, default=2000, help="bootstrap resamples (default: 2000)")
    parser.add_argument(
        "--check-pictures", type=Path, metavar="DIR", help="which pictures of the benchmark are in this folder"
    )
    options = parser.parse_args(arguments)
    stems = [file.stem for file in options.predictions]
    if bool(options.predictions) == bool(options.check_pictures):
        parser.error("give files of predictions, or --check-pictures and a folder")
    if len(set(stems)) != len(stems):
        parser.error("two files of predictions have the same name; rename one, the rows are named after them")
    artworks = read_labels()
    try:
        if options.check_pictures:
            return check_pictures(options.check_pictures, artworks)
        predictions = {file.stem: read_predictions(file, artworks) for file in options.predictions}
        results = score(artworks, predictions, options.resamples)
    except venloc.Error as error:
        print(f"evaluate.py: {error}", file=sys.stderr)
        return 2
    text = json.dumps(results, indent=1) + "\n" if options.json else EXPLANATION + tables(results)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def check_pictures(folder: Path, artworks: Sequence[Artwork]) -> int:
    """Prints what a folder has of the pictures; 1 when some are missing or different."""
    found = find_pictures(folder, artworks)
    for artwork in artworks:
        address = f"{artwork.path} of https://github.com/{artwork.repository} at commit {artwork.commit}"
        if artwork.id in found.present:
            print(f"present: {artwork.id}: {found.present[artwork.id]}")
        elif artwork.id in found.different:
            print(f"different: {artwork.id}: the SHA-256 of {found.different[artwork.id]} is not that of {address}")
        else:
            print(f"missing: {artwork.id}: {address}")
    print(
        f"{len(found.present)} of {len(artworks)} pictures present, {len(found.different)} different, "
        f"{len(found.missing)} missing; {found.others} other pictures"
    )
    return 0 if len(found.present) == len(artworks) else 1


if __name__ == "__main__":
    sys.exit(main())
