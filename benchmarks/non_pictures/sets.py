# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures, pages and screens that are measured: those for the fit, and those of other kinds for the test."""

from __future__ import annotations

import csv
import gzip
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from common import ROOT, log
from PIL import Image

from non_pictures import changes, facades, pages, screens

LONG_SIDE_PX = 1000  # of what is drawn: larger than what the statistics are measured in
DRAWN = {"text": 400, "blank": 150, "screens": 200, "charts": 100, "facades": 300, "skies": 150}
DRAWING: dict[str, tuple[Callable[[int], Image.Image], str]] = {
    "text": (pages.text_page, "text"),
    "blank": (pages.blank_page, "blank"),
    "screens": (screens.screen, "screenshot"),
    "charts": (screens.chart, "screenshot"),
    "facades": (facades.facade, "picture"),
    "skies": (facades.sky, "picture"),
}
PHOTOS_IN_A_BLOCK = 100  # neighbouring ids are often of one upload, and go into the same half
MAN_PAGES = 60
PAGES_OF_A_DOCUMENT = 12


@dataclass(frozen=True)
class Entry:
    """A file, the set it belongs to, what it is, and its half (0 or 1; -1 for what is only for the test)."""

    file: Path
    group: str
    content: str
    half: int


def photos(shared: Path) -> list[Entry]:
    """Photos and artworks: all of them are pictures of places, or at least no pages and no screens."""
    found = []
    for file in sorted((shared / "data" / "venice" / "images").iterdir()):
        found.append(Entry(file, "photos of Venice", "picture", int(file.stem) // PHOTOS_IN_A_BLOCK % 2))
    for file in sorted((shared / "data" / "paintings" / "images").iterdir()):
        found.append(Entry(file, "artworks", "picture", _half(file.stem.split("_")[0])))
    for folder in (
        shared / "data" / "out_of_area" / "images",
        ROOT / "examples" / "pictures",
        ROOT / "examples" / "gallery",
    ):
        for file in sorted(folder.glob("*.jpg")):
            found.append(Entry(file, "other photos and artworks", "picture", _half(file.stem)))
    return found


def _half(name: str) -> int:
    return sum(name.encode()) % 2


def _save(picture: Image.Image, target: Path) -> None:
    part = target.with_suffix(".part.png")
    picture.save(part, compress_level=1)
    part.replace(target)


def _change(job: tuple[Entry, str, Path]) -> Path:
    entry, name, target = job
    if not target.exists():
        change = next(c for c in changes.CHANGES if c.__name__ == name)
        with Image.open(entry.file) as opened:
            opened.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))
            picture = opened.convert("RGB")
        picture.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX))
        _save(changes.changed(picture, change, entry.file.stem), target)
    return target


def changed_photos(originals: list[Entry], cache: Path) -> list[Entry]:
    """Every artwork in all changes, every second photo in one."""
    jobs = []
    for number, entry in enumerate(originals):
        if entry.group == "artworks":
            names = [change.__name__ for change in changes.CHANGES]
        else:
            names = [changes.CHANGES[number // 2 % len(changes.CHANGES)].__name__] if number % 2 == 0 else []
        jobs += [(entry, name, cache / f"{entry.file.stem}-{name}.png") for name in names]
    with ProcessPoolExecutor() as pool:
        files = list(pool.map(_change, jobs, chunksize=8))
    return [Entry(f, f"changed: {job[1]}", "picture", job[0].half) for f, job in zip(files, jobs, strict=True)]


def _draw(job: tuple[str, int, Path]) -> Path:
    kind, seed, target = job
    if not target.exists():
        picture = DRAWING[kind][0](seed)
        picture.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX))
        _save(picture, target)
    return target


def drawn(cache: Path) -> list[Entry]:
    """Pages, screens, charts and blank pictures made for the fit."""
    jobs = [(kind, seed, cache / f"{kind}-{seed}.png") for kind, many in DRAWN.items() for seed in range(many)]
    with ProcessPoolExecutor() as pool:
        files = list(pool.map(_draw, jobs, chunksize=8))
    return [
        Entry(file, f"drawn {kind}", DRAWING[kind][1], seed % 2)
        for file, (kind, seed, _) in zip(files, jobs, strict=True)
    ]


def _rendered(document: Path, stem: str, number: int, cache: Path) -> Path:
    target = cache / f"{stem}-{number}.png"
    if not target.exists():
        pages_to_draw = ["-f", str(number), "-l", str(number), "-singlefile"]
        command = ["pdftoppm", "-r", "90", *pages_to_draw, "-png", str(document), str(target.parent / target.stem)]
        subprocess.run(command, check=True, capture_output=True)
    return target


def manuals(cache: Path) -> Iterator[Entry]:
    """Manual pages of several languages, typeset by mandoc, and the PDF documents of /usr/share/doc."""
    root = Path("/usr/share/man")
    files = sorted(file for file in root.rglob("*.[1-8].gz") if file.is_file() and not file.is_symlink())
    for file in files[:: max(1, len(files) // MAN_PAGES)]:
        document = cache / f"{'-'.join(file.relative_to(root).parts)}.pdf"
        if not document.exists():
            done = subprocess.run(
                ["mandoc", "-Tpdf"], input=gzip.decompress(file.read_bytes()), capture_output=True, check=False
            )
            document.write_bytes(done.stdout)
        yield Entry(_rendered(document, document.stem, 1, cache), "manual pages", "text", -1)
    for document in sorted(Path("/usr/share/doc").rglob("*.pdf")):
        facts = subprocess.run(["pdfinfo", document], capture_output=True, text=True, check=True).stdout
        many = next(int(line.split()[1]) for line in facts.splitlines() if line.startswith("Pages:"))
        for first in range(1, many + 1, max(1, many // PAGES_OF_A_DOCUMENT)):
            yield Entry(_rendered(document, document.stem, first, cache), "PDF documents", "text", -1)


def documentation() -> Iterator[Entry]:
    """Screenshots of the web page, and the charts among the results."""
    for file in sorted((ROOT / "docs" / "web-page").glob("*.jpg")):
        yield Entry(file, "screenshots of the web page", "screenshot", -1)
    for file in sorted((ROOT / "docs" / "results").rglob("*.png")):
        yield Entry(file, "charts of the results", "screenshot", -1)


def collected(folder: Path) -> Iterator[Entry]:
    """Real scans and screenshots: the files that real.csv lists, below a folder of their set's name."""
    with (Path(__file__).parent / "real.csv").open(newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            file = folder / row["set"] / row["file"]
            if not file.exists():
                raise SystemExit(
                    f"{row['set']}/{row['file']} is not in {folder}: benchmarks/non_pictures/README.md states where it is from"
                )
            yield Entry(file, f"{row['set']}: {row['content']}", row["content"], -1)


def everything(shared: Path, cache: Path, real: Path | None) -> list[Entry]:
    """All entries; what is drawn is kept in the cache."""
    for name in ("changed", "drawn", "other"):
        (cache / name).mkdir(parents=True, exist_ok=True)
    originals = photos(shared)
    log(f"{len(originals)} pictures")
    found = originals + changed_photos(originals, cache / "changed")
    found += drawn(cache / "drawn")
    found += [*manuals(cache / "other"), *documentation()]
    log(f"{len(found)} with what is drawn")
    return found + (list(collected(real)) if real else [])
