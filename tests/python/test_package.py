# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import importlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import venloc


def run(program: str, *arguments: object) -> str:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_every_public_name_is_there() -> None:
    for name in venloc.__all__:
        assert getattr(venloc, name) is not None
    assert set(venloc.__all__) <= set(dir(venloc))
    with pytest.raises(AttributeError, match="no_such_name"):
        venloc.no_such_name  # noqa: B018
    assert Path(venloc.__file__).with_name("py.typed").exists()
    assert Path(venloc.__file__).with_name("_core.pyi").exists()
    assert Path(venloc.__file__).with_name("_torch.pyi").exists()


def test_every_public_class_is_listed() -> None:
    from venloc import _core, torch_support

    modules = [_core, torch_support.load()] if torch_support.available() else [_core]
    classes = {
        name for module in modules for name, value in vars(module).items() if isinstance(value, type) and name[0] != "_"
    }
    assert classes <= set(dir(venloc))
    assert all(
        getattr(venloc, name) is getattr(module, name) for module in modules for name in vars(module) if name in classes
    )
    assert venloc.RiskCoverage is venloc.evaluation.RiskCoverage


def test_modules_of_extras_are_listed_where_they_are() -> None:
    for name, package in (("plots", "matplotlib"), ("collecting", "urllib3")):
        there = importlib.util.find_spec(package) is not None
        assert (name in dir(venloc)) == there
        assert name not in venloc.__all__
        if there:
            assert getattr(venloc, name) is importlib.import_module(f"venloc.{name}")


def test_listing_names_loads_nothing() -> None:
    loaded = set(run("import sys, venloc; dir(venloc); print(*sys.modules)").split())
    assert not loaded & {"numpy", "torch", "matplotlib", "urllib3", "venloc._core", "venloc._torch"}


def test_plots_do_not_need_evaluations() -> None:
    pytest.importorskip("matplotlib")
    loaded = set(run("import sys, venloc.plots; print(*sys.modules)").split())
    assert "venloc.evaluation" not in loaded
    loaded = set(run("import sys, venloc.evaluation; print(*sys.modules)").split())
    assert not loaded & {"venloc.plots", "matplotlib"}


def test_import_is_light() -> None:
    loaded = set(run("import sys, venloc, venloc.cli; print(*sys.modules)").split())
    assert not loaded & {"numpy", "matplotlib", "PIL", "jinja2", "markupsafe", "rich", "torch", "venloc._core"}


def test_the_command_locate_is_light(city: object, model: Path) -> None:
    program = (
        "import sys, venloc.cli\n"
        "sys.argv[1:] = ['locate', sys.argv[2], '--model', sys.argv[1]]\n"
        "try:\n    venloc.cli.main()\nfinally:\n    print(*sys.modules)\n"
    )
    loaded = set(run(program, model, city.query).split())  # type: ignore[attr-defined]
    assert "venloc._core" in loaded
    assert not loaded & {"numpy", "matplotlib", "PIL", "jinja2", "markupsafe", "pydantic", "rich", "torch"}


@pytest.mark.parametrize("order", ["cv2, venloc._core", "venloc._core, cv2"])
def test_both_orders_with_cv2(order: str, city: object) -> None:
    pytest.importorskip("cv2")
    program = (
        f"import {order}, sys, venloc, json\n"
        "features = venloc.extract_sift(venloc.read_image(sys.argv[1]))\n"
        "theirs = cv2.SIFT_create().detect(cv2.imread(sys.argv[1], 0))\n"
        "print(json.dumps([len(features), len(theirs)]))\n"
    )
    ours, theirs = json.loads(run(program, city.query))  # type: ignore[attr-defined]
    assert ours > 50
    assert theirs > 50
