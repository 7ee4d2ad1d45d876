# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Paintings by the layout of a network's feature maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import venloc
from conftest import City
from PIL import Image, ImageFilter, ImageOps


@pytest.fixture(scope="module")
def painting_locator(gallery: venloc.Gallery) -> venloc.PaintingLocator:
    backbone = venloc.Backbone.random("squeezenet1_1", 1, stage="fire3", further_stages=["fire5"])
    return venloc.PaintingLocator.build(
        gallery,
        backbone,
        projection={"dimension": 24},
        gallery_long_side_px=128,
        query_long_sides_px=[96, 128],
        city="Drawn",
    )


def test_a_painted_view_is_found(painting_locator: venloc.PaintingLocator, gallery: venloc.Gallery, city: City) -> None:
    with Image.open(city.query) as view:
        painted = ImageOps.posterize(view.convert("RGB").filter(ImageFilter.MedianFilter(3)), 3)
    answer = painting_locator.locate(np.asarray(painted))
    assert answer.candidates[0].photo_id.startswith("place00")
    assert venloc.distance_m(answer.location, venloc.LatLng(*city.places[0])) < 50
    scores = painting_locator.scores(np.asarray(painted))
    assert scores.shape == (len(gallery),)
    assert abs(scores.mean()) < 1e-3  # z-scores
    ids = [photo.id for photo in painting_locator.photos]
    best = sorted(range(len(ids)), key=lambda i: -scores[i])[:20]
    assert [c.photo_id for c in answer.candidates] == [ids[i] for i in best]
    assert painting_locator.locate_scores(scores).to_dict() == answer.to_dict()
    with pytest.raises(ValueError, match=f"{len(gallery)} photos, got 3"):
        painting_locator.locate_scores(np.zeros(3, np.float32))
    with pytest.raises(ValueError, match="one row"):
        painting_locator.locate_scores(np.zeros((2, 3), np.float32))


def test_a_saved_model_answers_alike(painting_locator: venloc.PaintingLocator, city: City, tmp_path: Path) -> None:
    painting_locator.save(tmp_path / "city.venloc")
    again = venloc.load(tmp_path / "city.venloc")
    assert isinstance(again, venloc.PaintingLocator)
    assert again.info().kind == "painting"
    assert again.options.query_long_sides_px == [96, 128]
    assert again.locate(city.query).to_dict() == painting_locator.locate(city.query).to_dict()
    with pytest.raises(venloc.FormatError, match="holds no SIFT"):
        venloc.load(tmp_path / "city.venloc", fast=True)


def test_a_kind_that_cannot_be_changed_names_those_that_can(
    painting_locator: venloc.PaintingLocator, gallery: venloc.Gallery
) -> None:
    for change in (lambda: painting_locator.add(gallery), lambda: painting_locator.remove(["a"])):
        with pytest.raises(venloc.InvalidArgumentError, match="'painting'.*descriptor, ensemble and sift"):
            change()


def test_wrong_options_are_reported(gallery: venloc.Gallery) -> None:
    backbone = venloc.Backbone.random("squeezenet1_1", 1, stage="fire3")
    with pytest.raises(ValueError, match="query_long_sides_px must be 32 to 2000 px, got 5"):
        venloc.PaintingLocator.build(gallery, backbone, query_long_sides_px=[5])
