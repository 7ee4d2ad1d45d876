# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import contextlib
import hashlib
import io
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import venloc
from conftest import SIZE, scene, view
from PIL import Image

pytest.importorskip("urllib3", reason="collecting is an extra")
from venloc.collecting import Catalogue, Record, copies
from venloc.collecting.catalogue import Picture
from venloc.collecting.copies import find_copies
from venloc.collecting.duplicates import (
    Description,
    DuplicateOptions,
    Pair,
    candidates,
    compare,
    describe,
    find,
    groups,
)

W, H = SIZE


def described(picture: Image.Image) -> Description:
    return describe(venloc.Image(np.asarray(picture)))


def recompressed(picture: Image.Image, quality: int = 40) -> Image.Image:
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=quality)
    return Image.open(io.BytesIO(data.getvalue()))


def resized(picture: Image.Image) -> Image.Image:
    return picture.resize((round(picture.width * 0.6), round(picture.height * 0.6)), Image.Resampling.LANCZOS)


def cropped(picture: Image.Image, left: float = 0.1, top: float = 0.0) -> Image.Image:
    x, y = round(left * picture.width), round(top * picture.height)
    return picture.crop((x, y, x + round(0.9 * picture.width), y + round(0.9 * picture.height)))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "recompressed": recompressed,
    "resized": resized,
    "grey": lambda picture: picture.convert("L"),
    "cropped": cropped,
    "cropped at the other corner": lambda picture: cropped(picture, 0.0, 0.1),
    "all": lambda picture: recompressed(resized(cropped(picture, 0.05, 0.05)).convert("L"), 70),
}


@pytest.fixture(scope="module")
def known() -> list[Description]:
    return [described(scene(seed)) for seed in range(20)]


@pytest.mark.parametrize("kind", COPIES)
def test_a_copy_is_found_among_others(known: list[Description], kind: str) -> None:
    copy = described(COPIES[kind](scene(7)))
    pairs = find([*known, copy])
    assert [(p.first, p.second) for p in pairs] == [(7, 20)]
    assert pairs[0].likeness > 0.9
    assert compare(copy, known[7]) == pytest.approx(compare(known[7], copy), abs=0.05)


def test_other_pictures_of_the_same_thing_are_others() -> None:
    original = scene(3)
    walked = original.copy()  # somebody walked through a sixth of it
    walked.paste(scene(99).resize((W // 3, H // 2)), (W // 3, H // 3))
    passed = original.copy()  # and through a twenty-fifth
    passed.paste(scene(98).resize((W // 5, H // 5)), (W // 2, H // 2))
    others = [view(original, 5), walked, passed, scene(4)]
    likeness = [compare(described(original), described(other)) for other in others]
    assert max(likeness) < DuplicateOptions().likeness
    assert find([described(original), *map(described, others)]) == []


def test_the_order_does_not_matter(known: list[Description]) -> None:
    all_of_them = [*known, *(described(cropped(scene(seed))) for seed in (2, 5))]
    pairs = {(p.first, p.second) for p in find(all_of_them)}
    assert pairs == {(2, 20), (5, 21)}
    last = len(all_of_them) - 1
    turned = {(last - p.second, last - p.first) for p in find(all_of_them[::-1])}
    assert turned == pairs


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (64, 64)])
def test_plain_and_tiny_pictures_are_like_nothing(known: list[Description], shape: tuple[int, int]) -> None:
    plain = [describe(venloc.Image(np.full(shape, grey, np.uint8))) for grey in (0, 200)]
    assert find([*known[:3], *plain]) == []
    assert find(plain[:1]) == [] and find([]) == []


def test_candidates_are_pairs_once(known: list[Description]) -> None:
    pairs = candidates(known, DuplicateOptions(neighbours=3))
    assert pairs == sorted(set(pairs)) and all(i < j for i, j in pairs)
    assert {i for pair in pairs for i in pair} == set(range(20))
    assert candidates(known, DuplicateOptions(neighbours=0, hash_bits=0, thumbnail_likeness=1)) == []


def test_the_first_stands_for_those_it_was_compared_with() -> None:
    pairs = [Pair(0, 2, 0.9), Pair(2, 3, 0.95), Pair(1, 4, 0.9), Pair(3, 4, 0.99)]
    # 3 is like 2 and 4, which others stand for; it is like no picture that is not a copy.
    assert groups(pairs, 5) == {2: (0, 0.9), 4: (1, 0.9)}
    assert groups([], 3) == {}


def test_progress_can_end_it(known: list[Description]) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find([*known, known[0]], progress=stop)


@pytest.mark.parametrize(
    "wrong",
    [{"side_px": 10}, {"features": 2}, {"inliers": 3}, {"likeness": 0.0}, {"overlap": 1.5}, {"tolerance_px": 0.0}],
)
def test_invalid_options_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(venloc.InvalidArgumentError, match=next(iter(wrong))):
        DuplicateOptions(**wrong)  # type: ignore[arg-type]


def test_copies_of_a_catalogue_are_found_and_the_largest_stands_for_them(tmp_path: Path) -> None:
    files = {"a": resized(scene(1)), "b": scene(1), "c": cropped(scene(1)), "d": scene(2), "gone": scene(1)}
    with Catalogue(tmp_path / "c.db") as catalogue:
        for name, picture in files.items():
            picture.save(tmp_path / f"{name}.jpg", quality=90)
            catalogue.add([Record("drawn", name, 45.43, 12.33)])
            row = Picture("drawn", name, file=f"{name}.jpg", width=picture.width, height=picture.height)
            catalogue.put_pictures([row])
        (tmp_path / "gone.jpg").unlink()
        for threads in (1, 2, 2):  # again, which changes nothing
            assert find_copies(catalogue, threads=threads) == 2
            assert catalogue.copies() == {("drawn", "a"): ("drawn", "b"), ("drawn", "c"): ("drawn", "b")}


def test_known_descriptions_and_likenesses_are_reused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def count_calls(name: str, function: Any) -> None:
        monkeypatch.setattr(copies, name, lambda *values: (calls.append(name), function(*values))[1])

    count_calls("describe", describe)
    count_calls("compare", compare)

    def put(name: str, picture: Image.Image) -> None:
        picture.save(tmp_path / f"{name}.jpg", quality=90)
        catalogue.put_pictures([Picture("drawn", name, file=f"{name}.jpg", width=picture.width, height=picture.height)])

    def again(options: DuplicateOptions | None = None) -> dict[str, str]:
        calls.clear()
        find_copies(catalogue, options=options)
        return {copy: original for (_, copy), (_, original) in catalogue.copies().items()}

    with Catalogue(tmp_path / "c.db") as catalogue:
        put("a", scene(1))
        put("b", scene(2))
        assert again() == {} and sorted(calls) == ["compare", "describe", "describe"]
        assert again() == {} and calls == []
        put("c", resized(scene(1)))
        assert again() == {"c": "a"} and sorted(calls) == ["compare", "compare", "describe"]
        # Another picture of the same name, other options, a damaged file: what was stored is not used.
        put("c", resized(scene(3)))
        assert again() == {} and calls.count("describe") == 1
        assert again(DuplicateOptions(features=150)) == {} and calls.count("describe") == 3
        text = b"no file of SQLite at all, but a long text " * 100
        (tmp_path / "c.db.cache").write_bytes(text)
        with pytest.raises(venloc.IoError, match=r"c\.db\.cache.*delete this cache file"):
            again()
        assert (tmp_path / "c.db.cache").read_bytes() == text
        (tmp_path / "c.db.cache").unlink()
        assert again() == {} and calls.count("describe") == 3
        # A picture that is gone is removed.
        catalogue.drop_pictures([("drawn", "b")])
        assert again() == {} and calls == []
        put("b", scene(2))
        assert again() == {} and calls.count("describe") == 1


def test_the_same_bytes_are_the_same_picture_and_others_are_not_described_for_them(tmp_path: Path) -> None:
    plain = Image.new("RGB", (320, 240), (200, 180, 90))
    with Catalogue(tmp_path / "c.db") as catalogue:

        def put(name: str, picture: Image.Image) -> None:
            picture.save(tmp_path / f"{name}.png")
            digest = hashlib.sha256((tmp_path / f"{name}.png").read_bytes()).hexdigest()
            row = Picture("drawn", name, file=f"{name}.png", digest=digest, width=picture.width, height=picture.height)
            catalogue.put_pictures([row])

        for name, picture in {"p1": plain, "p2": plain, "a": scene(1), "b": scene(1), "c": resized(scene(1))}.items():
            put(name, picture)
        put("other", scene(2))
        scene(1).save(tmp_path / "other.png")  # the catalogue has the digest of another picture
        (tmp_path / "b.png").unlink()  # the same bytes are still there as a
        find_copies(catalogue)
        expected = {"p2": "p1", "b": "a", "c": "a"}
        assert {copy: original for (_, copy), (_, original) in catalogue.copies().items()} == expected
        put("other", scene(2))
        find_copies(catalogue)
        assert len(catalogue.copies()) == 3


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "c.db.cache")) as db:
        db.execute("CREATE TABLE mine (text TEXT)")
    before = (tmp_path / "c.db.cache").read_bytes()
    with (
        Catalogue(tmp_path / "c.db") as catalogue,
        pytest.raises(venloc.FormatError, match="move it to another folder"),
    ):
        find_copies(catalogue)
    assert (tmp_path / "c.db.cache").read_bytes() == before


def test_a_stop_keeps_what_was_found_out(tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "comparing pictures":
            raise KeyboardInterrupt

    stages = []
    with Catalogue(tmp_path / "c.db") as catalogue:
        for i in range(5):
            scene(i).save(tmp_path / f"{i}.png")
            catalogue.put_pictures([Picture("drawn", str(i), file=f"{i}.png", width=1, height=1)])
        with pytest.raises(KeyboardInterrupt):
            find_copies(catalogue, stop)
        find_copies(catalogue, lambda stage, done, total: stages.append(stage))
    assert stages == ["comparing pictures"]


def test_on_real_photos() -> None:
    folder = Path(os.environ.get("VENLOC_SHARED", "../shared")) / "data" / "venice" / "images"
    if not folder.is_dir():
        pytest.skip(f"no shared photos at {folder}")
    files = sorted(folder.iterdir())[::70]
    pictures = [Image.open(file).convert("RGB") for file in files]
    copies = [recompressed(resized(cropped(picture, 0.05, 0.1)), 70) for picture in pictures[:10]]
    pairs = find([*map(described, pictures), *map(described, copies)])
    assert [(p.first, p.second) for p in pairs] == [(i, len(pictures) + i) for i in range(10)]
