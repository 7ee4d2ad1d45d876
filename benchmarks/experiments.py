# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What was learned about locating by networks, one experiment a command; writes docs/results/experiments/NAME.*

    .venv/bin/python benchmarks/experiments.py backbones
    .venv/bin/python benchmarks/experiments.py s2-levels
    .venv/bin/python benchmarks/experiments.py fine-tuning
    .venv/bin/python benchmarks/experiments.py gallery-size
    .venv/bin/python benchmarks/experiments.py ensemble
    .venv/bin/python benchmarks/experiments.py ablation
    .venv/bin/python benchmarks/experiments.py out-of-area
    .venv/bin/python benchmarks/experiments.py paintings

Features and what a finished fold answered are kept in build/experiments, so that an interrupted run goes on where it stopped.
A change of the compiled library makes the folds anew; features stay.
"""

from __future__ import annotations

import argparse
import csv
import functools
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import (
    RESULTS,
    ROOT,
    ensemble_cap,
    kept,
    key_of,
    machine,
    machine_text,
    markdown_table,
    reporter,
    require,
    say,
    shared_folder,
    write_json,
)
from matplotlib.figure import Figure
from numpy.typing import NDArray
from protocols import (
    FOLDS,
    RANDOM,
    SHARE,
    Records,
    as_record,
    baselines,
    difference_figures,
    figure_cells,
    mean_of_folds,
)
from venloc import plots, weights
from venloc.evaluation import compare, compute_metrics, records_of, run_queries
from venloc.words import LEAST_IN_AREA

LITE2 = "efficientnet_lite2_s32_fp16"
PUBLISHED_SEEDS = range(5)
PUBLISHED = "published random 10 % splits"
GROUPED = "grouped folds"
FEW = 2  # splits of each protocol for what is not the default
TIMED_PHOTOS = 30


@dataclass(frozen=True)
class Network:
    """Weights, and how pictures are described with them."""

    name: str
    weights: str  # a file of the shared folder, or a name of `venloc weights list`
    network: str
    stages: tuple[str, ...] = ()  # none: the network's own choice
    sizes_px: tuple[int, ...] = (352,)
    options: tuple[tuple[str, Any], ...] = (("region_grids", (1, 2, 3, 4)),)  # further ones of venloc.BackboneOptions


DEFAULT = Network(
    "Lite2 e15 at 352, 480, 640 px, e17, regions",
    LITE2,
    "efficientnet_lite2",
    ("e15", "e17"),
    (352, 480, 640),
    (("region_grids", (1, 2, 3, 4)), ("region_long_side_px", 480)),
)
NETWORKS = (
    DEFAULT,
    Network("EfficientNet-Lite2 e15", LITE2, "efficientnet_lite2", ("e15",)),
    Network("ResNet50-v2 stage 3", "resnet50v2_gluon_stage3_fp16", "resnet50v2"),
    Network("MobileNetV2", "mobilenetv2_gluon_trunk", "mobilenet_v2_gluon"),
    Network("SqueezeNet 1.1", "squeezenet1_1", "squeezenet1_1"),
    Network("EfficientNet-Lite0", "efficientnet_lite0", "efficientnet_lite0"),
)


@dataclass(frozen=True)
class Kind:
    """A way to locate with a network."""

    name: str
    locator: str  # class of venloc
    options: dict[str, Any] = field(default_factory=dict)


DESCRIPTOR = Kind("descriptor", "DescriptorLocator")
S2 = Kind("S2 classifier", "S2CellClassifierLocator")
MIXTURE = Kind("mixture regression", "RegressionLocator")
ENSEMBLE = Kind("ensemble", "EnsembleLocator")
KINDS = (Kind("published regression", "RegressionLocator", {"form": "published"}), MIXTURE, S2, DESCRIPTOR)


@dataclass(frozen=True, eq=False)
class Fold:
    """One split of the photos, and the protocol it belongs to."""

    protocol: str
    name: str
    split: venloc.Split

    @property
    def options(self) -> dict[str, Any]:
        """What the protocol asks of the locators."""
        return RANDOM if self.protocol.startswith(PUBLISHED) else {}


@dataclass
class Row:
    """A variant under one protocol: records of each fold, and what else is told of it."""

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
        self.loops = 200 if self.quick else 2000
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
            say(f"{network.name}: left out, its weights are not at hand ({error})")
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
        """What the network of a locator says of photos."""
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
            asked = self.described(locator.backbone, queries)
            with ThreadPoolExecutor(self.threads or os.cpu_count()) as threads:
                records = records_of(list(threads.map(locator.locate_features, asked)), queries, locator, groups)
            say(f"{what}: built in {seconds:.0f} s, median error {np.median([r.error_m for r in records]):.0f} m")
            curves = [curve.to_dict() for curve in getattr(locator, "learning_curves", [])]
            return {"records": [record.to_dict() for record in records], "seconds": seconds, "curves": curves}

        return kept(self.cache / "folds" / f"{key}.json", compute)

    def ensemble(self, fold: Fold, **options: Any) -> dict[str, Any]:
        """As fold(), of the default network's ensemble; with the records of the SIFT locator inside."""
        options = {**fold.options, "sift": {"max_features_total": ensemble_cap(len(fold.split.train))}, **options}
        split = fold.split
        key = key_of(self.ids, DEFAULT.name, "EnsembleLocator", split.train, split.test, self.groups, options)

        def compute() -> dict[str, Any]:
            what = " ".join([ENSEMBLE.name, *options.get("leave_out", []), "on", fold.protocol, fold.name])
            network = self.backbone(DEFAULT)
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
            say(f"{what}: built in {seconds:.0f} s, median error {median:.0f} m")
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
        """The baselines of each protocol, asked the queries of a row."""
        out = []
        for protocol in dict.fromkeys(fold.protocol for fold in folds):
            trains = [fold.split.train for fold in folds if fold.protocol == protocol]
            records = next(row.folds for row in rows if row.protocol == protocol)
            found = [baselines(self.gallery.subset(train).photos, r) for train, r in zip(trains, records, strict=True)]
            out += [Row(protocol, name, [one[name] for one in found]) for name in found[0]]
        return out


# --- tables and plots -------------------------------------------------------------------------------------------------


def summary(row: Row, loops: int) -> dict[str, Any]:
    """The figures of a row."""
    pooled = [record for fold in row.folds for record in fold]
    errors = [record.error_m for record in pooled]
    metrics = compute_metrics(row.name, pooled, venloc.EvaluationOptions(bootstrap_loops=loops))
    return {
        "protocol": row.protocol,
        "name": row.name,
        **row.facts,
        "folds": len(row.folds),
        "queries": len(pooled),
        "groups": len({record.group for record in pooled}),
        **mean_of_folds(row.folds, loops),
        "min_m": min(errors),
        "max_m": max(errors),
        "calibration_error": metrics.calibration_error.to_dict(),
        "coverage_50": metrics.coverage_50.to_dict(),
        "coverage_90": metrics.coverage_90.to_dict(),
    }


def tables(rows: Sequence[dict[str, Any]]) -> str:
    """A table for each protocol."""
    text = ""
    for protocol in dict.fromkeys(row["protocol"] for row in rows):
        chosen = [row for row in rows if row["protocol"] == protocol]
        first = chosen[0]
        facts = list(dict.fromkeys(name for row in chosen for name in facts_of(row)))
        text += (
            f"\n### {protocol[0].upper()}{protocol[1:]}\n\n"
            f"{first['folds']} split{'s' if first['folds'] > 1 else ''}, {first['queries']} queries in "
            f"{first['groups']} groups. Mean of the splits, 95 % intervals by bootstrap of groups; smallest and largest error of "
            "all queries; calibration error (ECE) of the confidence and share of places inside the 50 % and 90 % radius.\n\n"
        )
        head = [
            "",
            "mean [m]",
            "median [m]",
            "within 25 m",
            "within 100 m",
            "min [m]",
            "max [m]",
            "ECE",
            "50 %",
            "90 %",
        ]
        text += markdown_table(
            [*head, *facts],
            [
                [
                    row["name"],
                    *figure_cells(row),
                    f"{row['min_m']:.0f}",
                    f"{row['max_m']:.0f}",
                    *(f"{row[f]['value']:.2f}" for f in ("calibration_error", "coverage_50", "coverage_90")),
                    *(row.get(name, "") for name in facts),
                ]
                for row in chosen
            ],
        )
    return text


def facts_of(row: dict[str, Any]) -> list[str]:
    """The columns that an experiment adds; they stand between the name and the folds."""
    names = list(row)
    return names[names.index("name") + 1 : names.index("folds")]


def write_csv(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """All figures, an interval in three columns."""

    def flat(row: dict[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, value in row.items():
            if isinstance(value, dict):
                out |= {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
            else:
                out[name] = value
        return out

    flats = [flat(row) for row in rows]
    columns = list(dict.fromkeys(name for row in flats for name in row))
    with file.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(flats)


def dots(rows: Sequence[dict[str, Any]], figure_name: str, label: str) -> Figure:
    """A figure of all rows with its intervals, two protocols side by side where there are several."""
    protocols = list(dict.fromkeys(row["protocol"] for row in rows))
    pairs = [protocols[i : i + 2] for i in range(0, len(protocols), 2)]
    names = [list(dict.fromkeys(row["name"] for row in rows if row["protocol"] in pair)) for pair in pairs]
    heights = [1.2 + 0.24 * len(of_pair) for of_pair in names]
    figure = Figure(figsize=(11, sum(heights)), layout="constrained")
    columns = min(len(protocols), 2)
    all_axes = figure.subplots(len(pairs), columns, sharey="row", squeeze=False, height_ratios=heights)
    for pair, of_pair, axes in zip(pairs, names, all_axes, strict=True):
        for unused in axes[len(pair) :]:
            unused.set_axis_off()
        for one, protocol in zip(axes[: len(pair)], pair, strict=True):
            for row in (row for row in rows if row["protocol"] == protocol):
                e, y = row[figure_name], -of_pair.index(row["name"])
                colour = "0.5" if row["name"] in BASELINES else "C3"
                one.plot([e["low"], e["high"]], [y, y], color=colour, linewidth=1.5)
                one.plot([e["value"]], [y], "o", color=colour, markersize=5)
            one.set(title=protocol, xlabel=label)
            one.set_yticks([-i for i in range(len(of_pair))], of_pair)
            one.grid(alpha=0.3)
    return figure


BASELINES = ("constant", "densest place", "random picture")


def lines(series: dict[str, dict[str, list[tuple[float, dict[str, float]]]]], x: str, y: str) -> Figure:
    """For each protocol lines of (x, estimate) with their intervals."""
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    axes = figure.subplots(1, len(series), sharey=True, squeeze=False)[0]
    for one, (protocol, curves) in zip(axes, series.items(), strict=True):
        for i, (name, points) in enumerate(curves.items()):
            colour = "0.5" if name in BASELINES else f"C{i}"
            at = [p for p, _ in points]
            marker = "^sv"[BASELINES.index(name)] if name in BASELINES else "o"
            one.plot(at, [e["value"] for _, e in points], marker + "-", color=colour, label=name, markersize=4)
            one.fill_between(
                at, [e["low"] for _, e in points], [e["high"] for _, e in points], color=colour, alpha=0.12, linewidth=0
            )
        one.set(title=protocol, xlabel=x, ylabel=y)
        one.grid(alpha=0.3)
    axes[0].legend(fontsize=8)
    return figure


# --- experiments ------------------------------------------------------------------------------------------------------

Result = tuple[list[Row], dict[str, Figure], str]


def backbones(study: Study) -> Result:
    """Every network whose weights are at hand, with every way to locate; the default network on all splits."""
    folds, few = study.folds(), study.folds(most=FEW)
    compared = [few]
    if len(few) < len(folds):
        few = [replace(fold, protocol=f"{fold.protocol}, the first {FEW}") for fold in few]
        compared = [folds, few]
    rows: list[Row] = []
    curves: dict[str, list[venloc.LearningCurve]] = {}
    absent, described = [], []
    for network in NETWORKS[1:3] if study.quick else NETWORKS:
        backbone = study.backbone(network)
        if backbone is None:
            absent.append(network.name)
            continue
        facts = study.features(network.name, backbone)
        seconds: list[float] = []
        for asked in compared if network is DEFAULT else compared[-1:]:
            for kind in KINDS:
                label = f"{network.name}: {kind.name}"
                for row, answers in study.rows(label, kind, lambda b=backbone: b, network.name, asked):
                    rows.append(row)
                    seconds += [answer["seconds"] for answer in answers]
                    found = [venloc.LearningCurve(**c) for answer in answers for c in answer["curves"]]
                    if network is DEFAULT and row.protocol == GROUPED and found:
                        curves[label] = found
        described.append(
            [
                *(network.name, backbone.options.stage, " ".join(backbone.options.further_stages) or "-"),
                " ".join(str(size) for size in backbone.options.long_sides_px),
                *(backbone.dimension, backbone.regions, f"{facts['seconds a picture']:.2f}"),
                f"{np.mean(seconds) * len(KINDS):.0f}",
            ]
        )
    text = "\nHow the networks describe a picture, and the time they take:\n\n" + markdown_table(
        [
            "",
            "stage",
            "more stages",
            "longer side [px]",
            "numbers",
            "regions",
            "features [s a picture]",
            "all four locators [s a split]",
        ],
        described,
    )
    if absent:
        text += f"\nLeft out, because their weights were not at hand: {', '.join(absent)}.\n"
    figures = {
        f"backbones_curves_{number}": plots.learning_curves(of_label, label)
        for number, (label, of_label) in enumerate(curves.items(), 1)
    }
    return [*(row for asked in compared for row in study.baseline_rows(asked, rows)), *rows], figures, text


def s2_levels(study: Study) -> Result:
    """Fixed levels and adaptive partitions, with the error a perfect classifier would still make."""
    network = NETWORKS[1] if study.quick else DEFAULT
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    folds = study.folds(most=FEW)
    levels = (14, 16) if study.quick else range(12, 19)
    variants: dict[str, list[dict[str, Any]]] = {
        f"level {level}": [venloc.CellPartitionOptions.fixed_level(level).to_dict()] for level in levels
    }
    variants["adaptive"] = [venloc.CellPartitionOptions().to_dict()]
    variants["adaptive, 14 and 16"] = [p.to_dict() for p in venloc.S2CellClassifierLocatorOptions().partitions]
    rows, floors = [], {}
    for name, partitions in variants.items():
        for row, _ in study.rows(name, S2, lambda: backbone, network.name, folds, partitions=partitions):
            of_protocol = [fold for fold in folds if fold.protocol == row.protocol]
            found = [floor(study, fold, partitions) for fold in of_protocol]
            row.facts |= {
                "cells": round(np.mean([f["cells"] for f in found])),
                "photos a cell": f"{np.mean([f['photos'] for f in found]):.1f}",
            }
            rows.append(row)
            records = [
                [replaced(record, error) for record, error in zip(fold_records, f["errors"], strict=True)]
                for fold_records, f in zip(row.folds, found, strict=True)
            ]
            floors[row.protocol, name] = mean_of_folds(records, study.loops)
    baseline = study.baseline_rows(folds, rows)
    text = ""
    for protocol in dict.fromkeys(row.protocol for row in rows):
        text += f"\n### The floor, {protocol}\n\nErrors of one who always names the right cell and answers the mean place of "
        text += "its photos (of several partitions: of the photos in the right cell of each).\n\n" + markdown_table(
            ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
            [[name, *figure_cells(f)] for (of, name), f in floors.items() if of == protocol],
        )
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    protocols = list(dict.fromkeys(row.protocol for row in rows))
    for axes, protocol in zip(
        figure.subplots(1, len(protocols), sharey=True, squeeze=False)[0], protocols, strict=True
    ):
        for key, label, colour in (("median_m", "median error", "C3"), ("mean_m", "mean error", "C0")):
            values = [mean_of_folds(r.folds, study.loops)[key]["value"] for r in rows if r.protocol == protocol]
            axes.plot(list(variants), values, "o-", color=colour, label=label)
            perfect = [floors[protocol, name][key]["value"] for name in variants]
            axes.plot(
                list(variants), perfect, "o--", color=colour, alpha=0.6, label=f"{label} with the right cell known"
            )
        axes.set(title=protocol, ylabel="[m]")
        axes.tick_params(axis="x", rotation=45)
        axes.grid(alpha=0.3)
    figure.axes[0].legend(fontsize=8, loc="center right")
    return baseline + rows, {"s2-levels": figure}, text


def floor(study: Study, fold: Fold, partitions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The errors of a perfect classifier on a fold."""
    places = [study.gallery[i].location for i in fold.split.train]
    asked = [study.gallery[i].location for i in fold.split.test]
    made = [venloc.CellPartition(places, options) for options in partitions]
    known = np.stack([p.classes_of(places) for p in made], axis=1)
    right = np.stack([p.classes_of(asked) for p in made], axis=1)
    frame = venloc.LocalFrame(places[0])
    local = np.array([(p.east, p.north) for p in map(frame.to_local, places)])
    errors = []
    for place, classes in zip(asked, right, strict=True):
        same = known == classes
        # With several partitions no photo may be in the right cell of each: then those in most of them.
        inside = local[same.sum(axis=1) == same.sum(axis=1).max()]
        truth = frame.to_local(place)
        errors.append(float(np.hypot(*(inside.mean(axis=0) - (truth.east, truth.north)))))
    return {
        "cells": sum(len(p) for p in made),
        "photos": len(places) * len(made) / sum(len(p) for p in made),
        "errors": errors,
    }


def replaced(record: venloc.EvaluationRecord, error_m: float) -> venloc.EvaluationRecord:
    """The same query with another error."""
    return venloc.EvaluationRecord(photo_id=record.photo_id, error_m=error_m, group=record.group)


def fine_tuning(study: Study) -> Result:
    """The network as it was released, and tuned on each fold's photos from its last stage."""
    network = NETWORKS[1]
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    # A tuning takes minutes on a CPU.
    folds = study.folds(most=1)
    tuned_curves: list[venloc.LearningCurve] = []
    epochs = 1 if study.quick else 5

    @functools.cache
    def tuned(fold: Fold) -> venloc.FineTuned:
        say(f"fine-tuning, {fold.protocol}, {fold.name}")
        return venloc.fine_tune(
            backbone,
            study.gallery.subset(fold.split.train),
            max_epochs=epochs,
            num_threads=study.threads,
            checkpoints=study.cache / "fine-tuning",
            **({"cells": {"max_photos": 4, "min_photos": 1}} if study.quick else {}),
            progress=reporter(f"fine-tuning, {fold.name}"),
        )

    rows = []
    for kind in (DESCRIPTOR, S2, MIXTURE):
        for row, _ in study.rows(f"frozen: {kind.name}", kind, lambda: backbone, network.name, folds):
            rows.append(row)
        for protocol in (PUBLISHED, GROUPED):
            of_protocol = [fold for fold in folds if fold.protocol == protocol]
            answers = [
                study.fold(
                    f"fine-tuned: {kind.name}",
                    kind,
                    lambda f=fold: tuned(f).backbone,
                    f"{network.name}, fine-tuned for {epochs} epochs",
                    fold,
                )
                for fold in of_protocol
            ]
            records = [[as_record(r) for r in answer["records"]] for answer in answers]
            seconds = float(np.mean([answer["seconds"] for answer in answers]))
            rows.append(Row(protocol, f"fine-tuned: {kind.name}", records, {"build [s]": round(seconds)}))
    for fold in folds:
        record = kept(
            study.cache / f"tuned-{key_of(study.ids, fold.split.train, epochs)}.json",
            lambda f=fold: tuned(f).curve.to_dict(),
        )
        tuned_curves.append(venloc.LearningCurve(**{**record, "name": f"{fold.protocol}, {fold.name}"}))
    text = (
        f"\nTuned end to end from the last stage for at most {epochs} epochs, on the photos of each fold alone. Locators on "
        "a tuned network are calibrated on photos that it was tuned on, which can make them too sure: compare ECE and the radii. "
        "The time to build the first of them has that of describing all photos with the tuned network in it.\n"
    )
    figures = {"fine-tuning_curves": plots.learning_curves(tuned_curves, "fine-tuning")}
    return study.baseline_rows(folds, rows) + rows, figures, text


def gallery_size(study: Study) -> Result:
    """Error against the number of photos; smaller galleries are parts of larger ones."""
    network = NETWORKS[1] if study.quick else DEFAULT
    backbone = study.backbone(network)
    if backbone is None:
        return [], {}, ""
    study.features(network.name, backbone)
    folds = study.folds(most=FEW)
    smallest = min(len(fold.split.train) for fold in folds)
    sizes = [s for s in ((20, 30) if study.quick else (100, 200, 400, 800, 1200)) if s < smallest]
    rows: list[Row] = []
    for size in [*sizes, 0]:
        smaller = [part(fold, size) for fold in folds]
        located = [
            row
            for kind in (DESCRIPTOR, S2, MIXTURE)
            for row, _ in study.rows(kind.name, kind, lambda: backbone, network.name, smaller)
        ]
        for row in [*study.baseline_rows(smaller, located), *located]:
            row.name = f"{size or 'all'} photos: {row.name}"
            rows.append(row)
    series: dict[str, dict[str, list[tuple[float, dict[str, float]]]]] = {}
    for row in rows:
        size, _, name = row.name.partition(" photos: ")
        at = (
            float(np.mean([len(f.split.train) for f in folds if f.protocol == row.protocol]))
            if size == "all"
            else float(size)
        )
        curve = series.setdefault(row.protocol, {}).setdefault(name, [])
        curve.append((at, mean_of_folds(row.folds, study.loops)["median_m"]))
    return rows, {"gallery-size": lines(series, "photos in the gallery", "median error [m]")}, ""


def part(fold: Fold, size: int) -> Fold:
    """The fold with the first `size` photos of a shuffled gallery; 0 = all."""
    if size == 0:
        return fold
    order = np.random.default_rng(0).permutation(len(fold.split.train))[:size]
    train = sorted(fold.split.train[i] for i in order)
    return Fold(fold.protocol, fold.name, venloc.Split(train=train, test=fold.split.test))


def ensemble(study: Study) -> Result:
    """SIFT and the network together, against each alone."""
    backbone = study.backbone(DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(DEFAULT.name, backbone)
    folds = study.folds()
    rows: list[Row] = []
    text = ""
    for protocol in dict.fromkeys(fold.protocol for fold in folds):
        of_protocol = [fold for fold in folds if fold.protocol == protocol]
        answers = [study.ensemble(fold) for fold in of_protocol]
        facts = {
            "build [s]": round(np.mean([a["seconds"] for a in answers])),
            "MB": f"{np.mean([a['bytes'] for a in answers]) / 1e6:.0f}",
        }
        found = {name: [[as_record(r) for r in a[name]] for a in answers] for name in ("records", "sift")}
        alone = [Row(protocol, "SIFT", found["sift"])]
        alone += [row for row, _ in study.rows("descriptor", DESCRIPTOR, lambda: backbone, DEFAULT.name, of_protocol)]
        together = Row(protocol, "ensemble", found["records"], facts)
        rows += [*study.baseline_rows(of_protocol, [together]), *alone, together]
        text += differences(study, f"The ensemble minus each alone, {protocol}", together, alone)
        text += most_sure(protocol, [*alone, together])
    return rows, {}, text


def ablation(study: Study) -> Result:
    """What each kind of evidence adds: the ensemble without it. Random splits only."""
    backbone = study.backbone(DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(DEFAULT.name, backbone)
    folds = [fold for fold in study.folds(most=FEW) if fold.protocol == PUBLISHED]

    def row(name: str, left_out: list[str]) -> Row:
        answers = [study.ensemble(fold, leave_out=left_out) for fold in folds]
        return Row(PUBLISHED, name, [[as_record(r) for r in a["records"]] for a in answers])

    whole = row("all evidence", [])
    less = [row(f"without {name}", [name]) for name in EVIDENCE]
    text = differences(study, "All evidence minus less", whole, less)
    return [*study.baseline_rows(folds, [whole]), whole, *less], {}, text


def out_of_area(study: Study) -> Result:
    """Whether pictures of elsewhere are told from those of the city."""
    backbone = study.backbone(DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(DEFAULT.name, backbone)
    folder = study.shared / "data" / "out_of_area"
    foreign = [row for row in read_csv(require(folder / "labels.csv")) if (folder / row["file"]).exists()]
    foreign = foreign[: 6 if study.quick else None]
    files = [folder / row["file"] for row in foreign]
    of_works = np.array(["watercolour" in row["place"] for row in foreign])
    folds = [fold for fold in study.folds(most=FEW) if fold.protocol == PUBLISHED]
    answers, records = [], []
    for fold in folds:
        key = key_of(study.ids, DEFAULT.name, "out of area", fold.split.train, [f.name for f in files])

        def compute(fold: Fold = fold) -> dict[str, Any]:
            locator = venloc.EnsembleLocator.build(
                study.gallery.subset(fold.split.train),
                backbone,
                sift={"max_features_total": ensemble_cap(len(fold.split.train))},
                cache=study.cache / "features",
                num_threads=study.threads,
                progress=reporter(f"out of area, {fold.name}"),
            )
            of_fold = study.gallery.subset(fold.split.test), [study.groups[i] for i in fold.split.test]
            asked: dict[str, Sequence[Any]] = {"elsewhere": files, "nowhere": non_places()}
            return {
                "here": [r.to_dict() for r in run_queries(locator, *of_fold, study.threads)],
                **{
                    name: [p.in_area for p in locator.locate([*pictures], num_threads=study.threads)]
                    for name, pictures in asked.items()
                },
            }

        stored = kept(study.cache / "folds" / f"{key}.json", compute)
        records.append([as_record(r) for r in stored["here"]])
        stored["here"] = [r.in_area for r in records[-1]]
        answers.append({name: np.array(values) for name, values in stored.items()})
    lines = []
    chosen = {
        "all of elsewhere": ("elsewhere", np.ones(len(files), bool)),
        "photos": ("elsewhere", ~of_works),
        "watercolours": ("elsewhere", of_works),
        "drawn by program": ("nowhere", np.ones(len(answers[0]["nowhere"]), bool)),
    }
    for name, (kind, which) in chosen.items():
        areas = [auroc(a["here"], a[kind][which]) for a in answers]
        away = [float((a[kind][which] < LEAST_IN_AREA).mean()) for a in answers]
        strict = [float((a[kind][which] < np.quantile(a["here"], 0.1)).mean()) for a in answers]
        lines.append([name, int(which.sum()), *(f"{np.mean(v):.3f}" for v in (areas, away, strict))])
    here = [float((a["here"] < LEAST_IN_AREA).mean()) for a in answers]
    text = (
        f"\nPhotos of the published random splits ({sum(len(a['here']) for a in answers)} queries, {len(folds)} splits) against "
        "pictures of Paris, London, Washington and Italian cities and against textures, noise, documents and diagrams. "
        f"At the default threshold (in_area below {LEAST_IN_AREA}) {np.mean(here):.3f} of the photos of Venice are turned away "
        f"({min(here):.3f} to {max(here):.3f}). Calibrated on grouped folds, as the default city. "
        "The constants of the odds were fitted on photos of one development fold "
        "against these same pictures of elsewhere; which evidence is looked at, and with what weight, was not.\n\n"
    )
    head = ["", "pictures", "AUROC", "turned away by default", "turned away where 10 % of Venice are"]
    row = Row(PUBLISHED, "ensemble", records)
    return [*study.baseline_rows(folds, [row]), row], {}, text + markdown_table(head, lines)


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """The probability that a positive has the larger value; ties count half."""
    return float((positive[:, None] > negative).mean() + (positive[:, None] == negative).mean() / 2)


def non_places() -> list[Any]:
    """Textures, noise, documents and diagrams, ten of each."""
    rng = np.random.default_rng(0)
    out = []
    for _ in range(10):
        x, y = np.meshgrid(np.arange(500), np.arange(375))
        waves = sum(np.sin((x * rng.normal() + y * rng.normal()) / rng.uniform(4, 30)) for _ in range(4))
        texture = np.clip(128 + 30 * waves + 12 * rng.normal(size=x.shape), 0, 255)
        noise = rng.integers(0, 256, (375, 500, 3))
        page = np.full((375, 500), 245)
        for line in range(30, 350, 14):
            at = 30
            while at < 440:
                word = int(rng.integers(8, 40))
                letters = rng.random((8, word)) < 0.45
                page[line : line + 8, at : at + word][letters] = 30
                at += word + 6
        diagram = np.full((375, 500, 3), 255)
        for _ in range(int(rng.integers(4, 9))):
            left, top = int(rng.integers(0, 400)), int(rng.integers(0, 300))
            wide, high = int(rng.integers(30, 100)), int(rng.integers(20, 70))
            diagram[top : top + high, left : left + wide] = rng.integers(0, 256, 3)
            diagram[top + high // 2, left:] = 0
        for drawn in (texture, noise, page, diagram):
            out.append(np.ascontiguousarray(drawn.astype(np.uint8)))
    return out


def paintings(study: Study) -> Result:
    """Paintings, drawings and old photographs: by feature matching, by maps of a network, and by both in the ensemble."""
    backbone = study.backbone(DEFAULT)
    if backbone is None:
        return [], {}, ""
    folder = study.shared / "data" / "paintings"
    works = read_csv(require(folder / "labels.csv"))[: 12 if study.quick else None]
    photos = [
        venloc.Photo(id=w["file"], file=folder / w["file"], location=(float(w["lat"]), float(w["lon"]))) for w in works
    ]
    # A group is a source, of which two volumes are one.
    sources = [w["repo"].partition("-vol-")[0] for w in works]
    groups = [sorted(set(sources)).index(source) for source in sources]
    methods: list[tuple[str, str]] = [("painting", "PaintingLocator"), ("SIFT", "SiftLocator")]
    found: dict[str, Records] = {}
    facts: dict[str, dict[str, Any]] = {}
    for name, kind in methods:

        def compute(name: str = name, kind: str = kind) -> dict[str, Any]:
            model = study.cache / f"{name}.venloc"
            started = time.monotonic()
            if kind == "SiftLocator":
                options: dict[str, Any] = {"cache": study.cache / "features" / "sift"}
                options["max_features_total"] = ensemble_cap(len(study.gallery))
                made = venloc.SiftLocator.build(
                    study.gallery, num_threads=study.threads, progress=reporter(name), **options
                )
            else:
                made = venloc.PaintingLocator.build(
                    study.gallery, backbone, num_threads=study.threads, progress=reporter(name)
                )
            made.save(model)
            seconds, size = time.monotonic() - started, model.stat().st_size
            model.unlink()
            started = time.monotonic()
            records = run_queries(made, venloc.Gallery(photos), groups, 1)
            return {
                "records": [r.to_dict() for r in records],
                "seconds": seconds,
                "bytes": size,
                "query": (time.monotonic() - started) / len(photos),
            }

        key = key_of(study.ids, kind, DEFAULT.name, [p.id for p in photos])
        stored = kept(study.cache / "paintings" / f"{key}.json", compute)
        found[name] = [as_record(r) for r in stored["records"]]
        facts[name] = {
            "build [s]": round(stored["seconds"]),
            "MB": f"{stored['bytes'] / 1e6:.0f}",
            "query [s]": f"{stored['query']:.2f}",
        }
    found["ensemble"], facts["ensemble"] = works_by_ensemble(study, backbone, photos, groups)
    found = {**baselines(study.gallery.photos, found["painting"]), **found}
    found = {name: [nearer(r, w) for r, w in zip(records, works, strict=True)] for name, records in found.items()}
    media = [medium_of(w["medium"]) for w in works]
    rows = []
    for medium in ("all works", *sorted(set(media))):
        chosen = [i for i, m in enumerate(media) if medium in ("all works", m)]
        rows += [
            Row(medium, name, [[records[i] for i in chosen]], facts.get(name, {})) for name, records in found.items()
        ]
    text = (
        "\nErrors are to the nearer of where the artist stood and what is shown; places were assigned by hand, to about 50 m or, "
        "for some, 100 to 200 m. Groups are the books and collections the works are from. The few constants of PaintingLocator "
        "and of the ensemble were chosen looking at these works, so their figures are a little kind.\n\n"
    )
    text += markdown_table(
        ["", "queries", "within 50 m", "within 100 m", "within 250 m"],
        [
            [f"{row.protocol}: {row.name}", len(row.folds[0]), *(f"{np.mean(errors <= t):.3f}" for t in (50, 100, 250))]
            for row in rows
            for errors in [np.array([r.error_m for r in row.folds[0]])]
        ],
    )
    return rows, {}, text


def works_by_ensemble(
    study: Study, backbone: venloc.Backbone, photos: Sequence[venloc.Photo], groups: Sequence[int]
) -> tuple[list[venloc.EvaluationRecord], dict[str, Any]]:
    """What an ensemble answers that learnt what works look like from those of the other half of the sources."""
    study.features(DEFAULT.name, backbone)
    by_size = [source for source, _ in Counter(groups).most_common()]
    half_of = {source: i % 2 for i, source in enumerate(by_size)}
    records: list[Any] = [None] * len(photos)
    seconds, sizes, waits = [], [], []
    for half in (0, 1):
        asked = [i for i, source in enumerate(groups) if half_of[source] == half]
        if not asked:
            continue
        learnt = [str(photos[i].file) for i in range(len(photos)) if i not in asked]
        key = key_of(study.ids, DEFAULT.name, "works", [photos[i].id for i in asked], len(photos))

        def compute(asked: list[int] = asked, learnt: list[str] = learnt) -> dict[str, Any]:
            model = study.cache / "works.venloc"
            started = time.monotonic()
            locator = venloc.EnsembleLocator.build(
                study.gallery,
                backbone,
                works=learnt,
                sift={"max_features_total": ensemble_cap(len(study.gallery))},
                cache=study.cache / "features",
                num_threads=study.threads,
                progress=reporter("ensemble of works"),
            )
            locator.save(model)
            built, size = time.monotonic() - started, model.stat().st_size
            model.unlink()
            started = time.monotonic()
            answers = run_queries(locator, venloc.Gallery([photos[i] for i in asked]), [groups[i] for i in asked], 1)
            wait = (time.monotonic() - started) / len(asked)
            return {"records": [r.to_dict() for r in answers], "seconds": built, "bytes": size, "query": wait}

        stored = kept(study.cache / "paintings" / f"{key}.json", compute)
        for i, record in zip(asked, stored["records"], strict=True):
            records[i] = as_record(record)
        seconds.append(stored["seconds"])
        sizes.append(stored["bytes"])
        waits.append(stored["query"])
    return records, {
        "build [s]": round(np.mean(seconds)),
        "MB": f"{np.mean(sizes) / 1e6:.0f}",
        "query [s]": f"{np.mean(waits):.2f}",
    }


def nearer(record: venloc.EvaluationRecord, work: dict[str, str]) -> venloc.EvaluationRecord:
    """The record with the error to the nearer of viewpoint and subject."""
    places = [
        venloc.LatLng(float(work[a]), float(work[b])) for a, b in (("lat", "lon"), ("subject_lat", "subject_lon"))
    ]
    error = min(venloc.distance_m(record.predicted, place) for place in places)
    return as_record({**record.to_dict(), "error_m": error})


def medium_of(words: str) -> str:
    """What a label's words mean."""
    if words.startswith("photograph"):
        return "old photographs"
    return "drawings and engravings" if "drawing" in words or "engraving" in words else "paintings"


def read_csv(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV with a header."""
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


EVIDENCE = ("sift", "descriptors", "regions", "geometry", "looks", "standing", "neighbours")


def differences(study: Study, title: str, one: Row, others: Sequence[Row]) -> str:
    """Paired differences of one row and others, over the same queries."""
    options = venloc.EvaluationOptions(bootstrap_loops=study.loops)
    pooled = [record for fold in one.folds for record in fold]
    lines = []
    for other in others:
        found = compare(pooled, [record for fold in other.folds for record in fold], options)
        lines.append([other.name, *figure_cells(difference_figures(found))])
    return (
        f"\n### {title}\n\nPaired over the queries, 95 % intervals by bootstrap of groups; of the errors less is better, of "
        "the shares more.\n\n" + markdown_table(["", "mean [m]", "median [m]", "within 25 m", "within 100 m"], lines)
    )


def most_sure(protocol: str, rows: Sequence[Row], share: float = 0.3) -> str:
    """What the answers are worth that a locator is most sure of."""
    lines = []
    for row in rows:
        found = sorted((r for fold in row.folds for r in fold), key=lambda r: -r.confidence)
        errors = np.array([r.error_m for r in found[: round(share * len(found))]])
        lines.append([row.name, len(errors), f"{errors.mean():.0f}", f"{(errors <= 100).mean():.3f}"])
    return f"\n### The {share:.0%} that each is most sure of, {protocol}\n\n" + markdown_table(
        ["", "queries", "mean [m]", "within 100 m"], lines
    )


EXPERIMENTS: dict[str, tuple[str, Callable[[Study], Result]]] = {
    "backbones": ("Networks and ways to locate", backbones),
    "s2-levels": ("Which level of S2 cells?", s2_levels),
    "fine-tuning": ("Frozen against fine-tuned", fine_tuning),
    "gallery-size": ("How many photos does a gallery need?", gallery_size),
    "ensemble": ("SIFT and a network together", ensemble),
    "ablation": ("What each kind of evidence adds", ablation),
    "out-of-area": ("Is it this city at all?", out_of_area),
    "paintings": ("Paintings, drawings and old photographs", paintings),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one experiment and writes its results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=list(EXPERIMENTS))
    parser.add_argument(
        "--folds", type=int, help="at most so many splits of each protocol; default: the experiment's own"
    )
    parser.add_argument("--quick", action="store_true", help="one split and a few variants, for tests")
    parser.add_argument("--photos", type=int, default=0, metavar="N", help="only the first N photos, for tests")
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "experiments", help="what is kept between runs")
    parser.add_argument("--out", type=Path, default=RESULTS / "experiments", help="folder for the results")
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    arguments = parser.parse_args(argv)
    name: str = arguments.experiment
    title, experiment = EXPERIMENTS[name]
    facts = machine()
    study = Study(arguments)
    started = time.monotonic()
    rows, figures, text = experiment(study)
    summaries = [summary(row, study.loops) for row in rows]
    seconds = time.monotonic() - started
    arguments.out.mkdir(parents=True, exist_ok=True)
    figures = {f"{name}_median": dots(summaries, "median_m", "median error [m]"), **figures} if rows else figures
    for file, figure in figures.items():
        figure.savefig(arguments.out / f"{file}.png", dpi=100, metadata={"Software": None})
    write_csv(arguments.out / f"{name}.csv", summaries)
    write_json(
        arguments.out / f"{name}.json",
        {"version": venloc.__version__, "quick": study.quick, "machine": facts, "seconds": seconds, "rows": summaries},
    )
    sizes = Counter(study.groups).values()
    note = " **Quick run: not the real figures.**" if study.quick else ""
    page = (
        f"<!-- Written by benchmarks/experiments.py; do not edit. -->\n# {title}\n\n"
        f"venloc {venloc.__version__}, `.venv/bin/python benchmarks/experiments.py {name}`; {len(study.gallery)} photos in "
        f"{len(sizes)} groups.{note}\n{text}{tables(summaries)}\n"
        + "".join(f"![{file.replace('_', ' ')}]({file}.png)\n" for file in figures)
        + f"\nThis run took {seconds / 60:.0f} minutes with what was kept of earlier ones. Machine: {machine_text(facts)}.\n"
    )
    (arguments.out / f"{name}.md").write_text(page)
    say(f"{name}: {seconds:.0f} s")


if __name__ == "__main__":
    main()
