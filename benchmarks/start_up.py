# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Whole process of `venloc locate PICTURE`, with and without --fast: median times, and whether LibTorch was loaded by --fast."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from common import SHIPPED_MODEL, machine, require, shared_folder

# The command itself, followed by a report of what was mapped into its process.
INSIDE = """
import sys
from venloc.cli import main
sys.argv = ["venloc", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    code = end.code
maps = open("/proc/self/maps").read()
heavy = sorted(name for name in ("torch", "libtorch", "matplotlib", "cv2") if name in sys.modules or f"/{name}" in maps)
print("loaded:", *heavy, file=sys.stderr)
sys.exit(code)
"""


def command() -> list[str]:
    """The installed command, or the package run as a program."""
    script = Path(sys.executable).with_name("venloc")
    return [str(script)] if script.exists() else [sys.executable, "-m", "venloc"]


def measure(model: Path, picture: Path, *, runs: int = 21) -> dict[str, Any]:
    """Times of the whole process, from start to end."""
    locate = ["locate", str(picture), "--model", str(model)]

    def run(arguments: list[str]) -> float:
        started = time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started

    run([*command(), *locate])  # brings the files into the system's cache
    times: dict[str, list[float]] = {"whole": [], "fast": [], "json": [], "python": []}
    for _ in range(runs):
        times["whole"].append(run([*command(), *locate]))
        times["fast"].append(run([*command(), *locate, "--fast"]))
        times["json"].append(run([*command(), *locate, "--fast", "--json"]))
        times["python"].append(run([sys.executable, "-c", "pass"]))
    inside = subprocess.run(
        [sys.executable, "-c", INSIDE, *locate, "--fast"],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    loaded = next(line for line in inside.stderr.splitlines() if line.startswith("loaded:")).split()[1:]
    return {
        "machine": machine(),
        "runs": runs,
        "median_whole_s": statistics.median(times["whole"]),
        "median_s": statistics.median(times["fast"]),
        "median_json_s": statistics.median(times["json"]),
        "median_python_alone_s": statistics.median(times["python"]),
        "longest_s": max(times["fast"]),
        "libtorch_loaded": any("torch" in name for name in loaded),
        "heavy_modules_loaded": loaded,
    }


def main() -> None:
    """Prints the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL)
    parser.add_argument("--picture", type=Path, default=shared_folder() / "data" / "venice" / "images" / "0.jpg")
    parser.add_argument("--runs", type=int, default=21)
    arguments = parser.parse_args()
    print(json.dumps(measure(require(arguments.model), require(arguments.picture), runs=arguments.runs), indent=1))


if __name__ == "__main__":
    main()
