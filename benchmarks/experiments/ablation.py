# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What each kind of evidence adds: the ensemble without it. Random splits only."""

from __future__ import annotations

from protocols import as_record

from experiments import networks
from experiments.study import FEW, PUBLISHED, Result, Row, Study
from experiments.tables import differences

EVIDENCE = ("sift", "descriptors", "regions", "geometry", "appearance", "hubness", "neighbours")

TITLE = "What each kind of evidence adds"


def run(study: Study) -> Result:
    """What each kind of evidence adds: the ensemble without it. Random splits only."""
    backbone = study.backbone(networks.DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(networks.DEFAULT.name, backbone)
    folds = [fold for fold in study.folds(most=FEW) if fold.protocol == PUBLISHED]

    def row(name: str, left_out: list[str]) -> Row:
        answers = [study.ensemble(fold, leave_out=left_out) for fold in folds]
        return Row(PUBLISHED, name, [[as_record(r) for r in a["records"]] for a in answers])

    whole = row("all evidence", [])
    less = [row(f"without {name}", [name]) for name in EVIDENCE]
    text = differences(study, "All evidence minus less", whole, less)
    return [*study.baseline_rows(folds, [whole]), whole, *less], {}, text
