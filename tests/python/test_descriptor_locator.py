# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locating by a network's descriptor of the whole picture, and the features that the model is built from."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import venloc
from conftest import City


@pytest.fixture(scope="module")
def backbone() -> venloc.Backbone:
    return venloc.Backbone.random(
        "squeezenet1_1", 1, stage="fire3", further_stages=["fire4"], long_sides_px=[128, 64], region_grids=[2]
    )


@pytest.fixture(scope="module")
def descriptor_locator(gallery: venloc.Gallery, backbone: venloc.Backbone) -> venloc.DescriptorLocator:
    return venloc.DescriptorLocator.build(gallery, backbone, whitening={"dimension": 24}, city="Drawn")


def test_features_of_a_gallery_come_back_from_the_cache(
    gallery: venloc.Gallery, backbone: venloc.Backbone, tmp_path: Path
) -> None:
    assert backbone.parts == [128, 128, 256] + [128] * 4
    assert backbone.regions == 4
    reports: list[tuple[str, int, int]] = []
    features = venloc.extract_features(
        backbone, gallery, cache=tmp_path, progress=lambda *report: reports.append(report)
    )
    assert features.dtype == np.float32
    assert (features == backbone.describe([photo.file for photo in gallery.photos])).all()
    assert reports[-1] == ("features", len(gallery), len(gallery))
    (file,) = tmp_path.iterdir()
    assert backbone.fingerprint()[:16] in file.name
    size = file.stat().st_size
    assert (venloc.extract_features(backbone, gallery, cache=tmp_path, num_threads=1) == features).all()
    assert file.stat().st_size == size
    with pytest.raises(venloc.CancelledError):
        venloc.extract_features(backbone, gallery, progress=lambda *_: False)
    file.write_text("my diary")
    with pytest.raises(venloc.FormatError, match="not a feature file"):
        venloc.extract_features(backbone, gallery, cache=tmp_path)


def test_a_saved_model_answers_alike(descriptor_locator: venloc.DescriptorLocator, city: City, tmp_path: Path) -> None:
    query = city.query
    answer = descriptor_locator.locate(query)
    assert answer.candidates[0].photo_id.startswith("place00")
    assert len(answer.candidates) == 20
    descriptor_locator.save(tmp_path / "city.venloc")
    again = venloc.load(tmp_path / "city.venloc")
    assert isinstance(again, venloc.DescriptorLocator)
    assert again.locate(query).to_dict() == answer.to_dict()
    assert again.backbone.fingerprint() == descriptor_locator.backbone.fingerprint()
    assert again.info().kind == "descriptor"
    assert again.info().city == "Drawn"
    assert pickle.loads(pickle.dumps(again.options)) == again.options
    # A program that has not loaded LibTorch yet opens it all the same.
    code = f"import venloc; print(venloc.load({str(tmp_path / 'city.venloc')!r}).locate({str(query)!r}).to_dict())"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert printed.strip() == str(answer.to_dict())


def test_descriptors_are_what_is_compared(
    descriptor_locator: venloc.DescriptorLocator, gallery: venloc.Gallery, city: City
) -> None:
    vector = descriptor_locator.describe(city.query)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    rows = descriptor_locator.descriptors
    assert rows.dtype == np.int8
    assert rows.shape == (len(gallery), 24)
    similar = rows @ vector / np.linalg.norm(rows.astype(float), axis=1)
    found = {c.photo_id: c.score for c in descriptor_locator.locate(city.query).candidates}
    assert found
    for number, photo in enumerate(gallery.photos):
        if photo.id in found:
            assert similar[number] == pytest.approx(found[photo.id], abs=0.02)
    own = descriptor_locator.describe(gallery.photos[3].file)
    assert int(np.argmax(rows @ own / np.linalg.norm(rows.astype(float), axis=1))) == 3


def test_described_pictures_are_located_as_the_pictures(
    descriptor_locator: venloc.DescriptorLocator, gallery: venloc.Gallery
) -> None:
    queries = gallery.subset([0, 7, 9])
    features = venloc.extract_features(descriptor_locator.backbone, queries)
    answers = [descriptor_locator.locate_features(row) for row in features]
    for answer, photo in zip(answers, queries, strict=True):
        located = descriptor_locator.locate(photo.file).to_dict()
        assert {**answer.to_dict(), "notes": located["notes"]} == located
    records = venloc.evaluation.records_of(answers, queries, descriptor_locator, [3, 3, 1])
    queried = venloc.evaluation.run_queries(descriptor_locator, queries, [3, 3, 1])
    assert [record.to_dict() for record in records] == [record.to_dict() for record in queried]
    with pytest.raises(ValueError, match=f"must be {len(features[0])} values"):
        descriptor_locator.locate_features(features[0][:-1])
    with pytest.raises(ValueError, match="one row"):
        descriptor_locator.locate_features(features)
    with pytest.raises(ValueError, match="3 queries, got 2"):
        venloc.evaluation.records_of(answers[:2], queries, descriptor_locator)


def test_pictures_come_and_go(gallery: venloc.Gallery, backbone: venloc.Backbone) -> None:
    ids = [photo.id for photo in gallery.photos]
    locator = venloc.DescriptorLocator.build(gallery.subset(range(30)), backbone, {"whitening": {"dimension": 24}})
    locator.add(gallery.subset(range(30, len(gallery))))
    assert [photo.id for photo in locator.photos] == ids
    locator.remove(ids[:5])
    assert [photo.id for photo in locator.photos] == ids[5:]
    with pytest.raises(ValueError, match="nobody"):
        locator.remove(["nobody"])
    with pytest.raises(ValueError, match="crops"):
        venloc.DescriptorLocator.build(gallery, backbone, crops=3)
    with pytest.raises(TypeError, match="calibration_folds"):
        venloc.DescriptorLocator.build(gallery, backbone, calibration_fold=3)


def test_a_sift_model_is_located_without_torch(model: Path, city: City) -> None:
    query = city.query
    code = f"""
import sys
from venloc.cli import main
sys.argv = ["venloc", "locate", {str(query)!r}, "--model", {str(model)!r}, "--json"]
try:
    main()
except SystemExit as end:
    assert end.code == 0
assert not [name for name in sys.modules if "torch" in name]
assert "libtorch" not in open("/proc/self/maps").read()
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
