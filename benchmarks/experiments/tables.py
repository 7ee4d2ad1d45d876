# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Tables of the results."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import markdown_table
from protocols import difference_figures, figure_cells, mean_of_folds
from venloc.evaluation import compare, compute_metrics

from experiments.study import Row, Study


def summary(row: Row, resamples: int) -> dict[str, Any]:
    """The figures of a row."""
    pooled = [record for fold in row.folds for record in fold]
    errors = [record.error_m for record in pooled]
    metrics = compute_metrics(row.name, pooled, venloc.EvaluationOptions(bootstrap_resamples=resamples))
    return {
        "protocol": row.protocol,
        "name": row.name,
        **row.facts,
        "folds": len(row.folds),
        "queries": len(pooled),
        "groups": len({record.group for record in pooled}),
        **mean_of_folds(row.folds, resamples),
        "min_m": min(errors),
        "max_m": max(errors),
        "calibration_error": metrics.calibration_error.to_dict(),
        "coverage_50": metrics.coverage_50.to_dict(),
        "coverage_90": metrics.coverage_90.to_dict(),
    }


def tables(rows: Sequence[dict[str, Any]]) -> str:
    """A table for each protocol."""
    text = ""
    for protocol in dict.fromkeys(row["protocol"] for row in rows):
        chosen = [row for row in rows if row["protocol"] == protocol]
        first = chosen[0]
        facts = list(dict.fromkeys(name for row in chosen for name in facts_of(row)))
        text += (
            f"\n### {protocol[0].upper()}{protocol[1:]}\n\n"
            f"{first['folds']} split{'s' if first['folds'] > 1 else ''}, {first['queries']} queries in "
            f"{first['groups']} groups. Mean of the splits, 95 % intervals by bootstrap of groups; smallest and largest error of "
            "all queries; calibration error (ECE) of the confidence and share of places inside the 50 % and 90 % radius.\n\n"
        )
        head = [
            "",
            "mean [m]",
            "median [m]",
            "within 25 m",
            "within 100 m",
            "min [m]",
            "max [m]",
            "ECE",
            "50 %",
            "90 %",
        ]
        text += markdown_table(
            [*head, *facts],
            [
                [
                    row["name"],
                    *figure_cells(row),
                    f"{row['min_m']:.0f}",
                    f"{row['max_m']:.0f}",
                    *(f"{row[f]['value']:.2f}" for f in ("calibration_error", "coverage_50", "coverage_90")),
                    *(row.get(name, "") for name in facts),
                ]
                for row in chosen
            ],
        )
    return text


def facts_of(row: dict[str, Any]) -> list[str]:
    """The columns that an experiment adds; they stand between the name and the folds."""
    names = list(row)
    return names[names.index("name") + 1 : names.index("folds")]


def write_csv(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """All figures, an interval in three columns."""

    def flat(row: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, dict):
                out |= {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
            else:
                out[name] = value
        return out

    flats = [flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in flats for name in row))
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flats)


def differences(study: Study, title: str, one: Row, others: Sequence[Row]) -> str:
    """Paired differences of one row and others, over the same queries."""
    options = venloc.EvaluationOptions(bootstrap_resamples=study.resamples)
    pooled = [record for fold in one.folds for record in fold]
    lines = []
    for other in others:
        found = compare(pooled, [record for fold in other.folds for record in fold], options)
        lines.append([other.name, *figure_cells(difference_figures(found))])
    return (
        f"\n### {title}\n\nPaired over the queries, 95 % intervals by bootstrap of groups; of the errors less is better, of "
        "the shares more.\n\n" + markdown_table(["", "mean [m]", "median [m]", "within 25 m", "within 100 m"], lines)
    )


def most_sure(protocol: str, rows: Sequence[Row], share: float = 0.3) -> str:
    """Errors of the answers that a locator is most sure of."""
    lines = []
    for row in rows:
        found = sorted((r for fold in row.folds for r in fold), key=lambda r: -r.confidence)
        errors = np.array([r.error_m for r in found[: round(share * len(found))]])
        lines.append([row.name, len(errors), f"{errors.mean():.0f}", f"{(errors <= 100).mean():.3f}"])
    return f"\n### The {share:.0%} that each is most sure of, {protocol}\n\n" + markdown_table(
        ["", "queries", "mean [m]", "within 100 m"], lines
    )
