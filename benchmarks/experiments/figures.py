# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Figures of the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

BASELINES = ("constant", "densest place", "random picture")


def dots(rows: Sequence[dict[str, Any]], figure_name: str, label: str) -> Figure:
    """A figure of all rows with its intervals, two protocols side by side where there are several."""
    protocols = list(dict.fromkeys(row["protocol"] for row in rows))
    pairs = [protocols[i : i + 2] for i in range(0, len(protocols), 2)]
    names = [list(dict.fromkeys(row["name"] for row in rows if row["protocol"] in pair)) for pair in pairs]
    heights = [1.2 + 0.24 * len(of_pair) for of_pair in names]
    figure = Figure(figsize=(11, sum(heights)), layout="constrained")
    columns = min(len(protocols), 2)
    all_axes = figure.subplots(len(pairs), columns, sharey="row", squeeze=False, height_ratios=heights)
    for pair, of_pair, axes in zip(pairs, names, all_axes, strict=True):
        for unused in axes[len(pair) :]:
            unused.set_axis_off()
        for one, protocol in zip(axes[: len(pair)], pair, strict=True):
            for row in (row for row in rows if row["protocol"] == protocol):
                e, y = row[figure_name], -of_pair.index(row["name"])
                colour = "0.5" if row["name"] in BASELINES else "C3"
                one.plot([e["low"], e["high"]], [y, y], color=colour, linewidth=1.5)
                one.plot([e["value"]], [y], "o", color=colour, markersize=5)
            one.set(title=protocol, xlabel=label)
            one.set_yticks([-i for i in range(len(of_pair))], of_pair)
            one.grid(alpha=0.3)
    return figure


def lines(series: dict[str, dict[str, list[tuple[float, dict[str, float]]]]], x: str, y: str) -> Figure:
    """For each protocol lines of (x, estimate) with their intervals."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots(1, len(series), sharey=True, squeeze=False)[0]
    for one, (protocol, curves) in zip(axes, series.items(), strict=True):
        for i, (name, points) in enumerate(curves.items()):
            colour = "0.5" if name in BASELINES else f"C{i}"
            at = [p for p, _ in points]
            marker = "^sv"[BASELINES.index(name)] if name in BASELINES else "o"
            one.plot(at, [e["value"] for _, e in points], marker + "-", color=colour, label=name, markersize=4)
            one.fill_between(
                at, [e["low"] for _, e in points], [e["high"] for _, e in points], color=colour, alpha=0.12, linewidth=0
            )
        one.set(title=protocol, xlabel=x, ylabel=y)
        one.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    return figure
