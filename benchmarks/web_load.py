#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The web server under load, beside the locator alone in the same run; and how light the page is.

Clients on the same computer send requests to `venloc serve` without a pause. The locator alone decodes and locates the
same pictures with as many threads as the server, before and after. Writes docs/results/web-load.md.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import venloc
from common import RESULTS, SHARED_PHOTOS, log, machine, machine_text, markdown_table, require, shared_folder

CLIENTS = 16
PICTURES = 60
SINGLE = 40  # pictures that are sent one after the other
LONG_SIDE_PX = 500
_PAGE = Path(venloc.__file__).parent / "web" / "static"


def encoded_pictures() -> list[bytes]:
    """Photos as a visitor may send them."""
    files = sorted((require(shared_folder()) / "data" / "venice" / "images").iterdir())
    chosen = files[:: SHARED_PHOTOS // PICTURES][:PICTURES]
    return [venloc.encode_jpeg(venloc.read_image(f).shrunk_to(LONG_SIDE_PX), quality=90) for f in chosen]


def alone(pictures: list[bytes], seconds: float) -> float:
    """Pictures a second that the locator decodes and locates without a server."""
    locator = venloc.load()
    numbers = count()

    def locate() -> None:
        locator.locate(venloc.decode_image(pictures[next(numbers) % len(pictures)], "picture"))

    def locate_until(end: float) -> int:
        done = 0
        while time.monotonic() < end:
            locate()
            done += 1
        return done

    locate()  # what is set up once
    threads = os.cpu_count() or 1
    started = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        done = sum(pool.map(locate_until, [started + seconds] * threads))
    return done / (time.monotonic() - started)


def alone_in_a_process(seconds: float) -> float:
    """As alone(), in a process that is like the server's."""
    command = [sys.executable, __file__, "--alone", str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The server with the default city, and its port."""
    command = [sys.executable, "-m", "venloc", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        found = next(filter(None, (re.search(r"http://127\.0\.0\.1:(\d+)", line) for line in process.stderr)))
        yield process, int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


class Client:
    """One visitor, with a connection of its own."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def post(self, picture: bytes) -> int:
        """Sends a picture; returns the status."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="pictures"; filename="a.jpg"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        )
        body = head.encode() + picture + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Accept-Encoding": "gzip"}
        self._connection.request("POST", "/api/v1/locate", body, headers)
        reply = self._connection.getresponse()
        data = reply.read()
        if reply.status == 200:
            (answer,) = json.loads(gzip.decompress(data))["answers"]
            assert "verdict" in answer, answer
        return reply.status


def load(port: int, pictures: list[bytes], seconds: float) -> tuple[float, Counter[int], list[float]]:
    """Pictures a second, statuses, and times [s] with CLIENTS at once."""
    numbers = count()
    statuses: Counter[int] = Counter()
    times: list[float] = []
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def visit(_number: int) -> None:
        client = Client(port)
        while time.monotonic() < end:
            started = time.monotonic()
            status = client.post(pictures[next(numbers) % len(pictures)])
            with lock:
                statuses[status] += 1
                if status == 200:
                    times.append(time.monotonic() - started)

    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(visit, range(CLIENTS)))
    return statuses[200] / (time.monotonic() - started), statuses, times


def resident_mb(process: subprocess.Popen[str]) -> float:
    """Memory of the server."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index] # always there


@contextmanager
def watching(process: subprocess.Popen[str]) -> Iterator[list[float]]:
    """The memory of each second [MB]."""
    memory: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1):
            memory.append(resident_mb(process))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        over.set()
        thread.join()


def page_weight() -> list[tuple[str, int, int]]:
    """Name, bytes and bytes as sent of each file of the page."""
    files = [_PAGE / "index.html", *sorted((_PAGE / "assets").iterdir())]
    return [(f.name, f.stat().st_size, len(gzip.compress(f.read_bytes(), 5))) for f in files]


def main() -> None:
    """Measures and writes the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--seconds", type=float, default=60, help="of load")
    arguments.add_argument("--minutes", type=int, default=3, help="of these seconds, for the memory")
    arguments.add_argument("--alone", type=float, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    pictures = encoded_pictures()
    if given.alone is not None:
        print(alone(pictures, given.alone))
        return

    facts = machine()
    log("the locator alone")
    before = alone_in_a_process(given.seconds / 2)
    with serving() as (process, port):
        client = Client(port)
        client.post(pictures[0])
        single = []
        for picture in pictures[:SINGLE]:
            started = time.monotonic()
            assert client.post(picture) == 200
            single.append(time.monotonic() - started)
        minutes = []
        for minute in range(given.minutes):
            log(f"{CLIENTS} clients, part {minute + 1} of {given.minutes}")
            with watching(process) as memory:
                rate, statuses, times = load(port, pictures, given.seconds)
            minutes.append((rate, statuses, statistics.median(times), statistics.median(memory), max(memory)))
    log("the locator alone again")
    after = alone_in_a_process(given.seconds / 2)
    locator = (before + after) / 2

    rows = [
        [
            i,
            f"{rate:.2f}",
            f"{rate / locator:.2f}",
            ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items())),
            f"{median:.2f}",
            f"{memory:.0f}",
            f"{most:.0f}",
        ]
        for i, (rate, statuses, median, memory, most) in enumerate(minutes, 1)
    ]
    head = ["part", "pictures/s", "by the locator alone", "answers", "median [s]", "memory, median [MB]", "most [MB]"]
    weight = page_weight()
    page = (
        "<!-- Written by benchmarks/web_load.py; do not edit. -->\n# The web server under load, and the weight of the page\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/web_load.py`: {CLIENTS} clients at once on the same "
        f"computer, {given.seconds:.0f} s a part, {len(pictures)} photos of {LONG_SIDE_PX} px (they are in the gallery, which "
        f"makes no difference to the time), the default city. Machine: {machine_text(facts)}.\n\n"
        f"The locator alone decodes and locates {before:.2f} pictures a second before and {after:.2f} after. One picture "
        f"after the other, of one client, takes a median of {statistics.median(single):.2f} s from the first byte that is "
        f"sent to the whole answer, and {sorted(single)[int(0.95 * len(single))]:.2f} s at the 95th percentile.\n\n"
        + markdown_table(head, rows)
        + "\nThe files of the page, all that a visitor loads before the first picture besides the places of the gallery:\n\n"
        + markdown_table(
            ["file", "kB", "kB compressed"],
            [
                [name, f"{size / 1000:.1f}", f"{sent / 1000:.1f}"]
                for name, size, sent in [*weight, ("all", sum(w[1] for w in weight), sum(w[2] for w in weight))]
            ],
        )
    )
    (RESULTS / "web-load.md").write_text(page)


if __name__ == "__main__":
    main()
