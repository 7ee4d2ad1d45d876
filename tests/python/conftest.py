# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""A small city drawn by program: places with facades of their own, each seen several times from a little elsewhere."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import pytest
import venloc
from PIL import Image, ImageDraw

SIZE = (320, 240)
PLACES = 12
OPTIONS = {"sift": {"max_features": 400}, "index": {"words": 128, "iterations": 4}, "calibration_folds": 3, "seed": 1}


def scene(seed: int) -> Image.Image:
    """A textured picture that no other seed gives."""
    rng = random.Random(seed)
    picture = Image.new("RGB", SIZE, tuple(rng.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(160):
        x, y = rng.randrange(SIZE[0]), rng.randrange(SIZE[1])
        w, h = rng.randrange(4, 50), rng.randrange(4, 50)
        colour = tuple(rng.randrange(256) for _ in range(3))
        shape = rng.choice((draw.rectangle, draw.ellipse, draw.line))
        shape([x, y, x + w, y + h], fill=colour)
    return picture


def view(picture: Image.Image, seed: int) -> Image.Image:
    """The same scene from a little elsewhere."""
    rng = random.Random(seed)
    a = 1 + rng.uniform(-0.08, 0.08)
    shear = rng.uniform(-0.06, 0.06)
    moved = (a, shear, rng.uniform(-12, 12), -shear, a, rng.uniform(-12, 12), rng.uniform(-1e-4, 1e-4), 0)
    return picture.transform(SIZE, Image.Transform.PERSPECTIVE, moved, Image.Resampling.BICUBIC)


def positioned(lat: float, lng: float) -> Image.Exif:
    """EXIF data with this place."""
    exif = Image.Exif()
    gps = exif.get_ifd(0x8825)
    for tag, value, sides in ((1, lat, "NS"), (3, lng, "EW")):
        gps[tag] = sides[value < 0]
        minutes = abs(value) % 1 * 60
        gps[tag + 1] = (int(abs(value)), int(minutes), minutes % 1 * 60)
    exif[0x8825] = gps
    return exif


@dataclass(frozen=True)
class City:
    """Where the drawn city lies."""

    folder: Path
    labels: Path
    places: list[tuple[float, float]]
    queries: Path  # label file of new views of places 0, 1, 2, …
    query: Path  # a new view of place 0


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("city")
    places = [(45.43 + 0.002 * (i // 4), 12.32 + 0.003 * (i % 4)) for i in range(PLACES)]
    labels, queries = [], []
    for i, (lat, lng) in enumerate(places):
        facade = scene(i)
        for j in range(3):
            name = f"place{i:02}_{j}.jpg"
            view(facade, 100 * i + j).save(folder / name, quality=92)
            # Not the same coordinate: 3 m apart at most.
            labels.append(f"{lat + 1e-5 * j},{lng},{name}")
        view(facade, 100 * i + 50).save(folder / f"query{i:02}.jpg", quality=92)
        queries.append(f"{lat},{lng},query{i:02}.jpg")
    (folder / "label.txt").write_text("\n".join(labels) + "\n")
    (folder / "queries.txt").write_text("\n".join(queries) + "\n")
    return City(folder, folder / "label.txt", places, folder / "queries.txt", folder / "query00.jpg")


@pytest.fixture(scope="session")
def gallery(city: City) -> venloc.Gallery:
    return venloc.Gallery.from_label_file(city.labels)


@pytest.fixture(scope="session")
def locator(gallery: venloc.Gallery) -> venloc.SiftLocator:
    return venloc.SiftLocator.build(gallery, city="Drawn", **OPTIONS)


@pytest.fixture(scope="session")
def model(locator: venloc.SiftLocator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("model") / "drawn.venloc"
    locator.save(file)
    return file


@pytest.fixture
def posterior() -> venloc.Posterior:
    """Two places and a little of everywhere."""
    frame = venloc.LocalFrame(venloc.LatLng(45.434, 12.338))
    components = [
        venloc.PosteriorComponent(mean=venloc.EastNorth(0, 0), sigma_m=30, weight=0.7),
        venloc.PosteriorComponent(mean=venloc.EastNorth(600, 200), sigma_m=50, weight=0.2),
    ]
    return venloc.Posterior(frame, venloc.BoundingBox(45.42, 12.31, 45.45, 12.37), components, 0.08, 0.02)


@pytest.fixture
def prediction(posterior: venloc.Posterior) -> venloc.Prediction:
    candidates = [
        venloc.Candidate(
            photo_id="flickr:1",
            location=venloc.LatLng(45.434, 12.338),
            probability=0.7,
            inliers=40,
            score=3.5,
            url="https://example.org/1",
        ),
        venloc.Candidate(photo_id="<b>2</b>", location=(45.4358, 12.3457), probability=0.2, url="javascript:alert(1)"),
    ]
    return venloc.Prediction(
        location=venloc.LatLng(45.434, 12.338),
        confidence=0.74,
        in_area=0.98,
        radius_50_m=42.0,
        radius_90_m=640.0,
        candidates=candidates,
        posterior=posterior,
    )
