# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import ast
import importlib
import importlib.util
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import venloc
from venloc import torch_support


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


# How pybind11 writes signatures into docstrings.
SIGNATURE = re.compile(r"(\d+\. )?\w*\(.*\)( -> .*)?")


def text_of(doc: str | None) -> str:
    """A docstring without its signatures; empty when one of several overloads has no text."""
    parts = re.split(r"^\d+\. (?=\w+\()", doc or "", flags=re.MULTILINE)
    texts = []
    for part in parts[1:] or parts:
        lines = [line.strip() for line in part.splitlines()]
        texts.append("\n".join(line for line in lines if not SIGNATURE.fullmatch(line)).strip())
    return "" if "" in texts else "\n".join(texts)


def documentables(module: object) -> Iterator[tuple[str, object]]:
    """The public classes and functions of a module, and the public methods and properties of its classes."""
    for name in sorted(getattr(module, "__all__", dir(module))):
        value = getattr(module, name)
        if name.startswith("_") or not (inspect.isclass(value) or callable(value)):
            continue
        yield name, value
        members = vars(value).items() if inspect.isclass(value) else ()
        for member, definition in members:
            if not member.startswith("_") and (
                callable(definition) or isinstance(definition, (property, staticmethod))
            ):
                yield f"{name}.{member}", definition


@pytest.mark.parametrize("name", ["venloc", "venloc._core", "venloc._torch"])
def test_every_public_name_has_a_docstring(name: str) -> None:
    if name == "venloc._torch" and not torch_support.available():
        pytest.skip("this venloc was built without LibTorch")
    module = importlib.import_module(name)
    found = dict(documentables(module))
    lacking = [path for path, value in found.items() if not text_of(value.__doc__)]
    assert not lacking
    if name != "venloc":  # the compiled modules, whose stubs name all that is public
        assert len(found) > 40
        stub = ast.parse(Path(venloc.__file__).with_name(f"{name.removeprefix('venloc.')}.pyi").read_text())
        classes = {node.name for node in stub.body if isinstance(node, ast.ClassDef)}
        assert classes <= set(found)


@pytest.mark.parametrize(
    ("doc", "described"),
    [
        (None, ""),
        ("f(a: int) -> int\n", ""),
        ("(self: venloc._core.A) -> int\n", ""),
        ("f(a: int) -> int\n\nTwice a.\n", "Twice a."),
        ("f(*args, **kwargs)\nOverloaded function.\n\n1. f(a: int) -> int\n\nA.\n\n2. f(b: str) -> int\n", ""),
        (
            "f(*args, **kwargs)\nOverloaded function.\n\n1. f(a: int) -> int\n\nA.\n\n2. f(b: str) -> int\n\nB.\n",
            "A.\nB.",
        ),
        ("Length [px].\n\nint, default 3", "Length [px].\n\nint, default 3"),
    ],
)
def test_what_counts_as_a_docstring(doc: str | None, described: str) -> None:
    assert text_of(doc) == described
