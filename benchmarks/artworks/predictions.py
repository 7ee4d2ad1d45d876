# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Predictions of the benchmark's places, as CSV."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import venloc

from artworks.labels import Artwork

# Range of the values of each column.
RANGES = {
    "lat": (-90.0, 90.0),
    "lng": (-180.0, 180.0),
    "confidence": (0.0, 1.0),
    "radius_50_m": (0.0, math.inf),
    "radius_90_m": (0.0, math.inf),
    "in_area": (0.0, 1.0),
}
OPTIONAL = ("confidence", "radius_50_m", "radius_90_m", "in_area")
DIGITS = {"lat": 6, "lng": 6, "confidence": 4, "radius_50_m": 1, "radius_90_m": 1, "in_area": 4}


@dataclass(frozen=True)
class Predictions:
    """What was predicted, and which of the optional columns were given."""

    values: dict[str, dict[str, float]]
    """The numbers of each row, by the artwork's id."""
    columns: frozenset[str]


def read_predictions(file: Path, artworks: Sequence[Artwork]) -> Predictions:
    """Reads predictions; what cannot be used is refused with file, line and remedy."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise venloc.errors.FileNotFoundError(f"'{file}' does not exist; give a CSV file of predictions") from None
    except UnicodeDecodeError:
        raise venloc.FormatError(f"'{file}' is not UTF-8 text; save it as CSV with UTF-8") from None
    rows = csv.reader(text.splitlines(keepends=True))
    header = [name.strip() for name in next(rows, [])]
    key = _key_of(file, header)
    ids = {getattr(artwork, key): artwork.id for artwork in artworks}
    columns = [name for name in header if name in RANGES]
    values: dict[str, dict[str, float]] = {}
    lines: dict[str, int] = {}
    for row in rows:
        if not row:
            continue
        where = f"'{file}', line {rows.line_num}"
        if len(row) != len(header):
            raise venloc.FormatError(
                f"{where}: has {len(row)} values, but the header {len(header)} names; quote values that contain a comma"
            )
        cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
        name = PurePosixPath(cells[key]).name
        if name not in ids:
            raise venloc.FormatError(
                f"{where}: '{name}' is the {key} of no picture of the benchmark; take it from labels.csv"
            )
        if ids[name] in lines:
            raise venloc.FormatError(
                f"{where}: '{name}' is there a second time, after line {lines[ids[name]]}; keep one prediction a picture"
            )
        lines[ids[name]] = rows.line_num
        values[ids[name]] = _numbers(where, cells, columns)
    return Predictions(values, frozenset(columns) & frozenset(OPTIONAL))


def _key_of(file: Path, header: Sequence[str]) -> str:
    """The column that names the picture: id or file."""
    where = f"'{file}', line 1"
    keys = [name for name in header if name in ("id", "file")]
    lacking = [name for name in ("lat", "lng") if name not in header]
    if len(keys) != 1 or lacking:
        raise venloc.FormatError(
            f"{where}: a header is needed with lat, lng and either id or file, separated by commas; "
            f"found {', '.join(header) or 'nothing'}"
        )
    unknown = [name for name in header if name not in RANGES and name not in keys]
    if unknown or len(set(header)) != len(header):
        raise venloc.FormatError(
            f"{where}: columns are {keys[0]}, {', '.join(RANGES)}, each once; rename or remove "
            f"{', '.join(unknown) or 'those that are there twice'}"
        )
    return keys[0]


def _numbers(where: str, cells: dict[str, str], columns: Sequence[str]) -> dict[str, float]:
    """The numbers of a row."""
    out = {}
    for name in columns:
        low, high = RANGES[name]
        try:
            value = float(cells[name])
        except ValueError:
            value = math.nan
        if not (low <= value <= high and math.isfinite(value)):
            bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of at least {low:g}"
            raise venloc.FormatError(
                f"{where}: {name} is '{cells[name]}', but a number {bounds} is needed; correct it, or leave out "
                + ("the row, which then counts as a failure" if name in ("lat", "lng") else f"the column {name}")
            )
        out[name] = value
    if out.get("radius_90_m", math.inf) < out.get("radius_50_m", 0.0):
        raise venloc.FormatError(f"{where}: radius_90_m is smaller than radius_50_m; correct them, or leave both out")
    return out


def write_predictions(file: Path, rows: Iterable[tuple[str, dict[str, float]]]) -> None:
    """Writes the values of each id; all rows have the same columns."""
    rows = list(rows)
    columns = list(rows[0][1]) if rows else ["lat", "lng"]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["id", *columns])
        for name, values in rows:
            writer.writerow([name, *(f"{values[column]:.{DIGITS[column]}f}" for column in columns)])
