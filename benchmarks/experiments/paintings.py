# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Paintings, drawings and old photographs: by feature matching, by maps of a network, and by both in the ensemble."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from artworks.labels import PICTURES, nearer, picture_of
from common import ensemble_cap, kept, key_of, markdown_table, read_csv, reporter, require
from protocols import Records, as_record, baselines
from venloc.evaluation import run_queries

from experiments import networks
from experiments.study import Result, Row, Study

TITLE = "Paintings, drawings and old photographs"


def run(study: Study) -> Result:
    """Paintings, drawings and old photographs: by feature matching, by maps of a network, and by both in the ensemble."""
    backbone = study.backbone(networks.DEFAULT)
    if backbone is None:
        return [], {}, ""
    folder = study.shared / "data" / "paintings"
    artworks = read_csv(require(folder / "labels.csv"))[: 12 if study.quick else None]
    photos = [
        venloc.Photo(id=a["file"], file=folder / a["file"], location=(float(a["lat"]), float(a["lon"])))
        for a in artworks
    ]
    # A group is a source, of which two volumes are one.
    sources = [a["repo"].partition("-vol-")[0] for a in artworks]
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

        key = key_of(study.ids, kind, networks.DEFAULT.name, [p.id for p in photos])
        stored = kept(study.cache / "paintings" / f"{key}.json", compute)
        found[name] = [as_record(r) for r in stored["records"]]
        facts[name] = {
            "build [s]": round(stored["seconds"]),
            "MB": f"{stored['bytes'] / 1e6:.0f}",
            "query [s]": f"{stored['query']:.2f}",
        }
    found["ensemble"], facts["ensemble"] = artworks_by_ensemble(study, backbone, photos, groups)
    found = {**baselines(study.gallery.photos, found["painting"]), **found}
    found = {
        name: [nearer(r, places_of(a)) for r, a in zip(records, artworks, strict=True)]
        for name, records in found.items()
    }
    media = [PICTURES[picture_of(a["medium"])] for a in artworks]
    rows = []
    for medium in ("all artworks", *sorted(set(media))):
        chosen = [i for i, m in enumerate(media) if medium in ("all artworks", m)]
        rows += [
            Row(medium, name, [[records[i] for i in chosen]], facts.get(name, {})) for name, records in found.items()
        ]
    text = (
        "\nErrors are to the nearer of where the artist stood and what is shown; places were assigned by hand, to about 50 m or, "
        "for some, 100 to 200 m. Groups are the books and collections that the artworks are from. The few constants of "
        "PaintingLocator and of the ensemble were chosen on these artworks, which flatters their figures a little.\n\n"
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


def artworks_by_ensemble(
    study: Study, backbone: venloc.Backbone, photos: Sequence[venloc.Photo], groups: Sequence[int]
) -> tuple[list[venloc.EvaluationRecord], dict[str, Any]]:
    """Records of ensembles whose artwork detector was trained on the artworks of the other half of the sources."""
    study.features(networks.DEFAULT.name, backbone)
    by_size = [source for source, _ in Counter(groups).most_common()]
    half_of = {source: i % 2 for i, source in enumerate(by_size)}
    records: list[Any] = [None] * len(photos)
    seconds, sizes, waits = [], [], []
    for half in (0, 1):
        queries = [i for i, source in enumerate(groups) if half_of[source] == half]
        if not queries:
            continue
        known = [str(photos[i].file) for i in range(len(photos)) if i not in queries]
        key = key_of(study.ids, networks.DEFAULT.name, "artworks", [photos[i].id for i in queries], len(photos))

        def compute(queries: list[int] = queries, known: list[str] = known) -> dict[str, Any]:
            model = study.cache / "artworks.venloc"
            started = time.monotonic()
            locator = venloc.EnsembleLocator.build(
                study.gallery,
                backbone,
                artworks=known,
                sift={"max_features_total": ensemble_cap(len(study.gallery))},
                cache=study.cache / "features",
                num_threads=study.threads,
                progress=reporter("ensemble of artworks"),
            )
            locator.save(model)
            built, size = time.monotonic() - started, model.stat().st_size
            model.unlink()
            started = time.monotonic()
            answers = run_queries(
                locator, venloc.Gallery([photos[i] for i in queries]), [groups[i] for i in queries], 1
            )
            wait = (time.monotonic() - started) / len(queries)
            return {"records": [r.to_dict() for r in answers], "seconds": built, "bytes": size, "query": wait}

        stored = kept(study.cache / "paintings" / f"{key}.json", compute)
        for i, record in zip(queries, stored["records"], strict=True):
            records[i] = as_record(record)
        seconds.append(stored["seconds"])
        sizes.append(stored["bytes"])
        waits.append(stored["query"])
    return records, {
        "build [s]": round(np.mean(seconds)),
        "MB": f"{np.mean(sizes) / 1e6:.0f}",
        "query [s]": f"{np.mean(waits):.2f}",
    }


def places_of(artwork: dict[str, str]) -> list[venloc.LatLng]:
    """Where the artist stood, and what is shown."""
    names = (("lat", "lon"), ("subject_lat", "subject_lon"))
    return [venloc.LatLng(float(artwork[lat]), float(artwork[lng])) for lat, lng in names]
