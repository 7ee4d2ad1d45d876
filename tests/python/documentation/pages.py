# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Reads Markdown pages: their code blocks, headings and links.

Every code block is fenced and has a language: `python`, `sh`, `cpp` and `cmake` are run, `json` is parsed, others are shown only.
An HTML comment in the line before a fence states what is special about a block:

- `<!-- run by FILE -->`: it cannot run here (it needs root, the network or the checkout); the named file of the repository runs it
- `<!-- run with: background -->`: servers, which are started, awaited, and stopped at the end of the page
- `<!-- run with: torch -->`: skipped where venloc has no LibTorch
- `<!-- run with: exit N -->`: the sh block ends with this exit code
- `<!-- output -->`: the text is output of the block before, compared but for numbers and spaces
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[3]
RUN = ("cmake", "cpp", "json", "python", "sh")
SHOWN = ("bibtex", "csv", "text")
COMMENT = re.compile(
    r"<!-- (run by (?P<file>\S+)|run with: (?P<special>background|torch|exit (?P<code>\d+))|(?P<output>output)) -->"
)


COMMANDS = re.compile(
    r"\s*(\S*/)?(#include|apt|c\+\+|cd|cmake|ctest|curl|docker|export|find_package|git|include|make|npm|pip|python3?|sudo"
    r"|systemctl|venloc)[ (]"
)
"""What a block of text that is no output must not begin with: commands are run."""


class PageError(Exception):
    """A page that does not follow the conventions, and where."""


@dataclass(frozen=True)
class Block:
    """A code block, and what its comment states about it."""

    page: Path
    line: int
    """Line of the fence, from 1."""
    language: str
    text: str
    run_by: str = ""
    """The file that runs the block instead of the test of the page."""
    special: str = ""
    """"background", "torch", "exit" or "output"."""
    exit_code: int = 0

    @property
    def where(self) -> str:
        """The place of the block for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """README.md, the model card and the pages of the site; results and the changelog are records, and have no examples."""
    docs = ROOT / "docs"
    return [
        ROOT / "README.md",
        ROOT / "MODEL_CARD.md",
        *sorted(p for p in docs.rglob("*.md") if not p.is_relative_to(docs / "results")),
    ]


def blocks(page: Path, text: str | None = None) -> list[Block]:
    """The code blocks of a page. Raises PageError for one that is indented, or has another language or an unknown comment."""
    text = page.read_text(encoding="utf-8") if text is None else text
    lines = text.splitlines()
    out = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type not in ("code_block", "fence") or token.map is None:
            continue
        where = f"{page}:{token.map[0] + 1}"
        if token.type == "code_block":
            raise PageError(f"{where}: an indented code block: fence it and give its language")
        language = token.info.strip()
        if language.startswith("{"):
            continue
        if language not in (*RUN, *SHOWN):
            raise PageError(f"{where}: the language {language!r} is none of {', '.join((*RUN, *SHOWN))}")
        before = lines[token.map[0] - 1].strip() if token.map[0] else ""
        if language == "text" and "output" not in before and COMMANDS.match(token.content):
            raise PageError(f"{where}: commands in a block of text: their language is sh, or cmake")
        out.append(_block(page, token.map[0] + 1, language, token.content, before))
    return out


def _block(page: Path, line: int, language: str, text: str, before: str) -> Block:
    if not before.startswith("<!--"):
        return Block(page, line, language, text)
    found = COMMENT.fullmatch(before)
    if not found:
        raise PageError(f"{page}:{line}: the comment {before} is none of those that pages.py describes")
    special = (found["special"] or found["output"] or "").split()
    return Block(
        page, line, language, text, found["file"] or "", special[0] if special else "", int(found["code"] or 0)
    )


def commands(text: str) -> list[list[str]]:
    """The commands of an sh block as words, without comments."""
    joined = text.replace("\\\n", " ")
    lines = [re.sub(r"(^|\s)#.*", "", line).strip() for line in joined.splitlines()]
    return [line.split() for line in lines if line]


def leading_words(command: list[str]) -> list[str]:
    """What a command does: the program and up to two words after it, such as `venloc`, `collect` and `flickr`.

    For a program in Python it is the name of its file.
    """
    if command[0] == "python" and len(command) > 1:
        return [Path(command[1]).name]
    words = [word.rpartition("/")[2] if i == 0 else word for i, word in enumerate(w for w in command if w != "sudo")]
    out: list[str] = []
    for word in words:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", word) or len(out) == 3:
            break
        out.append(word)
    return out


def is_run_by(block: Block) -> str:
    """Why the file that is to run the block does not seem to do so; empty when it does."""
    file = ROOT / block.run_by
    if not file.is_file():
        return f"{block.where}: {block.run_by} does not exist"
    text = file.read_text(encoding="utf-8")
    if block.page.name in text:
        return ""
    if block.language != "sh":
        return f"{block.where}: {block.run_by} does not name the page"
    for command in commands(block.text):
        words = [word for word in leading_words(command) if word != "venloc"]
        missing = [word for word in words if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text)]
        if not words or missing:
            return f"{block.where}: {block.run_by} does not have {' '.join(missing) or command[0]}"
    return ""


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    seen: dict[str, int] = {}
    out = set()
    tokens = MarkdownIt("commonmark").parse(text)
    for opening, inline in itertools.pairwise(tokens):
        if opening.type == "heading_open":
            plain = "".join(child.content for child in inline.children or [])
            slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
            number = seen.get(slug, 0)
            seen[slug] = number + 1
            out.add(slug if number == 0 else f"{slug}-{number}")
    return out


def links(text: str) -> list[str]:
    """The addresses of all links and images of a page."""
    out = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or []:
            address = (
                child.attrGet("href")
                if child.type == "link_open"
                else child.attrGet("src")
                if child.type == "image"
                else None
            )
            if address:
                out.append(str(address))
    return out
