#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc locate` of a folder of 1,000 photos: its speed against a loop in Python, what interruptions lose (nothing), and its
formats in the programs of others.

Writes docs/results/folder.json and docs/results/folder.md.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastkml.validator
import geopandas
import gpxpy
import jsonschema_rs
import pandas
import PIL.Image
import venloc
from common import RESULTS, log, machine, machine_text, markdown_table, require, shared_folder, write_json
from lxml import etree
from venloc import answers

PARTS = 4  # of the photos, which the command and the loop locate in turns
KILLS = 12
_LONGEST_S = 6.0  # between the first new picture of a run and its end
_LOOP = """
import sys, venloc
locator = venloc.load()
for file in sys.argv[1:]:
    locator.locate(file)
"""
_COMMAND = (sys.executable, "-m", "venloc", "locate")


def timed(command: list[str], folder: Path) -> float:
    """How long a command takes [s]."""
    started = time.monotonic()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def speeds(folder: Path, parts: list[Path]) -> dict[str, list[float]]:
    """Pictures per second of each part, start of the program included."""
    found: dict[str, list[float]] = {"venloc locate FOLDER": [], "loop over locate": []}
    for part in parts:
        files = [str(file.relative_to(folder)) for file in sorted(part.iterdir())]
        name = str(part.relative_to(folder))
        for what, command in (
            ("venloc locate FOLDER", [*_COMMAND, name, "-o", "answers.csv"]),
            ("loop over locate", [sys.executable, "-c", _LOOP, *files]),
        ):
            found[what].append(len(files) / timed(command, folder))
            log(f"{name}: {what} {found[what][-1]:.2f} pictures/s")
    return found


def interrupted(folder: Path, total: int) -> dict[str, Any]:
    """Kills the command at random moments, and repeats it until all is done; returns what the output has."""
    journal = folder / "answers.geojson.jsonl"
    draw = random.Random(0)
    command = [*_COMMAND, "photos", "-o", "answers.geojson"]
    seen, torn = [], 0
    for _ in range(KILLS):
        before = journal.stat().st_size if journal.exists() else 0
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        while process.poll() is None and (not journal.exists() or journal.stat().st_size <= before):
            time.sleep(0.01)
        time.sleep(draw.uniform(0.0, _LONGEST_S))
        process.send_signal(signal.SIGKILL)
        process.wait()
        data = journal.read_bytes()
        torn += not data.endswith(b"\n")
        seen.append(data.count(b"\n"))
        log(f"killed: {seen[-1]} of {total}")
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    files = [json.loads(line)["file"] for line in journal.read_text().splitlines()]
    return {"kills": KILLS, "pictures_at_kills": seen, "torn": torn, "lines": len(files), "different": len(set(files))}


def reads(folder: Path) -> dict[str, tuple[str, Callable[[Path], int]]]:
    """By format, what opens it, and a function that opens it and returns how many places it has."""
    schema = {"$defs": answers.DEFINITIONS}
    line = jsonschema_rs.Draft202012Validator({**schema, "$ref": "#/$defs/Line"})
    kml_schema = fastkml.validator.get_schema_parser()

    def lines(values: list[Any]) -> int:
        for value in values:
            line.validate(value)
        return len(values)

    def kml(file: Path) -> int:
        kml_schema.assertValid(etree.parse(file))
        return int(geopandas.read_file(file, layer="Pictures").geometry.notna().sum())

    def kmz(file: Path) -> int:
        with zipfile.ZipFile(file) as archive:
            kml_schema.assertValid(etree.fromstring(archive.read("doc.kml")))
            copies = [name for name in archive.namelist() if name != "doc.kml"]
            for name in copies:
                with PIL.Image.open(io.BytesIO(archive.read(name))) as copy:
                    copy.load()
        places = geopandas.read_file(f"zip://{file}!doc.kml", layer="Pictures").geometry.notna().sum()
        return min(len(copies), int(places))

    def geojson(file: Path) -> int:
        layer = geopandas.read_file(file)
        assert layer.geometry.is_valid.all()
        return int((layer.geom_type == "Point").sum())

    def iiif(file: Path) -> int:
        features = [item["body"] for item in json.loads(file.read_text())["items"]]
        return len(geopandas.GeoDataFrame.from_features(features))

    return {
        "csv": ("pandas", lambda file: int(pandas.read_csv(file)["lat"].notna().sum())),
        "jsonl": ("JSON Schema", lambda file: lines([json.loads(text) for text in file.read_text().splitlines()])),
        "json": ("JSON Schema", lambda file: lines(json.loads(file.read_text()))),
        "geojson": ("GDAL, by geopandas", geojson),
        "kml": ("the schema of the OGC, and GDAL", kml),
        "kmz": ("the same, and Pillow for the copies", kmz),
        "gpx": ("gpxpy", lambda file: len(gpxpy.parse(file.read_text()).waypoints)),
        "iiif": ("geopandas", iiif),
    }


def formats(folder: Path) -> list[list[Any]]:
    """For each format, its size, the time to write it when all is located, what opened it, and the number of places."""
    rows = []
    journal = (folder / "answers.geojson.jsonl").read_bytes()
    for name, (reader, read) in reads(folder).items():
        file = folder / f"answers.{'iiif.json' if name == 'iiif' else name}"
        if name not in ("csv", "jsonl"):
            file.with_name(f"{file.name}.jsonl").write_bytes(journal)
        options = ["--fast"] if name == "jsonl" else []  # which only this format locates anew
        seconds = timed([*_COMMAND, "photos", "-o", file.name, "--format", name, *options, "-q"], folder)
        places = read(file)
        log(f"{name}: {places} places, {seconds:.1f} s")
        rows.append([name, f"{file.stat().st_size / 1e6:.1f}", "" if options else f"{seconds:.1f}", reader, places])
    return rows


def link(photos: list[Path], folder: Path) -> list[Path]:
    """Links to the photos in a few subfolders."""
    parts = []
    for i in range(PARTS):
        part = folder / "photos" / f"part{i}"
        part.mkdir(parents=True)
        parts.append(part)
        for photo in photos[i::PARTS]:
            (part / photo.name).symlink_to(photo)
    return parts


def page(result: dict[str, Any]) -> str:
    """The page of the results."""
    rates, stops = result["pictures_per_s"], result["interrupted"]
    means = {what: len(values) / sum(1 / value for value in values) for what, values in rates.items()}
    command, loop = means["venloc locate FOLDER"], means["loop over locate"]
    head = ["program", *(f"part {i + 1}" for i in range(PARTS)), "all"]
    rows = [[what, *(f"{v:.2f}" for v in values), f"{means[what]:.2f}"] for what, values in rates.items()]
    return (
        "<!-- Written by benchmarks/folder.py; do not edit. -->\n# A folder of photos\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/folder.py`: {result['photos']} shared photos, the default "
        f"city. Machine: {machine_text(result['machine'])}.\n\n## Speed\n\nPictures per second, the start of the program "
        "included. The command and the loop located each part one after the other, because other programs ran on the "
        "machine.\n\n"
        + markdown_table(head, rows)
        + f"\nThe command needs {loop / command:.0%} of the time of the loop.\n\n"
        f"## Interruptions\n\nThe command was ended with SIGKILL {stops['kills']} times at random moments, with "
        f"{', '.join(map(str, stops['pictures_at_kills']))} pictures in the output; {stops['torn']} times its last line was "
        f"incomplete. The command was then repeated to the end. The output has {stops['lines']} lines of "
        f"{stops['different']} different pictures.\n\n## Formats\n\nThe time is that of a repeated command when all pictures "
        "are located, the copies of the pictures in the KMZ included.\n\n"
        + markdown_table(["format", "MB", "time [s]", "opened by", "places"], result["formats"])
    )


def main() -> None:
    """Measures, and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=1000)
    given = parser.parse_args()
    every = sorted(require(shared_folder() / "data" / "venice" / "images").resolve().glob("*.jpg"))
    photos = every[:: len(every) // given.photos][: given.photos]
    facts = machine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = link(photos, folder)
        result = {
            "machine": facts,
            "photos": len(photos),
            "pictures_per_s": speeds(folder, parts),
            "interrupted": interrupted(folder, len(photos)),
            "formats": formats(folder),
        }
    write_json(RESULTS / "folder.json", result)
    (RESULTS / "folder.md").write_text(page(result))


if __name__ == "__main__":
    main()
