# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: pages that are files of the repository's root, and links from pages to other files of the repository.

A page that consists of an `{include}` of a file outside docs/ has that file's text. A link to a page of the site stays one. A link
to another file of the repository becomes the text and the path, because the site does not hold it.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
INCLUDE = re.compile(r"\A(?:<!--.*?-->\s*)*```\{include\} (\S+)\s*```\s*\Z", re.S)
CODE = re.compile(r"(^```.*?^```|^~~~.*?^~~~|`[^`\n]*`)", re.M | re.S)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
# Files of the repository that are pages under another name.
PAGES = {"README.md": "index.md"}
log = logging.getLogger(__name__)


@cache
def included() -> dict[Path, Path]:
    """The files of the root that are pages, and their pages."""
    found = {page: INCLUDE.match(page.read_text(encoding="utf-8")) for page in sorted(DOCS.glob("*.md"))}
    return {(DOCS / include[1]).resolve(): page for page, include in found.items() if include}


def page_of(file: Path) -> Path | None:
    """The page of the site that shows this file of the repository, if there is one."""
    if file.parent == ROOT and file.name in PAGES:
        return DOCS / PAGES[file.name]
    if file in included():
        return included()[file]
    candidates = [file / "index.md", file / "README.md", file] if file.is_relative_to(DOCS) else []
    return next((page for page in candidates if page.suffix in (".md", ".rst") and page.is_file()), None)


def rewritten(text: str, source: Path, page: Path) -> str:
    """The text of a source file with its links as they have to be on a page."""

    def link(found: re.Match[str]) -> str:
        image, words, target = found.groups()
        address, _, anchor = target.partition("#")
        if not address or re.match(r"[a-z]+:", address) or words.startswith("!["):
            return found[0]
        file = (source.parent / address).resolve()
        if not file.exists():
            log.warning(
                "link to %s, which does not exist",
                target,
                location=(source.relative_to(ROOT).as_posix(), text.count("\n", 0, text.index(found[0])) + 1),
            )
            return found[0]
        if image:
            return f"![{words}]({os.path.relpath(file, page.parent)})"
        if there := page_of(file):
            return f"[{words}]({os.path.relpath(there, page.parent)}{'#' if anchor else ''}{anchor})"
        path = file.relative_to(ROOT).as_posix()
        return words if path in words else f"{words} (`{path}`)"

    parts = CODE.split(text)
    # A link may have code inside its text: links are replaced where the code of their text is put back first.
    spans = [
        part if i % 2 == 0 or (part.startswith("`") and not part.startswith("```")) else None
        for i, part in enumerate(parts)
    ]
    out, run = [], ""
    for part, span in zip(parts, spans, strict=True):
        if span is None:
            out += [LINK.sub(link, run), part]
            run = ""
        else:
            run += span
    return "".join([*out, LINK.sub(link, run)])


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    page = Path(app.env.doc2path(name))
    if page.suffix != ".md":
        return
    origin, text = page, source[0]
    if (found := INCLUDE.match(text)) and (file := (page.parent / found[1]).resolve()).is_file():
        app.env.note_dependency(str(file))
        origin, text = file, file.read_text(encoding="utf-8")
    source[0] = rewritten(text, origin, page)


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
