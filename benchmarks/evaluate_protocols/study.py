# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The data of the evaluation, and models whose results on a split are kept on disk."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import venloc
from common import SHARED_PHOTOS, SIFT_FEATURES, kept, key_of, log, reporter, require
from protocols import as_record, baselines
from venloc.evaluation import run_queries


class Run:
    """The data and the settings of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.data = arguments.shared / "data"
        self.cache: Path = arguments.cache
        self.quick: bool = arguments.quick
        self.seeds = range(2) if self.quick else range(5)
        self.cut_seeds = range(1) if self.quick else range(2)
        self.resamples = 200 if self.quick else 2000
        self.threads: int = arguments.threads
        self.cap = SIFT_FEATURES if arguments.max_features_total is None else arguments.max_features_total
        self.gallery = venloc.Gallery.from_folder(require(self.data / "venice"))
        if arguments.photos:
            self.gallery = self.gallery.subset(range(min(arguments.photos, len(self.gallery))))
        self.ids = [photo.id for photo in self.gallery]
        self.options = venloc.EvaluationOptions(bootstrap_resamples=self.resamples)
        self.groups: list[int] = kept(
            self.cache / f"groups-{key_of(self.ids)}.json",
            lambda: venloc.group_photos(self.gallery, num_threads=self.threads, progress=reporter("groups")),
        )

    def cap_for(self, photos: int) -> int:
        """The shipped number of features for this many photos: as many a photo as in the shipped model."""
        return round(self.cap * photos / SHARED_PHOTOS)

    def fold(self, name: str, split: venloc.Split, **options: Any) -> dict[str, Any]:
        """Records of the locator and the baselines on one split, kept on disk."""
        key = key_of(self.ids, split.train, split.test, self.groups, sorted(options.items()))

        def compute() -> dict[str, Any]:
            log(f"{name}: building from {len(split.train)} photos")
            started = time.monotonic()
            train = self.gallery.subset(split.train)
            locator = self.build(train, name, **options)
            built = time.monotonic()
            records = run_queries(
                locator,
                self.gallery.subset(split.test),
                [self.groups[i] for i in split.test],
                self.threads,
                progress=reporter(name),
            )
            log(f"{name}: built in {built - started:.0f} s, {len(records)} queries in {time.monotonic() - built:.0f} s")
            return {"features": locator.info().features, "records": [record.to_dict() for record in records]}

        stored = kept(self.cache / "folds" / f"{key}.json", compute)
        records = [as_record(r) for r in stored["records"]]
        rows = {"SiftLocator": records, **baselines(self.gallery.subset(split.train).photos, records)}
        return {"rows": rows, "features": stored["features"], "name": name}

    def build(self, train: venloc.Gallery, name: str, **options: Any) -> venloc.SiftLocator:
        """A model whose features come from the shared cache."""
        return venloc.SiftLocator.build(
            train, cache=self.cache / "features", num_threads=self.threads, progress=reporter(name), **options
        )
