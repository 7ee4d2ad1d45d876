# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Undoes what was written: the files have their former bytes again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from venloc.errors import Error, IoError
from venloc.writing import journal, sidecars
from venloc.writing.options import Outcome
from venloc.writing.writer import RefusedError, error_text, require_changeable


def undo(files: Iterable[str | os.PathLike[str]], *, dry_run: bool = False) -> list[Outcome]:
    """Undoes what was written about pictures: about these files, or all pictures of these folders and their subfolders.

    A file that another program has changed since is left as it is, with the outcome `refused`. Returns an outcome for every
    changed file, and for every named file that no journal has.
    """
    outcomes: list[Outcome] = []
    for given in map(Path, files):
        if given.is_dir():
            for path in _folders_below(given):
                outcomes += _undo_in(path, None, dry_run)
            continue
        found = [o for path, names in _places_of(given).items() for o in _undo_in(path, names, dry_run)]
        outcomes += found or [_unknown(given)]
    return outcomes


def _unknown(given: Path) -> Outcome:
    """The outcome of a file that no journal has."""
    if os.path.lexists(given):
        return Outcome(given, "refused", reason="no journal has it: nothing was written about it")
    return Outcome(given, "failed", reason="an error", detail=f"'{given}' does not exist: check the path")


def _folders_below(top: Path) -> Iterator[Path]:
    """The folder and its subfolders that have a journal."""
    for folder, folders, names in os.walk(top):
        folders.sort()
        if journal.NAME in names:
            yield Path(folder)


def _places_of(picture: Path) -> dict[Path, set[str]]:
    """The folders whose journals may have the picture, with the names of it and its sidecars there."""
    original = picture.resolve()
    places: dict[Path, set[str]] = {original.parent: {original.name}}
    for sidecar in (sidecars.full_name(original), sidecars.stem_name(original)):
        # A sidecar may be a link to another folder; one that is shared is named by its pictures.
        if sidecars.is_there(sidecar) and sidecar.is_symlink():
            target = sidecar.resolve()
            places.setdefault(target.parent, set()).add(target.name)
    return {path: names for path, names in places.items() if (path / journal.NAME).exists()}


def _undo_in(path: Path, names: set[str] | None, dry_run: bool) -> list[Outcome]:
    """Undoes the entries of one journal: those of these pictures or files, or all."""
    try:
        if dry_run:
            return [_planned(path, entries).outcome for entries in _by_file(journal.entries_of(path), names)]
        with journal.locked(path) as folder:
            plans = []
            try:
                for entries in _by_file(folder.entries, names):
                    plans.append(plan := _planned(path, entries))
                    _execute(folder, plan)
                    plan.data = None
            finally:
                folder.forget([entry for plan in plans for entry in plan.done])
            return [plan.outcome for plan in plans]
    except (Error, OSError) as error:
        return [Outcome(path, "failed", path, "an error", error_text(path, error))]


def _by_file(entries: Sequence[journal.Entry], names: set[str] | None) -> list[list[journal.Entry]]:
    files: dict[str, list[journal.Entry]] = {}
    for entry in entries:
        if names is None or not names.isdisjoint((entry.file, entry.picture)):
            files.setdefault(entry.file, []).append(entry)
    return list(files.values())


@dataclass
class _Plan:
    """What undoing does to a file."""

    outcome: Outcome
    version: tuple[int, int, int] | None = None
    """Of the file when it was read; None when there is none."""
    data: bytes | None = None
    """Its former bytes; None: there was no file, or nothing is to be done."""
    done: list[journal.Entry] = field(default_factory=list)
    """The entries that are then undone."""
    changes: bool = False


def _planned(path: Path, entries: Sequence[journal.Entry]) -> _Plan:
    """What undoing these entries of one file does to it, without changing it."""
    file = path / entries[0].file
    picture = path / entries[-1].picture
    try:
        require_changeable(file)
        version = journal.version_of(file) if file.exists() else None
        plan = _Plan(Outcome(picture, "undone", file), version)
        current: bytes | None = file.read_bytes() if version is not None else None
        for entry in reversed(entries):
            state = None if current is None else journal.digest(current)
            if state == entry.after.sha256 and current is not None:
                current, plan.changes = _former(entry, current, file), True
            elif state != (None if entry.before is None else entry.before.sha256):
                break
            plan.done.append(entry)
    except RefusedError as rule:
        return _Plan(Outcome(picture, "refused", file, rule.reason, rule.detail))
    except (Error, OSError) as error:
        return _Plan(Outcome(picture, "failed", file, "an error", error_text(file, error)))
    plan.data = current
    if not plan.done:
        reason = "it is no longer there" if version is None else "another program has changed it since"
        plan.outcome = Outcome(picture, "refused", file, reason)
    elif len(plan.done) < len(entries):
        detail = "only what was written after another program changed it"
        plan.outcome = Outcome(picture, "undone", file, detail=detail)
    return plan


def _former(entry: journal.Entry, current: bytes, file: Path) -> bytes | None:
    """The file before this change."""
    if entry.before is None:
        return None
    former = entry.former(current)
    if journal.digest(former) != entry.before.sha256:
        raise IoError(f"'{file}' was not changed: its entry in '{journal.NAME}' is damaged")
    return former


def _execute(folder: journal.Folder, plan: _Plan) -> None:
    """Changes the file; an error becomes the outcome."""
    file = plan.outcome.file
    if file is None or not plan.changes:
        return
    try:
        if journal.version_of(file) != plan.version:
            raise IoError(f"'{file}' was changed by another program at the same time: undo it again")
        before = plan.done[-1].before
        if plan.data is None or before is None:
            file.unlink()
        else:
            with folder.temporary() as part:
                part.write_bytes(plan.data)
                journal.take_attributes(part, file)
                os.utime(part, ns=(file.stat().st_atime_ns, before.mtime_ns))
                journal.flush(part)
                part.replace(file)
        journal.flush_folder(folder.path)
    except (Error, OSError) as error:
        plan.done.clear()
        plan.outcome = Outcome(plan.outcome.picture, "failed", file, "an error", error_text(file, error))
