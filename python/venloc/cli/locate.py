# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc locate`."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli import tracks
from venloc.cli import writing as writing_back
from venloc.cli.console import FAILED, print_error, require_package, require_writable, usage_errors, wrong_usage
from venloc.cli.outputs import Output
from venloc.cli.parameters import (
    FastOption,
    Limits,
    MapFile,
    ModelOption,
    Named,
    Tracking,
    Writing,
    Written,
)
from venloc.cli.reporting import Reporting
from venloc.failures import Failure

if TYPE_CHECKING:
    from venloc._core import Locator, Prediction
    from venloc.answers import Gazetteer
    from venloc.answers.outputs import Located, Sink
    from venloc.inputs import Listed, Listing
    from venloc.inputs.web import Web

_SHOWN_CANDIDATES = 5  # without --verbose


def locate(
    named: Named,
    written: Written,
    tracking: Tracking,
    writing: Writing,
    mapped: MapFile,
    limits: Limits,
    reporting: Reporting,
    model: ModelOption = None,
    fast: FastOption = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Pictures that are located at once; 0 = as many as cores.")
    ] = 0,
    together: Annotated[
        bool,
        typer.Option(
            "--together", help="The pictures are of one walk and inform each other, by their times or their order."
        ),
    ] = False,
) -> None:
    """Locate pictures. The exit code is 1 when a picture failed; the others are still located.

    Folders are searched with their subfolders. With --output, a repeated command continues where an interrupted one
    stopped. --json is --format jsonl: one JSON object per picture, each on its own line. --verbose prints all
    candidates. The options --basemap, --tiles and --tiles-credit apply to the file of --map, and --gazetteer to it and
    to the output.
    """
    import venloc
    from venloc import inputs

    writing_back.check(writing)
    if writing.undo:
        writing_back.undo([Path(picture) for picture in named.pictures or []], writing, reporting)
        return
    if together and tracking.track:
        wrong_usage("--together and --track exclude each other: a track is more exact, so leave out --together")
    along = tracks.read(tracking, fit=True)
    output = Output(written, reporting)
    page = _page(mapped, together, has_output=output.format != "text")
    listing = _listing(named)
    jobs = jobs or os.cpu_count() or 1
    # The threads of a query are of use only where pictures do not keep all cores busy.
    locator = venloc.load(model, fast=fast, num_threads=1 if jobs > 1 and len(listing.pictures) > 1 else 0)
    city = locator.info().city
    with usage_errors():
        output.open(listing.further_columns(), page.names, continued=not together)
    left = output.left(listing.pictures)
    kept = output.sink(city)
    back = None if writing.write is None else writing_back.WriteBack(writing, kept, reporting)
    printed = None if kept else _Printed(city, None if reporting.verbose else _SHOWN_CANDIDATES)
    # The output is the last sink: a picture that is in it was handed to all others.
    sinks: list[Sink] = [*page.sinks(locator), *filter(None, [printed, back or kept])]
    page.warn_of_earlier(listing, left, output, reporting)
    try:
        prior_of = None if along is None else tracks.priors(along, tracking, locator, inputs.files_of(left), reporting)
        handling = inputs.Handling(limits.options(), prior_of, named.any_content)

        def results(done: Callable[[], None]) -> Generator[Located, None, None]:
            found = inputs.located(locator, left, jobs, handling, done)
            return inputs.together(found, locator) if together else found

        failed = _run(results, len(left), sinks, output, reporting)
    except KeyboardInterrupt:
        if output.is_file and not together:
            reporting.warn(f"interrupted: the same command continues '{output.file}'")
        raise
    page.report(reporting)
    output.report(len(left), failed, listing.others)
    if failed or output.failed_before or (back is not None and back.failed):
        raise typer.Exit(FAILED)


def _listing(named: Named) -> Listing:
    """The pictures that the options name."""
    from venloc.inputs import named_pictures

    def web() -> Web:
        require_package("urllib3", "it loads pictures from the network")
        from venloc.inputs.web import Web

        return Web(named.contact)

    if not named.pictures and named.list_file is None:
        wrong_usage("name pictures or a folder, or a list of pictures with --from")
    if (named.column or named.null) and named.list_file is None:
        wrong_usage(f"{'--column' if named.column else '--null'} applies to the list of --from: give both")
    if "-" in (named.pictures or []) and str(named.list_file) == "-":
        wrong_usage("- and --from - both read the standard input: give one of them")
    with usage_errors():
        return named_pictures(
            named.pictures or [],
            named.list_file,
            column=named.column,
            null=named.null,
            web=web if named.online else None,
        )


def _run(
    results: Callable[[Callable[[], None]], Generator[Located, None, None]],
    pictures: int,
    sinks: list[Sink],
    output: Output,
    reporting: Reporting,
) -> int:
    """Hands each result to the sinks; returns how many pictures failed. `results` calls its argument after each picture."""
    failed = 0
    before = output.earlier + output.failed_before
    numbers = itertools.count(before + 1)
    # On a terminal the printed answers themselves show the progress.
    shown = pictures > 1 and not (output.file is None and sys.stdout.isatty())
    with reporting.progress() if shown else contextlib.nullcontext() as progress:

        def done() -> None:
            if progress is not None:
                progress("locating", next(numbers), before + pictures)

        with contextlib.closing(results(done)) as located:
            for result in located:
                failed += not result.result
                for sink in sinks:
                    sink.add(result)
    for sink in sinks:
        sink.finish()
    return failed


def _page(mapped: MapFile, together: bool, *, has_output: bool) -> _Page:
    """The file of --map, or none. Reports wrong usage of its options before anything is located."""
    from venloc.answers import Gazetteer, read_land
    from venloc.answers import tiles as street_map

    file, basemap, gazetteer, tiles = mapped.map_file, mapped.basemap, mapped.gazetteer, mapped.tiles
    for option, value in (("--basemap", basemap), ("--gazetteer", gazetteer), ("--tiles", tiles or None)):
        if value is not None and file is None and not (option == "--gazetteer" and has_output):
            wrong_usage(f"{option} applies to the file of --map: give both")
        if isinstance(value, Path) and not value.exists():
            wrong_usage(f"{option} '{value}' does not exist: check the path")
    with usage_errors():
        street_map(tiles)
    land = None if basemap is None else read_land(basemap)
    names = None if gazetteer is None else Gazetteer.read(gazetteer)
    if file is not None:
        from venloc import maps

        require_writable("--map", file, ".html", ".htm")
        maps.require_page()
    layers = {"land": land, "gazetteer": names, "tiles": tiles, "tiles_credit": mapped.tiles_credit}
    return _Page(file, names, {**layers, "together": together})


@dataclass(frozen=True)
class _Page:
    """The file of --map, where one is wanted."""

    file: Path | None
    names: Gazetteer | None  # of places
    settings: dict[str, Any]  # of maps.write_page

    def warn_of_earlier(self, listing: Listing, left: Sequence[Listed], output: Output, reporting: Reporting) -> None:
        """Warns when the output has pictures that the map will not have."""
        if self.file is not None and len(left) < len(listing.pictures):
            reporting.warn(f"the map has only the {len(left)} pictures that are not in '{output.file}' yet")

    def report(self, reporting: Reporting) -> None:
        """States what was written."""
        if self.file is not None and not reporting.as_json:
            reporting.add(f"{self.file}: a map of these answers; open it in a browser")

    def sinks(self, locator: Locator) -> list[Sink]:
        return [] if self.file is None else [_Mapped(self.file, locator, self.settings)]


class _Mapped:
    """Collects the answers, and writes the map of them at the end."""

    def __init__(self, file: Path, locator: Locator, settings: dict[str, Any]) -> None:
        self._file, self._locator, self._settings = file, locator, settings
        self._answers: list[tuple[str, Prediction | Failure]] = []

    def add(self, located: Located) -> None:
        self._answers.append((located.file, located.result))

    def finish(self) -> None:
        from venloc import maps

        maps.write_page(self._answers, self._file, self._locator, **self._settings)


class _Printed:
    """Prints answers for people, and errors on the standard error stream."""

    def __init__(self, city: str, shown: int | None) -> None:
        """`shown` is the maximum number of candidates that are printed; None = all."""
        self._city, self._shown = city, shown

    def add(self, located: Located) -> None:
        if isinstance(located.result, Failure):
            print_error(located.result.error)
        else:
            _print_answer(located.file, located.result, self._city, self._shown)

    def finish(self) -> None:
        """Nothing is left to do."""


def _print_answer(file: str, answer: Prediction, city: str, most: int | None) -> None:
    from venloc.words import distance_text, map_address, summary

    terminal = sys.stdout.isatty()
    strong, plain = ("\x1b[1m", "\x1b[0m") if terminal and "NO_COLOR" not in os.environ else ("", "")
    print(f"{strong}{file}{plain}")
    print(f"  {strong}{summary(answer, city)}{plain}")
    print(
        f"  confidence {answer.confidence:.2f} (error below 100 m), in the city {answer.in_area:.2f}; "
        f"50 % within {distance_text(answer.radius_50_m)}, 90 % within {distance_text(answer.radius_90_m)}"
    )
    print(f"  {map_address(answer.location)}")
    for note in answer.notes:
        print(f"  note: {note}")
    shown = answer.candidates[:most]
    if shown:
        width = max(8, *(len(c.photo_id) for c in shown))
        print(f"  {'evidence':<{width}}  probability  matches  page")
        for c in shown:
            print(f"  {c.photo_id:<{width}}  {c.probability:>11.2f}  {c.inliers:>7}  {c.url or '-'}")
    sys.stdout.flush()
