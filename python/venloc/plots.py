# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of reports and of trainings (matplotlib, without its global state)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from matplotlib.figure import Figure

from venloc._core import EvaluationRecord, LatLng, LocalFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from venloc._core import Metrics, PublishedAnalysis
    from venloc._torch import LearningCurve
    from venloc.risks import RiskCoverage

_BASELINE_STYLES = ("--", "-.", ":")


class Evaluated(Protocol):
    """What is drawn of an evaluation, such as `venloc.Report`."""

    @property
    def name(self) -> str: ...
    @property
    def records(self) -> list[EvaluationRecord]: ...
    @property
    def baselines(self) -> dict[str, list[EvaluationRecord]]: ...
    @property
    def metrics(self) -> list[Metrics]: ...
    @property
    def risk_coverage(self) -> RiskCoverage: ...
    @property
    def gallery_places(self) -> list[LatLng]: ...
    @property
    def published(self) -> PublishedAnalysis: ...


def plot_report(report: Evaluated) -> dict[str, Figure]:
    """All figures by name."""
    return {
        "errors": errors(report),
        "calibration": calibration(report),
        "risk": risk_coverage(report),
        "map": error_map(report),
        "published": published(report),
    }


def errors(report: Evaluated) -> Figure:
    """Share of queries below an error, the baselines beside it."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()

    def curve(records: list[EvaluationRecord], label: str, style: str, colour: str | None) -> None:
        errors_m = np.sort([max(r.error_m, 1.0) for r in records])
        axes.step(
            errors_m, np.arange(1, len(errors_m) + 1) / len(errors_m), style, where="post", label=label, color=colour
        )

    curve(report.records, report.name, "-", "C3")
    for i, (name, records) in enumerate(report.baselines.items()):
        curve(records, name, _BASELINE_STYLES[i % len(_BASELINE_STYLES)], "0.45")
    axes.set(xscale="log", xlabel="error [m]", ylabel="share of queries with a smaller error", ylim=(0, 1))
    axes.set_xticks([1, 10, 25, 100, 250, 1000, 5000], ["1", "10", "25", "100", "250", "1000", "5000"])
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left")
    return figure


def calibration(report: Evaluated) -> Figure:
    """Confidence against the share of right answers by decile."""
    figure = Figure(figsize=(5, 5), layout="constrained")
    axes = figure.add_subplot()
    metrics = report.metrics[0]
    bins = [b for b in metrics.calibration if b.count > 0]
    axes.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    axes.plot([b.mean_confidence for b in bins], [b.share_within for b in bins], "o-", color="C3")
    axes.set(
        xlabel="confidence",
        ylabel="share within 100 m",
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
        title=f"expected calibration error {metrics.calibration_error.value:.3f}\ninside the 50 % radius "
        f"{metrics.coverage_50.value:.0%}, 90 % radius {metrics.coverage_90.value:.0%}",
    )
    axes.title.set_fontsize(9)
    axes.grid(alpha=0.3)
    return figure


def risk_coverage(report: Evaluated) -> Figure:
    """Mean error and share of wrong answers, when only the most confident are reported."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True)
    risks = report.risk_coverage
    for axes, mine, best, area, label in (
        (upper, risks.mean_error_m, risks.best_mean_error_m, risks.aurc_m, "mean error [m]"),
        (lower, risks.share_beyond, risks.best_share_beyond, risks.aurc_beyond, "share beyond 100 m"),
    ):
        digits = ".0f" if axes is upper else ".2f"
        axes.plot(risks.coverage, mine, color="C3", label=f"by confidence (area {area.value:{digits}})")
        axes.plot(risks.coverage, best, "--", color="0.45", label="in the order of the errors")
        axes.axhline(mine[-1], linestyle=":", color="0.45", label="at random")
        axes.set(ylabel=label, xlim=(0, 1), ylim=(0, None))
        axes.grid(alpha=0.3)
        axes.legend(loc="best", fontsize=8)
    lower.set_xlabel("share of the queries that is reported, the most confident first")
    return figure


def error_map(report: Evaluated) -> Figure:
    """Where in the city the errors are made: the middle 98 % of the places each way, the others counted in the title."""
    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.add_subplot()
    if not report.records:
        return figure
    frame = LocalFrame(report.records[0].truth)

    def local(places: list[LatLng]) -> NDArray[np.float64]:
        return np.array([(p.east, p.north) for p in map(frame.to_local, places)]).reshape(-1, 2)

    gallery = local(report.gallery_places)
    # The smallest errors last, so that they are seen among many.
    records = sorted(report.records, key=lambda r: -r.error_m)
    truths = local([r.truth for r in records])
    low, high = np.quantile(truths, (0.01, 0.99), axis=0)
    margin = max(0.05 * float(np.max(high - low)), 50.0)
    low, high = low - margin, high + margin
    outside = int(np.sum(np.any((truths < low) | (truths > high), axis=1)))
    axes.scatter(gallery[:, 0], gallery[:, 1], s=3, color="0.8", label="gallery")
    points = axes.scatter(
        truths[:, 0],
        truths[:, 1],
        c=np.log10([max(r.error_m, 1.0) for r in records]),
        s=14,
        alpha=0.7,
        cmap="viridis_r",
        vmin=0,
        vmax=3.5,
    )
    bar = figure.colorbar(points, ax=axes, label="error [m]")
    if bar.solids is not None:
        bar.solids.set_alpha(1)
    bar.set_ticks([0, 1, 2, 3], labels=["1", "10", "100", "1000"])
    axes.set(
        xlabel="east [m]",
        ylabel="north [m]",
        aspect="equal",
        xlim=(low[0], high[0]),
        ylim=(low[1], high[1]),
        title=f"{len(records)} queries" + (f", {outside} of them outside this map" if outside else ""),
    )
    axes.title.set_fontsize(9)
    return figure


def published(report: Evaluated) -> Figure:
    """Histogram of the errors with kernel density, as FDHProject published it."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    analysis = report.published
    axes.stairs(analysis.counts, analysis.bin_edges_m, fill=True, color="0.75", label="queries")
    edges = np.asarray(analysis.bin_edges_m)
    scale = len(report.records) * float(np.mean(np.diff(edges)))
    axes.plot(analysis.density_x_m, np.asarray(analysis.density) * scale, color="C3", label="kernel density")
    median = analysis.median_m
    axes.axvspan(median.low, median.high, color="C0", alpha=0.2)
    axes.axvline(median.value, color="C0", label=f"median {median.value:.0f} m ({median.low:.0f} to {median.high:.0f})")
    axes.set(
        xlabel="error [m]",
        ylabel="queries",
        title=f"mean squared error: latitude {analysis.mse_lat:.3g} deg², longitude {analysis.mse_lng:.3g} deg²",
    )
    axes.title.set_fontsize(9)
    axes.legend()
    return figure


def learning_curves(curves: Sequence[LearningCurve] | Mapping[str, Sequence[LearningCurve]], title: str = "") -> Figure:
    """Loss against epochs: of training dashed, of what was held out solid, with a dot where the weights were taken.

    A training without held-out photos, which is that on all of them, is drawn in another colour. Losses that cannot be
    compared are given by name, and each name has its own part of the figure.
    """
    parts = curves if isinstance(curves, Mapping) else {"": curves}
    figure = Figure(figsize=(7 * max(1, len(parts)), 4.5), layout="constrained")
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
        colour = "C0" if of_all else "C3"
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
