# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Accuracy of SiftLocator on the shared Venice photos by all protocols; writes docs/results/evaluation.{json,md}.

    make evaluate
    .venv/bin/python benchmarks/evaluate_protocols.py --only random,grouped

What a finished fold answered is kept in build/eval-cache, so that an interrupted run goes on where it stopped. A change of
the compiled library or of the options makes the folds anew.
"""

from __future__ import annotations

import argparse
import csv
import functools
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import (
    RESULTS,
    ROOT,
    SHARED_PHOTOS,
    SHIPPED_MODEL,
    SIFT_FEATURES,
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
from protocols import (
    ERROR_HEAD,
    FOLDS,
    RANDOM,
    SHARE,
    Records,
    as_record,
    baselines,
    error_row,
    figures_of,
    interval,
    interval_table,
    mean_of_folds,
)
from venloc.evaluation import Report, compare, compute_metrics, published_analysis, run_queries

PARTS = ("random", "grouped", "cut", "exhaustive", "paintings")
EXACT: dict[str, Any] = {"keep_descriptors": True, "query": {"rerank_places": 80}}


class Run:
    """The data and the settings of one run."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.data = arguments.shared / "data"
        self.cache: Path = arguments.cache
        self.quick: bool = arguments.quick
        self.seeds = range(2) if self.quick else range(5)
        self.cut_seeds = range(1) if self.quick else range(2)
        self.loops = 200 if self.quick else 2000
        self.threads: int = arguments.threads
        self.cap = SIFT_FEATURES if arguments.max_features_total is None else arguments.max_features_total
        self.gallery = venloc.Gallery.from_folder(require(self.data / "venice"))
        if arguments.photos:
            self.gallery = self.gallery.subset(range(min(arguments.photos, len(self.gallery))))
        self.ids = [photo.id for photo in self.gallery]
        self.options = venloc.EvaluationOptions(bootstrap_loops=self.loops)
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
            say(f"{name}: building from {len(split.train)} photos")
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
            say(f"{name}: built in {built - started:.0f} s, {len(records)} queries in {time.monotonic() - built:.0f} s")
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


# --- parts ------------------------------------------------------------------------------------------------------------


def protocol(
    run: Run, name: str, splits: Sequence[tuple[str, venloc.Split]], plots: Path, **options: Any
) -> tuple[dict, str]:
    """The figures of one protocol: pooled with intervals, each fold, the mean of the folds, calibration."""
    folds = [run.fold(label, split, **options) for label, split in splits]
    pooled = {row: [r for fold in folds for r in fold["rows"][row]] for row in folds[0]["rows"]}
    metrics = {row: compute_metrics(row, records, run.options) for row, records in pooled.items()}
    means = {row: mean_of_folds([fold["rows"][row] for fold in folds], run.loops) for row in pooled}
    report = Report(
        name="SiftLocator",
        records=pooled["SiftLocator"],
        baselines={row: records for row, records in pooled.items() if row != "SiftLocator"},
        protocol={"protocol": name},
        fold_sizes=[len(fold["rows"]["SiftLocator"]) for fold in folds],
        gallery_places=[photo.location for photo in run.gallery],
        options=run.options,
    )
    for plot, figure in report.plot().items():
        figure.savefig(plots / f"{name}_{plot}.png", dpi=100, metadata={"Software": None})

    sift = metrics["SiftLocator"]
    text = f"Mean of the {len(folds)} splits, 95 % intervals by bootstrap of groups:\n\n"
    text += interval_table(means)
    text += "\nEach split, and all queries together:\n\n" + markdown_table(
        ERROR_HEAD,
        [error_row(f"{row}, {fold['name']}", fold["rows"][row]) for row in pooled for fold in folds]
        + [error_row(f"{row}, all", records) for row, records in pooled.items()],
    )
    recall = ", ".join(f"{k}: {interval(r, 3)}" for k, r in zip(sift.recall_at, sift.recall, strict=True))
    text += (
        f"\nSolvable (a gallery picture within 25 m of the truth): {interval(sift.solvable, 3)}. "
        f"A right candidate (within 25 m) among the first k: {recall}. "
        f"Features in the models: {', '.join(str(fold['features']) for fold in folds)}.\n"
    )
    text += "\nCalibration of the confidence (share of errors below 100 m), all queries together:\n\n"
    text += markdown_table(
        ["", "value", "goal"],
        [
            ["expected calibration error", interval(sift.calibration_error, 3), "<= .08"],
            ["truth inside the 50 % radius", interval(sift.coverage_50, 3), ".43 to .57"],
            ["truth inside the 90 % radius", interval(sift.coverage_90, 3), ".83 to .97"],
        ],
    )
    text += "\n" + markdown_table(
        ["decile", "mean confidence", "share within 100 m", "queries"],
        [
            [i, f"{b.mean_confidence:.3f}", f"{b.share_within:.3f}", b.count]
            for i, b in enumerate(sift.calibration, 1)
            if b.count
        ],
    )
    values = {
        "folds": [
            {
                "name": fold["name"],
                "features": fold["features"],
                "rows": {
                    row: dict(
                        zip(means[row], map(float, figures_of(np.array([r.error_m for r in records]))), strict=True)
                    )
                    for row, records in fold["rows"].items()
                },
            }
            for fold in folds
        ],
        "mean_of_folds": means,
        "pooled": [m.to_dict() for m in metrics.values()],
        "differences": {row: d.to_dict() for row, d in report.differences.items()},
    }
    return values, text


def part_random(run: Run, plots: Path) -> tuple[dict, str]:
    """The published protocol: random 10 % splits."""
    splits = [(f"seed {seed}", venloc.random_split(len(run.gallery), SHARE, seed)) for seed in run.seeds]
    values, text = protocol(run, "random", splits, plots, **RANDOM)
    mean = values["mean_of_folds"]["SiftLocator"]
    goals = (("mean_m", "mean [m]", 450, 0), ("median_m", "median [m]", 115, 0))
    shares = (("within_25_m", "within 25 m", 0.31, 3), ("within_100_m", "within 100 m", 0.49, 3))
    rows = [[name, f"{mean[key]['value']:.{d}f}", f"<= {goal}"] for key, name, goal, d in goals]
    rows += [[name, f"{mean[key]['value']:.{d}f}", f">= {goal}"] for key, name, goal, d in shares]
    note = (
        "Models hold all features of their photos, not only as many as the shipped one (see below what that costs), and are "
        "calibrated on folds that are not grouped, because near-copies of a query may be in the gallery here.\n\n"
    )
    return values, note + markdown_table(["mean of the splits", "SiftLocator", "goal"], rows) + "\n" + text


def part_grouped(run: Run, plots: Path) -> tuple[dict, str]:
    """Grouped folds: no near-copy, burst or same coordinate of a query in the gallery."""
    folds = 2 if run.quick else FOLDS
    splits = [(f"fold {i}", split) for i, split in enumerate(venloc.grouped_k_fold(run.groups, folds, 0))]
    values, text = protocol(run, "grouped", splits, plots)
    sizes = Counter(run.groups).values()
    values["groups"] = {"count": len(sizes), "largest": max(sizes)}
    head = f"{len(run.groups)} photos in {len(sizes)} groups, the largest of {max(sizes)}; {folds} folds. "
    head += "Models hold all features of their photos and are calibrated on grouped folds, as the shipped one.\n\n"
    return values, head + text


def part_cut(run: Run, plots: Path) -> tuple[dict, str]:
    """What the limit on the size of the shipped model costs, and what a larger one gains."""
    values: dict[str, Any] = {"cap": run.cap, "splits": []}
    rows = []

    def add(name: str, other: Records, usual: Records, features: list[int | str]) -> None:
        difference = compare(other, usual, run.options)
        within = dict(zip(difference.thresholds_m, difference.within, strict=True))
        values["splits"].append({"name": name, "features": features, "difference": difference.to_dict()})
        errors = [np.array([r.error_m for r in records]) for records in (other, usual)]
        rows.append(
            [
                name,
                *features,
                *(f"{e.mean():.0f} / {np.median(e):.0f} / {(e <= 25).mean():.3f}" for e in errors),
                *(interval(difference.mean_m, 1), interval(within[25], 4), interval(within[100], 4)),
            ]
        )

    variants: dict[str, Callable[[int], dict[str, Any]]] = {
        "shipped": lambda photos: {"max_features_total": run.cap_for(photos)},
        "descriptors kept": lambda photos: EXACT,
    }
    for variant, options_for in variants.items():
        pairs: tuple[Records, Records] = ([], [])
        for seed in run.cut_seeds:
            split = venloc.random_split(len(run.gallery), SHARE, seed)
            other = run.fold(f"seed {seed}, {variant}", split, **RANDOM, **options_for(len(split.train)))
            usual = run.fold(f"seed {seed}", split, **RANDOM)
            answers = [fold["rows"]["SiftLocator"] for fold in (other, usual)]
            for kept_records, records in zip(pairs, answers, strict=True):
                # A photo may be asked in both splits.
                kept_records += [
                    venloc.EvaluationRecord(**{**shallow(r), "photo_id": f"{seed}/{r.photo_id}"}) for r in records
                ]
            add(f"{variant}, seed {seed}", *answers, [other["features"], usual["features"]])
        add(f"{variant}, together", *pairs, ["", ""])
    text = (
        f"Against the models of the random splits, which hold all features by their codes. *Shipped*: at most {run.cap} "
        f"features of {SHARED_PHOTOS} photos, here as many a photo. *Descriptors kept*: the nearest features "
        f"of {EXACT['query']['rerank_places']} places are compared again by descriptor (`keep_descriptors`, "
        "`query.rerank_places`), about nine times the size. "
        "Errors are mean [m] / median [m] / within 25 m; differences are query by query, the variant's minus the usual.\n\n"
    )
    head = ["", "its features", "usual", "its errors", "usual errors", "mean [m]", "within 25 m", "within 100 m"]
    return values, text + markdown_table(head, rows)


def shallow(record: venloc.EvaluationRecord) -> dict[str, Any]:
    """The fields of a record."""
    return {name: getattr(record, name) for name in record.to_dict()}


def part_exhaustive(run: Run, plots: Path) -> tuple[dict, str]:
    """The published method: against OpenCV's matcher, and against the published results."""
    published = read_csv(run.data / "venice" / "seed_sift_results.csv")
    asked = {row["query"] for row in published}
    by_file = {photo.file.name: i for i, photo in enumerate(run.gallery)}
    gallery = run.gallery.subset([i for name, i in by_file.items() if name not in asked])
    name_of = {photo.id: photo.file.name for photo in run.gallery}
    present = [row for row in published if row["query"] in by_file]
    reference = kept(
        run.cache / f"bfmatcher-{key_of(run.ids, sorted(asked))}.json",
        lambda: against_bfmatcher(run, gallery, [by_file[row["query"]] for row in present]),
    )

    def answers(kind: str, gallery: venloc.Gallery, pictures: venloc.Gallery) -> list[dict[str, Any]]:
        """The answers to the published queries; `pictures` holds their files."""
        build = functools.cache(
            lambda: run.build(gallery, f"exhaustive, {kind}", matching="exhaustive", max_candidates=len(gallery))
        )

        def answer(i: int) -> dict[str, Any]:
            photo = pictures[i]
            locator = build()
            started = time.monotonic()
            answered = locator.locate(photo.file)
            seconds = time.monotonic() - started
            say(f"exhaustive, {kind}: {photo.file.name} in {seconds:.1f} s")
            return {
                "record": run_record(photo, answered, run.groups[i]),
                "seconds": seconds,
                "ranking": [[name_of[c.photo_id], int(-c.score), c.inliers] for c in answered.candidates],
            }

        return [
            kept(
                run.cache / "exhaustive" / f"{key_of(run.ids, sorted(asked), row['query'], kind)}.json",
                lambda i=by_file[row["query"]]: answer(i),
            )
            for row in present
        ]

    rows, records = [], []
    for row, found in zip(present, answers("colour", gallery, run.gallery), strict=True):
        records.append(as_record(found["record"]))
        ranks = {name: rank for rank, (name, _, _) in enumerate(found["ranking"], 1)}
        sums = {name: total for name, total, _ in found["ranking"]}
        best = found["ranking"][0] if found["ranking"] else ["none", 0, 0]
        rows.append(
            {
                "query": row["query"],
                "published": row["matched"],
                "published_error_m": float(row["error_m"]),
                "found": best[0],
                "error_m": records[-1].error_m,
                "published_in_gallery": row["matched"] in name_of.values() and row["matched"] not in asked,
                "rank_of_published": ranks.get(row["matched"]),
                "sum": best[1],
                "matches": best[2],
                "sum_of_published": sums.get(row["matched"]),
                "seconds": found["seconds"],
            }
        )
    grey = grey_pictures(run)
    in_gallery = {photo.id for photo in gallery}
    grey_gallery = grey.subset([i for i, photo in enumerate(grey) if photo.id in in_gallery])
    for row, found in zip(rows, answers("greyscale by the decoder", grey_gallery, grey), strict=True):
        row["found_in_grey"] = found["ranking"][0][0] if found["ranking"] else "none"
    comparable = [row for row in rows if row["published_in_gallery"]]
    same = [row for row in comparable if row["found"] == row["published"]]
    others = [row for row in comparable if row["found"] != row["published"]]
    same_in_grey = sum(row["found_in_grey"] == row["published"] for row in comparable)
    reasons = Counter(reason_of(row) for row in others)
    same_place = sum(abs(row["error_m"] - row["published_error_m"]) < 1.0 for row in others)

    text = (
        f"Against OpenCV's BFMatcher (L1, cross check) on {reference['queries']} queries and {reference['gallery']} pictures: "
        f"same picture {reference['same_picture']} of {reference['queries']}, same sum {reference['same_sum']} of "
        f"{reference['queries']}, whole ranking the same {reference['same_ranking']} of {reference['queries']}. Of these "
        f"queries' {reference['features']['ours']} features {reference['features']['same_converted']} have exactly a descriptor "
        f"of SIFT of OpenCV {reference['opencv']} when the picture is converted to greyscale after decoding, "
        f"{reference['features']['same_decoded']} when the decoder gives greyscale.\n\n"
        f"Against the published results: {len(present)} published queries, gallery of {len(gallery)} pictures (those that are "
        f"not among the queries). The published match is in this gallery for {len(comparable)} queries; the same match is "
        f"found for {len(same)} of them ({share(len(same), len(comparable))}). Of the {len(others)} others {same_place} have "
        "the published error all the same (another photo of the same coordinate). When venloc is given pictures that the "
        f"decoder turned to greyscale, as the published program was, the same match is found for {same_in_grey} of "
        f"{len(comparable)} ({share(same_in_grey, len(comparable))}).\n"
    )
    if others:
        text += "\nThe differences:\n\n" + markdown_table(["reason", "queries"], reasons.most_common())
        text += "\n" + markdown_table(
            [
                "query",
                "published match",
                "its rank",
                "its sum",
                "found",
                "its sum",
                "its matches",
                "error [m]",
                "published [m]",
            ],
            [
                [
                    *(row["query"], row["published"], row["rank_of_published"] or "-", row["sum_of_published"] or "-"),
                    *(row["found"], row["sum"], row["matches"]),
                    *(f"{row['error_m']:.0f}", f"{row['published_error_m']:.0f}"),
                ]
                for row in others
            ],
        )
    values: dict[str, Any] = {
        "bfmatcher": reference,
        "comparable": len(comparable),
        "same_match": len(same),
        "same_match_in_grey": same_in_grey,
        "same_place_otherwise": same_place,
        "reasons": dict(reasons),
        "queries": rows,
    }
    if records:
        pictures = gallery.photos
        table = {"exhaustive": records, **baselines(pictures, records)}
        errors = [error_row(name, r) for name, r in table.items()]
        published_errors = np.array([row["published_error_m"] for row in rows])
        mean, median, *shares = figures_of(published_errors)
        errors.append(["as published", str(len(rows)), f"{mean:.0f}", f"{median:.0f}", *(f"{s:.3f}" for s in shares)])
        analysis = published_analysis(records)
        report = Report("exhaustive", records, {}, options=run.options)
        report.plot()["published"].savefig(plots / "exhaustive_published.png", dpi=100, metadata={"Software": None})
        values["metrics"] = [compute_metrics(name, r, run.options).to_dict() for name, r in table.items()]
        values["published_analysis"] = analysis.to_dict()
        values["median_seconds"] = float(np.median([row["seconds"] for row in rows]))
        means = {name: mean_of_folds([r], run.loops) for name, r in table.items()}
        groups = len({r.group for r in records})
        text += "\nErrors:\n\n" + markdown_table(ERROR_HEAD, errors)
        text += f"\n{len(records)} queries in {groups} groups, with 95 % intervals:\n\n" + interval_table(means)
        text += (
            f"\nThe published analysis of this run: mean squared error {analysis.mse_lat:.3g} deg² of latitude and "
            f"{analysis.mse_lng:.3g} deg² of longitude, median {interval(analysis.median_m)} m (10,000 resamples).\n"
        )
    return values, text


def run_record(photo: venloc.Photo, answered: venloc.Prediction, group: int) -> dict[str, Any]:
    """The record of one answer, as JSON."""
    return {
        "photo_id": photo.id,
        "truth": photo.location.to_dict(),
        "predicted": answered.location.to_dict(),
        "error_m": venloc.distance_m(photo.location, answered.location),
        "confidence": answered.confidence,
        "in_area": answered.in_area,
        "radius_50_m": answered.radius_50_m,
        "radius_90_m": answered.radius_90_m,
        "group": group,
    }


def grey_pictures(run: Run) -> venloc.Gallery:
    """The photos as their decoder gives them in greyscale (a JPEG's luminance), without loss."""
    import cv2

    folder = run.cache / "grey"
    folder.mkdir(parents=True, exist_ok=True)
    photos = []
    for photo in run.gallery:
        file = (folder / photo.file.name).with_suffix(".png")
        if not file.exists():
            _, encoded = cv2.imencode(".png", cv2.imread(str(photo.file), cv2.IMREAD_GRAYSCALE))
            file.with_suffix(".part").write_bytes(encoded.tobytes())
            file.with_suffix(".part").rename(file)
        photos.append(venloc.Photo(id=photo.id, file=file, location=photo.location))
    return venloc.Gallery(photos)


def reason_of(row: dict[str, Any]) -> str:
    """Why the answer is another than the published one."""
    if row["found_in_grey"] == row["published"]:
        return "greyscale: the published match is found when the decoder makes it, as in the published program"
    if row["rank_of_published"] is None:
        return "the published match has no mutual match: features differ"
    if row["sum"] == row["sum_of_published"]:
        return "equal sums"
    if row["matches"] < 50:
        return "found: a picture with fewer than 50 matches, whose sum has fewer distances"
    if row["rank_of_published"] <= 5:
        return "published match ranks 2 to 5: better pictures were not in the published gallery, or features differ a little"
    return "published match ranks 6 or worse: features differ (other version of SIFT, other decoder)"


def against_bfmatcher(run: Run, gallery: venloc.Gallery, queries: Sequence[int]) -> dict[str, Any]:
    """Ten queries against a sample of the gallery, by OpenCV and by venloc."""
    import cv2

    random = np.random.default_rng(0)
    size = min(40 if run.quick else 200, len(gallery))
    sample = gallery.subset(sorted(int(i) for i in random.choice(len(gallery), size, replace=False)))
    asked = queries[: 2 if run.quick else 10]
    locator = run.build(sample, "sample for BFMatcher", matching="exhaustive", max_candidates=size)
    sift = locator.options.sift
    extract = {**sift.to_dict()}
    descriptors = [venloc.extract_sift(venloc.read_image(photo.file), **extract).descriptors for photo in sample]
    matcher = cv2.BFMatcher(cv2.NORM_L1, crossCheck=True)
    counts: Counter[str] = Counter()
    features: Counter[str] = Counter()
    for number, i in enumerate(asked, 1):
        file = run.gallery[i].file
        query = venloc.extract_sift(venloc.read_image(file), **extract).descriptors
        reference = []
        for position, picture in enumerate(descriptors):
            if len(picture) == 0 or len(query) == 0:
                continue
            distances = sorted(match.distance for match in matcher.match(query, picture))
            if distances:
                reference.append((int(sum(distances[:50])), position, len(distances)))
        reference.sort()
        answered = [(int(-c.score), c.photo_id, c.inliers) for c in locator.locate(file).candidates]
        wanted = [(total, sample[position].id, matches) for total, position, matches in reference]
        counts["same_ranking"] += answered == wanted
        counts["same_picture"] += answered[:1] and answered[0][1] == wanted[0][1]
        counts["same_sum"] += answered[:1] and answered[0][0] == wanted[0][0]
        grey = {
            "same_converted": cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2GRAY),
            "same_decoded": cv2.imread(str(file), cv2.IMREAD_GRAYSCALE),
        }
        features["ours"] += len(query)
        for name, picture in grey.items():
            theirs = cv2.SIFT_create().detectAndCompute(picture, None)[1]
            if theirs is not None:
                features[name] += (Counter(map(bytes, query)) & Counter(map(bytes, theirs.astype(np.uint8)))).total()
        say(f"BFMatcher: query {number} of {len(asked)}")
    names = ("same_picture", "same_sum", "same_ranking")
    return {
        "queries": len(asked),
        "gallery": size,
        "opencv": cv2.__version__,
        "features": {name: features[name] for name in ("ours", "same_converted", "same_decoded")},
        **{n: int(counts[n]) for n in names},
    }


def part_paintings(run: Run, plots: Path) -> tuple[dict, str]:
    """Paintings, drawings and old photographs, and pictures from elsewhere: information, no goal."""
    if SHIPPED_MODEL.exists():
        locator = venloc.SiftLocator.load(SHIPPED_MODEL)
        model = "the shipped model"
    else:
        locator = run.build(run.gallery, "whole city", max_features_total=run.cap_for(len(run.gallery)))
        model = "a model of all shared photos"
    rows = read_csv(run.data / "paintings" / "labels.csv")
    photos, kinds = [], []
    for row in rows[: 10 if run.quick else None]:
        place = venloc.LatLng(float(row["lat"]), float(row["lon"]))
        photos.append(venloc.Photo(id=row["file"], file=run.data / "paintings" / row["file"], location=place))
        kinds.append((kind_of(row["medium"]), row["kind"], row["confidence"]))
    key = key_of(run.ids, [p.id for p in photos], run.cap, library_of(locator))
    stored = kept(
        run.cache / f"paintings-{key}.json",
        lambda: [r.to_dict() for r in run_queries(locator, venloc.Gallery(photos), [], run.threads)],
    )
    records = [as_record(r) for r in stored]
    others = baselines(locator.photos, records)
    selections: dict[str, list[int]] = {"all": list(range(len(records)))}
    for column in range(3):
        for value in sorted({kind[column] for kind in kinds}):
            label = value if column == 0 else f"{('', 'place of the', 'confidence')[column]} {value}"
            selections[label] = [i for i, kind in enumerate(kinds) if kind[column] == value]
    table = [error_row(name, [records[i] for i in chosen]) for name, chosen in selections.items()]
    table += [error_row(f"{name}, all", rows) for name, rows in others.items()]
    means = {name: mean_of_folds([r], run.loops) for name, r in {"SiftLocator": records, **others}.items()}
    photographs = [r for r, k in zip(records, kinds, strict=True) if k[0] == "photograph"]
    best = sorted(photographs, key=lambda r: r.error_m)[:6]

    away = read_csv(run.data / "out_of_area" / "labels.csv")[: 5 if run.quick else None]
    key = key_of(run.ids, [row["file"] for row in away], run.cap, library_of(locator))
    elsewhere = kept(
        run.cache / f"out-of-area-{key}.json",
        lambda: [
            {"file": row["file"], "in_area": answer.in_area, "confidence": answer.confidence}
            for row in away
            for answer in [locator.locate(run.data / "out_of_area" / row["file"])]
        ],
    )
    in_area = {
        "paintings of Venice": [r.in_area for r in records],
        "elsewhere": [row["in_area"] for row in elsewhere],
    }
    confidence = {
        "paintings of Venice": [r.confidence for r in records],
        "elsewhere": [row["confidence"] for row in elsewhere],
    }
    quartiles = markdown_table(
        ["", "pictures", "in_area: quartiles", "confidence: quartiles", "largest confidence"],
        [
            [name, len(in_area[name])]
            + [" / ".join(f"{q:.2f}" for q in np.percentile(v[name], [25, 50, 75])) for v in (in_area, confidence)]
            + [f"{max(confidence[name]):.2f}"]
            for name in in_area
            if in_area[name]
        ],
    )
    text = (
        f"Located by {model}. Places were assigned by hand, to about 50 m (confidence high) or 100 to 200 m (medium). "
        "Information, no goal.\n\n"
        + markdown_table(ERROR_HEAD, table)
        + "\nAll, each picture a group of its own, with 95 % intervals:\n\n"
        + interval_table(means)
        + "\nThe best located old photographs: "
        + ", ".join(f"{Path(r.photo_id).name} ({r.error_m:.0f} m)" for r in best)
        + ".\n\nPictures from elsewhere:\n\n"
        + quartiles
    )
    values = {
        "errors": {row[0]: dict(zip(ERROR_HEAD[1:], row[1:], strict=True)) for row in table},
        "intervals": means,
        "pictures": [
            {"file": r.photo_id, "kind": k[0], "error_m": r.error_m, "confidence": r.confidence, "in_area": r.in_area}
            for r, k in zip(records, kinds, strict=True)
        ],
        "elsewhere": elsewhere,
    }
    return values, text


def library_of(locator: venloc.SiftLocator) -> list[Any]:
    """What tells one model from another."""
    info = locator.info()
    return [info.photos, info.features, info.options]


def kind_of(medium: str) -> str:
    """painting, drawing or photograph, from the words of the label."""
    if medium.startswith("photograph"):
        return "photograph"
    return "drawing or engraving" if "drawing" in medium or "engraving" in medium else "painting or colour plate"


def share(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{part / whole:.0%}" if whole else "-"


def read_csv(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV with a header; none when the file is not there."""
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# ----------------------------------------------------------------------------------------------------------------------

TITLES = {
    "random": "Random 10 % splits (published protocol)",
    "grouped": "Grouped folds",
    "cut": "What the limit on the model's size costs",
    "exhaustive": "Exhaustive matching, the published method",
    "paintings": "Paintings, old photographs, and pictures from elsewhere",
}
PLOTS = {
    "random": ("random_errors", "random_calibration", "random_risk", "random_map", "random_published"),
    "grouped": ("grouped_errors", "grouped_calibration", "grouped_risk", "grouped_map", "grouped_published"),
    "exhaustive": ("exhaustive_published",),
}
NEEDS = {"exhaustive": "venice/seed_sift_results.csv", "paintings": "paintings/labels.csv"}


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the chosen parts and writes the results; parts that were not chosen stay as they were written before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, of " + ",".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer seeds, folds and queries, for tests")
    parser.add_argument("--photos", type=int, default=0, metavar="N", help="only the first N photos, for tests")
    parser.add_argument("--shared", type=Path, default=shared_folder(), help="folder with the shared data")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "eval-cache", help="what finished folds found")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    parser.add_argument("--max-features-total", type=int, help=f"of a model of all photos; default: {SIFT_FEATURES}")
    parser.add_argument("--threads", type=int, default=0, help="0 = all cores")
    arguments = parser.parse_args(argv)
    chosen = arguments.only.split(",")
    unknown = set(chosen) - set(PARTS)
    if unknown:
        parser.error(f"--only: {', '.join(sorted(unknown))} is not one of {', '.join(PARTS)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    facts = machine()
    run = Run(arguments)
    results = arguments.out / "evaluation.json"
    document: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {"parts": {}}
    document["version"] = venloc.__version__
    parts: dict[str, Callable[[Run, Path], tuple[dict, str]]] = {name: globals()[f"part_{name}"] for name in PARTS}
    for name in PARTS:
        if name not in chosen:
            continue
        if name in NEEDS and not (run.data / NEEDS[name]).exists():
            say(f"{name}: left out, {NEEDS[name]} is not there")
            continue
        say(f"{name}: begins")
        started = time.monotonic()
        values, text = parts[name](run, arguments.out)
        document["parts"][name] = {
            "values": values,
            "markdown": text,
            "photos": len(run.gallery),
            "quick": run.quick,
            "machine": facts,
        }
        # Written after every part: an interruption loses nothing.
        write_json(results, document)
        (arguments.out / "evaluation.md").write_text(page(document))
        say(f"{name}: {time.monotonic() - started:.0f} s")


def page(document: dict[str, Any]) -> str:
    """The results as Markdown."""
    text = (
        "<!-- Written by benchmarks/evaluate_protocols.py; do not edit. -->\n# Accuracy\n\n"
        f"venloc {document['version']}, made by `make evaluate`, or one part by "
        "`.venv/bin/python benchmarks/evaluate_protocols.py --only PART`. Errors are great-circle distances; shares are of "
        "queries with an error of at most so many metres. Intervals are 95 %, by bootstrap of groups (same coordinate, same "
        "upload burst or near-duplicate picture).\n"
    )
    for name in PARTS:
        part = document["parts"].get(name)
        if part is None:
            continue
        note = " **Quick run: not the real figures.**" if part["quick"] else ""
        text += f"\n## {TITLES[name]}\n\n`--only {name}`, {part['photos']} photos.{note}\n\n{part['markdown']}"
        images = "\n".join(f"![{plot.replace('_', ' ')}]({plot}.png)" for plot in PLOTS.get(name, ()))
        text += f"\n{images}\n" if images else ""
    last = next(reversed(document["parts"].values()))
    return text + f"\nMachine: {machine_text(last['machine'])}.\n"


if __name__ == "__main__":
    main()
