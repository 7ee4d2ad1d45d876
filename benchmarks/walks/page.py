# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The results as a page and two figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from common import markdown_table

from walks import travel
from walks.folds import UPLOAD_GAP

_COMMAND = ".venv/bin/python benchmarks/walks"
_SHARES = ("within_25", "within_50", "within_100")


def _share(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)


def _change(difference: list[float], digits: int = 3) -> str:
    value, low, high = difference
    if digits == 0:
        return f"{value:+.0f} ({low:+.0f} to {high:+.0f})"
    return f"{value:+.3f} ({low:+.3f} to {high:+.3f})".replace("0.", ".")


def _places(result: dict[str, Any]) -> str:
    rows = []
    for size, f in result.items():
        for name in ("alone", "together"):
            figures = f[name]
            rows.append(
                [size, f["pictures"], name, f"{figures['mean_m']:.0f}", f"{figures['median_m']:.0f}"]
                + [_share(figures[s]) for s in _SHARES]
            )
        if size == "1":
            continue  # a picture alone is unchanged
        d = f["difference"]
        rows.append(
            [size, f"{f['groups']} groups", "difference", _change(d["mean_m"], 0), _change(d["median_m"], 0)]
            + [_change(d[s]) for s in _SHARES]
        )
    every = result["all with a mate"]
    for name, figures in every["baselines"].items():
        rows.append(
            ["all with a mate", every["pictures"], name, f"{figures['mean_m']:.0f}", f"{figures['median_m']:.0f}"]
            + [_share(figures[s]) for s in _SHARES]
        )
    return markdown_table(
        ["group", "pictures", "", "mean [m]", "median [m]", "within 25 m", "within 50 m", "within 100 m"], rows
    )


def _calibration(result: dict[str, Any]) -> str:
    rows = []
    keys = ("confidence", "within_100", "ece", "ece_of_perfect", "coverage_50", "coverage_90")
    for which, words in (("untouched", "2 to 4"), ("all_folds", "all")):
        for size in ("1", "all with a mate"):
            for name in ("alone", "together") if size != "1" else ("alone",):
                c = result[which][size][name]
                rows.append([words, size, name, *(_share(c[key]) for key in keys)])
    head = ["folds", "group", "", "confidence", "within 100 m", "calibration error", "that of perfect confidences"]
    return markdown_table([*head, "truth in the 50 % radius", "in the 90 % radius"], rows)


def _fits(result: dict[str, Any]) -> str:
    rows = []
    for name, fit in result["fits"].items():
        cells = [name, fit["pairs"]]
        for kind in ("one", "more than 25 m apart"):
            cells += [f"{fit[kind]['scales_m'][-1]:.0f}", _share(fit[kind]["unrelated"])]
        two = fit["two"]
        cells.append(f"{_share(two['weights'][0])}, {_share(two['weights'][1])} of {two['scales_m'][1]:.0f} m")
        rows.append(cells)
    head = ["photos", "pairs", "one Gaussian [m]", "unrelated", "more than 25 m apart: Gaussian [m]", "unrelated"]
    return markdown_table([*head, "one place, and a Gaussian"], rows)


def _distances(result: dict[str, Any]) -> str:
    rows = [
        [f"{row['gap'][0]:,} to {row['gap'][1]:,}", row["pairs"], f"{row['median_m']:.0f}"]
        + [_share(value) for value in row["within"].values()]
        for row in result["distances"]
    ]
    return markdown_table(
        ["gap of the numbers", "pairs", "median [m]", *(f"within {t} m" for t in result["distances"][0]["within"])],
        rows,
    )


def _wrong(result: dict[str, Any]) -> str:
    rows = []
    for name, words in (("all", "all pictures mixed"), ("half", "half of the pictures mixed")):
        for size in ("2", "3 to 5", "6 and more", "all with a mate"):
            f = result["wrong"][name][size]
            d = f["difference"]
            rows.append([words, size, _change(d["mean_m"], 0), _change(d["within_50"]), _change(d["within_100"])])
    return markdown_table(["grouping", "group", "mean [m]", "within 50 m", "within 100 m"], rows)


def _models(result: dict[str, Any]) -> str:
    rows = sorted(result["models"].items(), key=lambda entry: -entry[1]["gain"])
    return markdown_table(
        ["model", "gain of the log density at the truth", "standard error"],
        [[name, f"{m['gain']:+.3f}", f"{m['error']:.3f}"] for name, m in rows],
    )


def written(result: dict[str, Any]) -> str:
    """The page."""
    options, ceiling, seconds = result["options"], result["ceiling"], result["seconds"]
    return f"""<!-- Written by benchmarks/walks; do not edit. -->
# Several pictures of one walk

`{_COMMAND}`. The 2,148 shared photos in five folds in which whole uploads are held out together; an upload is a chain of photo
numbers at most {UPLOAD_GAP:,} apart, ordered by number. The photos have no times. The model and its constants were chosen on
folds 0 and 1; folds 2 to 4 were not looked at before. Intervals are 95 %, by bootstrap of the groups that no fold separates.

## Folds that were not used for development

{_places(result["untouched"])}
Of the {ceiling["pictures"]} pictures with a mate there, {_share(ceiling["alone"])} are right alone (within 100 m), and
{_share(ceiling["wrong_with_right_mate"])} are wrong while the reported place of some mate is right for them: that is the most
that a choice among the reported places could gain. Neighbours are mostly right together and wrong together, because they show
the same things and the gallery has none of their upload.

## All folds

{_places(result["all_folds"])}
## Calibration

{_calibration(result)}
The calibration error is that of ten bins; that of perfect confidences is what chance gives with so many pictures.

## Wrong grouping, folds that were not used for development

Groups of the same sizes, two draws: the pictures of different uploads are mixed. Differences to each picture alone.

{_wrong(result)}
## The step between neighbours

{_distances(result)}
Maximum-likelihood fits to neighbours within uploads: Gaussians of the distance beside unrelated places (drawn from the places
of the gallery). A third of the neighbours have one place, and a third to a half are unrelated. But pictures of one place show
one scene, and are confused with the same other scenes: their agreement is not independent evidence. Kernels as narrow as the
distances themselves make answers worse (below). The step of the model is therefore not that of the fits but the one that is best
for the answers on the folds for development: a Gaussian of {options["travel_m"]:.0f} m, with a break in
{options["break_probability"]:.0%} of the steps.

{_fits(result)}
![Distances of neighbours](walks-distances.png)

## Models that were tried, folds for development

The logarithm of the density at the true place (smoothed by 40 m; natural), compared with each picture alone, before the
probability that the pictures belong together is applied. "Relative" is what the prior is about: whether two places near each
other are compared with how many photos are made there anyway.

{_models(result)}
![Calibration](walks-calibration.png)

## Time

Combining 40 pictures takes {seconds["40"]:.2f} s of one processor, 400 pictures {seconds["400"]:.1f} s.
"""


def draw(result: dict[str, Any], pairs: travel.Pairs, folder: Path) -> None:
    """Writes the two figures."""
    import matplotlib.pyplot as plt
    from venloc import plots

    with plots.style():
        figure, axes = plt.subplots(figsize=(6, 4))
        for low, high in ((0, 1_000), (1_000, 10_000), (10_000, 100_000)):
            d = np.sort(pairs.distances_m[(pairs.gaps > low) & (pairs.gaps <= high)])
            axes.step(np.maximum(d, 1), np.arange(1, len(d) + 1) / len(d), label=f"gap {low:,} to {high:,}")
        r = np.geomspace(1, 5000, 200)
        travel_m = result["options"]["travel_m"]
        axes.plot(r, 1 - np.exp(-(r**2) / (2 * travel_m**2)), "k--", label=f"Gaussian of {travel_m:.0f} m")
        axes.set(xscale="log", xlabel="distance of neighbours [m]", ylabel="share within", ylim=(0, 1))
        axes.legend()
        figure.savefig(folder / "walks-distances.png")
        plt.close(figure)
        figure, axes = plt.subplots(figsize=(5, 5))
        for name in ("alone", "together"):
            bins = np.array(result["untouched"]["all with a mate"][name]["bins"])
            axes.plot(bins[:, 0], bins[:, 1], "o-", label=name)
        axes.plot([0, 1], [0, 1], "k--")
        axes.set(xlabel="confidence", ylabel="share within 100 m", xlim=(0, 1), ylim=(0, 1))
        axes.legend()
        figure.savefig(folder / "walks-calibration.png")
        plt.close(figure)
