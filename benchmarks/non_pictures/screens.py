# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Draws screenshots, with Chromium, and charts, with matplotlib."""

from __future__ import annotations

import html
import io
import random
import subprocess
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from non_pictures.pages import ALPHABETS, compressed, words

SIZES = ((1280, 800), (1440, 900), (1600, 1000), (1000, 900), (390, 844), (412, 915), (820, 1180))
FAMILIES = ("DejaVu Sans", "DejaVu Serif", "Liberation Sans", "Liberation Serif", "FreeSans")


class Style:
    """Colours, letters and words of one screen."""

    def __init__(self, draw: random.Random) -> None:
        self.random = draw
        self.dark = draw.random() < 0.3
        self.back = self.colour(10, 50) if self.dark else self.colour(232, 255)
        self.text = self.colour(190, 240) if self.dark else self.colour(0, 70)
        self.panel = self.colour(30, 80) if self.dark else self.colour(205, 250)
        self.accent = f"hsl({draw.randint(0, 359)},{draw.randint(30, 90)}%,{draw.randint(35, 60)}%)"
        script = draw.choice([*ALPHABETS, "latin", "latin"])
        self.family = "WenQuanYi Zen Hei" if script == "cjk" else draw.choice(FAMILIES)
        self._words = words(draw, script)

    def colour(self, low: int, high: int) -> str:
        """A grey, or almost."""
        level = self.random.randint(low, high)
        return "rgb(" + ",".join(str(max(0, min(255, level + self.random.randint(-4, 4)))) for _ in range(3)) + ")"

    def say(self, least: int, most: int) -> str:
        """Some words."""
        return html.escape(" ".join(islice(self._words, self.random.randint(least, most))))


def article(s: Style) -> str:
    """Documentation or a blog: a bar, a menu at the side, headings, paragraphs and code."""
    menu = "".join(f"<div style='padding:5px'>{s.say(1, 3)}</div>" for _ in range(s.random.randint(5, 25)))
    parts = []
    for _ in range(8):
        parts.append(f"<h2>{s.say(2, 6)}</h2>")
        parts += [
            f"<p>{s.say(20, 90)} <a style='color:{s.accent}'>{s.say(1, 3)}</a></p>"
            for _ in range(s.random.randint(1, 3))
        ]
        if s.random.random() < 0.5:
            rows = "\n".join(s.say(1, 7) for _ in range(s.random.randint(2, 8)))
            parts.append(f"<pre style='background:{s.panel};padding:10px;border:1px solid {s.accent}'>{rows}</pre>")
    side = f"<div style='width:{s.random.randint(140, 260)}px;background:{s.panel};padding:12px'>{menu}</div>"
    side = side if s.random.random() < 0.6 else ""
    bar = f"<div style='background:{s.accent};color:#fff;padding:14px;font-size:20px'>{s.say(2, 6)}</div>"
    return (
        f"{bar}<div style='display:flex'>{side}<div style='padding:24px;max-width:900px'>{''.join(parts)}</div></div>"
    )


def sheet(s: Style) -> str:
    """A spreadsheet or a table of a dashboard."""
    columns = s.random.randint(3, 12)
    edge = s.random.choice(["border:1px solid #8886", "border-bottom:1px solid #8886", ""])
    cell = f"{edge};padding:{s.random.randint(2, 9)}px"
    rows = []
    for row in range(60):
        values = [s.say(1, 2) if c == 0 or row == 0 else f"{s.random.uniform(0, 9999):,.2f}" for c in range(columns)]
        back = s.panel if row % 2 == 0 else s.back
        rows.append(
            f"<tr style='background:{back}'>" + "".join(f"<td style='{cell}'>{v}</td>" for v in values) + "</tr>"
        )
    title = f"<h3 style='padding:0 12px'>{s.say(2, 5)}</h3>"
    return f"{title}<table style='border-collapse:collapse;width:100%'>{''.join(rows)}</table>"


def terminal(s: Style) -> str:
    """A terminal or an editor of source code."""
    s.back, s.text = s.random.choice(
        [("#000", "#ddd"), ("#1e1e1e", "#d4d4d4"), ("#300a24", "#eee"), ("#fdf6e3", "#586e75"), ("#002b36", "#93a1a1")]
    )
    rows = []
    for _ in range(s.random.randint(15, 80)):
        parts = [
            f"<span style='color:hsl({s.random.choice([0, 60, 120, 200, 280])},60%,55%)'>{s.say(1, 2)}</span> {s.say(0, 8)}"
            for _ in range(s.random.randint(0, 2))
        ]
        rows.append(" " * s.random.choice([0, 0, 4, 8]) + " ".join(parts))
    return (
        f"<pre style='margin:8px;font-family:DejaVu Sans Mono;font-size:{s.random.randint(12, 16)}px'>"
        + "\n".join(rows)
        + "</pre>"
    )


def chat(s: Style) -> str:
    """A chat."""
    bubbles = []
    for _ in range(30):
        own = s.random.random() < 0.5
        style = f"background:{s.accent if own else s.panel};margin:8px;padding:10px;border-radius:14px;max-width:70%"
        bubbles.append(
            f"<div style='{style};margin-left:{'auto' if own else '8px'};width:fit-content'>{s.say(1, 25)}</div>"
        )
    return f"<div style='background:{s.accent};padding:16px'>{s.say(1, 2)}</div>" + "".join(bubbles)


def settings(s: Style) -> str:
    """A list of settings, files or messages, with symbols and buttons."""
    radius = s.random.choice([0, 8, 50])
    rows = []
    for _ in range(30):
        colour = f"hsl({s.random.randint(0, 359)},60%,55%)"
        symbol = f"<span style='width:30px;height:30px;border-radius:{radius}%;background:{colour}'></span>"
        button = f"<span style='border:2px solid {s.accent};border-radius:8px;padding:4px 12px'>{s.say(1, 1)}</span>"
        middle = f"<div style='flex:1'><b>{s.say(1, 4)}</b><br><small>{s.say(2, 9)}</small></div>"
        row = f"display:flex;gap:14px;align-items:center;padding:10px;border-bottom:1px solid {s.panel}"
        rows.append(f"<div style='{row}'>{symbol}{middle}{button}</div>")
    return "".join(rows)


def cards(s: Style) -> str:
    """A page of tiles: a shop, a dashboard, a home screen."""
    tiles = []
    for _ in range(40):
        head = f"height:{s.random.randint(30, 120)}px;background:hsl({s.random.randint(0, 359)},50%,60%)"
        tiles.append(
            f"<div style='width:{s.random.randint(120, 260)}px;background:{s.panel};border:1px solid #8885'>"
            f"<div style='{head}'></div><div style='padding:8px'>{s.say(2, 14)}</div></div>"
        )
    grid = "display:flex;flex-wrap:wrap;gap:14px;padding:16px"
    return f"<h1 style='padding:0 16px'>{s.say(1, 4)}</h1><div style='{grid}'>{''.join(tiles)}</div>"


def window(s: Style) -> str:
    """Windows of programs on a desktop of one colour or a gradient."""
    inner = s.random.choice([article, sheet, settings, terminal])
    text, panes = s.text, []
    for _ in range(s.random.randint(1, 3)):
        s.text = text
        content = inner(s)
        left, top, width, height = (s.random.randint(a, b) for a, b in ((0, 40), (0, 30), (40, 75), (40, 75)))
        place = f"left:{left}%;top:{top}%;width:{width}%;height:{height}%"
        bar = f"<div style='background:{s.panel};padding:6px;text-align:center'>{s.say(1, 4)}</div>"
        panes.append(
            f"<div style='position:absolute;{place};background:{s.back};overflow:hidden;border:1px solid #777'>{bar}{content}</div>"
        )
    s.back = f"linear-gradient({s.accent},{s.panel})" if s.random.random() < 0.5 else s.accent
    return "".join(panes)


def street_map(s: Style) -> str:
    """A street map with water, parks, streets and names."""
    r = s.random
    size = 1600
    shapes = []
    for fill, many in (("#aad3df", 3), ("#c8e6b0", 8), ("#ddd5cc", 60)):
        for _ in range(r.randint(1, many)):
            x, y, reach = r.uniform(0, size), r.uniform(0, size), r.uniform(20, 90 if many > 8 else 400)
            points = " ".join(
                f"{x + reach * r.uniform(0.6, 1) * np.cos(a):.0f},{y + reach * r.uniform(0.6, 1) * np.sin(a):.0f}"
                for a in np.linspace(0, 2 * np.pi, r.randint(4, 12), endpoint=False)
            )
            shapes.append(f"<polygon points='{points}' fill='{fill}' stroke='#bbb'/>")
    for _ in range(r.randint(20, 80)):
        x, y, a = r.uniform(0, size), r.uniform(0, size), r.choice([0.3, 1.87]) + r.gauss(0, 0.2)
        path = [f"{x:.0f},{y:.0f}"]
        for _ in range(r.randint(2, 8)):
            a += r.gauss(0, 0.25)
            x, y = x + 110 * np.cos(a), y + 110 * np.sin(a)
            path.append(f"{x:.0f},{y:.0f}")
        line = f"points='{' '.join(path)}' fill='none'"
        width = r.choice([4, 7, 12])
        shapes.append(f"<polyline {line} stroke='#999' stroke-width='{width + 2}'/>")
        shapes.append(
            f"<polyline {line} stroke='{r.choice(['#fff', '#fff', '#fcd6a4', '#f7fabf'])}' stroke-width='{width}'/>"
        )
    for _ in range(r.randint(20, 70)):
        shapes.append(
            f"<text x='{r.uniform(0, size):.0f}' y='{r.uniform(0, size):.0f}' font-size='{r.randint(11, 18)}'>{s.say(1, 2)}</text>"
        )
    s.back, s.text = "#f2efe9", "#333"
    box = (
        "<div style='position:absolute;top:12px;left:12px;background:#fff;padding:10px;border:1px solid #999'>"
        + s.say(2, 5)
        + "</div>"
    )
    return f"<svg width='{size}' height='{size}'>{''.join(shapes)}</svg>{box}"


SCREENS: tuple[Callable[[Style], str], ...] = (article, sheet, terminal, chat, settings, cards, window, street_map)


def screen(seed: int, kind: Callable[[Style], str] | None = None) -> Image.Image:
    """A screenshot; the same one for the same seed and version of Chromium."""
    draw = random.Random(f"screen {seed}")
    style = Style(draw)
    body = (kind or SCREENS[seed % len(SCREENS)])(style)
    css = f"margin:0;background:{style.back};color:{style.text};font:{draw.randint(12, 18)}px '{style.family}'"
    page = f"<!doctype html><meta charset=utf-8><html style='background:{style.back};min-height:100%'><body style=\"{css}\">{body}"
    size = draw.choice(SIZES)
    picture = shown(page, size, 2 if size[0] < 500 else 1)
    return compressed(picture, draw) if draw.random() < 0.5 else picture


def shown(page: str, size: tuple[int, int], scale: int = 1) -> Image.Image:
    """What Chromium shows of an HTML page in a window of a size [px]."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.png")
        source.write_text(page, encoding="utf-8")
        photograph(source.as_uri(), target, size, scale)
        with Image.open(target) as opened:
            return opened.convert("RGB")


def photograph(address: str, target: Path, size: tuple[int, int], scale: int = 1) -> None:
    """Writes a screenshot of a page with Chromium."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--window-size={size[0]},{size[1]}", f"--force-device-scale-factor={scale}", f"--screenshot={target}"]
    subprocess.run([*command, address], check=True, capture_output=True, timeout=300)


def chart(seed: int) -> Image.Image:
    """A chart; the same one for the same seed."""
    draw = random.Random(f"chart {seed}")
    noise = np.random.default_rng(seed)
    with plt.style.context(draw.choice(["default", "ggplot", "bmh", "dark_background", "seaborn-v0_8"])):
        figure, axes = plt.subplots(figsize=(draw.uniform(5, 10), draw.uniform(4, 8)), dpi=draw.choice([80, 100, 130]))
        kind = draw.choice(["lines", "bars", "points", "pie", "image", "histogram"])
        many = draw.randint(4, 40)
        values = noise.uniform(0.1, 1, many).cumsum() if draw.random() < 0.5 else noise.uniform(0.1, 1, many)
        if kind == "lines":
            for k in range(draw.randint(1, 6)):
                axes.plot(values + k * noise.uniform(0, 1, many), label=f"series {k}")
            axes.legend()
        elif kind == "bars":
            axes.bar(range(many), values, color=draw.choice(["C0", "C1", [f"C{i % 8}" for i in range(many)]]))
        elif kind == "points":
            for k in range(draw.randint(1, 4)):
                axes.scatter(noise.normal(k, 1, 150), noise.normal(0, 1, 150), s=draw.choice([4, 20, 60]))
        elif kind == "pie":
            axes.pie(values[:8], labels=[f"part {i}" for i in range(min(many, 8))])
        elif kind == "image":
            figure.colorbar(axes.imshow(noise.normal(0, 1, (many, many)), cmap=draw.choice(["viridis", "gray", "jet"])))
        else:
            axes.hist(noise.normal(0, 1, 900), bins=many)
        if draw.random() < 0.6:
            axes.grid(True)
        axes.set_title("A title of this chart")
        axes.set_xlabel("what it depends on [unit]")
        data = io.BytesIO()
        figure.savefig(data, format="png")
        picture = Image.open(io.BytesIO(data.getvalue())).convert("RGB")
        plt.close(figure)
    return compressed(picture, draw) if draw.random() < 0.5 else picture
