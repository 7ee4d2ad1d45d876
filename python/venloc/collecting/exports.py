# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Export of catalogues to files for other programs, and import of such files.

Exported files do not contain when and how pictures were collected: the same photos give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import struct
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from venloc import files
from venloc._core import Gallery, GalleryProblem, LatLng, is_valid
from venloc.collecting.catalogue import Catalogue
from venloc.collecting.records import Record, Size
from venloc.collecting.sources.folder import folder_name
from venloc.collecting.verdicts import Verdict, verdicts
from venloc.errors import FormatError, InvalidArgumentError

LABELS = ("id", "lat", "lng", "file", "source", "url", "author", "licence", "taken", "thumbnail")
"""Columns of the label file, as Gallery reads them."""

_ROW_GROUP = 10_000  # photos that are written at once
_THUMBNAIL_PX = 640  # longer side of the largest picture that a page shows as a small one

_FIELDS = (
    "source",
    "id",
    "lat",
    "lng",
    "verdict",
    "doubt",
    "reasons",
    "page",
    "author",
    "licence",
    "taken",
    "title",
    "accuracy",
    "level",
    "width",
    "height",
    "picture",
)


def write_labels(catalogue: Catalogue, file: Path) -> tuple[int, Counter[str]]:
    """Writes the label file of the kept photos with an available picture. Returns their number, and the counts of all verdicts.

    `venloc build` reads this file. File names are relative to its folder when that is also the folder of the catalogue.
    """
    beside = catalogue.file.parent.resolve()
    near = file.resolve().parent == beside
    pictures = {
        (p.source, p.id): p.file if near else str(beside / p.file) for p in catalogue.pictures() if not p.problem
    }
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(LABELS)
    written, counts = 0, Counter[str]()
    for verdict in verdicts(catalogue):
        counts[verdict.verdict] += 1
        r = verdict.record
        picture = pictures.get((r.source, r.id))
        if picture is None or verdict.verdict != "keep":
            continue
        place = [f"{degrees:.7f}" for degrees in (r.lat, r.lng)]
        row = [r.key, *place, picture, r.source, r.page, r.author, r.licence, r.taken, thumbnail(r)]
        table.writerow(map(_one_line, row))
        written += 1
    files.write_text(file, text.getvalue())
    return written, counts


def thumbnail(record: Record) -> str:
    """The address of a small copy, if the source offers one; else empty."""
    small = [s for s in record.sizes if 0 < s.side_px <= _THUMBNAIL_PX and s.address.startswith("https://")]
    return max(small, key=lambda size: size.side_px).address if small else ""


def write_csv(catalogue: Catalogue, file: Path) -> None:
    """Writes a CSV table of all photos, with the verdict on each and the reasons.

    Texts that a spreadsheet would evaluate as a formula are prefixed with an apostrophe, because they come from other people.
    """
    with files.replaced(file) as part, part.open("w", encoding="utf-8", newline="") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(_FIELDS)
        pictures = _pictures(catalogue)
        for verdict in verdicts(catalogue):
            values = _values(verdict, pictures)
            values.update({name: f"{values[name]:.7f}" for name in ("lat", "lng")}, doubt=f"{values['doubt']:.3f}")
            texts = {name: _inert(value) for name, value in values.items() if name not in ("lat", "lng", "doubt")}
            table.writerow({**values, **texts}.values())


def _inert(value: Any) -> Any:
    line = _one_line(value)
    return f"'{line}" if isinstance(line, str) and line.startswith(("=", "+", "-", "@")) else line


def _one_line(value: Any) -> Any:
    """A text without line breaks and other characters that CSV readers treat as the end of a row."""
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", value).strip() if isinstance(value, str) else value


def write_geojson(catalogue: Catalogue, file: Path) -> None:
    """Writes a FeatureCollection (RFC 7946) of all photos, one line per photo."""
    with files.replaced(file) as part, part.open("w", encoding="utf-8") as text:
        text.write('{"type":"FeatureCollection","features":[')
        pictures = _pictures(catalogue)
        for number, verdict in enumerate(verdicts(catalogue)):
            values = _values(verdict, pictures)
            place = [values.pop("lng"), values.pop("lat")]
            feature = {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place},
                "properties": values,
            }
            text.write(("," if number else "") + "\n" + json.dumps(feature, ensure_ascii=False))
        text.write("\n]}\n")


def write_geoparquet(catalogue: Catalogue, file: Path) -> None:
    """Writes all photos as GeoParquet 1.1 with WKB points. Raises ImportError when the package pyarrow is not installed."""
    import pyarrow
    import pyarrow.parquet

    kinds = {"doubt": "double", "level": "int32", "width": "int32", "height": "int32"}
    columns = [name for name in _FIELDS if name not in ("lat", "lng")]
    schema = pyarrow.schema(
        [
            *(pyarrow.field(name, pyarrow.type_for_alias(kinds.get(name, "string"))) for name in columns),
            pyarrow.field("geometry", pyarrow.binary()),
        ],
        metadata={
            "geo": json.dumps(
                {
                    "version": "1.1.0",
                    "primary_column": "geometry",
                    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
                }
            )
        },
    )
    with files.replaced(file) as part, pyarrow.parquet.ParquetWriter(part, schema) as writer:  # type: ignore[no-untyped-call]
        found, pictures = verdicts(catalogue), _pictures(catalogue)
        while batch := list(islice(found, _ROW_GROUP)):
            rows = []
            for values in (_values(verdict, pictures) for verdict in batch):
                point = struct.pack("<BIdd", 1, 1, values.pop("lng"), values.pop("lat"))
                rows.append({**values, "geometry": point})
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))


def _pictures(catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """The state of each requested picture: available, or the reason why not."""
    return {(picture.source, picture.id): picture.problem or "there" for picture in catalogue.pictures()}


def _values(verdict: Verdict, pictures: dict[tuple[str, str], str]) -> dict[str, Any]:
    """The values of a photo in the order of _FIELDS."""
    record = verdict.record
    reasons = [finding.reason for finding in verdict.findings]
    if verdict.copy_of is not None:
        reasons.append(f"copy of {verdict.copy_of[0]}:{verdict.copy_of[1]}")
    own = {
        "verdict": verdict.verdict,
        "doubt": verdict.doubt,
        "reasons": "; ".join(reasons),
        "picture": pictures.get((record.source, record.id), ""),
    }
    return {name: own[name] if name in own else getattr(record, name) for name in _FIELDS}


WRITERS: dict[str, Callable[[Catalogue, Path], object]] = {
    ".csv": write_csv,
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".parquet": write_geoparquet,
}
"""The writers by file ending."""


def require_known(file: Path) -> None:
    """Raises InvalidArgumentError when the ending of the file is not in WRITERS."""
    if file.suffix.lower() not in WRITERS:
        raise InvalidArgumentError(f"'{file}' has an unknown ending: choose one of {', '.join(WRITERS)}")


def write(catalogue: Catalogue, file: Path) -> None:
    """Writes the catalogue in the format of the file's ending. Raises InvalidArgumentError for one not in WRITERS."""
    require_known(file)
    WRITERS[file.suffix.lower()](catalogue, file)


# --- import -----------------------------------------------------------------------------------------------------------


def read_labels(labels: Path, images: Path | None = None) -> tuple[list[tuple[Record, Path]], list[GalleryProblem]]:
    """The photos of a label file with their picture files, and the problems of the rows that are left out.

    Raises the exceptions of Gallery.from_label_file.
    """
    gallery = Gallery.from_label_file(labels, images or "")
    records = []
    for photo in gallery.photos:
        assert photo.file is not None  # as it was read from a file
        source, identity = photo.source, photo.id.removeprefix(f"{photo.source}:")
        if not source:
            # Label files with no more than the name of a file may name the same one.
            source, identity = "labels", f"{folder_name(Path(photo.file).parent)}/{photo.id}"
        record = Record(
            source,
            identity,
            photo.location.lat,
            photo.location.lng,
            page=photo.url,
            author=photo.author,
            licence=photo.licence,
            taken=photo.taken,
            sizes=(Size(_THUMBNAIL_PX, photo.thumbnail),) if photo.thumbnail else (),
        )
        records.append((record, Path(photo.file)))
    return records, list(gallery.problems)


_FLICKR_PICTURE = re.compile(r"^https?://[^/]*staticflickr\.com/.*?/?(\d{6,})_[0-9a-f]+(?:_\w)?\.\w+$")


def read_addresses(file: Path) -> list[Record]:
    """The pictures of a list with lines of latitude, longitude and address, with or without a header.

    Addresses at staticflickr.com become photos of Flickr. Raises FormatError that names the line.
    """
    records = []
    for number, line in enumerate(files.read_text(file).splitlines(), 1):
        try:
            row = next(csv.reader([line]), [])
        except csv.Error:
            row = [line[:80]]
        if not row or (number == 1 and row[0].strip().lower() in ("lat", "latitude")):
            continue
        try:
            lat, lng, address = float(row[0]), float(row[1]), row[2].strip()
        except (ValueError, IndexError):
            raise FormatError(f"'{file}', line {number}: write latitude,longitude,address") from None
        if not address.startswith(("https://", "http://")) or not is_valid(LatLng(lat, lng)):
            raise FormatError(f"'{file}', line {number}: '{','.join(row)}' is not a valid place and http address")
        flickr = _FLICKR_PICTURE.match(address)
        identity = flickr[1] if flickr else hashlib.sha256(address.encode()).hexdigest()[:16]
        page = f"https://www.flickr.com/photo.gne?id={identity}" if flickr else ""
        source = "flickr" if flickr else "web"
        records.append(Record(source, identity, lat, lng, page=page, sizes=(Size(0, address),)))
    return records
