# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Results as tables of pandas and geopandas, and as features of GeoJSON."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venloc._core import Prediction
from venloc.answers.outputs import COLUMNS
from venloc.errors import InvalidArgumentError
from venloc.failures import Failure
from venloc.words import verdict

if TYPE_CHECKING:
    import geopandas
    import pandas

__all__ = ["feature", "to_dataframe", "to_geodataframe"]

_OF_PICTURES = ("exif", "nearest")  # members that a prediction alone does not have
_COLUMNS = tuple(column for column in COLUMNS if column.path[0] not in _OF_PICTURES)


def to_dataframe(
    results: Iterable[Prediction | Failure], files: Sequence[str | os.PathLike[str]] | None = None
) -> pandas.DataFrame:
    """A table with a row for each result of `Locator.locate`, failures included.

    The columns are those of the CSV table of `venloc locate` that need no other file: file, lat and lng [deg], confidence,
    in_area, radius_50_m, radius_90_m, verdict, turned_degrees, notes and problem. A failure has values only for file and
    problem. `files` are the names of the pictures; without them only failures have one. Raises ImportError without pandas,
    and InvalidArgumentError when there is not one file for each result.
    """
    _require("pandas", "tables")
    import pandas as pd

    given = list(results)
    if files is not None and len(files) != len(given):
        raise InvalidArgumentError(f"files must name each of the {len(given)} results, got {len(files)}")
    names = [None] * len(given) if files is None else [str(Path(file)) for file in files]
    rows = [_row(result, name) for result, name in zip(given, names, strict=True)]
    return pd.DataFrame(
        {
            column.name: pd.Series(
                [column.value(row) for row in rows], dtype="object" if column.digits is None else "float64"
            )
            for column in _COLUMNS
        }
    )


def to_geodataframe(
    results: Iterable[Prediction | Failure], files: Sequence[str | os.PathLike[str]] | None = None
) -> geopandas.GeoDataFrame:
    """The same table with the places as points of WGS 84 in the column geometry, which is empty for failures.

    Raises ImportError without geopandas.
    """
    _require("geopandas", "geo")
    import geopandas

    table = to_dataframe(results, files)
    points = geopandas.GeoSeries(geopandas.points_from_xy(table["lng"], table["lat"]), crs="EPSG:4326")
    return geopandas.GeoDataFrame(table, geometry=points.where(table["lat"].notna()))


def feature(result: Prediction | Failure) -> dict[str, Any]:
    """A result as a GeoJSON Feature: the reported place, or a failure without a geometry."""
    row = _row(result, None)
    if isinstance(result, Failure):
        return {"type": "Feature", "geometry": None, "properties": {"file": result.file, "problem": result.error}}
    point = {"type": "Point", "coordinates": (row["lng"], row["lat"])}
    properties = {column.name: column.value(row) for column in _COLUMNS if column.property and column.name != "file"}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _row(result: Prediction | Failure, file: str | None) -> dict[str, Any]:
    if isinstance(result, Failure):
        return {"file": file or result.file, "error": result.error}
    return {"file": file, **result.to_dict(), "verdict": verdict(result)}


def _require(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise ImportError(f"the package {package} is not installed: pip install 'venloc[{extra}]'")
