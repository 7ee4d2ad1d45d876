# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Makes examples/gallery from the pictures of the shared data: VENLOC_SHARED=... python tools/make_mini_gallery.py"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("VENLOC_SHARED", ROOT.parent / "shared")) / "data" / "paintings"
OUT = ROOT / "examples" / "gallery"
LONG_SIDE_PX = 480
QUALITY = 72
COLUMNS = (
    "file", "lat", "lng", "subject_lat", "subject_lng", "kind", "place", "title", "author", "year", "medium", "licence",
    "source", "url",
)  # fmt: skip

# Where the number of a book at Project Gutenberg is the last part of the name of its repository: prefix, its short name.
BOOKS = {"collins": "collins", "menpes": "menpes", "mentor": "mentor", "morley": "morley", "okey": "erichsen",
         "pennell1": "pennell", "pennell2": "pennell", "smith": "smith", "stoddard": "stoddard"}  # fmt: skip

# Picture in the shared data: its name here, without the name of the book. Left out are pictures with a watermark, those of
# which the licence or the artist is not certain, those that are in examples/pictures, and night pieces.
PICTURES = {
    "collins_ill_126_lg": "basilica-san-marco",
    "collins_ill_152_lg": "ca-foscari",
    "menpes_i-032": "palazzo-pisani-moretta",
    "menpes_i-066": "san-giorgio-maggiore",
    "menpes_i-098": "san-geremia",
    "menpes_i-104": "ponte-della-paglia",
    "menpes_i-116": "bridge-of-sighs",
    "menpes_i-152": "porta-della-carta",
    "menpes_i-176": "molo-from-the-bacino",
    "menpes_i-182": "dogana-and-salute",
    "menpes_i-188": "palazzo-contarini-degli-scrigni",
    "menpes_i-234": "piazzetta-from-the-molo",
    "menpes_i-240": "scuola-di-san-marco",
    "menpes_i-286": "ponte-delle-guglie",
    "menpes_i-420": "salute",
    "menpes_i-430": "rio-di-ognissanti",
    "mentor_illus04": "dogana-from-the-campanile",
    "mentor_illus05b": "basilica-san-marco-flags",
    "mentor_plate2": "molo-from-san-giorgio",
    "morley_126": "rialto-bridge",
    "morley_152": "rio-delle-torreselle",
    "morley_198": "santa-maria-del-giglio",
    "morley_28": "campanile",
    "morley_66": "bridge-of-sighs",
    "morley_70": "ducal-palace-adam-and-eve",
    "morley_88": "dogana",
    "morley_frontispiece": "grand-canal-from-the-salute",
    "okey_pg051_lg": "columns-of-the-piazzetta",
    "okey_pg094_lg": "ducal-palace-judgment-of-solomon",
    "okey_pg112_lg": "ponte-della-paglia",
    "okey_pg126_lg": "palazzi-giustinian",
    "okey_pg224_lg": "basilica-main-portal",
    "okey_pg236_lg": "san-giorgio-maggiore",
    "okey_pg267_lg": "rialto-bridge-from-riva-del-carbon",
    "okey_pg268_lg": "ca-d-oro",
    "okey_pg271_lg": "palazzo-vendramin-calergi",
    "okey_pg296-a_lg": "salute",
    "pennell1_ill_002": "salute-from-the-grand-canal",
    "pennell1_ill_024": "grand-canal-from-the-salute",
    "pennell1_ill_043": "piazzetta",
    "pennell1_ill_045": "san-pietro-di-castello",
    "pennell1_ill_047": "salute-from-the-campo",
    "pennell1_ill_052": "ponte-dei-santi-apostoli",
    "pennell1_ill_056": "basilica-flags",
    "pennell1_ill_059": "column-of-saint-theodore",
    "pennell1_ill_063": "cannaregio-canal",
    "pennell1_ill_065": "san-polo",
    "pennell1_ill_115": "ca-foscari-land-gate",
    "pennell1_ill_118": "frari",
    "pennell1_ill_121": "grand-canal-at-san-marcuola",
    "pennell1_ill_124": "campo-san-zaccaria",
    "pennell2_ill_008": "basilica-san-marco",
    "pennell2_ill_013": "bacino-from-the-ducal-palace",
    "pennell2_ill_014": "columns-of-the-piazzetta",
    "pennell2_ill_023": "san-michele",
    "pennell2_ill_030": "rialto-bridge-steps",
    "pennell2_ill_039": "house-of-tintoretto",
    "pennell2_ill_057": "santa-maria-formosa",
    "pennell2_ill_060": "redentore-steps",
    "pennell2_ill_064": "santi-giovanni-e-paolo",
    "pennell2_ill_070": "santa-maria-dei-miracoli",
    "pennell2_ill_074": "san-barnaba",
    "pennell2_ill_085": "ca-pesaro",
    "smith_i_116": "via-garibaldi",
    "smith_i_140": "erberia",
    "stoddard_i-297": "railway-station",
    "stoddard_i-314": "piazzetta",
    "stoddard_i-319": "ducal-palace-judgment-of-solomon",
    "stoddard_i-320b": "ducal-palace-colonnade",
    "stoddard_i-321b": "ducal-palace-courtyard-well",
    "stoddard_i-324": "ducal-palace-courtyard",
    "stoddard_i-328": "san-giorgio-maggiore",
    "stoddard_i-332": "basilica-from-the-south-west",
    "stoddard_i-341": "piazza-san-marco-pigeons",
}


def is_grey(picture: Image.Image) -> bool:
    """Whether there is next to no colour: scans of drawings are often kept in colour."""
    chroma = picture.convert("YCbCr").resize((64, 64))
    return all(max(abs(low - 128), abs(high - 128)) <= 12 for low, high in chroma.getextrema()[1:])


def write_picture(source: Path, target: Path) -> None:
    picture = Image.open(source).convert("RGB")
    if is_grey(picture):
        picture = picture.convert("L")
    picture.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS)
    picture.save(target, quality=QUALITY, optimize=True, progressive=True)


def label(row: dict[str, str], name: str) -> dict[str, str]:
    medium, year = row["medium"].rsplit(", ", 1)
    book = row["repo"].rsplit("_", 1)[1]
    return {
        "file": name,
        "lat": row["lat"],
        "lng": row["lon"],
        "subject_lat": row["subject_lat"],
        "subject_lng": row["subject_lon"],
        "kind": row["kind"],
        "place": row["place"],
        "title": row["title"],
        "author": row["artist"],
        "year": year,
        "medium": medium,
        "licence": "public domain",
        "source": f"Project Gutenberg {book}",
        "url": f"https://www.gutenberg.org/ebooks/{book}",
    }


def main() -> None:
    with (SHARED / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = {Path(row["file"]).stem: row for row in csv.DictReader(file)}
    OUT.mkdir(exist_ok=True)
    labels = []
    for stem, place in PICTURES.items():
        name = f"{BOOKS[stem.split('_')[0]]}-{place}.jpg"
        write_picture(SHARED / rows[stem]["file"], OUT / name)
        labels.append(label(rows[stem], name))
    assert len({row["file"] for row in labels}) == len(PICTURES), "two pictures have one name"
    with (OUT / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(labels, key=lambda row: row["file"]))


if __name__ == "__main__":
    main()
