# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc locate --write` and `--undo`."""

from __future__ import annotations

import sys
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from venloc.cli.console import FAILED, print_error, require_folder, require_package, wrong_usage
from venloc.cli.parameters import WriteInto, Writing
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc.answers.outputs import Located, Sink
    from venloc.writing import Outcome


class WriteBack:
    """Writes the answers of pictures back, and reports what became of them.

    A picture goes to the output only when its file is written, so that an interrupted command, when it is repeated, writes
    the pictures that the output does not have.
    """

    def __init__(self, options: Writing, output: Sink | None, reporting: Reporting) -> None:
        """Reports wrong usage for options that apply to --write without it, and raises IoError or ImportError."""
        from venloc.writing import WriteOptions, Writer

        self.failed = False
        """Whether a file could not be written; a picture that a rule refuses is no failure."""
        self._dry_run = options.dry_run
        self._output = output
        self._unsettled: deque[Located] = deque()
        self._settled = 0
        self._reporting = reporting
        if options.write is None:
            raise ValueError("there is nothing to write")
        if options.write is WriteInto.sidecar:
            require_package("lxml", "XMP sidecars need it")
        if options.backup is not None and not options.dry_run:
            require_folder("--backup", options.backup)
        values = {} if options.min_confidence is None else {"min_confidence": options.min_confidence}
        self._writer = Writer(
            WriteOptions(
                into=options.write.value,
                naming="existing" if options.sidecar_name is None else options.sidecar_name.value,
                dry_run=options.dry_run,
                backup=options.backup,
                **values,
            )
        )

    def add(self, located: Located) -> None:
        """A picture with its result. What is no file is reported as one that does not exist."""
        self._writer.add(Path(located.file), located.result)
        self._unsettled.append(located)
        self._pass_on(self._writer.settled)

    def finish(self) -> None:
        """Writes what is left, and reports."""
        outcomes = self._writer.finish()
        self._pass_on(len(outcomes))
        if self._output is not None:
            self._output.finish()
        self.failed = not _report(outcomes, "written", self._dry_run, self._reporting)

    def _pass_on(self, settled: int) -> None:
        """Hands the first `settled` pictures to the output."""
        while self._settled < settled:
            located = self._unsettled.popleft()
            if self._output is not None:
                self._output.add(located)
            self._settled += 1


def check(options: Writing) -> None:
    """Reports wrong usage for options that do not fit together."""
    if options.undo and options.write is not None:
        wrong_usage("--write and --undo exclude each other: give one of them")
    if options.dry_run and options.write is None and not options.undo:
        wrong_usage("--dry-run applies to --write and --undo: give one of them")
    for name, value in (("--min-confidence", options.min_confidence), ("--backup", options.backup)):
        if value is not None and options.write is None:
            wrong_usage(f"{name} applies to --write: give both")
    if options.sidecar_name is not None and options.write is not WriteInto.sidecar:
        wrong_usage("--sidecar-name applies to --write sidecar: give both")


def undo(pictures: Sequence[Path], options: Writing, reporting: Reporting) -> None:
    """Undoes what was written about pictures and folders; the exit code is 1 when something failed."""
    from venloc import writing

    if not pictures:
        wrong_usage("--undo needs pictures or folders: name them")
    if not _report(writing.undo(pictures, dry_run=options.dry_run), "undone", options.dry_run, reporting):
        raise typer.Exit(FAILED)


def _report(outcomes: Sequence[Outcome], action: str, dry_run: bool, reporting: Reporting) -> bool:
    """Shows failures, refusals and the numbers, which go to stderr where stdout has JSON. Returns whether nothing failed."""
    refused = [
        f"'{o.picture}' is left as it is: {o.reason}{f' ({o.detail})' if o.detail else ''}"
        for o in outcomes
        if o.action == "refused"
    ]
    # Most pictures of a folder may be refused for their confidence; what cannot be undone is always of interest.
    if reporting.verbose or action == "undone":
        reporting.warn_all(refused, "more that are left as they are")
    for outcome in outcomes:
        if outcome.action == "failed":
            print_error(outcome.detail)
        elif outcome.action == "undone" and outcome.detail:
            reporting.warn(f"'{outcome.file}': {outcome.detail}")
        if outcome.action == action and dry_run and not reporting.as_json and not reporting.quiet:
            print(f"'{outcome.file}' would be {'changed' if action == 'written' else 'restored'}")
    if not reporting.quiet:
        stream = sys.stderr if reporting.as_json else sys.stdout
        print(_summary(outcomes, action, dry_run), file=stream, flush=True)
    # What was written and cannot be undone is a failure; a picture about which nothing was written is none.
    left = action == "undone" and any(outcome.action == "refused" and outcome.file is not None for outcome in outcomes)
    return not left and not any(outcome.action == "failed" for outcome in outcomes)


def _summary(outcomes: Sequence[Outcome], action: str, dry_run: bool) -> str:
    numbers = Counter(outcome.action for outcome in outcomes)
    size = sum(outcome.undo_bytes for outcome in outcomes)
    text = f"{'would be ' if dry_run else ''}{action}: {numbers[action]}"  # type: ignore[index]
    if size:
        text += f" ({size / 1000:.1f} kB to undo it, in .venloc-undo.jsonl)"
    reasons = Counter(outcome.reason for outcome in outcomes if outcome.action == "refused")
    parts = [f"{reason} ({number})" for reason, number in reasons.most_common()]
    text += f"; left as they are: {numbers['refused']}: {'; '.join(parts)}" if parts else ""
    return text + (f"; failed: {numbers['failed']}" if numbers["failed"] else "")
