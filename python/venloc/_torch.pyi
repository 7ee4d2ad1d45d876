# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""
The part of the C++ library that needs LibTorch.
"""
from __future__ import annotations
import collections.abc
import numpy
import numpy.typing
import os
import pathlib
import typing
import venloc._core
import venloc.pictures
__all__: list[str] = ['EpochRecord', 'FineTuned', 'FineTuningOptions', 'LearningCurve', 'RegressionLocator', 'RegressionLocatorOptions', 'S2CellClassifierLocator', 'S2CellClassifierLocatorOptions', 'TorchInfo', 'TrainingOptions', 'fine_tune', 'torch_info']
class TorchInfo:
    """
    What networks run on.
    """
    @property
    def cuda_devices(self) -> int:
        """
        That networks can use; 0 = they run on the CPU.
        """
    @property
    def libtorch_version(self) -> str:
        """
        That is loaded.
        """
class TrainingOptions:
    """
    How a head on frozen features is trained.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    batch: int
    device: typing.Literal['auto', 'cpu', 'cuda']
    dropout: float
    hidden: int
    input_dropout: float
    learning_rate: float
    max_epochs: int
    num_threads: int
    patience: int
    seed: int
    warmup_steps: int
    weight_decay: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, hidden: int = 256, dropout: float = 0.5, input_dropout: float = 0.2, learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 100, max_epochs: int = 20, patience: int = 5, batch: int = 128, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def checkpoints(self) -> pathlib.Path | None:
        ...
    @checkpoints.setter
    def checkpoints(self, value: str | os.PathLike[str] | None) -> None:
        ...
class EpochRecord:
    """
    Losses of one epoch; validation_loss is NaN when nothing was held out.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, epoch: int = 0, training_loss: float = 0.0, validation_loss: float = ...) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def epoch(self) -> int:
        ...
    @property
    def training_loss(self) -> float:
        ...
    @property
    def validation_loss(self) -> float:
        ...
class LearningCurve:
    """
    How one training went: name, epochs, and the best_epoch, whose weights were taken.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', epochs: collections.abc.Sequence[EpochRecord | dict[str, typing.Any]] = ..., best_epoch: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    @property
    def best_epoch(self) -> int:
        ...
    @property
    def epochs(self) -> list[EpochRecord]:
        ...
    @property
    def name(self) -> str:
        ...
class FineTuningOptions:
    """
    How a network itself is trained.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    batch: int
    device: typing.Literal['auto', 'cpu', 'cuda']
    dropout: float
    head_epochs: int
    head_learning_rate: float
    held_out_share: float
    hidden: int
    learning_rate: float
    max_epochs: int
    mixed_precision: bool
    num_threads: int
    patience: int
    seed: int
    smoothing_m: float
    unfreeze_from: str
    warmup_steps: int
    weight_decay: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, unfreeze_from: str = '', learning_rate: float = 0.0001, head_learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 20, max_epochs: int = 6, patience: int = 2, batch: int = 32, hidden: int = 0, dropout: float = 0.2, head_epochs: int = 30, augmentation: venloc._core.AugmentationOptions | dict[str, typing.Any] = ..., cells: venloc._core.CellPartitionOptions | dict[str, typing.Any] = ..., smoothing_m: float = 100.0, held_out_share: float = 0.1, mixed_precision: bool = True, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def augmentation(self) -> venloc._core.AugmentationOptions:
        ...
    @augmentation.setter
    def augmentation(self, value: venloc._core.AugmentationOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def cells(self) -> venloc._core.CellPartitionOptions:
        ...
    @cells.setter
    def cells(self, value: venloc._core.CellPartitionOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def checkpoints(self) -> pathlib.Path | None:
        ...
    @checkpoints.setter
    def checkpoints(self, value: str | os.PathLike[str] | None) -> None:
        ...
class FineTuned:
    """
    A network that was trained on a gallery, and how that went.
    """
    def __repr__(self) -> str:
        ...
    @property
    def backbone(self) -> venloc._core.Backbone:
        ...
    @property
    def curve(self) -> LearningCurve:
        ...
class S2CellClassifierLocatorOptions:
    """
    How a S2CellClassifierLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    loss: typing.Literal['plain', 'balanced', 'logit_adjusted']
    max_candidates: int
    num_threads: int
    seed: int
    smoothing_m: float
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, partitions: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]] = ..., smoothing_m: float = 100.0, loss: typing.Literal['plain', 'balanced', 'logit_adjusted'] = 'plain', whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., max_candidates: int = 20, calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        ...
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def partitions(self) -> list[venloc._core.CellPartitionOptions]:
        ...
    @partitions.setter
    def partitions(self, value: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]]) -> None:
        ...
    @property
    def training(self) -> TrainingOptions:
        ...
    @training.setter
    def training(self, value: TrainingOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class S2CellClassifierLocator(venloc._core.Locator):
    """
    Classifies a picture into cells of the S2 library and places it by the photos in the likely ones.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: venloc._core.Backbone, options: S2CellClassifierLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, partitions: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]] = ..., smoothing_m: float = 100.0, loss: typing.Literal['plain', 'balanced', 'logit_adjusted'] = 'plain', whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., max_candidates: int = 20, calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> S2CellClassifierLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> S2CellClassifierLocator:
        ...
    def cell_probabilities(self, picture: venloc.pictures.Picture) -> list[numpy.typing.NDArray[numpy.float64]]:
        """
        What the head alone says of the cells of each partition: probabilities that sum to 1.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The answer for what `backbone.describe` said of a picture before: a row of extract_features.
        """
    @property
    def backbone(self) -> venloc._core.Backbone:
        ...
    @property
    def learning_curves(self) -> list[LearningCurve]:
        """
        How the trainings went: of the folds of the calibration and, last, of all photos.
        """
    @property
    def options(self) -> S2CellClassifierLocatorOptions:
        """
        A copy of the options.
        """
    @property
    def partitions(self) -> list[venloc._core.CellPartition]:
        """
        How the city is cut into cells.
        """
class RegressionLocatorOptions:
    """
    How a RegressionLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    components: int
    form: typing.Literal['mixture', 'published']
    memory: bool
    memory_sharpness: float
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, form: typing.Literal['mixture', 'published'] = 'mixture', components: int = 400, memory: bool = True, memory_sharpness: float = 25.0, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        ...
    def validate(self) -> None:
        """
        Raises ValueError that names the field.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        ...
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def training(self) -> TrainingOptions:
        ...
    @training.setter
    def training(self, value: TrainingOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class RegressionLocator(venloc._core.Locator):
    """
    Predicts the place from the features of a picture, by a mixture density network.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: venloc._core.Backbone, options: RegressionLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, form: typing.Literal['mixture', 'published'] = 'mixture', components: int = 400, memory: bool = True, memory_sharpness: float = 25.0, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> RegressionLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> RegressionLocator:
        ...
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The answer for what `backbone.describe` said of a picture before: a row of extract_features.
        """
    @property
    def backbone(self) -> venloc._core.Backbone:
        ...
    @property
    def learning_curves(self) -> list[LearningCurve]:
        """
        How the trainings went: of the folds of the calibration and, last, of all photos.
        """
    @property
    def options(self) -> RegressionLocatorOptions:
        """
        A copy of the options.
        """
def fine_tune(backbone: venloc._core.Backbone, gallery: venloc._core.Gallery, options: FineTuningOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, unfreeze_from: str = '', learning_rate: float = 0.0001, head_learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 20, max_epochs: int = 6, patience: int = 2, batch: int = 32, hidden: int = 0, dropout: float = 0.2, head_epochs: int = 30, augmentation: venloc._core.AugmentationOptions | dict[str, typing.Any] = ..., cells: venloc._core.CellPartitionOptions | dict[str, typing.Any] = ..., smoothing_m: float = 100.0, held_out_share: float = 0.1, mixed_precision: bool = True, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> FineTuned:
    """
    Trains the last stages of a network on the photos of a gallery. A locator built on it from the same photos can be too sure of itself: calibrate and measure with others.
    """
def torch_info() -> TorchInfo:
    """
    Looks for GPUs without touching them.
    """
