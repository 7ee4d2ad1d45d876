# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: directives for the page of file formats.

`answer-schema` and `answer-columns` are the forms of the answer and its table, from python/venloc/answers/schema.json.
`model-arrays` are the arrays of the shipped model.
"""

import json
from pathlib import Path
from typing import Any

from directives import Generated
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "python" / "venloc" / "answers" / "schema.json"
MODEL = ROOT / "models" / "venice.venloc"


def _type(member: dict[str, Any]) -> str:
    """The type of a member in words."""
    if "$ref" in member:
        form, _, inner = member["$ref"].removeprefix("#/$defs/").partition("/properties/")
        return f"[{form}{'.' + inner if inner else ''}](#{form.lower()})"
    if "const" in member:
        return f"`{json.dumps(member['const'])}`"
    if "enum" in member:
        return " or ".join(f"`{json.dumps(value)}`" for value in member["enum"])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in member:
            return " or ".join(_type(one) for one in member[key])
    kind = member.get("type", "any")
    if kind == "array":
        return f"array of {_type(member['items'])}" if "items" in member else "array"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def of_form(name: str, form: dict[str, Any]) -> str:
    """The section of one form."""
    out = [f"### {name}\n", form.get("description", "") + "\n"]
    if parents := [_type(one) for one in form.get("allOf", []) if "$ref" in one]:
        out.append(f"All members of {' and '.join(parents)}, and:\n")
    if properties := form.get("properties"):
        required = set(form.get("required", []))
        out += ["| member | type | meaning |", "|---|---|---|"]
        for member, about in properties.items():
            absent = "" if member in required else "; may be absent"
            out.append(f"| `{member}` | {_cell(_type(about))}{absent} | {_cell(about.get('description', ''))} |")
        out.append("")
    elif not parents:
        out.append(f"Type: {_type(form)}.\n")
    return "\n".join(out)


def definitions() -> dict[str, Any]:
    """The forms by name."""
    forms: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    return forms


class AnswerSchema(Generated):
    """`answer-schema`: a section for each form of the schema."""

    def text(self) -> str:
        """All sections."""
        self.env.note_dependency(str(SCHEMA))
        return "\n".join(of_form(name, form) for name, form in definitions().items())


class AnswerColumns(Generated):
    """`answer-columns`: the columns of the table of answers."""

    def text(self) -> str:
        """A row for each column."""
        self.env.note_dependency(str(SCHEMA))
        rows = ["| column | member | digits after the point |", "|---|---|---|"]
        for column in definitions()["Answer"]["x-columns"]:
            digits = column.get("digits", "")
            rows.append(f"| `{column['name']}` | `{'.'.join(column['path'])}` | {digits} |")
        return "\n".join(rows)


class ModelArrays(Generated):
    """`model-arrays`: the arrays of the shipped model by the first part of their names."""

    def text(self) -> str:
        """A row for each group, from the header of the file."""
        self.env.note_dependency(str(MODEL))
        with MODEL.open("rb") as file:
            header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        groups: dict[str, list[dict[str, Any]]] = {}
        for name, array in sorted(header.items()):
            if not name.startswith("__"):
                groups.setdefault(name.split(".")[0], []).append(array)
        rows = ["| group | arrays | types | size [kB] |", "|---|---:|---|---:|"]
        for group, arrays in groups.items():
            size = sum(end - start for start, end in (array["data_offsets"] for array in arrays)) / 1000
            types = ", ".join(f"`{kind}`" for kind in sorted({array["dtype"] for array in arrays}))
            rows.append(f"| `{group}` | {len(arrays)} | {types} | {size:,.1f} |")
        return "\n".join(rows)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("answer-schema", AnswerSchema)
    app.add_directive("answer-columns", AnswerColumns)
    app.add_directive("model-arrays", ModelArrays)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
