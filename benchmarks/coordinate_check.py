#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Does the check of coordinates find wrong ones, and does that improve locating? Also: a city of one's own in three commands.

Faults are planted into the shared photos: five of a hundred at another photo's place, two with latitude and longitude exchanged,
two on one point, the middle of the city. Photos of a random split are located by SIFT models of what was kept. The same photos with
their places written into copies of their files are then collected as a folder, and a model built from it.

Writes docs/results/coordinate-check.md.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
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
from geotag_audit import filled, to_another
from PIL import Image
from PIL.TiffImagePlugin import IFDRational
from protocols import (
    RANDOM,
    SHARE,
    Records,
    as_record,
    baselines,
    difference_figures,
    figure_cells,
    interval_table,
    mean_of_folds,
)
from venloc.collecting import BOXES, Catalogue
from venloc.collecting.checking import CheckOptions, check
from venloc.collecting.verdicts import verdicts

SEED = 0
FAULTS = {"moved": 0.05, "swapped": 0.02, "default point": 0.02}
EXPECTED = {"moved": "matches", "swapped": "swapped", "default point": "default point"}
_GPS = 0x8825


def planted(photos: Sequence[venloc.Photo], seed: int) -> tuple[list[tuple[float, float]], dict[int, str]]:
    """Places with faults, and which photos have which."""
    random = np.random.default_rng(seed)
    places = [photo.location for photo in photos]
    given = [(p.lat, p.lng) for p in places]
    order = random.permutation(len(photos))
    faults: dict[int, str] = {}
    start = 0
    center = BOXES["venice"].center()
    for kind, share in FAULTS.items():
        end = start + round(share * len(photos))
        for i in order[start:end].tolist():
            faults[i] = kind
            if kind == "moved":
                place = to_another(random, places, i)
                given[i] = (place.lat, place.lng)
            else:
                given[i] = (given[i][1], given[i][0]) if kind == "swapped" else (center.lat, center.lng)
        start = end
    return given, faults


def kept_photos(catalogue: Catalogue, photos: Sequence[venloc.Photo]) -> venloc.Gallery:
    """Those that the check keeps, where the catalogue puts them."""
    files = {photo.id: photo.file for photo in photos}
    return venloc.Gallery(
        [
            venloc.Photo(id=v.record.id, file=files[v.record.id], location=venloc.LatLng(v.record.lat, v.record.lng))
            for v in verdicts(catalogue)
            if v.verdict == "keep"
        ]
    )


def located(name: str, gallery: venloc.Gallery, queries: venloc.Gallery, cache: Path) -> tuple[Records, Path]:
    """What a SIFT model of the gallery answers to the queries, and the model's file."""
    key = key_of("coordinates", [[p.id, p.location.lat, p.location.lng] for p in gallery.photos], len(queries))
    model = cache / "coordinates" / f"{key}.venloc"

    def compute() -> list[dict[str, Any]]:
        locator = venloc.SiftLocator.build(
            gallery,
            cache=cache / "sift",
            max_features_total=ensemble_cap(len(gallery)),
            progress=reporter(name),
            **RANDOM,
        )
        locator.save(model)
        records = venloc.evaluation.run_queries(locator, queries, progress=reporter(name))
        log(f"{name}: {len(gallery)} photos, median error {np.median([r.error_m for r in records]):.0f} m")
        return [record.to_dict() for record in records]

    model.parent.mkdir(parents=True, exist_ok=True)
    return [as_record(r) for r in kept(model.with_suffix(".json"), compute)], model


UNSURE = 0.3  # confidence below which an answer is little more than where photos are many
SPOT_M = 100.0


def guesses(records: Records) -> dict[str, Any]:
    """How many answers are unsure, and how many of these are at the spot where most of them are."""
    unsure = [r for r in records if r.confidence < UNSURE]
    at = [[r for r in unsure if venloc.distance_m(r.predicted, spot.predicted) <= SPOT_M] for spot in unsure]
    most = max(at, key=len, default=[])
    return {
        "unsure": len(unsure),
        "at_one_spot": len(most),
        "their_mean_m": float(np.mean([r.error_m for r in most])) if most else 0.0,
        "others_mean_m": float(np.mean([r.error_m for r in unsure if r not in most]))
        if len(most) < len(unsure)
        else 0.0,
    }


CROWDS = ((1, 1), (2, 3), (4, 6), (7, 11), (12, 24), (25, 1000))
LEAST_INLIERS = 15  # of a match that counts for or against a point
NEAR_M = 100.0


def all_matches(photos: venloc.Gallery, model: Path, cache: Path) -> list[list[int]]:
    """Positions and inliers of the verified matches between all photos."""

    def compute() -> list[list[int]]:
        found = venloc.match_photos(venloc.SiftLocator.load(model), photos, progress=reporter("matches"))
        return [[m.first, m.second, m.inliers] for m in found]

    return kept(cache / "coordinates" / "matches.json", compute)


def crowd_evidence(photos: venloc.Gallery, matches: list[list[int]]) -> list[dict[str, Any]]:
    """How far the matches with photos on other points are, by the number of photos on a point."""
    places = [photo.location for photo in photos.photos]
    points = [(p.lat, p.lng) for p in places]
    crowds = Counter(points)
    away: dict[int, list[float]] = {}
    for a, b, inliers in matches:
        if points[a] != points[b] and inliers >= LEAST_INLIERS:
            for photo in (a, b):
                away.setdefault(photo, []).append(venloc.distance_m(places[a], places[b]))
    rows = []
    for low, high in CROWDS:
        members = [i for i, point in enumerate(points) if low <= crowds[point] <= high]
        medians = [float(np.median(away[i])) for i in members if i in away]
        rows.append(
            {
                "on_a_point": f"{low}" if low == high else f"{low} to {high}" if high < 1000 else f"{low} and more",
                "photos": len(members),
                "with_matches": len(medians),
                "median_m": float(np.median(medians)),
                "near": float(np.mean([m <= NEAR_M for m in medians])),
            }
        )
    return rows


def found(
    catalogue: Catalogue, photos: Sequence[venloc.Photo], faults: dict[int, str], matched: set[str]
) -> dict[str, Any]:
    """Recall of each kind of fault and precision of each reason; `matched` are the photos with two matches or more."""
    position = {photo.id: i for i, photo in enumerate(photos)}
    caught: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    right: Counter[str] = Counter()
    matchable = Counter(kind for i, kind in faults.items() if photos[i].id in matched)
    caught_matchable: Counter[str] = Counter()
    outside = 0
    for v in verdicts(catalogue):
        kind = faults.get(position[v.record.id], "")
        if v.verdict == "keep":
            continue
        caught[kind] += 1
        caught_matchable[kind] += v.record.id in matched
        outside += 1
        for reason in {finding.reason for finding in v.findings}:
            reasons[reason] += 1
            right[reason] += kind != ""
    number = Counter(faults.values())
    return {
        "photos": len(photos),
        "kinds": {
            k: {
                "planted": number[k],
                "found": caught[k],
                "recall": caught[k] / number[k],
                "with_two_matches": matchable[k],
                "recall_of_these": caught_matchable[k] / max(1, matchable[k]),
            }
            for k in FAULTS
        },
        "reasons": {
            r: {"found": n, "planted": right[r], "precision": right[r] / n} for r, n in sorted(reasons.items())
        },
        "in_all": {
            "found": outside,
            "planted": outside - caught[""],
            "recall": (outside - caught[""]) / len(faults),
            "precision": (outside - caught[""]) / max(1, outside),
        },
    }


def with_exif(source: Path, target: Path, place: venloc.LatLng) -> None:
    """A copy of a JPEG file with the place in its EXIF data; its picture is the same to the bit."""
    exif = Image.Exif()
    gps = exif.get_ifd(_GPS)
    for tag, degrees, sides in ((1, place.lat, "NS"), (3, place.lng, "EW")):
        gps[tag] = sides[degrees < 0]
        seconds = round(abs(degrees) * 3600 * 10_000)
        whole, rest = divmod(seconds, 3600 * 10_000)
        minutes, rest = divmod(rest, 60 * 10_000)
        gps[tag + 1] = (IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(rest, 10_000))
    exif[_GPS] = gps
    data, body = source.read_bytes(), exif.tobytes()
    assert data.startswith(b"\xff\xd8")
    segment = b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    target.write_bytes(data[:2] + segment + data[2:])


def own_city(photos: venloc.Gallery, queries: venloc.Gallery, cache: Path) -> dict[str, Any]:
    """Collect, build and locate by the commands, with their times; what the model answers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "photos").mkdir()
        for photo in photos.photos:
            assert photo.file is not None
            with_exif(Path(photo.file), folder / "photos" / Path(photo.file).name, photo.location)
        seconds = {}
        query = queries.photos[0].file
        for step, *command in (
            ("collect", "collect", "folder", "photos", "-o", "city", "--box", "venice"),
            ("build", "build", "city", "-o", "city.venloc"),
            ("locate", "locate", str(query), "--model", "city.venloc"),
        ):
            started = time.monotonic()
            text = subprocess.run(
                [sys.executable, "-m", "venloc", *command], cwd=folder, check=True, capture_output=True, text=True
            ).stdout
            seconds[step] = time.monotonic() - started
            log(f"{step}: {seconds[step]:.0f} s; {text.strip()}")
        gallery = venloc.Gallery.from_folder(folder / "city")
        # Measured with the options of the other models; the command's own differ in the size of the model.
        copies = cache / "coordinates" / "photos"
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(folder / "photos", copies)
        moved = venloc.Gallery(
            [venloc.Photo(id=p.id, file=copies / Path(str(p.file)).name, location=p.location) for p in gallery.photos]
        )
        records, _ = located("own city", moved, queries, cache)
        return {"seconds": seconds, "photos": len(gallery), "of": len(photos), "records": records}


def measure(folder: Path, model: Path, cache: Path) -> dict[str, Any]:
    """Everything."""
    photos = venloc.Gallery.from_folder(folder)
    (cache / "coordinates").mkdir(parents=True, exist_ok=True)
    matches = all_matches(photos, model, cache)
    number = Counter(i for a, b, _ in matches for i in (a, b))
    matched = {photos.photos[i].id for i, n in number.items() if n >= 2}
    split = venloc.random_split(len(photos), SHARE, SEED)
    known, queries = photos.subset(split.train), photos.subset(split.test)
    given, faults = planted(known.photos, SEED)
    answers: dict[str, Records] = {}
    answers["places as they come"], _ = located("as they come", known, queries, cache)
    with tempfile.TemporaryDirectory() as name, filled(Path(name), known.photos, given) as catalogue:
        # Exchanged places are on another continent, where no model of a city can reach.
        on_earth = venloc.Gallery(
            [
                venloc.Photo(id=p.id, file=p.file, location=venloc.LatLng(*place))
                for i, (p, place) in enumerate(zip(known.photos, given, strict=True))
                if faults.get(i) != "swapped"
            ]
        )
        answers["with faults"], _ = located("with faults", on_earth, queries, cache)
        options = CheckOptions(boxes=(BOXES["venice"],))
        check(catalogue, options)
        places_alone = found(catalogue, known.photos, faults, matched)
        answers["checked, places alone"], checked = located(
            "places alone", kept_photos(catalogue, known.photos), queries, cache
        )
        check(catalogue, options, locator=venloc.SiftLocator.load(checked), progress=reporter("audit"))
        with_matches = found(catalogue, known.photos, faults, matched)
        answers["checked, with matches"], _ = located(
            "with matches", kept_photos(catalogue, known.photos), queries, cache
        )
    # The photos as they come are no less doubtful at places: what the check does to them.
    with tempfile.TemporaryDirectory() as name:
        as_they_come = [(p.location.lat, p.location.lng) for p in known.photos]
        with filled(Path(name), known.photos, as_they_come) as catalogue:
            check(catalogue, options)
            nothing_planted = Counter(f.reason for f in catalogue.findings() if f.doubt >= 0.5)
    city = own_city(known, queries, cache)
    answers["own city, from a folder"] = city.pop("records")
    # Photos of one album on one point share the point, right or wrong, with queries of that album: those prove nothing here.
    crowds = Counter((p.location.lat, p.location.lng) for p in photos.photos)
    alone = [crowds[p.location.lat, p.location.lng] < options.crowd for p in queries.photos]
    everyone = {name: float(np.mean([r.error_m for r in rows])) for name, rows in answers.items()}
    answers = {
        name: [record for record, sound in zip(rows, alone, strict=True) if sound] for name, rows in answers.items()
    }
    records = answers["places as they come"]
    pairs = {
        f"{name} minus {base}": difference_figures(venloc.evaluation.compare(answers[name], answers[base]))
        for name, base in (
            ("with faults", "places as they come"),
            ("checked, places alone", "with faults"),
            ("checked, with matches", "with faults"),
            ("checked, with matches", "places as they come"),
            ("own city, from a folder", "places as they come"),
        )
    }
    return {
        "machine": machine(),
        "queries": len(records),
        "on_crowded_points": len(queries) - len(records),
        "mean_m_of_all": everyone,
        "groups": len({r.group for r in records}),
        "crowds": crowd_evidence(photos, matches),
        "faults": {"places alone": places_alone, "with matches": with_matches},
        "nothing_planted": dict(nothing_planted),
        "figures": {
            name: mean_of_folds([rows], 2000) for name, rows in {**answers, **baselines(known.photos, records)}.items()
        },
        "differences": pairs,
        "guesses": {name: guesses(rows) for name, rows in answers.items()},
        "own_city": city,
    }


def page(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    text = (
        "<!-- Written by benchmarks/coordinate_check.py; do not edit. -->\n# Check of coordinates\n\n"
        f"`.venv/bin/python benchmarks/coordinate_check.py`; {result['faults']['with matches']['photos']} shared photos with "
        "planted faults, found when the check doubts or drops them. Some of the photos have wrong places as they come (below), "
        "which count against the precision. With matches: the geotag audit by a model of what the first check kept; it can judge "
        "photos with two matches or more.\n\n"
    )
    rows = []
    for how, counts in result["faults"].items():
        rows += [
            [
                kind,
                how,
                v["planted"],
                v["found"],
                f"{v['recall']:.2f}",
                f"{v['recall_of_these']:.2f} ({v['with_two_matches']})",
                "",
            ]
            for kind, v in counts["kinds"].items()
        ]
        v = counts["in_all"]
        rows.append(["all", how, "", v["found"], f"{v['recall']:.2f}", "", f"{v['precision']:.2f}"])
    head = ["fault", "check", "planted", "found", "recall", "of those with two matches (number)", "precision"]
    text += markdown_table(head, rows) + "\n"
    rows = [
        [reason, how, v["found"], v["planted"], f"{v['precision']:.2f}"]
        for how, counts in result["faults"].items()
        for reason, v in counts["reasons"].items()
    ]
    text += markdown_table(["reason", "check", "photos", "with a planted fault", "precision"], rows)
    text += (
        "\n## Points with many photos\n\nOf the photos as they come: how far the matches of a photo are, those on the same point "
        f"aside ({LEAST_INLIERS} inliers or more). From this table, and so from these photos, is the number from which on a point "
        "is doubted (`CheckOptions.crowd`).\n\n"
    )
    text += markdown_table(
        ["photos on the point", "photos", "with such matches", "median of their medians [m]", f"within {NEAR_M:.0f} m"],
        [
            [c["on_a_point"], c["photos"], c["with_matches"], f"{c['median_m']:.0f}", f"{c['near']:.2f}"]
            for c in result["crowds"]
        ],
    )
    text += (
        f"\n## The effect on locating\n\n{result['queries']} queries in {result['groups']} groups of a random split, located by "
        f"SIFT models. {result['on_crowded_points']} more are left out, whose own place is a point that is doubted: "
        "the model holds that point from the other photos of the album, right or wrong. Photos with exchanged coordinates "
        "are left out of the model with faults, which could not be built with them.\n\n"
    )
    text += (
        interval_table(result["figures"])
        + "\nPaired over the queries; of the errors less is better, of the shares more:\n\n"
    )
    text += markdown_table(
        ["", "mean [m]", "median [m]", "within 25 m", "within 100 m"],
        [[name, *figure_cells(d)] for name, d in result["differences"].items()],
    )
    text += (
        f"\nOf the answers with a confidence below {UNSURE:g}, which are little more than where photos are many: those within "
        f"{SPOT_M:.0f} m of one spot, the one with most of them, and their mean error.\n\n"
    )
    text += markdown_table(
        ["", "unsure", "at one spot", "mean there [m]", "mean of the other unsure ones [m]"],
        [
            [name, g["unsure"], g["at_one_spot"], f"{g['their_mean_m']:.0f}", f"{g['others_mean_m']:.0f}"]
            for name, g in result["guesses"].items()
        ],
    )
    city = result["own_city"]
    times = ", ".join(f"{step} {seconds:.0f} s" for step, seconds in city["seconds"].items())
    text += (
        f"\n## A city of one's own\n\nThe places written into copies of the {city['of']} files, `venloc collect folder`, `venloc "
        f"build`, `venloc locate`: {times}. {city['photos']} photos were kept; the others are copies, or doubtful.\n"
    )
    return text + f"\nMachine: {machine_text(result['machine'])}.\n"


def main() -> None:
    """Writes docs/results/coordinate-check.json and .md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, default=shared_folder() / "data" / "venice")
    parser.add_argument("--model", type=Path, default=SHIPPED_MODEL, help="matches the photos with one another")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "experiments", help="what is kept between runs")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the results")
    arguments = parser.parse_args()
    result = measure(require(arguments.photos), require(arguments.model), arguments.cache)
    write_json(arguments.out / "coordinate-check.json", result)
    (arguments.out / "coordinate-check.md").write_text(page(result))


if __name__ == "__main__":
    main()
