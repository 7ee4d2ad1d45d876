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
import typing
import venloc.pictures
__all__: list[str] = ['Backbone', 'BackboneOptions', 'BackboneStage', 'Preprocessing']
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
    stage: str
    def __eq__(self, other: object) -> bool:
        ...
    def __getstate__(self) -> typing.Any:
        ...
    def __init__(self, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> None:
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
    def load(weights: str | os.PathLike[str], network: str = '', *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
        """
        Reads weights from a safetensors file; without a network the one its metadata names.
        """
    @staticmethod
    def networks() -> list[str]:
        """
        Names that load() and random() know.
        """
    @staticmethod
    def random(network: str, seed: int, *, stage: str = '', further_stages: collections.abc.Sequence[str] = ..., pooling: typing.Literal['gem', 'average', 'max'] = 'gem', gem_p: float = 3.0, long_sides_px: collections.abc.Sequence[int] = ..., num_threads: int = 0, device: typing.Literal['auto', 'cpu', 'cuda'] = 'auto', precision: typing.Literal['float32', 'bfloat16'] = 'float32') -> Backbone:
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
        Lengths of the parts that describe() puts together: one for each size, then one for each further stage.
        """
    @property
    def preprocessing(self) -> Preprocessing:
        ...
    @property
    def stages(self) -> list[BackboneStage]:
        """
        Those whose weights are there, in order.
        """
