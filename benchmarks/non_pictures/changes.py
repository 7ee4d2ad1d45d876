# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Changes pictures of places into ones that are easily taken for pages, screens and blank pictures."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from non_pictures.pages import Page, compressed

Change = Callable[[Image.Image, random.Random], Image.Image]


def _pointwise(picture: Image.Image, factor: float, offset: float, noise: float, draw: random.Random) -> Image.Image:
    pixels = np.asarray(picture, float) * factor + offset
    pixels += np.random.default_rng(draw.randrange(1 << 30)).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def night(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Little light, and the noise that goes with it."""
    return compressed(_pointwise(picture, draw.uniform(0.1, 0.3), 0, 4, draw), draw)


def fog(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Little contrast on light grey."""
    share = draw.uniform(0.15, 0.35)
    soft = picture.convert("L").convert("RGB").filter(ImageFilter.GaussianBlur(picture.width / 400))
    return compressed(_pointwise(soft, share, (1 - share) * draw.uniform(190, 235), 1.5, draw), draw)


def snow(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Much of it white without detail."""
    return _pointwise(picture, draw.uniform(1.5, 2.2), draw.uniform(20, 60), 0, draw)


def old(picture: Image.Image, draw: random.Random) -> Image.Image:
    """An old photograph: grey or brown, soft, on a white or yellow mount."""
    grey = ImageOps.autocontrast(picture.convert("L")).filter(ImageFilter.GaussianBlur(picture.width / 700))
    brown = ImageOps.colorize(grey, (30, 20, 10), (245, 230, 200)) if draw.random() < 0.5 else grey.convert("RGB")
    return compressed(ImageOps.expand(brown, picture.width // draw.randint(8, 40), (240, 235, 225)), draw)


def small(picture: Image.Image, draw: random.Random) -> Image.Image:
    """A thumbnail."""
    side = draw.randint(56, 200)
    return compressed(ImageOps.contain(picture, (side, side)), draw)


def copied(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Black and white without greys, as a photocopier."""
    grey = ImageOps.autocontrast(picture.convert("L"))
    return grey.point(lambda v: 255 if v > draw.choice([110, 128, 150]) else 0).convert("RGB")


def engraved(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Dark lines along edges, on paper."""
    lines = picture.convert("L").filter(ImageFilter.GaussianBlur(draw.uniform(0.5, 1.5))).filter(ImageFilter.CONTOUR)
    return compressed(ImageOps.colorize(ImageOps.autocontrast(lines), (20, 20, 20), (250, 245, 235)), draw)


def few_colours(picture: Image.Image, draw: random.Random) -> Image.Image:
    """With a palette, as a GIF."""
    return picture.quantize(
        draw.choice([8, 16, 64]), dither=draw.choice([Image.Dither.NONE, Image.Dither.FLOYDSTEINBERG])
    ).convert("RGB")


def postcard(picture: Image.Image, draw: random.Random) -> Image.Image:
    """On a page, with a line or two below."""
    width, height = picture.size
    border = width // draw.randint(12, 30)
    page = Page(draw, (width + 2 * border, height + 4 * border), border)
    page.picture.paste(picture, (border, border))
    font = page.font(max(10, border // 2))
    page.pen.text((border, height + 2 * border), page.line(font, width * draw.uniform(0.2, 0.8)), page.ink, font)
    return compressed(page.picture, draw)


def turned(picture: Image.Image, draw: random.Random) -> Image.Image:
    """On its side."""
    return picture.transpose(draw.choice([Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270]))


CHANGES: tuple[Change, ...] = (night, fog, snow, old, small, copied, engraved, few_colours, postcard, turned)


def changed(picture: Image.Image, change: Change, seed: str) -> Image.Image:
    """A change of a picture; the same one for the same seed."""
    return change(picture.convert("RGB"), random.Random(f"{change.__name__} {seed}"))
