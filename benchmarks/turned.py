# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Are pictures that lie on their side or upside down located as upright ones are?

Photos of one grouped fold, whole uploads held out, by an ensemble of the other folds; artworks by the default model, whose
classifier of turns was fitted to photos only. Each is located as it is, and turned by 90, 180 and 270 degrees. The bounds of
the classifier were chosen on fold 0 and on the artworks.
"""

from __future__ import annotations

import argparse
import time
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
    read_csv,
    reporter,
    require,
    shared_folder,
    write_json,
)
from protocols import FOLDS

FOLD = 1  # not fold 0, on which the bounds were chosen
UPLOAD_GAP = 10_000  # Flickr ids at most this far apart are of one upload
TURNS = (0, 90, 180, 270)
TIMED = 60  # upright pictures whose queries are timed with and without the classifier
RESAMPLES = 2000


def main() -> None:
    """Writes docs/results/turned.json and turned.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "evaluation")
    parser.add_argument("--threads", type=int, default=0)
    arguments = parser.parse_args()
    data = require(arguments.shared / "data")
    found = {
        "machine": machine(),
        "photos": of_photos(data / "venice", arguments.cache, arguments.threads),
        "artworks": of_artworks(data / "paintings", arguments.cache),
    }
    write_json(RESULTS / "turned.json", found)
    (RESULTS / "turned.md").write_text(page(found), encoding="utf-8")


def of_photos(folder: Path, cache: Path, threads: int) -> dict[str, Any]:
    """Figures of the fold."""
    gallery = venloc.Gallery.from_folder(folder)
    groups = venloc.group_photos(gallery, flickr_id_gap=UPLOAD_GAP, num_threads=threads, progress=reporter("groups"))
    fold = venloc.grouped_k_fold(groups, FOLDS, 0)[FOLD]
    model = cache / f"turned-{key_of([photo.id for photo in gallery], fold.train)}.venloc"
    if not model.exists():
        train = gallery.subset(fold.train)
        log(f"building from {len(train)} photos")
        venloc.EnsembleLocator.build(
            train,
            venloc.weights.backbone(),
            cache=cache / "features",
            num_threads=threads,
            sift={"max_features_total": ensemble_cap(len(train))},
            progress=reporter("ensemble"),
        ).save(model)
    test = [gallery[i] for i in fold.test]
    files = [photo.file for photo in test if photo.file is not None]
    rows = kept(
        cache / f"turned-photos-{key_of(model.name)}.json",
        lambda: located(venloc.load(model), files, [photo.location for photo in test]),
    )
    return {
        "figures": figures(rows, [groups[i] for i in fold.test]),
        "seconds": seconds(venloc.load(model, num_threads=1), files[:TIMED]),
    }


def of_artworks(folder: Path, cache: Path) -> dict[str, Any]:
    """Figures of all artworks; those of one source are one group."""
    labels = read_csv(require(folder / "labels.csv"))
    labels = [row for row in labels if (folder / row["file"]).exists()]
    places = [venloc.LatLng(float(row["lat"]), float(row["lon"])) for row in labels]
    sources = sorted({row["repo"] for row in labels})
    rows = kept(
        cache / f"turned-artworks-{key_of(SHIPPED_MODEL.stat().st_size)}.json",
        lambda: located(venloc.load(SHIPPED_MODEL), [folder / row["file"] for row in labels], places),
    )
    return {"figures": figures(rows, [sources.index(row["repo"]) for row in labels])}


def located(locator: venloc.Locator, files: Sequence[Path], places: Sequence[venloc.LatLng]) -> list[dict[str, Any]]:
    """For each picture the error in each turn [m], and whether it was turned back rightly."""
    rows = []
    report = reporter("located")
    for number, (file, place) in enumerate(zip(files, places, strict=True)):
        upright = venloc.read_image(file)
        found = locator.locate([upright.turned((360 - degrees) % 360) for degrees in TURNS])
        rows.append(
            {
                "error_m": [venloc.distance_m(p.location, place) for p in found],
                "turned": [p.turned_degrees for p in found],
            }
        )
        report("pictures", number + 1, len(files))
    return rows


def figures(rows: Sequence[dict[str, Any]], groups: Sequence[int]) -> dict[str, Any]:
    """Shares within 100 m of the upright and of the turned pictures, and their difference with an interval by groups."""
    near = np.array([row["error_m"] for row in rows]) <= 100
    turned = np.array([row["turned"] for row in rows])
    upright, lying = near[:, 0].astype(float), near[:, 1:].mean(axis=1)
    random = np.random.default_rng(0)
    members = [np.flatnonzero(np.asarray(groups) == group) for group in np.unique(groups)]
    differences = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([members[i] for i in random.integers(0, len(members), len(members))])
        differences.append((lying[drawn] - upright[drawn]).mean())
    return {
        "pictures": len(rows),
        "groups": len(members),
        "upright_within_100_m": float(upright.mean()),
        "turned_within_100_m": [float(share) for share in near[:, 1:].mean(axis=0)],
        "difference": float((lying - upright).mean()),
        "interval": [float(v) for v in np.percentile(differences, [2.5, 97.5])],
        "upright_pictures_turned": float((turned[:, 0] != 0).mean()),
        "turned_back_rightly": float((turned[:, 1:] == np.array(TURNS[1:])).mean()),
    }


def seconds(locator: venloc.Locator, files: Sequence[Path]) -> dict[str, float]:
    """Median and mean times of a query with the classifier, and without it: answer(evidence(picture))."""
    if not isinstance(locator, venloc.GalleryLocator):
        raise TypeError(f"{locator!r} has no evidence")
    whole, plain = [], []
    for file in files:
        picture = venloc.read_image(file)
        started = time.perf_counter()
        locator.locate(picture)
        between = time.perf_counter()
        locator.answer(locator.evidence(picture))
        whole.append(between - started)
        plain.append(time.perf_counter() - between)
    return {
        "median_s": float(np.median(whole)),
        "plain_median_s": float(np.median(plain)),
        "mean_ratio": sum(whole) / sum(plain),
    }


def page(found: dict[str, Any]) -> str:
    """The results as Markdown."""
    rows = []
    for name in ("photos", "artworks"):
        f = found[name]["figures"]
        low, high = f["interval"]
        rows.append(
            (
                f"{f['pictures']} {name}",
                f["groups"],
                f"{f['upright_within_100_m']:.3f}",
                *(f"{share:.3f}" for share in f["turned_within_100_m"]),
                f"{f['difference']:.3f} ({low:.3f} to {high:.3f})",
                f"{f['upright_pictures_turned']:.3f}",
                f"{f['turned_back_rightly']:.3f}",
            )
        )
    times = found["photos"]["seconds"]
    head = (
        "pictures",
        "groups",
        "upright",
        *(f"by {degrees}°" for degrees in TURNS[1:]),
        "turned minus upright",
        "upright ones turned",
        "turned back rightly",
    )
    return (
        "<!-- Written by benchmarks/turned.py; do not edit. -->\n# Turned pictures\n\n"
        f"`.venv/bin/python benchmarks/turned.py`; {machine_text(found['machine'])}. Shares located within 100 m, of pictures "
        "as they are and turned. The photos are of a grouped fold that was not used for development, with whole uploads held out; "
        "the classifier saw neither these photos nor any artwork, but its bounds were chosen on these artworks.\n\n"
        + markdown_table(head, rows)
        + f"\nA query of an upright photo takes {times['median_s']:.3f} s in the median on one thread, "
        f"{times['plain_median_s']:.3f} s without the classifier; the mean is {times['mean_ratio']:.2f} times as long, since "
        "some pictures are located in two turns.\n"
    )


if __name__ == "__main__":
    main()
