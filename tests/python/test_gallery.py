# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import pickle
from pathlib import Path

import pytest
import venloc
from conftest import City


def test_label_file_and_folder_read_the_same(city: City, gallery: venloc.Gallery) -> None:
    assert len(gallery) == 36
    folder = venloc.Gallery.from_folder(city.folder)
    assert folder.photos == gallery.photos
    assert gallery[0].id == "place00_0.jpg"
    assert gallery[-1] == gallery.photos[-1]
    assert [p.id for p in gallery] == [p.id for p in gallery.photos]
    assert repr(gallery) == "Gallery(36 photos)"
    with pytest.raises(IndexError):
        gallery[36]


def test_photo_takes_keywords_and_pairs() -> None:
    photo = venloc.Photo(id="a", location=(45.4, 12.3), licence="CC0")
    assert photo.location == venloc.LatLng(45.4, 12.3)
    assert photo.to_dict()["licence"] == "CC0"
    assert pickle.loads(pickle.dumps(photo)) == photo
    assert photo in [photo]
    with pytest.raises(TypeError, match="did you mean 'location'"):
        venloc.Photo(id="a", locaton=(45.4, 12.3))
    with pytest.raises(TypeError, match=r"Photo\.id must be str"):
        venloc.Photo(id=3)


def test_subset_filter_merge_and_pickle(gallery: venloc.Gallery) -> None:
    first = gallery.filtered(lambda photo: photo.id.endswith("_0.jpg"))
    rest = gallery.subset([i for i, photo in enumerate(gallery) if not photo.id.endswith("_0.jpg")])
    assert len(first) == 12
    assert {p.id for p in first.merged(rest)} == {p.id for p in gallery}
    with pytest.raises(ValueError, match=r"place00_0\.jpg"):
        first.merged(first)
    with pytest.raises(ValueError, match="99"):
        gallery.subset([99])
    assert pickle.loads(pickle.dumps(first)).photos == first.photos
    with pytest.raises(ZeroDivisionError):
        gallery.filtered(lambda photo: bool(1 / 0))


@pytest.mark.parametrize(
    ("line", "word"),
    [("45.4,12.3x,place00_0.jpg", "12.3x"), ("95,12.3,place00_0.jpg", "95"), ("45.4,12.3,absent.jpg", "absent")],
)
def test_bad_lines_are_reported_and_strict_refuses(city: City, tmp_path: Path, line: str, word: str) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text(f"45.43,12.32,place01_0.jpg\n{line}\n")
    gallery = venloc.Gallery.from_label_file(labels, city.folder)
    assert [p.id for p in gallery] == ["place01_0.jpg"]
    (problem,) = gallery.problems
    assert word in problem.reason or word in str(problem.file)
    assert "left out" in repr(gallery)
    with pytest.raises(venloc.FormatError, match=word):
        venloc.Gallery.from_label_file(labels, city.folder, strict=True)


def test_duplicate_ids_absent_files_and_typos(city: City, gallery: venloc.Gallery, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"place00_0\.jpg"):
        venloc.Gallery([gallery[0], gallery[0]])
    with pytest.raises(FileNotFoundError, match="nowhere"):
        venloc.Gallery.from_folder(tmp_path / "nowhere")
    with pytest.raises(TypeError, match="did you mean 'strict'"):
        venloc.Gallery.from_label_file(city.labels, stric=True)


def test_progress_is_reported_and_can_cancel(city: City) -> None:
    seen: list[tuple[str, int, int]] = []
    gallery = venloc.Gallery.from_label_file(city.labels)
    venloc.group_photos(gallery, progress=lambda *report: seen.append(report))
    assert seen
    assert seen[-1][1] == seen[-1][2] == len(gallery)
    with pytest.raises(venloc.CancelledError):
        venloc.group_photos(gallery, progress=lambda stage, done, total: False)
    with pytest.raises(ZeroDivisionError):
        venloc.group_photos(gallery, progress=lambda stage, done, total: bool(1 / 0))


def test_splits(gallery: venloc.Gallery) -> None:
    split = venloc.random_split(len(gallery), 0.25, 3)
    assert len(split.test) == 9
    assert sorted(split.train + split.test) == list(range(36))
    assert venloc.random_split(len(gallery), 0.25, 3) == split
    groups = venloc.group_photos(gallery, hash_bits=-1, same_place_m=5)
    assert len(set(groups)) == 12
    for fold in venloc.grouped_k_fold(groups, 3, 0):
        assert not {groups[i] for i in fold.train} & {groups[i] for i in fold.test}
    with pytest.raises(ValueError, match="same_place_m"):
        venloc.group_photos(gallery, same_place_m=-1)


def test_deduplicated(gallery: venloc.Gallery) -> None:
    twice = gallery.merged(
        venloc.Gallery([venloc.Photo(id="copy", file=gallery[0].file, location=gallery[0].location)])
    )
    assert "copy" not in {p.id for p in twice.deduplicated()}
