# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Does the geotag audit find wrong geotags? Five of a hundred are moved by hand-made errors, and looked for.

Some geotags of the gallery are wrong as they come, and some right photos contradict their neighbours honestly (a tower
seen from across the water). Both are doubted whether anything is moved or not; precision is therefore given of all
findings and of those that were not doubted before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
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
from protocols import FOLDS, Records, difference_figures, figure_cells, interval_table, mean_of_folds
from venloc.collecting import Catalogue, Record
from venloc.collecting.catalogue import Picture
from venloc.collecting.checking import check
from venloc.collecting.verdicts import verdicts

SHARE = 0.05
FAR_M = 300.0  # matches cannot reveal a move of less
SEEDS = range(5)
UPLOAD_ID_GAP = 10_000  # Flickr ids of one upload are at most this far apart
RESAMPLES = 2000
WORST = 20

Move = Callable[[np.random.Generator, list[venloc.LatLng], int], venloc.LatLng]


def to_another(random: np.random.Generator, places: list[venloc.LatLng], _photo: int) -> venloc.LatLng:
    """About where some other photo was made, as by an album's tag."""
    frame = venloc.LocalFrame(places[int(random.integers(len(places)))])
    return frame.to_lat_lng(venloc.EastNorth(*random.normal(0, 50, 2)))


def away(random: np.random.Generator, places: list[venloc.LatLng], photo: int) -> venloc.LatLng:
    """300 to 1,500 m away in any direction."""
    return moved_by(random.uniform(FAR_M, 1500), random, places[photo])


def farther(random: np.random.Generator, places: list[venloc.LatLng], photo: int) -> venloc.LatLng:
    """500 to 2,000 m away, in any direction that stays within the city."""
    area = venloc.BoundingBox.around(places)
    while not area.contains(found := moved_by(random.uniform(500, 2000), random, places[photo])):
        pass
    return found


def moved_by(distance_m: float, random: np.random.Generator, place: venloc.LatLng) -> venloc.LatLng:
    """So far from the place, in any direction."""
    angle = random.uniform(0, 2 * np.pi)
    frame = venloc.LocalFrame(place)
    return frame.to_lat_lng(venloc.EastNorth(distance_m * np.cos(angle), distance_m * np.sin(angle)))


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


def filled(
    folder: Path, photos: Sequence[venloc.Photo], places: Sequence[tuple[float, float]], source: str = "shared"
) -> Catalogue:
    """A catalogue of these photos at these places. The source is left out of ids that begin with it."""
    catalogue = Catalogue(folder / "catalogue.db")
    names = [photo.id.removeprefix(f"{source}:") for photo in photos]
    catalogue.add(Record(source, name, lat, lng) for name, (lat, lng) in zip(names, places, strict=True))
    catalogue.put_pictures(
        Picture(source, name, file=str(photo.file)) for name, photo in zip(names, photos, strict=True)
    )
    return catalogue


def flags_of(locator: venloc.SiftLocator, gallery: venloc.Gallery) -> dict[str, set[str]]:
    """The ids of the photos that the checks of a collection doubt, and of those that they are certain of: the checks of
    coordinates, and the audit by a model of the gallery itself.
    """
    places = [(p.location.lat, p.location.lng) for p in gallery.photos]
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder), gallery.photos, places, "flickr") as catalogue:
        check(catalogue, locator=locator, progress=reporter("checks"))
        found = {v.record.key: v.verdict for v in verdicts(catalogue)}
    return {
        "certain": {photo for photo, verdict in found.items() if verdict == "drop"},
        "doubted": {photo for photo, verdict in found.items() if verdict in ("doubt", "drop")},
    }


def effect(gallery: venloc.Gallery, cache: Path) -> dict[str, Any]:
    """What SIFT answers to the queries of a grouped fold with and without the photos that the checks flag, in a gallery as
    it comes and in one with planted errors, and how many of the planted errors are flagged.

    Whole uploads are held out together. The true places of the queries stay as they come, also where they are doubted.
    The model with planted errors is the other one with the moved photos removed and added again at their new places.
    """
    groups = venloc.group_photos(gallery, flickr_id_gap=UPLOAD_ID_GAP)
    fold = venloc.grouped_k_fold(groups, FOLDS, 0)[0]
    known, queries = gallery.subset(fold.train), gallery.subset(fold.test)
    of_queries = [groups[i] for i in fold.test]
    places = [photo.location for photo in known.photos]
    out: dict[str, Any] = {"queries": len(queries), "figures": {}, "against_off": {}, "flags": {}}
    for name, train in (("as they come", known), ("planted", retagged(known, some_moved(places, 0, farther)))):
        locator = built(known, cache)
        moved = [i for i, place in enumerate(places) if train[i].location != place]
        if moved:
            locator.remove([train[i].id for i in moved])
            locator.add(train.subset(moved))
        flags = flags_of(locator, train)
        planted_ids = {train[i].id for i in moved}
        out["flags"][name] = flag_figures(flags, planted_ids)
        log(f"{name}: {out['flags'][name]}")
        evidence = [locator.evidence(photo.file).to_json() for photo in queries.photos]
        off = answered(locator, evidence, queries, of_queries, set())
        out["figures"][f"{name}: checks off"] = mean_of_folds([off], RESAMPLES)
        for row, gone in (
            ("certain left out", flags["certain"]),
            ("certain and doubted left out", flags["doubted"]),
            ("planted errors left out", planted_ids),
        ):
            checked = answered(locator, evidence, queries, of_queries, gone)
            out["figures"][f"{name}: {row}"] = mean_of_folds([checked], RESAMPLES)
            out["against_off"][f"{name}: {row}"] = difference_figures(venloc.evaluation.compare(checked, off))
    return out


def built(gallery: venloc.Gallery, cache: Path) -> venloc.SiftLocator:
    """A SIFT model of the gallery."""
    file = cache / "geotags" / f"{key_of('geotags', [photo.id for photo in gallery.photos])}.venloc"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        venloc.SiftLocator.build(
            gallery, cache=cache / "sift", max_features_total=ensemble_cap(len(gallery)), progress=reporter("building")
        ).save(file)
    return venloc.SiftLocator.load(file)


def answered(
    locator: venloc.SiftLocator, evidence: list[str], queries: venloc.Gallery, groups: list[int], gone: set[str]
) -> Records:
    """What the locator answers when the photos with the ids `gone` are not among the candidates."""
    missing = {i for i, photo in enumerate(locator.photos) if photo.id in gone}
    predictions = []
    for text in evidence:
        values = json.loads(text)
        there = [i for i, photo in enumerate(values["candidates"]["photo"]) if photo not in missing]
        values["candidates"] = {name: [column[i] for i in there] for name, column in values["candidates"].items()}
        predictions.append(locator.answer(venloc.Evidence.from_json(json.dumps(values))))
    return venloc.evaluation.records_of(predictions, queries, locator, groups)


def flag_figures(flags: dict[str, set[str]], planted_ids: set[str]) -> dict[str, Any]:
    """How many planted errors the flags hold."""
    return {
        "planted": len(planted_ids),
        **{name: {"flagged": len(found), "planted": len(found & planted_ids)} for name, found in flags.items()},
    }


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
        "effect": effect(gallery, cache),
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
    text += effect_text(result["effect"])
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


def effect_text(effect: dict[str, Any]) -> str:
    """The effect of the checks as Markdown."""
    text = (
        f"\n## The effect on locating\n\n{effect['queries']} queries of a grouped fold in which whole uploads are held out "
        f"together, located by SIFT. *Planted*: {100 * SHARE:.0f} % of the geotags of the gallery are moved by 500 to 2,000 m. "
        "The checks are those of a collection (coordinates, and the audit by a model of the gallery itself). The queries' own "
        "geotags, by which errors are measured, stay as they come.\n\n"
    )
    text += interval_table(effect["figures"])
    text += "\nDifferences from the same gallery with checks off, paired over the queries:\n\n"
    text += markdown_table(
        ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
        [[name, *figure_cells(d)] for name, d in effect["against_off"].items()],
    )
    text += "\nWhat the checks flag:\n\n"
    return text + markdown_table(
        ["gallery", "planted", "doubted", "planted among them", "certain", "planted among them"],
        [
            [name, f["planted"]]
            + [cell for flag in ("doubted", "certain") for cell in (f[flag]["flagged"], f[flag]["planted"])]
            for name, f in effect["flags"].items()
        ],
    )


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
