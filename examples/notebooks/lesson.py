# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What the notebooks share: which photos they use, tables, and the results of the full-size runs beside those of the notebook."""

from __future__ import annotations

import io
import json
import os
import random
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import venloc
from IPython.display import Image, Markdown
from PIL import Image as Pictures
from PIL import ImageOps

ROOT = Path(__file__).resolve().parents[2]
MINI_CITY = ROOT / "examples" / "gallery"
SAMPLES = ROOT / "examples" / "pictures"
RESULTS = ROOT / "docs" / "results"
ENOUGH_TO_CALIBRATE = 200  # photos; with fewer, the evidence is weighted by fixed constants

HEAD = ("", "mean [m]", "median [m]", "within 25 m", "within 100 m")


def photos() -> Path:
    """The folder that VENLOC_PHOTOS names, or else the mini city."""
    return Path(os.environ.get("VENLOC_PHOTOS") or MINI_CITY)


def read_gallery(folder: str | os.PathLike[str], most: int | None = None) -> venloc.Gallery:
    """The photos of the folder, or a random sample of so many; it ends the notebook where there are none."""
    try:
        gallery = venloc.Gallery.from_folder(folder)
    except venloc.Error as error:
        sys.exit(f"{error} Set VENLOC_PHOTOS to a folder of geotagged photos, or unset it to use the mini city.")
    if most and len(gallery) > most:
        gallery = gallery.subset(sorted(random.Random(0).sample(range(len(gallery)), most)))
    print(f"{len(gallery)} photos with a place; {len(gallery.problems)} files or rows are not usable")
    if len(gallery) < ENOUGH_TO_CALIBRATE:
        print(
            f"Fewer than {ENOUGH_TO_CALIBRATE} photos cannot be calibrated: the errors and confidences measured below "
            "show how the code is used, not how accurate venloc is. The tables marked 'full size' do."
        )
    return gallery


def read_samples() -> venloc.Gallery:
    """The sample pictures with their places; none of them is in the default model or in the mini city."""
    return venloc.Gallery.from_folder(SAMPLES)


def read_network(weights: str | None = None, sizes_px: Sequence[int] | None = None, **options: Any) -> venloc.Backbone:
    """The network of these weights, by default the one in the default model; it ends the notebook where it is missing."""
    try:
        return venloc.weights.backbone(weights, sizes_px=sizes_px, **options)
    except (venloc.Error, ImportError) as error:
        sys.exit(f"The network cannot be opened: {error}")


def require_torch() -> None:
    """Ends the notebook where venloc has no LibTorch, which trains regressions and classifiers."""
    try:
        venloc.torch_support.load()
    except ImportError as error:
        sys.exit(f"This notebook trains locators: {error}")


def table(head: Iterable[Any], rows: Iterable[Iterable[Any]], texts: int = 1) -> Markdown:
    """A table; the first columns are texts, the others numbers."""
    head = list(head)
    lines = [head, [":---" if i < texts else "---:" for i in range(len(head))], *rows]
    return Markdown("\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines))


def interval(estimate: venloc.Estimate, digits: int = 0, sign: str = "") -> str:
    """A value with its 95 % interval."""
    return f"{estimate.value:{sign}.{digits}f} ({estimate.low:{sign}.{digits}f} to {estimate.high:{sign}.{digits}f})"


def row(name: str, found: venloc.Metrics | venloc.PairedDifference, sign: str = "") -> list[str]:
    """A row below HEAD."""
    within = dict(zip(found.thresholds_m, found.within, strict=True))
    return [
        name,
        interval(found.mean_m, 0, sign),
        interval(found.median_m, 0, sign),
        interval(within[25], 2, sign),
        interval(within[100], 2, sign),
    ]


def evaluation(part: str) -> Any:
    """The values of one part of docs/results/evaluation.json."""
    return json.loads((RESULTS / "evaluation.json").read_text(encoding="utf-8"))["parts"][part]["values"]


def full_size(experiment: str, protocol: str, names: Sequence[str] = ()) -> Markdown:
    """The table of an experiment of docs/results/experiments under this protocol: all rows, or those of these names."""
    rows = json.loads((RESULTS / "experiments" / f"{experiment}.json").read_text(encoding="utf-8"))["rows"]
    columns = ("mean_m", "median_m", "within_25_m", "within_100_m")
    lines = [
        [r["name"], *(interval(venloc.Estimate(**r[c]), 0 if c.endswith("n_m") else 2) for c in columns)]
        for r in rows
        if r["protocol"] == protocol and (not names or r["name"] in names)
    ]
    return table(["full size", *HEAD[1:]], lines)


def section(experiment: str, title: str) -> Markdown:
    """The section of docs/results/experiments that has this title."""
    page = (RESULTS / "experiments" / f"{experiment}.md").read_text(encoding="utf-8")
    _, found, text = page.partition(f"### {title}\n")
    if not found:
        raise ValueError(f"there is no section '{title}' in {experiment}.md")
    return Markdown(text.partition("\n#")[0].strip())


def side_by_side(files: Iterable[str | os.PathLike[str]], height_px: int = 240) -> Image:
    """The pictures in one row, each so many pixels high."""
    pictures = [ImageOps.exif_transpose(Pictures.open(file)).convert("RGB") for file in files]
    pictures = [p.resize((max(1, p.width * height_px // p.height), height_px)) for p in pictures]
    strip = Pictures.new("RGB", (sum(p.width + 8 for p in pictures) - 8, height_px), "white")
    left = 0
    for picture in pictures:
        strip.paste(picture, (left, 0))
        left += picture.width + 8
    file = io.BytesIO()
    strip.save(file, "PNG")
    return Image(file.getvalue())
