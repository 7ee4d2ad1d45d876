# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Galleries, pictures and options as commands name them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from venloc.cli.console import wrong_usage
from venloc.cli.reporting import Reporting, problem_text

if TYPE_CHECKING:
    from venloc._core import Gallery, Photo
    from venloc.cli.parameters import Limits, Pictures
    from venloc.evaluation import ProgressCallback

_Options = TypeVar("_Options")

_REPORT_EVERY = 100  # pictures between two calls of the progress callback


def gallery_of(gallery: Path, labels: Path | None, **options: Any) -> Gallery:
    """The gallery in a folder or a label file; `labels` is another label file for the folder."""
    from venloc._core import Gallery

    if labels is not None:
        return Gallery.from_label_file(labels, gallery, **options)
    if gallery.is_dir() or not gallery.exists():
        return Gallery.from_folder(gallery, **options)
    return Gallery.from_label_file(gallery, **options)


def read_gallery(
    pictures: Pictures, limits: Limits, reporting: Reporting, progress: ProgressCallback | None
) -> Gallery:
    """The gallery without rows and pictures that cannot be used, with a warning about each."""
    photos = gallery_of(
        pictures.gallery,
        pictures.labels,
        strict=pictures.strict,
        num_threads=pictures.threads,
        pictures=limits.options(),
        progress=progress,
    )
    reporting.warn_all([problem_text(problem) for problem in photos.problems], "more that were left out")
    reporting.warn_all([problem_text(doubt) for doubt in photos.doubts], "more that are used with a doubt")
    return photos if pictures.strict else decodable(photos, pictures.threads, reporting, progress)


def decodable(photos: Gallery, threads: int, reporting: Reporting, progress: ProgressCallback | None) -> Gallery:
    """The gallery without damaged pictures. Reading a gallery decodes only the headers of its pictures."""
    from concurrent.futures import ThreadPoolExecutor

    import venloc

    limits = photos.image_options.to_dict()

    def read(photo: Photo) -> tuple[str, list[str]]:
        """What is wrong with the picture, and the notes about how it was read."""
        try:
            if photo.file is not None:
                return "", [f"{photo.file}: {note}" for note in venloc.read_for_describing(photo.file, **limits).notes]
        except venloc.Error as error:
            return str(error), []
        return "", []

    good, problems, notes = [], [], []
    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for i, (problem, noted) in enumerate(pool.map(read, photos.photos)):
            notes += noted
            if problem:
                problems.append(problem)
            else:
                good.append(i)
            if progress is not None and (i % _REPORT_EVERY == 0 or i + 1 == len(photos)):
                progress("checking pictures", i + 1, len(photos))
    reporting.warn_all(notes, "more notes about pictures")
    reporting.warn_all(problems, "more damaged pictures that were left out")
    return photos.subset(good) if problems else photos


def parse_settings(settings: list[str] | None) -> dict[str, Any]:
    """The values of --set NAME=VALUE, with a dictionary for each part of a dotted name."""
    options: dict[str, Any] = {}
    for setting in settings or []:
        name, equals, text = setting.partition("=")
        if not equals or not all(name.split(".")):
            wrong_usage(f"--set {setting}: write it as NAME=VALUE")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        *parents, last = name.split(".")
        level = options
        for parent in parents:
            level = level.setdefault(parent, {})
            if not isinstance(level, dict):
                wrong_usage(f"--set {setting}: '{parent}' was already given a value")
        level[last] = value
    return options


def made(kind: Callable[..., _Options], options: dict[str, Any]) -> _Options:
    """Options of this kind. Reports wrong usage for a name that the kind does not have."""
    from venloc.errors import InvalidArgumentError

    try:
        return kind(**options)
    except (TypeError, InvalidArgumentError) as error:
        wrong_usage(str(error))
