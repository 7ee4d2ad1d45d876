#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes golden model files: small models of a drawn city, one per kind, and the answers they gave when they were written.

    python tests/golden/make.py tests/golden/format-1

A folder is made once, by the version that last wrote its format, and is not changed afterwards. tests/python/test_golden.py
opens every folder and compares the answers. Needs a build with LibTorch.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import venloc
from PIL import Image, ImageDraw

PLACES, VIEWS = 8, 3
SIZE = (120, 90)
CITY = {"city": "Drawn", "seed": 1}
SIFT = {"sift": {"max_features": 120}, "index": {"words": 32, "iterations": 2}, "calibration_folds": 3}
HEAD = {"whitening": {"dimension": 8}, "training": {"hidden": 8, "max_epochs": 5}}
NETWORK = {"stage": "fire2", "further_stages": ["fire3"], "long_sides_px": [96, 64], "region_grids": [2]}


def facade(place: int) -> Image.Image:
    """A picture of rectangles that no other place has."""
    rng = random.Random(place)
    picture = Image.new("RGB", SIZE, tuple(rng.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(50):
        x, y = rng.randrange(SIZE[0]), rng.randrange(SIZE[1])
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.rectangle([x, y, x + rng.randrange(4, 30), y + rng.randrange(4, 30)], fill=colour)
    return picture


def view(place: int, number: int) -> Image.Image:
    """The facade from a little elsewhere."""
    dx, dy = number % 3, number // 3
    return facade(place).crop((dx, dy, SIZE[0] - 2 + dx, SIZE[1] - 2 + dy))


def drawing(number: int) -> Image.Image:
    """Gray lines, as an example of an artwork."""
    rng = random.Random(1000 + number)
    picture = Image.new("L", SIZE, 230)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        draw.line([rng.randrange(SIZE[i % 2]) for i in range(4)], fill=rng.randrange(120))
    return picture.convert("RGB")


def gallery(folder: Path) -> venloc.Gallery:
    """The drawn city's photos."""
    labels = []
    for place in range(PLACES):
        for number in range(VIEWS):
            name = f"place{place}_{number}.png"
            view(place, number).save(folder / name)
            labels.append(f"{45.43 + 0.002 * (place // 4) + 1e-5 * number},{12.32 + 0.003 * (place % 4)},{name}")
    (folder / "label.txt").write_text("\n".join(labels) + "\n")
    return venloc.Gallery.from_label_file(folder / "label.txt")


def models(photos: venloc.Gallery, artworks: list[Path]) -> dict[str, Any]:
    """A locator of each kind."""
    network = venloc.Backbone.random("squeezenet1_1", 1, **NETWORK)
    both = {"sift": SIFT, "whitening": {"dimension": 8}, "region_whitening": {"dimension": 8}, **CITY}
    maps = {"projection": {"dimension": 8}, "gallery_long_side_px": 64, "query_long_sides_px": [64, 96]}
    level = [venloc.CellPartitionOptions.fixed_level(17)]
    return {
        "sift": venloc.SiftLocator.build(photos, **SIFT, **CITY),
        "descriptor": venloc.DescriptorLocator.build(photos, network, whitening={"dimension": 8}, **CITY),
        "painting": venloc.PaintingLocator.build(photos, network, **maps, **CITY),
        "ensemble": venloc.EnsembleLocator.build(photos, network, **both),
        "ensemble-artworks": venloc.EnsembleLocator.build(photos, network, artworks=artworks, painting=maps, **both),
        "s2": venloc.S2CellClassifierLocator.build(photos, network, partitions=level, **HEAD, **CITY),
        "regression": venloc.RegressionLocator.build(photos, network, components=4, **HEAD, **CITY),
    }


def facts(answer: venloc.Prediction) -> dict[str, Any]:
    """What an answer must keep, under names of its own: those of the library may change."""
    return {
        "place": [answer.location.lat, answer.location.lng],
        "radii": [answer.radius_50_m, answer.radius_90_m],
        "probabilities": [answer.confidence, answer.in_area],
        "photos": " ".join(candidate.photo_id for candidate in answer.candidates),
    }


def main() -> None:
    """Writes the folder named by the first argument, which must not exist."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True)
    queries = {"photo.png": view(2, 4), "drawing.png": drawing(0), "small.png": view(5, 7).resize((60, 45))}
    for name, picture in queries.items():
        picture.save(out / name, optimize=True)
    answers: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        artworks = []
        for number in range(12):
            artworks.append(Path(folder) / f"drawing{number}.png")
            drawing(number).save(artworks[-1])
        (Path(folder) / "photos").mkdir()
        for name, locator in models(gallery(Path(folder) / "photos"), artworks).items():
            locator.save(out / f"{name}.venloc")
            opened = venloc.load(out / f"{name}.venloc")
            answers[name] = {query: facts(opened.locate(out / query)) for query in queries}
    (out / "answers.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
