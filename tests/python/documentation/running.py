# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The folder in which the blocks of a page run, and what runs them there."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import venloc

from documentation.pages import ROOT, Block, commands

# Runs Python blocks in one namespace; a block comes as a line of JSON, its output goes back as another.
INTERPRETER = """
import contextlib, io, json, sys, traceback
namespace, answers = {"__name__": "__main__"}, sys.stdout
for line in sys.stdin:
    text, where = json.loads(line)
    out, failed = io.StringIO(), False
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(text, where, "exec"), namespace)
        except BaseException:
            out.write(traceback.format_exc())
            failed = True
    print(json.dumps([failed, out.getvalue()]), file=answers, flush=True)
"""
PORT = "127.0.0.1:8000"


def prepare(folder: Path) -> None:
    """What every page finds in its folder: pictures, the mini city with a model of it, and layers for maps."""
    gallery = ROOT / "examples" / "gallery"
    samples = sorted((ROOT / "examples" / "pictures").glob("*.jpg"))
    shutil.copy(ROOT / "examples" / "pictures" / "piazza-san-marco.jpg", folder / "photo.jpg")
    for i, sample in enumerate(samples[:3], 1):
        shutil.copy(sample, folder / f"{i}.jpg")
    for name in ("pictures", "my_paintings"):
        (folder / name).mkdir()
        for sample in samples:
            shutil.copy(sample, folder / name)
    with (gallery / "labels.csv").open(encoding="utf-8", newline="") as labels:
        rows = list(csv.DictReader(labels))
    parts = {
        "known": rows[::6],
        "more_photos": rows[1::6],
        "my_photos": [row for i, row in enumerate(rows) if i % 6 > 1],
    }
    for name, part in parts.items():
        _write_gallery(folder / name, part, gallery)
    city = venloc.Gallery.from_folder(folder / "my_photos")
    options = {"sift": {"max_features": 500}, "index": {"words": 256, "iterations": 4}, "seed": 1}
    venloc.SiftLocator.build(city, city="My city", **options).save(folder / "my_city.venloc")
    _write_layers(folder, city.bounding_box(200))


def _write_gallery(folder: Path, rows: list[dict[str, str]], source: Path) -> None:
    for row in rows:
        (folder / row["file"]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / row["file"], folder / row["file"])
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def _write_layers(folder: Path, box: venloc.BoundingBox) -> None:
    ring = [
        [box.west, box.south],
        [box.east, box.south],
        [box.east, box.north],
        [box.west, box.north],
        [box.west, box.south],
    ]
    land = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / "land.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": [land]}), encoding="utf-8"
    )
    middle = box.center()
    (folder / "places.csv").write_text(f"name,lat,lng\nThe middle,{middle.lat},{middle.lng}\n", encoding="utf-8")


class Folder:
    """A copy of the prepared folder in which the blocks of one page run, in their order."""

    def __init__(self, prepared: Path, folder: Path) -> None:
        self.folder = folder / "page"
        shutil.copytree(prepared, self.folder)
        for name in ("examples", "models", ".venv"):
            (self.folder / name).symlink_to(ROOT / name)
        home = folder / "home"
        home.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VENLOC_")}
        path = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
        self._environment = {**kept, "HOME": str(home), "PATH": path, "MPLBACKEND": "Agg", "COLUMNS": "120"}
        self._python: subprocess.Popen[str] | None = None
        self._servers: list[subprocess.Popen[bytes]] = []
        self._port = 0

    def close(self) -> None:
        """Stops what was started."""
        for server in self._servers:
            server.terminate()
            server.wait()
        if self._python:
            self._python.terminate()
            self._python.communicate()

    def _text(self, block: Block) -> str:
        return block.text.replace(PORT, f"127.0.0.1:{self._port}") if self._port else block.text

    def sh(self, block: Block) -> str:
        """Runs an sh block; its output. An exit code that is not expected is an AssertionError with the output."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self._text(block)],
            cwd=self.folder,
            env=self._environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == block.exit_code, f"{block.where} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def python(self, block: Block) -> str:
        """Runs a Python block; its output. An exception is an AssertionError with the traceback."""
        if self._python is None:
            self._python = subprocess.Popen(
                [sys.executable, "-c", INTERPRETER],
                cwd=self.folder,
                env=self._environment,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._python.stdin and self._python.stdout
        self._python.stdin.write(json.dumps([self._text(block), block.where]) + "\n")
        self._python.stdin.flush()
        failed, output = json.loads(self._python.stdout.readline())
        assert not failed, f"{block.where}:\n{output}"
        return str(output)

    def serve(self, block: Block) -> None:
        """Starts the servers of a block one after another, each at its own port; the last one stays for the blocks that follow."""
        for command in commands(block.text):
            while self._servers:
                server = self._servers.pop()
                server.terminate()
                server.wait()
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._port = free.getsockname()[1]
            text = " ".join(command)
            log = self.folder.parent / "server.log"
            with log.open("wb") as output:
                server = subprocess.Popen(
                    ["bash", "-c", f"exec {text} --port {self._port}"],
                    cwd=self.folder,
                    env=self._environment,
                    stdout=output,
                    stderr=output,
                )
            self._servers.append(server)
            while not self._answers():
                assert server.poll() is None, f"{block.where}: {text} ended:\n{log.read_text(encoding='utf-8')}"
                time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/healthz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def masked(text: str) -> list[str]:
    """The lines of an output without what differs between machines: numbers and runs of spaces."""
    lines = (re.sub(r"\s+", " ", re.sub(r"-?\.?\d+([.,]\d+)*", "#", line)).strip() for line in text.splitlines())
    return [line for line in lines if line]


def missing_line(shown: str, output: str) -> str:
    """The first line that a page shows and the output does not have in this order; empty when it has all."""
    rest = iter(masked(output))
    for line in masked(shown):
        if line != "..." and line not in rest:
            return line
    return ""
