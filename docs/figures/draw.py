# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Draws the figures of docs/how-it-works.md and the first one of README.md: `make figures`.

They are made of the sample pictures, the mini city of examples/gallery, the default model and the committed results in
docs/results. The same versions of venloc, Matplotlib and Pillow give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import venloc
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image
from venloc import plots

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "examples" / "pictures"
GALLERY = ROOT / "examples" / "gallery"
EVALUATION = ROOT / "docs" / "results" / "evaluation.json"

STEPS = SAMPLES / "palazzo-vendramin-calergi.jpg"  # the query of the figures of the steps
STEPS_PLACE = venloc.LatLng(45.4421, 12.3295)  # placed by hand, to about 50 m
CHOSEN = SAMPLES / "basilica-san-marco.jpg"  # the query of the first figure: the default model locates it well


class Drawings:
    """The figures by name; what several of them need is computed once."""

    @cached_property
    def gallery(self) -> venloc.Gallery:
        """The mini city."""
        return venloc.Gallery.from_folder(GALLERY)

    @cached_property
    def mini_city(self) -> venloc.SiftLocator:
        """A locator of the mini city."""
        return venloc.SiftLocator.build(self.gallery, city="Venice", seed=0)

    @cached_property
    def answer(self) -> venloc.Prediction:
        """To the query of the steps, by the mini city."""
        return self.mini_city.locate(STEPS)

    @cached_property
    def evidence(self) -> venloc.Evidence:
        """Of the same query."""
        return self.mini_city.evidence(STEPS)

    def overview(self) -> Figure:
        """A query, the answer of the default model, and what it matches in the mini city."""
        venice = venloc.load()
        answer = venice.locate(CHOSEN)
        best, file = self.best_match(CHOSEN)
        with plots.style():
            figure = Figure(figsize=(16, 6.6), layout="constrained")
            left, middle, right = figure.subplots(1, 3, width_ratios=(1.1, 0.98, 1.02))
            _picture(left, CHOSEN, [(m.x, m.y) for m in best.matches])
            plots.posterior(answer, [photo.location for photo in venice.photos], window_m=1100, axes=middle)
            _picture(right, file, [(m.photo_x, m.photo_y) for m in best.matches])
        lat, lng = answer.location
        for axes, title in (
            (left, "A photograph of 1897"),
            (middle, f"Reported place: {lat:.5f}, {lng:.5f}\nwithin 100 m with probability {answer.confidence:.2f}"),
            (right, f"{len(best.matches)} points match a watercolour of 1911"),
        ):
            axes.set_title(title, fontsize=17)
        marks = middle.get_legend_handles_labels()
        middle.get_legend().remove()
        figure.legend(*marks, loc="outside lower center", ncols=len(marks[0]), fontsize=13, frameon=False)
        middle.tick_params(labelsize=12)
        for label in (middle.xaxis.label, middle.yaxis.label):
            label.set_fontsize(13)
        return figure

    def best_match(self, query: Path) -> tuple[venloc.Candidate, Path]:
        """The candidate of the mini city with the most inliers, and its file."""
        best = max(self.mini_city.locate(query).candidates, key=lambda c: c.inliers)
        file = next(photo.file for photo in self.gallery if photo.id == best.photo_id)
        assert file is not None
        return best, file

    def keypoints(self) -> Figure:
        """Describe."""
        with plots.style():
            figure = Figure(figsize=(4.8, 4.8), layout="compressed")
            return plots.keypoints(STEPS, axes=figure.add_subplot())

    def votes(self) -> Figure:
        """Retrieve and verify, on the map."""
        photos = self.mini_city.photos
        with plots.style():
            figure = Figure(figsize=(10, 4.8), layout="compressed")
            for axes, measurement, title in zip(
                figure.subplots(1, 2, sharey=True),
                ("votes", "inliers"),
                ("retrieve: votes of the index", "verify: matches that agree on one transformation"),
                strict=True,
            ):
                plots.vote_map(self.evidence, photos, measurement=measurement, truth=STEPS_PLACE, axes=axes)
                axes.set_title(title)
                axes.label_outer()
                axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2)
        return figure

    def matches(self) -> Figure:
        """Verify."""
        best, file = self.best_match(STEPS)
        features = [venloc.extract_sift(venloc.read_image(picture)) for picture in (STEPS, file)]
        tentative = plots.nearest_matches(*features, max_ratio=0.9)
        titles = ("query: photograph, 1913", "gallery: pen drawing, 1903")
        with plots.style():
            axes = Figure(figsize=(7.2, 4.1), layout="compressed").add_subplot()
            return plots.matches(STEPS, file, best.matches, tentative, titles=titles, axes=axes)

    def evidence_table(self) -> Figure:
        """Score."""
        return plots.evidence_table(self.evidence, self.mini_city.photos, self.answer)

    def posterior(self) -> Figure:
        """Posterior and answer."""
        return plots.posterior(self.answer, [photo.location for photo in self.gallery], truth=STEPS_PLACE)

    def calibration(self) -> Figure:
        """Reliability of the full gallery, from the committed results."""
        values = json.loads(EVALUATION.read_text())["parts"]["grouped"]["values"]["pooled"]
        return plots.calibration(venloc.Metrics(**values[0]))

    def error_map(self) -> Figure:
        """Errors of the mini city's own pictures as queries."""
        report = venloc.cross_validate(self.gallery, protocol="grouped", seeds=[0], folds=5, seed=0)
        return plots.error_map(report)


@dataclass(frozen=True)
class Drawn:
    """One figure: how it is drawn and written."""

    draw: Callable[[Drawings], Figure]
    colors: int = 96  # of its palette, besides those of the marks; with pictures fewer make a smaller file
    max_bytes: int = 120_000


FIGURES = {
    "overview": Drawn(Drawings.overview, colors=40, max_bytes=200_000),
    "keypoints": Drawn(Drawings.keypoints, colors=24),
    "votes": Drawn(Drawings.votes),
    "matches": Drawn(Drawings.matches, colors=24),
    "evidence": Drawn(Drawings.evidence_table),
    "posterior": Drawn(Drawings.posterior),
    "calibration": Drawn(Drawings.calibration),
    "error-map": Drawn(Drawings.error_map),
}


def _picture(axes: Axes, file: Path, points: list[tuple[float, float]]) -> None:
    """A picture with numbered points, which are shares of its width and height."""
    image = venloc.read_image(file)
    axes.imshow(image.to_array(), cmap="gray", vmin=0, vmax=255)
    here = np.array(points) * (image.width, image.height)
    axes.scatter(here[:, 0], here[:, 1], s=150, color=plots.ANSWER, edgecolors="white", linewidths=1)
    for number, (x, y) in enumerate(here, 1):
        axes.text(x, y, str(number), color="white", fontsize=8, ha="center", va="center_baseline")
    axes.set_axis_off()


def png(figure: Figure, name: str) -> bytes:
    """The figure as a PNG with a palette: colors that represent it, and tints of the colors of the marks.

    Raises ValueError where the file is larger than it may be.
    """
    colors, max_bytes = FIGURES[name].colors, FIGURES[name].max_bytes
    drawn, written = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=100, metadata={"Software": None})
    with Image.open(drawn) as image:
        whole = image.convert("RGB")
    common = whole.quantize(colors, method=Image.Quantize.MEDIANCUT).getpalette() or []
    palette = np.array([*_tints(), *common[: 3 * colors]], dtype=np.int64).reshape(-1, 3)
    seen, which = np.unique(np.asarray(whole).reshape(-1, 3), axis=0, return_inverse=True)
    nearest = np.argmin(((seen[:, None].astype(np.int64) - palette) ** 2).sum(axis=2), axis=1).astype(np.uint8)
    small = Image.fromarray(nearest[which].reshape(whole.height, whole.width), mode="P")
    small.putpalette(palette.astype(np.uint8).tobytes())
    small.save(written, format="png", optimize=True)
    if written.tell() > max_bytes:
        raise ValueError(f"the figure {name} is {written.tell():,} bytes, more than {max_bytes:,}: make it smaller")
    return written.getvalue()


def _tints(steps: int = 6) -> list[int]:
    """The colors of the marks, white and black, and mixtures of each with white, as red, green and blue of each."""
    marks = np.array([to_rgb(c) for c in (plots.ANSWER, plots.CANDIDATE, plots.TRUTH, plots.GALLERY, "black")])
    mixed = 1 - np.linspace(0, 1, steps + 1)[None, :, None] * (1 - marks[:, None])
    return [round(255 * value) for value in mixed.ravel()]


def main() -> None:
    """Writes the figures into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder (default: that of this file)")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(FIGURES)} (default: all)")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(FIGURES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}")
    drawings = Drawings()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.names or FIGURES:
        (arguments.out / f"{name}.png").write_bytes(png(FIGURES[name].draw(drawings), name))


if __name__ == "__main__":
    main()
