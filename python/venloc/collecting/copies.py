# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Finds pictures of a catalogue that are copies of each other, within one source or across sources.

The descriptions of pictures and the similarity of compared pairs are cached in a file beside the catalogue, by the digests of
the pictures. Therefore only new pictures are read, and no pair is compared twice. The file may be deleted when no program is
using it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import numpy as np

from venloc._core import version
from venloc.collecting.catalogue import Catalogue, Picture
from venloc.collecting.duplicates import Description, DuplicateOptions, candidates, compare, describe, groups, same
from venloc.collecting.running import Progress
from venloc.errors import Error, FormatError, IoError
from venloc.pictures import as_image

_BATCH = 256  # pictures between two calls of the progress callback
_IN_MEMORY = 1024  # descriptions
_COMPARED = 2000  # pairs that are written down at once
_APPLICATION = 0x766E6C64  # "vnld", the application id of the SQLite file
_PATIENCE_S = 300  # with other programs

_TABLES = """
DROP TABLE IF EXISTS descriptions;
DROP TABLE IF EXISTS likenesses;
DROP TABLE IF EXISTS candidates;
CREATE TABLE descriptions (
  digest TEXT PRIMARY KEY, hash BLOB NOT NULL, thumbnails BLOB NOT NULL, points BLOB NOT NULL, features BLOB NOT NULL,
  width INTEGER NOT NULL, picture BLOB NOT NULL
);
CREATE TABLE candidates (pictures TEXT PRIMARY KEY, pairs BLOB NOT NULL);
CREATE TABLE likenesses (
  first TEXT NOT NULL, second TEXT NOT NULL, likeness REAL NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
"""


def find_copies(
    catalogue: Catalogue, progress: Progress | None = None, options: DuplicateOptions | None = None, threads: int = 0
) -> int:
    """Finds all copies again; returns their number. Among equal pictures the largest is the original of the others.

    `threads` = 0 means all cores; it does not change the result. Pictures that cannot be read any more are left out. An
    exception of `progress` ends the search; results for single pictures and pairs stay in the cache.
    """
    options = options or DuplicateOptions()
    good = [picture for picture in catalogue.pictures() if not picture.problem]
    good.sort(key=lambda p: (-p.width * p.height, p.source, p.id))
    files: dict[str, list[Path]] = {}  # some of the same bytes may be gone, and others not
    digests = []
    for picture in good:
        file = catalogue.file.parent / picture.file
        digests.append(_digest(picture, file))
        files.setdefault(digests[-1], []).append(file)
    with _Store(catalogue.file.with_name(f"{catalogue.file.name}.cache"), options) as store:
        known = store.digests()
        fresh = {digest: where for digest, where in files.items() if digest and digest not in known}
        _describe(store, fresh, options, progress, threads)
        known = store.digests()
        seen = [(picture, digest) for picture, digest in zip(good, digests, strict=True) if digest in known]
        of_seen = [digest for _, digest in seen]
        pairs = store.pairs(of_seen)
        if pairs is None:
            pairs = candidates(map(store.get, of_seen), options, progress)
        likeness = _Likeness(store, of_seen)
        try:
            found = same(pairs, likeness, options, progress)
        finally:
            likeness.write_down()
        store.put_pairs(of_seen, pairs)
        # Another program may have put pictures into the catalogue meanwhile.
        store.forget_but({*digests, *(picture.digest for picture in catalogue.pictures())})
    keys = [(picture.source, picture.id) for picture, _ in seen]
    copies = groups(found, len(seen))
    catalogue.put_copies((*keys[copy], *keys[first], likeness) for copy, (first, likeness) in sorted(copies.items()))
    return len(copies)


def _digest(picture: Picture, file: Path) -> str:
    """The digest of the file; empty when it cannot be read."""
    try:
        return picture.digest or hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _describe(
    store: _Store, files: dict[str, list[Path]], options: DuplicateOptions, progress: Progress | None, threads: int
) -> None:
    """Describes one file for each of these digests. Files that have changed are skipped."""

    def one(item: tuple[str, list[Path]]) -> Description | None:
        digest, where = item
        for file in where:
            try:
                data = file.read_bytes()
                if hashlib.sha256(data).hexdigest() == digest:
                    return describe(as_image(data, str(file)), options)
            except (Error, OSError):
                continue
        return None

    todo = list(files.items())
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH]
            found = pool.map(one, batch)
            store.put((digest, d) for (digest, _), d in zip(batch, found, strict=True) if d is not None)
            if progress is not None:
                progress("describing pictures", start + len(batch), len(todo))


class _Store:
    """The cache file. The content of another version of venloc, or for other options, is deleted."""

    def __init__(self, file: Path, options: DuplicateOptions) -> None:
        self.options = options
        self._file = file
        made_by = zlib.crc32(repr((version(), astuple(options))).encode()) >> 1  # SQLite keeps 31 bits and a sign
        try:
            self._db = _opened(file, made_by)
        except sqlite3.Error as error:
            raise self._refusal(error) from None

    def _refusal(self, error: sqlite3.Error) -> IoError:
        return IoError(
            f"'{self._file}' cannot be read or written ({error}): free disk space, or delete this cache file"
        )

    def __enter__(self) -> _Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        if isinstance(value, sqlite3.Error):
            raise self._refusal(value) from None

    def digests(self) -> set[str]:
        return {digest for (digest,) in self._db.execute("SELECT digest FROM descriptions")}

    def put(self, descriptions: Iterable[tuple[str, Description]]) -> None:
        rows = [
            (
                digest,
                d.hash.to_bytes(8, "little"),
                d.thumbnails.tobytes(),
                d.points.tobytes(),
                d.features.tobytes(),
                d.picture.shape[1],
                d.picture.tobytes(),
            )
            for digest, d in descriptions
        ]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO descriptions VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def get(self, digest: str) -> Description:
        value, thumbnails, points, features, width, picture = self._db.execute(
            "SELECT hash, thumbnails, points, features, width, picture FROM descriptions WHERE digest = ?", (digest,)
        ).fetchone()
        return Description(
            int.from_bytes(value, "little"),
            np.frombuffer(thumbnails, np.float16).reshape(16, -1),
            np.frombuffer(points, np.float32).reshape(-1, 2),
            np.frombuffer(features, np.uint8).reshape(-1, 128),
            np.frombuffer(picture, np.uint8).reshape(-1, width),
        )

    def likenesses(self) -> Iterator[tuple[str, str, float]]:
        return iter(self._db.execute("SELECT first, second, likeness FROM likenesses"))

    def put_likenesses(self, likenesses: Iterable[tuple[str, str, float]]) -> None:
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO likenesses VALUES (?, ?, ?)", likenesses)

    def pairs(self, digests: list[str]) -> list[tuple[int, int]] | None:
        """The pairs that put_pairs stored, if they are for the same pictures; else None."""
        row = self._db.execute("SELECT pairs FROM candidates WHERE pictures = ?", (_together(digests),)).fetchone()
        if row is None:
            return None
        return [(i, j) for i, j in np.frombuffer(zlib.decompress(row[0]), np.int32).reshape(-1, 2).tolist()]

    def put_pairs(self, digests: list[str], pairs: list[tuple[int, int]]) -> None:
        packed = zlib.compress(np.array(pairs, np.int32).tobytes())
        with self._db:
            self._db.execute("DELETE FROM candidates")
            self._db.execute("INSERT INTO candidates VALUES (?, ?)", (_together(digests), packed))

    def forget_but(self, digests: Iterable[str]) -> None:
        """Deletes everything about pictures that are not among these digests."""
        with self._db:
            self._db.execute("CREATE TEMP TABLE used (digest TEXT PRIMARY KEY)")
            self._db.executemany("INSERT OR IGNORE INTO used VALUES (?)", [(digest,) for digest in digests])
            self._db.execute("DELETE FROM descriptions WHERE digest NOT IN (SELECT digest FROM used)")
            self._db.execute(
                "DELETE FROM likenesses WHERE first NOT IN (SELECT digest FROM used) "
                "OR second NOT IN (SELECT digest FROM used)"
            )


def _together(digests: list[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _opened(file: Path, made_by: int) -> sqlite3.Connection:
    """Opens the cache file. Raises FormatError when the file belongs to another program."""
    db = sqlite3.connect(file, timeout=_PATIENCE_S)
    try:
        application = db.execute("PRAGMA application_id").fetchone()[0]
        if application != _APPLICATION and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0:
            raise FormatError(f"'{file}' exists and is not a cache of venloc: move it to another folder")
        if db.execute("PRAGMA user_version").fetchone()[0] != made_by:
            about = f"PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {made_by};"
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} {about} COMMIT; VACUUM;")
    except BaseException:
        db.close()
        raise
    return db


class _Likeness:
    """The similarity of pictures by their positions: the result of `compare`, from the cache or computed now."""

    def __init__(self, store: _Store, digests: list[str]) -> None:
        self._store = store
        self._digests = digests
        self._described = lru_cache(_IN_MEMORY)(store.get)
        number = {digest: i for i, digest in enumerate(dict.fromkeys(digests))}
        self._numbers = [number[digest] for digest in digests]  # the same file, the same number
        self._known = {
            (number[first], number[second]): likeness
            for first, second, likeness in store.likenesses()
            if first in number and second in number
        }
        self._fresh: list[tuple[str, str, float]] = []  # and not yet written down

    def __call__(self, i: int, j: int) -> float:
        key = (self._numbers[i], self._numbers[j])
        if key[0] == key[1]:
            return 1.0  # to the byte, even where there is nothing to compare by
        if key not in self._known:
            first, second = self._digests[i], self._digests[j]
            self._known[key] = compare(self._described(first), self._described(second), self._store.options)
            self._fresh.append((first, second, self._known[key]))
            if len(self._fresh) >= _COMPARED:
                self.write_down()
        return self._known[key]

    def write_down(self) -> None:
        self._store.put_likenesses(self._fresh)
        self._fresh = []
