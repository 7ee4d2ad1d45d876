# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The data of the experiments, their folds, and locators whose results are kept on disk."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import ensemble_cap, kept, key_of, log, reporter, require
from matplotlib.figure import Figure
from protocols import FOLDS, RANDOM, SHARE, Records, as_record, baselines
from venloc import weights
from venloc.evaluation import records_of, run_queries

from experiments import networks
from experiments.networks import Kind, Network

PUBLISHED_SEEDS = range(5)
PUBLISHED = "published random 10 % splits"
GROUPED = "grouped folds"
FEW = 2  # splits of each protocol for what is not the default
TIMED_PHOTOS = 30


@dataclass(frozen=True, eq=False)
class Fold:
    """One split of the photos, and the protocol it belongs to."""

    protocol: str
    name: str
    split: venloc.Split

    @property
    def options(self) -> dict[str, Any]:
        """Options of the locators that the protocol sets."""
        return RANDOM if self.protocol.startswith(PUBLISHED) else {}


@dataclass
class Row:
    """A variant under one protocol: records of each fold, and further columns."""

    protocol: str
    name: str
    folds: list[Records]
    facts: dict[str, Any] = field(default_factory=dict)  # columns of the table


class Study:
    """The data and the settings of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.shared: Path = arguments.shared
        self.cache: Path = arguments.cache
        self.out: Path = arguments.out
        self.quick: bool = arguments.quick
        self.resamples = 200 if self.quick else 2000
        self.threads: int = arguments.threads
        self.limit: int | None = 1 if self.quick else arguments.folds
        self.gallery = venloc.Gallery.from_folder(require(self.shared / "data" / "venice"))
        if arguments.photos:
            self.gallery = self.gallery.subset(range(min(arguments.photos, len(self.gallery))))
        self.ids = [photo.id for photo in self.gallery]
        self.groups: list[int] = kept(
            self.cache / f"groups-{key_of(self.ids)}.json",
            lambda: venloc.group_photos(self.gallery, num_threads=self.threads, progress=reporter("groups")),
        )

    def folds(self, most: int | None = None) -> list[Fold]:
        """The folds of both protocols, at most so many of each (--folds stands above `most`)."""
        limit = self.limit or most
        count = len(self.gallery)
        published = [Fold(PUBLISHED, f"seed {s}", venloc.random_split(count, SHARE, s)) for s in PUBLISHED_SEEDS]
        grouped = [
            Fold(GROUPED, f"fold {i}", split) for i, split in enumerate(venloc.grouped_k_fold(self.groups, FOLDS, 0))
        ]
        return published[:limit] + grouped[:limit]

    def backbone(self, network: Network) -> venloc.Backbone | None:
        """The network; None when its weights are not at hand."""
        file = self.shared / "weights" / f"{network.weights}.safetensors"
        try:
            source = file if file.exists() else weights.find(network.weights)
        except (venloc.Error, OSError) as error:
            log(f"{network.name}: left out, its weights are not at hand ({error})")
            return None
        options = {"num_threads": self.threads, **dict(network.options)}
        return weights.backbone(source, network.network, network.stages, network.sizes_px, **options)

    def features(self, name: str, backbone: venloc.Backbone) -> dict[str, Any]:
        """Describes all photos ahead of the folds; how long a picture takes, from some of them."""
        # Locators describe with the weights of their model file.
        rounded = backbone.rounded("float16")
        some = self.gallery.subset(range(0, len(self.gallery), -(-len(self.gallery) // TIMED_PHOTOS)))

        def compute() -> dict[str, Any]:
            started = time.monotonic()
            venloc.extract_features(rounded, some, num_threads=self.threads)
            return {"seconds a picture": (time.monotonic() - started) / len(some)}

        facts = kept(self.cache / f"features-{key_of(self.ids, backbone.fingerprint())}.json", compute)
        venloc.extract_features(
            rounded,
            self.gallery,
            cache=self.cache / "features",
            num_threads=self.threads,
            progress=reporter(f"{name}: features"),
        )
        return facts

    def described(self, backbone: venloc.Backbone, photos: venloc.Gallery) -> np.ndarray:
        """Descriptions of photos by the network of a locator."""
        return venloc.extract_features(
            backbone, photos, cache=self.cache / "features", num_threads=self.threads, progress=reporter("queries")
        )

    def fold(
        self, label: str, kind: Kind, backbone: Callable[[], venloc.Backbone], name: str, fold: Fold, **options: Any
    ) -> dict[str, Any]:
        """Records, seconds of the build and learning curves of one locator on one fold, kept on disk."""
        options = {**kind.options, **fold.options, **options}
        key = key_of(
            self.ids, name, kind.locator, fold.split.train, fold.split.test, self.groups, sorted(options.items())
        )

        def compute() -> dict[str, Any]:
            what = f"{label}, {fold.name}"
            train = self.gallery.subset(fold.split.train)
            # A state of training that was kept would make the time too short.
            shutil.rmtree(self.cache / "features" / "training", ignore_errors=True)
            network = backbone()
            started = time.monotonic()
            locator = getattr(venloc, kind.locator).build(
                train,
                network,
                cache=self.cache / "features",
                num_threads=self.threads,
                progress=reporter(what),
                **options,
            )
            seconds = time.monotonic() - started
            groups = [self.groups[i] for i in fold.split.test]
            queries = self.gallery.subset(fold.split.test)
            described = self.described(locator.backbone, queries)
            with ThreadPoolExecutor(self.threads or os.cpu_count()) as threads:
                records = records_of(list(threads.map(locator.locate_features, described)), queries, locator, groups)
            log(f"{what}: built in {seconds:.0f} s, median error {np.median([r.error_m for r in records]):.0f} m")
            curves = [curve.to_dict() for curve in getattr(locator, "learning_curves", [])]
            return {"records": [record.to_dict() for record in records], "seconds": seconds, "curves": curves}

        return kept(self.cache / "folds" / f"{key}.json", compute)

    def ensemble(self, fold: Fold, **options: Any) -> dict[str, Any]:
        """As fold(), of the default network's ensemble; with the records of the SIFT locator inside."""
        options = {**fold.options, "sift": {"max_features_total": ensemble_cap(len(fold.split.train))}, **options}
        split = fold.split
        key = key_of(self.ids, networks.DEFAULT.name, "EnsembleLocator", split.train, split.test, self.groups, options)

        def compute() -> dict[str, Any]:
            what = " ".join([networks.ENSEMBLE.name, *options.get("leave_out", []), "on", fold.protocol, fold.name])
            network = self.backbone(networks.DEFAULT)
            started = time.monotonic()
            locator = venloc.EnsembleLocator.build(
                self.gallery.subset(split.train),
                network,
                cache=self.cache / "features",
                num_threads=self.threads,
                progress=reporter(what),
                **options,
            )
            seconds = time.monotonic() - started
            model = self.cache / "ensemble.venloc"
            locator.save(model)
            queries, groups = self.gallery.subset(split.test), [self.groups[i] for i in split.test]
            answers = {
                name: run_queries(of, queries, groups, self.threads, progress=reporter(what))
                for name, of in (("records", locator), ("sift", venloc.SiftLocator.load(model)))
            }
            size = model.stat().st_size
            model.unlink()
            median = np.median([r.error_m for r in answers["records"]])
            log(f"{what}: built in {seconds:.0f} s, median error {median:.0f} m")
            records = {name: [record.to_dict() for record in found] for name, found in answers.items()}
            return {**records, "seconds": seconds, "bytes": size}

        return kept(self.cache / "folds" / f"{key}.json", compute)

    def rows(
        self,
        label: str,
        kind: Kind,
        backbone: Callable[[], venloc.Backbone],
        name: str,
        folds: Sequence[Fold],
        facts: dict[str, Any] | None = None,
        **options: Any,
    ) -> Iterator[tuple[Row, list[dict[str, Any]]]]:
        """A row for each protocol, and what its folds gave."""
        for protocol in dict.fromkeys(fold.protocol for fold in folds):
            of_protocol = [fold for fold in folds if fold.protocol == protocol]
            answers = [self.fold(label, kind, backbone, name, fold, **options) for fold in of_protocol]
            records = [[as_record(r) for r in answer["records"]] for answer in answers]
            seconds = float(np.mean([answer["seconds"] for answer in answers]))
            yield Row(protocol, label, records, {**(facts or {}), "build [s]": round(seconds)}), answers

    def baseline_rows(self, folds: Sequence[Fold], rows: Sequence[Row]) -> list[Row]:
        """The baselines of each protocol, for the queries of a row."""
        out = []
        for protocol in dict.fromkeys(fold.protocol for fold in folds):
            trains = [fold.split.train for fold in folds if fold.protocol == protocol]
            records = next(row.folds for row in rows if row.protocol == protocol)
            found = [baselines(self.gallery.subset(train).photos, r) for train, r in zip(trains, records, strict=True)]
            out += [Row(protocol, name, [one[name] for one in found]) for name in found[0]]
        return out


Result = tuple[list[Row], dict[str, Figure], str]
"""Rows, further figures by file name, and text of an experiment's page."""
