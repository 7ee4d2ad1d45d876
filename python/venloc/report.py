# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Evaluations as one HTML page that holds everything: tables, figures, the answers to look at.

The figures are those of venloc.plots, so this needs Matplotlib (the extra `plots`).
"""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from venloc import files, maps, pages
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
from venloc.words import distance_text, summary

if TYPE_CHECKING:
    from matplotlib.figure import Figure

EXAMPLES = 6  # of each kind that a page shows

_EVIDENCE = 5  # candidates of an example
# Upper bound of the error [m], colour, words.
_ERROR_CLASSES = (
    (25.0, "--near", "within 25 m"),
    (100.0, "--mid", "within 100 m"),
    (500.0, "--far", "within 500 m"),
    (math.inf, "--lost", "farther off"),
)
# What the figures are drawn with, as variables that follow light and dark.
_FIGURE_COLOURS = {
    "#000000": "var(--ink)",
    "#ffffff": "var(--card)",
    "#d62728": "var(--region)",
    "#1f77b4": "var(--dot)",
    "#737373": "var(--soft)",
    "#999999": "var(--soft)",
    "#b0b0b0": "var(--line)",
    "#bfbfbf": "var(--place)",
    "#cccccc": "var(--line)",
}
_EXAMPLE_WORDS = {
    "surely wrong": ("Sure, and wrong", "The answers farther than 100 m off that had the highest confidence."),
    "farthest off": ("Farthest off", "The largest errors of the others."),
    "surely right": ("Sure, and right", "The answers within 100 m that had the highest confidence."),
}


def write_report(
    reports: Report | Sequence[Report] | Mapping[str, Report],
    folder: str | os.PathLike[str],
    *,
    command: str = "",
    pictures: Iterable[Photo] = (),
    thumbnails: bool = True,
) -> Path:
    """Writes `index.html`, which needs nothing else, into the folder, and returns its path.

    Several reports are compared first; a mapping gives them names. `command` tells how they were made. Queries, and
    those of `pictures` that are evidence, are shown as thumbnails where their files can be read: mind whose they are
    before you pass the page on.
    """
    if isinstance(reports, Report):
        reports = [reports]
    named = list(reports.items()) if isinstance(reports, Mapping) else [(r.name, r) for r in reports]
    if not named:
        raise InvalidArgumentError("there is no report to write: give one or more")
    pictured = {photo.id: photo for photo in pictures}
    cities = " and ".join(dict.fromkeys(r.city for _, r in named if r.city))
    title = f"How good is it? {', '.join(name for name, _ in named)}" + (f", {cities}" if cities else "")
    parts = [f"<h1>{escape(title)}</h1>", _introduction(command)]
    if len(named) > 1:
        parts += [_contents([name for name, _ in named]), _comparison(named)]
    for number, (name, report) in enumerate(named):
        parts.append(_section(report, name, number, len(named) > 1, pictured, thumbnails))
    parts.append(f"<p><small>Made by venloc {escape(version())}.</small></p>")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    files.write_text(file, pages.page(title, "\n".join(parts)))
    return file


# --- text and tables --------------------------------------------------------------------------------------------------


def _introduction(command: str) -> str:
    made = f"<p>Made by <code>{escape(command)}</code></p>" if command else ""
    return (
        "<p>Errors are great-circle distances between the answer and the known place, which may be wrong itself. Small "
        "figures are 95 % intervals, by bootstrap of groups of queries. The baselines know nothing of the picture: a "
        f"locator is worth what it adds to them.</p>{made}"
    )


def _contents(names: Sequence[str]) -> str:
    items = "".join(f'<li><a href="#report{i}">{escape(name)}</a></li>' for i, name in enumerate(names))
    return f'<nav aria-label="Contents"><ul>{items}</ul></nav>'


def _comparison(named: Sequence[tuple[str, Report]]) -> str:
    return "<h2>Compared</h2>" + _figures_table(
        "All of them", [(name, report.metrics[0]) for name, report in named], emphasis=False
    )


def _section(
    report: Report, name: str, number: int, several: bool, pictured: Mapping[str, Photo], thumbnails: bool
) -> str:
    heading = f'<h2 id="report{number}">{escape(name)}</h2>' if several else ""
    rows = [(m.name if i else name, m) for i, m in enumerate(report.metrics)]
    parts = [heading, _facts(report), f"<p><strong>{escape(_in_words(report))}</strong></p>"]
    parts += [
        _figures_table("Errors and the share of answers within a distance", rows, emphasis=True),
        _differences(report),
        _evidence_table(report),
        _folds(report),
        "<h2>Figures</h2>",
        _figures(report, number),
        "<h2>Map of the errors</h2>",
        _error_map(report),
    ]
    if report.examples:
        parts += [_examples(report, pictured, thumbnails), _times(report)]
    return "\n".join(part for part in parts if part)


def _facts(report: Report) -> str:
    protocol = dict(report.protocol)
    rows = [("kind of model", escape(report.name))]
    if report.city:
        rows.append(("city", escape(report.city)))
    folds = len(report.fold_sizes)
    words = {
        "queries": "a model is asked for pictures with known places",
        "grouped": f"{folds} folds that keep bursts, places and near-copies together; each is asked of a model of the rest",
        "random": f"{folds} random splits; a share of {protocol.get('share', 0):g} is asked of a model of the rest",
        "published": f"{folds} random splits as FDHProject made them; a share of {protocol.get('share', 0):g} is asked, "
        "each query counts by itself",
    }
    kind = str(protocol.get("protocol", ""))
    if kind:
        rows.append(("protocol", escape(words.get(kind, kind))))
    metrics = report.metrics[0]
    rows += [
        ("gallery", f"{len(report.gallery_places):,} photos"),
        ("queries", f"{metrics.queries:,} in {metrics.groups:,} groups"),
    ]
    if "seeds" in protocol:
        rows.append(("seeds of the splits", escape(", ".join(map(str, protocol["seeds"])))))
    rows.append(("seed of the intervals", str(report.options.seed)))
    return pages.facts(rows)


def _in_words(report: Report) -> str:
    mine, *baselines = report.metrics
    text = (
        f"Half of the answers are less than {_metres(mine.median_m.value)} m off; {_percent(_within(mine, 25))} are within "
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


def _estimate(estimate: Estimate, form: Callable[[float], str]) -> str:
    return f"{form(estimate.value)}<small>{form(estimate.low)}–{form(estimate.high)}</small>"


def _change(estimate: Estimate, form: str) -> str:
    text = f"{estimate.value:{form}}<small>{estimate.low:{form}} to {estimate.high:{form}}</small>"
    return text.replace("-", "−")


def _figures_table(caption: str, rows: Sequence[tuple[str, Metrics]], *, emphasis: bool) -> str:
    head = ["", "mean [m]", "median [m]", "90 % below [m]", *(f"within {t:g} m" for t in rows[0][1].thresholds_m)]
    return pages.table(
        caption,
        head,
        (
            [
                escape(name),
                *(_estimate(e, _metres) for e in (m.mean_m, m.median_m, m.percentile_90_m)),
                *(_estimate(e, _share) for e in m.within),
            ]
            for name, m in rows
        ),
        emphasis=emphasis,
    )


def _differences(report: Report) -> str:
    if not report.differences:
        return ""
    thresholds = next(iter(report.differences.values())).thresholds_m
    return pages.table(
        "The locator minus each baseline, query by query",
        ["", "mean [m]", "median [m]", *(f"within {t:g} m" for t in thresholds)],
        (
            [
                f"minus {escape(name)}",
                *(_change(e, "+,.0f") for e in (d.mean_m, d.median_m)),
                *(_change(e, "+.2f") for e in d.within),
            ]
            for name, d in report.differences.items()
        ),
    )


def _evidence_table(report: Report) -> str:
    mine, risks = report.metrics[0], report.risk_coverage
    near = f"{report.options.recall_distance_m:g} m"
    rows = [
        (f"a gallery photo within {near} of the query exists", mine.solvable, _share),
        *(
            (f"one is among the {k} best candidates" if k > 1 else "the best candidate is one", e, _share)
            for k, e in zip(mine.recall_at, mine.recall, strict=True)
        ),
        ("truth inside the 50 % radius", mine.coverage_50, _share),
        ("truth inside the 90 % radius", mine.coverage_90, _share),
        ("expected calibration error of the confidence", mine.calibration_error, _share),
        ("area under the curve of risk and coverage, mean error [m]", risks.aurc_m, _metres),
        ("the same, share farther off than 100 m", risks.aurc_beyond, _share),
    ]
    return pages.table(
        "Evidence, radii and confidence",
        ["", "value", "95 % interval"],
        ([escape(name), form(e.value), f"{form(e.low)}–{form(e.high)}"] for name, e, form in rows),
    )


def _folds(report: Report) -> str:
    if len(report.folds) < 2:
        return ""
    mean = report.mean_of_folds()
    rows = [
        [f"fold {i}", str(m.queries), _metres(m.mean_m.value), _metres(m.median_m.value)]
        + [_share(e.value) for e in m.within]
        for i, m in enumerate(report.folds)
    ]
    shares = [_share(value) for name, value in mean.items() if name.startswith("within")]
    rows.append(["mean of the folds", "", _metres(mean["mean_m"]), _metres(mean["median_m"]), *shares])
    head = ["", "queries", "mean [m]", "median [m]", *(f"within {t:g} m" for t in report.folds[0].thresholds_m)]
    return pages.table("Each fold by itself", head, rows)


# --- figures ----------------------------------------------------------------------------------------------------------


def _figures(report: Report, number: int) -> str:
    from venloc import plots

    risks = report.risk_coverage
    analysis = report.published
    drawn = [
        (
            plots.errors(report),
            "errors",
            "Share of queries with a smaller error, the locator and the baselines",
            "Cumulative errors: how many answers are less than so far off.",
        ),
        (
            plots.calibration(report),
            "calibration",
            "Reliability diagram: confidence against the share of right answers",
            "Reliability: of the answers with a confidence of so much, how many are within 100 m. On the line it means what "
            "it says.",
        ),
        (
            plots.risk_coverage(report),
            "risk",
            "Risk and coverage: errors of the most confident answers",
            "Risk and coverage: what remains of the errors when only the most confident answers are given. The area under "
            f"the curve of mean errors is {_metres(risks.aurc_m.value)} m; at random it would be "
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
    figures = "".join(
        pages.figure(_inline(figure, f"r{number}-{name}", label), caption) for figure, name, label, caption in drawn
    )
    return f'<div class="grid">{figures}</div>{_numbers(report)}'


def _inline(figure: Figure, prefix: str, label: str) -> str:
    """The figure as SVG in the page's own colours and letters; the prefix keeps its names apart from other figures'."""
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
    start = f'<svg role="img" aria-label="{escape(label, quote=True)}" fill="var(--ink)" stroke-linejoin="round"'
    return re.sub(r"<svg\b", lambda _: start, drawing, count=1)


def _numbers(report: Report) -> str:
    """The figures that carry the most, as numbers for who can not see them."""
    bins = [b for b in report.metrics[0].calibration if b.count > 0]
    calibration = pages.table(
        "Reliability",
        ["confidence, mean", "within 100 m", "answers"],
        ([_share(b.mean_confidence), _share(b.share_within), str(b.count)] for b in bins),
    )
    risks = report.risk_coverage
    rows = []
    for share in (0.1, 0.2, 0.4, 0.6, 0.8, 1.0):
        i = max(0, round(share * len(risks.coverage)) - 1)
        rows.append([_percent(share), _metres(risks.mean_error_m[i]), _share(risks.share_beyond[i])])
    risk = pages.table("Risk and coverage", ["most confident", "mean error [m]", "beyond 100 m"], rows)
    return f'<details><summary>The same in numbers</summary><div class="grid">{calibration}{risk}</div></details>'


def _error_class(error_m: float) -> int:
    return next(i for i, (bound, _, _) in enumerate(_ERROR_CLASSES) if error_m <= bound)


def _error_map(report: Report) -> str:
    truths = [r.truth for r in report.records]
    corners = _middle(truths)
    view = maps.View(corners, width=960, margin_m=100.0)
    outside = sum(1 for x, y in map(view.xy, truths) if not (0 <= x <= view.width and 0 <= y <= view.height))
    # The smallest errors last, so that they are seen among many.
    records = sorted(report.records, key=lambda r: -r.error_m)
    parts = [maps.density(view, report.gallery_places)]
    for i, (_, colour, _) in enumerate(_ERROR_CLASSES):
        lines = "".join(_line(view, r) for r in records if _error_class(r.error_m) == i)
        parts.append(f'<path d="{lines}" stroke="var({colour})" stroke-opacity=".28" fill="none"/>')
    for r in records:
        x, y = view.xy(r.truth)
        parts.append(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="var({_ERROR_CLASSES[_error_class(r.error_m)][1]})" '
            f'fill-opacity=".8"><title>{escape(r.photo_id)}: {r.error_m:.0f} m off, confidence {r.confidence:.2f}'
            "</title></circle>"
        )
    counts = [sum(1 for r in records if _error_class(r.error_m) == i) for i in range(len(_ERROR_CLASSES))]
    key = "".join(
        f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="var({colour})"/></svg>'
        f"{words}: {count}</li>"
        for (_, colour, words), count in zip(_ERROR_CLASSES, counts, strict=True)
    )
    left_out = f" {outside} of them lie outside this map." if outside else ""
    caption = (
        f"Where the {len(records)} queries were made, coloured by the error, with a line to the place that was answered; "
        f"gallery photos are the soft dots.{left_out}"
    )
    label = "Map of the queries, coloured by error: " + ", ".join(
        f"{count} {words}" for (_, _, words), count in zip(_ERROR_CLASSES, counts, strict=True)
    )
    return pages.figure(view.svg(parts, label) + f'<ul class="key">{key}</ul>', caption)


def _line(view: maps.View, record: EvaluationRecord) -> str:
    (x, y), (to_x, to_y) = view.xy(record.truth), view.xy(record.predicted)
    return f"M{x:.0f} {y:.0f}L{to_x:.0f} {to_y:.0f}"


def _middle(places: Sequence[LatLng]) -> list[LatLng]:
    """Corners of the middle 98 % of the places each way."""

    def bounds(values: list[float]) -> tuple[float, float]:
        values = sorted(values)
        cut = int(0.01 * len(values))
        return values[cut], values[-1 - cut]

    (south, north), (west, east) = bounds([p.lat for p in places]), bounds([p.lng for p in places])
    return [LatLng(south, west), LatLng(north, east)]


# --- examples ---------------------------------------------------------------------------------------------------------


def _examples(report: Report, pictured: Mapping[str, Photo], thumbnails: bool) -> str:
    pictured = {**{photo.id: photo for photo in report.queries}, **pictured}
    kept = sorted(report.examples)
    chosen = chosen_examples([report.records[i] for i in kept], EXAMPLES)
    parts = ["<h2>Answers to look at</h2>"]
    for kind, positions in chosen.items():
        heading, words = _EXAMPLE_WORDS[kind]
        if positions:
            articles = "".join(
                _example(report, kept[position], pictured if thumbnails else None) for position in positions
            )
            parts.append(f'<h3>{heading}</h3><p>{words}</p><div class="grid">{articles}</div>')
    parts.append(
        "<p><small>On the maps a square is the true place, discs are the candidates, a cross is the answer (a dashed ring "
        "where it is not sure enough for a point), and the surfaces are the 50 % and 90 % regions.</small></p>"
    )
    return "\n".join(parts)


def _example(report: Report, position: int, pictured: Mapping[str, Photo] | None) -> str:
    record, answer = report.records[position], report.examples[position]
    query = report.queries[position] if report.queries else Photo(id=record.photo_id, location=record.truth)
    picture = ""
    if pictured is not None:
        picture = pages.thumbnail(query.file, f"The query {record.photo_id}")
    drawing = maps.svg(answer, report.gallery_places, truth=record.truth, width=320)
    said = (
        f"<p>{escape(summary(answer, report.city))}</p><p><small>{distance_text(record.error_m)} off, confidence "
        f"{record.confidence:.2f}; answer {pages.place_link(answer.location)}, truth {pages.place_link(record.truth)}</small></p>"
    )
    return (
        f"<article><h4>{pages.link(record.photo_id, query.url)}</h4>{said}"
        f'<div class="views">{picture}{drawing}</div>{_candidates(answer, record, pictured)}</article>'
    )


def _candidates(answer: Prediction, record: EvaluationRecord, pictured: Mapping[str, Photo] | None) -> str:
    shown = answer.candidates[:_EVIDENCE]
    if not shown:
        return "<p><small>No candidates.</small></p>"
    rows = []
    for c in shown:
        photo = (pictured or {}).get(c.photo_id)
        small = "" if photo is None else pages.thumbnail(photo.file, f"The candidate {c.photo_id}", 64)
        name = pages.link(c.photo_id, c.url)
        rows.append(
            [small + name, _percent(c.probability), str(c.inliers), distance_text(distance_m(c.location, record.truth))]
        )
    return pages.table("The evidence", ["candidate", "probability", "matches", "off"], rows)


def _times(report: Report) -> str:
    """How long the examples took, part by part; nothing where no times are known."""
    answers = [answer for answer in report.examples.values() if answer.timings]
    if not answers:
        return ""
    stages: dict[str, list[float]] = {}
    for answer in answers:
        for time in answer.timings:
            stages.setdefault(time.stage, []).append(1000 * time.seconds)
    stages["all of it"] = [1000 * sum(t.seconds for t in answer.timings) for answer in answers]
    rows = [
        [escape(stage), f"{sum(values) / len(values):.1f}", f"{min(values):.1f}", f"{max(values):.1f}"]
        for stage, values in stages.items()
    ]
    return "<h2>Time</h2>" + pages.table(
        f"Time of a query [ms], of the {len(answers)} above, one after the other, without reading the file",
        ["", "mean", "least", "most"],
        rows,
    )
