# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The options of a query have one meaning for every kind of locator."""

from __future__ import annotations

from pathlib import Path

import pytest
import venloc
from venloc import torch_support

GOLDEN = Path(__file__).parents[1] / "golden" / "format-2"
QUERIES = ("photo.png", "drawing.png")


@pytest.fixture(scope="module", params=sorted(file.name for file in GOLDEN.glob("*.venloc")))
def locator(request: pytest.FixtureRequest) -> venloc.Locator:
    if request.param in ("s2.venloc", "regression.venloc") and not torch_support.available():
        pytest.skip("this venloc was built without LibTorch")
    return venloc.load(GOLDEN / request.param)


@pytest.mark.parametrize("name", QUERIES)
def test_an_even_prior_changes_nothing(locator: venloc.Locator, name: str) -> None:
    plain = locator.locate(GOLDEN / name)
    posterior = plain.posterior
    even = venloc.Posterior(posterior.frame, posterior.area, [], 0.5, 0.5)
    informed = locator.locate(GOLDEN / name, prior=even)
    assert venloc.distance_m(informed.location, plain.location) < 1
    assert informed.in_area == pytest.approx(plain.in_area, abs=1e-3)
    assert informed.radius_90_m == pytest.approx(plain.radius_90_m, rel=0.01)
    for before, after in zip(plain.candidates[:5], informed.candidates[:5], strict=True):
        assert after.probability == pytest.approx(before.probability, abs=1e-3)


@pytest.mark.parametrize("name", QUERIES)
def test_a_prior_multiplies_the_posterior(locator: venloc.Locator, name: str) -> None:
    plain = locator.locate(GOLDEN / name).posterior
    photos = locator.photos
    place = plain.frame.to_local(photos[len(photos) // 3].location)
    known = [venloc.PosteriorComponent(mean=place, sigma_m=60, weight=0.6)]
    prior = venloc.Posterior(plain.frame, plain.area, known, 0.3, 0.1)
    informed = locator.locate(GOLDEN / name, prior=prior)
    expected = venloc.Posterior.product([plain, prior], [1, 1])
    assert informed.in_area == pytest.approx(expected.in_area, rel=0.01)
    for photo in photos[:: max(1, len(photos) // 12)]:
        where = photo.location.lat, photo.location.lng
        assert informed.posterior.density(*where) == pytest.approx(expected.density(*where), rel=0.02, abs=1e-9)
    assert sum(c.probability for c in informed.candidates) <= 1 + 1e-9
    assert informed.confidence == pytest.approx(informed.posterior.mass_within(informed.location, 100), abs=1e-9)


@pytest.mark.parametrize("name", QUERIES)
def test_an_area_holds_all_that_is_reported(locator: venloc.Locator, name: str) -> None:
    for photo in locator.photos[:: max(1, len(locator.photos) // 4)]:
        area = venloc.BoundingBox.around([photo.location], 40)
        answer = locator.locate(GOLDEN / name, area=area)
        assert area.contains(answer.location)
        assert answer.in_area == pytest.approx(1)
        assert all(area.contains(c.location) for c in answer.candidates)
        assert sum(c.probability for c in answer.candidates) <= 1 + 1e-9
        assert 0 < answer.confidence <= 1


def test_the_whole_area_only_makes_the_picture_one_of_the_city(locator: venloc.Locator) -> None:
    plain = locator.locate(GOLDEN / "photo.png")
    whole = locator.locate(GOLDEN / "photo.png", area=locator.info().area)
    assert venloc.distance_m(whole.location, plain.location) < 1
    assert whole.radius_90_m == pytest.approx(plain.radius_90_m, rel=0.02, abs=1)
    for before, after in zip(plain.candidates[:5], whole.candidates[:5], strict=True):
        assert after.photo_id == before.photo_id
        assert after.probability == pytest.approx(before.probability, abs=1e-3)


def test_a_prior_elsewhere_is_out_of_the_area(locator: venloc.Locator) -> None:
    far = venloc.LocalFrame(venloc.LatLng(45.9, 12.3))
    known = [venloc.PosteriorComponent(mean=venloc.EastNorth(east=0, north=0), sigma_m=20, weight=1)]
    prior = venloc.Posterior(far, venloc.BoundingBox(south=45.8, west=12.2, north=46, east=12.4), known, 0, 0)
    if locator.locate(GOLDEN / "photo.png").in_area == 1:
        with pytest.raises(ValueError, match="prior excludes every place"):
            locator.locate(GOLDEN / "photo.png", prior=prior)
    else:
        assert locator.locate(GOLDEN / "photo.png", prior=prior).in_area == pytest.approx(0)
