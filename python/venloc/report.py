# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluations as one self-contained HTML page with tables, figures and examples of answers.

The figures come from venloc.plots, so this module needs Matplotlib (the extra `plots`).
"""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venloc import files, maps
from venloc._core import (
    Estimate,
    EvaluationRecord,
    LatLng,
    Metrics,
    Photo,
    Prediction,
    distance_m,
    version,
)
from venloc.errors import InvalidArgumentError
from venloc.evaluation import Report, chosen_examples
from venloc.html import rendering
from venloc.html.pages import Interval, Key, thumbnail
from venloc.longitudes import unrolled, within_turn
from venloc.words import distance_text, summary

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.figure import Figure

EXAMPLES = 6  # of each kind that a page shows

_EVIDENCE = 5  # candidates of an example
# Upper bound of the error [m], colour, words.
_ERROR_CLASSES = (
    (25.0, "--near", "within 25 m"),
    (100.0, "--mid", "within 100 m"),
    (500.0, "--far", "within 500 m"),
    (math.inf, "--lost", "above 500 m"),
)
# What the figures are drawn with, as variables that follow light and dark.
_FIGURE_COLOURS = {
    "#000000": "var(--ink)",
    "#ffffff": "var(--card)",
    "#d55e00": "var(--region)",
    "#0072b2": "var(--dot)",
    "#737373": "var(--soft)",
    "#999999": "var(--soft)",
    "#b0b0b0": "var(--line)",
    "#bfbfbf": "var(--place)",
    "#cccccc": "var(--line)",
}
_EXAMPLE_WORDS = {
    "surely wrong": ("Confident and wrong", "The answers with the highest confidence whose error is above 100 m."),
    "farthest off": ("Largest errors", "The largest errors of the remaining answers."),
    "surely right": ("Confident and right", "The answers with the highest confidence whose error is at most 100 m."),
}


def write_report(
    reports: Report | Sequence[Report] | Mapping[str, Report],
    folder: str | os.PathLike[str],
    *,
    command: str = "",
    pictures: Iterable[Photo] = (),
    thumbnails: bool = True,
) -> Path:
    """Writes `index.html`, a self-contained page, into the folder, and returns its path.

    The page begins with a comparison when there are several reports; a mapping gives them names. `command` is the command
    that created them. Queries, and those of `pictures` that are evidence, are shown as thumbnails when their files can be
    read: check their licences before you publish the page.
    """
    if isinstance(reports, Report):
        reports = [reports]
    named = list(reports.items()) if isinstance(reports, Mapping) else [(r.name, r) for r in reports]
    if not named:
        raise InvalidArgumentError("there is no report to write: give one or more")
    pictured = {photo.id: photo for photo in pictures}
    cities = " and ".join(dict.fromkeys(r.city for _, r in named if r.city))
    title = f"How good is it? {', '.join(name for name, _ in named)}" + (f", {cities}" if cities else "")
    html = rendering.render(
        "report.html",
        title=title,
        command=command,
        compared=_figures_table("All reports", [(name, report.metrics[0]) for name, report in named]),
        sections=[
            _section(report, name, number, pictured if thumbnails else None)
            for number, (name, report) in enumerate(named)
        ],
        version=version(),
    )
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    files.write_text(file, html)
    return file


# --- text and tables --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Table:
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Interval]]
    emphasis: bool = False
    """Whether the first row is emphasised."""


def _section(report: Report, name: str, number: int, pictured: Mapping[str, Photo] | None) -> dict[str, Any]:
    """The section of a report; without pictures when `pictured` is None."""
    rows = [(m.name if i else name, m) for i, m in enumerate(report.metrics)]
    return {
        "name": name,
        "facts": _facts(report),
        "summary": _in_words(report),
        "tables": [
            _figures_table("Errors and the share of answers within a distance", rows, emphasis=True),
            *_differences(report),
            _evidence_table(report),
            *_folds(report),
        ],
        "figures": _figures(report, number),
        "numbers": _numbers(report),
        "map": _error_map(report),
        "examples": _examples(report, pictured) if report.examples else [],
        "times": _times(report),
    }


def _facts(report: Report) -> list[tuple[str, str]]:
    protocol = dict(report.protocol)
    rows = [("kind of model", report.name)]
    if report.city:
        rows.append(("city", report.city))
    folds = len(report.fold_sizes)
    words = {
        "queries": "a model is queried with pictures of known places",
        "grouped": f"{folds} folds that keep bursts, places and near-copies together; a model of the other folds is queried",
        "random": f"{folds} random splits; a model of the other photos is queried with a share of {protocol.get('share', 0):g}",
        "published": f"{folds} random splits as FDHProject made them; a share of {protocol.get('share', 0):g} is queried, "
        "each query counts by itself",
    }
    kind = str(protocol.get("protocol", ""))
    if kind:
        rows.append(("protocol", words.get(kind, kind)))
    metrics = report.metrics[0]
    rows += [
        ("gallery", f"{len(report.gallery_places):,} photos"),
        ("queries", f"{metrics.queries:,} in {metrics.groups:,} groups"),
    ]
    if "seeds" in protocol:
        rows.append(("seeds of the splits", ", ".join(map(str, protocol["seeds"]))))
    rows.append(("seed of the intervals", str(report.options.seed)))
    return rows


def _in_words(report: Report) -> str:
    mine, *baselines = report.metrics
    text = (
        f"Half of the answers have an error below {_metres(mine.median_m.value)} m; {_percent(_within(mine, 25))} are within "
        f"25 m and {_percent(_within(mine, 100))} within 100 m."
    )
    if baselines:
        best = min(baselines, key=lambda m: m.median_m.value)
        text += f" The best baseline, {best.name}, has a median of {_metres(best.median_m.value)} m."
    return text


def _within(metrics: Metrics, distance: float) -> float:
    shares = dict(zip(metrics.thresholds_m, metrics.within, strict=True))
    return shares[distance].value if distance in shares else math.nan


def _metres(value: float) -> str:
    return f"{value:,.0f}"


def _share(value: float) -> str:
    return f"{value:.2f}"


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _estimate(estimate: Estimate, form: Callable[[float], str]) -> Interval:
    return Interval(form(estimate.value), form(estimate.low), form(estimate.high))


def _change(estimate: Estimate, form: str) -> Interval:
    value, low, high = (f"{v:{form}}".replace("-", "−") for v in (estimate.value, estimate.low, estimate.high))
    return Interval(value, low, high, between=" to ")


def _figures_table(caption: str, rows: Sequence[tuple[str, Metrics]], *, emphasis: bool = False) -> _Table:
    head = ["", "mean [m]", "median [m]", "90 % below [m]", *(f"within {t:g} m" for t in rows[0][1].thresholds_m)]
    cells: list[list[str | Interval]] = [
        [
            name,
            *(_estimate(e, _metres) for e in (m.mean_m, m.median_m, m.percentile_90_m)),
            *(_estimate(e, _share) for e in m.within),
        ]
        for name, m in rows
    ]
    return _Table(caption, head, cells, emphasis)


def _differences(report: Report) -> list[_Table]:
    if not report.differences:
        return []
    thresholds = next(iter(report.differences.values())).thresholds_m
    head = ["", "mean [m]", "median [m]", *(f"within {t:g} m" for t in thresholds)]
    rows: list[list[str | Interval]] = [
        [
            f"minus {name}",
            *(_change(e, "+,.0f") for e in (d.mean_m, d.median_m)),
            *(_change(e, "+.2f") for e in d.within),
        ]
        for name, d in report.differences.items()
    ]
    return [_Table("The locator minus each baseline, query by query", head, rows)]


def _evidence_table(report: Report) -> _Table:
    mine, risks = report.metrics[0], report.risk_coverage
    near = f"{report.options.recall_distance_m:g} m"
    rows = [
        (f"a gallery photo within {near} of the query exists", mine.oracle_recall, _share),
        *(
            (f"one is among the {k} best candidates" if k > 1 else "the best candidate is one", e, _share)
            for k, e in zip(mine.recall_at, mine.recall, strict=True)
        ),
        ("truth inside the 50 % radius", mine.coverage_50, _share),
        ("truth inside the 90 % radius", mine.coverage_90, _share),
        ("expected calibration error of the confidence", mine.calibration_error, _share),
        ("area under the curve of risk and coverage, mean error [m]", risks.aurc_m, _metres),
        ("the same for the share of errors above 100 m", risks.aurc_beyond, _share),
    ]
    cells = [[name, form(e.value), f"{form(e.low)}–{form(e.high)}"] for name, e, form in rows]
    return _Table("Evidence, radii and confidence", ["", "value", "95 % interval"], cells)


def _folds(report: Report) -> list[_Table]:
    if len(report.folds) < 2:
        return []
    mean = report.mean_of_folds()
    rows = [
        [f"fold {i}", str(m.queries), _metres(m.mean_m.value), _metres(m.median_m.value)]
        + [_share(e.value) for e in m.within]
        for i, m in enumerate(report.folds)
    ]
    shares = [_share(value) for name, value in mean.items() if name.startswith("within")]
    rows.append(["mean of the folds", "", _metres(mean["mean_m"]), _metres(mean["median_m"]), *shares])
    head = ["", "queries", "mean [m]", "median [m]", *(f"within {t:g} m" for t in report.folds[0].thresholds_m)]
    return [_Table("Single folds", head, rows)]


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(report: Report, number: int) -> list[tuple[Markup, str]]:
    """Drawings with their captions."""
    from venloc import plots

    risks = report.risk_coverage
    analysis = report.published
    drawn = [
        (
            plots.errors(report),
            "errors",
            "Share of queries with a smaller error, the locator and the baselines",
            "Cumulative errors: the share of answers whose error is smaller.",
        ),
        (
            plots.calibration(report),
            "calibration",
            "Reliability diagram: confidence against the share of right answers",
            "Reliability: the share of answers within 100 m for each confidence. On the diagonal the two are equal.",
        ),
        (
            plots.risk_coverage(report),
            "risk",
            "Risk and coverage: errors of the most confident answers",
            "Risk and coverage: the errors that remain when only the most confident answers are reported. The area under "
            f"the curve of mean errors is {_metres(risks.aurc_m.value)} m; in random order it would be "
            f"{_metres(risks.mean_error_m[-1])} m.",
        ),
        (
            plots.published(report),
            "published",
            "Histogram of the errors with kernel density and median",
            "The published analysis: histogram of the errors, kernel density, and the median "
            f"({_metres(analysis.median_m.value)} m) with its bootstrap interval ({_metres(analysis.median_m.low)} to "
            f"{_metres(analysis.median_m.high)} m).",
        ),
    ]
    return [(_inline(figure, f"r{number}-{name}", label), caption) for figure, name, label, caption in drawn]


def _inline(figure: Figure, prefix: str, label: str) -> Markup:
    """The figure as SVG in the colours and fonts of the page. The prefix makes its ids unique among the figures."""
    import matplotlib

    figure.set_size_inches(5.4, 4.0)
    text = io.StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": prefix}):
        figure.savefig(text, format="svg", transparent=True, metadata=metadata)
    drawing = text.getvalue()
    drawing = drawing[drawing.index("<svg") :]
    # Its style would be that of the whole page.
    drawing = re.sub(r"<(metadata|style)\b.*?</\1>|<!--.*?-->", "", drawing, flags=re.DOTALL)
    drawing = re.sub(r"#[0-9a-f]{6}\b", lambda found: _FIGURE_COLOURS.get(found[0], found[0]), drawing)
    drawing = re.sub(r"(font: [^';\"]*)'[^;\"]*", r"\1system-ui, sans-serif", drawing)
    drawing = re.sub(r'\bid="', f'id="{prefix}-', drawing)
    drawing = re.sub(r'(url\(|href=")#', rf"\1#{prefix}-", drawing)
    opening = rendering.part("drawing.svg", "figure_opening", label)
    return rendering.safe(re.sub(r"<svg\b", lambda _: opening, drawing, count=1))


def _numbers(report: Report) -> list[_Table]:
    """The most important figures as tables, for readers who cannot see them."""
    bins = [b for b in report.metrics[0].calibration if b.count > 0]
    calibration = [[_share(b.mean_confidence), _share(b.share_within), str(b.count)] for b in bins]
    risks = report.risk_coverage
    rows = []
    for share in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0):
        i = max(0, round(share * len(risks.coverage)) - 1)
        rows.append([_percent(share), _metres(risks.mean_error_m[i]), _share(risks.share_beyond[i])])
    return [
        _Table("Reliability", ["confidence, mean", "within 100 m", "answers"], calibration),
        _Table("Risk and coverage", ["most confident", "mean error [m]", "beyond 100 m"], rows),
    ]


def _error_class(error_m: float) -> int:
    return next(i for i, (bound, _, _) in enumerate(_ERROR_CLASSES) if error_m <= bound)


def _error_map(report: Report) -> dict[str, Any]:
    truths = [r.truth for r in report.records]
    corners = _middle(truths)
    view = maps.View(corners, width=960, margin_m=100.0)
    outside = sum(1 for x, y in map(view.xy, truths) if not (0 <= x <= view.width and 0 <= y <= view.height))
    # The smallest errors last, so that they are seen among many.
    records = sorted(report.records, key=lambda r: -r.error_m)
    parts = [maps.density(view, report.gallery_places)]
    for i, (_, colour, _) in enumerate(_ERROR_CLASSES):
        lines = "".join(_line(view, r) for r in records if _error_class(r.error_m) == i)
        parts.append(rendering.part("drawing.svg", "error_lines", lines, colour))
    for r in records:
        title = f"{r.photo_id}: {r.error_m:.0f} m off, confidence {r.confidence:.2f}"
        colour = _ERROR_CLASSES[_error_class(r.error_m)][1]
        parts.append(rendering.part("drawing.svg", "error_dot", *view.xy(r.truth), colour, title))
    counts = [sum(1 for r in records if _error_class(r.error_m) == i) for i in range(len(_ERROR_CLASSES))]
    marks = [
        (rendering.part("drawing.svg", "disc", colour), f"{words}: {count}")
        for (_, colour, words), count in zip(_ERROR_CLASSES, counts, strict=True)
    ]
    left_out = f" {outside} queries lie outside this map." if outside else ""
    label = "Map of the queries, coloured by error: " + ", ".join(
        f"{count} {words}" for (_, _, words), count in zip(_ERROR_CLASSES, counts, strict=True)
    )
    return {
        "drawing": view.svg(parts, label),
        "key": Key(14, 14, marks),
        "caption": f"The true places of the {len(records)} queries, coloured by the error, each with a line to the reported "
        f"place. The pale dots are gallery photos.{left_out}",
    }


def _line(view: maps.View, record: EvaluationRecord) -> str:
    (x, y), (to_x, to_y) = view.xy(record.truth), view.xy(record.predicted)
    return f"M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}"


def _middle(places: Sequence[LatLng]) -> list[LatLng]:
    """Corners of the area with the middle 98 % of the places in each direction."""

    def bounds(values: list[float]) -> tuple[float, float]:
        values = sorted(values)
        cut = int(0.01 * len(values))
        return values[cut], values[-1 - cut]

    (south, north), (west, east) = bounds([p.lat for p in places]), bounds(unrolled([p.lng for p in places]))
    return [LatLng(south, within_turn(west)), LatLng(north, within_turn(east))]


# --- examples ---------------------------------------------------------------------------------------------------------


def _examples(report: Report, pictured: Mapping[str, Photo] | None) -> list[dict[str, Any]]:
    if pictured is not None:
        pictured = {**{photo.id: photo for photo in report.queries}, **pictured}
    kept = sorted(report.examples)
    chosen = chosen_examples([report.records[i] for i in kept], EXAMPLES)
    groups = []
    for kind, positions in chosen.items():
        heading, words = _EXAMPLE_WORDS[kind]
        if positions:
            examples = [_example(report, kept[position], pictured) for position in positions]
            groups.append({"heading": heading, "words": words, "examples": examples})
    return groups


def _example(report: Report, position: int, pictured: Mapping[str, Photo] | None) -> dict[str, Any]:
    record, answer = report.records[position], report.examples[position]
    query = report.queries[position] if report.queries else Photo(id=record.photo_id, location=record.truth)
    return {
        "name": record.photo_id,
        "url": query.url,
        "summary": summary(answer, report.city),
        "error": distance_text(record.error_m),
        "confidence": f"{record.confidence:.2f}",
        "location": answer.location,
        "truth": record.truth,
        "picture": None if pictured is None else thumbnail(query.file, f"The query {record.photo_id}"),
        "drawing": maps.svg(answer, report.gallery_places, truth=record.truth, width=320),
        "candidates": _candidates(answer, record, pictured),
    }


def _candidates(
    answer: Prediction, record: EvaluationRecord, pictured: Mapping[str, Photo] | None
) -> list[dict[str, Any]]:
    rows = []
    for c in answer.candidates[:_EVIDENCE]:
        photo = (pictured or {}).get(c.photo_id)
        rows.append(
            {
                "name": c.photo_id,
                "url": c.url,
                "picture": None if photo is None else thumbnail(photo.file, f"The candidate {c.photo_id}", 64),
                "probability": _percent(c.probability),
                "inliers": c.inliers,
                "off": distance_text(distance_m(c.location, record.truth)),
            }
        )
    return rows


def _times(report: Report) -> _Table | None:
    """The time of each stage for the examples; None when no times are known."""
    answers = [answer for answer in report.examples.values() if answer.timings]
    if not answers:
        return None
    stages: dict[str, list[float]] = {}
    for answer in answers:
        for time in answer.timings:
            stages.setdefault(time.stage, []).append(1000 * time.seconds)
    stages["total"] = [1000 * sum(t.seconds for t in answer.timings) for answer in answers]
    rows = [
        [stage, f"{sum(values) / len(values):.1f}", f"{min(values):.1f}", f"{max(values):.1f}"]
        for stage, values in stages.items()
    ]
    return _Table(
        f"Time per query [ms] for the {len(answers)} examples, located one after the other; without reading the file",
        ["", "mean", "minimum", "maximum"],
        rows,
    )
