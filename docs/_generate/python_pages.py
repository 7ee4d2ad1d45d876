# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: the directives `python-room` and `python-module`, and docstrings as Sphinx reads them.

A docstring is plain text with `code` in backticks and lists; the signatures of compiled functions are the first lines of theirs.
"""

import importlib
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import venloc
import venloc._core
from directives import Generated
from docstrings import Header, entries
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer

INCLUDE = Path(__file__).resolve().parents[2] / "include" / "venloc"
PUBLIC_MODULES = (
    "answers",
    "audits",
    "collecting",
    "evaluation",
    "io",
    "maps",
    "pictures",
    "plots",
    "report",
    "torch_support",
    "tracks",
    "training_logs",
    "walks",
    "weights",
    "writing",
)
# Names of the package that no header declares.
ROOMS = {
    "FileNotFoundError": "core",
    "Report": "evaluation",
    "RiskCoverage": "evaluation",
    "SourceError": "core",
    "cross_validate": "evaluation",
    "evaluate": "evaluation",
    "load": "locators",
    "to_dataframe": "ranking",
    "to_geodataframe": "ranking",
    "write_geotiff": "geo",
}
# Types of other libraries, aliases of long types and private names, which are not linked.
UNLINKED = re.compile(
    r"(PIL|abc|collections|datetime|geopandas|markupsafe|matplotlib|np|numpy|os|pandas|pathlib|sqlite3|threading|types|typing)\b|.*\[|(.*\.)?_\w+$"
    r"|(.*\.)?(AbstractContextManager|ArrayLike|Axes|Buffer|Figure|Key|Markup|NDArray|ProgressCallback|Protocol)$"
)


@cache
def rooms() -> dict[str, str]:
    """The room of each public name of the package that is no module: that of the header that declares it; empty where none is."""
    declared = {
        d.name: header.parent.name
        for header in sorted(INCLUDE.rglob("*.hpp"))
        for d in Header(header).declarations
        if not d.scope.name
    }
    every = {*venloc.__all__, *venloc._TORCH, *venloc._ERRORS} - {"__version__", *venloc._MODULES}
    return {name: ROOMS.get(name) or declared.get(name, "") for name in sorted(every, key=str.lower)}


def members(module: str) -> list[str]:
    """The public names that are documented on the page of a module: those that the package itself does not have."""
    loaded = importlib.import_module(module)
    if listed := getattr(loaded, "__all__", None):
        return [name for name in listed if name not in rooms()]
    documented = {name for _, name in ModuleAnalyzer.for_module(module).find_attr_docs()}
    return [
        name
        for name, value in vars(loaded).items()
        if not name.startswith("_") and ((callable(value) and value.__module__ == module) or name in documented)
    ]


def _directive(name: str, value: Any) -> str:
    if inspect.isclass(value):
        bases = [
            base
            for base in value.__bases__
            if base.__module__.startswith("venloc") and not base.__name__.startswith("_")
        ]
        shown = "   :show-inheritance:\n" if any(base.__name__ in rooms() for base in bases) else ""
        return f".. autoclass:: {name}\n   :members:\n{shown}" + "".join(_constants(name, value))
    if inspect.isroutine(value):
        return f".. autofunction:: {name}\n"
    # The docstring of a plain value stands in the source, below the value.
    text = data_docstring(name.rpartition(".")[2], value).replace("\n", "\n   ")
    return f".. py:data:: {name}\n\n   {text}\n"


@cache
def _header_docstrings() -> dict[str, str]:
    return dict(entries([Header(header) for header in sorted(INCLUDE.rglob("*.hpp"))]))


def constants(kind: type) -> dict[str, str]:
    """Constants of a compiled class and the comments that the header has for them."""
    names = [name for name, value in vars(kind).items() if name.isupper() and isinstance(value, (int, float, str))]
    in_header = {name: "k" + name.title().replace("_", "") for name in names if not name.startswith("_")}
    return {name: _header_docstrings().get(f"{kind.__name__}.{constant}", "") for name, constant in in_header.items()}


def field_docstrings(kind: type) -> dict[str, str]:
    """Fields of a class in Python and the strings that stand below them in the source."""
    if kind.__module__.startswith(("venloc._core", "venloc._torch")) or kind.__module__ not in sys.modules:
        return {}
    if not str(getattr(sys.modules[kind.__module__], "__file__", "")).endswith(".py"):
        return {}
    found = ModuleAnalyzer.for_module(kind.__module__).find_attr_docs()
    return {name: "\n".join(lines) for (scope, name), lines in found.items() if scope == kind.__name__}


def _constants(name: str, kind: type) -> list[str]:
    return [f"\n   .. py:attribute:: {one}\n\n      {text}\n" for one, text in constants(kind).items()]


def data_docstring(name: str, value: Any) -> str:
    """The string below a value in the module of venloc that defines it; empty where there is none."""
    for module in [m for m in list(sys.modules.values()) if m and m.__name__.startswith("venloc")]:
        if vars(module).get(name) is value and str(module.__file__).endswith(".py"):
            found = ModuleAnalyzer.for_module(module.__name__).find_attr_docs().get(("", name))
            if found:
                return "\n".join(_as_rst(line) for line in found).strip()
    return ""


class PythonRoom(Generated):
    """`python-room`: the names of the package `venloc` that belong to a room."""

    def text(self) -> str:
        """Classes, then functions."""
        for header in (INCLUDE / self.arguments[0]).glob("*.hpp"):
            self.env.note_dependency(str(header))
        self.env.note_dependency(venloc._core.__file__)
        names = [name for name, room in rooms().items() if room == self.arguments[0] and hasattr(venloc, name)]
        names.sort(key=lambda name: not inspect.isclass(getattr(venloc, name)))
        directives = [_directive(f"venloc.{name}", getattr(venloc, name)) for name in names]
        return "\n".join([".. currentmodule:: venloc\n", *directives])


class PythonModule(Generated):
    """`python-module`: a module of the package."""

    def text(self) -> str:
        """The module's docstring, then its names."""
        module = self.arguments[0]
        loaded = importlib.import_module(module)
        self.env.note_dependency(loaded.__file__ or "")
        directives = [_directive(f"{module}.{name}", getattr(loaded, name)) for name in members(module)]
        return "\n".join([f".. automodule:: {module}\n", f".. currentmodule:: {module}\n", *directives])


def _as_rst(line: str) -> str:
    """A line of a docstring: code in backticks, and names of venloc's types as links."""
    pieces = re.split(r"(`[^`]+`|\"[^\"]*\")", line)
    for i, piece in enumerate(pieces):
        if piece.startswith("`"):
            pieces[i] = _reference(piece.strip("`")) or f"`{piece}`"
        elif not piece.startswith('"'):
            escaped = piece.replace("*", r"\*").replace("|", r"\|")
            pieces[i] = re.sub(r"\b[A-Z]\w+\b(\.\w+)?", lambda found: _reference(found[0]) or found[0], escaped)
    return "".join(pieces)


def _reference(name: str) -> str:
    """A link to a public name of the package, if it is one."""
    first, _, member = name.removesuffix("()").removeprefix("venloc.").partition(".")
    if first not in rooms() or (member and not hasattr(getattr(venloc, first, None), member)):
        return ""
    role = "class" if first[0].isupper() and not member else "obj"
    return rf":py:{role}:`~venloc.{first}{'.' + member if member else ''}`\ " if hasattr(venloc, first) else ""


def _docstring(_: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    if what == "property" and len(lines) > 2:
        _mark_type(lines)
    out: list[str] = []
    listed = False
    for line in lines:
        if overload := re.match(r"\d+\. (\w+\(.*)", line):
            out += [".. code-block:: python", "", *_wrapped(_clean(overload[1]) or ""), ""]
            continue
        if line.startswith("- ") and not listed and out and out[-1].strip():
            out.append("")
        listed = line.startswith("- ") or (listed and bool(line.strip()))
        indent = "" if not listed or line.startswith("- ") else "  "
        out.append(line if line.startswith(">>>") else indent + _as_rst(line.strip() if indent else line))
    lines[:] = [line for line in out if line != "Overloaded function."]


def _mark_type(lines: list[str]) -> None:
    """The last paragraph of a compiled property's docstring is its type."""
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > 1 and not lines[-2].strip():
        kind, separator, default = (_clean(lines[-1]) or "").partition(", default ")
        lines[-1] = f"Type: `{kind}`" + (f", default `{default}`" if separator else "") + "."
        lines[-1] = re.sub(r"`venloc\.(\w+)`", r"`\1`", lines[-1])


def _wrapped(signature: str) -> list[str]:
    """A signature as lines of code."""
    pieces, depth, line = [], 0, ""
    for character in signature:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        line += character
        if character == "," and depth == 1 and len(line) > 70:
            pieces.append(line)
            line = "   "
    return [f"   {piece}" for piece in [*pieces, line]]


def _clean(text: str | None) -> str | None:
    """A signature in the names that users write."""
    if text is None:
        return None
    text = re.sub(r"\(self(: [\w.]+)?(, |(?=\)))", "(", text)
    text = re.sub(r"\bvenloc\._(core|torch)\.", "venloc.", text)
    text = text.replace("typing.SupportsFloat | typing.SupportsIndex", "float").replace(
        "typing.SupportsInt | typing.SupportsIndex", "int"
    )
    return re.sub(r"\b(collections\.abc|typing|numpy\.typing)\.", "", text)


def _signature(
    _: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str | None, returns: str | None
) -> Any:
    return _clean(signature), _clean(returns)


def _skipped(_: Sphinx, what: str, name: str, obj: Any, skip: bool, options: Any) -> bool | None:
    """Compiled classes that only the library makes have no constructor."""
    return (
        True
        if name == "__init__"
        and (obj.__doc__ or "").startswith(("Initialize self", "__init__(*args, **kwargs)\n\nInit"))
        else None
    )


def _missing(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.TextElement) -> Any:
    """Links to types by the name of the module where they are defined, and to other libraries, which are not linked."""
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    last = target.rsplit(".", 1)[-1]
    python = env.domains.python_domain
    for name in (f"venloc.{last}", *(f"venloc.{module}.{last}" for module in PUBLIC_MODULES)):
        if name in python.objects:
            return python.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], name, node, content)
    return content if UNLINKED.match(target) else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("python-room", PythonRoom)
    app.add_directive("python-module", PythonModule)
    app.connect("autodoc-process-docstring", _docstring)
    app.connect("autodoc-process-signature", _signature)
    app.connect("autodoc-skip-member", _skipped)
    app.connect("missing-reference", _missing)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
