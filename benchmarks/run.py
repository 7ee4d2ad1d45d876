# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""All benchmarks; writes docs/results/benchmarks.{json,md}. `make bench` builds the programs and calls this.

Features and models are kept in build/bench-cache; delete it after a change of how they are made. The building of the city is
always measured without it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import build_city
import index_vs_faiss
import networks
import start_up
import venloc
from common import (
    RESULTS,
    ROOT,
    SHIPPED_MODEL,
    SIFT_FEATURES,
    log,
    machine,
    machine_text,
    markdown_table,
    require,
    shared_folder,
    write_json,
)

PARTS = ("build", "query", "kernels", "faiss", "start_up", "networks")
PROGRAMS = ROOT / "build" / "release" / "benchmarks"
QUICK_PHOTOS = 150


def google_benchmark(program: str, environment: dict[str, str], selection: str = "") -> dict[str, dict[str, float]]:
    """Runs a program of Google Benchmark; its aggregates by name, in seconds."""
    out = Path(environment["VENLOC_BENCH_CACHE"]) / f"{program}.json"
    arguments = [str(require(PROGRAMS / program)), f"--benchmark_out={out}", "--benchmark_out_format=json"]
    if selection:
        arguments.append(f"--benchmark_filter={selection}")
    subprocess.run(arguments, check=True, env=environment, stdout=subprocess.DEVNULL)
    units = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
    found: dict[str, dict[str, float]] = {}
    for row in json.loads(out.read_text())["benchmarks"]:
        if "aggregate_name" not in row or row.get("aggregate_unit", "time") != "time":
            continue
        found.setdefault(short(row["run_name"]), {})[row["aggregate_name"]] = row["real_time"] * units[row["time_unit"]]
    return found


def short(name: str) -> str:
    """The name without what Google Benchmark adds of settings."""
    return "/".join(part for part in name.split("/") if part.split(":")[0] not in SETTINGS)


SETTINGS = ("iterations", "repeats", "real_time", "manual_time", "min_time")


class Run:
    """Settings of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.quick: bool = arguments.quick
        self.cache: Path = ROOT / "build" / "bench-cache" / ("quick" if self.quick else "")
        self.cache.mkdir(parents=True, exist_ok=True)
        self.photos = require(shared_folder() / "data" / "venice")
        self.built = self.cache / "city.venloc"
        self.cap = SIFT_FEATURES
        self.environment = {
            **os.environ,
            "VENLOC_SHARED": str(shared_folder()),
            "VENLOC_BENCH_CACHE": str(self.cache),
            "VENLOC_BENCH_FEATURES": str(self.cap),
        }
        if self.quick:
            self.environment["VENLOC_BENCH_PHOTOS"] = str(QUICK_PHOTOS)
            os.environ["VENLOC_BENCH_PHOTOS"] = str(QUICK_PHOTOS)

    def few_photos(self) -> Path:
        """A label file of the first photos, beside a link to the pictures."""
        folder = self.cache / "photos"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "images").symlink_to(self.photos / "images")
        lines = (self.photos / "label.txt").read_text().splitlines(keepends=True)
        (folder / "label.txt").write_text("".join(lines[:QUICK_PHOTOS]))
        return folder


def part_build(run: Run) -> dict[str, Any]:
    """The whole city from photos."""
    photos = run.few_photos() if run.quick else run.photos
    return build_city.measure(photos, run.built, max_features_total=run.cap)


def part_query(run: Run) -> dict[str, Any]:
    """Stages of a query; exhaustive matching in the same run."""
    times = google_benchmark("bench_query", run.environment)
    return {
        "machine": machine(),
        "photos": QUICK_PHOTOS if run.quick else len(venloc.Gallery.from_folder(run.photos)),
        "seconds": times,
        "exhaustive_to_indexed": {
            threads: times[f"whole_exhaustive/threads:{threads}"]["median"]
            / times[f"whole/threads:{threads}"]["median"]
            for threads in (1, 2)
        },
    }


def part_kernels(run: Run) -> dict[str, Any]:
    """Inner loops."""
    return {"machine": machine(), "seconds": google_benchmark("bench_kernels", run.environment)}


def part_faiss(run: Run) -> dict[str, Any]:
    """Our index against FAISS."""
    os.environ.update({k: v for k, v in run.environment.items() if k.startswith("VENLOC_")})
    return index_vs_faiss.measure(run.cache, quick=run.quick)


def part_start_up(run: Run) -> dict[str, Any]:
    """Whole process."""
    model = SHIPPED_MODEL if SHIPPED_MODEL.exists() else run.built
    if not model.exists():
        raise SystemExit("no model to start with; run the part build first")
    return start_up.measure(model, run.photos / "images" / "0.jpg", runs=11 if run.quick else 21)


def part_networks(run: Run) -> dict[str, Any]:
    """Networks against Python."""
    photos = run.few_photos() if run.quick else run.photos
    return networks.measure(photos, run.cache / "network-features", quick=run.quick)


# --- page -------------------------------------------------------------------------------------------------------------


def goals(parts: dict[str, Any]) -> list[list[str]]:
    """Figures beside their goals."""
    rows = []
    if "query" in parts:
        query = parts["query"]
        seconds = query["seconds"]
        rows += [
            ["query from file to answer, 2 threads, median", ms(seconds["whole/threads:2"]["median"]), "<= 100 ms"],
            ["exhaustive, 2 threads, median", f"{seconds['whole_exhaustive/threads:2']['median']:.1f} s", "<= 30 s"],
            ["exhaustive : indexed, 2 threads", f"{list(query['exhaustive_to_indexed'].values())[-1]:.0f} : 1", "-"],
        ]
    if "build" in parts:
        build = parts["build"]
        rows += [
            ["building SIFT's part of the city from photos", f"{build['seconds']:.0f} s", "<= 300 s"],
            ["peak memory of building", f"{build['peak_memory_mb']:.0f} MB", "-"],
            ["its model", f"{build['model_bytes'] / 1e6:.2f} MB", "<= 36 MB"],
            ["index, bytes per feature", f"{build['index_bytes_per_feature']:.2f}", "<= 16"],
        ]
    if "faiss" in parts:
        for index in dict.fromkeys(row["index"] for row in parts["faiss"]["equal_recall"]):
            for threads in (1, 2):
                ratios = [
                    row["ratio"]
                    for row in parts["faiss"]["equal_recall"]
                    if row["index"] == index and row["threads"] == threads
                ]
                if ratios:
                    name = f"times faster than FAISS IVF-{index} at equal recall, {threads} thread{'s' * (threads > 1)}"
                    rows.append([name, f"{min(ratios):.2f} to {max(ratios):.2f}", ">= 2"])
    if "start_up" in parts:
        start = parts["start_up"]
        rows += [
            ["`venloc locate PICTURE --fast`, whole process, median", ms(start["median_s"]), "<= 600 ms"],
            ["LibTorch loaded by it", "yes" if start["libtorch_loaded"] else "no", "no"],
        ]
    if "networks" in parts:
        speed = parts["networks"]["throughput"]
        for name, what in (("memory", "pictures in memory"), ("files", "picture files")):
            rows.append([f"features of {what} : the same in Python", f"{speed[name]['ratio']:.2f} : 1", ">= 0.95"])
        rows.append(
            [
                "descriptor query : its network's passes alone",
                f"{parts['networks']['query']['ratio']:.2f} : 1",
                "<= 1.1",
            ]
        )
    return rows


def ms(seconds: float) -> str:
    """Milliseconds."""
    return f"{seconds * 1e3:.1f} ms"


def page(document: dict[str, Any]) -> str:
    """The results as Markdown."""
    parts = document["parts"]
    text = (
        "<!-- Written by benchmarks/run.py; do not edit. -->\n# Benchmarks\n\n"
        f"venloc {document['version']}, made by `make bench`; one part again by `.venv/bin/python benchmarks/run.py --only "
        "PART`. Machine of each part below its table; medians.\n\n"
    )
    if document["quick"]:
        text += f"**Quick run on {QUICK_PHOTOS} photos: not the real figures.**\n\n"
    text += markdown_table(["", "measured", "goal"], goals(parts))
    if "query" in parts:
        query = parts["query"]
        text += f"\n## Stages of a query against {query['photos']} photos (`--only query`)\n\n"
        text += markdown_table(
            ["stage", "median", "p90"],
            [[name, ms(t["median"]), ms(t["p90"]) if "p90" in t else "-"] for name, t in query["seconds"].items()],
        )
        text += f"\n{machine_text(query['machine'])}.\n"
    if "build" in parts:
        build = parts["build"]
        text += "\n## Building the city (`--only build`)\n\n" + markdown_table(
            ["", ""],
            [
                ["photos", build["photos"]],
                ["features kept", build["features"]],
                ["wall time", f"{build['seconds']:.0f} s"],
                ["processor time", f"{build['cpu_seconds']:.0f} s"],
                ["peak memory", f"{build['peak_memory_mb']:.0f} MB"],
                ["bytes of the model", build["model_bytes"]],
                ["bytes per feature, index", f"{build['index_bytes_per_feature']:.2f}"],
                ["bytes per feature, whole model", f"{build['model_bytes_per_feature']:.2f}"],
            ],
        )
        text += f"\n{machine_text(build['machine'])}.\n"
    if "faiss" in parts:
        text += faiss_page(parts["faiss"])
    if "kernels" in parts:
        seconds = parts["kernels"]["seconds"]
        rows = []
        for name, time_of in seconds.items():
            kernel = name.split("/")[0]
            portable = seconds.get(f"{kernel}/portable")
            if portable and "median" in time_of:
                rows.append([name, f"{time_of['median'] * 1e6:.2f}", f"{portable['median'] / time_of['median']:.1f}"])
        text += "\n## Inner loops (`--only kernels`)\n\n"
        text += markdown_table(["", "median [µs]", "times faster than portable"], rows)
        text += f"\n{machine_text(parts['kernels']['machine'])}.\n"
    if "start_up" in parts:
        start = parts["start_up"]
        text += f"\n## Start-up (`--only start_up`), {start['runs']} runs\n\n" + markdown_table(
            ["whole process", "median"],
            [
                *([["venloc locate PICTURE", ms(start["median_whole_s"])]] if "median_whole_s" in start else []),
                ["venloc locate PICTURE --fast", ms(start["median_s"])],
                ["venloc locate PICTURE --fast --json", ms(start["median_json_s"])],
                ["Python that does nothing", ms(start["median_python_alone_s"])],
            ],
        )
        text += f"\n{machine_text(start['machine'])}.\n"
    if "networks" in parts:
        text += networks_page(parts["networks"])
    return text


def networks_page(result: dict[str, Any]) -> str:
    """The comparison with Python, and the short numbers."""
    speed, query = result["throughput"], result["query"]
    text = (
        f"\n## Networks against torch {result['torch']} in Python (`--only networks`)\n\n{result['network']}, stages "
        f"{', '.join(result['stages'])}, longer sides {', '.join(map(str, result['long_sides_px']))} px, "
        f"{speed['pictures']} pictures of {speed['pixels']} px, {result['threads']} threads on both sides. The ratio is "
        "against the fastest setting. Largest difference of the descriptors: 1 - cosine = "
        f"{speed['largest_cosine_loss']:.1e}.\n\n"
    )
    text += markdown_table(
        ["", "pictures/s", "processor time a picture"],
        [
            [f"{setting}, {where}", f"{one['pictures_per_second']:.2f}", ms(one["cpu_s"])]
            for where in ("memory", "files")
            for setting, one in speed[where]["settings"].items()
        ],
    )
    text += (
        f"\nOne query of a DescriptorLocator of {query['photos']} photos, picture in memory, median of {query['queries']} "
        "pictures:\n\n"
    )
    text += markdown_table(["", "median"], [[name, ms(taken)] for name, taken in query["seconds"].items()])
    text += "\nWeights of other types, and computing in bfloat16, against float32:\n\n" + markdown_table(
        ["weights", "computed in", "MB", "to open", "a picture", "largest loss of cosine"],
        [
            [
                *(row["weights"], row["computed_in"], f"{row['bytes'] / 1e6:.2f}"),
                *(ms(row["open_s"]), ms(row["picture_s"]), f"{row['largest_cosine_loss']:.1e}"),
            ]
            for row in result["short_numbers"]
        ],
    )
    return text + f"\n{machine_text(result['machine'])}.\n"


def faiss_page(result: dict[str, Any]) -> str:
    """The comparison with FAISS."""
    text = (
        f"\n## Search against FAISS {result['faiss']} (`--only faiss`)\n\n"
        f"{result['query_features']} descriptors of 10 held-out photos, photo by photo, in {result['gallery_features']} "
        f"descriptors of {result['gallery_pictures']} photos, {result['lists']} lists on both sides, codes of 8 bytes. Recall: "
        "the picture of the truly nearest descriptor is among the 10 pictures returned. FAISS returns descriptors; turning "
        "them into pictures is not counted in its time.\n\n"
    )
    text += markdown_table(
        ["", "threads", "recall", "ours [descriptors/s]", "FAISS [descriptors/s]", "times faster"],
        [
            [
                *(f"IVF-{r['index']}", r["threads"], f"{r['recall']:.3f}"),
                *(f"{r[side]:.0f}" for side in ("ours_descriptors_per_second", "faiss_descriptors_per_second")),
                f"{r['ratio']:.2f}",
            ]
            for r in result["equal_recall"]
        ],
    )
    text += "\nBytes per feature:\n\n" + markdown_table(
        ["", "bytes"], [[name, f"{value:.2f}"] for name, value in result["bytes_per_feature"].items()]
    )
    text += (
        "\nOurs holds each feature's place, size and angle (4 bytes) and picture (3 bytes) beside the code; FAISS an id of 8 "
        "bytes and nothing of the geometry.\n\nEvery setting:\n\n"
    )
    text += markdown_table(
        ["", "probes", "descriptors returned", "threads", "recall", "descriptors/s"],
        [
            [
                p["index"],
                p["probes"],
                p["depth"],
                p["threads"],
                f"{p['recall']:.3f}",
                f"{p['descriptors_per_second']:.0f}",
            ]
            for p in result["points"]
        ],
    )
    return text + f"\n{machine_text(result['machine'])}.\n"


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the chosen parts; those not chosen stay as they were written before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, of " + ",".join(PARTS))
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_PHOTOS} photos, few settings; to check that all parts run"
    )
    parser.add_argument(
        "--out", type=Path, help="folder for the results; default docs/results, or with --quick the cache"
    )
    arguments = parser.parse_args(argv)
    chosen = arguments.only.split(",")
    unknown = set(chosen) - set(PARTS)
    if unknown:
        parser.error(f"--only: {', '.join(sorted(unknown))} is not one of {', '.join(PARTS)}")
    run = Run(arguments)
    out: Path = arguments.out or (run.cache if run.quick else RESULTS)
    out.mkdir(parents=True, exist_ok=True)
    results = out / "benchmarks.json"
    document: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {"parts": {}}
    document.update(version=venloc.__version__, quick=run.quick)
    parts: dict[str, Callable[[Run], dict[str, Any]]] = {name: globals()[f"part_{name}"] for name in PARTS}
    for name in PARTS:
        if name in chosen:
            log(f"{name}: begins")
            started = time.monotonic()
            document["parts"][name] = parts[name](run)
            # As it will be read later: keys are texts.
            document = json.loads(json.dumps(document))
            write_json(results, document)
            (out / "benchmarks.md").write_text(page(document), encoding="utf-8")
            log(f"{name}: {time.monotonic() - started:.0f} s")
    print(markdown_table(["", "measured", "goal"], goals(document["parts"])))


if __name__ == "__main__":
    main()
