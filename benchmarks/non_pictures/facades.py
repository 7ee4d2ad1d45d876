# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Draws buildings and skies in plain colours: pictures of places that are as flat and as straight as screens."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

from non_pictures.pages import Colour, compressed


def _colour(draw: random.Random, low: int = 0, high: int = 255) -> Colour:
    return (draw.randint(low, high), draw.randint(low, high), draw.randint(low, high))


def _window(pen: ImageDraw.ImageDraw, box: tuple[float, float, float, float], draw: random.Random, kind: int) -> None:
    left, top, right, bottom = box
    fill, frame = _colour(draw, 0, 130), _colour(draw, 150, 255)
    pen.rectangle(box, fill, frame, draw.randint(1, 5))
    if kind % 2:
        rise = (right - left) / 2
        pen.pieslice((left, top - rise, right, top + rise), 180, 360, fill, frame)
    if kind % 3 == 0:
        pen.line([(left + right) / 2, top, (left + right) / 2, bottom], frame, draw.randint(1, 3))
    if kind % 5 == 0:
        for bar in range(1, 4):
            y = top + bar * (bottom - top) / 4
            pen.line([left, y, right, y], frame, draw.randint(1, 2))


def _building(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], draw: random.Random) -> None:
    left, top, right, bottom = box
    wall = _colour(draw, 60, 230)
    pen.rectangle(box, wall)
    if draw.random() < 0.4:
        pen.polygon(
            [(left - 8, top), ((left + right) / 2, top - draw.randint(10, 80)), (right + 8, top)], _colour(draw)
        )
    columns, rows, kind = draw.randint(2, 10), draw.randint(2, 8), draw.randint(0, 30)
    wide, high = (right - left) / columns, (bottom - top) / rows
    side, above = draw.uniform(0.12, 0.35), draw.uniform(0.12, 0.35)
    for column in range(columns):
        for row in range(rows):
            x, y = left + column * wide, top + row * high
            if draw.random() < 0.9:
                _window(
                    pen, (x + side * wide, y + above * high, x + (1 - side) * wide, y + (1 - above) * high), draw, kind
                )
    for _ in range(draw.choice([0, 40, 300])):
        x, y, size = draw.uniform(left, right), draw.uniform(top, bottom), draw.uniform(2, 18)
        shape = pen.ellipse if draw.random() < 0.5 else pen.rectangle
        shape(
            [x, y, x + size, y + size * draw.uniform(0.4, 1.6)], tuple(max(0, c + draw.randint(-70, 70)) for c in wall)
        )


def facade(seed: int) -> Image.Image:
    """A street of one to four buildings, or shapes without meaning; the same one for the same seed."""
    draw = random.Random(f"facade {seed}")
    width, height = draw.randint(240, 1100), draw.randint(240, 900)
    picture = Image.new("RGB", (width, height), _colour(draw, 120, 255))
    pen = ImageDraw.Draw(picture)
    if draw.random() < 0.2:
        for _ in range(draw.randint(40, 250)):
            x, y, w, h = draw.uniform(0, width), draw.uniform(0, height), draw.uniform(4, 80), draw.uniform(4, 80)
            draw.choice((pen.rectangle, pen.ellipse, pen.line))([x, y, x + w, y + h], fill=_colour(draw))
    else:
        many = draw.randint(1, 4)
        ground = round(height * draw.uniform(0.75, 1.0))
        for number in range(many):
            left, right = number * width // many, (number + 1) * width // many - draw.randint(0, 20)
            _building(pen, (left + draw.randint(0, 40), draw.randint(height // 20, height // 3), right, ground), draw)
        if draw.random() < 0.5:
            pen.rectangle((0, ground, width, height), _colour(draw, 40, 200))
    if draw.random() < 0.5:  # seen from the side
        corners = [draw.uniform(0, 0.08) for _ in range(8)]
        quad = (
            corners[0] * width,
            corners[1] * height,
            corners[2] * width,
            (1 - corners[3]) * height,
            (1 - corners[4]) * width,
            (1 - corners[5]) * height,
            (1 - corners[6]) * width,
            corners[7] * height,
        )
        picture = picture.transform(picture.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    return compressed(picture, draw) if draw.random() < 0.5 else picture


def sky(seed: int) -> Image.Image:
    """A sky by day or by night with little else in it: sun, moon, lamps, a horizon; the same one for the same seed."""
    draw = random.Random(f"sky {seed}")
    width, height = draw.randint(240, 1000), draw.randint(240, 800)
    dark = draw.random() < 0.4
    low, high = (0, 50) if dark else (60, 255)
    above, below = _colour(draw, low, high), _colour(draw, low, high)
    if not dark:  # grey skies without anything are taken for paper, and rightly so
        above = (above[0] // 2, above[1], 255)
    rows = [tuple(round(a + (b - a) * y / height) for a, b in zip(above, below, strict=True)) for y in range(height)]
    picture = Image.new("RGB", (1, height))
    picture.putdata(rows)
    picture = picture.resize((width, height))
    pen = ImageDraw.Draw(picture)
    for _ in range(draw.choice([0, 1, 1, 6])):
        x, y, size = draw.uniform(0, width), draw.uniform(0, height), draw.uniform(3, 60)
        pen.ellipse([x, y, x + size, y + size], _colour(draw, 170, 255))
    if draw.random() < 0.5:
        horizon = draw.randint(height // 2, height - 10)
        pen.rectangle((0, horizon, width, height), _colour(draw, low // 2, high // 2))
        for _ in range(draw.randint(0, 5)):
            x = draw.randint(0, width)
            pen.rectangle((x, horizon - draw.randint(4, 60), x + draw.randint(4, 90), horizon), _colour(draw, 0, 90))
    return compressed(picture, draw) if draw.random() < 0.5 else picture
