# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Exhaustive matching compared with OpenCV's matcher."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import venloc
from common import log

from evaluate_protocols.study import Run


def against_bfmatcher(run: Run, gallery: venloc.Gallery, queries: Sequence[int]) -> dict[str, Any]:
    """Ten queries against a sample of the gallery, by OpenCV and by venloc."""
    import cv2

    random = np.random.default_rng(0)
    size = min(40 if run.quick else 200, len(gallery))
    sample = gallery.subset(sorted(int(i) for i in random.choice(len(gallery), size, replace=False)))
    chosen = queries[: 2 if run.quick else 10]
    locator = run.build(sample, "sample for BFMatcher", matching="exhaustive", max_candidates=size)
    sift = locator.options.sift
    extract = {**sift.to_dict()}
    descriptors = [venloc.extract_sift(venloc.read_image(photo.file), **extract).descriptors for photo in sample]
    matcher = cv2.BFMatcher(cv2.NORM_L1, crossCheck=True)
    counts: Counter[str] = Counter()
    features: Counter[str] = Counter()
    for number, i in enumerate(chosen, 1):
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
        log(f"BFMatcher: query {number} of {len(chosen)}")
    names = ("same_picture", "same_sum", "same_ranking")
    return {
        "queries": len(chosen),
        "gallery": size,
        "opencv": cv2.__version__,
        "features": {name: features[name] for name in ("ours", "same_converted", "same_decoded")},
        **{n: int(counts[n]) for n in names},
    }
