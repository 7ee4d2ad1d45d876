# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What every page of venloc promises."""

import base64
import io
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import PIL.Image

# Elements of HTML that have no end.
EMPTY = {"meta", "img", "br"}


class Page(HTMLParser):
    """The elements of a page, in their order; a page whose elements do not close is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.inside: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.inside == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in EMPTY:
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.inside[-1:] != ["style"]:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def assert_self_contained(text: str) -> Page:
    """Nothing is fetched or run, and there is text for readers who cannot see."""
    page = Page(text)
    names = Counter(name for name, _ in page.elements)
    assert not names.keys() & {"script", "link", "iframe", "object", "image"}
    assert names["style"] == 1
    assert names["h1"] == 1
    assert dict(page.elements)["html"] == {"lang": "en"}
    for name, attributes in page.elements:
        for attribute in ("src", "href", "xlink:href"):
            address = attributes.get(attribute, "")
            if name != "a" or not address.startswith("https://"):
                assert address.startswith(("data:image/jpeg;base64,", "#")) or not address
        assert not any(attribute.startswith("on") for attribute in attributes)
    outside = re.sub(r'(href|xmlns(:\w+)?)="[^"]*"', "", text)
    assert "url(http" not in outside
    assert "@import" not in outside
    ids = Counter(attributes["id"] for _, attributes in page.elements if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    links = re.findall(r'(?:url\(|href=")#([^")]+)', text)
    assert set(links) <= ids.keys()
    assert all(attributes.get("alt") for attributes in page.all("img"))
    for attributes in page.all("svg"):
        assert attributes.get("aria-label") or attributes.get("aria-hidden") == "true"
    assert names["caption"] == names["table"]
    assert "prefers-color-scheme:dark" in text
    return page


def thumbnails(page: Page) -> Iterator[PIL.Image.Image]:
    for attributes in page.all("img"):
        yield PIL.Image.open(io.BytesIO(base64.b64decode(attributes["src"].partition(",")[2])))
