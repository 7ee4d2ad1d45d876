# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The pictures of a catalogue's photos, each in a file and looked at.

What came of each is written down as soon as it is there, so that a download that is stopped, in whatever way, is gone on with.
Only what is final is: a server that does not answer is asked again by the next download. Files of this computer that are not where
they were, as when a disk is not plugged in, are looked for by each download.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from venloc._core import decode_exif, decode_image, probe_image
from venloc.collecting import sources
from venloc.collecting.catalogue import Catalogue, Picture
from venloc.collecting.network import Network, NoAddressError, TooLargeError, TryAgain, is_of_web
from venloc.collecting.records import Record
from venloc.collecting.running import Progress
from venloc.collecting.sources import Source
from venloc.errors import CancelledError, ImageError, InvalidArgumentError, IoError, SourceError
from venloc.files import replaced

SourceOf: TypeAlias = Callable[[str], Source | None]

LOCAL = "folder"
"""The source whose addresses are files on this computer."""
REPEATED = "the source sends the same picture for several photos"

_ENDINGS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "tiff": ".tif", "bmp": ".bmp", "pnm": ".pnm"}
_BATCH = 64  # pictures that are registered at once
_MOST_BYTES = 1 << 30  # of a picture that is registered
_REPEATS = 3  # photos with the same file, from which on it stands for none of them
_NAME = "picture"  # in messages of the decoder, from which it is taken away
_TRIES = 3  # of a picture that comes damaged
_DOWN = 20  # pictures in a row that a source did not send, after which it is left for now
_RENEWED = 100  # photos whose addresses are renewed at once
_PATIENCE_S = 3.0  # with threads at a stop; one that waits for a server for longer is left to end by itself


@dataclass(frozen=True)
class DownloadOptions:
    """What is downloaded. Raises InvalidArgumentError for values out of range."""

    side_px: int = 1024
    """The smallest copy whose longer side is at least so large is taken, else the largest. Pictures that are there stay."""
    threads: int = 4
    """Pictures loaded at once, 1 to 32."""
    again: bool = False
    """Whether pictures that had a problem are tried again, and files compared with their digests, not only with their sizes."""
    max_pixels: int = 100_000_000
    """Larger pictures are refused."""

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= 32:
            raise InvalidArgumentError(f"threads must be 1 to 32, got {self.threads}")
        for name in ("side_px", "max_pixels"):
            if getattr(self, name) < 1:
                raise InvalidArgumentError(f"{name} must be 1 or more, got {getattr(self, name)}")


@dataclass(frozen=True)
class Downloaded:
    """What a download brought."""

    good: int
    """Pictures that came."""
    problems: int
    """Photos whose picture is gone or of no use; the catalogue says why."""
    repeated: int
    """Good pictures, of earlier downloads too, that turned out to be the same one for several photos."""
    left: int
    """Photos that are still to be asked for, as their source did not answer or their file is not there."""
    reason: str
    """Why the last of them was left; empty where none was."""
    moved: int = 0
    """Files of this computer that were found again elsewhere; they go by their new names."""


def installed(name: str) -> Source | None:
    """The source of this name; None where there is none, or no key for it."""
    try:
        return sources.find(name)
    except (InvalidArgumentError, SourceError):
        return None


def download(
    catalogue: Catalogue,
    folder: Path,
    network: Network,
    options: DownloadOptions | None = None,
    source_of: SourceOf = installed,
    progress: Progress | None = None,
) -> Downloaded:
    """Downloads the pictures that the catalogue has no file or problem of, into the folder, which is made.

    Files that are lost or were changed since are downloaded again. Whatever `progress` raises stops it; what came before is
    kept. Pictures of the source LOCAL, and those that were registered, are used where they are. Raises IoError where a file can
    not be written.
    """
    options = options or DownloadOptions()
    _made(folder)
    local = _Local(catalogue, options, network.options.max_bytes)
    local.look([(p, _path(catalogue, p)) for p in _drop_lost(catalogue, options.again)], progress)
    work = _Work(catalogue, folder.resolve(), network, options, source_of, progress)
    work.run()
    moved = _settle_moved(catalogue)
    repeated = catalogue.mark_repeated(_REPEATS, REPEATED)
    return Downloaded(
        work.good + local.good,
        work.problems + local.problems,
        repeated,
        work.left + local.left - moved,
        work.reason or local.reason,
        moved,
    )


def register(
    catalogue: Catalogue,
    pictures: Sequence[tuple[Record, Path]],
    options: DownloadOptions | None = None,
    progress: Progress | None = None,
) -> int:
    """Takes in pictures that are on this computer, where they are, such as those of a label file; returns how many are good.

    Their records are in the catalogue. Whatever `progress` raises stops it; what came before is kept.
    """
    local = _Local(catalogue, options or DownloadOptions(), _MOST_BYTES)
    local.look([(Picture(record.source, record.id), path) for record, path in pictures], progress)
    return local.good


def _made(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IoError(f"the folder '{folder}' can not be made ({error.strerror})") from None


def _drop_lost(catalogue: Catalogue, again: bool) -> list[Picture]:
    """Makes pictures missing that are to be downloaded again; returns the local ones to look at, new and changed ones."""
    lost, local = [], []
    for picture in catalogue.pictures():
        there = _is_there(catalogue.file.parent / picture.file, picture, again)
        if there and not (again and picture.problem):
            continue
        if picture.local:
            local.append(picture)
        elif not picture.problem or again:
            lost.append((picture.source, picture.id))
    catalogue.drop_pictures(lost)
    return [*local, *(Picture(record.source, record.id) for record in catalogue.missing_pictures(LOCAL))]


def _path(catalogue: Catalogue, picture: Picture) -> Path:
    """Where its file should be: of a folder that was collected again, where it was found then."""
    record = catalogue.record(picture.source, picture.id) if picture.source == LOCAL else None
    return Path(address_for(record, 1)) if record is not None else catalogue.file.parent / picture.file


def _settle_moved(catalogue: Catalogue) -> int:
    """Photos of folders whose files are gone, and are there under another name, go by that; returns how many."""
    there: dict[str, str] = {}
    gone = []
    for picture in catalogue.pictures():
        if picture.source == LOCAL and _is_awaited(picture):
            gone.append(picture)
        elif picture.source == LOCAL and not picture.problem:
            there.setdefault(picture.digest, picture.id)
    moved = [(LOCAL, picture.id, there[picture.digest]) for picture in gone if picture.digest in there]
    catalogue.rename(moved)
    return len(moved)


def _is_there(file: Path, picture: Picture, whole: bool) -> bool:
    try:
        return file.stat().st_size == picture.bytes and (not whole or _digest(file.read_bytes()) == picture.digest)
    except OSError:
        return False


_EMPTY = hashlib.sha256(b"").hexdigest()


class _Local:
    """Pictures that are on this computer, looked at where they are."""

    def __init__(self, catalogue: Catalogue, options: DownloadOptions, max_bytes: int) -> None:
        self.good = self.problems = self.left = 0
        self.reason = ""
        self._catalogue = catalogue
        self._options = options
        self._max_bytes = max_bytes

    def look(self, files: Sequence[tuple[Picture, Path]], progress: Progress | None) -> None:
        """At files, with what is known of them. Whatever `progress` raises stops it; what came before is kept."""

        def one(of: tuple[Picture, Path]) -> Picture:
            known, path = of
            found = _local(known.source, known.id, path, self._max_bytes, self._options.max_pixels)
            # By its digest it is known again where it went to.
            return replace(found, digest=known.digest) if _is_awaited(found) else found

        with ThreadPoolExecutor(self._options.threads) as pool:
            for start in range(0, len(files), _BATCH):
                batch = files[start : start + _BATCH]
                found = list(pool.map(one, batch))
                self._catalogue.put_pictures(found)
                for picture in found:
                    if _is_awaited(picture):
                        self.left += 1
                        self.reason = picture.problem
                    elif picture.problem:
                        self.problems += 1
                    else:
                        self.good += 1
                if progress is not None:
                    progress("reading pictures", start + len(batch), len(files))


def _is_awaited(picture: Picture) -> bool:
    """Whether its file is not where it was, and may come back."""
    return picture.local and picture.bytes == 0 and picture.digest != _EMPTY


class _Work:
    """One download: threads load and look at pictures, and the thread that called writes down what came."""

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
        # They are no hindrance to the end of the program when one of them hangs.
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
        """What to load, with addresses that work; nothing of sources that do not answer."""
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
        """Waits for a result, and takes all that are there; returns how many."""
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
        """Raises SourceError where the source may answer later."""
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
            raise refusal  # the address may only have expired, and the source can not be asked for another
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
                return Picture(record.source, record.id, problem="the source says that the photo is unavailable")
            picture = _seen(record.source, record.id, bytes(data), self._options.max_pixels)
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

    def _put(self, record: Record, data: bytes, digest: str) -> str:
        """Writes the file; returns its name as seen from the catalogue."""
        stem = self._folder / file_stem(record.source, record.id)
        target = stem.with_name(stem.name + _ENDINGS[probe_image(data, "").format])
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # What an earlier picture of another kind, or a program that was killed, left here.
            for old in (*target.parent.glob(f"{stem.name}.*"), *target.parent.glob(f".{stem.name}.*")):
                if old != target:
                    old.unlink(missing_ok=True)
            if not (target.is_file() and _digest(target.read_bytes()) == digest):
                with replaced(target) as part:
                    part.write_bytes(data)
        except IoError:
            raise  # it says which file and why
        except OSError as error:
            raise IoError(
                f"'{target}' can not be written ({error.strerror}): make it possible, and start the download again; "
                "it goes on where it was"
            ) from None
        return str(target.relative_to(self._beside) if target.is_relative_to(self._beside) else target)


def address_for(record: Record, side_px: int) -> str:
    """Of the smallest copy whose longer side is at least so large [px], else of the largest; empty where there is none."""
    # An original of unknown size is taken for the largest.
    sides = [(s.side_px or max(record.width, record.height) or 1 << 30, s.address) for s in record.sizes if s.address]
    enough = [size for size in sides if size[0] >= side_px]
    return min(enough)[1] if enough else max(sides, default=(0, ""))[1]


def file_stem(source: str, identity: str) -> str:
    """Where the picture of a photo lies in the folder, without its ending: a path of its own in it, whatever the names hold."""
    return f"{_clean(source)}/{_digest(identity.encode())[:2]}/{_clean(identity)}"


def _clean(name: str) -> str:
    """The name where it is a plain one; else what is like it, and is no other name's by its digest."""
    clean = re.sub("[^0-9a-z_-]+", "_", name.lower())[:80]
    plain = clean == name and name != ""
    return clean if plain else f"{clean}~{_digest(name.encode())[:16]}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _renewed(source: Source, records: list[Record], network: Network) -> list[Record]:
    """The same photos in the same order, with new addresses where there are any. Raises SourceError."""
    fresh = {record.id: record for record in source.renewed(records, network)}
    return [fresh.get(record.id, record) for record in records]


def _refused(record: Record, error: SourceError) -> Picture:
    """The problem of a picture that is not sent; raises the error again where that may pass."""
    if error.status in (404, 410):
        problem = f"gone: the source answers with status {error.status}"
    elif 300 <= error.status < 500:
        problem = f"refused: the source answers with status {error.status}"
    elif isinstance(error, (NoAddressError, TooLargeError)):
        problem = str(error)
    else:
        raise error
    return Picture(record.source, record.id, problem=problem)


def _local(source: str, identity: str, path: Path, max_bytes: int, max_pixels: int) -> Picture:
    """A picture that is on this computer, where it is."""
    file = path.absolute()
    unknown = Picture(source, identity, file=str(file), local=True)
    try:
        if not file.is_file():
            return replace(
                unknown, problem=f"there is no file '{file}': plug in its disk, or collect or import it anew"
            )
        size = file.stat().st_size
        if size > max_bytes:
            return replace(unknown, bytes=size, problem=f"the file has more than {max_bytes} bytes")
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        return replace(unknown, problem=f"'{file}' can not be read ({error})")
    return replace(_seen(source, identity, data, max_pixels), file=str(file), local=True)


def _seen(source: str, identity: str, data: bytes, max_pixels: int) -> Picture:
    """What there is to know of the bytes; a problem where they are no picture that can be used."""
    known = Picture(source, identity, digest=_digest(data), bytes=len(data))
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return replace(known, problem="the source sends a web page instead of a picture")
    try:
        image = decode_image(data, _NAME, max_bytes=max(len(data), 1), max_pixels=max_pixels)
        position = decode_exif(data).position
    except ImageError as error:
        return replace(known, problem=str(error).removeprefix(f"{_NAME}: "))
    return replace(
        known,
        width=image.width,
        height=image.height,
        exif_lat=None if position is None else position.lat,
        exif_lng=None if position is None else position.lng,
    )
