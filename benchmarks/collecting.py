#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Collecting from a server of Flickr's kind on this computer: what faults, stops and incomplete answers lose (nothing), and what a
million photos need in time and memory.

Writes docs/results/collecting.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from common import RESULTS, ROOT, log, machine, machine_text, markdown_table
from venloc.collecting import BOXES, Catalogue, exports

sys.path.insert(0, str(ROOT / "tests" / "python"))
from servers import FlickrAnswers, Request, Server, flickr_photo, serving

_PER_PAGE = 250
_BEGAN = 1_200_000_000  # upload of the first photo [s]
_EVERY_S = 300
_VENICE = BOXES["venice"]

_COLLECT = """
import resource, sys
from pathlib import Path
from venloc.collecting import BOXES, Catalogue, Network, NetworkOptions, Query, collect
from venloc.collecting.sources.flickr import Flickr
with Catalogue(Path(sys.argv[3])) as catalogue:
    network = Network(NetworkOptions(per_second=1e6, first_wait_s=0.001))
    done = collect(Flickr(sys.argv[2], sys.argv[1]), Query(BOXES["venice"]), catalogue, network)
    print(len(catalogue), done.new, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""

_MERGE = """
import resource, sys, time
from pathlib import Path
from venloc.collecting import Catalogue
for _ in range(2):
    started = time.monotonic()
    with Catalogue(Path(sys.argv[2])) as catalogue:
        new = catalogue.merge(Path(sys.argv[1]))
    print(new, time.monotonic() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


class ManyPhotos:
    """flickr.photos.search over any number of photos, which exist only while they are answered. One of them may be hidden."""

    def __init__(self, number: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        center = _VENICE.center()
        self.lat = np.clip(center.lat + draw.normal(0, 0.009, number), _VENICE.south, _VENICE.north).round(6)
        self.lng = np.clip(center.lng + draw.normal(0, 0.018, number), _VENICE.west, _VENICE.east).round(6)
        self.seen = np.ones(number, bool)

    def __call__(self, request: Request) -> Any:
        f = request.fields
        assert f["api_key"] == FlickrAnswers.KEY
        west, south, east, north = map(float, f["bbox"].split(","))
        first = max(0, -(-(int(f["min_upload_date"]) - _BEGAN) // _EVERY_S))
        last = (int(f["max_upload_date"]) - _BEGAN) // _EVERY_S + 1
        lat, lng = self.lat[first:last], self.lng[first:last]
        inside = (south <= lat) & (lat <= north) & (west <= lng) & (lng <= east) & self.seen[first:last]
        found = np.flatnonzero(inside) + first
        start = (int(f["page"]) - 1) * _PER_PAGE
        photos = [
            flickr_photo(i, self.lat[i], self.lng[i], dateupload=str(_BEGAN + i * _EVERY_S))
            for i in found[start : start + _PER_PAGE].tolist()
        ]
        pages = -(-len(found) // _PER_PAGE)
        reply = {"page": int(f["page"]), "pages": pages, "perpage": _PER_PAGE, "total": len(found), "photo": photos}
        return {"photos": reply, "stat": "ok"}


def started(server: Server, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _COLLECT, f"{server.url}/services/rest/", FlickrAnswers.KEY, str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def collected(server: Server, file: Path) -> list[int]:
    """Photos in the catalogue, new ones, peak memory [MB]."""
    process = started(server, file)
    text, _ = process.communicate()
    if process.returncode != 0:
        raise SystemExit("the run failed")
    return [int(word) for word in text.split()]


def digest(file: Path) -> str:
    """Of the whole export as CSV."""
    with Catalogue(file) as catalogue, tempfile.TemporaryDirectory() as folder:
        exports.write_csv(catalogue, Path(folder) / "all.csv")
        return hashlib.sha256((Path(folder) / "all.csv").read_bytes()).hexdigest()


def faults_and_kills(folder: Path, number: int, kills: int) -> dict[str, Any]:
    """All photos through faults, and again with the program killed at random moments."""
    answers = ManyPhotos(number, 1)
    draw = random.Random(2)
    with serving(Server(answers, fault_rate=0.05, seed=3)) as server:
        began = time.monotonic()
        photos, _, _ = collected(server, folder / "whole.db")
        takes = time.monotonic() - began
        whole = {"photos": photos, "requests": len(server.requests), "faults": server.spoilt}
        killed = 0
        while killed < kills:
            process = started(server, folder / "cut.db")
            try:
                # Short of what a run takes by far, so that most of them are in its midst.
                process.wait(draw.uniform(0.2, 0.2 + takes / kills * 2))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                killed += 1
            process.communicate()
            if process.returncode == 0 and killed < kills:
                log(f"the run was at its end after {killed} kills; another begins")
        collected(server, folder / "cut.db")
    same = digest(folder / "whole.db") == digest(folder / "cut.db")
    with Catalogue(folder / "whole.db") as catalogue:
        (run,) = catalogue.runs()
        pages = sum(page.count > 0 for page in catalogue.pages(run.number))
        ids = {record.id for record in catalogue.records()}
    return {**whole, "pages": pages, "distinct": len(ids), "known": number, "kills": killed, "same_export": same}


def incomplete_runs(folder: Path, number: int) -> dict[str, Any]:
    """Ten runs that see a part of the photos each, and one more that sees all that were seen."""
    answers = ManyPhotos(number, 4)
    draw = np.random.default_rng(5)
    union = np.zeros(number, bool)
    rows = []
    with serving(Server(answers)) as server:
        for _ in range(10):
            share = draw.uniform(0.70, 0.95)
            answers.seen = draw.random(number) < share
            union |= answers.seen
            photos, new, _ = collected(server, folder / "runs.db")
            rows.append({"seen": int(answers.seen.sum()), "new": new, "in_all": photos})
        answers.seen = union
        photos, new, _ = collected(server, folder / "runs.db")
    with Catalogue(folder / "runs.db") as catalogue:
        ids = {int(record.id) - 5_000_000_000 for record in catalogue.records()}
    return {
        "runs": rows,
        "union": int(union.sum()),
        "same": ids == set(np.flatnonzero(union).tolist()),
        "eleventh": new,
    }


def many(folder: Path, number: int) -> dict[str, Any]:
    """Time and memory of collecting, of merging into an empty catalogue and of merging once more."""
    with serving(Server(ManyPhotos(number, 6))) as server:
        began = time.monotonic()
        photos, _, memory = collected(server, folder / "many.db")
        seconds = time.monotonic() - began
        requests = len(server.requests)
    text = subprocess.run(
        [sys.executable, "-c", _MERGE, str(folder / "many.db"), str(folder / "merged.db")],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (new, first_s, _), (again, second_s, merge_memory) = (map(float, line.split()) for line in text.splitlines())
    began = time.monotonic()
    digest(folder / "many.db")
    return {
        "photos": photos,
        "requests": requests,
        "collect_s": seconds,
        "collect_mb": memory,
        "file_mb": (folder / "many.db").stat().st_size / 1e6,
        "merge_new": new,
        "merge_s": first_s,
        "merge_again_new": again,
        "merge_again_s": second_s,
        "merge_mb": merge_memory,
        "export_s": time.monotonic() - began,
    }


def markdown(values: dict[str, Any], about: str) -> str:
    one, ten, big = (values[name] for name in ("faults", "runs", "many"))
    rows = [[str(i), f"{r['seen']:,}", f"{r['new']:,}", f"{r['in_all']:,}"] for i, r in enumerate(ten["runs"], 1)]
    same_export = "the same to the byte" if one["same_export"] else "another"
    same_set = "holds just these" if ten["same"] else "is another set"
    merged = (
        f"Merging it into an empty catalogue: **{big['merge_s']:.0f} s** ({big['merge_new']:,.0f} new); merging it once more: "
        f"{big['merge_again_s']:.0f} s ({big['merge_again_new']:,.0f} new); {big['merge_mb']:.0f} MB."
    )
    return f"""# Collecting

Made by `benchmarks/collecting.py`, from a server on the same computer that answers as flickr.photos.search does, with its
limit of 4,000 photos of a search. {about}

## Faults and kills

One reply in twenty is spoilt: status 429, 500 or 503, HTML, half a body, half of the JSON, nothing.

{one["known"]:,} photos, {one["pages"]} pages with photos, {one["requests"]} requests, {one["faults"]} of them spoilt:
**{one["distinct"]:,} distinct photos** collected. Another run, killed (signal 9) at {one["kills"]} random moments and gone on with
each time: its export is **{same_export}**.

## Runs that see a part

{markdown_table(["run", "sees", "new", "in the catalogue"], rows)}

The union is {ten["union"]:,} photos, and the catalogue {same_set}. An eleventh run that sees all of them adds {ten["eleventh"]}.

## Many

{big["photos"]:,} photos in {big["requests"]:,} requests: {big["collect_s"]:.0f} s, much of it the server's;
**{big["collect_mb"]} MB** of memory
at most; a file of {big["file_mb"]:.0f} MB. {merged} Export as CSV with verdicts: {big["export_s"]:.0f} s.
"""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=10_000, help="of the server with faults (default 10,000)")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--many", type=int, default=1_000_000, help="photos of the large run (default a million)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for collecting.json and .md")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        values = {"faults": faults_and_kills(folder, chosen.photos, chosen.kills)}
        log(str(values["faults"]))
        values["runs"] = incomplete_runs(folder, chosen.photos)
        log(str(values["runs"]))
        values["many"] = many(folder, chosen.many)
        log(str(values["many"]))
    chosen.out.mkdir(parents=True, exist_ok=True)
    values["machine"] = machine()
    (chosen.out / "collecting.json").write_text(json.dumps(values, indent=1) + "\n")
    (chosen.out / "collecting.md").write_text(markdown(values, machine_text(values["machine"])))


if __name__ == "__main__":
    main()
