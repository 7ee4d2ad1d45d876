# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that show no place, by the network of the default city and a layer of our own."""

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from conftest import scene

pytest.importorskip("urllib3", reason="collecting is an extra")
from venloc.collecting import Catalogue, Record, views
from venloc.collecting.catalogue import Picture

SHARED = Path(os.environ.get("VENLOC_SHARED", "../shared"))
LABELS = Path(__file__).parents[2] / "benchmarks" / "views.csv"


@pytest.fixture(scope="module")
def classifier() -> views.ViewClassifier:
    return views.load()


def test_shares_are_those_of_the_layer(classifier: views.ViewClassifier, tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    scene(1).save(file)
    # Another way to the same: what the network itself pools, through the arrays of the file.
    network = venloc.load(venloc.default_model_path()).backbone  # type: ignore[attr-defined] # it is an ensemble
    from venloc._core import read_safetensors

    sides = network.options.long_sides_px
    pooled = np.split(network.describe(str(file)), np.cumsum(network.parts)[:-1])[len(sides)]
    layer, _ = read_safetensors(Path(views.__file__).with_name("views.safetensors"))
    odds = np.exp(layer["weights"] @ pooled + layer["bias"])
    assert classifier.shares(file) == pytest.approx(odds / odds.sum(), abs=1e-3)
    assert classifier.shares(file).sum() == pytest.approx(1)


def test_networks_that_the_layer_was_not_fitted_to_are_refused() -> None:
    with pytest.raises(venloc.InvalidArgumentError, match="efficientnet_lite2 up to e17, not with squeezenet1_1"):
        views.ViewClassifier(venloc.Backbone.random("squeezenet1_1", 1))


class _Sure:
    """Answers by the name of the file."""

    def shares(self, file: Path) -> Any:
        venloc.read_image(file)
        kind, none = file.stem.split("-")
        reported = np.zeros(len(views.KINDS))
        reported[views.KINDS.index(kind)] = float(none)
        reported[0] += 1 - float(none)
        return reported


def test_what_shows_no_place_is_doubted_but_never_dropped_and_what_is_gone_is_left_out(tmp_path: Path) -> None:
    names = {"food-1.0": 0.85, "people-0.6": 0.51, "a room-0.4": None, "a place-0.0": None, "a thing-0.9": None}
    with Catalogue(tmp_path / "c.db") as catalogue:
        for name in names:
            scene(1).save(tmp_path / f"{name}.jpg")
            catalogue.add([Record("drawn", name, 45.43, 12.33)])
            catalogue.put_pictures([Picture("drawn", name, file=f"{name}.jpg")])
        (tmp_path / "a thing-0.9.jpg").unlink()
        reported = []
        found = views.no_views(catalogue, _Sure(), lambda *words: reported.append(words))  # type: ignore[arg-type]
    assert {f.id: round(f.doubt, 2) for f in found} == {name: doubt for name, doubt in names.items() if doubt}
    assert [f.detail for f in found] == [
        "the picture seems to show food, not a place (100%)",
        "the picture seems to show people, not a place (60%)",
    ]
    assert reported == [("classifying views", 5, 5)]


def test_on_real_photos(classifier: views.ViewClassifier) -> None:
    folder = SHARED / "data" / "venice" / "images"
    if not folder.is_dir():
        pytest.skip(f"no shared photos at {folder}")
    shows = {row["photo"]: row["shows"] for row in csv.DictReader(LABELS.read_text().splitlines())}
    assert set(shows.values()) == set(views.KINDS[1:])
    others = [file for file in sorted(folder.iterdir())[::25] if file.name not in shows]
    of_places = [1 - classifier.shares(file)[0] for file in others]
    assert np.mean(np.array(of_places) >= views.LEAST) < 0.04
    for kind in views.KINDS[1:]:
        files = [folder / name for name, shown in shows.items() if shown == kind][:12]
        reported = np.array([classifier.shares(file) for file in files])
        assert np.median(1 - reported[:, 0]) > np.quantile(of_places, 0.95), kind
    artworks = sorted((SHARED / "data" / "paintings" / "images").iterdir())[::10]
    assert all(1 - classifier.shares(file)[0] < views.LEAST for file in artworks)
