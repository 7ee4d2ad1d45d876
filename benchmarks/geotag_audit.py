# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Does the geotag audit find wrong geotags? Five of a hundred are moved by hand-made errors, and looked for.

Some geotags of the gallery are wrong as they come, and some right photos contradict their neighbours honestly (a tower
seen from across the water). Both are doubted whether anything is moved or not; precision is therefore given of all
findings and of those that were not doubted before.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import venloc
from common import (
    RESULTS,
    ROOT,
    SHIPPED_MODEL,
    ensemble_cap,
    kept,
    key_of,
    log,
    machine,
    machine_text,
    markdown_table,
    reporter,
    require,
    shared_folder,
    write_json,
)
from protocols import RANDOM, Records, as_record, difference_figures, figure_cells, interval_table, mean_of_folds
from protocols import SHARE as QUERY_SHARE

SHARE = 0.05
FAR_M = 300.0  # matches cannot reveal a move of less
SEEDS = range(5)
SPLITS = range(2)  # random splits on which the effect on locating is measured
WORST = 20

Move = Callable[[np.random.Generator, list[venloc.LatLng], int], venloc.LatLng]


def to_another(random: np.random.Generator, places: list[venloc.LatLng], _photo: int) -> venloc.LatLng:
    """About where some other photo was made, as by an album's tag."""
    frame = venloc.LocalFrame(places[int(random.integers(len(places)))])
    return frame.to_lat_lng(venloc.EastNorth(*random.normal(0, 50, 2)))


def away(random: np.random.Generator, places: list[venloc.LatLng], photo: int) -> venloc.LatLng:
    """300 to 1,500 m away in any direction."""
    distance, angle = random.uniform(FAR_M, 1500), random.uniform(0, 2 * np.pi)
    frame = venloc.LocalFrame(places[photo])
    return frame.to_lat_lng(venloc.EastNorth(distance * np.cos(angle), distance * np.sin(angle)))


MOVES: dict[str, Move] = {"to another photo's place": to_another, "300 to 1,500 m away": away}


def retagged(gallery: venloc.Gallery, places: Sequence[venloc.LatLng]) -> venloc.Gallery:
    """The same photos at other places."""
    return venloc.Gallery(
        [
            venloc.Photo(id=photo.id, file=photo.file, location=place)
            for photo, place in zip(gallery.photos, places, strict=True)
        ]
    )


def some_moved(places: list[venloc.LatLng], seed: int, move: Move) -> list[venloc.LatLng]:
    """The places, SHARE of them moved."""
    random = np.random.default_rng(seed)
    out = places.copy()
    for photo in random.choice(len(places), round(SHARE * len(places)), replace=False):
        out[photo] = move(random, places, int(photo))
    return out


def planted(
    gallery: venloc.Gallery,
    matches: list[venloc.PhotoMatch],
    seed: int,
    move: Move,
    matched: np.ndarray,
    before: set[int],
) -> dict[str, float]:
    """One round: moves, audits and counts, among the photos with two matches or more."""
    places = [photo.location for photo in gallery.photos]
    moved = some_moved(places, seed, move)
    wrong = {i for i in np.flatnonzero(matched) if venloc.distance_m(places[i], moved[i]) > FAR_M}
    findings = [f for f in venloc.audit_geotags(retagged(gallery, moved), matches) if matched[f.photo]]
    found = {f.photo for f in findings}
    hits = [f for f in findings if f.photo in wrong]
    return {
        "moved": len(wrong),
        "found": len(found),
        "recall": len(found & wrong) / max(1, len(wrong)),
        "precision": len(found & wrong) / max(1, len(found)),
        "precision_new": len(found & wrong) / max(1, len((found & wrong) | (found - before))),
        "error_before_m": float(np.median([venloc.distance_m(places[f.photo], moved[f.photo]) for f in hits] or [0])),
        "error_after_m": float(np.median([venloc.distance_m(places[f.photo], f.suggested) for f in hits] or [0])),
    }


def corrected(gallery: venloc.Gallery, matches: list[venloc.PhotoMatch]) -> venloc.Gallery:
    """The gallery with the photos that the audit doubts at the places of their matches."""
    places = [photo.location for photo in gallery.photos]
    for finding in venloc.audit_geotags(gallery, matches):
        places[finding.photo] = finding.suggested
    return retagged(gallery, places)


def effect(gallery: venloc.Gallery, matches: list[venloc.PhotoMatch], cache: Path) -> dict[str, list[Records]]:
    """What SIFT answers for the photos of random splits, by galleries whose geotags were moved and corrected; a list of splits.

    The true places of the queries stay as they come, also where the audit doubts them.
    """
    out: dict[str, list[Records]] = {}
    for seed in SPLITS:
        split = venloc.random_split(len(gallery), QUERY_SHARE, seed)
        position = {photo: i for i, photo in enumerate(split.train)}
        known, queries = gallery.subset(split.train), gallery.subset(split.test)
        between = [
            venloc.PhotoMatch(first=position[m.first], second=position[m.second], inliers=m.inliers, weight=m.weight)
            for m in matches
            if m.first in position and m.second in position
        ]
        wrong = retagged(known, some_moved([photo.location for photo in known.photos], seed, to_another))
        galleries = {
            "as they come": known,
            "as they come, corrected": corrected(known, between),
            "five in a hundred moved": wrong,
            "moved, corrected": corrected(wrong, between),
        }
        for name, train in galleries.items():

            def compute(
                name: str = name, train: venloc.Gallery = train, queries: venloc.Gallery = queries, seed: int = seed
            ) -> list[dict[str, Any]]:
                what = f"effect of {name}, seed {seed}"
                locator = venloc.SiftLocator.build(
                    train,
                    cache=cache / "sift",
                    max_features_total=ensemble_cap(len(train)),
                    progress=reporter(what),
                    **RANDOM,
                )
                records = venloc.evaluation.run_queries(locator, queries, progress=reporter(what))
                log(f"{what}: median error {np.median([r.error_m for r in records]):.0f} m")
                return [record.to_dict() for record in records]

            key = key_of("geotags", [[p.id, p.location.lat, p.location.lng] for p in train.photos], seed)
            out.setdefault(name, []).append([as_record(r) for r in kept(cache / "geotags" / f"{key}.json", compute)])
    return out


def measure(photos: Path, model: Path, cache: Path) -> dict[str, Any]:
    """Planted errors of each kind, their effect on locating, and the worst of the gallery as it is."""
    facts = machine()
    gallery = venloc.Gallery.from_folder(photos)
    log(f"geotag audit: matching {len(gallery)} photos")
    matches = venloc.match_photos(venloc.SiftLocator.load(model), gallery, progress=reporter("geotag audit"))
    count = np.bincount([i for m in matches for i in (m.first, m.second)], minlength=len(gallery))
    matched = count >= 2
    real = venloc.audit_geotags(gallery, matches)
    before = {f.photo for f in real}
    ids = [photo.id for photo in gallery.photos]
    return {
        "machine": facts,
        "photos": len(gallery),
        "matches": len(matches),
        "photos_with_matches": int((count > 0).sum()),
        "photos_with_two_matches": int(matched.sum()),
        "doubted_as_they_come": len(real),
        "planted": {
            name: [planted(gallery, matches, seed, move, matched, before) for seed in SEEDS]
            for name, move in MOVES.items()
        },
        "effect": effect_figures(effect(gallery, matches, cache)),
        "worst": [
            {
                "photo": f.photo_id,
                "distance_m": round(f.distance_m),
                "spread_m": round(f.spread_m),
                "doubt": round(f.doubt, 3),
                "suggested": [round(f.suggested.lat, 5), round(f.suggested.lng, 5)],
                "evidence": [
                    {"photo": ids[venloc.audits.other_photo(m, f.photo)], "inliers": m.inliers} for m in f.evidence[:5]
                ],
            }
            for f in real[:WORST]
        ],
    }


def effect_figures(found: dict[str, list[Records]]) -> dict[str, Any]:
    """Figures of each gallery, and the paired differences of correcting."""
    pooled = {name: [record for split in splits for record in split] for name, splits in found.items()}
    names = list(found)
    pairs = {
        after: venloc.evaluation.compare(pooled[after], pooled[before]) for before, after in (names[:2], names[2:])
    }
    return {
        "queries": len(pooled[names[0]]),
        "figures": {name: mean_of_folds(splits, 2000) for name, splits in found.items()},
        "corrected_minus_before": {name: difference_figures(pair) for name, pair in pairs.items()},
    }


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""

    def mean(rounds: list[dict[str, float]], name: str, digits: int) -> str:
        values = [one[name] for one in rounds]
        return f"{np.mean(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"

    columns = [("moved", 0), ("found", 0), ("recall", 2), ("precision_new", 2), ("precision", 2)]
    columns += [("error_before_m", 0), ("error_after_m", 0)]
    rows = [
        [name, *(mean(rounds, column, digits) for column, digits in columns)]
        for name, rounds in result["planted"].items()
    ]
    text = (
        "<!-- Written by benchmarks/geotag_audit.py; do not edit. -->\n# Geotag audit\n\n"
        f"`.venv/bin/python benchmarks/geotag_audit.py`; {result['photos']} photos, {result['matches']} verified matches "
        f"between them, {result['photos_with_matches']} photos with a match and {result['photos_with_two_matches']} with "
        "two or more, which are counted here. Five in a hundred geotags are moved; means of five rounds, smallest and "
        f"largest. {result['doubted_as_they_come']} geotags are doubted before anything is moved: wrong ones, and honest "
        "contradictions such as a tower seen from across the water. The first precision leaves those aside, the second "
        "counts them as mistakes. Errors are medians of the moved geotags that were found.\n\n"
    )
    text += markdown_table(
        ["moved", "photos", "found", "recall", "precision", "of all found", "error before [m]", "after [m]"], rows
    )
    text += (
        f"\n## The effect on locating\n\n{result['effect']['queries']} queries of {len(SPLITS)} published random splits, located "
        "by SIFT with galleries whose photos were moved to other photos' places or not, and whose doubted photos were put at the "
        "places of their matches or not. The queries' own geotags, by which errors are measured, stay as they come.\n\n"
    )
    text += interval_table(result["effect"]["figures"])
    text += "\nCorrected minus before, paired over the queries; of the errors less is better, of the shares more:\n\n"
    text += markdown_table(
        ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
        [[name, *figure_cells(d)] for name, d in result["effect"]["corrected_minus_before"].items()],
    )
    text += f"\n## The {len(result['worst'])} most doubtful geotags of the gallery as it is\n\n"
    text += markdown_table(
        ["photo", "doubt", "suggested", "away [m]", "spread [m]", "by (inliers)"],
        [
            [
                w["photo"],
                f"{w['doubt']:.3f}",
                f"{w['suggested'][0]:.5f}, {w['suggested'][1]:.5f}",
                w["distance_m"],
                w["spread_m"],
                ", ".join(f"{e['photo']} ({e['inliers']})" for e in w["evidence"]),
            ]
            for w in result["worst"]
        ],
    )
    return text + f"\nMachine: {machine_text(result['machine'])}.\n"


def main() -> None:
    """Writes docs/results/geotag-audit.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL)
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "experiments", help="what is kept between runs")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    arguments = parser.parse_args()
    result = measure(require(arguments.photos), require(arguments.model), arguments.cache)
    write_json(arguments.out / "geotag-audit.json", result)
    (arguments.out / "geotag-audit.md").write_text(page(result))


if __name__ == "__main__":
    main()
