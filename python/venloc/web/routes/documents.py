# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Documents that the server itself provides: limits and responsible use, the cards, how to report a problem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from venloc import _core
from venloc.html import rendering
from venloc.web.problems import ProblemError

if TYPE_CHECKING:
    from markdown_it.token import Token

DOCUMENTS = {
    "limits": "limits.md",
    "model-card": "MODEL_CARD.md",
    "data-card": "DATA_CARD.md",
    "security": "SECURITY.md",
    "code-of-conduct": "CODE_OF_CONDUCT.md",
    "citation": "CITATION.cff",
}
"""Files of the installed package's folder `documents`, by the name they are served under."""

_SERVED = {file: name for name, file in DOCUMENTS.items()}
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def router() -> APIRouter:
    """`/documents/{name}`."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/documents/{name}", methods=["GET", "HEAD"])
    async def document(name: str) -> Response:
        file = Path(_core.__file__).with_name("documents") / DOCUMENTS.get(name, "")
        if not file.is_file():
            raise ProblemError(404, f"there is no document '{name}': choose one of {', '.join(DOCUMENTS)}")
        return HTMLResponse(page(file.read_text(encoding="utf-8"), file.suffix))

    return routes


def page(text: str, suffix: str) -> str:
    """A document as an HTML page. `suffix` is the suffix of its file: .md for Markdown; other files are shown as text."""
    if suffix != ".md":
        return rendering.render("document.html", title="How to cite", text=text, html=None)
    text = _COMMENT.sub("", text)
    heading = _HEADING.search(text)
    return rendering.render(
        "document.html", title=heading[1] if heading else "venloc", text=None, html=rendering.safe(_html(text))
    )


def _html(text: str) -> str:
    """Markdown as HTML. Links to files that the server does not provide become plain text."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    for token in tokens:
        if token.children:
            token.children = _with_links(token.children)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _with_links(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    keep = True
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrGet("href"))
            file, _, anchor = address.partition("#")
            name = _SERVED.get(file.rsplit("/", 1)[-1])
            keep = name is not None or address.startswith(("https://", "http://"))
            if name is not None:
                token.attrSet("href", name + ("#" + anchor if anchor else ""))
        if keep or token.type not in ("link_open", "link_close"):
            out.append(token)
    return out
