# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Search in our index against FAISS IVF-PQ over the same RootSIFT descriptors, at equal recall.

Queries are the descriptors of 10 held-out photos, photo by photo. Recall is the share of (sampled) query descriptors whose
truly nearest gallery descriptor's picture (brute force) is among the pictures returned: ours returns the 10 nearest pictures;
FAISS returns descriptors, of which the first 10 different pictures count, found among the nearest K. Turning them into pictures
is not counted in FAISS's time; ours is. For FAISS the best of several K counts at every recall. Both sides run one after the
other in the same run, interleaved, and medians are compared.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from common import ROOT, key_of, log, machine
from venloc.io import read_safetensors, write_safetensors

PICTURES = 10
DEPTHS = (10, 20)
PROBES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
SAMPLE = 5000
PROGRAM = ROOT / "build" / "release" / "benchmarks" / "bench_nearest"


class Ours:
    """The program that searches in our index, kept running."""

    def __init__(self, data: Path) -> None:
        self.out = data.with_name("found.safetensors")
        self.process = subprocess.Popen(
            [PROGRAM, "serve", data], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        line = self._line()
        names = ("features", "words", "list_bytes", "vocabulary_bytes", "training_features")
        self.facts = dict(zip(names, map(int, line.split()), strict=True))

    def _line(self) -> str:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            sys.exit(f"{PROGRAM.name} ended early; its message is above")
        return line

    def search(self, probes: int, threads: int, *, answers: bool) -> tuple[float, np.ndarray | None]:
        """Seconds for all queries, and on request the pictures of each query descriptor."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{probes} {threads} {PICTURES} {self.out if answers else '-'}\n")
        self.process.stdin.flush()
        seconds = float(self._line())
        return seconds, np.array(read_safetensors(self.out)[0]["pictures"]) if answers else None

    def close(self) -> None:
        """Ends the program."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()


class Theirs:
    """A FAISS index of the same descriptors."""

    def __init__(self, name: str, data: dict[str, np.ndarray], words: int, training: int, cache: Path) -> None:
        self.name = name
        ends = data["gallery.ends"]
        self.picture_of = np.searchsorted(ends, np.arange(ends[-1]), side="right").astype(np.int32)
        queries = data["queries.descriptors"].astype(np.float32)
        self.photos = np.split(queries, data["queries.ends"][:-1])
        if cache.exists():
            self.index = faiss.read_index(str(cache))
        else:
            log(f"FAISS {name}: training")
            gallery = data["gallery.descriptors"]
            random = np.random.default_rng(0)
            chosen = np.sort(random.choice(len(gallery), min(training, len(gallery)), replace=False))
            self.index = faiss.index_factory(128, f"IVF{words},{name}")
            self.index.train(gallery[chosen].astype(np.float32))
            for start in range(0, len(gallery), 200_000):
                self.index.add(gallery[start : start + 200_000].astype(np.float32))
            faiss.write_index(self.index, str(cache))
        self.bytes = len(faiss.serialize_index(self.index))

    def search(self, probes: int, depth: int, threads: int) -> tuple[float, np.ndarray]:
        """Seconds for all queries, and the nearest descriptors of each query descriptor."""
        faiss.omp_set_num_threads(threads)
        self.index.nprobe = probes
        started = time.perf_counter()
        found = [self.index.search(photo, depth)[1] for photo in self.photos]
        return time.perf_counter() - started, np.concatenate(found)


def first_pictures(descriptors: np.ndarray, picture_of: np.ndarray) -> np.ndarray:
    """The first PICTURES different pictures of each row of descriptors, -1 where there are fewer."""
    out = np.full((len(descriptors), PICTURES), -1, np.int32)
    for row, target in zip(descriptors, out, strict=True):
        different = list(dict.fromkeys(picture_of[row[row >= 0]].tolist()))[:PICTURES]
        target[: len(different)] = different
    return out


def true_pictures(data: dict[str, np.ndarray], sample: np.ndarray, file: Path) -> np.ndarray:
    """The picture of the truly nearest descriptor (exact: integers below 2**24 in single precision), kept on disk."""
    if not file.exists():
        log(f"exact nearest neighbours of {len(sample)} descriptors")
        queries = data["queries.descriptors"][sample].astype(np.float32)
        gallery = data["gallery.descriptors"]
        best = np.full(len(queries), np.inf, np.float32)
        nearest = np.zeros(len(queries), np.int64)
        for start in range(0, len(gallery), 100_000):
            distance, position = faiss.knn(queries, gallery[start : start + 100_000].astype(np.float32), 1)
            better = distance[:, 0] < best
            best[better] = distance[better, 0]
            nearest[better] = position[better, 0] + start
        write_safetensors(file, {"nearest": nearest})
    nearest = read_safetensors(file)[0]["nearest"]
    return np.searchsorted(data["gallery.ends"], nearest, side="right").astype(np.int32)


def envelope(points: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """(recall, seconds) of the settings that no other beats in both, by recall."""
    out: list[tuple[float, float]] = []
    for recall, seconds in sorted(((p["recall"], p["seconds"]) for p in points), reverse=True):
        if not out or seconds < out[-1][1]:
            out.append((recall, seconds))
    return out[::-1]


def seconds_at(points: list[dict[str, Any]], recall: float) -> float | None:
    """Time at a recall, by interpolating the logarithm; None outside the measured range."""
    curve = envelope(points)
    recalls = [r for r, _ in curve]
    if not recalls[0] <= recall <= recalls[-1]:
        return None
    return float(np.exp(np.interp(recall, recalls, np.log([s for _, s in curve]))))


def measure(cache: Path, *, quick: bool = False) -> dict[str, Any]:
    """Everything: recall and time of every setting of both sides, ratios at equal recall."""
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / "nearest.safetensors"
    if not file.exists():
        log("descriptors of the gallery and the held-out photos")
        subprocess.run([PROGRAM, "prepare", file], check=True)
    data = read_safetensors(file)[0]
    identity = [data["gallery.ends"].tolist(), data["queries.ends"].tolist()]
    ours = Ours(file)
    facts = ours.facts
    queries = int(data["queries.ends"][-1])
    sample = np.sort(np.random.default_rng(1).choice(queries, min(SAMPLE, queries), replace=False))
    truth = true_pictures(data, sample, cache / f"exact-{key_of(identity)}.safetensors")
    kinds = {"PQ16x4": "PQ16x4", "PQ8x8": "PQ8x8", "PQ16x4fs": "PQ16x4fs (4-bit fast scan)"}
    theirs = [
        Theirs(kind, data, facts["words"], facts["training_features"], cache / f"faiss-{kind}-{key_of(identity)}.index")
        for kind in kinds
    ]
    probes = PROBES[:6:2] if quick else PROBES
    repetitions = 3

    def recall(pictures: np.ndarray) -> float:
        return float((pictures[sample] == truth[:, None]).any(axis=1).mean())

    log("recall of every setting")
    recalls: dict[tuple, float] = {}
    for p in probes:
        _, pictures = ours.search(p, 1, answers=True)
        assert pictures is not None
        recalls["ours", p, PICTURES] = recall(pictures)
        for index in theirs:
            for depth in DEPTHS:
                found = index.search(p, depth, 2)[1]
                pictures = np.full((queries, PICTURES), -1, np.int32)
                pictures[sample] = first_pictures(found[sample], index.picture_of)
                recalls[index.name, p, depth] = recall(pictures)

    times: dict[tuple, list[float]] = {}
    for repetition in range(repetitions):
        log(f"times, repetition {repetition + 1} of {repetitions}")
        for threads in (1, 2):
            for p in probes:
                times.setdefault(("ours", p, PICTURES, threads), []).append(ours.search(p, threads, answers=False)[0])
                for index in theirs:
                    for depth in DEPTHS:
                        seconds = index.search(p, depth, threads)[0]
                        times.setdefault((index.name, p, depth, threads), []).append(seconds)
    ours.close()

    points = [
        {
            "index": name,
            "probes": p,
            "depth": depth,
            "threads": threads,
            "recall": recalls[name, p, depth],
            "seconds": float(np.median(values)),
            "descriptors_per_second": queries / float(np.median(values)),
        }
        for (name, p, depth, threads), values in times.items()
    ]

    def of(name: str, threads: int) -> list[dict[str, Any]]:
        return [p for p in points if p["index"] == name and p["threads"] == threads]

    features = facts["features"]
    ratios = []
    for index in theirs:
        for threads in (1, 2):
            mine, other = of("ours", threads), of(index.name, threads)
            low = max(min(p["recall"] for p in side) for side in (mine, other))
            high = min(max(p["recall"] for p in side) for side in (mine, other))
            for target in np.arange(np.ceil(low * 40) / 40, high + 1e-9, 0.025):
                a, b = seconds_at(mine, float(target)), seconds_at(other, float(target))
                if a is not None and b is not None:
                    ratios.append(
                        {
                            "index": index.name,
                            "threads": threads,
                            "recall": round(float(target), 4),
                            "ours_descriptors_per_second": queries / a,
                            "faiss_descriptors_per_second": queries / b,
                            "ratio": b / a,
                        }
                    )
    return {
        "machine": machine(),
        "faiss": faiss.__version__,
        "gallery_features": features,
        "gallery_pictures": len(data["gallery.ends"]),
        "query_features": queries,
        "lists": facts["words"],
        "bytes_per_feature": {
            # Ours holds the place, size and angle of each feature as well; FAISS an id of 8 bytes.
            "ours": facts["list_bytes"] / features,
            "ours with vocabulary": (facts["list_bytes"] + facts["vocabulary_bytes"]) / features,
            **{f"FAISS {kinds[i.name]}, whole": i.bytes / features for i in theirs},
            "code alone, all of them": 8.0,
        },
        "points": points,
        "equal_recall": ratios,
    }


def main() -> None:
    """Prints the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "bench-cache")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.cache, quick=arguments.quick), indent=1))


if __name__ == "__main__":
    main()
