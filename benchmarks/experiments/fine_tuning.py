# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The network as it was released, and tuned on each fold's photos from its last stage."""

from __future__ import annotations

import functools

import numpy as np
import venloc
from common import kept, key_of, log, reporter
from protocols import as_record
from venloc import plots

from experiments import networks
from experiments.study import GROUPED, PUBLISHED, Fold, Result, Row, Study

TITLE = "Frozen against fine-tuned"


def run(study: Study) -> Result:
    """The network as it was released, and tuned on each fold's photos from its last stage."""
    network = networks.NETWORKS[1]
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    # A tuning takes minutes on a CPU.
    folds = study.folds(most=1)
    tuned_curves: list[venloc.LearningCurve] = []
    epochs = 1 if study.quick else 5

    @functools.cache
    def tuned(fold: Fold) -> venloc.FineTuned:
        log(f"fine-tuning, {fold.protocol}, {fold.name}")
        return venloc.fine_tune(
            backbone,
            study.gallery.subset(fold.split.train),
            max_epochs=epochs,
            num_threads=study.threads,
            checkpoints=study.cache / "fine-tuning",
            **({"cells": {"max_photos": 4, "min_photos": 1}} if study.quick else {}),
            progress=reporter(f"fine-tuning, {fold.name}"),
        )

    rows = []
    for kind in (networks.DESCRIPTOR, networks.S2, networks.MIXTURE):
        for row, _ in study.rows(f"frozen: {kind.name}", kind, lambda: backbone, network.name, folds):
            rows.append(row)
        for protocol in (PUBLISHED, GROUPED):
            of_protocol = [fold for fold in folds if fold.protocol == protocol]
            answers = [
                study.fold(
                    f"fine-tuned: {kind.name}",
                    kind,
                    lambda f=fold: tuned(f).backbone,
                    f"{network.name}, fine-tuned for {epochs} epochs",
                    fold,
                )
                for fold in of_protocol
            ]
            records = [[as_record(r) for r in answer["records"]] for answer in answers]
            seconds = float(np.mean([answer["seconds"] for answer in answers]))
            rows.append(Row(protocol, f"fine-tuned: {kind.name}", records, {"build [s]": round(seconds)}))
    for fold in folds:
        record = kept(
            study.cache / f"tuned-{key_of(study.ids, fold.split.train, epochs)}.json",
            lambda f=fold: tuned(f).curve.to_dict(),
        )
        tuned_curves.append(venloc.LearningCurve(**{**record, "name": f"{fold.protocol}, {fold.name}"}))
    text = (
        f"\nTuned end to end from the last stage for at most {epochs} epochs, on the photos of each fold alone. Locators on "
        "a tuned network are calibrated on photos that it was tuned on, which can make them too sure: compare ECE and the radii. "
        "The time to build the first of them has that of describing all photos with the tuned network in it.\n"
    )
    figures = {"fine-tuning_curves": plots.learning_curves(tuned_curves, "fine-tuning")}
    return study.baseline_rows(folds, rows) + rows, figures, text
