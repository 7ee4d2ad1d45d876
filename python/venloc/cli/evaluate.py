# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc evaluate` and `venloc audit`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from venloc.cli.console import require_folder, require_package, require_writable, wrong_usage
from venloc.cli.galleries import made, parse_settings, read_gallery
from venloc.cli.parameters import (
    FastOption,
    FeatureCacheOption,
    LabelsOption,
    Limits,
    ModelOption,
    PageOption,
    Pictures,
    SettingsOption,
    StrictOption,
    TableOption,
    ThreadsOption,
)
from venloc.cli.reporting import Reporting

if TYPE_CHECKING:
    from venloc._core import Photo
    from venloc.evaluation import Report

_MAX_SEEDS = 1000  # each is an evaluation of its own


def evaluate(
    limits: Limits,
    reporting: Reporting,
    model: Annotated[Path | None, typer.Argument(help="Model file.", show_default=False)] = None,
    queries: Annotated[
        Path | None, typer.Argument(help="Pictures with known places: folder or label file.", show_default=False)
    ] = None,
    gallery: Annotated[
        Path | None,
        typer.Option("--gallery", help="Build models on parts of this gallery and query them with the rest."),
    ] = None,
    labels: LabelsOption = None,
    protocol: Annotated[str, typer.Option(help="random, grouped or published; with --gallery.")] = "grouped",
    seeds: Annotated[str, typer.Option(help="Seeds of the splits, e.g. 0-4 or 0,3; with --gallery.")] = "0",
    share: Annotated[float, typer.Option(min=0, max=1, help="Share of queries in random and published splits.")] = 0.1,
    folds: Annotated[int, typer.Option(min=2, help="Number of grouped folds.")] = 5,
    settings: SettingsOption = None,
    cache: FeatureCacheOption = None,
    threads: ThreadsOption = 0,
    strict: StrictOption = False,
    fast: FastOption = False,
    plots: Annotated[Path | None, typer.Option("--plots", metavar="DIR", help="Write the figures as PNG.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the whole report as JSON.")] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            help="Write index.html: tables, figures, and examples of answers, with small pictures of the queries.",
        ),
    ] = None,
) -> None:
    """Measure the accuracy of a model on queries, or of models that are built on parts of a gallery."""
    if (gallery is None) == (model is None or queries is None):
        wrong_usage("give MODEL and QUERIES, or --gallery; see venloc evaluate --help")
    if protocol not in ("random", "grouped", "published"):
        wrong_usage(f"--protocol is random, grouped or published, not {protocol}")
    if gallery is not None and fast:
        wrong_usage("--fast applies to MODEL: leave it out with --gallery, which builds SIFT models")
    if gallery is None and settings:
        wrong_usage("--set changes how models are built: give it together with --gallery")
    seed_list = _parse_seeds(seeds)
    if out is not None:
        require_writable("--out", out, ".json")
    for option, folder in (("--plots", plots), ("--report", page)):
        if folder is not None:
            require_package("matplotlib", f"the figures of {option} need it")
            require_folder(option, folder)
    from venloc import files

    examples = 0
    if page is not None:
        from venloc.report import EXAMPLES, write_report

        examples = EXAMPLES
    photos: list[Photo] = []
    if gallery is not None:
        how = {"protocol": protocol, "seeds": seed_list, "share": share, "folds": folds, "examples": examples}
        pictures = Pictures(gallery, labels, strict, threads)
        report, photos = _evaluated_method(pictures, limits, settings, cache, reporting, **how)
    else:
        assert model is not None and queries is not None
        report = _evaluated_model(model, Pictures(queries, labels, strict, threads), limits, fast, examples, reporting)
    print(report.to_json() if reporting.as_json else report.table())
    if out is not None:
        files.write_text(out, report.to_json())
    if plots is not None:
        report.plot(plots)
    if page is not None:
        write_report(report, page, command=shlex.join(["venloc", *sys.argv[1:]]), pictures=photos)


def _evaluated_method(
    pictures: Pictures,
    limits: Limits,
    settings: list[str] | None,
    cache: Path | None,
    reporting: Reporting,
    **how: Any,
) -> tuple[Report, list[Photo]]:
    """Models of SIFT features on parts of the gallery."""
    import venloc
    from venloc.evaluation import cross_validate

    threads = pictures.threads
    options = made(venloc.SiftLocatorOptions, {"cache": cache, "num_threads": threads, **parse_settings(settings)})
    with reporting.progress() as progress:
        photos = read_gallery(pictures, limits, reporting, progress)
        report = cross_validate(
            photos,
            num_threads=threads,
            progress=progress,
            build=lambda train, report: venloc.SiftLocator.build(train, options, progress=report),
            **how,
        )
    return report, photos.photos


def _evaluated_model(
    model: Path, queries: Pictures, limits: Limits, fast: bool, examples: int, reporting: Reporting
) -> Report:
    import venloc

    locator = venloc.load(model, fast=fast)
    with reporting.progress() as progress:
        photos = read_gallery(queries, limits, reporting, progress)
        known = len({photo.id for photo in locator.photos} & {photo.id for photo in photos})
        if known:
            reporting.warn(
                f"{known} of {len(photos)} pictures are photos of the model by their ids, which it finds again: the figures are "
                "better than for new pictures"
            )
        return venloc.evaluate(locator, photos, num_threads=queries.threads, progress=progress, examples=examples)


def _parse_seeds(text: str) -> list[int]:
    ranges = []
    try:
        for part in text.split(","):
            first, dash, last = part.partition("-")
            ranges.append(range(int(first), int(last if dash else first) + 1))
    except ValueError:
        ranges = []
    number = sum(map(len, ranges))
    if not number:
        wrong_usage(f"--seeds {text}: write numbers like 0-4 or 0,3")
    if number > _MAX_SEEDS:
        wrong_usage(f"--seeds {text}: {number} seeds are more than {_MAX_SEEDS}: name fewer")
    return [seed for seeds in ranges for seed in seeds]


def audit(
    pictures: Pictures,
    limits: Limits,
    reporting: Reporting,
    output: TableOption = None,
    page: PageOption = None,
    model: ModelOption = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Option of GeotagAuditOptions; may be repeated."),
    ] = None,
) -> None:
    """List photos whose verified matches contradict their geotag, so that a person can check them.

    The photos are those that the model was built from (by venloc build with --method ensemble or sift), or new photos. The page
    shows small pictures of the doubtful photos and of their matches.
    """
    if output is None and page is None:
        wrong_usage("give --output FILE for a table, --html FILE for a page with pictures, or both")
    import venloc

    options = made(venloc.GeotagAuditOptions, {"num_threads": pictures.threads, **parse_settings(settings)})
    if output is not None:
        require_writable("--output", output, ".csv")
    if page is not None:
        require_writable("--html", page, ".html", ".htm")
    locator = venloc.SiftLocator.load(venloc.default_model_path() if model is None else model)
    with reporting.progress() as progress:
        photos = read_gallery(pictures, limits, reporting, progress)
        audited = venloc.audits.audit(locator, photos, progress, **options.to_dict())
    if output is not None:
        venloc.audits.write_csv(audited.findings, audited.photos, output)
    if page is not None:
        venloc.audits.write_page(audited.findings, audited.photos, page, city=locator.info().city)
    written = [str(file) for file in (output, page) if file is not None]
    count = len(audited.findings)
    reporting.add(
        f"{' and '.join(written)}: {count} doubtful geotag{'' if count == 1 else 's'} among {len(audited.matched)} photos that "
        f"match another photo; {len(photos)} photos in all",
        **{"files": written, "doubtful": len(audited.findings), "matched": len(audited.matched), "photos": len(photos)},
    )
    reporting.finish()
