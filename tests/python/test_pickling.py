# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locators pickle as the path of their model file."""

import copy
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
import venloc
from conftest import City


def located(locator: venloc.Locator, picture: Path) -> dict[str, object]:
    return locator.locate(picture).to_dict()


def test_another_process_opens_the_file_again(model: Path, city: City) -> None:
    locator = venloc.load(model)
    data = pickle.dumps(locator)
    assert len(data) < 1000
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(located, locator, city.query).result(60) == located(locator, city.query)


def test_the_class_that_opened_a_file_stays(model: Path) -> None:
    for opened in (venloc.load(model), venloc.load(model, fast=True), venloc.SiftLocator.load(model)):
        again = pickle.loads(pickle.dumps(opened))
        assert type(again) is type(opened)
        assert again.info().photos == opened.info().photos
        assert type(copy.copy(opened)) is type(opened)


def test_options_of_loading_stay(model: Path) -> None:
    opened = venloc.load(model, max_candidates=2, matches=False)
    assert pickle.loads(pickle.dumps(opened)).load_options == opened.load_options


def test_paths_do_not_depend_on_the_folder(model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(model.parent)
    data = pickle.dumps(venloc.load(model.name))
    monkeypatch.chdir(tmp_path)
    assert pickle.loads(data).info().photos == 36


def test_a_locator_that_is_in_no_file_names_save(gallery: venloc.Gallery, model: Path, tmp_path: Path) -> None:
    locator = venloc.SiftLocator.load(model)
    changed = {
        "remove": lambda: locator.remove([locator.photos[0].id]),
        "set_options": lambda: locator.set_options(max_candidates=5),
        "add": lambda: locator.add(gallery.subset([0])),
    }
    for number, (name, change) in enumerate(changed.items()):
        change()
        with pytest.raises(venloc.InvalidArgumentError, match=r"save\(file\) first"):
            pickle.dumps(locator)
        file = tmp_path / f"{number}.venloc"
        locator.save(file)
        again = pickle.loads(pickle.dumps(locator))
        assert [p.id for p in again.photos] == [p.id for p in locator.photos], name
        assert again.options.max_candidates == locator.options.max_candidates
    # What fails changes nothing.
    with pytest.raises(ValueError, match="unknown"):
        locator.remove(["unknown"])
    assert pickle.loads(pickle.dumps(locator)).info().photos == 36
    file.unlink()
    with pytest.raises(FileNotFoundError, match=os.fspath(file)):
        pickle.loads(pickle.dumps(locator))


def test_a_locator_that_was_only_built_names_save(gallery: venloc.Gallery) -> None:
    from conftest import OPTIONS

    built = venloc.SiftLocator.build(gallery, **OPTIONS)
    with pytest.raises(venloc.InvalidArgumentError, match=r"save\(file\) first"):
        pickle.dumps(built)


def test_kinds_that_cannot_be_changed_name_those_that_can(gallery: venloc.Gallery) -> None:
    from venloc import _core

    def changes(kind: type) -> bool:
        return kind.add is not venloc.Locator.add and kind.remove is not venloc.Locator.remove

    kinds = [kind for kind in vars(_core).values() if isinstance(kind, type) and issubclass(kind, venloc.Locator)]
    named = {kind.__name__ for kind in kinds if changes(kind)}
    assert named == {"DescriptorLocator", "EnsembleLocator", "SiftLocator"}
    assert venloc.PaintingLocator in kinds
