# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluation of locators: metrics with intervals, compared with baselines, as tables and plots."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from venloc._core import (
    CONFIDENCE_RADIUS_M,
    EvaluationOptions,
    EvaluationRecord,
    Gallery,
    LatLng,
    Locator,
    Metrics,
    PairedDifference,
    Photo,
    Prediction,
    PublishedAnalysis,
    SiftLocator,
    Split,
    compare,
    compute_metrics,
    constant_baseline,
    densest_place_baseline,
    group_photos,
    grouped_k_fold,
    published_analysis,
    random_picture_baseline,
    random_split,
    records_of,
    run_queries,
    to_json,
    to_markdown,
    to_text,
)
from venloc.errors import InvalidArgumentError
from venloc.risks import RiskCoverage, risk_coverage

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

__all__ = [
    "EvaluationOptions",
    "EvaluationRecord",
    "Metrics",
    "PairedDifference",
    "PublishedAnalysis",
    "Report",
    "RiskCoverage",
    "compare",
    "compute_metrics",
    "constant_baseline",
    "cross_validate",
    "densest_place_baseline",
    "evaluate",
    "published_analysis",
    "random_picture_baseline",
    "records_of",
    "risk_coverage",
    "run_queries",
    "to_json",
    "to_markdown",
    "to_text",
]

ProgressCallback = Callable[[str, int, int], bool | None]
Protocol = Literal["random", "grouped", "published"]


@dataclass(frozen=True)
class Report:
    """The results of an evaluation. All figures are computed from the records."""

    name: str
    """Name of the locator."""
    records: list[EvaluationRecord]
    """The located queries with their truth."""
    baselines: dict[str, list[EvaluationRecord]]
    """Records of the same queries by locators that do not use the picture."""
    protocol: dict[str, Any] = field(default_factory=dict)
    """How the queries were chosen."""
    fold_sizes: list[int] = field(default_factory=list)
    """Number of records of each model. The records of a model are consecutive."""
    gallery_places: list[LatLng] = field(default_factory=list)
    """Places of the gallery's photos, for the map."""
    options: EvaluationOptions = field(default_factory=EvaluationOptions)
    """Which figures are computed."""
    city: str = ""
    """Name of the city; may be empty."""
    queries: list[Photo] = field(default_factory=list)
    """The queried photos, in the order of the records."""
    examples: dict[int, Prediction] = field(default_factory=dict)
    """Complete predictions, with evidence and times, for some queries, by the position of the record."""

    @cached_property
    def metrics(self) -> list[Metrics]:
        """The metrics of the locator, then those of the baselines."""
        rows = {self.name: self.records, **self.baselines}
        return [compute_metrics(name, records, self.options) for name, records in rows.items()]

    @cached_property
    def differences(self) -> dict[str, PairedDifference]:
        """The paired difference between the locator and each baseline: locator minus baseline."""
        return {name: compare(self.records, records, self.options) for name, records in self.baselines.items()}

    @cached_property
    def published(self) -> PublishedAnalysis:
        """The published analysis of the same records."""
        return published_analysis(self.records, seed=self.options.seed)

    @cached_property
    def risk_coverage(self) -> RiskCoverage:
        """The risk of reporting only answers of high confidence."""
        return risk_coverage(self.records, self.options)

    @cached_property
    def folds(self) -> list[Metrics]:
        """The metrics of each single fold; their intervals are wide."""
        options = EvaluationOptions(**{**self.options.to_dict(), "bootstrap_resamples": 100})
        rows, start = [], 0
        for i, size in enumerate(self.fold_sizes):
            rows.append(compute_metrics(f"{self.name}, fold {i}", self.records[start : start + size], options))
            start += size
        return rows

    def mean_of_folds(self) -> dict[str, float]:
        """Mean over the folds of their mean, median and shares within."""
        if not self.folds:
            return {}
        figures = [
            {
                "mean_m": m.mean_m.value,
                "median_m": m.median_m.value,
                **{f"within_{t:g}_m": share.value for t, share in zip(m.thresholds_m, m.within, strict=True)},
            }
            for m in self.folds
        ]
        return {name: sum(f[name] for f in figures) / len(figures) for name in figures[0]}

    def table(self, format: Literal["text", "markdown", "json"] = "text") -> str:  # noqa: A002
        """The metrics of the locator and the baselines, one row each."""
        if format not in ("text", "markdown", "json"):
            raise InvalidArgumentError(f"format is 'text', 'markdown' or 'json', not {format!r}")
        table = {"text": to_text, "markdown": to_markdown, "json": to_json}[format](self.metrics)
        if format == "json" or len(self.fold_sizes) < 2:
            return table
        figures = self.mean_of_folds()
        shares = ", ".join(
            f"{float(name.split('_')[1]):g} m {value:.3f}"
            for name, value in figures.items()
            if name.startswith("within")
        )
        return (
            f"{table.rstrip()}\n\nMean of the {len(self.fold_sizes)} folds of {self.name}: mean {figures['mean_m']:.0f} m, "
            f"median {figures['median_m']:.0f} m; within {shares}\n"
        )

    def to_json(self) -> str:
        """Everything: figures, folds, differences, the published analysis and the records."""
        return json.dumps(
            {
                "name": self.name,
                "protocol": self.protocol,
                "options": self.options.to_dict(),
                "metrics": [m.to_dict() for m in self.metrics],
                "folds": [m.to_dict() for m in self.folds],
                "mean_of_folds": self.mean_of_folds(),
                "differences": {name: d.to_dict() for name, d in self.differences.items()},
                "published": self.published.to_dict(),
                "aurc_m": self.risk_coverage.aurc_m.to_dict(),
                "aurc_beyond": self.risk_coverage.aurc_beyond.to_dict(),
                "records": [r.to_dict() for r in self.records],
            },
            indent=1,
        )

    def plot(self, folder: str | os.PathLike[str] | None = None) -> dict[str, Figure]:
        """Figures "errors", "calibration", "risk", "map" and "published". With a folder, they are also written as PNG."""
        from venloc.plots import plot_report

        figures = plot_report(self)
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            for name, figure in figures.items():
                figure.savefig(Path(folder) / f"{name}.png", dpi=150)
        return figures

    def __repr__(self) -> str:
        median = self.metrics[0].median_m.value
        return f"Report({self.name!r}, {len(self.records)} queries, median {median:.0f} m)"


def _baselines(
    photos: Sequence[Photo], records: Sequence[EvaluationRecord], seed: int
) -> dict[str, list[EvaluationRecord]]:
    return {
        "constant": constant_baseline(photos, records),
        "densest place": densest_place_baseline(photos, records),
        "random picture": random_picture_baseline(photos, records, seed),
    }


def chosen_examples(records: Sequence[EvaluationRecord], count: int) -> dict[str, list[int]]:
    """Positions of `count` records of each kind: wrong answers with the highest confidence, the largest remaining errors,
    and right answers with the highest confidence. An answer is wrong when its error is above CONFIDENCE_RADIUS_M.
    """
    wrong = [i for i, record in enumerate(records) if record.error_m > CONFIDENCE_RADIUS_M]
    right = [i for i, record in enumerate(records) if record.error_m <= CONFIDENCE_RADIUS_M]
    sure = sorted(wrong, key=lambda i: -records[i].confidence)[:count]
    far = sorted(set(wrong) - set(sure), key=lambda i: -records[i].error_m)[:count]
    return {
        "surely wrong": sure,
        "farthest off": far,
        "surely right": sorted(right, key=lambda i: -records[i].confidence)[:count],
    }


def _examples(
    locator: Locator, queries: Gallery, records: Sequence[EvaluationRecord], count: int
) -> dict[int, Prediction]:
    """The complete predictions for the examples. They are located one after the other, so that their times are comparable."""
    found: dict[int, Prediction] = {}
    for i in sorted({i for chosen in chosen_examples(records, count).values() for i in chosen}):
        file = queries[i].file
        assert file is not None  # or it had no record
        answer = locator.locate(file)
        # The locator itself is not kept: each fold has one.
        vars(answer).pop("_locator", None)
        found[i] = answer
    return found


def evaluate(
    locator: Locator,
    queries: Gallery,
    *,
    groups: Sequence[int] | None = None,
    name: str | None = None,
    options: EvaluationOptions | None = None,
    num_threads: int = 0,
    progress: ProgressCallback | None = None,
    examples: int = 0,
) -> Report:
    """Locates every query and compares the results with the known places.

    Queries of one group are resampled together for the intervals. Without `groups`, queries of one place or one upload
    burst form a group. `examples` complete predictions of each kind of `chosen_examples` are kept for a report.
    """
    options = options or EvaluationOptions()
    if groups is None:
        groups = group_photos(queries, hash_bits=-1)
    records = run_queries(locator, queries, groups, num_threads, progress=progress)
    photos = locator.photos
    info = locator.info()
    return Report(
        name=name or info.kind,
        records=records,
        baselines=_baselines(photos, records, options.seed),
        protocol={"protocol": "queries", "queries": len(queries)},
        gallery_places=[photo.location for photo in photos],
        options=options,
        city=info.city,
        queries=queries.photos,
        examples=_examples(locator, queries, records, examples),
    )


def cross_validate(
    gallery: Gallery,
    *,
    protocol: Protocol = "grouped",
    seeds: Iterable[int] = (0,),
    share: float = 0.1,
    folds: int = 5,
    groups: Sequence[int] | None = None,
    build: Callable[[Gallery, ProgressCallback | None], Locator] | None = None,
    name: str | None = None,
    options: EvaluationOptions | None = None,
    num_threads: int = 0,
    progress: ProgressCallback | None = None,
    examples: int = 0,
    time_limit_s: float = math.inf,
    **build_options: Any,
) -> Report:
    """Repeatedly builds a locator on a part of the gallery and locates the other photos with it.

    `random`: for each seed a random `share` of the photos is queried. `published`: the same as in FDHProject, where each
    query is a group of its own in the intervals. `grouped`: for each seed `folds` folds that keep near-copies and bursts
    together. Further keywords are options of `SiftLocator.build`, unless `build` is given: a function that builds the
    locator from a gallery and a progress callback. `groups` has the group number of each photo; without it, photos are
    grouped as the protocol requires. No part after the first is begun that would presumably end later than
    `time_limit_s`; the report then has the records of the parts before. `examples` is as in `evaluate`.
    """
    if protocol not in ("random", "grouped", "published"):
        raise InvalidArgumentError(f"protocol is 'random', 'grouped' or 'published', not {protocol!r}")
    options = options or EvaluationOptions()
    seeds = list(seeds)
    make = build or _sift_builder(num_threads, build_options)
    if groups is None:
        groups = _groups(gallery, protocol, num_threads, progress)
    splits = _splits(groups, protocol, seeds, share, folds)
    records: list[EvaluationRecord] = []
    baselines: dict[str, list[EvaluationRecord]] = {}
    queries: list[Photo] = []
    answers: dict[int, Prediction] = {}
    kind, city = name, ""
    started, fold_sizes = time.monotonic(), []
    for number, split in enumerate(splits, 1):
        if number > 1 and (time.monotonic() - started) * number / (number - 1) > time_limit_s:
            break
        report = _of_fold(progress, number, len(splits))
        train = gallery.subset(split.train)
        locator = make(train, report)
        info = locator.info()
        kind, city = kind or info.kind, info.city
        test = gallery.subset(split.test)
        of_fold = run_queries(locator, test, [groups[i] for i in split.test], num_threads, progress=report)
        for i, answer in _examples(locator, test, of_fold, examples).items():
            answers[len(records) + i] = answer
        records += of_fold
        queries += test.photos
        fold_sizes.append(len(of_fold))
        for baseline, rows in _baselines(train.photos, of_fold, options.seed).items():
            baselines.setdefault(baseline, []).extend(rows)
    how: dict[str, Any] = {"folds": folds} if protocol == "grouped" else {"share": share}
    return Report(
        name=kind or "",
        records=records,
        baselines=baselines,
        protocol={"protocol": protocol, "seeds": seeds, "photos": len(gallery), **how},
        fold_sizes=fold_sizes,
        gallery_places=[photo.location for photo in gallery],
        options=options,
        city=city,
        queries=queries,
        examples=answers,
    )


def _sift_builder(num_threads: int, options: dict[str, Any]) -> Callable[[Gallery, ProgressCallback | None], Locator]:
    def build(gallery: Gallery, progress: ProgressCallback | None) -> Locator:
        return SiftLocator.build(gallery, progress=progress, num_threads=num_threads, **options)

    return build


def _splits(groups: Sequence[int], protocol: Protocol, seeds: list[int], share: float, folds: int) -> list[Split]:
    if protocol == "grouped":
        return [split for seed in seeds for split in grouped_k_fold(list(groups), folds, seed)]
    return [random_split(len(groups), share, seed) for seed in seeds]


def _groups(gallery: Gallery, protocol: Protocol, num_threads: int, progress: ProgressCallback | None) -> list[int]:
    if protocol == "published":
        return list(range(len(gallery)))
    if protocol == "random":
        return group_photos(gallery, hash_bits=-1, num_threads=num_threads)
    return group_photos(gallery, num_threads=num_threads, progress=progress)


def _of_fold(progress: ProgressCallback | None, number: int, folds: int) -> ProgressCallback | None:
    if progress is None or folds < 2:
        return progress

    def report(stage: str, done: int, total: int) -> bool | None:
        return progress(f"fold {number} of {folds}: {stage}", done, total)

    return report
