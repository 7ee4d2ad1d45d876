# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Where in the city was this picture made?

>>> import venloc
>>> venice = venloc.load()
>>> answer = venice.locate("photo.jpg")
>>> answer.location, answer.radius_90_m, answer.confidence
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from venloc import (
        answers,
        audits,
        errors,
        evaluation,
        io,
        maps,
        pictures,
        report,
        torch_support,
        tracks,
        training_logs,
        walks,
        weights,
        writing,
    )
    from venloc import collecting as collecting
    from venloc import plots as plots
    from venloc._core import (
        AugmentationOptions,
        Backbone,
        BackboneOptions,
        BackboneStage,
        BoundingBox,
        CalibrationBin,
        CameraClock,
        Candidate,
        CellId,
        CellPartition,
        CellPartitionOptions,
        CombinedPartitions,
        ContentStatistics,
        DescriptorLocator,
        DescriptorLocatorOptions,
        DescriptorSearchOptions,
        EastNorth,
        EnsembleLocator,
        EnsembleLocatorOptions,
        Estimate,
        EvaluationOptions,
        EvaluationRecord,
        Evidence,
        Gallery,
        GalleryLocator,
        GalleryOptions,
        GalleryProblem,
        GeotagAuditOptions,
        GeotagFinding,
        GroupOptions,
        Image,
        ImageInfo,
        ImageOptions,
        LatLng,
        LoadOptions,
        LocalFeatures,
        LocalFrame,
        Locator,
        LocatorInfo,
        Metadata,
        Metrics,
        PaintingLocator,
        PaintingLocatorOptions,
        PairedDifference,
        Photo,
        PhotoMatch,
        PictureFormat,
        PointMatch,
        Posterior,
        PosteriorComponent,
        Prediction,
        Preprocessing,
        PublishedAnalysis,
        Raster,
        SiftLocator,
        SiftLocatorOptions,
        SiftOptions,
        Split,
        StageTime,
        VerificationOptions,
        VisualIndexOptions,
        VisualIndexQueryOptions,
        Walk,
        WalkMoment,
        WalkOptions,
        WhiteningOptions,
        audit_geotags,
        augmented,
        cell_at,
        combine_walk,
        content_of,
        content_statistics,
        content_text,
        decode_image,
        decode_metadata,
        default_model_path,
        distance_m,
        encode_jpeg,
        extract_features,
        extract_sift,
        for_describing,
        group_photos,
        grouped_k_fold,
        load_locator,
        match_photos,
        model_kind,
        perceptual_hash,
        picture_formats,
        random_split,
        read_for_describing,
        read_image,
        read_metadata,
        recognised_format,
        smoothed_labels,
    )
    from venloc._torch import EpochRecord as EpochRecord
    from venloc._torch import FineTuned as FineTuned
    from venloc._torch import FineTuningOptions as FineTuningOptions
    from venloc._torch import LearningCurve as LearningCurve
    from venloc._torch import RegressionLocator as RegressionLocator
    from venloc._torch import RegressionLocatorOptions as RegressionLocatorOptions
    from venloc._torch import S2CellClassifierLocator as S2CellClassifierLocator
    from venloc._torch import S2CellClassifierLocatorOptions as S2CellClassifierLocatorOptions
    from venloc._torch import TorchInfo as TorchInfo
    from venloc._torch import TrainingOptions as TrainingOptions
    from venloc._torch import fine_tune as fine_tune
    from venloc._torch import torch_info as torch_info
    from venloc.errors import CancelledError, Error, FormatError, ImageError, InvalidArgumentError, IoError, SourceError
    from venloc.errors import FileNotFoundError as FileNotFoundError  # noqa: A004 - the name of the C++ class
    from venloc.evaluation import Report, cross_validate, evaluate
    from venloc.failures import Failure
    from venloc.rasters import write_geotiff
    from venloc.risks import RiskCoverage
    from venloc.tables import to_dataframe, to_geodataframe

    __version__: str

__all__ = [
    "AugmentationOptions",
    "Backbone",
    "BackboneOptions",
    "BackboneStage",
    "BoundingBox",
    "CalibrationBin",
    "CameraClock",
    "CancelledError",
    "Candidate",
    "CellId",
    "CellPartition",
    "CellPartitionOptions",
    "CombinedPartitions",
    "ContentStatistics",
    "DescriptorLocator",
    "DescriptorLocatorOptions",
    "DescriptorSearchOptions",
    "EastNorth",
    "EnsembleLocator",
    "EnsembleLocatorOptions",
    "Error",
    "Estimate",
    "EvaluationOptions",
    "EvaluationRecord",
    "Evidence",
    "Failure",
    "FormatError",
    "Gallery",
    "GalleryLocator",
    "GalleryOptions",
    "GalleryProblem",
    "GeotagAuditOptions",
    "GeotagFinding",
    "GroupOptions",
    "Image",
    "ImageError",
    "ImageInfo",
    "ImageOptions",
    "InvalidArgumentError",
    "IoError",
    "LatLng",
    "LoadOptions",
    "LocalFeatures",
    "LocalFrame",
    "Locator",
    "LocatorInfo",
    "Metadata",
    "Metrics",
    "PaintingLocator",
    "PaintingLocatorOptions",
    "PairedDifference",
    "Photo",
    "PhotoMatch",
    "PictureFormat",
    "PointMatch",
    "Posterior",
    "PosteriorComponent",
    "Prediction",
    "Preprocessing",
    "PublishedAnalysis",
    "Raster",
    "Report",
    "RiskCoverage",
    "SiftLocator",
    "SiftLocatorOptions",
    "SiftOptions",
    "SourceError",
    "Split",
    "StageTime",
    "VerificationOptions",
    "VisualIndexOptions",
    "VisualIndexQueryOptions",
    "Walk",
    "WalkMoment",
    "WalkOptions",
    "WhiteningOptions",
    "__version__",
    "answers",
    "audit_geotags",
    "audits",
    "augmented",
    "cell_at",
    "combine_walk",
    "content_of",
    "content_statistics",
    "content_text",
    "cross_validate",
    "decode_image",
    "decode_metadata",
    "default_model_path",
    "distance_m",
    "encode_jpeg",
    "errors",
    "evaluate",
    "evaluation",
    "extract_features",
    "extract_sift",
    "for_describing",
    "group_photos",
    "grouped_k_fold",
    "io",
    "load",
    "load_locator",
    "maps",
    "match_photos",
    "model_kind",
    "perceptual_hash",
    "picture_formats",
    "pictures",
    "random_split",
    "read_for_describing",
    "read_image",
    "read_metadata",
    "recognised_format",
    "report",
    "smoothed_labels",
    "to_dataframe",
    "to_geodataframe",
    "torch_support",
    "tracks",
    "training_logs",
    "walks",
    "weights",
    "write_geotiff",
    "writing",
]

# Modules that need the package of an extra, which may be missing: they are not in __all__.
_EXTRA_MODULES = {"collecting": "urllib3", "plots": "matplotlib"}
_MODULES = (
    "answers",
    "audits",
    *_EXTRA_MODULES,
    "errors",
    "evaluation",
    "io",
    "maps",
    "pictures",
    "report",
    "torch_support",
    "tracks",
    "training_logs",
    "walks",
    "weights",
    "writing",
)
_ERRORS = (
    "CancelledError",
    "Error",
    "FileNotFoundError",
    "FormatError",
    "ImageError",
    "InvalidArgumentError",
    "IoError",
    "SourceError",
)
_ELSEWHERE = {
    "Failure": "failures",
    "Report": "evaluation",
    "RiskCoverage": "risks",
    "cross_validate": "evaluation",
    "evaluate": "evaluation",
    "to_dataframe": "tables",
    "to_geodataframe": "tables",
    "write_geotiff": "rasters",
}
"""The modules of names that are neither in the compiled module nor errors."""
# Not in __all__: they are there only when venloc was built with LibTorch (training, GPUs), and is installed beside it.
_TORCH = (
    "EpochRecord",
    "FineTuned",
    "FineTuningOptions",
    "LearningCurve",
    "RegressionLocator",
    "RegressionLocatorOptions",
    "S2CellClassifierLocator",
    "S2CellClassifierLocatorOptions",
    "TorchInfo",
    "TrainingOptions",
    "fine_tune",
    "torch_info",
)


def load(model: str | os.PathLike[str] | None = None, *, fast: bool = False, **options: Any) -> Locator:
    """Opens a model; by default the model of Venice that is installed with venloc.

    `fast` opens only the SIFT part of an ensemble, which is faster and less accurate. It raises FormatError for a model
    without SIFT features. Further keywords are the fields of LoadOptions: device, num_threads, max_candidates, matches.
    """
    core = importlib.import_module("venloc._core")
    file = core.default_model_path() if model is None else model
    locator: Locator = core.SiftLocator.load(file, **options) if fast else core.load_locator(file, **options)
    return locator


# Names are fetched when they are first used (PEP 562): `import venloc` costs nothing, and a program that only wants the
# version or an exception class does not load OpenCV.
def __getattr__(name: str) -> Any:
    value: Any
    if name in _MODULES:
        value = importlib.import_module(f"venloc.{name}")
    elif name in _ERRORS:
        value = getattr(importlib.import_module("venloc.errors"), name)
    elif name in _ELSEWHERE:
        value = getattr(importlib.import_module(f"venloc.{_ELSEWHERE[name]}"), name)
    elif name in _TORCH:
        value = getattr(importlib.import_module("venloc.torch_support").load(), name)
    elif name == "__version__":
        value = importlib.import_module("venloc._core").version()
    elif name in __all__:
        value = getattr(importlib.import_module("venloc._core"), name)
    else:
        raise AttributeError(f"module 'venloc' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    extras = {name for name, package in _EXTRA_MODULES.items() if importlib.util.find_spec(package)}
    torch = _TORCH if importlib.util.find_spec("venloc._torch") and importlib.util.find_spec("torch") else ()
    return sorted({*globals(), *__all__, *extras, *torch})
