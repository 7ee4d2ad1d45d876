# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Building the whole city from photos, nothing kept beforehand: time, peak memory, size of the model."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from common import SIFT_FEATURES, machine, require, shared_folder
from start_up import command
from venloc.io import read_safetensors

# The arrays that hold the features; the others are the vocabulary, the photos and the calibration.
LISTS = ("index.codes", "index.pictures", "index.geometry", "index.begin")


def measure(photos: Path, model: Path, *, max_features_total: int) -> dict[str, Any]:
    """Runs `venloc build` and measures the model it wrote."""
    arguments = [*command(), "build", str(photos), "-o", str(model), "--method", "sift", "--no-evaluation"]
    arguments += ["--city", "Venice"]
    arguments += ["--set", f"max_features_total={max_features_total}"]
    started = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"venloc build failed with exit code {process.returncode}")
    info = json.loads(
        subprocess.run(
            [*command(), "model", "info", str(model), "--json"], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
    )
    arrays, _ = read_safetensors(model)
    return {
        "machine": machine(),
        "photos": info["photos"],
        "features": info["features"],
        "max_features_total": max_features_total,
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_memory_mb": usage.ru_maxrss / 1024,
        "model_bytes": model.stat().st_size,
        "index_bytes_per_feature": sum(arrays[name].nbytes for name in LISTS) / info["features"],
        "model_bytes_per_feature": model.stat().st_size / info["features"],
    }


def main() -> None:
    """Prints the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice")
    parser.add_argument("--max-features-total", type=int, help=f"default: {SIFT_FEATURES}")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the model here")
    arguments = parser.parse_args()
    cap = SIFT_FEATURES if arguments.max_features_total is None else arguments.max_features_total
    with tempfile.TemporaryDirectory() as folder:
        model = arguments.keep or Path(folder) / "city.venloc"
        print(json.dumps(measure(require(arguments.photos), model, max_features_total=cap), indent=1))


if __name__ == "__main__":
    main()
