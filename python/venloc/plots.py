# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of each step of a query, of evaluations and of trainings (matplotlib, without pyplot).

Every figure is drawn in the style STYLE. Functions with `axes` draw into these axes and return their figure; without
`axes` they create a new figure. Coordinates on maps are metres east and north of the place that the axis labels name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

import matplotlib
import numpy as np
from matplotlib.collections import EllipseCollection, LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from venloc import maps
from venloc._core import (
    BoundingBox,
    EvaluationRecord,
    LatLng,
    LocalFeatures,
    LocalFrame,
    Metrics,
    PointMatch,
    extract_sift,
)
from venloc.errors import InvalidArgumentError
from venloc.pictures import as_image

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from venloc._core import Evidence, Photo, Posterior, Prediction, PublishedAnalysis
    from venloc._torch import LearningCurve
    from venloc.pictures import Picture
    from venloc.risks import RiskCoverage

# Of the palette of Okabe and Ito (2008), which color-blind people can distinguish.
ANSWER = "#d55e00"  # what the locator reports, and what is verified
CANDIDATE = "#0072b2"  # candidates, and what is compared with the answer
TRUTH = "#009e73"  # the known place
GALLERY = "#bfbfbf"  # the gallery's photos
BASELINE = "#737373"  # baselines, and what is tentative

STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # which comes with Matplotlib: the same letters everywhere
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "figure.facecolor": "white",  # a PNG is also readable on a dark page
    "axes.facecolor": "white",
    "axes.edgecolor": BASELINE,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
}

EVIDENCE = (
    "votes",
    "matches",
    "inliers",
    "effective_inliers",
    "inlier_weight",
    "spread",
    "colour",
    "vlad",
    "similarity",
    "regional",
    "map_score",
)
"""Measurements of a candidate that evidence_table shows by default."""

_BASELINE_STYLES = ("--", "-.", ":")
_GAP = 0.03  # between two pictures, of their height
_SHOWN_PROBABILITY = 0.02  # of a candidate that must be on the map
_LARGEST = 260.0  # area of the largest mark of a map [pt²]
# A context manager of a generator can be used as a decorator any number of times.
_styled = matplotlib.rc_context(STYLE)


def style() -> AbstractContextManager[None]:
    """The style of these figures, for your own axes: `with plots.style(): ...`."""
    return matplotlib.rc_context(STYLE)


def _axes(axes: Axes | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    """The figure and axes to draw into; a new figure has this size [in]."""
    if axes is None:
        figure = Figure(figsize=size, layout="compressed")
        axes = figure.add_subplot()
        # Ticks are made when the figure is saved, after the style has ended.
        axes.tick_params(labelsize=STYLE["xtick.labelsize"])
        return figure, axes
    parent = axes.figure
    return (parent if isinstance(parent, Figure) else parent.figure), axes


# --- one query --------------------------------------------------------------------------------------------------------


@_styled
def keypoints(
    picture: Picture, features: LocalFeatures | None = None, *, count: int = 300, axes: Axes | None = None
) -> Figure:
    """The `count` strongest local features of a picture: circles whose radius is the feature's scale.

    `features` are those of this picture (default: `extract_sift` with its defaults); they may be of a smaller copy of it.
    The axes are pixels of the picture. Raises InvalidArgumentError when `count` is below 1, ImageError when the picture cannot
    be read.
    """
    if count < 1:
        raise InvalidArgumentError(f"count is 1 or more, not {count}")
    image = as_image(picture)
    if features is None:
        features = extract_sift(image)
    figure, axes = _axes(axes, (6.4, 6.4 * image.height / image.width + 0.5))
    axes.imshow(image.to_gray().to_array(), cmap="gray", vmin=0, vmax=255)
    shown = features.keypoints[:count]
    scale = image.width / features.width if features.width else 1.0
    diameters = 2 * shown[:, 2] * scale
    axes.add_collection(
        EllipseCollection(
            diameters,
            diameters,
            np.zeros(len(shown)),
            units="xy",
            offsets=shown[:, :2] * scale,
            offset_transform=axes.transData,
            facecolors="none",
            edgecolors=ANSWER,
            linewidths=0.9,
        )
    )
    axes.set_axis_off()
    axes.set_title(f"{len(shown)} strongest of {len(features)} keypoints")
    return figure


def nearest_matches(query: LocalFeatures, photo: LocalFeatures, *, max_ratio: float = 0.8) -> list[PointMatch]:
    """Tentative matches of two pictures, for `matches`: nearest descriptors by the ratio test (Lowe 2004).

    A feature of the query is matched with the nearest one of the photo (Euclidean distance of the descriptors) when that is
    less than `max_ratio` (above 0, at most 1) times as far as the second. A locator finds its tentative matches by codes in the
    visual index instead, so its own number of them differs. Raises InvalidArgumentError for a ratio out of range.
    """
    if not 0 < max_ratio <= 1:
        raise InvalidArgumentError(f"max_ratio is above 0 and at most 1, not {max_ratio:g}")
    if not len(query) or len(photo) < 2:
        return []
    a, b = query.descriptors.astype(np.float64), photo.descriptors.astype(np.float64)
    squared = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    two = np.argsort(squared, axis=1, kind="stable")[:, :2]
    first, second = np.take_along_axis(squared, two, axis=1).clip(0).T
    here = query.keypoints[:, :2] / (query.width, query.height)
    there = photo.keypoints[:, :2] / (photo.width, photo.height)
    return [
        PointMatch(x=here[i, 0], y=here[i, 1], photo_x=there[two[i, 0], 0], photo_y=there[two[i, 0], 1])
        for i in np.flatnonzero(first < max_ratio**2 * second)
    ]


@_styled
def matches(
    query: Picture,
    photo: Picture,
    verified: Sequence[PointMatch],
    tentative: Sequence[PointMatch] = (),
    *,
    titles: tuple[str, str] = ("query", "gallery photo"),
    axes: Axes | None = None,
) -> Figure:
    """Query and gallery photo side by side at the same height, with a line for each match.

    `verified` are inliers, such as `Candidate.matches`. `tentative` are matches before verification, such as those of
    `nearest_matches`. Points are given in shares of width and height. Raises InvalidArgumentError when a point is outside its
    picture, and ImageError when a picture cannot be read.
    """
    images = [as_image(query, "the query"), as_image(photo, "the gallery photo")]
    widths = [image.width / image.height for image in images]
    start = widths[0] + _GAP
    figure, axes = _axes(axes, (8.0, 8.0 / (start + widths[1]) + 0.6))
    for image, title, left, width in zip(images, titles, (0.0, start), widths, strict=True):
        pixels = image.to_array()
        axes.imshow(pixels, cmap="gray", vmin=0, vmax=255, extent=(left, left + width, 1, 0))
        axes.text(left + width / 2, -0.02, title, ha="center", va="bottom", fontsize=9)
    for name, of_kind, color, thickness, alpha in (
        ("tentative", tentative, CANDIDATE, 0.5, 0.45),
        ("verified", verified, ANSWER, 1.0, 0.9),
    ):
        ends = _ends(of_kind, name)
        if not len(ends):
            continue
        ends = ends * (widths[0], 1, widths[1], 1) + (0, 0, start, 0)
        label = f"{len(ends)} {name} match{'' if len(ends) == 1 else 'es'}"
        lines = LineCollection(
            list(ends.reshape(-1, 2, 2)), colors=color, linewidths=thickness, alpha=alpha, label=label
        )
        axes.add_collection(lines)
        if name == "verified":
            points = ends.reshape(-1, 2)
            axes.scatter(points[:, 0], points[:, 1], s=14, facecolors="white", edgecolors=color, linewidths=1, zorder=3)
    axes.set(xlim=(0, start + widths[1]), ylim=(1, -0.1), aspect="equal")
    axes.set_axis_off()
    if verified or tentative:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
    return figure


def _ends(points: Sequence[PointMatch], name: str) -> NDArray[np.float64]:
    """x, y in the query and x, y in the photo, a row for each match."""
    ends = np.array([(p.x, p.y, p.photo_x, p.photo_y) for p in points], dtype=np.float64).reshape(-1, 4)
    outside = np.flatnonzero(~np.all((ends >= 0) & (ends <= 1), axis=1))
    if outside.size:
        raise InvalidArgumentError(
            f"the {name} match {outside[0]} is outside its picture: {points[outside[0]]!r}; points are shares of width and "
            "height, 0 to 1"
        )
    return ends


def _measured(evidence: Evidence, photos: Sequence[Photo]) -> dict[str, list[float]]:
    """The measurements of the candidates by name; `photo` has their numbers."""
    table: dict[str, list[float]] = json.loads(evidence.to_json())["candidates"]
    largest = max(table["photo"], default=-1)
    if largest >= len(photos):
        raise InvalidArgumentError(
            f"the evidence names photo {largest:.0f}, but there are {len(photos)} photos: give the photos of the locator that "
            "made the evidence"
        )
    return table


def _column(table: Mapping[str, list[float]], measurement: str) -> list[float]:
    if measurement not in table:
        raise InvalidArgumentError(f"unknown measurement {measurement!r}; choose one of {', '.join(sorted(table))}")
    return table[measurement]


@_styled
def vote_map(
    evidence: Evidence,
    photos: Sequence[Photo],
    *,
    measurement: str = "votes",
    truth: LatLng | None = None,
    axes: Axes | None = None,
) -> Figure:
    """Map of one measurement of the candidates. The area of a disc is proportional to the value.

    `photos` are those of the locator that made the evidence. `measurement` is a name in the JSON of the evidence (votes,
    inliers, inlier_weight, similarity, ...). Grey dots are photos that are not candidates, or whose value is not above 0.
    Axes are metres from the centre of the photos. Raises InvalidArgumentError for an unknown measurement, for photos of
    another locator, and for an empty list of photos.
    """
    table = _measured(evidence, photos)
    values = np.array(_column(table, measurement))
    if not photos:
        raise InvalidArgumentError("a map of votes needs the gallery's photos, got none")
    frame = LocalFrame(BoundingBox.around([photo.location for photo in photos]).center())
    places = _local(frame, [photo.location for photo in photos])
    figure, axes = _axes(axes, (6.4, 4.8))
    axes.scatter(places[:, 0], places[:, 1], s=5, color=GALLERY, label="gallery photo")
    # The largest last, so that they are seen.
    order = [i for i in np.argsort(values, kind="stable") if values[i] > 0]
    if order:
        here = places[[int(table["photo"][i]) for i in order]]
        axes.scatter(
            here[:, 0],
            here[:, 1],
            s=_LARGEST * values[order] / values[order[-1]],
            color=CANDIDATE,
            alpha=0.35,
            edgecolors=CANDIDATE,
            label=f"{measurement}, at most {values[order[-1]]:.3g}",
        )
        axes.scatter(here[-1:, 0], here[-1:, 1], s=14, color=ANSWER, label=f"most {measurement}")
    if truth is not None:
        _mark_truth(axes, frame, truth)
    _map_axes(axes, "the middle of the photos")
    _legend_beside(axes)
    return figure


@_styled
def evidence_table(
    evidence: Evidence,
    photos: Sequence[Photo],
    prediction: Prediction,
    *,
    measurements: Sequence[str] | None = None,
    rows: int = 8,
    axes: Axes | None = None,
) -> Figure:
    """Table of the `rows` most probable candidates and their measurements. Larger values have darker cells.

    `evidence` and `prediction` belong to one query; `photos` are those of the locator. By default the measurements of EVIDENCE
    are shown that are not 0 for all candidates. Their units are in include/venloc/ranking/evidence.hpp. Raises
    InvalidArgumentError for an unknown measurement, for `rows` below 1, and when no candidate of the prediction is in the
    evidence.
    """
    if rows < 1:
        raise InvalidArgumentError(f"rows is 1 or more, not {rows}")
    table = _measured(evidence, photos)
    if measurements is None:
        measurements = [name for name in EVIDENCE if any(table[name])]
    numbers = {photos[int(number)].id: i for i, number in enumerate(table["photo"])}
    chosen = [c for c in prediction.candidates if c.photo_id in numbers][:rows]
    if not chosen:
        raise InvalidArgumentError("no candidate of the prediction is in the evidence: give those of one query")
    columns = {
        "probability": [c.probability for c in chosen],
        **{name: [_column(table, name)[numbers[c.photo_id]] for c in chosen] for name in measurements},
    }
    figure, axes = _axes(axes, (2.6 + 0.62 * len(columns), 1.3 + 0.27 * len(chosen)))
    values = np.array(list(columns.values())).T
    shades = values.clip(0) / np.maximum(values.max(axis=0), 1e-12)
    axes.imshow(shades, cmap="Blues", vmin=0, vmax=1.8, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        axes.text(column, row, _number(value, list(columns)[column]), ha="center", va="center", fontsize=8)
    axes.set_yticks(range(len(chosen)), [_shortened(c.photo_id) for c in chosen])
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), [name.replace("_", " ") for name in columns], rotation=40, ha="left")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def _number(value: float, name: str) -> str:
    return f"{value:.0f}" if name in ("matches", "inliers", "effective_inliers") else f"{value:.2f}"


def _shortened(name: str, most: int = 40) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


@_styled
def posterior(
    prediction: Prediction,
    places: Sequence[LatLng] = (),
    *,
    truth: LatLng | None = None,
    window_m: float | None = None,
    axes: Axes | None = None,
) -> Figure:
    """The answer on a map: regions of highest density, circles of the two radii, candidates, and the reported place.

    The regions contain 50 % and 90 % of the probability that the picture was made in the city. So do the circles around the
    reported place. `places` are the places of the gallery's photos. `window_m` is the side of the drawn square around the
    reported place [m]; by default it contains the circles, the true place and the probable candidates. Axes are metres from
    the reported place. Raises InvalidArgumentError for a window that is not above 0.
    """
    if window_m is not None and not window_m > 0:
        raise InvalidArgumentError(f"window_m is above 0, not {window_m}")
    frame = LocalFrame(prediction.location)
    figure, axes = _axes(axes, (6.4, 4.6))
    gallery = _local(frame, places)
    axes.scatter(gallery[:, 0], gallery[:, 1], s=5, color=GALLERY, label="gallery photo" if len(gallery) else None)
    regions = _regions(prediction.posterior, frame)
    for (level, path), shade in zip(regions.items(), (0.18, 0.45), strict=True):
        axes.add_patch(PathPatch(path, facecolor=ANSWER, alpha=shade, linewidth=0, label=f"{_percent(level)} region"))
    for radius, dash, level in ((prediction.radius_90_m, "--", 0.9), (prediction.radius_50_m, "-", 0.5)):
        label = f"{_percent(level)} radius, {radius:.0f} m"
        axes.add_patch(Circle((0, 0), radius, fill=False, edgecolor=ANSWER, linestyle=dash, linewidth=1, label=label))
    candidates = sorted(prediction.candidates, key=lambda c: c.probability)
    supports = _local(frame, [c.location for c in candidates])
    axes.scatter(
        supports[:, 0],
        supports[:, 1],
        s=[12 + 100 * c.probability for c in candidates],
        color=CANDIDATE,
        edgecolors="white",
        linewidths=0.6,
        label="candidate",
        zorder=3,
    )
    axes.scatter([0], [0], marker="P", s=70, color="black", edgecolors="white", label="reported place", zorder=4)
    if truth is not None:
        _mark_truth(axes, frame, truth)
    _map_axes(axes, "the reported place")
    counting = [xy for xy, c in zip(supports, candidates, strict=True) if c.probability >= _SHOWN_PROBABILITY]
    known = [] if truth is None else list(_local(frame, [truth]))
    reach = max(prediction.radius_90_m, *(float(np.max(np.abs(xy))) for xy in (*counting, *known)), 1.0)
    half = 1.1 * reach if window_m is None else window_m / 2
    axes.set(xlim=(-half, half), ylim=(-half, half))
    _legend_beside(axes)
    return figure


def _regions(of: Posterior, frame: LocalFrame) -> dict[float, Path]:
    """The regions of highest density by level, the largest first, in metres."""
    return {
        level: Path.make_compound_path(*(Path(_local(frame, ring), closed=True) for ring in rings))
        for level, rings in sorted(maps.regions(of), key=lambda region: -region[0])
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _local(frame: LocalFrame, places: Sequence[LatLng]) -> NDArray[np.float64]:
    """Metres east and north, a row for each place."""
    return np.array([(p.east, p.north) for p in map(frame.to_local, places)], dtype=np.float64).reshape(-1, 2)


def _mark_truth(axes: Axes, frame: LocalFrame, truth: LatLng) -> None:
    at = frame.to_local(truth)
    axes.plot(
        [at.east], [at.north], "s", color=TRUTH, fillstyle="none", markersize=8, markeredgewidth=2, label="true place"
    )


def _map_axes(axes: Axes, origin: str) -> None:
    axes.set(xlabel=f"east of {origin} [m]", ylabel=f"north of {origin} [m]", aspect="equal")
    axes.locator_params(nbins=6)


def _legend_beside(axes: Axes) -> None:
    """A legend to the right of the axes."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0))


# --- evaluations ------------------------------------------------------------------------------------------------------


class Evaluated(Protocol):
    """The parts of an evaluation that are drawn; `venloc.Report` has them."""

    @property
    def name(self) -> str:
        """Name of the locator."""

    @property
    def records(self) -> list[EvaluationRecord]:
        """The located queries with their truth."""

    @property
    def baselines(self) -> dict[str, list[EvaluationRecord]]:
        """Records of the same queries by the baselines."""

    @property
    def metrics(self) -> list[Metrics]:
        """The locator's figures, then the baselines'."""

    @property
    def risk_coverage(self) -> RiskCoverage:
        """The risk of reporting only answers of high confidence."""

    @property
    def gallery_places(self) -> list[LatLng]:
        """Places of the gallery, for the map."""

    @property
    def published(self) -> PublishedAnalysis:
        """The published analysis of the records."""


def plot_report(report: Evaluated) -> dict[str, Figure]:
    """All figures by name."""
    return {
        "errors": errors(report),
        "calibration": calibration(report),
        "risk": risk_coverage(report),
        "map": error_map(report),
        "published": published(report),
    }


@_styled
def errors(report: Evaluated) -> Figure:
    """Share of queries with a smaller error [m], for the locator and the baselines."""
    figure, axes = _axes(None, (7, 4.5))

    def curve(records: list[EvaluationRecord], label: str, style: str, colour: str | None) -> None:
        errors_m = np.sort([max(r.error_m, 1.0) for r in records])
        axes.step(
            errors_m, np.arange(1, len(errors_m) + 1) / len(errors_m), style, where="post", label=label, color=colour
        )

    curve(report.records, report.name, "-", ANSWER)
    for i, (name, records) in enumerate(report.baselines.items()):
        curve(records, name, _BASELINE_STYLES[i % len(_BASELINE_STYLES)], BASELINE)
    axes.set(xscale="log", xlabel="error [m]", ylabel="share of queries with a smaller error", ylim=(0, 1))
    axes.set_xticks([1, 10, 25, 100, 250, 1000, 5000], ["1", "10", "25", "100", "250", "1000", "5000"])
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return figure


@_styled
def calibration(evaluated: Evaluated | Metrics, *, axes: Axes | None = None) -> Figure:
    """Reliability diagram: mean confidence of each decile of the queries against the share of right answers in it.

    An answer is right when it is within 100 m of the true place. Points of a calibrated locator are on the diagonal. Takes an
    evaluation, whose locator is drawn, or the metrics themselves. Raises InvalidArgumentError when they have no deciles.
    """
    metrics = evaluated if isinstance(evaluated, Metrics) else evaluated.metrics[0]
    bins = [b for b in metrics.calibration if b.count > 0]
    if not bins:
        raise InvalidArgumentError(
            f"the metrics of {metrics.name!r} have no calibration bins: compute them from records"
        )
    figure, axes = _axes(axes, (4.6, 4.6))
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1, label="confidence = share")
    confidence, share = [b.mean_confidence for b in bins], [b.share_within for b in bins]
    axes.plot(confidence, share, "o-", color=ANSWER, label=f"deciles of {metrics.queries:,} queries")
    axes.set(
        xlabel="mean confidence",
        ylabel="share within 100 m",
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        title=f"expected calibration error {metrics.calibration_error.value:.3f}\ninside the 50 % radius "
        f"{_percent(metrics.coverage_50.value)}, 90 % radius {_percent(metrics.coverage_90.value)}",
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return figure


@_styled
def risk_coverage(report: Evaluated) -> Figure:
    """Mean error and share of wrong answers, when only the most confident are reported."""
    figure = Figure(figsize=(7, 4.5), layout="compressed")
    upper, lower = figure.subplots(2, sharex=True)
    risks = report.risk_coverage
    for axes, mine, best, area, label in (
        (upper, risks.mean_error_m, risks.best_mean_error_m, risks.aurc_m, "mean error [m]"),
        (lower, risks.share_beyond, risks.best_share_beyond, risks.aurc_beyond, "share beyond 100 m"),
    ):
        digits = ".0f" if axes is upper else ".2f"
        axes.plot(risks.coverage, mine, color=ANSWER, label=f"by confidence (area {area.value:{digits}})")
        axes.plot(risks.coverage, best, "--", color=BASELINE, label="in the order of the errors")
        axes.axhline(mine[-1], linestyle=":", color=BASELINE, label="at random")
        axes.set(ylabel=label, xlim=(0, 1), ylim=(0, None))
        axes.grid(alpha=0.3)
        axes.legend(loc="best")
    lower.set_xlabel("share of the queries that is reported, the most confident first")
    return figure


@_styled
def error_map(report: Evaluated, *, axes: Axes | None = None) -> Figure:
    """Map of the errors. It shows the middle 98 % of the places in each direction; the title counts the other places.

    Each query is a point at its true place, coloured by its error [m]. Axes are metres from the centre of the map. Raises
    InvalidArgumentError when there is no record.
    """
    if not report.records:
        raise InvalidArgumentError("a map of errors needs at least one record, got none")
    figure, axes = _axes(axes, (7.0, 5.0))
    # The smallest errors last, so that they are seen among many.
    records = sorted(report.records, key=lambda r: -r.error_m)
    corners = np.quantile([tuple(r.truth) for r in records], (0.01, 0.99), axis=0)
    frame = LocalFrame(LatLng(*corners.mean(axis=0)))
    gallery, truths = _local(frame, report.gallery_places), _local(frame, [r.truth for r in records])
    low, high = np.quantile(truths, (0.01, 0.99), axis=0)
    margin = max(0.05 * float(np.max(high - low)), 50.0)
    low, high = low - margin, high + margin
    outside = int(np.sum(np.any((truths < low) | (truths > high), axis=1)))
    axes.scatter(gallery[:, 0], gallery[:, 1], s=3, color=GALLERY)
    points = axes.scatter(
        truths[:, 0],
        truths[:, 1],
        c=np.log10([max(r.error_m, 1.0) for r in records]),
        s=14,
        alpha=0.8,
        cmap="viridis_r",
        vmin=0,
        vmax=3.5,
    )
    bar = figure.colorbar(points, ax=axes, label="error [m]", shrink=0.8)
    if bar.solids is not None:
        bar.solids.set_alpha(1)
    bar.set_ticks([0, 1, 2, 3], labels=["1", "10", "100", "1000"])
    _map_axes(axes, "the middle")
    axes.set(
        xlim=(low[0], high[0]),
        ylim=(low[1], high[1]),
        title=f"{len(records)} queries" + (f", {outside} of them outside this map" if outside else ""),
    )
    return figure


@_styled
def published(report: Evaluated) -> Figure:
    """Histogram of the errors with kernel density, as FDHProject published it."""
    figure, axes = _axes(None, (7, 4.5))
    analysis = report.published
    axes.stairs(analysis.counts, analysis.bin_edges_m, fill=True, color=GALLERY, label="queries")
    edges = np.asarray(analysis.bin_edges_m)
    scale = len(report.records) * float(np.mean(np.diff(edges)))
    axes.plot(analysis.density_x_m, np.asarray(analysis.density) * scale, color=ANSWER, label="kernel density")
    median = analysis.median_m
    axes.axvspan(median.low, median.high, color=CANDIDATE, alpha=0.2)
    axes.axvline(
        median.value, color=CANDIDATE, label=f"median {median.value:.0f} m ({median.low:.0f} to {median.high:.0f})"
    )
    axes.set(
        xlabel="error [m]",
        ylabel="queries",
        title=f"mean squared error: latitude {analysis.mse_lat:.3g} deg², longitude {analysis.mse_lng:.3g} deg²",
    )
    axes.legend()
    return figure


# --- trainings --------------------------------------------------------------------------------------------------------


@_styled
def learning_curves(curves: Sequence[LearningCurve] | Mapping[str, Sequence[LearningCurve]], title: str = "") -> Figure:
    """Loss by epoch: dashed for the training photos, solid for the held-out photos. A dot marks the epoch of the weights.

    A training on all photos has no held-out photos and is drawn in another colour. Curves whose losses are not comparable
    are given by name; each name has its own panel.
    """
    parts = curves if isinstance(curves, Mapping) else {"": curves}
    figure = Figure(figsize=(7 * max(1, len(parts)), 4.5), layout="compressed")
    figure.suptitle(title, fontsize=9)
    for number, (name, of_part) in enumerate(parts.items(), 1):
        axes = figure.add_subplot(1, len(parts), number)
        _draw_curves(axes, of_part)
        axes.set_title(name, fontsize=9)
    return figure


def _draw_curves(axes: Axes, curves: Sequence[LearningCurve]) -> None:
    labels: set[str] = set()

    def label(text: str) -> str | None:
        if text in labels:
            return None
        labels.add(text)
        return text

    for curve in curves:
        epochs = [e.epoch for e in curve.epochs]
        held_out = np.array([e.validation_loss for e in curve.epochs])
        of_all = bool(np.isnan(held_out).all())
        colour = CANDIDATE if of_all else ANSWER
        name = "all photos, in training" if of_all else "in training"
        axes.plot(epochs, [e.training_loss for e in curve.epochs], "--", color=colour, alpha=0.6, label=label(name))
        if of_all:
            continue
        axes.plot(epochs, held_out, "-", color=colour, alpha=0.8, label=label("held out"))
        if 1 <= curve.best_epoch <= len(held_out):
            axes.plot([curve.best_epoch], [held_out[curve.best_epoch - 1]], "o", color=colour, label=label("taken"))
    axes.set(xlabel="epoch", ylabel="loss")
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.3)
    if labels:
        axes.legend()
