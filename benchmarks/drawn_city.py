# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Cities drawn by program: each house has a facade of its own with repeated windows, seen several times from nearby."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import venloc
from PIL import Image, ImageDraw

SIZE = (640, 480)
ORIGIN = venloc.LatLng(45.0012, 8.0012)
HOUSE_SPACING_M = 60.0
VIEW_SPACING_M = 4.0
VIEWS = 3  # of each house
_DRAWN = (900, 680)  # the facade, of which a view shows a part
_MARGIN = 40
_ORNAMENTS = 260


def facade(house: int) -> Image.Image:
    """The facade of a house: rows of equal windows, and ornaments that no other house has."""
    rng = random.Random(f"facade {house}")
    width, height = _DRAWN
    wall = tuple(rng.randrange(90, 220) for _ in range(3))
    picture = Image.new("RGB", _DRAWN, (170, 195, 225))
    draw = ImageDraw.Draw(picture)
    top = rng.randrange(60, 140)
    draw.rectangle((_MARGIN, top, width - _MARGIN, height - 60), fill=wall)
    columns, rows = rng.randrange(4, 9), rng.randrange(3, 7)
    wide, high = (width - 2 * _MARGIN) / columns, (height - 60 - top) / rows
    glass = tuple(rng.randrange(10, 120) for _ in range(3))
    inset_x, inset_y = wide * rng.uniform(0.15, 0.3), high * rng.uniform(0.12, 0.3)
    for column in range(columns):
        for row in range(rows):
            left, upper = _MARGIN + column * wide + inset_x, top + row * high + inset_y
            right, lower = left + wide - 2 * inset_x, upper + high - 2 * inset_y
            draw.rectangle((left, upper, right, lower), fill=glass, outline=(250, 250, 240), width=3)
            draw.line(((left + right) / 2, upper, (left + right) / 2, lower), fill=(240, 240, 230), width=3)
    for _ in range(_ORNAMENTS):
        x, y, size = rng.uniform(_MARGIN, width - 60), rng.uniform(top, height - 80), rng.uniform(3, 16)
        colour = tuple(max(0, min(255, part + rng.randrange(-70, 70))) for part in wall)
        shape = rng.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + size, y + size * rng.uniform(0.4, 1.6)), fill=colour)
    return picture


def view(picture: Image.Image, seed: str) -> Image.Image:
    """The facade from a little elsewhere."""
    rng = random.Random(seed)
    width, height = picture.size
    inset = [rng.uniform(0, 60) for _ in range(8)]
    left, right = (inset[0], inset[1]), (width - inset[2], width - inset[3])
    upper, lower = (inset[4], inset[5]), (height - inset[6], height - inset[7])
    corners = (left[0], upper[0], left[1], lower[0], right[0], lower[1], right[1], upper[1])
    return picture.transform(SIZE, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def draw_city(folder: Path, photos: int) -> None:
    """Writes a gallery of so many photos: pictures and a label file."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = venloc.LocalFrame(ORIGIN)
    houses = -(-photos // VIEWS)
    side = max(1, round(houses**0.5))
    with (folder / "labels.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "lat", "lng"])
        for house in range(houses):
            picture = facade(house)
            for number in range(min(VIEWS, photos - house * VIEWS)):
                name = f"house{house:04}_{number}.jpg"
                view(picture, f"{house} {number}").save(folder / name, quality=90)
                east = HOUSE_SPACING_M * (house % side)
                north = HOUSE_SPACING_M * (house // side) + VIEW_SPACING_M * number
                place = frame.to_lat_lng(venloc.EastNorth(east, north))
                table.writerow([name, f"{place.lat:.7f}", f"{place.lng:.7f}"])


def draw_foreign(folder: Path, count: int) -> list[Path]:
    """Houses that are in no drawn city."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for i in range(count):
        files.append(folder / f"foreign{i:03}.jpg")
        view(facade(1_000_000 + i), f"foreign {i}").save(files[-1], quality=90)
    return files
