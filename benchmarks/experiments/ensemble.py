# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""SIFT and the network together, against each alone."""

from __future__ import annotations

import numpy as np
from protocols import as_record

from experiments import networks
from experiments.study import Result, Row, Study
from experiments.tables import differences, most_sure

TITLE = "SIFT and a network together"


def run(study: Study) -> Result:
    """SIFT and the network together, against each alone."""
    backbone = study.backbone(networks.DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(networks.DEFAULT.name, backbone)
    folds = study.folds()
    rows: list[Row] = []
    text = ""
    for protocol in dict.fromkeys(fold.protocol for fold in folds):
        of_protocol = [fold for fold in folds if fold.protocol == protocol]
        answers = [study.ensemble(fold) for fold in of_protocol]
        facts = {
            "build [s]": round(np.mean([a["seconds"] for a in answers])),
            "MB": f"{np.mean([a['bytes'] for a in answers]) / 1e6:.0f}",
        }
        found = {name: [[as_record(r) for r in a[name]] for a in answers] for name in ("records", "sift")}
        alone = [Row(protocol, "SIFT", found["sift"])]
        alone += [
            row
            for row, _ in study.rows(
                "descriptor", networks.DESCRIPTOR, lambda: backbone, networks.DEFAULT.name, of_protocol
            )
        ]
        together = Row(protocol, "ensemble", found["records"], facts)
        rows += [*study.baseline_rows(of_protocol, [together]), *alone, together]
        text += differences(study, f"The ensemble minus each alone, {protocol}", together, alone)
        text += most_sure(protocol, [*alone, together])
    return rows, {}, text
