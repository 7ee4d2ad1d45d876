# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""How well pictures of elsewhere are distinguished from those of the city."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from common import ensemble_cap, kept, key_of, markdown_table, read_csv, reporter, require
from numpy.typing import NDArray
from protocols import as_record
from venloc.evaluation import run_queries
from venloc.words import MIN_IN_AREA

from experiments import networks
from experiments.study import FEW, PUBLISHED, Fold, Result, Row, Study

TITLE = "Is it this city at all?"


def run(study: Study) -> Result:
    """How well pictures of elsewhere are distinguished from those of the city."""
    backbone = study.backbone(networks.DEFAULT)
    if backbone is None:
        return [], {}, ""
    study.features(networks.DEFAULT.name, backbone)
    folder = study.shared / "data" / "out_of_area"
    foreign = [row for row in read_csv(require(folder / "labels.csv")) if (folder / row["file"]).exists()]
    foreign = foreign[: 6 if study.quick else None]
    files = [folder / row["file"] for row in foreign]
    of_artworks = np.array(["watercolour" in row["place"] for row in foreign])
    folds = [fold for fold in study.folds(most=FEW) if fold.protocol == PUBLISHED]
    answers, records = [], []
    for fold in folds:
        key = key_of(study.ids, networks.DEFAULT.name, "out of area", fold.split.train, [f.name for f in files])

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
            others: dict[str, Sequence[Any]] = {"elsewhere": files, "nowhere": non_places()}
            return {
                "here": [r.to_dict() for r in run_queries(locator, *of_fold, study.threads)],
                **{
                    name: [p.in_area for p in locator.locate([*pictures], study.threads, errors="raise")]
                    for name, pictures in others.items()
                },
            }

        stored = kept(study.cache / "folds" / f"{key}.json", compute)
        records.append([as_record(r) for r in stored["here"]])
        stored["here"] = [r.in_area for r in records[-1]]
        answers.append({name: np.array(values) for name, values in stored.items()})
    lines = []
    chosen = {
        "all of elsewhere": ("elsewhere", np.ones(len(files), bool)),
        "photos": ("elsewhere", ~of_artworks),
        "watercolours": ("elsewhere", of_artworks),
        "drawn by program": ("nowhere", np.ones(len(answers[0]["nowhere"]), bool)),
    }
    for name, (kind, which) in chosen.items():
        areas = [auroc(a["here"], a[kind][which]) for a in answers]
        away = [float((a[kind][which] < MIN_IN_AREA).mean()) for a in answers]
        strict = [float((a[kind][which] < np.quantile(a["here"], 0.1)).mean()) for a in answers]
        lines.append([name, int(which.sum()), *(f"{np.mean(v):.3f}" for v in (areas, away, strict))])
    here = [float((a["here"] < MIN_IN_AREA).mean()) for a in answers]
    text = (
        f"\nPhotos of the published random splits ({sum(len(a['here']) for a in answers)} queries, {len(folds)} splits) against "
        "pictures of Paris, London, Washington and Italian cities and against textures, noise, documents and diagrams. "
        f"At the default threshold (in_area below {MIN_IN_AREA}) {np.mean(here):.3f} of the photos of Venice are turned away "
        f"({min(here):.3f} to {max(here):.3f}). Calibrated on grouped folds, as the default city. "
        "The constants of the odds were fitted on photos of one development fold "
        "against these same pictures of elsewhere; which evidence is used, and with what weight, was not.\n\n"
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
