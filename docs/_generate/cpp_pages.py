# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: the directive `cpp-room`, all that the public headers of a room declare, from what Doxygen made of them."""

import re
from pathlib import Path
from typing import Any

from directives import Generated
from docstrings import Header
from sphinx.application import Sphinx

INCLUDE = Path(__file__).resolve().parents[2] / "include"
DIRECTIVES = {
    "alias": "doxygentypedef",
    "class": "doxygenclass",
    "constant": "doxygenvariable",
    "enum": "doxygenenum",
    "function": "doxygenfunction",
    "struct": "doxygenstruct",
}


def headers(room: str) -> list[Path]:
    """The public headers of a room, by name; those of no room for "venloc"."""
    return sorted((INCLUDE / "venloc").glob("*.hpp" if room == "venloc" else f"{room}/*.hpp"))


def _parameters(code: str) -> str:
    """The parameter list of a function, which distinguishes overloads, without names and defaults."""
    inside = code[code.index("(") + 1 : code.rindex(")")]
    depth, parts, part = 0, [], ""
    for character in inside:
        depth += {"<": 1, "(": 1, "{": 1, ">": -1, ")": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    every = [re.sub(r"\s*=.*", "", p).strip() for p in [*parts, part] if p.strip()]
    return ", ".join(every)


def of_header(header: Path) -> list[str]:
    """Directives for everything that a header declares in the namespace venloc, in its order."""
    declared = [d for d in Header(header).declarations if not d.scope.name]
    out = []
    for d in declared:
        name = f"venloc::{d.name}"
        if d.kind == "function" and sum(other.name == d.name for other in declared) > 1:
            name += f"({_parameters(d.code)})"
        members = ["   :members:"] if d.kind in ("class", "struct") else []
        out.append("\n".join([f".. {DIRECTIVES[d.kind]}:: {name}", *members, ""]))
    return out


class CppRoom(Generated):
    """`cpp-room`: the headers of a room, a section each."""

    def text(self) -> str:
        """A section for each header."""
        out = []
        for header in headers(self.arguments[0]):
            self.env.note_dependency(str(header))
            name = header.relative_to(INCLUDE).as_posix()
            out += [f"``{name}``", "-" * (len(name) + 4), "", *of_header(header)]
        return "\n".join(out)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("cpp-room", CppRoom)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
