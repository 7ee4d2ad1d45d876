# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What a command reports: progress and warnings on stderr, results on stdout, as text or as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli.console import print_warning, progress_bars, wrong_usage

if TYPE_CHECKING:
    from venloc._core import GalleryProblem

_SHOWN_WARNINGS = 10  # of one kind, without --verbose
_LINE_EVERY_S = 10.0  # of progress where there is no terminal


@dataclass
class Reporting:
    """The options --json, --quiet and --verbose of a command."""

    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress, no warnings and no summary; errors are still shown.")
    ] = False
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Show every warning, and print progress lines when there is no terminal."),
    ] = False
    _values: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            wrong_usage("--quiet and --verbose exclude each other: give one of them")

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None] | None]:
        """A progress callback, or None where progress is not shown."""
        if self.quiet:
            yield None
        elif self.verbose and not sys.stderr.isatty():
            yield _lines()
        else:
            with progress_bars() as bars:
                yield bars

    def warn(self, message: object) -> None:
        """One line on stderr."""
        if not self.quiet:
            print_warning(message)

    def warn_all(self, messages: list[str], rest: str) -> None:
        """Warns with the first messages, or with --verbose all; `rest` describes the omitted ones, as in `and 3 REST`."""
        shown = len(messages) if self.verbose else _SHOWN_WARNINGS
        for message in messages[:shown]:
            self.warn(message)
        if len(messages) > shown:
            self.warn(f"and {len(messages) - shown} {rest}")

    def add(self, text: str, **values: Any) -> None:
        """A line of the summary: the text now, or the values in the JSON object of finish()."""
        self.values(**values)
        if not self.as_json and not self.quiet:
            print(text, flush=True)

    def values(self, **values: Any) -> None:
        """Adds values to the JSON object only."""
        self._values.update(values)

    def finish(self) -> None:
        """Prints the JSON object, where JSON is wanted."""
        if self.as_json:
            print(json.dumps(self._values), flush=True)


def problem_text(problem: GalleryProblem) -> str:
    """What was left out of a gallery, and why."""
    line = f":{problem.line}" if problem.line else ""
    return f"{problem.file}{line}: {problem.reason}"


def _lines() -> Callable[[str, int, int], None]:
    """Progress as lines on stderr: the beginning and the end of each stage, and one every few seconds."""
    last = ""
    written_at = 0.0

    def report(stage: str, done: int, total: int) -> None:
        nonlocal last, written_at
        now = time.monotonic()
        if stage != last or (total and done >= total) or now - written_at >= _LINE_EVERY_S:
            print(
                f"venloc: {stage} {done}/{total}" if total else f"venloc: {stage} {done}", file=sys.stderr, flush=True
            )
            last, written_at = stage, now

    return report
