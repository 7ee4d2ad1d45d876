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
        Number of CUDA devices that networks can use; 0 = networks run on the CPU.
        """
    @property
    def libtorch_version(self) -> str:
        """
        Version of the LibTorch that is loaded.
        """
class TrainingOptions:
    """
    A head has one hidden layer over the features of a picture, and linear outputs. It is trained with
    AdamW (Loshchilov and Hutter 2019), a linear warm-up and a cosine decay of the learning rate to 0.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, hidden: int = 256, dropout: float = 0.5, input_dropout: float = 0.2, learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 100, max_epochs: int = 20, patience: int = 5, batch: int = 128, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
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
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def batch(self) -> int:
        """
        Pictures in a step.
        
        int, default 128
        """
    @batch.setter
    def batch(self, value: int) -> None:
        ...
    @property
    def checkpoints(self) -> pathlib.Path | None:
        """
        Folder for the state after each epoch, so that an interrupted training can be resumed with the same
        result; empty = none.
        
        pathlib.Path | None, default None
        """
    @checkpoints.setter
    def checkpoints(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def device(self) -> typing.Literal['auto', 'cpu', 'cuda']:
        """
        Where to train; CPU and GPU give slightly different weights.
        - 'auto': CUDA if available, else the CPU.
        - 'cpu': The CPU.
        - 'cuda': A GPU; needs venloc::torch. Raises InvalidArgumentError when there is none.
        
        typing.Literal['auto', 'cpu', 'cuda'], default 'auto'
        """
    @device.setter
    def device(self, value: typing.Literal['auto', 'cpu', 'cuda']) -> None:
        ...
    @property
    def dropout(self) -> float:
        """
        Share of hidden units left out in training, 0 to below 1.
        
        float, default 0.5
        """
    @dropout.setter
    def dropout(self, value: float) -> None:
        ...
    @property
    def hidden(self) -> int:
        """
        Units of the hidden layer (ReLU); 0 = none, outputs are linear in the features.
        
        int, default 256
        """
    @hidden.setter
    def hidden(self, value: int) -> None:
        ...
    @property
    def input_dropout(self) -> float:
        """
        Share of features left out in training, 0 to below 1.
        
        float, default 0.2
        """
    @input_dropout.setter
    def input_dropout(self, value: float) -> None:
        ...
    @property
    def learning_rate(self) -> float:
        """
        Learning rate at the end of the warm-up.
        
        float, default 0.002
        """
    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        ...
    @property
    def max_epochs(self) -> int:
        """
        Maximum number of passes over the photos.
        
        int, default 20
        """
    @max_epochs.setter
    def max_epochs(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Number of heads trained in parallel, each by one thread; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def patience(self) -> int:
        """
        Epochs without a smaller validation loss after which training ends; 0 = never early.
        
        int, default 5
        """
    @patience.setter
    def patience(self, value: int) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def warmup_steps(self) -> int:
        """
        Batches until the full learning rate.
        
        int, default 100
        """
    @warmup_steps.setter
    def warmup_steps(self, value: int) -> None:
        ...
    @property
    def weight_decay(self) -> float:
        """
        Weight decay of AdamW.
        
        float, default 0.01
        """
    @weight_decay.setter
    def weight_decay(self, value: float) -> None:
        ...
class EpochRecord:
    """
    Losses of one epoch.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, epoch: int = 0, training_loss: float = 0.0, validation_loss: float = ...) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
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
        """
        Number of the epoch, from 1.
        
        int
        """
    @property
    def training_loss(self) -> float:
        """
        Mean loss over the batches, with dropout [nat].
        
        float
        """
    @property
    def validation_loss(self) -> float:
        """
        Loss of the photos held out [nat]; NaN when nothing was held out.
        
        float
        """
class LearningCurve:
    """
    The course of one training: the losses of each epoch, and the epoch whose weights are used.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', epochs: collections.abc.Sequence[EpochRecord | dict[str, typing.Any]] = ..., best_epoch: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError.
        """
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
        """
        Number of the epoch whose weights are used.
        
        int
        """
    @property
    def epochs(self) -> list[EpochRecord]:
        """
        Losses of each epoch, in order.
        
        list[venloc._torch.EpochRecord]
        """
    @property
    def name(self) -> str:
        """
        Name of the training: "fold 1", …, "all photos".
        
        str
        """
class FineTuningOptions:
    """
    The network is trained with a classification head to distinguish the cells of a city. The head is
    trained first with the network frozen, so that its initial errors do not damage the network (Kumar
    et al. 2022).
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, unfreeze_from: str = '', learning_rate: float = 0.0001, head_learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 20, max_epochs: int = 6, patience: int = 2, batch: int = 32, hidden: int = 0, dropout: float = 0.2, head_epochs: int = 30, augmentation: venloc._core.AugmentationOptions | dict[str, typing.Any] = ..., cells: venloc._core.CellPartitionOptions | dict[str, typing.Any] = ..., smoothing_m: float = 100.0, held_out_share: float = 0.1, mixed_precision: bool = True, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a JSON object, without folder, threads and device, which do not change the result.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def augmentation(self) -> venloc._core.AugmentationOptions:
        """
        Augmentation of each picture, different in each epoch.
        
        venloc._core.AugmentationOptions
        """
    @augmentation.setter
    def augmentation(self, value: venloc._core.AugmentationOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def batch(self) -> int:
        """
        Pictures in a step.
        
        int, default 32
        """
    @batch.setter
    def batch(self, value: int) -> None:
        ...
    @property
    def cells(self) -> venloc._core.CellPartitionOptions:
        """
        How the city is divided into cells, which are the classes.
        
        venloc._core.CellPartitionOptions
        """
    @cells.setter
    def cells(self, value: venloc._core.CellPartitionOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def checkpoints(self) -> pathlib.Path | None:
        """
        Folder for features and the state after each epoch, so that an interrupted run can be resumed with
        the same result; empty = none.
        
        pathlib.Path | None, default None
        """
    @checkpoints.setter
    def checkpoints(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def device(self) -> typing.Literal['auto', 'cpu', 'cuda']:
        """
        Where to train; CPU and GPU give slightly different weights.
        - 'auto': CUDA if available, else the CPU.
        - 'cpu': The CPU.
        - 'cuda': A GPU; needs venloc::torch. Raises InvalidArgumentError when there is none.
        
        typing.Literal['auto', 'cpu', 'cuda'], default 'auto'
        """
    @device.setter
    def device(self, value: typing.Literal['auto', 'cpu', 'cuda']) -> None:
        ...
    @property
    def dropout(self) -> float:
        """
        Share of the vector's values, and of hidden units, left out in training, 0 to below 1.
        
        float, default 0.2
        """
    @dropout.setter
    def dropout(self, value: float) -> None:
        ...
    @property
    def head_epochs(self) -> int:
        """
        Epochs in which only the head is trained, of which the best is used; 0 = the head starts at random
        together with the network.
        
        int, default 30
        """
    @head_epochs.setter
    def head_epochs(self, value: int) -> None:
        ...
    @property
    def head_learning_rate(self) -> float:
        """
        Learning rate of the head, alone and then together with the network.
        
        float, default 0.002
        """
    @head_learning_rate.setter
    def head_learning_rate(self, value: float) -> None:
        ...
    @property
    def held_out_share(self) -> float:
        """
        Share of the photos, by groups (see group_photos), that is held out to determine when to stop; 0 =
        none: all epochs are run.
        
        float, default 0.1
        """
    @held_out_share.setter
    def held_out_share(self, value: float) -> None:
        ...
    @property
    def hidden(self) -> int:
        """
        Units of the head's hidden layer; 0 = none: the head is linear.
        
        int, default 0
        """
    @hidden.setter
    def hidden(self, value: int) -> None:
        ...
    @property
    def learning_rate(self) -> float:
        """
        Learning rate of the network at the end of the warm-up.
        
        float, default 0.0001
        """
    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        ...
    @property
    def max_epochs(self) -> int:
        """
        Maximum number of passes over the photos.
        
        int, default 6
        """
    @max_epochs.setter
    def max_epochs(self, value: int) -> None:
        ...
    @property
    def mixed_precision(self) -> bool:
        """
        On a GPU, use bfloat16 where it is safe (automatic mixed precision); the weights stay float32.
        
        bool, default True
        """
    @mixed_precision.setter
    def mixed_precision(self, value: bool) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def patience(self) -> int:
        """
        Epochs without a smaller held-out loss after which training ends; 0 = never early.
        
        int, default 2
        """
    @patience.setter
    def patience(self, value: int) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def smoothing_m(self) -> float:
        """
        Label smoothing: a cell that is this much farther from the photo than the true cell has 1/e of its
        weight, above 0 [m]; see smoothed_labels.
        
        float, default 100.0
        """
    @smoothing_m.setter
    def smoothing_m(self, value: float) -> None:
        ...
    @property
    def unfreeze_from(self) -> str:
        """
        First stage that is trained, with all later stages that describe() needs; empty = the last stage
        that has weights.
        
        str, default ''
        """
    @unfreeze_from.setter
    def unfreeze_from(self, value: str) -> None:
        ...
    @property
    def warmup_steps(self) -> int:
        """
        Batches until the full learning rates.
        
        int, default 20
        """
    @warmup_steps.setter
    def warmup_steps(self, value: int) -> None:
        ...
    @property
    def weight_decay(self) -> float:
        """
        Weight decay of AdamW.
        
        float, default 0.01
        """
    @weight_decay.setter
    def weight_decay(self, value: float) -> None:
        ...
class FineTuned:
    """
    A network that was trained on a gallery, and its learning curve.
    """
    def __repr__(self) -> str:
        ...
    @property
    def backbone(self) -> venloc._core.Backbone:
        """
        The trained network, with the options of the original one; its origin() states the training.
        """
    @property
    def curve(self) -> LearningCurve:
        """
        Losses of each epoch, mean over the pictures [nat].
        """
class S2CellClassifierLocatorOptions:
    """
    How an S2CellClassifierLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, partitions: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]] = ..., smoothing_m: float = 100.0, loss: typing.Literal['plain', 'balanced', 'logit_adjusted'] = 'plain', whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., max_candidates: int = 20, calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        """
        Folder for features and the state of training, so that an interrupted build can be resumed; empty =
        none. Not stored in the model.
        
        pathlib.Path | None, default None
        """
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def calibration_folds(self) -> int:
        """
        Folds of the gallery on which the posterior is calibrated and training is stopped, at least 3; not
        used below 200 photos, where the probabilities are approximate.
        
        int, default 5
        """
    @calibration_folds.setter
    def calibration_folds(self, value: int) -> None:
        ...
    @property
    def calibration_grouped(self) -> bool:
        """
        Also hold out near-copies and bursts of the query, as if it came from another photographer.
        
        bool, default True
        """
    @calibration_grouped.setter
    def calibration_grouped(self, value: bool) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def loss(self) -> typing.Literal['plain', 'balanced', 'logit_adjusted']:
        """
        How rare cells are treated in training.
        - 'plain': No correction: cells count as often as they occur.
        - 'balanced': Each photo weighs by the inverse of its cell's count.
        - 'logit_adjusted': Log counts of the cells are added to the scores in training only (logit adjustment, Menon et al.
        2021).
        
        typing.Literal['plain', 'balanced', 'logit_adjusted'], default 'plain'
        """
    @loss.setter
    def loss(self, value: typing.Literal['plain', 'balanced', 'logit_adjusted']) -> None:
        ...
    @property
    def max_candidates(self) -> int:
        """
        Maximum number of gallery pictures reported as evidence, 0 or more.
        
        int, default 20
        """
    @max_candidates.setter
    def max_candidates(self, value: int) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def partitions(self) -> list[venloc._core.CellPartitionOptions]:
        """
        Each partition divides the city differently and has its own outputs on a common hidden layer; their
        probabilities are multiplied (Seo et al. 2018). Default: levels 13 to 18 by the number of photos,
        level 14, level 16.
        
        list[venloc._core.CellPartitionOptions], default [{'min_level': 13, 'max_level': 18, 'max_photos': 30, 'min_photos': 8}, {'min_level': 14, 'max_level': 14, 'max_photos': 30, 'min_photos': 1}, {'min_level': 16, 'max_level': 16, 'max_photos': 30, 'min_photos': 1}]
        """
    @partitions.setter
    def partitions(self, value: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]]) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def smoothing_m(self) -> float:
        """
        Label smoothing: a cell that is this much farther from the photo than the true cell has 1/e of its
        weight in training, above 0 [m]; see smoothed_labels.
        
        float, default 100.0
        """
    @smoothing_m.setter
    def smoothing_m(self, value: float) -> None:
        ...
    @property
    def training(self) -> TrainingOptions:
        """
        Training of the head; seed, threads and checkpoints are taken from the locator.
        
        venloc._torch.TrainingOptions
        """
    @training.setter
    def training(self, value: TrainingOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        """
        How the network's features become the input of the head.
        
        venloc._core.WhiteningOptions
        """
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class S2CellClassifierLocator(venloc._core.GalleryLocator):
    """
    Classifies a picture into cells of the S2 library (PlaNet, Weyand et al. 2016) and locates it by the
    photos in the probable cells: the score of a photo grows with the probability of its cells and with
    its similarity to the query. The posterior is a calibrated mixture over the places of the best
    photos. Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: venloc._core.Backbone, options: S2CellClassifierLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, partitions: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]] = ..., smoothing_m: float = 100.0, loss: typing.Literal['plain', 'balanced', 'logit_adjusted'] = 'plain', whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., max_candidates: int = 20, calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> S2CellClassifierLocator:
        """
        Describes every picture of the gallery and trains the head: once for each fold of the calibration,
        and on all photos for as many epochs as were best on the folds. Raises ImageError that lists the
        pictures that cannot be read, and InvalidArgumentError for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> S2CellClassifierLocator:
        """
        Opens a model of kind "s2"; see load_locator. Keywords are those of LoadOptions.
        """
    def cell_probabilities(self, picture: venloc.pictures.Picture) -> list[numpy.typing.NDArray[numpy.float64]]:
        """
        The probabilities of the head for the cells of each partition: one array per partition, which sums to 1.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The prediction from the features of a whole picture: an array of backbone.dimension values, as backbone.describe or a row of extract_features has them. Raises InvalidArgumentError for a wrong number of values or one that is not finite.
        """
    @property
    def backbone(self) -> venloc._core.Backbone:
        """
        The network that describes pictures.
        """
    @property
    def learning_curves(self) -> list[LearningCurve]:
        """
        Learning curves of the folds of the calibration, then of the training on all photos.
        """
    @property
    def options(self) -> S2CellClassifierLocatorOptions:
        """
        A copy of the options.
        """
    @property
    def partitions(self) -> list[venloc._core.CellPartition]:
        """
        How the city is divided into cells.
        """
class RegressionLocatorOptions:
    """
    How a RegressionLocator is built and queried.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, form: typing.Literal['mixture', 'published'] = 'mixture', components: int = 400, memory: bool = True, memory_sharpness: float = 25.0, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
        """
        Each keyword sets the field of its name; nested structs may be dicts. An unknown name or a wrong type is a TypeError, a value out of range an InvalidArgumentError.
        """
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    def to_dict(self) -> dict[str, typing.Any]:
        """
        All fields as numbers, strings, lists and dicts.
        """
    def to_json(self) -> str:
        """
        The options as a model file stores them: a JSON object, without threads and folders.
        """
    def validate(self) -> None:
        """
        Raises InvalidArgumentError (a ValueError) that names a field out of range.
        """
    @property
    def cache(self) -> pathlib.Path | None:
        """
        Folder for features and the state of training, so that an interrupted build can be resumed; empty =
        none. Not stored in the model.
        
        pathlib.Path | None, default None
        """
    @cache.setter
    def cache(self, value: str | os.PathLike[str] | None) -> None:
        ...
    @property
    def calibration_folds(self) -> int:
        """
        Folds of the gallery on which the posterior is calibrated and training is stopped, at least 3; not
        used below 60 photos, where the posterior is approximate.
        
        int, default 5
        """
    @calibration_folds.setter
    def calibration_folds(self, value: int) -> None:
        ...
    @property
    def calibration_grouped(self) -> bool:
        """
        Also hold out near-copies and bursts of the query, as if it came from another photographer.
        
        bool, default True
        """
    @calibration_grouped.setter
    def calibration_grouped(self, value: bool) -> None:
        ...
    @property
    def city(self) -> str:
        """
        Display name of the city; may be empty.
        
        str, default ''
        """
    @city.setter
    def city(self, value: str) -> None:
        ...
    @property
    def components(self) -> int:
        """
        Gaussians of the mixture, at most a quarter of the photos; means start at k-means centres.
        
        int, default 400
        """
    @components.setter
    def components(self, value: int) -> None:
        ...
    @property
    def form(self) -> typing.Literal['mixture', 'published']:
        """
        What the head predicts.
        - 'mixture': A mixture density network (Bishop 1994) in metres, trained by the likelihood of the places.
        - 'published': The form of FDHProject, for comparison: two outputs, mean squared error on scaled degrees.
        
        typing.Literal['mixture', 'published'], default 'mixture'
        """
    @form.setter
    def form(self, value: typing.Literal['mixture', 'published']) -> None:
        ...
    @property
    def memory(self) -> bool:
        """
        Whether a component's share also grows with the similarity of the query to the photos nearest to the
        component: log of the sum of exp(memory_sharpness (similarity - 1)) is added to its score, with a
        weight that is trained. Needs 256 bytes per photo. If false, the shares depend only on the head.
        
        bool, default True
        """
    @memory.setter
    def memory(self, value: bool) -> None:
        ...
    @property
    def memory_sharpness(self) -> float:
        """
        Sharpness of that sum over similarities, above 0.
        
        float, default 25.0
        """
    @memory_sharpness.setter
    def memory_sharpness(self, value: float) -> None:
        ...
    @property
    def num_threads(self) -> int:
        """
        Threads; 0 = all cores. Does not change the result.
        
        int, default 0
        """
    @num_threads.setter
    def num_threads(self, value: int) -> None:
        ...
    @property
    def seed(self) -> int:
        """
        Random seed; the same seed gives the same bytes.
        
        int, default 0
        """
    @seed.setter
    def seed(self, value: int) -> None:
        ...
    @property
    def training(self) -> TrainingOptions:
        """
        Training of the head; seed, threads and checkpoints are taken from the locator.
        
        venloc._torch.TrainingOptions
        """
    @training.setter
    def training(self, value: TrainingOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        """
        How the network's features become the input of the head.
        
        venloc._core.WhiteningOptions
        """
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class RegressionLocator(venloc._core.Locator):
    """
    Predicts the place from the features of a picture. It cannot detect pictures from other places:
    in_area is the same for all pictures. There are no candidates. Thread-safe for all members.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: venloc._core.Backbone, options: RegressionLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, form: typing.Literal['mixture', 'published'] = 'mixture', components: int = 400, memory: bool = True, memory_sharpness: float = 25.0, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> RegressionLocator:
        """
        Describes every picture of the gallery and trains the head: once for each fold of the calibration,
        and on all photos for as many epochs as were best on the folds. Raises ImageError that lists the
        pictures that cannot be read, and InvalidArgumentError for fewer than two photos.
        
        Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: str | os.PathLike[str], *, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', num_threads: int = 0, max_candidates: int | None = None, matches: bool = True) -> RegressionLocator:
        """
        Opens a model of kind "regression"; see load_locator. Keywords are those of LoadOptions.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The prediction from the features of a whole picture: an array of backbone.dimension values, as backbone.describe or a row of extract_features has them. Raises InvalidArgumentError for a wrong number of values or one that is not finite.
        """
    @property
    def backbone(self) -> venloc._core.Backbone:
        """
        The network that describes pictures.
        """
    @property
    def learning_curves(self) -> list[LearningCurve]:
        """
        Learning curves of the folds of the calibration, then of the training on all photos.
        """
    @property
    def options(self) -> RegressionLocatorOptions:
        """
        A copy of the options.
        """
def fine_tune(backbone: venloc._core.Backbone, gallery: venloc._core.Gallery, options: FineTuningOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, unfreeze_from: str = '', learning_rate: float = 0.0001, head_learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 20, max_epochs: int = 6, patience: int = 2, batch: int = 32, hidden: int = 0, dropout: float = 0.2, head_epochs: int = 30, augmentation: venloc._core.AugmentationOptions | dict[str, typing.Any] = ..., cells: venloc._core.CellPartitionOptions | dict[str, typing.Any] = ..., smoothing_m: float = 100.0, held_out_share: float = 0.1, mixed_precision: bool = True, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> FineTuned:
    """
    Trains the last stages of a network on the photos of a gallery. The network receives pictures at the
    first of its sizes. The statistics and factors of all BatchNorm layers are unchanged, and so are the
    stages before FineTuningOptions.unfreeze_from. The same seed gives the same bytes at any number of
    threads on the CPU. On a GPU, batches that do not fit into its memory are halved.
    
    A locator that is built on the tuned network from the same photos can be overconfident, because it
    is calibrated on photos that the network was trained on. Calibrate and evaluate it with photos that
    were not in `gallery`.
    
    Raises ImageError that lists the pictures that cannot be read; InvalidArgumentError for fewer than
    two photos, photos that all lie in one cell, and an unknown stage; Error when the loss is not
    finite; CancelledError; IoError.
    
    Keywords stand above `options`; nested options may be dicts.
    """
def torch_info() -> TorchInfo:
    """
    Counts devices without initialising a GPU.
    """
