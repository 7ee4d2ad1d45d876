# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Every network whose weights are at hand, with every way to locate; the default network on all splits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import venloc
from common import markdown_table
from venloc import plots

from experiments import networks
from experiments.study import FEW, GROUPED, Result, Row, Study

TITLE = "Networks and ways to locate"


def run(study: Study) -> Result:
    """Every network whose weights are at hand, with every way to locate; the default network on all splits."""
    folds, few = study.folds(), study.folds(most=FEW)
    compared = [few]
    if len(few) < len(folds):
        few = [replace(fold, protocol=f"{fold.protocol}, the first {FEW}") for fold in few]
        compared = [folds, few]
    rows: list[Row] = []
    curves: dict[str, list[venloc.LearningCurve]] = {}
    absent, described = [], []
    for network in networks.NETWORKS[1:3] if study.quick else networks.NETWORKS:
        backbone = study.backbone(network)
        if backbone is None:
            absent.append(network.name)
            continue
        facts = study.features(network.name, backbone)
        seconds: list[float] = []
        for chosen in compared if network is networks.DEFAULT else compared[-1:]:
            for kind in networks.KINDS:
                label = f"{network.name}: {kind.name}"
                for row, answers in study.rows(label, kind, lambda b=backbone: b, network.name, chosen):
                    rows.append(row)
                    seconds += [answer["seconds"] for answer in answers]
                    found = [venloc.LearningCurve(**c) for answer in answers for c in answer["curves"]]
                    if network is networks.DEFAULT and row.protocol == GROUPED and found:
                        curves[label] = found
        described.append(
            [
                *(network.name, backbone.options.stage, " ".join(backbone.options.further_stages) or "-"),
                " ".join(str(size) for size in backbone.options.long_sides_px),
                *(backbone.dimension, backbone.regions, f"{facts['seconds a picture']:.2f}"),
                f"{np.mean(seconds) * len(networks.KINDS):.0f}",
            ]
        )
    text = "\nHow the networks describe a picture, and the time they take:\n\n" + markdown_table(
        [
            "",
            "stage",
            "more stages",
            "longer side [px]",
            "numbers",
            "regions",
            "features [s a picture]",
            "all four locators [s a split]",
        ],
        described,
    )
    if absent:
        text += f"\nLeft out, because their weights were not at hand: {', '.join(absent)}.\n"
    figures = {
        f"backbones_curves_{number}": plots.learning_curves(of_label, label)
        for number, (label, of_label) in enumerate(curves.items(), 1)
    }
    return [*(row for chosen in compared for row in study.baseline_rows(chosen, rows)), *rows], figures, text
