# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Learning curves for other programs."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venloc._torch import EpochRecord, LearningCurve


def write_csv(curves: Iterable[LearningCurve], file: str | os.PathLike[str]) -> None:
    """Writes a table with a row for each epoch of each curve.

    `held_out_loss` is empty when no photos were held out; `taken` is 1 at the epoch whose weights are used, else 0.
    """
    with Path(file).open("w", encoding="utf-8", newline="") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(["curve", "epoch", "training_loss", "held_out_loss", "taken"])
        for curve in curves:
            for epoch in curve.epochs:
                held_out = epoch.validation_loss if _was_held_out(epoch) else ""
                taken = int(epoch.epoch == curve.best_epoch)
                rows.writerow([curve.name, epoch.epoch, epoch.training_loss, held_out, taken])


def _was_held_out(epoch: EpochRecord) -> bool:
    return epoch.validation_loss == epoch.validation_loss  # not NaN


def write_tensorboard(curves: Iterable[LearningCurve], folder: str | os.PathLike[str]) -> None:
    """Writes a TensorBoard log: a run for each curve, with its losses by epoch as `loss/training` and `loss/held_out`.

    Raises ImportError when the package tensorboard is not installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ImportError("a log for TensorBoard needs its package: pip install tensorboard") from error
    for curve in curves:
        with SummaryWriter(Path(folder) / curve.name) as writer:
            for epoch in curve.epochs:
                writer.add_scalar("loss/training", epoch.training_loss, epoch.epoch)
                if _was_held_out(epoch):
                    writer.add_scalar("loss/held_out", epoch.validation_loss, epoch.epoch)
