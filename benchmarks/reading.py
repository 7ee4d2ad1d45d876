#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Reading pictures: memory and time of large ones beside other programs, and a table of what is read of which format.

    .venv/bin/python benchmarks/reading.py [--quick]

Writes docs/results/reading.{json,md}. Programs that are not installed are left out: ImageMagick, libvips, libheif's, libjxl's,
OpenJPEG's and libtiff's tools, exiftool; and the Python packages pillow-heif and tifffile.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import venloc
from common import RESULTS, ROOT, log, machine, machine_text, markdown_table, write_json
from picture_files import KINDS, expected, outcome

SIDE_PX = 2048  # all are read to this longer side
SIZES = {12: (4000, 3000), 108: (12000, 9000), 200: (16320, 12240), 400: (20000, 20000)}
RUNS = 5
LARGE_RUNS = 3  # from 100 megapixels on, and of ImageMagick, which takes long, one
GOAL_MB = 400

# Each reads a file given as the first argument and prints how long that took, without starting Python and importing.
READERS = {
    "venloc": "import venloc\nread = lambda f: venloc.read_for_describing(f).shrunk_to(SIDE)",
    "Pillow, draft": "import PIL.Image\nPIL.Image.MAX_IMAGE_PIXELS = None\n"
    "def read(f):\n    p = PIL.Image.open(f)\n    p.thumbnail((SIDE, SIDE))\n    p.load()",
}
PROGRAM = """import sys, time
SIDE = {side}
{reader}
start = time.perf_counter()
read(sys.argv[1])
print(time.perf_counter() - start)
"""
# A process counts as its own the peak memory of the one that started it, so a small one stands between.
WATCH = """import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def photo_pixels(width: int, height: int) -> np.ndarray[Any, Any]:
    """A photo, repeated to this size: it has the texture of real pictures."""
    files = sorted((ROOT / "examples" / "pictures").glob("*.jpg"))
    rows = [np.asarray(PIL.Image.open(file).convert("RGB").resize((500, 375))) for file in files]
    tile = np.concatenate(rows, axis=1)
    return np.tile(tile, (-(-height // tile.shape[0]), -(-width // tile.shape[1]), 1))[:height, :width]


def make_large(folder: Path, megapixels: int) -> dict[str, Path]:
    """The files of this size, by kind."""
    import tifffile

    pixels = photo_pixels(*SIZES[megapixels])
    made = {
        kind: folder / f"{megapixels}-{i}.{end}"
        for i, (kind, end) in enumerate(
            {"JPEG": "jpg", "TIFF, one strip": "tif", "TIFF, tiles, deflate": "tif"}.items()
        )
    }
    PIL.Image.MAX_IMAGE_PIXELS = None
    PIL.Image.fromarray(pixels).save(made["JPEG"], quality=88)
    tifffile.imwrite(made["TIFF, one strip"], pixels, photometric="rgb", rowsperstrip=pixels.shape[0])
    tifffile.imwrite(made["TIFF, tiles, deflate"], pixels, photometric="rgb", tile=(256, 256), compression="deflate")
    return made


def commands(kind: str, file: Path, out: Path) -> dict[str, list[str]]:
    """The programs that read this file to the working size."""
    python = [*(["Pillow, draft"] if kind == "JPEG" else []), "venloc"]
    found = {
        name: [sys.executable, "-c", PROGRAM.format(side=SIDE_PX, reader=READERS[name]), str(file)] for name in python
    }
    if shutil.which("vips"):
        found["libvips"] = ["vips", "thumbnail", str(file), f"{out}.v", str(SIDE_PX), "--size", "down"]
    if shutil.which("convert"):
        found["convert -resize"] = ["convert", str(file), "-resize", f"{SIDE_PX}x{SIDE_PX}", f"{out}.ppm"]
    return found


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory [MB] of one run; a program that reports its own time is believed."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", WATCH, *command], check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        return float("nan"), float("nan")
    *printed, elapsed, peak_kb = done.stdout.split()
    return float(printed[0] if printed else elapsed), int(peak_kb) / 1e3


def measure(sizes: list[int], folder: Path) -> list[dict[str, Any]]:
    """A row for each size, kind and program; the programs take turns, so that the machine's load meets all alike."""
    rows = []
    for megapixels in sizes:
        log(f"{megapixels} megapixels")
        for kind, file in make_large(folder, megapixels).items():
            programs = commands(kind, file, folder / "out")
            runs: dict[str, list[tuple[float, float]]] = {name: [] for name in programs}
            for turn in range(LARGE_RUNS if megapixels >= 100 else RUNS):
                for name, command in programs.items():
                    if turn == 0 or megapixels < 100 or "convert" not in name:
                        runs[name].append(run(command))
            for name, measured in runs.items():
                row = {
                    "megapixels": megapixels,
                    "kind": kind,
                    "file_mb": round(file.stat().st_size / 1e6),
                    "reader": name,
                }
                failed = any(math.isnan(seconds) for seconds, _ in measured)
                row["seconds"] = None if failed else round(statistics.median(seconds for seconds, _ in measured), 3)
                row["peak_mb"] = None if failed else round(max(memory for _, memory in measured))
                log(f"{kind}: {name} {row['seconds']} s, {row['peak_mb']} MB")
                rows.append(row)
            file.unlink()
    return rows


def table_of_formats(folder: Path) -> list[dict[str, Any]]:
    """A row for each file that a program made."""
    source = folder / "source.png"
    expected().save(source)
    rows = []
    for kind in KINDS:
        for maker, make in kind.makers.items():
            file = folder / f"{kind.name}-{maker}{kind.ending}".translate(str.maketrans(" ,/", "___"))
            try:
                make(source, file)
            except (OSError, ImportError, subprocess.CalledProcessError, ValueError, KeyError) as error:
                log(f"{kind.name} by {maker}: not made ({type(error).__name__}: {error})")
                continue
            rows.append({"kind": kind.name, "maker": maker, **outcome(file, maker)})
    return rows


def page(results: dict[str, Any]) -> str:
    """The results as Markdown."""
    large = [
        [
            f"{r['megapixels']} MP {r['kind']} ({r['file_mb']} MB)",
            r["reader"],
            r["seconds"] or "fails",
            r["peak_mb"] or "",
        ]
        for r in results["large"]
    ]
    formats = [[r["kind"], r["maker"], r["read"], r["position"], r["orientation"]] for r in results["formats"]]
    ours = [r for r in results["large"] if r["reader"] == "venloc"]
    return (
        "<!-- Written by benchmarks/reading.py; do not edit. -->\n# Reading pictures\n\n"
        f"venloc {results['version']}, `.venv/bin/python benchmarks/reading.py`. Machine: {results['machine']}.\n\n"
        "## Large pictures\n\n"
        f"Decoded for locating and shrunk to {SIDE_PX} px: median time, of venloc and Pillow without starting Python, and "
        "the largest memory of a run, of the whole process. Pillow is compared where it reduces while it decodes (JPEG), "
        f"libvips is `vips thumbnail`. `convert` failed from 200 MP on; the cause was not looked into. "
        f"venloc's largest memory is {max(r['peak_mb'] for r in ours)} MB; the goal was "
        f"{GOAL_MB} MB.\n\n"
        + markdown_table(["picture", "reader", "seconds", "peak [MB]"], large)
        + "\n## Formats\n\nEach file shows the same drawing, was given GPS tags and the orientation 6 by exiftool where that "
        "writes them (HEIC and AVIF: the container's own turn counts, which pillow-heif writes), and is compared with the "
        "drawing turned upright.\n\n"
        + markdown_table(["kind", "made by", "outcome", "position read", "orientation right"], formats)
    )


def main() -> None:
    """Measures and writes the tables."""
    arguments = argparse.ArgumentParser(description="Memory, time and formats of reading pictures.")
    arguments.add_argument("--quick", action="store_true", help="12 and 108 megapixels only; nothing is written")
    arguments.add_argument("--formats-only", action="store_true", help="the table of formats only; keeps the other")
    given = arguments.parse_args()
    facts = machine()
    earlier = RESULTS / "reading.json"
    kept = json.loads(earlier.read_text()) if given.formats_only and earlier.exists() else {}
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        large = kept.get("large") or measure(list(SIZES)[: 2 if given.quick else None], folder)
        results = {
            "version": venloc.__version__,
            "machine": kept.get("machine") or machine_text(facts),
            "large": large,
            "formats": table_of_formats(folder),
        }
    if given.quick:
        print(page(results))
        return
    write_json(RESULTS / "reading.json", results)
    (RESULTS / "reading.md").write_text(page(results))


if __name__ == "__main__":
    main()
