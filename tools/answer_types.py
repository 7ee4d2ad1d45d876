# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes web/src/schema.ts, the page's types and tables of answers, from the schema of answers; --check compares instead."""

import argparse
import difflib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "python" / "venloc" / "answers" / "schema.json"
TARGET = ROOT / "web" / "src" / "schema.ts"
PREFIX = "#/$defs/"
USED = ("Embedded", "Sample", "AnswerEvent", "WalkProgress", "Contribution")
"""The definitions that the page uses by name; those that they refer to follow."""
CHECKED = "Embedded"
"""The definition that the page checks while it runs."""
HEAD = """\
// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Written by tools/answer_types.py from python/venloc/answers/schema.json; do not edit.
// Degrees for lat and lng, metres for names that end in _m.

import type { FeatureCollection } from 'geojson';
import type { Schema } from './conforms';
"""
COLUMN = """\
/** A column of the table of answers: where its value is, digits after the point, whether GeoJSON has it as a property. */
export interface Column {
  name: string;
  path: readonly string[];
  digits?: number;
  property?: boolean;
}
"""
PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
# What a value must have; descriptions are for readers, and members that the page does not use are allowed.
RULES = frozenset(
    ("$ref", "allOf", "anyOf", "const", "enum", "items", "maxItems", "minItems", "properties", "required", "type")
)


def quoted(value: Any) -> str:
    """A literal of TypeScript."""
    return "'" + value + "'" if isinstance(value, str) else json.dumps(value)


def type_of(schema: dict[str, Any]) -> str:
    """The type of a value."""
    if "x-typescript" in schema:
        return str(schema["x-typescript"])
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PREFIX)
    if "const" in schema:
        return quoted(schema["const"])
    if "enum" in schema:
        return " | ".join(map(quoted, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(map(type_of, schema["anyOf"]))
    if schema["type"] == "array":
        item = type_of(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    return PLAIN[schema["type"]]


def comment(text: str | None, indent: str = "") -> str:
    """What a definition or a member is."""
    return f"{indent}/** {text} */\n" if text else ""


def declaration(name: str, schema: dict[str, Any]) -> str:
    """The type of a definition."""
    head = comment(schema.get("description"))
    if "properties" not in schema or "x-typescript" in schema:
        return f"{head}export type {name} = {type_of(schema)};\n"
    bases = ", ".join(map(type_of, schema.get("allOf", [])))
    members = "".join(
        f"{comment(member.get('description'), '  ')}"
        f"  {key}{'' if key in schema['required'] else '?'}: {type_of(member)};\n"
        for key, member in schema["properties"].items()
    )
    return f"{head}export interface {name}{f' extends {bases}' if bases else ''} {{\n{members}}}\n"


def references(value: Any, typed: bool) -> list[str]:
    """Definitions that a part of the schema refers to; below a type of TypeScript there are none for types."""
    if isinstance(value, list):
        return [name for item in value for name in references(item, typed)]
    if not isinstance(value, dict) or (typed and "x-typescript" in value):
        return []
    own = [value["$ref"].removeprefix(PREFIX)] if "$ref" in value else []
    return own + [name for item in value.values() for name in references(item, typed)]


def closure(names: tuple[str, ...], definitions: dict[str, Any], *, typed: bool) -> list[str]:
    """These definitions and all that they need, in the order of the schema."""
    found: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += references(definitions[name], typed)
    return [name for name in definitions if name in found]


def rules(schema: dict[str, Any]) -> dict[str, Any]:
    """What a value must have, without descriptions."""
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key not in RULES:
            continue
        if key == "properties":
            kept[key] = {name: rules(member) for name, member in value.items()}
        elif key == "items":
            kept[key] = rules(value)
        elif key in ("allOf", "anyOf"):
            kept[key] = [rules(part) for part in value]
        else:
            kept[key] = value
    return kept


def generate(definitions: dict[str, Any]) -> str:
    """The text of the file."""
    types = [declaration(name, definitions[name]) for name in closure(USED, definitions, typed=True)]
    columns = "".join(f"  {json.dumps(column)},\n" for column in definitions["Answer"]["x-columns"])
    checked = "".join(
        f"  {json.dumps(name)}: {json.dumps(rules(definitions[name]))},\n"
        for name in closure((CHECKED,), definitions, typed=False)
    )
    tables = (
        COLUMN,
        f"export const COLUMNS: readonly Column[] = [\n{columns}];\n",
        "/** What the page checks while it runs, by name. */\n"
        f"export const DEFINITIONS: Readonly<Record<string, Schema>> = {{\n{checked}}};\n",
    )
    return "\n".join([HEAD, *types, *tables])


def main() -> int:
    """Exit code 1 when the file has to be written anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    fresh = generate(json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"])
    if not args.check:
        TARGET.write_text(fresh, encoding="utf-8")
        return 0
    kept = TARGET.read_text(encoding="utf-8")
    if kept == fresh:
        return 0
    lines = (kept.splitlines(True), fresh.splitlines(True))
    sys.stderr.writelines(difflib.unified_diff(*lines, str(TARGET), "schema.json"))
    print(f"{TARGET} does not match {SCHEMA.name}: run tools/answer_types.py and commit it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
