# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The published method: exhaustive matching."""

from __future__ import annotations

import functools
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import kept, key_of, log, markdown_table, read_csv
from protocols import (
    ERROR_HEAD,
    FOLDS,
    Records,
    as_record,
    baselines,
    error_row,
    figures_of,
    interval,
    interval_table,
    mean_of_folds,
)
from venloc.evaluation import Report, compute_metrics, published_analysis, records_of

from evaluate_protocols.bfmatcher import against_bfmatcher
from evaluate_protocols.study import Run


@dataclass(frozen=True)
class Published:
    """The published results, and the gallery of the pictures that are none of its queries."""

    run: Run
    present: list[dict[str, str]]  # rows of the published results whose query is here
    queries: set[str]  # file names of all published queries
    gallery: venloc.Gallery

    @classmethod
    def read(cls, run: Run) -> Published:
        """From the shared data."""
        rows = read_csv(run.data / "venice" / "seed_sift_results.csv")
        queries = {row["query"] for row in rows}
        names = [photo.file.name for photo in run.gallery]
        gallery = run.gallery.subset([i for i, name in enumerate(names) if name not in queries])
        return cls(run, [row for row in rows if row["query"] in names], queries, gallery)

    def positions(self) -> list[int]:
        """Of the queries in the whole gallery."""
        by_file = {photo.file.name: i for i, photo in enumerate(self.run.gallery)}
        return [by_file[row["query"]] for row in self.present]

    def located(self, kind: str, gallery: venloc.Gallery, pictures: venloc.Gallery) -> list[dict[str, Any]]:
        """The answers to the published queries; `pictures` holds their files."""
        run = self.run
        name_of = {photo.id: photo.file.name for photo in run.gallery}
        build = functools.cache(
            lambda: run.build(gallery, f"exhaustive, {kind}", matching="exhaustive", max_candidates=len(gallery))
        )

        def answer(i: int) -> dict[str, Any]:
            photo = pictures[i]
            locator = build()
            started = time.monotonic()
            answered = locator.locate(photo.file)
            seconds = time.monotonic() - started
            log(f"exhaustive, {kind}: {photo.file.name} in {seconds:.1f} s")
            return {
                "record": records_of([answered], venloc.Gallery([photo]), locator, [run.groups[i]])[0].to_dict(),
                "seconds": seconds,
                "ranking": [[name_of[c.photo_id], int(-c.score), c.inliers] for c in answered.candidates],
            }

        return [
            kept(
                run.cache / "exhaustive" / f"{key_of(run.ids, sorted(self.queries), row['query'], kind)}.json",
                lambda i=i: answer(i),
            )
            for row, i in zip(self.present, self.positions(), strict=True)
        ]

    def row(self, row: dict[str, str], found: dict[str, Any]) -> dict[str, Any]:
        """A published result beside the one that was found."""
        ranks = {name: rank for rank, (name, _, _) in enumerate(found["ranking"], 1)}
        sums = {name: total for name, total, _ in found["ranking"]}
        best = found["ranking"][0] if found["ranking"] else ["none", 0, 0]
        return {
            "query": row["query"],
            "published": row["matched"],
            "published_error_m": float(row["error_m"]),
            "found": best[0],
            "error_m": found["record"]["error_m"],
            "published_in_gallery": row["matched"] in {photo.file.name for photo in self.gallery},
            "rank_of_published": ranks.get(row["matched"]),
            "sum": best[1],
            "matches": best[2],
            "sum_of_published": sums.get(row["matched"]),
            "seconds": found["seconds"],
        }


def part_exhaustive(run: Run, plots: Path) -> tuple[dict, str]:
    """The published method: against OpenCV's matcher, and against the published results."""
    published = Published.read(run)
    gallery = published.gallery
    reference = kept(
        run.cache / f"bfmatcher-{key_of(run.ids, sorted(published.queries))}.json",
        lambda: against_bfmatcher(run, gallery, published.positions()),
    )
    located = published.located("colour", gallery, run.gallery)
    rows = [published.row(row, found) for row, found in zip(published.present, located, strict=True)]
    records = [as_record(found["record"]) for found in located]
    grey = grey_pictures(run)
    in_gallery = {photo.id for photo in gallery}
    grey_gallery = grey.subset([i for i, photo in enumerate(grey) if photo.id in in_gallery])
    located_in_grey = published.located("greyscale by the decoder", grey_gallery, grey)
    for row, found in zip(rows, located_in_grey, strict=True):
        row["found_in_grey"] = found["ranking"][0][0] if found["ranking"] else "none"
    values, text = differences(reference, rows, len(gallery))
    if records:
        more, errors = errors_of(run, gallery, rows, records, plots)
        values |= more
        text += errors
    return values, text


def part_exhaustive_grouped(run: Run, _plots: Path) -> tuple[dict, str]:
    """The published method beside SiftLocator on one grouped fold; all five would take hours."""
    split = venloc.grouped_k_fold(run.groups, 2 if run.quick else FOLDS, 0)[0]
    published = run.fold("exhaustive, fold 0", split, matching="exhaustive", max_candidates=1)["rows"]
    rows = {"exhaustive": published.pop("SiftLocator"), "SiftLocator": run.fold("fold 0", split)["rows"]["SiftLocator"]}
    means = {name: mean_of_folds([r], run.resamples) for name, r in (rows | published).items()}
    groups = len({r.group for r in rows["exhaustive"]})
    text = f"{len(split.test)} queries in {groups} groups: the first grouped fold. 95 % intervals by bootstrap of groups:\n\n"
    return {"figures": means, "queries": len(split.test), "groups": groups}, text + interval_table(means)


def differences(reference: dict[str, Any], rows: list[dict[str, Any]], photos: int) -> tuple[dict[str, Any], str]:
    """How far the answers agree with OpenCV's matcher and with the published results; `photos` of the gallery."""
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
        f"Against the published results: {len(rows)} published queries, gallery of {photos} pictures (those that are "
        f"not among the queries). The published match is in this gallery for {len(comparable)} queries; the same match is "
        f"found for {len(same)} of them ({share(len(same), len(comparable))}). Of the {len(others)} others {same_place} have "
        "the published error all the same (another photo of the same coordinate). When venloc is given pictures that the "
        f"decoder turned to greyscale, as the published program was, the same match is found for {same_in_grey} of "
        f"{len(comparable)} ({share(same_in_grey, len(comparable))}).\n"
    )
    if others:
        text += "\nThe differences:\n\n" + markdown_table(["reason", "queries"], reasons.most_common())
        text += "\n" + table_of(others)
    return {
        "bfmatcher": reference,
        "comparable": len(comparable),
        "same_match": len(same),
        "same_match_in_grey": same_in_grey,
        "same_place_otherwise": same_place,
        "reasons": dict(reasons),
        "queries": rows,
    }, text


def table_of(rows: list[dict[str, Any]]) -> str:
    """Queries whose match is another than the published one."""
    head = ["query", "published match", "its rank", "its sum", "found", "its sum", "its matches", "error [m]"]
    return markdown_table(
        [*head, "published [m]"],
        [
            [
                *(row["query"], row["published"], row["rank_of_published"] or "-", row["sum_of_published"] or "-"),
                *(row["found"], row["sum"], row["matches"]),
                *(f"{row['error_m']:.0f}", f"{row['published_error_m']:.0f}"),
            ]
            for row in rows
        ],
    )


def errors_of(
    run: Run, gallery: venloc.Gallery, rows: list[dict[str, Any]], records: Records, plots: Path
) -> tuple[dict[str, Any], str]:
    """Errors beside those of the baselines and the published ones."""
    table = {"exhaustive": records, **baselines(gallery.photos, records)}
    errors = [error_row(name, r) for name, r in table.items()]
    published_errors = np.array([row["published_error_m"] for row in rows])
    mean, median, *shares = figures_of(published_errors)
    errors.append(["as published", str(len(rows)), f"{mean:.0f}", f"{median:.0f}", *(f"{s:.3f}" for s in shares)])
    analysis = published_analysis(records)
    report = Report("exhaustive", records, {}, options=run.options)
    report.plot()["published"].savefig(plots / "exhaustive_published.png", dpi=100, metadata={"Software": None})
    values = {
        "metrics": [compute_metrics(name, r, run.options).to_dict() for name, r in table.items()],
        "published_analysis": analysis.to_dict(),
        "median_seconds": float(np.median([row["seconds"] for row in rows])),
    }
    means = {name: mean_of_folds([r], run.resamples) for name, r in table.items()}
    groups = len({r.group for r in records})
    text = "\nErrors:\n\n" + markdown_table(ERROR_HEAD, errors)
    text += f"\n{len(records)} queries in {groups} groups, with 95 % intervals:\n\n" + interval_table(means)
    text += (
        f"\nThe published analysis of this run: mean squared error {analysis.mse_lat:.3g} deg² of latitude and "
        f"{analysis.mse_lng:.3g} deg² of longitude, median {interval(analysis.median_m)} m (10,000 resamples).\n"
    )
    return values, text


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


def share(part: int, whole: int) -> str:
    """A share in per cent."""
    return f"{part / whole:.0%}" if whole else "-"
