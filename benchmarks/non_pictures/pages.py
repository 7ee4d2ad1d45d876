# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Draws pages of text and blank pages, as a scanner or a camera would show them."""

from __future__ import annotations

import io
import math
import random
import subprocess
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]

ALPHABETS = {
    "latin": "etaoinshrdlucmfwypvbgkjqxzETAOINSHRD",
    "accents": "eéaàiînoöuüsßrtčdlmñpvåøEÉA",
    "greek": "αετοιηνσρπκμυλςγδωθάέόΑΤΟ",
    "cyrillic": "оеаинтсрвлкмдпуяызьбгчОЕАН",
    "cjk": "的一是不了人我在有他这中大来上国和地到以说时要就出会可也你对生能而子那得于着下自之年",
}
FONTS = {
    "latin": ("DejaVu", "Liberation", "Free"),
    "accents": ("DejaVu", "Liberation", "Free"),
    "greek": ("DejaVu", "Liberation", "Free"),
    "cyrillic": ("DejaVu", "Liberation", "Free"),
    "cjk": ("WenQuanYi",),
}


@cache
def fonts(script: str) -> list[str]:
    """Font files that have the letters of a script. Ends the program when there are none."""
    listed = subprocess.run(["fc-list", ":", "file", "family"], capture_output=True, text=True, check=True).stdout
    found = []
    for line in sorted(listed.splitlines()):
        file, _, family = line.partition(":")
        if family.strip().startswith(FONTS[script]) and file.endswith((".ttf", ".ttc")):
            found.append(file)
    if not found:
        raise SystemExit(
            f"no font of {', '.join(FONTS[script])}: install fonts-dejavu, fonts-liberation, fonts-wqy-zenhei"
        )
    return found


def words(draw: random.Random, script: str) -> Iterator[str]:
    """Words without meaning, with the lengths of words of a language."""
    letters = ALPHABETS[script]
    while True:
        yield "".join(draw.choice(letters) for _ in range(min(12, 1 + int(draw.gammavariate(3, 1.5)))))


def paper_colour(draw: random.Random) -> Colour:
    """White, cream, grey or old paper."""
    kind = draw.random()
    if kind < 0.4:
        return (255, 255, 255)
    if kind < 0.85:
        level = draw.randint(205, 252)
        yellow = draw.randint(0, 12) if kind < 0.65 else draw.randint(12, 50)
    else:
        level, yellow = draw.randint(150, 215), draw.randint(30, 90)
    return (level, level - yellow // 3, level - yellow)


class Page:
    """A page that text is written on, from the top."""

    def __init__(self, draw: random.Random, size: tuple[int, int], margin: int) -> None:
        self.random = draw
        self.script = draw.choice(list(ALPHABETS))
        self.words = words(draw, self.script)
        self.ink: Colour = draw.choice([(0, 0, 0), (20, 20, 20), (50, 50, 60), (25, 30, 90), (70, 45, 30)])
        self.picture = Image.new("RGB", size, paper_colour(draw))
        self.pen = ImageDraw.Draw(self.picture)
        self.margin = margin

    def font(self, size: int) -> ImageFont.FreeTypeFont:
        """A font of the page's script."""
        return ImageFont.truetype(self.random.choice(fonts(self.script)), size)

    def line(self, font: ImageFont.FreeTypeFont, width: float) -> str:
        """As many words as fit in a width [px]."""
        text = next(self.words)
        while font.getlength(text) < width:
            text += ("" if self.script == "cjk" else " ") + next(self.words)
        return text[:-3] if font.getlength(text) > width else text

    def column(self, box: tuple[int, int, int, int], size: int) -> None:
        """Paragraphs with headings in a box, in letters of a size [px]."""
        left, top, right, bottom = box
        font, heading = self.font(size), self.font(round(1.4 * size))
        pitch = round(size * self.random.uniform(1.15, 1.9))
        y = top
        while y < bottom - pitch:
            if self.random.random() < 0.3:
                self.pen.text(
                    (left, y), self.line(heading, (right - left) * self.random.uniform(0.3, 0.8)), self.ink, heading
                )
                y += round(2.2 * size)
            for row in range(self.random.randint(2, 14)):
                if y > bottom - pitch:
                    break
                indent = 2 * size if row == 0 else 0
                self.pen.text((left + indent, y), self.line(font, right - left - indent), self.ink, font)
                y += pitch
            y += round(pitch * self.random.uniform(0.1, 1.0))


def printed(draw: random.Random) -> Image.Image:
    """A page of a book, a letter or a journal, in one to three columns."""
    width = draw.randint(900, 1300)
    height = round(width * draw.uniform(1.25, 1.5)) if draw.random() < 0.8 else round(width * draw.uniform(0.6, 0.8))
    margin = round(width * draw.uniform(0.05, 0.14))
    page = Page(draw, (width, height), margin)
    columns = draw.choice([1, 1, 2, 3])
    pitch = (width - 2 * margin) / columns
    size = draw.randint(13, 34 if columns == 1 else 20)
    end = round(height * draw.uniform(0.35, 0.6)) if draw.random() < 0.15 else height - margin
    for column in range(columns):
        left = round(margin + column * pitch)
        page.column((left, margin, round(left + pitch * 0.93), end), size)
    return page.picture


def table(draw: random.Random) -> Image.Image:
    """A printed table or form, with or without rules."""
    page = Page(draw, (draw.randint(900, 1300), draw.randint(700, 1500)), 60)
    width, height = page.picture.size
    columns, pitch = draw.randint(3, 9), draw.randint(24, 60)
    font = page.font(draw.randint(13, max(14, min(24, pitch - 8))))
    rules = draw.choice(["none", "rows", "all"])
    page.column((60, 40, width - 60, draw.randint(100, 300)), 22)
    top = draw.randint(310, 350)
    for row, y in enumerate(range(top, height - 80, pitch)):
        if rules != "none":
            page.pen.line([60, y - 4, width - 60, y - 4], page.ink, draw.choice([1, 2]))
        for column in range(columns):
            x = 60 + column * (width - 120) // columns
            number = f"{draw.uniform(0, 5000):.2f}"
            text = page.line(font, (width - 120) / columns * 0.7) if column == 0 or row == 0 else number
            page.pen.text((x + 8, y), text, page.ink, font)
            if rules == "all":
                page.pen.line([x, top - 4, x, height - 80], page.ink, 1)
    return page.picture


def receipt(draw: random.Random) -> Image.Image:
    """A till receipt."""
    page = Page(draw, (draw.randint(360, 480), draw.randint(700, 1300)), 20)
    page.script, page.words = "latin", words(draw, "latin")
    width, height = page.picture.size
    font = ImageFont.truetype(draw.choice([f for f in fonts("latin") if "Mono" in f]), draw.randint(14, 20))
    y = 30
    while y < height - 60:
        kind = draw.random()
        if kind < 0.12:
            page.pen.text((20, y), "-" * 40, page.ink, font)
        else:
            page.pen.text((20, y), page.line(font, width * draw.uniform(0.2, 0.55)), page.ink, font)
            if kind < 0.8:
                page.pen.text((width - 110, y), f"{draw.uniform(0, 200):8.2f}", page.ink, font)
        y += round(font.size * draw.choice([1.2, 1.2, 2.2]))
    return page.picture


def heading(draw: random.Random) -> Image.Image:
    """A title page, a card or a page seen from near: few words in large letters."""
    page = Page(draw, (draw.randint(700, 1300), draw.randint(500, 1300)), 60)
    width, height = page.picture.size
    y = draw.randint(20, height // 4)
    while y < height - 80:
        size = draw.randint(24, 90)
        font = page.font(size)
        page.pen.text(
            (draw.randint(30, width // 4), y), page.line(font, width * draw.uniform(0.2, 0.7)), page.ink, font
        )
        y += round(size * draw.choice([1.3, 1.5, 3.0]))
    return page.picture


def blank(draw: random.Random) -> Image.Image:
    """An empty page, a frame without light or one of nothing but light."""
    size = (draw.randint(500, 1300), draw.randint(500, 1300))
    kind = draw.random()
    if kind < 0.25:
        level = draw.randint(0, 14)
        return Image.new("RGB", size, (level, level, level))
    if kind < 0.35:
        level = draw.randint(246, 255)
        return Image.new("RGB", size, (level, level, level))
    picture = Image.new("RGB", size, paper_colour(draw))
    pen = ImageDraw.Draw(picture)
    for _ in range(draw.choice([0, 3, 30])):  # dust
        x, y, r = draw.uniform(0, size[0]), draw.uniform(0, size[1]), draw.uniform(0.5, 2.5)
        pen.ellipse([x - r, y - r, x + r, y + r], (draw.randint(60, 200),) * 3)
    return picture


def skewed(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Turned a little, on a scanner's white or black."""
    fill = draw.choice([(255, 255, 255), (12, 12, 12)]) if draw.random() < 0.3 else picture.getpixel((1, 1))
    return picture.rotate(draw.gauss(0, 2.0), Image.Resampling.BICUBIC, fillcolor=fill)


def on_a_desk(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Photographed from above on a desk, a little from the side."""
    width, height = picture.size
    base = np.array([draw.randint(40, 170), draw.randint(30, 140), draw.randint(20, 120)], float)
    noise = np.random.default_rng(draw.randrange(1 << 30))
    grain = noise.normal(0, 1, (height // 8 + 1, 6, 1)).repeat(8, 0).repeat(math.ceil(width / 6), 1)[:height, :width]
    desk = Image.fromarray(np.clip(base + 8 * grain, 0, 255).astype(np.uint8))
    share = draw.uniform(0.02, 0.12)

    def jitter(side: int) -> float:
        return side * draw.uniform(0.0, share)

    corners = [
        (jitter(width), jitter(height)),
        (width - jitter(width), jitter(height)),
        (width - jitter(width), height - jitter(height)),
        (jitter(width), height - jitter(height)),
    ]
    back = _perspective(corners, [(0, 0), (width, 0), (width, height), (0, height)])
    mask = Image.new("L", picture.size, 255).transform(picture.size, Image.Transform.PERSPECTIVE, back)
    moved = picture.transform(picture.size, Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    return Image.composite(moved, desk, mask)


def _perspective(seen: list[tuple[float, float]], flat: list[tuple[float, float]]) -> list[float]:
    """Coefficients that lead from corners as seen to the flat page."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(c) for c in np.linalg.solve(np.array(rows), np.array(values))]


def lit(picture: Image.Image, draw: random.Random) -> Image.Image:
    """With light that falls off to one side and to the corners, and noise."""
    width, height = picture.size
    noise = np.random.default_rng(draw.randrange(1 << 30))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = draw.uniform(0, 2 * math.pi)
    light = (
        1 + draw.uniform(0, 0.25) * (x * math.cos(angle) + y * math.sin(angle)) - draw.uniform(0, 0.15) * (x**2 + y**2)
    )
    pixels = np.asarray(picture, float) * (draw.uniform(0.7, 1.0) * light)[..., None]
    pixels += noise.normal(0, draw.choice([0.0, 2.0, 6.0]), pixels.shape[:2])[..., None]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def stained(picture: Image.Image, draw: random.Random) -> Image.Image:
    """With the stains and the fibres of old paper."""
    noise = np.random.default_rng(draw.randrange(1 << 30))
    stains = np.zeros((picture.height, picture.width))
    for cells, strength in ((5, 0.06), (40, 0.04), (300, 0.03)):
        coarse = Image.fromarray(noise.normal(0, 1, (cells, cells)).astype(np.float32))
        stains += strength * draw.uniform(0, 1.5) * np.asarray(coarse.resize(picture.size, Image.Resampling.BICUBIC))
    return Image.fromarray(
        np.clip(np.asarray(picture, float) * (1 - np.abs(stains))[..., None], 0, 255).astype(np.uint8)
    )


def compressed(picture: Image.Image, draw: random.Random) -> Image.Image:
    """As JPEG, of a quality of 40 to 95."""
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=draw.randint(40, 95))
    return Image.open(io.BytesIO(data.getvalue())).convert("RGB")


def _copied(picture: Image.Image, draw: random.Random) -> Image.Image:
    """Black and white, as fax machines and photocopiers."""
    return picture.convert("L").point(lambda v: 255 if v > draw.choice([150, 170]) else 0).convert("RGB")


def digitized(picture: Image.Image, draw: random.Random) -> Image.Image:
    """As it comes, scanned, copied or photographed."""
    kind = draw.random()
    if kind < 0.15:
        return picture
    if kind < 0.3:
        return _copied(skewed(picture, draw), draw)
    picture = skewed(picture, draw)
    if kind > 0.65:
        picture = on_a_desk(picture, draw)
    if draw.random() < 0.3:
        picture = stained(picture, draw)
    if draw.random() < 0.25:  # seen from near
        width, height = (round(side * draw.uniform(0.3, 0.7)) for side in picture.size)
        x, y = draw.randint(0, picture.width - width), draw.randint(0, picture.height - height)
        picture = picture.crop((x, y, x + width, y + height))
    picture = lit(picture, draw)
    if draw.random() < 0.3:
        picture = picture.filter(ImageFilter.GaussianBlur(draw.uniform(0.3, 1.6)))
    if draw.random() < 0.25:
        picture = picture.convert("L").convert("RGB")
    if draw.random() < 0.15:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    return compressed(picture, draw)


TEXTS: tuple[Callable[[random.Random], Image.Image], ...] = (printed, printed, printed, table, receipt, heading)


def text_page(seed: int) -> Image.Image:
    """A page of text; the same one for the same seed."""
    draw = random.Random(f"text {seed}")
    return digitized(draw.choice(TEXTS)(draw), draw)


def blank_page(seed: int) -> Image.Image:
    """A blank picture; the same one for the same seed."""
    draw = random.Random(f"blank {seed}")
    picture = blank(draw)
    return compressed(lit(picture, draw), draw) if draw.random() < 0.8 else picture
