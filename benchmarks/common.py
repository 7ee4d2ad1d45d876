# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks and the evaluation share: where data lies, the machine, results kept on disk, tables."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "docs" / "results"
SHIPPED_MODEL = ROOT / "models" / "venice.venloc"
SHARED_PHOTOS = 2148
SIFT_FEATURES = 2_175_000  # of a model of SIFT alone of all shared photos: its file stays below 36 MB
ENSEMBLE_FEATURES = 1_275_000  # SIFT features of an ensemble of all shared photos, so that its file stays below 48 MB


def shared_folder() -> Path:
    """The folder with the shared data: $VENLOC_SHARED, or the one beside the repository."""
    return Path(os.environ.get("VENLOC_SHARED") or ROOT.parent / "shared")


def require(path: Path) -> Path:
    """The path, or the end of the program with a message on what to do."""
    if not path.exists():
        sys.exit(f"{path.name} is not there; set VENLOC_SHARED to the folder with the shared data")
    return path


def ensemble_cap(photos: int) -> int:
    """SIFT features of an ensemble of so many photos: as many a photo as in one of all shared photos."""
    return round(ENSEMBLE_FEATURES * photos / SHARED_PHOTOS)


def log(message: str) -> None:
    """A line of progress on stderr."""
    print(f"[{time.strftime('%H:%M:%S')}] {message}", file=sys.stderr, flush=True)


def reporter(what: str, every_s: float = 10.0) -> Callable[[str, int, int], None]:
    """A progress callback that logs a line every few seconds."""
    last = time.monotonic()

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= every_s:
            last = time.monotonic()
            log(f"{what}: {stage} {done}/{total}")

    return report


def machine() -> dict[str, Any]:
    """Number of cores and model of the processor."""
    model = "unknown"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {"cores": len(os.sched_getaffinity(0)), "cpu": model, "load_before": round(os.getloadavg()[0], 2)}


def machine_text(facts: dict[str, Any]) -> str:
    """One line about the machine."""
    return f"{facts['cores']} cores, {facts['cpu']}; load when started {facts['load_before']}"


@functools.cache  # a program goes on with the library that it has loaded
def library_hash() -> str:
    """Fingerprint of the compiled library that is in use: other code, other results."""
    files = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/libvenloc" in line}
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(Path(file).read_bytes())
    return digest.hexdigest()[:16]


def key_of(*parts: Any) -> str:
    """Name of a result that depends on these parts and on the code."""
    return hashlib.sha256(json.dumps([library_hash(), *parts], sort_keys=True).encode()).hexdigest()[:20]


def kept(file: Path, compute: Callable[[], Any]) -> Any:
    """The value in the JSON file; computed and written when it is not there yet."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        value = compute()
        write_json(file, value)
    return json.loads(file.read_text())


def write_json(file: Path, value: Any) -> None:
    """Writes, so that an interruption leaves the old file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(file.name + ".part")
    temporary.write_text(json.dumps(value, indent=1) + "\n")
    temporary.replace(file)


def read_csv(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV with a header."""
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
