# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Rasters of posteriors as files of map programs."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from venloc import files
from venloc._core import Raster

__all__ = ["write_geotiff"]


def write_geotiff(file: str | os.PathLike[str], raster: Raster) -> None:
    """Writes a raster of `Posterior.raster` as a GeoTIFF: one band of probabilities per cell, WGS 84, 32-bit numbers.

    The probability outside the grid is its tag VENLOC_REST. A failure leaves an existing file as it was. Raises ImportError
    without rasterio, and IoError.
    """
    if importlib.util.find_spec("rasterio") is None:
        raise ImportError("the package rasterio is not installed: pip install 'venloc[geo]'")
    import rasterio

    with (
        files.replaced(Path(file).resolve()) as part,
        rasterio.open(
            part,
            "w",
            driver="GTiff",
            width=raster.columns,
            height=raster.rows,
            count=1,
            dtype="float32",
            crs="EPSG:4326",
            transform=rasterio.Affine(*raster.transform),
            compress="deflate",
            predictor=3,
        ) as image,
    ):
        image.write(raster.values.astype("float32"), 1)
        image.set_band_description(1, "probability of the cell")
        image.update_tags(VENLOC_REST=repr(raster.rest))
