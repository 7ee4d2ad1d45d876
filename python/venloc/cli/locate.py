# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc locate`."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from venloc.cli.console import FAILED, print_error, require_writable, usage_errors, wrong_usage
from venloc.cli.parameters import (
    BasemapOption,
    FastOption,
    GazetteerOption,
    Limits,
    ModelOption,
    TilesCreditOption,
    TilesOption,
)
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._core import Locator, Prediction

_SHOWN_CANDIDATES = 5  # without --verbose


def locate(
    pictures: Annotated[
        list[Path],
        typer.Argument(help="Photos, paintings, drawings, old photographs, or folders of them.", show_default=False),
    ],
    limits: Limits,
    reporting: Reporting,
    model: ModelOption = None,
    fast: FastOption = False,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Write one HTML file with a map of each answer.")
    ] = None,
    basemap: BasemapOption = None,
    gazetteer: GazetteerOption = None,
    tiles: TilesOption = "",
    tiles_credit: TilesCreditOption = "",
) -> None:
    """Locate pictures. The exit code is 1 when a picture failed; the others are still located.

    --json prints one JSON object per picture, each on its own line. --verbose prints all candidates. The options
    --basemap, --gazetteer, --tiles and --tiles-credit apply to the file of --map.
    """
    import venloc
    from venloc.answers import Gazetteer, line, read_land
    from venloc.answers import tiles as street_map

    for option, value in (("--basemap", basemap), ("--gazetteer", gazetteer), ("--tiles", tiles or None)):
        if value is not None and map_file is None:
            wrong_usage(f"{option} applies to the file of --map: give both")
        if isinstance(value, Path) and not value.exists():
            wrong_usage(f"{option} '{value}' does not exist: check the path")
    with usage_errors():
        street_map(tiles)
    land = None if basemap is None else read_land(basemap)
    names = None if gazetteer is None else Gazetteer.read(gazetteer)
    if map_file is not None:
        from venloc import maps

        require_writable("--map", map_file, ".html", ".htm")
        maps.require_page()
    locator = venloc.load(model, fast=fast)
    city = locator.info().city
    answers: list[tuple[Path, Prediction | Exception]] = []
    failed = False
    for file, answer in _located(locator, _files(pictures), limits, reporting):
        if map_file is not None:
            answers.append((file, answer))
        failed = failed or isinstance(answer, Exception)
        if reporting.as_json:
            print(json.dumps(line(str(file), answer)), flush=True)
        elif isinstance(answer, Exception):
            print_error(answer)
        else:
            _print_answer(file, answer, city, len(answer.candidates) if reporting.verbose else _SHOWN_CANDIDATES)
    if map_file is not None:
        maps.write_page(answers, map_file, locator, land=land, gazetteer=names, tiles=tiles, tiles_credit=tiles_credit)
        if not reporting.as_json:
            reporting.add(f"{map_file}: a map of these answers; open it in a browser")
    if failed:
        raise typer.Exit(FAILED)


def _files(pictures: list[Path]) -> list[Path]:
    """The files, with each folder that contains pictures replaced by these pictures."""
    from venloc.cli.galleries import pictures_in

    return [file for named in pictures for file in (named.is_dir() and pictures_in(named)) or [named]]


def _located(
    locator: Locator, files: list[Path], limits: Limits, reporting: Reporting
) -> Iterator[tuple[Path, Prediction | Exception]]:
    """The answer or the error of each picture, in order."""
    from venloc.errors import Error
    from venloc.pictures import as_image

    options = limits.options()

    def answer(file: Path) -> Prediction | Exception:
        try:
            return locator.locate(as_image(file, limits=options))
        except Error as error:
            return error

    if len(files) == 1:
        yield files[0], answer(files[0])
        return
    from concurrent.futures import ThreadPoolExecutor

    # On a terminal the answers themselves show the progress.
    shown = contextlib.nullcontext() if sys.stdout.isatty() else reporting.progress()
    with shown as progress, ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for done, (file, found) in enumerate(zip(files, pool.map(answer, files), strict=True), 1):
            yield file, found
            if progress is not None:
                progress("locating", done, len(files))


def _print_answer(file: Path, answer: Prediction, city: str, most: int) -> None:
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
    shown = answer.candidates[:most]
    if shown:
        width = max(8, *(len(c.photo_id) for c in shown))
        print(f"  {'evidence':<{width}}  probability  matches  page")
        for c in shown:
            print(f"  {c.photo_id:<{width}}  {c.probability:>11.2f}  {c.inliers:>7}  {c.url or '-'}")
    sys.stdout.flush()
