# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that show no place, by the classes of a network."""

import os
from pathlib import Path

import numpy as np
import pytest
import venloc
from conftest import scene

pytest.importorskip("urllib3", reason="collecting is an extra")
pytest.importorskip("venloc._torch", reason="venloc was built without LibTorch")
from venloc.collecting import Catalogue, Record, views
from venloc.collecting.catalogue import Picture

SHARED = Path(os.environ.get("VENLOC_SHARED", "../shared"))


@pytest.fixture(scope="module")
def weights() -> str:
    file = SHARED / "weights" / "squeezenet1_1.safetensors"
    if not file.is_file():
        pytest.skip(f"no weights at {file}")
    return str(file)


def test_classes_are_those_of_the_network(weights: str, tmp_path: Path) -> None:
    classifier = views.load_classifier(weights)
    file = tmp_path / "a.jpg"
    scene(1).save(file)
    share = views.shares(classifier, [str(file), str(file)])
    assert share.shape == (2, len(views.GROUPS))
    assert (share >= 0).all() and (share.sum(axis=1) <= 1 + 1e-9).all()
    # Softmax over all classes, summed over the classes of a group.
    logits = np.asarray(classifier.describe([str(file)]), dtype=np.float64)[0]
    odds = np.exp(logits) / np.exp(logits).sum()
    expected = [sum(odds[i] for part in parts for i in part) for parts in views.GROUPS.values()]
    assert share[0] == pytest.approx(expected)


def test_groups_are_classes_of_their_own() -> None:
    classes = [i for parts in views.GROUPS.values() for part in parts for i in part]
    assert len(classes) == len(set(classes)) and min(classes) >= 0 and max(classes) < 1000


class _Told:
    """Answers as a network that is sure of a class: that which the name of the file says."""

    def describe(self, files: list[str]) -> np.ndarray:
        logits = np.zeros((len(files), 1000), np.float32)
        for row, file in zip(logits, files, strict=True):
            if not Path(file).exists():
                raise venloc.ImageError(f"{file} is gone")
            row[int(Path(file).stem)] = 20
        return logits


def test_what_shows_no_place_is_doubtful_and_what_is_gone_is_left_out(tmp_path: Path) -> None:
    # A pizza, a cat, a lion (of stone, in towns), a church, and a picture that is gone.
    classes = {"963": ("food", 0.6), "281": ("an animal", 0.6), "291": None, "497": None, "900": None}
    with Catalogue(tmp_path / "c.db") as catalogue:
        for name in classes:
            scene(int(name)).save(tmp_path / f"{name}.jpg")
            catalogue.add([Record("drawn", name, 45.43, 12.33)])
            catalogue.put_pictures([Picture("drawn", name, file=f"{name}.jpg")])
        (tmp_path / "900.jpg").unlink()
        told = []
        found = views.no_views(catalogue, _Told(), lambda *words: told.append(words))  # type: ignore[arg-type]
    assert {f.id: (f.detail.split("show ")[1].split(" (")[0], round(f.doubt, 2)) for f in found} == {
        name: expected for name, expected in classes.items() if expected
    }
    assert told == [("looking for views", 5, 5)]


def test_networks_without_classes_are_refused() -> None:
    file = SHARED / "weights" / "mobilenetv2_gluon_trunk.safetensors"
    if not file.is_file():
        pytest.skip(f"no weights at {file}")
    with pytest.raises(venloc.Error):
        views.load_classifier(str(file))


def test_on_photos_of_venice_hardly_any_is_doubted(weights: str) -> None:
    folder = SHARED / "data" / "venice" / "images"
    if not folder.is_dir():
        pytest.skip(f"no shared photos at {folder}")
    files = [str(file) for file in sorted(folder.iterdir())[::20]]
    share = views.shares(views.load_classifier(weights), files)
    assert (share.max(axis=1) >= views.LEAST).mean() < 0.03
