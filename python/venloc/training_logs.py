# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Learning curves for other programs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venloc._torch import LearningCurve


def write_tensorboard(curves: Iterable[LearningCurve], folder: str | os.PathLike[str]) -> None:
    """Writes a log that TensorBoard reads: a run for each curve, its losses by epoch as `loss/training` and `loss/held_out`.

    Needs the package tensorboard; ImportError says so.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ImportError("a log for TensorBoard needs its package: pip install tensorboard") from error
    for curve in curves:
        with SummaryWriter(Path(folder) / curve.name) as writer:
            for epoch in curve.epochs:
                writer.add_scalar("loss/training", epoch.training_loss, epoch.epoch)
                if epoch.validation_loss == epoch.validation_loss:  # not NaN, which says that nothing was held out
                    writer.add_scalar("loss/held_out", epoch.validation_loss, epoch.epoch)
