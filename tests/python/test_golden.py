# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Model files that earlier versions wrote still open, and answer as they did (tests/golden/make.py)."""

from __future__ import annotations

import hashlib
import json
import math
import struct
from pathlib import Path

import pytest
import venloc
from venloc import torch_support

GOLDEN = Path(__file__).parents[1] / "golden"
FILES = sorted(GOLDEN.glob("*/*.venloc"))
NEED_TORCH = ("s2", "regression")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_model_file_of_an_earlier_version_answers_as_it_did(file: Path) -> None:
    if file.stem in NEED_TORCH and not torch_support.available():
        pytest.skip("this venloc was built without LibTorch")
    locator = venloc.load(file)
    assert locator.info().format_version == int(file.parent.name.removeprefix("format-"))
    for query, then in json.loads((file.parent / "answers.json").read_text())[file.stem].items():
        now = locator.locate(file.parent / query)
        # Instruction sets round differently; a wrong array, transform or order makes much larger differences.
        assert venloc.distance_m(now.location, venloc.LatLng(*then["place"])) < 1, query
        assert [now.radius_50_m, now.radius_90_m] == pytest.approx(then["radii"], rel=0.01, abs=1), query
        confidence, in_area = then["probabilities"]
        assert now.confidence / now.in_area == pytest.approx(confidence / in_area, abs=0.005), query
        # Of models that are not calibrated, later versions take it less for granted that a picture is of the city.
        if locator.info().calibrated:
            assert now.in_area == pytest.approx(in_area, abs=0.005), query
        else:
            assert now.in_area < in_area, query
        assert " ".join(c.photo_id for c in now.candidates[:3]) == " ".join(then["photos"].split()[:3]), query


def test_there_is_a_file_of_each_kind() -> None:
    kinds = {venloc.model_kind(file) for file in FILES}
    assert kinds >= {"sift", "descriptor", "painting", "ensemble", "s2", "regression"}


def sealed(data: bytearray, length: int) -> bytes:
    """The file with the digest of its new content."""
    stored = json.loads(data[8 : 8 + length])["__metadata__"]["sha256"].encode()
    blank = data.replace(stored, b"0" * len(stored), 1)
    return bytes(blank.replace(b"0" * len(stored), hashlib.sha256(blank).hexdigest().encode(), 1))


@pytest.mark.parametrize(
    "corners",
    [
        (45.42, 12.31, 95.0, 12.34, 45.43, 12.32),  # no such latitude
        (45.42, 12.31, 45.44, 400.0, 45.43, 12.32),
        (45.44, 12.31, 45.42, 12.34, 45.43, 12.32),  # south of itself
        (45.42, 12.31, 45.44, 12.34, 45.50, 12.32),  # its origin lies elsewhere
        (math.nan, 12.31, 45.44, 12.34, 45.43, 12.32),
    ],
)
def test_an_impossible_area_is_refused_when_the_model_is_opened(tmp_path: Path, corners: tuple[float, ...]) -> None:
    data = bytearray((GOLDEN / "format-1" / "sift.venloc").read_bytes())
    (length,) = struct.unpack_from("<Q", data)
    begin, end = json.loads(data[8 : 8 + length])["area"]["data_offsets"]
    assert end - begin == 48
    struct.pack_into("<6d", data, 8 + length + begin, *corners)
    (tmp_path / "m.venloc").write_bytes(sealed(data, length))
    with pytest.raises(venloc.FormatError, match=r"m\.venloc.*area"):
        venloc.load(tmp_path / "m.venloc")
