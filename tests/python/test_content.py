# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pages of text, screens and blank pictures among pictures of places."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import venloc
from conftest import scene
from PIL import Image, ImageDraw, ImageFont
from venloc import answers

if TYPE_CHECKING:
    from conftest import City


def page_of_text(seed: int = 0) -> Image.Image:
    """Lines of words without meaning, in the font that comes with Pillow."""
    draw = random.Random(seed)
    page = Image.new("RGB", (800, 1100), (250, 248, 244))
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(18)
    for y in range(80, 1000, 28):
        words = ["".join(draw.choice("etaoinshrdlucmfwyp") for _ in range(draw.randint(1, 10))) for _ in range(30)]
        while font.getlength(" ".join(words)) > 640:
            words.pop()
        pen.text((80, y), " ".join(words), (20, 20, 30), font)
    return page


def test_content_of_pages_and_pictures() -> None:
    for seed in range(5):
        assert venloc.content_of(page_of_text(seed)) == "text"
        assert venloc.content_of(np.asarray(page_of_text(seed).convert("L"))) == "text"
        assert venloc.content_of(scene(seed)) == "picture"
    assert venloc.content_of(Image.new("RGB", (300, 200), (252, 250, 245))) == "blank"
    assert venloc.content_of(Image.new("L", (300, 200), 3)) == "blank"


def test_statistics_are_those_of_numpy() -> None:
    picture = scene(3)
    pixels = np.asarray(picture, int)
    statistics = venloc.content_statistics(picture)
    reach = pixels.max(2) - pixels.min(2)
    assert statistics.chroma == pytest.approx(reach.mean() / 255)
    assert statistics.vivid_share == pytest.approx((reach > 60).mean())
    assert statistics.warmth == pytest.approx((pixels[..., 0] - pixels[..., 2]).mean() / 255)
    same = (pixels[:-1, :-1] == pixels[:-1, 1:]).all(2) & (pixels[:-1, :-1] == pixels[1:, :-1]).all(2)
    assert statistics.flat_share == pytest.approx(same.sum() / reach.size)
    colours = (pixels // 8) @ [1024, 32, 1]
    most = np.sort(np.unique(colours, return_counts=True)[1])[::-1][:8].sum()
    assert statistics.common_colours == pytest.approx(most / reach.size)


def test_answers_report_what_the_picture_seems_to_be(locator: venloc.SiftLocator, city: City) -> None:
    page = locator.locate(venloc.Image(np.asarray(page_of_text())).with_note("It was reduced."))
    assert page.content == "text" == page.to_dict()["content"]
    assert page.notes[:2] == ["It was reduced.", "The picture seems to be a page of text, not a picture of a place."]
    assert answers.refusal(page) == "seems to be a page of text, not a picture of a place"
    assert 45 < page.location.lat < 46  # it is located all the same

    picture = locator.locate(city.query)
    assert picture.content == "picture" and not any("seems" in note for note in picture.notes)
    assert answers.refusal(picture) is None
    assert answers.DEFINITIONS["Prediction"]["properties"]["content"]["enum"] == [
        "picture",
        "blank",
        "text",
        "screenshot",
    ]


def test_every_way_to_locate_reports_the_content(gallery: venloc.Gallery, locator: venloc.SiftLocator) -> None:
    exhaustive = venloc.SiftLocator.build(gallery, matching="exhaustive")
    blank = Image.new("RGB", (320, 240), "white")
    for one in (locator, exhaustive):
        assert one.locate(blank).content == "blank"
        assert [getattr(p, "content", None) for p in one.locate([blank, page_of_text()])] == ["blank", "text"]


def test_unknown_content_is_refused() -> None:
    with pytest.raises(venloc.InvalidArgumentError, match="content"):
        venloc.content_text(cast("Any", "painting"))
    assert venloc.content_text("picture") == ""
