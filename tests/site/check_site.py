# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Checks a built site: nothing is loaded from elsewhere, every link inside leads to an anchor of a page, every image has a text."""

from __future__ import annotations

import argparse
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

LOADS = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "link": "href",
    "script": "src",
    "source": "src",
    "video": "src",
}
ELSEWHERE = re.compile(r"(https?:)?//", re.I)


class Page(HTMLParser):
    """What a page loads, where it links, and its anchors."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.problems: list[str] = []
        self.words = 0
        self._skipped = 0
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called for each tag that opens."""
        values = dict(attrs)
        self._skipped += tag in ("script", "style", "nav", "aside")
        if values.get("id"):
            self.anchors.add(str(values["id"]))
        if (
            tag in LOADS
            and values.get(LOADS[tag])
            and not (tag == "link" and values.get("rel") in ("canonical", "license"))
        ):
            self.loads.append(str(values[LOADS[tag]]))
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        if tag == "img" and "alt" not in values:
            self.problems.append(f"an image without alternative text: {values.get('src')}")

    def handle_endtag(self, tag: str) -> None:
        """Called for each tag that closes."""
        self._skipped -= tag in ("script", "style", "nav", "aside")

    def handle_data(self, data: str) -> None:
        """Called for text."""
        if self._skipped <= 0:
            self.words += len(data.split())


def check(site: Path) -> tuple[dict[Path, Page], list[str]]:
    """The pages of a site, and what is wrong with them."""
    pages = {file: Page(file) for file in sorted(site.rglob("*.html"))}
    problems = []
    for file, page in pages.items():
        name = file.relative_to(site)
        problems += [f"{name}: {problem}" for problem in page.problems]
        problems += [f"{name} loads {address}" for address in page.loads if ELSEWHERE.match(address)]
        for address in [*page.links, *page.loads]:
            if re.match(r"[a-z]+:|//", address):
                continue
            path, _, anchor = address.partition("#")
            target = (file.parent / unquote(path.partition("?")[0])).resolve() if path else file
            known = target not in pages or not anchor or unquote(anchor) in pages[target].anchors
            if not target.exists() or not known:
                problems.append(f"{name} links to {address}, which is not there")
    for style in [*site.rglob("*.css")]:
        found = re.findall(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^)\"']+)", style.read_text(encoding="utf-8"))
        problems += [f"{style.relative_to(site)} loads {address}" for address in found]
    return pages, problems


def main() -> int:
    """Exit code 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    site = parser.parse_args().site.resolve()
    pages, problems = check(site)
    if not pages:
        problems = [f"{site} has no pages: build them with make docs"]
    print("\n".join(problems))
    links = sum(len(page.links) for page in pages.values())
    print(
        f"{len(pages)} pages, {sum(page.words for page in pages.values())} words, {links} links, {len(problems)} problems"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
