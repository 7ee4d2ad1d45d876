# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Are pages of text, screens and blank pictures recognised, and pictures of places never taken for them?

The regression is fitted to one half of the pictures and of what is drawn, and measured on the other, and the other way
round; the one of the library is fitted to both. Kinds that were not used for any fit are measured as well. Run
`make setup` afterwards, because the library's constants are written, and the program again: it compares them.

Writes src/image/content_weights.hpp, docs/results/non-pictures.json and .md.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import RESULTS, ROOT, kept, log, machine, machine_text, markdown_table, require, shared_folder, write_json

from non_pictures.fit import CLASSES, LEAST_THRESHOLD, MARGIN, STATISTICS, WEIGHTS, Fit, fit, write_weights
from non_pictures.sets import DRAWN, Entry, everything

BLANK_UNEVENNESS = 0.006  # as in src/image/content.cpp
LEAST_MARKS = 1.8  # as there
SMALLEST_SIDE = 160  # as there [px], after shrinking
COMPARED = 300  # pictures that the library itself classifies, to compare
SOURCE = ROOT / "src" / "image" / "content_statistics.cpp"
Z = 1.96


def interval(found: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    share, z2 = found / of, Z * Z
    centre = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z / (1 + z2 / of) * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, centre - half), min(1.0, centre + half)


def read(file: Path) -> venloc.Image:
    """A picture, also of the formats that only Pillow reads (1-bit TIFF of scanners)."""
    try:
        return venloc.read_image(file)
    except venloc.ImageError:
        from PIL import Image

        with Image.open(file) as opened:
            return venloc.Image(np.asarray(opened.convert("RGB")))


def measured(entries: Sequence[Entry], cache: Path) -> list[dict[str, Any]]:
    """The statistics of each entry, kept by file and by the source that computes them."""
    version = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]

    def compute(block: Sequence[Entry]) -> list[dict[str, Any]]:
        def one(entry: Entry) -> dict[str, Any]:
            picture = read(entry.file).shrunk_to(640)
            started = time.thread_time()
            statistics = venloc.content_statistics(picture).to_dict()
            seconds = time.thread_time() - started
            return {
                **statistics,
                "blank": venloc.content_of(picture) == "blank",
                "side": min(picture.width, picture.height),
                "seconds": seconds,
            }

        with ThreadPoolExecutor() as pool:
            return list(pool.map(one, block))

    rows: list[dict[str, Any]] = []
    for begin in range(0, len(entries), 200):
        block = entries[begin : begin + 200]
        key = hashlib.sha256("\n".join([version, *(str(e.file) for e in block)]).encode()).hexdigest()[:20]
        rows += kept(cache / "statistics" / f"{key}.json", partial(compute, block))
        log(f"measured {len(rows)} of {len(entries)}")
    return rows


def contents(made: Fit, statistics: np.ndarray, blank: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """What the library would make of each row, as strings, with the shorter side of each picture [px]."""
    names = np.array(CLASSES)[made.contents(statistics)]
    unreadable = (statistics[:, STATISTICS.index("marks")] < LEAST_MARKS) | (sides < SMALLEST_SIDE)
    names = np.where(unreadable, "picture", names)
    return np.where(blank, "blank", names)


def counted(entries: Sequence[Entry], found: np.ndarray) -> list[dict[str, Any]]:
    """One row per set: how many are found to be what."""
    rows = []
    for group in dict.fromkeys(e.group for e in entries):
        chosen = [i for i, e in enumerate(entries) if e.group == group]
        content = entries[chosen[0]].content
        counts = {c: int(sum(found[i] == c for i in chosen)) for c in ("picture", "blank", "text", "screenshot")}
        of = len(chosen)
        other = of - counts["picture"]
        low, high = interval(other, of)
        rows.append(
            {
                "set": group,
                "content": content,
                "of": of,
                **counts,
                "share": other / of,
                "low": low,
                "high": high,
                "false_alarms": [
                    entries[i].file.name for i in chosen if content == "picture" and found[i] != "picture"
                ],
            }
        )
    return rows


def measure(shared: Path, cache: Path, real: Path | None) -> tuple[dict[str, Any], Fit]:
    """All figures, and the regression for the library."""
    facts = machine()
    entries = everything(shared, cache, real)
    rows = measured(entries, cache)
    statistics = np.array([[row[name] for name in STATISTICS] for row in rows])
    blank = np.array([row["blank"] for row in rows])
    sides = np.array([row["side"] for row in rows])
    halves = np.array([e.half for e in entries])
    classes = np.array([-1 if e.content == "blank" else CLASSES.index(e.content) for e in entries])
    crossed = np.empty(len(entries), dtype=object)
    thresholds = []
    for half in (0, 1):
        fitted = (halves == half) & (classes >= 0)
        made = fit(statistics[fitted], classes[fitted])
        thresholds.append(made.threshold)
        held_out = halves == 1 - half
        crossed[held_out] = contents(made, statistics[held_out], blank[held_out], sides[held_out])
        log(f"half {half}: threshold {made.threshold:.2f}")
    chosen = (halves >= 0) & (classes >= 0)
    shipped = fit(statistics[chosen], classes[chosen])
    found = contents(shipped, statistics, blank, sides)
    inside = [i for i, e in enumerate(entries) if e.half >= 0]
    outside = [i for i, e in enumerate(entries) if e.half < 0]
    sample = np.random.default_rng(0).permutation(len(entries))[:COMPARED]
    same = sum(venloc.content_of(read(entries[i].file).shrunk_to(640)) == found[i] for i in sample)
    seconds = np.array([row["seconds"] for row in rows])
    result = {
        "machine": facts,
        "thresholds": [*thresholds, shipped.threshold],
        "held_out": counted([entries[i] for i in inside], crossed[inside]),
        "shipped": counted([entries[i] for i in inside], found[inside]),
        "other_kinds": counted([entries[i] for i in outside], found[outside]),
        "unevenness": unevenness(entries, rows),
        "compared": {"of": len(sample), "same": int(same)},
        "milliseconds": {"median": 1000 * float(np.median(seconds)), "p95": 1000 * float(np.quantile(seconds, 0.95))},
    }
    return result, shipped


def unevenness(entries: Sequence[Entry], rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Where the bound of the rule for blank pictures lies among the pictures."""
    blank = [row["unevenness"] for e, row in zip(entries, rows, strict=True) if e.content == "blank"]
    plain = [
        row["unevenness"]
        for e, row in zip(entries, rows, strict=True)
        if e.content == "picture" and not e.group.startswith(("changed", "drawn"))
    ]
    changed = [row["unevenness"] for e, row in zip(entries, rows, strict=True) if "changed" in e.group]
    return {
        "blank": len(blank),
        "blank_above": sum(value >= BLANK_UNEVENNESS for value in blank),
        "blank_largest": max(blank),
        "pictures_least": min(plain),
        "changed_pictures_least": min(changed),
    }


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    head = ["set", "pictures", "picture", "blank", "text", "screenshot", "share that is none of a place"]

    def table(rows: Sequence[dict[str, Any]]) -> str:
        return markdown_table(
            head,
            [
                [
                    r["set"],
                    r["of"],
                    r["picture"],
                    r["blank"],
                    r["text"],
                    r["screenshot"],
                    f"{r['share']:.3f} ({r['low']:.3f} to {r['high']:.3f})",
                ]
                for r in rows
            ],
        )

    wrong = [f"{name} ({r['set']})" for r in result["held_out"] for name in r["false_alarms"]]
    limits = result["unevenness"]
    library, alarms = result["thresholds"][2], ": " + ", ".join(wrong) if wrong else "; there is none"
    compared, times = result["compared"], result["milliseconds"]
    return f"""<!-- Written by benchmarks/non_pictures; do not edit. -->
# Pictures that show no place

`.venv/bin/python benchmarks/non_pictures --real FOLDER`. `venloc.content_of` decides by {len(STATISTICS)} statistics of the
pixels, their products and a logistic regression whether a picture is a page of text, a screenshot (or chart) or a picture of a
place, and by three bounds whether it is blank. It was fitted to {sum(DRAWN.values()):,} pages, blank pictures, screens, charts,
buildings and skies that programs draw, and to the photos and artworks as they come and changed into fog, night, snow,
photocopies, engravings and so on. Nothing is a page or a screen without marks of the size of letters, or with a shorter side
below {SMALLEST_SIDE} px.
The threshold is {MARGIN:g} logit above the largest of any picture in the fit, and at least {LEAST_THRESHOLD:g}:
{library:.2f} in the library.

## Held out

Fitted to one half and measured on the other, both ways (photos by blocks of 100 ids, artworks by source, the drawn by number;
thresholds {result["thresholds"][0]:.2f} and {result["thresholds"][1]:.2f}). Intervals are Wilson's, of 95 %. For photos and
artworks, everything but "picture" is a false alarm{alarms}. Of the drawn skies some are as
empty as a dark frame, and are taken for one.

{table(result["held_out"])}
## Other kinds, with the constants of the library

None of these was used for the fit: manual pages typeset by mandoc, the PDF documents of an installation, screenshots and charts
of this documentation, and real scans and screenshots (benchmarks/non_pictures/README.md).

{table(result["other_kinds"])}
## The pictures of the fit, with the constants of the library

{table([r for r in result["shipped"] if r["content"] == "picture"])}
The bound of the unevenness of blank pictures is .006. The most even picture in fog, snow or night has
{limits["changed_pictures_least"]:.4f}, and of the pictures as they come {limits["pictures_least"]:.4f};
{limits["blank_above"]} of the {limits["blank"]} blank pictures that were drawn have more, {limits["blank_largest"]:.4f} at most.
The library itself agrees with this program on {compared["same"]} of {compared["of"]} pictures. A picture of 640 px takes
{times["median"]:.1f} ms of a core in the median, {times["p95"]:.1f} ms at the 95th percentile.

Machine: {machine_text(result["machine"])}.
"""


def main() -> None:
    """Writes the library's constants, docs/results/non-pictures.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    parser.add_argument("--real", type=Path, help="folder with the scans and screenshots of real.csv (README.md)")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "non-pictures")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the header that is written")
    arguments = parser.parse_args()
    result, shipped = measure(require(arguments.shared), arguments.cache, arguments.real)
    write_weights(shipped, arguments.weights)
    write_json(arguments.out / "non-pictures.json", result)
    (arguments.out / "non-pictures.md").write_text(page(result))


if __name__ == "__main__":
    main()
