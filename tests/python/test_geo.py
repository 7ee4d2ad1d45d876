# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import json
import math
import pickle

import numpy as np
import pytest
import venloc


def test_lat_lng_is_a_value() -> None:
    rialto = venloc.LatLng(45.438, 12.3359)
    assert (rialto.lat, rialto.lng) == (45.438, 12.3359)
    assert tuple(rialto) == (45.438, 12.3359)
    assert repr(rialto) == "LatLng(lat=45.438, lng=12.3359)"
    assert rialto == venloc.LatLng(lat=45.438, lng=12.3359)
    assert rialto != venloc.LatLng(45.438, 12.336)
    assert rialto != "somewhere"
    assert len({rialto, venloc.LatLng(45.438, 12.3359), venloc.LatLng(0, 0)}) == 2
    with pytest.raises(AttributeError):
        rialto.lat = 3  # type: ignore[misc]
    assert rialto.to_dict() == {"lat": 45.438, "lng": 12.3359}


@pytest.mark.parametrize(
    "value",
    [
        venloc.LatLng(45.4, 12.3),
        venloc.EastNorth(3.5, -2),
        venloc.BoundingBox(45, 12, 46, 13),
        venloc.LocalFrame(venloc.LatLng(45.4, 12.3)),
    ],
)
def test_geometry_hashes_and_pickles(value: object) -> None:
    copy = pickle.loads(pickle.dumps(value))
    assert copy == value
    assert hash(copy) == hash(value)


def test_distance_of_a_degree_of_latitude() -> None:
    a, b = venloc.LatLng(45, 12), venloc.LatLng(46, 12)
    assert venloc.distance_m(a, b) == pytest.approx(math.radians(1) * 6371008.8, abs=1e-3)


def test_local_frame_there_and_back() -> None:
    frame = venloc.LocalFrame(venloc.LatLng(45.4, 12.3))
    place = venloc.LatLng(45.43, 12.34)
    back = frame.to_lat_lng(frame.to_local(place))
    assert venloc.distance_m(place, back) < 1e-3
    with pytest.raises(ValueError, match="95"):
        venloc.LocalFrame(venloc.LatLng(95, 12))


def test_bounding_box_across_the_antimeridian() -> None:
    box = venloc.BoundingBox.around([venloc.LatLng(-16.8, 179.99), venloc.LatLng(-16.8, -179.99)])
    assert (box.west, box.east) == (179.99, -179.99) and box.width_deg() == pytest.approx(0.02)
    assert abs(box.center().lng) == 180 and not box.contains(venloc.LatLng(-16.8, 0))


def test_bounding_box_around_places() -> None:
    box = venloc.BoundingBox.around([venloc.LatLng(45, 12), venloc.LatLng(46, 13)], margin_m=100)
    assert box.contains(venloc.LatLng(45.0005, 12))
    assert not box.contains(venloc.LatLng(44.99, 12))
    with pytest.raises(venloc.InvalidArgumentError):
        venloc.BoundingBox.around([])


def test_posterior_density_at_a_place_and_at_arrays(posterior: venloc.Posterior) -> None:
    at_mode = posterior.density(45.434, 12.338)
    assert isinstance(at_mode, float)
    # The strongest component alone gives weight / (2 pi sigma²).
    assert at_mode == pytest.approx(0.7 / (2 * math.pi * 30**2), rel=0.01)
    lat, lng = np.meshgrid(np.linspace(45.43, 45.44, 4), np.linspace(12.33, 12.34, 3))
    field = posterior.density(lat, lng)
    assert field.shape == lat.shape
    assert field[1, 2] == posterior.density(lat[1, 2], lng[1, 2])
    with pytest.raises(ValueError, match="one shape"):
        posterior.density(lat, lng[:1])


def test_posterior_mass_mode_and_pickle(posterior: venloc.Posterior) -> None:
    mode = posterior.mode()
    assert venloc.distance_m(mode, venloc.LatLng(45.434, 12.338)) < 1
    radius = posterior.credible_radius_m(mode, 0.5)
    assert posterior.mass_within(mode, radius) == pytest.approx(0.5 * posterior.in_area, abs=1e-3)
    copy = pickle.loads(pickle.dumps(posterior))
    assert len(copy.components) == 2
    assert copy.density(45.434, 12.338) == pytest.approx(posterior.density(45.434, 12.338), rel=1e-12)
    assert pickle.loads(pickle.dumps(venloc.Posterior.product([posterior, posterior], [0.5, 0.5]))).in_area > 0.9
    collection = json.loads(posterior.to_geojson())
    assert {f["properties"].get("level") for f in collection["features"]} >= {0.5, 0.9}
    with pytest.raises(ValueError, match="sigma"):
        venloc.Posterior(posterior.frame, posterior.area, [venloc.PosteriorComponent(sigma_m=0, weight=1)], 0, 0)
