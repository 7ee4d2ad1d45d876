# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What `venloc build` makes of small cities: the method it chooses, its cross-validated figures beside the baselines, and
`in_area` of pictures of other places. Some cities are drawn by program, and some are parts of the shared photos.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import (
    RESULTS,
    ROOT,
    kept,
    key_of,
    log,
    machine,
    machine_text,
    markdown_table,
    require,
    shared_folder,
    write_json,
)
from drawn_city import draw_city, draw_foreign
from start_up import command

SIZES = (36, 300, 2000)
FOREIGN = 34  # drawn pictures of other places, as many as there are photos of other cities


def cut(photos: Path, folder: Path, size: int) -> None:
    """A gallery of so many of the shared photos: a label file that names them."""
    gallery = venloc.Gallery.from_folder(photos)
    chosen = np.sort(np.random.default_rng(0).permutation(len(gallery))[:size])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "labels.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "id", "lat", "lng"])
        for i in chosen:
            photo = gallery[int(i)]
            table.writerow([photo.file, photo.id, photo.location.lat, photo.location.lng])


def city_figures(folder: Path, foreign: list[Path], method: str) -> dict[str, Any]:
    """What is built of the gallery in the folder."""
    model = folder / f"{method}.venloc"
    arguments = [*command(), "build", str(folder), "-o", str(model), "--json", "-q", "--method", method]
    built = json.loads(subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True).stdout)
    log(f"{folder.name}, {method}: {built['method']}, {built['seconds']:.0f} s")
    locator = venloc.load(model)
    inside = [answer.in_area for answer in locator.locate(foreign)]
    return {
        **{name: built.get(name) for name in ("method", "photos", "calibrated", "seconds", "evaluation")},
        "foreign": {"pictures": len(inside), "quantiles": np.quantile(inside, [0.1, 0.5, 0.9]).tolist()},
    }


def measure(shared: Path, cache: Path, sizes: list[int], methods: list[str]) -> dict[str, Any]:
    """All cities, with each of the methods."""
    facts = machine()
    folder = cache / "small-cities"
    foreign = {
        "drawn": draw_foreign(folder / "foreign", FOREIGN),
        "cut": sorted(require(shared / "data" / "out_of_area" / "images").glob("*.*")),
    }
    cities: dict[str, Any] = {}
    for size in sizes:
        for kind in foreign:
            gallery = folder / f"{kind}{size}"
            if not (gallery / "labels.csv").exists():
                if kind == "drawn":
                    draw_city(gallery, size)
                else:
                    cut(require(shared / "data" / "venice"), gallery, size)
            for method in methods:

                def compute(gallery: Path = gallery, kind: str = kind, method: str = method) -> dict[str, Any]:
                    return city_figures(gallery, foreign[kind], method)

                file = folder / f"{key_of('small cities', kind, size, method)}.json"
                cities[f"{kind}, {size} photos, {method}"] = kept(file, compute)
    return {"machine": facts, "cities": cities}


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    rows = []
    for name, city in result["cities"].items():
        low, median, high = city["foreign"]["quantiles"]
        foreign = f"{median:.2f} ({low:.2f} to {high:.2f})"
        for metrics in (city["evaluation"] or {}).get("metrics", []):
            thresholds = dict(zip(metrics["thresholds_m"], metrics["within"], strict=True))
            first = metrics["name"] == city["method"]
            rows.append(
                [
                    name if first else "",
                    metrics["name"],
                    ("yes" if city["calibrated"] else "no") if first else "",
                    figure(metrics["median_m"], 0),
                    figure(thresholds[25], 2),
                    figure(thresholds[100], 2),
                    foreign if first else "",
                ]
            )
    text = (
        "<!-- Written by benchmarks/small_cities.py; do not edit. -->\n# Small cities\n\n"
        "`.venv/bin/python benchmarks/small_cities.py`; models made by `venloc build` of drawn cities and of parts of the "
        "shared photos, with the cross-validation that it prints (95 % intervals). The last column is `in_area` of "
        f"{FOREIGN} pictures of other places, drawn houses or photos of other cities: median, and 10 % and 90 % quantiles.\n\n"
    )
    head = ["city, method", "row", "calibrated", "median error [m]", "within 25 m", "within 100 m", "foreign in_area"]
    return text + markdown_table(head, rows) + f"\nMachine: {machine_text(result['machine'])}.\n"


def figure(estimate: dict[str, float], digits: int) -> str:
    """Value and interval."""
    return f"{estimate['value']:.{digits}f} ({estimate['low']:.{digits}f}–{estimate['high']:.{digits}f})"


def main() -> None:
    """Writes docs/results/small-cities.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "experiments", help="what is kept between runs")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of photos")
    parser.add_argument("--methods", nargs="+", default=["auto", "sift"])
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    arguments = parser.parse_args()
    result = measure(arguments.shared, arguments.cache, arguments.sizes, arguments.methods)
    write_json(arguments.out / "small-cities.json", result)
    (arguments.out / "small-cities.md").write_text(page(result))


if __name__ == "__main__":
    main()
