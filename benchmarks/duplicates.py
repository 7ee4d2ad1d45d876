#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Are copies of pictures recognised, and only copies? Near-copies are made of shared photos, among all the others.

The constants of venloc.collecting.duplicates were chosen on the photos of seed 0; those that are reported on are others.

Writes docs/results/duplicates.md.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import RESULTS, log, machine, machine_text, markdown_table, require, shared_folder, write_json
from PIL import Image
from venloc.collecting import Catalogue
from venloc.collecting.catalogue import Picture
from venloc.collecting.copies import find_copies
from venloc.collecting.duplicates import Description, candidates, describe, find

ORIGINALS = 200
MANY = 5
SEEDS = (4, 5)  # 0 was for development, and what was missed in 1 to 3 was looked at

Change = Callable[[Image.Image, random.Random], Image.Image]


def recompressed(picture: Image.Image, _draw: random.Random) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=40)
    return Image.open(io.BytesIO(data.getvalue()))


def resized(picture: Image.Image, _draw: random.Random) -> Image.Image:
    return picture.resize((round(picture.width * 0.6), round(picture.height * 0.6)), Image.Resampling.LANCZOS)


def grey(picture: Image.Image, _draw: random.Random) -> Image.Image:
    return picture.convert("L")


def cropped(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Nine tenths of each side, anywhere."""
    width, height = round(0.9 * picture.width), round(0.9 * picture.height)
    x, y = draw.randint(0, picture.width - width), draw.randint(0, picture.height - height)
    return picture.crop((x, y, x + width, y + height))


def one_side(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Without a tenth of the width, or of the height, on one side."""
    box = [0, 0, picture.width, picture.height]
    side = draw.randrange(4)
    length = picture.size[side % 2]
    box[side] = round(0.1 * length) if side < 2 else round(0.9 * length)
    left, top, right, bottom = box
    return picture.crop((left, top, right, bottom))


KINDS: dict[str, tuple[Change, ...]] = {
    "JPEG, quality 40": (recompressed,),
    "resized to 60 %": (resized,),
    "grey": (grey,),
    "cropped by 10 %": (cropped,),
    "cropped on one side": (one_side,),
    "cropped, resized": (cropped, resized),
    "cropped, grey, JPEG": (cropped, grey, recompressed),
    "all": (cropped, resized, grey, recompressed),
}


def copy(file: Path, changes: tuple[Change, ...], seed: int) -> Description:
    draw = random.Random(seed)
    with Image.open(file) as opened:
        picture = opened.convert("RGB")
    for change in changes:
        picture = change(picture, draw)
    return describe(venloc.Image(np.asarray(picture)))


def round_of(seed: int, files: list[Path], known: list[Description], order: np.ndarray) -> dict[str, Any]:
    """Copies of each kind of ORIGINALS photos, among all photos."""
    chosen = order[seed * ORIGINALS : (seed + 1) * ORIGINALS].tolist()
    out: dict[str, Any] = {"seed": seed, "kinds": {}}
    for number, (name, changes) in enumerate(KINDS.items()):
        with ThreadPoolExecutor() as pool:
            copies = list(pool.map(lambda i, c=changes, n=number: copy(files[i], c, 1000 * n + i), chosen))
        started = time.monotonic()
        pairs = find([*known, *copies])
        seconds = time.monotonic() - started
        right, wrong = set(), set()
        for pair in pairs:
            if pair.first < len(known) <= pair.second:
                original = chosen[pair.second - len(known)]
                (right if pair.first == original else wrong).add((pair.first, pair.second))
            elif pair.first >= len(known):
                wrong.add((pair.first, pair.second))
        # A picture that is twice among the photos is the same as the copy twice, rightly.
        twice = {frozenset((p.first, p.second)) for p in pairs if p.second < len(known)}
        wrong = {w for w in wrong if not _is_by_way_of_twice(w, chosen, len(known), twice)}
        out["kinds"][name] = {
            "made": len(chosen),
            "found": len(right),
            "recall": len(right) / len(chosen),
            "wrong": sorted([files[i].name if i < len(known) else "copy" for i in w] for w in wrong),
            "find_s": seconds,
        }
        log(f"seed {seed}, {name}: recall {len(right) / len(chosen):.3f}, wrong {len(wrong)}, {seconds:.0f} s")
    return out


def _is_by_way_of_twice(pair: tuple[int, int], chosen: list[int], known: int, twice: set[frozenset[int]]) -> bool:
    originals = [chosen[i - known] if i >= known else i for i in pair]
    return frozenset(originals) in twice


def many(folder: Path) -> dict[str, Any]:
    """Time and memory of looking for copies in a catalogue of MANY times the photos: mirrored and turned, they are others."""
    turns = [None, *(Image.Transpose(i) for i in range(MANY - 1))]
    with tempfile.TemporaryDirectory() as name:
        pictures = []
        for file in sorted(folder.iterdir()):
            with Image.open(file) as opened:
                for number, turn in enumerate(turns):
                    picture = opened if turn is None else opened.transpose(turn)
                    target = Path(name, f"{file.stem}-{number}.jpg")
                    picture.save(target, quality=90)
                    pictures.append((target, picture.width, picture.height))
        with multiprocessing.get_context("spawn").Pool(1) as process:
            return process.apply(_in_a_catalogue, (Path(name), pictures))


def _in_a_catalogue(folder: Path, pictures: list[tuple[Path, int, int]]) -> dict[str, Any]:
    def row(file: Path, width: int, height: int) -> Picture:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        return Picture("shared", file.stem, file=file.name, digest=digest, width=width, height=height)

    rows = [row(*picture) for picture in pictures]
    out: dict[str, Any] = {"pictures": len(rows), "steps": []}
    with Catalogue(folder / "catalogue.db") as catalogue:
        for step, until in (("all but ten", len(rows) - 10), ("the ten as well", len(rows)), ("once more", len(rows))):
            catalogue.put_pictures(rows[:until])
            started = time.monotonic()
            copies = find_copies(catalogue)
            out["steps"].append({"step": step, "seconds": time.monotonic() - started, "copies": copies})
            log(f"{step}: {out['steps'][-1]}")
    out["cache_mb"] = (folder / "catalogue.db.cache").stat().st_size / 1e6
    out["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return out


def measure(folder: Path) -> dict[str, Any]:
    """Everything."""
    facts = machine()
    files = sorted(folder.iterdir(), key=lambda file: int(file.stem))
    order = np.random.default_rng(0).permutation(len(files))
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        known = list(pool.map(describe, files))
    describe_s = (time.monotonic() - started) / len(files)
    started = time.monotonic()
    pairs = candidates(known)
    candidates_s = time.monotonic() - started
    among = [
        {"pair": [files[p.first].name, files[p.second].name], "likeness": round(p.likeness, 3)} for p in find(known)
    ]
    return {
        "machine": facts,
        "photos": len(files),
        "describe_s": describe_s,
        "candidates": len(pairs),
        "candidates_s": candidates_s,
        "rounds": [round_of(seed, files, known, order) for seed in SEEDS],
        "among_the_photos": among,
        "many": many(folder),
    }


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    rows = []
    made = found = wrong = 0
    for name in KINDS:
        kinds = [one["kinds"][name] for one in result["rounds"]]
        m, f, w = (sum(k["made"] for k in kinds), sum(k["found"] for k in kinds), sum(len(k["wrong"]) for k in kinds))
        made, found, wrong = made + m, found + f, wrong + w
        rows.append([name, m, f, f"{f / m:.3f}", w, f"{f / max(1, f + w):.3f}"])
    rows.append(["all kinds", made, found, f"{found / made:.3f}", wrong, f"{found / max(1, found + wrong):.3f}"])
    same = result["among_the_photos"]
    seconds = np.median([k["find_s"] for one in result["rounds"] for k in one["kinds"].values()])
    text = (
        "<!-- Written by benchmarks/duplicates.py; do not edit. -->\n# Copies of pictures\n\n"
        f"`.venv/bin/python benchmarks/duplicates.py`; near-copies of {ORIGINALS} of the {result['photos']} shared photos at a "
        f"time, {len(result['rounds'])} times others, sought among all photos and one another. The constants were chosen on "
        "photos that are not among these. Wrong are pairs of a copy with another picture than its own, or with a copy of "
        "another.\n\n"
    )
    text += markdown_table(["copies", "made", "found", "recall", "wrong", "precision"], rows)
    text += (
        f"\nDescribing a picture takes {1000 * result['describe_s']:.0f} ms on this machine. {result['candidates']:,} of the "
        f"{result['photos'] * (result['photos'] - 1) // 2:,} pairs are looked at; choosing them takes "
        f"{result['candidates_s']:.1f} s, "
        f"choosing and comparing among {result['photos'] + ORIGINALS} pictures {seconds:.0f} s.\n\n"
        f"## Among the photos themselves\n\n{len(same)} pairs of the photos as they come are found to be the same picture (each of "
        "the sixteen of the shared photos was looked at, and is):\n\n"
    )
    text += markdown_table(
        ["photos", "likeness"], [[" and ".join(entry["pair"]), f"{entry['likeness']:.3f}"] for entry in same]
    )
    big = result["many"]
    text += (
        f"\n## Many pictures\n\n{big['pictures']:,} pictures, the photos as they come and turned or mirrored in {MANY - 1} "
        f"ways, in a catalogue, which keeps what it has found out: {big['cache_mb']:.0f} MB beside it, {big['memory_mb']:.0f} MB "
        "of memory at most.\n\n"
    )
    text += markdown_table(
        ["step", "seconds", "a thousand pictures [s]", "copies"],
        [
            [s["step"], f"{s['seconds']:.1f}", f"{1000 * s['seconds'] / big['pictures']:.1f}", s["copies"]]
            for s in big["steps"]
        ],
    )
    return text + f"\nMachine: {machine_text(result['machine'])}.\n"


def main() -> None:
    """Writes docs/results/duplicates.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice" / "images")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    arguments = parser.parse_args()
    result = measure(require(arguments.photos))
    write_json(arguments.out / "duplicates.json", result)
    (arguments.out / "duplicates.md").write_text(page(result))


if __name__ == "__main__":
    main()
