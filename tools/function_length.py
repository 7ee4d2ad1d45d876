# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that no function of the given C++ and Python files has more than 70 lines; else it names them, exit code 1.

A function's lines are those from its head to its closing brace. What stands inside of a function, lambdas and local classes too,
counts to it. Tables at the level of a namespace are no functions.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LONGEST = 70
NO_CODE = re.compile(
    r"""//(?:\\\n|[^\n])*                                   # a comment
      | /\*.*?\*/
      | \b(?:u8|[uUL])?R"(?P<end>[^()\\\s]*)\(.*?\)(?P=end)"  # a raw string
      | "(?:\\.|[^"\\\n])*"
      | (?P<number>\b\d(?:'?[\w.])*)                        # whose ' is no character
      | '(?:\\.|[^'\\\n])+'
      | ^[ \t]*\#(?:\\\n|//[^\n]*|/\*.*?\*/|[^\n])*         # for the preprocessor
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
TYPE = re.compile(r"\b(?:class|struct|union|enum)\b")
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\b(?:alignas|__attribute__|declspec)\s*\(+[^()]*\)+", re.DOTALL)


class UnbalancedError(ValueError):
    """Braces that do not match."""


@dataclass(frozen=True)
class Function:
    """A function and where it is."""

    file: Path
    line: int
    name: str
    lines: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.name} has {self.lines} lines"


def only_code(text: str) -> str:
    """The text with blanks for comments, strings, characters and what the preprocessor reads; its lines stay."""
    return NO_CODE.sub(lambda m: m[0] if m["number"] else re.sub(r"[^\n]", " ", m[0]), text)


def without_macros(head: str) -> str:
    """What is left of the head behind macros that are called without a semicolon."""
    while macro := re.match(r"\s*[A-Z][A-Z0-9_]+\s*(?=\()", head):
        position, depth = macro.end(), 0
        for position in range(macro.end(), len(head)):
            depth += {"(": 1, ")": -1}.get(head[position], 0)
            if depth == 0:
                break
        if not head[position + 1 :].strip():
            break  # the macro itself heads the function
        head = head[position + 1 :]
    return head.lstrip()


def without_brackets(head: str) -> str:
    """The head without template parameters, template arguments and what is in round or square brackets: these become
    "()" and "[]".
    """
    head = re.sub(
        r"\boperator\s*(?:<=>|<<=?|>>=?|<=|>=|->\*?|<|>|\(\s*\)|\[\s*\]|[^\s\w(]+)", " operator_symbol ", head
    )
    head = head.replace("->", "  ")
    out, depth, closers = [], 0, {"(": ")", "[": "]"}
    opened: list[str] = []
    for character in head:
        if character in "([":
            opened.append(character)
            if len(opened) == 1 and depth == 0:
                out.append(character)
        elif character in ")]" and opened:
            closed = closers[opened.pop()]
            if not opened and depth == 0:
                out.append(closed)
        elif opened:
            continue
        elif character == "<":
            depth += 1
        elif character == ">" and depth > 0:
            depth -= 1
        elif depth == 0:
            out.append(character)
    return "".join(out)


def kind_of(head: str) -> str:
    """What the brace behind this head opens: "scope" for namespaces and classes, "function", or "value"."""
    plain = without_brackets(ATTRIBUTE.sub(" ", head))
    plain = re.sub(r"\b(?:public|private|protected|template|requires)\b\s*:?", " ", plain).strip()
    before, assigned, value = plain.partition("=")
    if assigned:
        return "function" if value.strip().startswith("[]") else "value"
    if "()" not in before:
        opens_scope = TYPE.search(before) or before.startswith(("namespace", "inline namespace", "extern"))
        return "value" if re.search(r"\benum\b", before) or not opens_scope else "scope"
    # Behind the colon of a constructor, a name and a brace are the value of a member.
    members = re.search(r"\(\)[^:]*(?<!:):(?!:)", before)
    return "value" if members and re.search(r"[\w>]$", head.rstrip()) else "function"


def name_of(head: str) -> str:
    """The name of a function as it is written, with its classes."""
    named = re.search(r"((?:~?\w+\s*(?:<[^<>()]*>)?\s*::\s*)*(?:operator\s*(?:\(\s*\)|[^\s(]+)|~?\w+))\s*\(", head)
    variable = re.search(r"(\w+)\s*=\s*\[", head)
    found = variable or named
    return re.sub(r"\s+", "", found[1]) if found else "a function"


def cpp_functions(file: Path, text: str) -> Iterator[Function]:
    """The functions of a C++ file. Raises UnbalancedError."""
    code = only_code(text)
    scopes: list[str] = []
    begin = 0  # of the head
    first, name = 0, ""  # where the function begins that is around, and what it is called
    round_brackets = 0
    for match in re.finditer(r"[{}();]", code):
        position, character = match.start(), match[0]
        inside = next((scope for scope in scopes if scope != "scope"), None)
        if character in "()":
            round_brackets += (1 if character == "(" else -1) if inside is None else 0
        elif character == "{":
            head = without_macros(code[begin:position])
            scopes.append("value" if inside or round_brackets > 0 else kind_of(head))
            if scopes[-1] == "function":
                first, name = position - len(head), name_of(head)
            if scopes[-1] == "scope":
                begin = position + 1
        elif character == "}":
            if not scopes:
                raise UnbalancedError(
                    f"{file}:{code.count(chr(10), 0, position) + 1}: a brace closes what was not opened"
                )
            closed = scopes.pop()
            if closed == "function":
                line = code.count("\n", 0, first) + 1
                lines = code.count("\n", 0, position) + 2 - line
                yield Function(file, line, name, lines)
            if closed != "value":
                begin = position + 1
        elif inside is None and round_brackets == 0:
            begin = position + 1
    if scopes:
        raise UnbalancedError(f"{file}: {len(scopes)} braces are not closed")


def python_functions(file: Path, text: str) -> Iterator[Function]:
    """The functions of a Python file that are in no other function."""

    def of(body: list[ast.stmt], prefix: str) -> Iterator[Function]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from of(node.body, f"{prefix}{node.name}.")
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield Function(file, node.lineno, prefix + node.name, (node.end_lineno or 0) - node.lineno + 1)
            elif isinstance(node, ast.If | ast.Try | ast.With):
                yield from of(node.body, prefix)

    return of(ast.parse(text, str(file)).body, "")


def functions_of(paths: list[Path]) -> Iterator[Function]:
    """The functions of the files, and of those in the folders."""
    readers = {".cpp": cpp_functions, ".hpp": cpp_functions, ".py": python_functions}
    for path in paths:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in readers and file.is_file():
                yield from readers[file.suffix](file, file.read_text(encoding="utf-8"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--list", type=int, default=0, metavar="N", help="print the N longest functions as well")
    arguments = parser.parse_args()
    missing = [path for path in arguments.paths if not path.exists()]
    if missing:
        parser.error(f"there is no {missing[0]}")
    try:
        found = sorted(functions_of(arguments.paths), key=lambda function: -function.lines)
    except (UnbalancedError, SyntaxError) as error:
        print(error, file=sys.stderr)
        return 1
    if not found:
        parser.error("no function in these files")
    for function in found[: arguments.list]:
        print(function)
    too_long = [function for function in found if function.lines > LONGEST]
    for function in too_long:
        print(f"{function}, more than {LONGEST}: divide it", file=sys.stderr)
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main())
