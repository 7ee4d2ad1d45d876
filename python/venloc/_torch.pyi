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
__all__: list[str] = ['Backbone', 'BackboneOptions', 'BackboneStage', 'DescriptorLocator', 'DescriptorLocatorOptions', 'EnsembleLocator', 'EnsembleLocatorOptions', 'EpochRecord', 'FineTuned', 'FineTuningOptions', 'LearningCurve', 'PaintingLocator', 'PaintingLocatorOptions', 'Preprocessing', 'RegressionLocator', 'RegressionLocatorOptions', 'S2CellClassifierLocator', 'S2CellClassifierLocatorOptions', 'TorchInfo', 'TrainingOptions', 'extract_features', 'fine_tune', 'torch_info']
class BackboneStage:
    """
    A place in a network: name, channels, and stride [px of the network's input].
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, name: str = '', channels: int = 0, stride: int = 0) -> None:
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
    def channels(self) -> int:
        ...
    @property
    def name(self) -> str:
        ...
    @property
    def stride(self) -> int:
        ...
class BackboneOptions:
    """
    What a network is to describe pictures with.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    device: typing.Literal['auto', 'cpu', 'cuda']
    gem_p: float
    num_threads: int
    pooling: typing.Literal['gem', 'average', 'max']
    precision: typing.Literal['float32', 'bfloat16']
    region_long_side_px: int
    stage: str
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> None:
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
    def further_stages(self) -> list[str]:
        ...
    @further_stages.setter
    def further_stages(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def long_sides_px(self) -> list[int]:
        ...
    @long_sides_px.setter
    def long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
    @property
    def region_grids(self) -> list[int]:
        ...
    @region_grids.setter
    def region_grids(self, value: collections.abc.Sequence[int]) -> None:
        ...
class Preprocessing:
    """
    What a network expects: (pixel - mean) / deviation, pixels 0 to 255.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __repr__(self) -> str:
        ...
    def __setstate__(self, state: typing.Any) -> None:
        ...
    @property
    def deviation(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Of R, G and B.
        """
    @property
    def long_side_px(self) -> int:
        """
        Larger pictures are shrunk to it [px].
        """
    @property
    def mean(self) -> typing.Annotated[list[float], "FixedSize(3)"]:
        """
        Of R, G and B.
        """
    @property
    def min_side_px(self) -> int:
        """
        A shorter side is stretched to it [px].
        """
class Backbone:
    """
    A network with its weights, as an extractor of features. Immutable.
    """
    @staticmethod
    def load(weights: str | os.PathLike[str], network: str = '', *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Reads weights from a safetensors file; without a network the one its metadata names.
        """
    @staticmethod
    def networks() -> list[str]:
        """
        Names that load() and random() know.
        """
    @staticmethod
    def random(network: str, seed: int, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., region_grids: collections.abc.Sequence[int] = ..., region_long_side_px: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Random weights. Same seed, same weights.
        """
    def __repr__(self) -> str:
        ...
    def describe(self, pictures: venloc.pictures.Picture | collections.abc.Sequence[venloc.pictures.Picture]) -> numpy.typing.NDArray[numpy.float32]:
        """
        The pooled map for each of the sizes, then those of the further stages; a row for each picture when a list is given. Not normalised.
        """
    def fingerprint(self) -> str:
        """
        SHA-256 that tells apart what describes pictures differently.
        """
    def map(self, picture: venloc.pictures.Picture, stage: str = '') -> numpy.typing.NDArray[numpy.float32]:
        """
        The map of a stage for the picture at the first of the sizes: channels x height x width.
        """
    def rounded(self, type: typing.Literal['float32', 'float16', 'bfloat16', 'int8']) -> Backbone:
        """
        The same network with the weights that a file of this type would hold.
        """
    def save(self, weights: str | os.PathLike[str], type: typing.Literal['float32', 'float16', 'bfloat16', 'int8'] = 'float32') -> None:
        """
        Writes the weights, the network's name, preprocessing, origin and licence.
        """
    @property
    def dimension(self) -> int:
        """
        Values that describe() gives for a picture.
        """
    @property
    def licence(self) -> str:
        """
        Of the weights; may be empty.
        """
    @property
    def network(self) -> str:
        ...
    @property
    def on_gpu(self) -> bool:
        ...
    @property
    def options(self) -> BackboneOptions:
        """
        With the stage and sizes that stand for the defaults.
        """
    @property
    def origin(self) -> str:
        """
        Where the weights come from, in words; may be empty.
        """
    @property
    def parts(self) -> list[int]:
        """
        Lengths of the parts that describe() puts together: one for each size, then one for each further stage, then one for each region.
        """
    @property
    def preprocessing(self) -> Preprocessing:
        ...
    @property
    def regions(self) -> int:
        """
        How many of the last parts are regions.
        """
    @property
    def stages(self) -> list[BackboneStage]:
        """
        Those whose weights are there, in order.
        """
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
    def backbone(self) -> Backbone:
        ...
    @property
    def curve(self) -> LearningCurve:
        ...
class DescriptorLocatorOptions:
    """
    How a DescriptorLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    crops: int
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., search: venloc._core.DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
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
    def search(self) -> venloc._core.DescriptorSearchOptions:
        ...
    @search.setter
    def search(self, value: venloc._core.DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
class DescriptorLocator(venloc._core.Locator):
    """
    Locates by whitened global descriptors of a network and a calibrated mixture over the places of the pictures most alike.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: Backbone, options: DescriptorLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., search: venloc._core.DescriptorSearchOptions | dict[str, typing.Any] = ..., crops: int = 1, max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> DescriptorLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> DescriptorLocator:
        ...
    def add(self, gallery: venloc._core.Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild. Not to be called while queries run.
        """
    def locate_features(self, features: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The answer for what `backbone.describe` said of a picture before: a row of extract_features.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id; an unknown id is a ValueError and changes nothing.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> DescriptorLocatorOptions:
        """
        A copy of the options.
        """
class PaintingLocatorOptions:
    """
    How a PaintingLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    cells: int
    city: str
    gallery_long_side_px: int
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, projection: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> None:
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
    def projection(self) -> venloc._core.WhiteningOptions:
        ...
    @projection.setter
    def projection(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def query_long_sides_px(self) -> list[int]:
        ...
    @query_long_sides_px.setter
    def query_long_sides_px(self, value: collections.abc.Sequence[int]) -> None:
        ...
class PaintingLocator(venloc._core.Locator):
    """
    Locates paintings, drawings and old photographs by what stands where in a network's maps of them.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: Backbone, options: PaintingLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, projection: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., gallery_long_side_px: int = 448, query_long_sides_px: collections.abc.Sequence[int] = ..., cells: int = 100, max_candidates: int = 20, city: str = '', seed: int = 0, num_threads: int = 0) -> PaintingLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> PaintingLocator:
        ...
    def locate_scores(self, scores: numpy.typing.NDArray[numpy.float32]) -> venloc._core.Prediction:
        """
        The answer for what scores() said of a picture before.
        """
    def scores(self, picture: venloc.pictures.Picture) -> numpy.typing.NDArray[numpy.float32]:
        """
        The score of each gallery picture, in deviations from the mean of all.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> PaintingLocatorOptions:
        """
        A copy of the options.
        """
class EnsembleLocatorOptions:
    """
    How a EnsembleLocator is built and asked.
    """
    __hash__: typing.ClassVar[None] = None  # type: ignore[assignment]
    calibration_folds: int
    calibration_grouped: bool
    city: str
    max_candidates: int
    num_threads: int
    seed: int
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, sift: venloc._core.SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., search: venloc._core.DescriptorSearchOptions | dict[str, typing.Any] = ..., works: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> None:
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
    def leave_out(self) -> list[str]:
        ...
    @leave_out.setter
    def leave_out(self, value: collections.abc.Sequence[str]) -> None:
        ...
    @property
    def painting(self) -> PaintingLocatorOptions:
        ...
    @painting.setter
    def painting(self, value: PaintingLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def region_whitening(self) -> venloc._core.WhiteningOptions:
        ...
    @region_whitening.setter
    def region_whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def search(self) -> venloc._core.DescriptorSearchOptions:
        ...
    @search.setter
    def search(self, value: venloc._core.DescriptorSearchOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def sift(self) -> venloc._core.SiftLocatorOptions:
        ...
    @sift.setter
    def sift(self, value: venloc._core.SiftLocatorOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def whitening(self) -> venloc._core.WhiteningOptions:
        ...
    @whitening.setter
    def whitening(self, value: venloc._core.WhiteningOptions | dict[str, typing.Any]) -> None:
        ...
    @property
    def works(self) -> list[pathlib.Path | None]:
        ...
    @works.setter
    def works(self, value: collections.abc.Sequence[str | os.PathLike[str] | None]) -> None:
        ...
class EnsembleLocator(venloc._core.Locator):
    """
    Locates by SIFT features and a network's descriptors together: one list of candidates, each weighed by all that is known of it.
    """
    @staticmethod
    def build(gallery: venloc._core.Gallery, backbone: Backbone, options: EnsembleLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, sift: venloc._core.SiftLocatorOptions | dict[str, typing.Any] = ..., whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., region_whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., search: venloc._core.DescriptorSearchOptions | dict[str, typing.Any] = ..., works: collections.abc.Sequence[str | os.PathLike[str] | None] = ..., painting: PaintingLocatorOptions | dict[str, typing.Any] = ..., leave_out: collections.abc.Sequence[str] = ..., max_candidates: int = 20, calibration_folds: int = 10, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> EnsembleLocator:
        """
        Describes every picture of the gallery. Keywords stand above `options`; nested options may be dicts.
        """
    @staticmethod
    def load(file: os.PathLike[str] | str) -> EnsembleLocator:
        ...
    def add(self, gallery: venloc._core.Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None) -> None:
        """
        Adds pictures without a rebuild. Not to be called while queries run.
        """
    def remove(self, ids: collections.abc.Sequence[str]) -> None:
        """
        Removes pictures by id; an unknown id is a ValueError and changes nothing.
        """
    @property
    def backbone(self) -> Backbone:
        ...
    @property
    def options(self) -> EnsembleLocatorOptions:
        """
        A copy of the options.
        """
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
    def build(gallery: venloc._core.Gallery, backbone: Backbone, options: S2CellClassifierLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, partitions: collections.abc.Sequence[venloc._core.CellPartitionOptions | dict[str, typing.Any]] = ..., smoothing_m: float = 100.0, loss: typing.Literal['plain', 'balanced', 'logit_adjusted'] = 'plain', whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., max_candidates: int = 20, calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> S2CellClassifierLocator:
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
    def backbone(self) -> Backbone:
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
    def build(gallery: venloc._core.Gallery, backbone: Backbone, options: RegressionLocatorOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, form: typing.Literal['mixture', 'published'] = 'mixture', components: int = 400, memory: bool = True, memory_sharpness: float = 25.0, whitening: venloc._core.WhiteningOptions | dict[str, typing.Any] = ..., training: TrainingOptions | dict[str, typing.Any] = ..., calibration_folds: int = 5, calibration_grouped: bool = True, city: str = '', cache: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0) -> RegressionLocator:
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
    def backbone(self) -> Backbone:
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
def extract_features(backbone: Backbone, gallery: venloc._core.Gallery, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, cache: str | os.PathLike[str] | None = None, num_threads: int = 0) -> numpy.typing.NDArray[numpy.float32]:
    """
    Backbone.describe of every picture of the gallery, a row for each; with a cache folder an interrupted run goes on where it stopped.
    """
def fine_tune(backbone: Backbone, gallery: venloc._core.Gallery, options: FineTuningOptions | dict[str, typing.Any] | None = None, *, progress: collections.abc.Callable[[str, int, int], bool | None] | None = None, unfreeze_from: str = '', learning_rate: float = 0.0001, head_learning_rate: float = 0.002, weight_decay: float = 0.01, warmup_steps: int = 20, max_epochs: int = 6, patience: int = 2, batch: int = 32, hidden: int = 0, dropout: float = 0.2, head_epochs: int = 30, augmentation: venloc._core.AugmentationOptions | dict[str, typing.Any] = ..., cells: venloc._core.CellPartitionOptions | dict[str, typing.Any] = ..., smoothing_m: float = 100.0, held_out_share: float = 0.1, mixed_precision: bool = True, checkpoints: str | os.PathLike[str] | None = None, seed: int = 0, num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto') -> FineTuned:
    """
    Trains the last stages of a network on the photos of a gallery. A locator built on it from the same photos can be too sure of itself: calibrate and measure with others.
    """
def torch_info() -> TorchInfo:
    """
    Looks for GPUs without touching them.
    """
