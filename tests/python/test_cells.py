# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""S2 cells against s2cell, an implementation in Python that shares no code with the library that venloc uses."""

import math
import pickle
import random

import numpy as np
import pytest
import s2cell
import venloc

RIALTO = venloc.LatLng(45.438, 12.3359)


def everywhere(count: int, seed: int) -> list[venloc.LatLng]:
    rng = random.Random(seed)
    return [venloc.LatLng(math.degrees(math.asin(rng.uniform(-1, 1))), rng.uniform(-180, 180)) for _ in range(count)]


def city(count: int, seed: int) -> list[venloc.LatLng]:
    rng = random.Random(seed)
    return [venloc.LatLng(rng.gauss(45.434, 0.004), rng.gauss(12.338, 0.006)) for _ in range(count)]


@pytest.mark.parametrize("level", range(31))
def test_cells_are_those_of_an_independent_implementation(level: int) -> None:
    for place in [RIALTO, *everywhere(100, level), *city(20, level)]:
        cell = venloc.cell_at(place, level)
        assert cell.id == s2cell.lat_lon_to_cell_id(place.lat, place.lng, level)
        assert cell.token() == s2cell.lat_lon_to_token(place.lat, place.lng, level)
        assert cell == venloc.CellId.from_token(cell.token())
        assert cell.level() == level
        lat, lng = s2cell.cell_id_to_lat_lon(cell.id)
        assert venloc.distance_m(cell.center(), venloc.LatLng(lat, lng)) < 1e-6
        above = level // 2
        assert cell.parent(above).id == s2cell.cell_id_to_parent_cell_id(cell.id, above)
        assert cell.contains(place)
        assert cell.parent(above).contains(cell)
        assert len({cell, *cell.neighbours()}) == 5
        assert {n.id for n in cell.neighbours()} == set(s2cell.cell_id_to_neighbor_cell_ids(cell.id, corner=False))


def test_a_cell_is_a_value() -> None:
    cell = venloc.cell_at(RIALTO, 16)
    assert repr(cell) == f"CellId(id={cell.id})"
    assert pickle.loads(pickle.dumps(cell)) == cell
    assert len({cell, venloc.CellId(cell.id), cell.parent(15)}) == 2
    assert sorted(cell.children()[2:] + cell.children()[:2]) == cell.children()
    assert cell.distance_m(cell.center()) == 0
    assert max(venloc.distance_m(cell.center(), corner) for corner in cell.vertices()) == pytest.approx(100, rel=0.3)
    with pytest.raises(AttributeError):
        cell.id = 3  # type: ignore[misc]
    with pytest.raises(ValueError, match="0 to 30, got 31"):
        venloc.cell_at(RIALTO, 31)
    with pytest.raises(ValueError, match="nan"):
        venloc.cell_at(venloc.LatLng(math.nan, 12), 13)
    with pytest.raises(ValueError, match="is not an S2 cell"):
        venloc.CellId(0).level()
    with pytest.raises(ValueError, match="'banana'"):
        venloc.CellId.from_token("banana")


@pytest.mark.parametrize("level", [13, 15, 17])
def test_a_partition_of_one_level_has_the_cells_of_its_photos(level: int) -> None:
    photos = city(400, 1)
    partition = venloc.CellPartition(photos, venloc.CellPartitionOptions.fixed_level(level))
    expected = [s2cell.lat_lon_to_token(p.lat, p.lng, level) for p in photos]
    assert partition.tokens == sorted(set(expected), key=s2cell.token_to_cell_id)
    assert [partition.tokens[i] for i in partition.classes_of(photos)] == expected
    assert partition.counts.tolist() == [expected.count(token) for token in partition.tokens]


def test_an_adaptive_partition() -> None:
    photos = city(900, 2)
    partition = venloc.CellPartition(photos, max_photos=40, min_photos=5)
    assert partition == venloc.CellPartition(photos[::-1], {"max_photos": 40, "min_photos": 5})
    assert len(partition) == len(partition.cells) == len(partition.tokens) == len(partition.counts)
    assert partition.counts.sum() == len(photos)
    inside = np.array([[cell.contains(photo) for photo in photos] for cell in partition.cells])
    assert inside.sum(axis=0).max() == 1
    assert inside.sum(axis=1).min() >= 5
    assert inside.sum(axis=1).max() <= 40
    assert (
        partition.classes_of(photos)[inside.any(axis=0)].tolist() == inside.argmax(axis=0)[inside.any(axis=0)].tolist()
    )
    copy = pickle.loads(pickle.dumps(partition))
    assert copy == partition
    assert hash(copy) == hash(partition)
    assert repr(partition) == f"CellPartition({len(partition)} classes)"
    with pytest.raises(ValueError, match="photo 1"):
        venloc.CellPartition([RIALTO, venloc.LatLng(math.inf, 0)])
    with pytest.raises(ValueError, match="at least one photo"):
        venloc.CellPartition([])
    with pytest.raises(ValueError, match=r"partition\.min_photos"):
        venloc.CellPartition(photos, min_photos=50)
    with pytest.raises(TypeError, match="did you mean 'max_photos'"):
        venloc.CellPartition(photos, max_photo=50)


def test_smoothed_labels_follow_the_distances() -> None:
    partition = venloc.CellPartition(city(500, 3))
    place = venloc.LatLng(45.45, 12.36)
    distances = partition.distances_m(place)
    assert distances.tolist() == [cell.distance_m(place) for cell in partition.cells]
    own = partition.class_of(place)
    expected = np.exp(-(distances - distances[own]) / 75)
    np.testing.assert_allclose(
        venloc.smoothed_labels(partition, place, 75), expected / expected.sum(), rtol=1e-12, atol=1e-15
    )
    with pytest.raises(ValueError, match="tau_m"):
        venloc.smoothed_labels(partition, place, 0)


def test_combined_partitions_multiply() -> None:
    photos = city(300, 4)
    coarse = venloc.CellPartition(photos, venloc.CellPartitionOptions.fixed_level(14))
    fine = venloc.CellPartition(photos)
    both = venloc.CombinedPartitions([coarse, fine], photos)
    assert both.partitions == [coarse, fine]
    rng = np.random.default_rng(0)
    a, b = rng.random(len(coarse)), rng.random(len(fine))
    pieces = np.array([both.classes(k) for k in range(len(both))])
    assert (
        pieces[both.piece_of_photo].tolist()
        == np.stack([coarse.classes_of(photos), fine.classes_of(photos)], 1).tolist()
    )
    expected = a[pieces[:, 0]] * b[pieces[:, 1]]
    np.testing.assert_allclose(both.combine([a.tolist(), b.tolist()]), expected / expected.sum(), rtol=1e-9)
    with pytest.raises(ValueError, match="no piece"):
        both.classes(len(both))
    with pytest.raises(ValueError, match="partition 1 must have"):
        both.combine([a.tolist(), a.tolist() + b.tolist()])
