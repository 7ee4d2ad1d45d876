# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Downloads pictures from servers with several threads."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from venloc._core import probe_image
from venloc.collecting.catalogue import Catalogue, Picture
from venloc.collecting.downloading.files import ENDINGS, address_for, digest, file_stem
from venloc.collecting.downloading.inspecting import inspected
from venloc.collecting.downloading.options import DownloadOptions
from venloc.collecting.network import Network, NoAddressError, TooLargeError, TryAgain, is_of_web
from venloc.collecting.records import Record
from venloc.collecting.running import Progress
from venloc.collecting.sources import Source
from venloc.errors import CancelledError, IoError, SourceError
from venloc.files import put

SourceOf: TypeAlias = Callable[[str], Source | None]

_TRIES = 3  # of a picture that comes damaged
_DOWN = 20  # pictures in a row that a source did not send, after which it is left for now
_RENEWED = 100  # photos whose addresses are renewed at once
_PATIENCE_S = 3.0  # with threads at a stop; one that waits for a server for longer is left to end by itself


class Downloads:
    """One download: threads load and inspect pictures, and the calling thread stores the results."""

    def __init__(
        self,
        catalogue: Catalogue,
        folder: Path,
        network: Network,
        options: DownloadOptions,
        source_of: SourceOf,
        progress: Progress | None,
    ) -> None:
        self.good = self.problems = self.left = 0
        self.reason = ""
        self._catalogue = catalogue
        self._beside = catalogue.file.parent.resolve()
        self._folder = folder
        self._network = network
        self._options = options
        self._source_of = source_of
        self._sources: dict[str, Source | None] = {}
        self._progress = progress
        self._total = catalogue.count_missing_pictures()
        self._jobs: queue.SimpleQueue[Record | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[str, Picture | BaseException]] = queue.SimpleQueue()  # by server
        self._came: list[Picture] = []  # and is not yet written down
        self._failed: dict[str, int] = {}  # pictures in a row, by server; and sources that renew no addresses
        self._stopped = threading.Event()

    # --- in the thread that called ---

    def run(self) -> None:
        # Daemon threads: one that hangs does not keep the program from ending.
        threads = [threading.Thread(target=self._load, daemon=True) for _ in range(self._options.threads)]
        for thread in threads:
            thread.start()
        try:
            under_way = 0
            for record in self._records():
                self._jobs.put(record)
                under_way += 1
                while under_way >= 2 * len(threads):
                    under_way -= self._take()
            while under_way:
                under_way -= self._take()
        finally:
            self._stopped.set()
            for _ in threads:
                self._jobs.put(None)
            deadline = time.monotonic() + _PATIENCE_S
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            with contextlib.suppress(queue.Empty):
                while True:
                    _, result = self._results.get_nowait()
                    if isinstance(result, Picture):
                        self._came.append(result)
            self._write_down()

    def _records(self) -> Iterator[Record]:
        """The records to download, with valid addresses; sources that do not respond are skipped."""
        for name, records in groupby(self._catalogue.missing_pictures(), key=lambda record: record.source):
            source = self._sources[name] = self._source_of(name)
            while batch := list(islice(records, _RENEWED)):
                if source is not None and not self._is_down(name):
                    try:
                        batch = _renewed(source, batch, self._network)
                    except SourceError as error:
                        self._failed[name] = _DOWN
                        self.reason = str(error)
                for record in batch:
                    if self._is_down(name) or self._is_down(self._server(record)):
                        self.left += 1
                    else:
                        yield record

    def _is_down(self, server: str) -> bool:
        return self._failed.get(server, 0) >= _DOWN

    def _server(self, record: Record) -> str:
        address = address_for(record, self._options.side_px)
        return urlsplit(address).netloc if is_of_web(address) else ""

    def _take(self) -> int:
        """Waits for a result and stores all available results; returns their number."""
        count = 0
        server, result = self._results.get()
        while True:
            count += 1
            if isinstance(result, Picture):
                self._came.append(result)
                self._failed[server] = 0
            elif isinstance(result, SourceError):
                self.left += 1
                self.reason = str(result)
                self._failed[server] = self._failed.get(server, 0) + 1
            else:
                raise result
            try:
                server, result = self._results.get_nowait()
            except queue.Empty:
                break
        self._write_down()
        if self._progress is not None:
            self._progress("downloading pictures", self.good + self.problems + self.left, self._total)
        return count

    def _write_down(self) -> None:
        self._catalogue.put_pictures(self._came)
        bad = sum(picture.problem != "" for picture in self._came)
        self.good += len(self._came) - bad
        self.problems += bad
        self._came = []

    # --- in the others ---

    def _load(self) -> None:
        while (record := self._jobs.get()) is not None and not self._stopped.is_set():
            server = self._server(record)
            try:
                self._results.put((server, self._tried(record)))
            except CancelledError:
                return
            except BaseException as error:
                self._results.put((server, error))

    def _tried(self, record: Record) -> Picture:
        """The row of a picture. Raises SourceError when the source may respond later."""
        address = address_for(record, self._options.side_px)
        if not is_of_web(address):  # catalogues come from others: no one makes this program read something else
            return Picture(record.source, record.id, problem="the source gives no address of a picture")
        try:
            return self._loaded(record, address)
        except SourceError as error:
            refusal = error
        source = self._sources[record.source]
        if refusal.status in (403, 404) and source is not None:
            (record,) = _renewed(source, [record], self._network)
            renewed = address_for(record, self._options.side_px)
            if renewed != address and is_of_web(renewed):
                try:
                    return self._loaded(record, renewed)
                except SourceError as error:
                    refusal = error
        elif refusal.status == 403:
            raise refusal  # the address may only have expired, and the source offers no other
        return _refused(record, refusal)

    def _loaded(self, record: Record, address: str) -> Picture:
        """Raises SourceError, TooLargeError."""
        before: list[Picture] = []

        def take(pieces: Iterator[bytes], final: str) -> Picture:
            data = bytearray()
            for piece in pieces:
                self._go_on()
                data += piece
            if "photo_unavailable" in final:
                return Picture(record.source, record.id, problem="the source reports the photo as unavailable")
            picture = inspected(record.source, record.id, bytes(data), self._options.max_pixels)
            if picture.problem:
                before.append(picture)
                # What comes twice is what there is; else servers and networks are to blame, more often than the picture.
                tries = min(_TRIES, self._network.options.attempts)
                if len(before) < tries and picture not in before[:-1]:
                    raise TryAgain(picture.problem)
                return picture
            self._go_on()
            return replace(picture, file=self._put(record, bytes(data), picture.digest))

        return self._network.download(address, take, self._stopped)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise CancelledError("the download was stopped")

    def _put(self, record: Record, data: bytes, sha256: str) -> str:
        """Writes the file; returns its path relative to the folder of the catalogue."""
        stem = self._folder / file_stem(record.source, record.id)
        target = stem.with_name(stem.name + ENDINGS[probe_image(data, "").format])
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # What an earlier picture of another kind, or a program that was killed, left here.
            for old in (*target.parent.glob(f"{stem.name}.*"), *target.parent.glob(f".{stem.name}.*")):
                if old != target:
                    old.unlink(missing_ok=True)
            if not (target.is_file() and digest(target.read_bytes()) == sha256):
                # Named after the picture, so that what a killed program leaves is found above.
                part = target.with_name(f".{stem.name}.tmp")
                try:
                    part.write_bytes(data)
                    put(part, target)
                finally:
                    part.unlink(missing_ok=True)
        except OSError as error:
            raise IoError(
                f"'{target}' cannot be written ({error.strerror}): check the disk space and permissions, then start the "
                "download again to resume it"
            ) from None
        return str(target.relative_to(self._beside) if target.is_relative_to(self._beside) else target)


def _renewed(source: Source, records: list[Record], network: Network) -> list[Record]:
    """The same photos in the same order, with new addresses if the source has any. Raises SourceError."""
    fresh = {record.id: record for record in source.renewed(records, network)}
    return [fresh.get(record.id, record) for record in records]


def _refused(record: Record, error: SourceError) -> Picture:
    """The row of a picture that the source refuses. Raises the error again when it may be temporary."""
    if error.status in (404, 410):
        problem = f"gone: the source answers with status {error.status}"
    elif 300 <= error.status < 500:
        problem = f"refused: the source answers with status {error.status}"
    elif isinstance(error, (NoAddressError, TooLargeError)):
        problem = str(error)
    else:
        raise error
    return Picture(record.source, record.id, problem=problem)
