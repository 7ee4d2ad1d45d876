# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the doc comments of C++ headers as a table that the Python bindings take their docstrings from.

Understood are comments that begin with three slashes, before a declaration or (with `<`) after it. A field of a struct
without one is an error, so that every one is documented.
"""

import argparse
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

WIDTH = 100  # columns of a docstring
SCOPE = re.compile(r"\b(namespace|struct|class|enum(?:\s+class)?)\b\s*(\w*)[^;(=]*$")
NAME_OF_FUNCTION = re.compile(r"(~?\w+)\s*$")
NAME_OF_DATA = re.compile(r"(\w+)\s*(?:\[[^\]]*\]\s*)*$")
ACCESS = re.compile(r"\s*(public|private|protected)\s*:(?!:)")


class Declaration:
    """Something that a comment can be about."""

    def __init__(self, scope: "Scope", kind: str, name: str, line: int, code: str) -> None:
        self.scope, self.kind, self.name, self.line, self.code = scope, kind, name, line, code
        self.comment: list[str] = []


class Scope:
    """A namespace, struct, class or enumeration that is being read."""

    def __init__(self, kind: str, name: str, hidden: bool) -> None:
        self.kind, self.name, self.hidden = kind, name, hidden


class HeaderError(Exception):
    """A header that cannot be used, and why."""


class Header:
    """The declarations of one header, in order, with their comments."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # Marks of what leaves the library are no part of a declaration.
        self.text = re.sub(r"\bVENLOC_(TORCH_)?API ", "", file.read_text(encoding="utf-8"))
        self.at = 0
        self.declarations: list[Declaration] = []
        self._pending: list[str] = []  # the comment before the next declaration
        self._read(Scope("namespace", "", False))

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _rest_of_line(self) -> str:
        end = self.text.find("\n", self.at)
        end = len(self.text) if end < 0 else end
        line, self.at = self.text[self.at : end], end
        return line

    def _comment(self) -> None:
        """Reads a comment line; one with `///<` belongs to the declaration before it."""
        line = self._rest_of_line()
        if line.startswith("///<"):
            if not self.declarations:
                raise HeaderError(f"{self.file}:{self._line()}: a comment of nothing")
            self.declarations[-1].comment.append(line[4:].removeprefix(" "))
        elif line.startswith("///"):
            self._pending.append(line[3:].removeprefix(" "))

    def _skip_block(self) -> None:
        """To behind the brace that closes the one here."""
        depth = 0
        while True:
            if self.text.startswith("//", self.at):
                self._rest_of_line()
                continue
            character = self.text[self.at]
            if character == '"':
                self._skip_string()
                continue
            depth += {"{": 1, "}": -1}.get(character, 0)
            self.at += 1
            if depth == 0:
                return

    def _skip_string(self) -> None:
        self.at += 1
        while self.text[self.at] != '"':
            self.at += 2 if self.text[self.at] == "\\" else 1
        self.at += 1

    def _read(self, scope: Scope) -> None:
        """All declarations of a scope, to behind its closing brace."""
        code = ""
        while self.at < len(self.text):
            if self.text.startswith("//", self.at):
                if code.strip() and self.text.startswith("///<", self.at):
                    raise HeaderError(f"{self.file}:{self._line()}: a comment amid a declaration: {code.strip()}")
                self._comment()
                continue
            character = self.text[self.at]
            if character == "#" and not code.strip():
                self._rest_of_line()
                continue
            if character == '"':
                self._skip_string()
                continue
            if access := ACCESS.match(self.text, self.at) if not code.strip() else None:
                scope.hidden = access[1] != "public"
                self.at = access.end()
                continue
            if character == "{":
                code = self._braces(scope, code)
                continue
            self.at += 1
            if character == "}":
                if scope.kind == "enum":
                    self._declare(scope, code)
                return
            if character == ";" or (character == "," and scope.kind == "enum"):
                self._declare(scope, code)
                code = ""
            else:
                code += character

    def _braces(self, scope: Scope, code: str) -> str:
        """Reads what begins with a brace; the code that stands before what follows it."""
        if opened := SCOPE.search(code):
            kind, name = opened[1].split()[0], opened[2]
            hidden = scope.hidden or kind == "class"
            if kind != "namespace":
                self._declare(Scope(scope.kind, scope.name, scope.hidden), code, kind, name)
            self._pending = []
            self.at += 1
            inner = Scope(kind, name if kind != "namespace" else "", hidden if kind != "enum" else scope.hidden)
            self._read(inner)
            return ""
        self._skip_block()
        # Braces inside parentheses are the default of a parameter.
        before_parameters = code.replace("operator==", "operator").split("(", 1)[0]
        if "(" in code and code.count("(") == code.count(")") and "=" not in before_parameters:
            self._declare(scope, code)  # a function with its body
            return ""
        return code + " "  # a default

    def _declare(self, scope: Scope, code: str, kind: str = "", name: str = "") -> None:
        code = re.sub(r"\[\[\w+\]\]|\balignas\([^)]*\)", " ", code).strip()
        comment, self._pending = self._pending, []
        if not code or code.startswith(("friend ", "template class ")):
            return
        if alias := re.match(r"using (\w+) =", code):
            kind, name = "alias", alias[1]
        elif code.startswith("using "):
            return
        if not kind:
            code = re.sub(r"^template\s*<[^>]*>", "", code).strip()
            kind, name = self._member(scope, code)
        if not name or "operator" in code:
            return
        declaration = Declaration(scope, kind, name, self._line(), code)
        declaration.scope = Scope(scope.kind, scope.name, scope.hidden)
        declaration.comment = comment
        self.declarations.append(declaration)

    def _member(self, scope: Scope, code: str) -> tuple[str, str]:
        if scope.kind == "enum":
            return "value", code.split("=")[0].strip()
        before_default = code.split("=", 1)[0]
        if "(" in before_default:
            # `std::function<bool(…)> keep` would be read as a function: the headers have no such fields.
            found = NAME_OF_FUNCTION.search(before_default.split("(", 1)[0])
            return "function", found[1] if found else ""
        constant = bool(re.match(r"(inline |static )*(constexpr|const)\b", code)) or code.startswith("static ")
        if scope.kind == "struct" and not constant and "," in re.sub(r"<.*>", "", before_default):
            raise HeaderError(f"{self.file}:{self._line()}: declare one field at a time: {code}")
        found = NAME_OF_DATA.search(before_default.strip())
        return "constant" if constant else "field", found[1] if found else ""


def check(headers: list[Header]) -> None:
    """Raises HeaderError for types, and fields of structs, without a comment."""
    problems = [
        f"{header.file}:{d.line}: {d.name} has no comment"
        for header in headers
        for d in header.declarations
        if d.kind in ("struct", "class", "enum") or (d.kind == "field" and d.scope.kind == "struct")
        if not d.scope.hidden and not "".join(d.comment).strip()
    ]
    if problems:
        raise HeaderError("\n".join(problems))


def python_value(name: str) -> str:
    """`kLogitAdjusted` as Python calls it: logit_adjusted."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[1:]).lower()


class Speech:
    """Turns comments about C++ into docstrings for Python."""

    def __init__(self, headers: list[Header]) -> None:
        every = [d for header in headers for d in header.declarations]
        self._values = {d.name for d in every if d.kind == "value"}
        self._constants = {d.name for d in every if d.kind == "constant"}

    def _name(self, found: re.Match[str]) -> str:
        name = found[0].rsplit("::", 1)[-1]
        if name in self._values:
            return f"'{python_value(name)}'"
        if name in self._constants:
            return found[0].removesuffix(name).replace("::", ".") + python_value(name).upper()
        return found[0]

    def _python(self, text: str) -> str:
        text = re.sub(r"`(?:\w+::)*k[A-Z]\w*`", lambda found: found[0].strip("`"), text)
        text = re.sub(r"(?:\b\w+::)*\bk[A-Z]\w*\b", self._name, text)
        text = re.sub(r"\b(?!venloc::torch\b|std::)(\w+)::(?=~?\w)", r"\1.", text)
        return text.replace("Throws ", "Raises ").replace("throws ", "raises ").replace(" const members", " members")

    def _paragraph(self, text: str) -> str:
        text = self._python(text)
        if re.match(r"[a-z]+(?:[- ,;:]|$)", text):
            text = text[0].upper() + text[1:]
        return text if text.endswith((".", ":", "!", "?", ".)")) else text + "."

    def docstring(self, comment: list[str]) -> str:
        """Paragraphs and list items, wrapped."""
        out: list[str] = []
        for block in re.split(r"\n\s*\n", "\n".join(comment).strip()):
            items = re.split(r"\n(?=- )", block)
            wrapped = []
            for item in items:
                flat = " ".join(item.split())
                listed = flat.startswith("- ")
                text = self._python(flat) if listed else self._paragraph(flat)
                indent = "  " if listed else ""
                wrapped.append(textwrap.fill(text, WIDTH, subsequent_indent=indent, break_on_hyphens=False))
            out.append("\n".join(wrapped))
        return "\n\n".join(out)


def entries(headers: list[Header]) -> Iterator[tuple[str, str]]:
    """Names, as `Scope.name`, with `/2` for the second documented function of a name, and their docstrings.

    Values of enumerations have their Python names.
    """
    speech = Speech(headers)
    seen: dict[str, int] = {}
    for header in headers:
        for d in header.declarations:
            if d.scope.hidden or not "".join(d.comment).strip():
                continue
            own = python_value(d.name) if d.kind == "value" else d.name
            name = f"{d.scope.name}.{own}" if d.scope.name else own
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1 and d.kind != "function":
                raise HeaderError(f"{header.file}:{d.line}: {name} is documented twice")
            yield (name if seen[name] == 1 else f"{name}/{seen[name]}"), speech.docstring(d.comment)


def as_header(table: list[tuple[str, str]]) -> str:
    """The table as C++, in the order of the names' bytes."""
    rows = "".join(f'    {{"{name}", R"doc({text})doc"}},\n' for name, text in sorted(table))
    return (
        "// Written by tools/docstrings.py; do not edit.\n#pragma once\n\n#include <array>\n#include <string_view>\n"
        "#include <utility>\n\nnamespace venloc::python {\n\n"
        f"inline constexpr std::array<std::pair<std::string_view, const char*>, {len(table)}> kHeaderDocs = {{{{\n"
        f"{rows}}}}};\n\n}}  // namespace venloc::python\n"
    )


def main() -> int:
    """Exit code 1 when a header cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="header to write")
    parser.add_argument("headers", type=Path, nargs="+")
    args = parser.parse_args()
    try:
        headers = [Header(file) for file in args.headers]
        check(headers)
        text = as_header(list(entries(headers)))
    except HeaderError as error:
        print(error, file=sys.stderr)
        return 1
    if not args.output.exists() or args.output.read_text(encoding="utf-8") != text:
        args.output.parent.mkdir(parents=True, exist_ok=True)
        args.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
