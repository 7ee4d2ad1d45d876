# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""GPX tracks as commands use them: `--track`, `--time-zone`, `--clock-offset` and `--track-gap`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from venloc.cli.console import FAILED, print_error, usage_errors, wrong_usage
from venloc.cli.parameters import Limits, Pictures, Tracking
from venloc.cli.reporting import Reporting, problem_text

if TYPE_CHECKING:
    from venloc._core import Gallery, Locator, Metadata, Posterior
    from venloc.evaluation import ProgressCallback
    from venloc.inputs.listed import PriorOf
    from venloc.tracks import Clock, Track

_FIT = "fit"
_FITTED_PICTURES = 100  # that are located to fit the offset of the clock


def read(options: Tracking, *, fit: bool = False) -> tuple[Track, Clock] | None:
    """The track and the camera's clock, None without --track. `fit`: the offset may be `fit`, and the clock has none then."""
    if not options.track:
        for name, value in (
            ("--time-zone", options.time_zone),
            ("--clock-offset", options.clock_offset),
            ("--track-gap", options.track_gap),
        ):
            if value is not None:
                wrong_usage(f"{name} applies to --track: give both")
        return None
    fitting = options.clock_offset == _FIT
    if fitting and not fit:
        wrong_usage("--clock-offset fit needs answers: venloc locate shows the offset, give it here")
    if options.time_zone is None and not fitting:
        wrong_usage("--time-zone is missing: pictures have local times; give a name such as Europe/Rome, or ±HH:MM")
    from venloc.tracks import MAX_GAP_S, Clock, Track, parse_offset

    with usage_errors():
        clock = Clock(options.time_zone or "UTC", 0.0 if fitting else parse_offset(options.clock_offset or "0"))
        gap = MAX_GAP_S if options.track_gap is None else options.track_gap
        return Track.read(options.track, gap), clock


def priors(
    along: tuple[Track, Clock], options: Tracking, locator: Locator, files: Sequence[Path], reporting: Reporting
) -> PriorOf:
    """The prior of each picture. Fits the offset of the clock first, where that is wanted; ends when it is not determined."""
    from venloc.tracks import Clock

    track, clock = along
    area = locator.info().area
    if options.clock_offset == _FIT:
        clock = Clock(options.time_zone or "UTC", _fitted(track, clock, locator, files, reporting))

    def prior_of(metadata: Metadata) -> Posterior | None:
        return track.prior(clock.utc(metadata.taken), area) if metadata.taken else None

    return prior_of


def _fitted(track: Track, clock: Clock, locator: Locator, files: Sequence[Path], reporting: Reporting) -> float:
    """The offset of the clock [s]; ends the command when it is not determined."""
    from venloc._core import read_metadata
    from venloc.errors import Error
    from venloc.tracks import fit_offset

    pictures = []
    chosen = files[:: max(1, len(files) // _FITTED_PICTURES)][:_FITTED_PICTURES]
    with reporting.progress() as progress:
        for done, file in enumerate(chosen, 1):
            try:
                if taken := read_metadata(file).taken:
                    pictures.append((clock.utc(taken), locator.locate(file).posterior))
            except Error as error:
                if reporting.verbose:
                    reporting.warn(f"'{file}' is not used to fit the clock: {error}")
            if progress is not None:
                progress("fitting the clock", done, len(chosen))
    if not pictures:
        print_error("--clock-offset fit: no picture has a time and can be read: give the offset, or leave --track out")
        raise typer.Exit(FAILED)
    fit = fit_offset(track, pictures)
    interval = f"{_text(fit.low_s)} to {_text(fit.high_s)} with 95 %"
    if not fit.determined:
        print_error(
            f"--clock-offset fit: {len(pictures)} pictures do not determine the offset of the clock (most probable: "
            f"{_text(fit.offset_s)}; {interval}): give the offset, or leave --track out"
        )
        raise typer.Exit(FAILED)
    if not reporting.quiet:
        stream = sys.stderr if reporting.as_json else sys.stdout
        print(
            f"offset of the clock: {_text(fit.offset_s)} ({interval}, from {fit.pictures} pictures)",
            file=stream,
            flush=True,
        )
    return fit.offset_s


def _text(seconds: float) -> str:
    """The offset as --clock-offset takes it."""
    whole = round(abs(seconds))
    return f"{'-' if seconds < 0 else '+'}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"


def read_gallery(
    along: tuple[Track, Clock],
    pictures: Pictures,
    limits: Limits,
    reporting: Reporting,
    progress: ProgressCallback | None,
) -> Gallery:
    """The gallery of a folder of pictures, with places by the track for those without a position."""
    from venloc.cli.galleries import decodable
    from venloc.errors import FormatError
    from venloc.inputs.folders import pictures_in
    from venloc.tracks import SOURCE, gallery_along

    if pictures.labels is not None or not pictures.gallery.is_dir():
        wrong_usage("--track applies to a folder of pictures: leave it out with a label file, which has the places")
    photos, problems = gallery_along(pictures.gallery, pictures_in(pictures.gallery), *along, limits.options())
    if problems and pictures.strict:
        raise FormatError(f"{len(problems)} pictures cannot be used; the first: {problem_text(problems[0])}")
    reporting.warn_all([problem_text(problem) for problem in problems], "more that were left out")
    placed = sum(photo.source == SOURCE for photo in photos)
    reporting.add(f"places by the track: {placed} of {len(photos)} pictures", **{"placed_by_track": placed})
    return photos if pictures.strict else decodable(photos, pictures.threads, reporting, progress)
