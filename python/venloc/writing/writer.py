# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes answers into sidecars or files. Every file is, at every moment, as it was or complete."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from venloc._core import LatLng, Prediction, distance_m, read_metadata
from venloc.errors import Error, ImageError, IoError
from venloc.files import replaced
from venloc.writing import journal, sidecars
from venloc.writing.estimate import Estimate
from venloc.writing.options import Outcome, WriteOptions
from venloc.writing.parts import Bytes, difference, parts_of
from venloc.writing.programs import find_program

_BATCH = 32  # files that one process of the program writes, all of one folder
_SAME_PLACE_M = 0.1  # what rounding makes of a place
_TIFF_SUFFIXES = (".tif", ".tiff")  # raw files of cameras are TIFF files with other names


class RefusedError(Exception):
    """A rule by which a file is not changed: the reason, and the values behind it."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class _Job:
    """A file that is to be changed."""

    number: int
    """Of the picture, in the order in which they were given."""
    picture: Path
    """As it was given."""
    original: Path
    """The picture without links."""
    target: Path
    """The picture or its sidecar, without links."""
    estimate: Estimate


@dataclass(frozen=True)
class _Draft:
    """A temporary file, which replaces the file of a job."""

    job: _Job
    part: Path
    version: tuple[int, int, int] | None
    """Of the file when it was read; None when there was none."""


def write(
    answers: Iterable[tuple[str | os.PathLike[str], object]], options: WriteOptions | None = None
) -> list[Outcome]:
    """Writes the answers of pictures: pairs of a file and its Prediction; anything else counts as a picture that was not located.

    Returns what became of each, in their order. Raises IoError when answers are to be written into files and no program that
    does it is installed, and ImportError when sidecars are to be written and lxml is missing.
    """
    writer = Writer(options)
    for picture, answer in answers:
        writer.add(Path(picture), answer)
    return writer.finish()


class Writer:
    """Writes answers one after the other, as write(). Files of one folder are changed together, the last ones by finish()."""

    def __init__(self, options: WriteOptions | None = None) -> None:
        self._options = options or WriteOptions()
        self._program = find_program() if self._options.into == "file" else None
        self._outcomes: list[Outcome | None] = []
        self._waiting: list[_Job] = []

    def add(self, picture: Path, answer: object) -> None:
        """A picture and its Prediction."""
        number = len(self._outcomes)
        self._outcomes.append(None)
        with self._recorded(number, picture):
            job = self._job(number, picture, answer)
            first = self._waiting[0] if self._waiting else job
            twice = any(job.target == other.target for other in self._waiting)
            if twice or len(self._waiting) >= _BATCH or first.target.parent != job.target.parent:
                self._flush()
            self._waiting.append(job)

    @property
    def settled(self) -> int:
        """How many pictures, from the first one on, have an outcome: their files are changed or will not be."""
        return self._waiting[0].number if self._waiting else len(self._outcomes)

    def finish(self) -> list[Outcome]:
        """Changes the files that are left. Returns what became of each picture, in the order in which they were given."""
        self._flush()
        return [outcome for outcome in self._outcomes if outcome is not None]

    @contextlib.contextmanager
    def _recorded(self, number: int, picture: Path, target: Path | None = None) -> Iterator[None]:
        """Makes an error the outcome of the picture."""
        try:
            yield
        except RefusedError as rule:
            self._outcomes[number] = Outcome(picture, "refused", target, rule.reason, rule.detail)
        except (Error, OSError) as error:
            self._outcomes[number] = Outcome(
                picture, "failed", target, "an error", error_text(target or picture, error)
            )

    def _job(self, number: int, picture: Path, answer: object) -> _Job:
        """Raises RefusedError when the answer is not written, by a rule that does not depend on the journal."""
        options = self._options
        if not isinstance(answer, Prediction):
            raise RefusedError("it was not located")
        if answer.in_area < options.min_in_area:
            raise RefusedError("it may not show the city", f"{answer.in_area:.2f} is below {options.min_in_area:.2f}")
        if answer.confidence < options.min_confidence:
            detail = f"{answer.confidence:.2f} is below {options.min_confidence:.2f}"
            raise RefusedError("the confidence is too low", detail)
        original = picture.resolve()
        if not original.is_file():
            raise RefusedError("it is no file")
        if options.into == "file":
            target = original
            _require_format(original)
        else:
            target = sidecars.sidecar_of(original, options.naming).resolve()
            if options.naming == "stem" and not sidecars.belongs_to(target, original):
                raise RefusedError("its sidecar is that of another picture, too", str(target))
        require_changeable(target)
        return _Job(number, picture, original, target, Estimate.of(answer))

    def _flush(self) -> None:
        """Changes the files of the waiting jobs, which are in one folder."""
        jobs, self._waiting = self._waiting, []
        if not jobs:
            return
        path = jobs[0].target.parent
        try:
            if self._options.dry_run:
                self._rehearse(journal.entries_of(path), jobs)
            else:
                with journal.locked(path) as folder:
                    self._change(folder, jobs)
        except (Error, OSError) as error:
            for job in jobs:
                if self._outcomes[job.number] is None:
                    with self._recorded(job.number, job.picture, job.target):
                        raise error

    def _rehearse(self, entries: list[journal.Entry], jobs: list[_Job]) -> None:
        for job in jobs:
            with self._recorded(job.number, job.picture, job.target):
                _require_unmeasured(job, entries)
                if self._program is None:
                    _sidecar(job)
                self._outcomes[job.number] = Outcome(job.picture, "written", job.target)

    def _change(self, folder: journal.Folder, jobs: list[_Job]) -> None:
        drafts = []
        with contextlib.ExitStack() as stack:
            for job in jobs:
                with self._recorded(job.number, job.picture, job.target):
                    _require_unmeasured(job, folder.entries)
                    self._back_up(job.target)
                    drafts.append(self._draft(job, stack.enter_context(folder.temporary())))
            problems = [""] * len(drafts)
            if self._program is not None and drafts:
                changes = [(draft.part.name, draft.job.estimate) for draft in drafts]
                problems = self._program.write(folder.path, changes)
            for draft, problem in zip(drafts, problems, strict=True):
                job = draft.job
                with self._recorded(job.number, job.picture, job.target):
                    size = _commit(folder, draft, problem, sidecar=self._program is None)
                    self._outcomes[job.number] = Outcome(job.picture, "written", job.target, undo_bytes=size)

    def _draft(self, job: _Job, part: Path) -> _Draft:
        version = journal.version_of(job.target) if job.target.exists() else None
        if self._program is None:
            part.write_bytes(_sidecar(job))
        else:
            shutil.copyfile(job.target, part)
        return _Draft(job, part, version)

    def _back_up(self, target: Path) -> None:
        """Copies the file, unless an earlier run did: the oldest copy is the original."""
        folder = self._options.backup
        if folder is None or not target.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        # Files of several folders may have one name.
        copy = folder / f"{hashlib.sha256(os.fsencode(target.parent)).hexdigest()[:8]}-{target.name}"
        if not copy.exists():
            with replaced(copy) as part:
                shutil.copy2(target, part)


def _require_format(original: Path) -> None:
    """Raises RefusedError when metadata are not written into files of this format."""
    try:
        with journal.opened(original) as data:
            parts = parts_of(data, str(original))
    except ImageError as error:
        raise RefusedError("metadata are not written into files of its format", str(error)) from None
    if parts.format == "tiff" and original.suffix.lower() not in _TIFF_SUFFIXES:
        raise RefusedError(
            "metadata are not written into files of its format",
            f"'{original}' is a raw file of a camera: write sidecars",
        )


def require_changeable(target: Path) -> None:
    """Raises RefusedError when replacing the file would do more than change it."""
    if not target.exists():
        return
    about = target.stat()
    if not stat.S_ISREG(about.st_mode):
        raise RefusedError("it is no file", str(target))
    if about.st_nlink > 1:
        raise RefusedError("it has several names (hard links), which changing it would separate", str(target))
    if not about.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise RefusedError("it is read-only", str(target))


def _require_unmeasured(job: _Job, entries: list[journal.Entry]) -> None:
    """Raises RefusedError when the picture has a position, other than one that the journal has as written by venloc."""
    ours = [LatLng(entry.lat, entry.lng) for entry in entries if entry.picture == os.fsdecode(job.original.name)]
    for source, place in _recorded_places(job.original):
        if place is None:
            raise RefusedError("it has a position", f"{source}, in a form that cannot be read")
        if not any(distance_m(place, our) < _SAME_PLACE_M for our in ours):
            raise RefusedError("it has a position", f"{source}: {place.lat:.6f}, {place.lng:.6f}")


def _recorded_places(original: Path) -> Iterator[tuple[str, LatLng | None]]:
    """The positions that the picture and its sidecars have, and where; None: in a form that cannot be read."""
    metadata = read_metadata(original)
    if metadata.position is not None:
        yield metadata.position_source, metadata.position
    for sidecar in (sidecars.full_name(original), sidecars.stem_name(original)):
        found = sidecars.position_in(sidecar)
        if found is not None:
            yield f"in '{sidecar}'", None if found == "unreadable" else LatLng(*found)


def _sidecar(job: _Job) -> bytes:
    """The new content of the sidecar."""
    existing = job.target.read_bytes() if job.target.exists() else None
    return sidecars.with_estimate(existing, job.estimate, job.target)


def _commit(folder: journal.Folder, draft: _Draft, problem: str, *, sidecar: bool) -> int:
    """Checks the temporary file and replaces the file by it. Returns the size of the entry in the journal."""
    job = draft.job
    if problem:
        raise IoError(f"'{job.target}' was not changed: the program that writes metadata reports: {problem}")
    with contextlib.ExitStack() as stack:
        old = stack.enter_context(journal.opened(job.target)) if draft.version is not None else None
        new = stack.enter_context(journal.opened(draft.part))
        _require_place(job, draft.part, sidecar=sidecar)
        if old is None:
            pieces: list[journal.Piece] = []
        elif sidecar:
            pieces = journal.pieces_of(old, (), new, ())
        else:
            pieces = _checked_pieces(job, draft.part, old, new)
        if old is not None:
            journal.take_attributes(draft.part, job.target)
        entry = journal.Entry(
            file=job.target.name,
            picture=job.original.name,
            lat=job.estimate.lat,
            lng=job.estimate.lng,
            before=None if old is None else journal.state_of(job.target, old),
            after=journal.state_of(draft.part, new),
            pieces=pieces,
            time=journal.now(),
        )
        if entry.before is not None and entry.before.sha256 == entry.after.sha256:
            return 0  # it has these values
        if old is not None and entry.before is not None and journal.digest(entry.former(new)) != entry.before.sha256:
            raise IoError(f"'{job.target}' was not changed: the change could not be undone")
    if (journal.version_of(job.target) if job.target.exists() else None) != draft.version:
        raise IoError(f"'{job.target}' was changed by another program at the same time: write it again")
    return folder.commit(entry, draft.part)


def _require_place(job: _Job, part: Path, *, sidecar: bool) -> None:
    """Raises IoError when another place is read than was to be written."""
    if sidecar:
        found = sidecars.position_in(part)
        place = None if found is None or found == "unreadable" else LatLng(*found)
    else:
        place = read_metadata(part).position
    if place is None or distance_m(place, LatLng(job.estimate.lat, job.estimate.lng)) > _SAME_PLACE_M:
        raise IoError(f"'{job.target}' was not changed: the place that was written could not be read back")


def _checked_pieces(job: _Job, part: Path, old: Bytes, new: Bytes) -> list[journal.Piece]:
    """The old file as pieces. Raises IoError when the picture itself would change."""
    before, after = parts_of(old, str(job.target)), parts_of(new, str(job.target))
    what = difference(old, before, new, after)
    if not what and read_metadata(job.target).orientation != read_metadata(part).orientation:
        what = "another orientation"
    if what:
        raise IoError(
            f"'{job.target}' was not changed: the program that writes metadata would change the picture ({what})"
        )
    return journal.pieces_of(old, before.parts, new, after.parts)


def error_text(file: Path, error: Exception) -> str:
    """The message of an error, with the file and what to do where it comes from the system."""
    if isinstance(error, OSError) and not isinstance(error, Error):
        return f"'{file}' was not changed ({error.strerror or error}): check the permissions of its folder and the disk space"
    return str(error)
