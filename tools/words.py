# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Finds words that no text of the project uses (tools/banned_words.txt); prints file, line and what to write instead."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
LIST = ROOT / "tools" / "banned_words.txt"
TEXTS = {".md", ".py", ".pyi", ".hpp", ".cpp", ".ts", ".html", ".ipynb", ".yml", ".cff", ".sh", ".toml"}
# Results are written by programs, the changelog is history, and one file is in Italian.
LEFT_OUT = (
    "docs/results/",
    "CHANGELOG.md",
    "web/src/i18n/it.ts",
    "web/package-lock.json",
    "tests/python/test_words.py",
)


class Banned(NamedTuple):
    """A pattern and what to write instead."""

    pattern: re.Pattern[str]
    instead: str


class Rules(NamedTuple):
    """What is banned, and the exceptions: pairs of a file and a word."""

    banned: list[Banned]
    allowed: set[tuple[str, str]]


def read_rules(text: str) -> Rules:
    """Raises ValueError for a line that is neither a rule, an exception nor a comment."""
    rules = Rules([], set())
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if found := re.fullmatch(r"except (\S+): (.+)", line):
            rules.allowed.add((found[1], found[2].lower()))
        elif found := re.fullmatch(r"(.+?) => (.+)", line):
            rules.banned.append(Banned(re.compile(rf"(?<![\w.])(?:{found[1]})(?![\w(])", re.IGNORECASE), found[2]))
        else:
            raise ValueError(f"line {number} is neither 'pattern => words' nor 'except FILE: word': {line}")
    return rules


def problems(file: str, text: str, rules: Rules) -> list[str]:
    """A line for each banned word in the text."""
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, instead in rules.banned:
            out += [
                f"{file}:{number}: '{found[0]}': write {instead}"
                for found in pattern.finditer(line)
                if (file, found[0].lower()) not in rules.allowed
            ]
    return out


def texts() -> list[str]:
    """The files of the repository that hold text for readers."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [f for f in listed if Path(f).suffix in TEXTS and not f.startswith(LEFT_OUT) and (ROOT / f).is_file()]


def main() -> int:
    """Exit code 1 when a banned word was found."""
    rules = read_rules(LIST.read_text(encoding="utf-8"))
    found = [p for f in texts() for p in problems(f, (ROOT / f).read_text(encoding="utf-8"), rules)]
    print("\n".join([*found, f"{len(found)} banned words"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
