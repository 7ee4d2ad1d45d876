# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import io
import json
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import venloc
from conftest import scene
from venloc.pictures import as_image, as_images


def png(picture: PIL.Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def test_every_form_of_a_picture_gives_the_same_pixels(tmp_path: Path) -> None:
    pil = scene(3)
    file = tmp_path / "scene.png"
    pil.save(file)
    expected = np.asarray(pil)
    encoded = file.read_bytes()
    for form in (file, str(file), encoded, bytearray(encoded), memoryview(encoded), pil, expected, as_image(file)):
        image = as_image(form)
        assert (image.width, image.height, image.channels) == (320, 240, 3)
        np.testing.assert_array_equal(np.asarray(image), expected)


def test_arrays_may_have_any_strides() -> None:
    array = np.asarray(scene(4))
    for seen in (array[::-1], array[:, ::2], array[..., ::-1], np.asfortranarray(array), array[..., 0].T):
        np.testing.assert_array_equal(as_image(seen).to_array(), seen)


def test_pixels_are_shared_and_read_only() -> None:
    image = as_image(np.zeros((4, 5), np.uint8))
    array = image.to_array()
    assert array.shape == (4, 5)
    assert not array.flags.writeable
    assert not array.flags.owndata
    del image
    assert array.sum() == 0


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((4, 5), complex), "complex128: give numbers"),
        (np.array([["a", "b"]]), "give numbers"),
        (np.full((4, 5), np.nan), "NaN"),
        (np.array([[0.0, np.inf]]), "infinite"),
        (np.array([[-0.5, 1.0]]), "values of -0.5 to 1: scale it to 0 to 1"),
        (np.array([[0.0, 300.0]]), "scale it to 0 to 1 or to 0 to 255"),
        (np.array([[-1, 5]]), "values of -1 to 5: scale it to 0 to 255"),
        (np.array([[0, 70_000]], np.int32), "scale it to 0 to 255"),
        (np.array([[0.0, 1.02]]), "neither 0 to 1 nor 0 to 255: scale it"),
        (np.array([[0, 255]], np.uint16), "nearly black in a range of 0 to 65535: scale it"),
        (np.array([[0, 4095]], np.int32), "nearly black in a range of 0 to 65535: scale it"),
        (np.array([[0, 1]], np.int64), "nearly black in a range of 0 to 255: scale it"),
        (np.zeros((4, 5, 4), np.uint8), "height x width"),
        (np.zeros((4, 5, 2), np.float32), "height x width"),
        (np.zeros(20, np.uint8), "height x width"),
        (np.zeros((0, 5), np.uint8), "positive|size|width|height"),
    ],
)
def test_other_arrays_are_refused(array: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_image(array)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("colour", [True, False])
def test_other_types_are_converted_to_the_picture_they_show(kind: type, colour: bool) -> None:
    picture = np.asarray(scene(6) if colour else scene(6).convert("L"))
    forms = {
        "0 to 1": (picture / 255).astype(kind),
        "0 to 255": picture.astype(kind),
        "with the errors of interpolation": (picture / 255 * 1.0015 - 0.0005).astype(kind),
        "uint16": picture.astype(np.uint16) * 257,
        "int32 of 0 to 65,535": picture.astype(np.int32) * 257,
        "int64 of 0 to 255": picture.astype(np.int64),
    }
    for name, form in forms.items():
        seen = as_image(form).to_array().astype(int)
        assert np.abs(seen - picture).max() <= (1 if "errors" in name or kind == np.float16 else 0), name
    black_or_white = picture > 100
    np.testing.assert_array_equal(as_image(black_or_white).to_array(), black_or_white * np.uint8(255))


def test_deep_pil_images_are_converted_as_arrays_are() -> None:
    grey = np.asarray(scene(7).convert("L"))
    for deep in (
        PIL.Image.fromarray(grey.astype(np.int32) * 257),
        PIL.Image.fromarray(grey.astype(np.uint16) * 257),
        PIL.Image.fromarray((grey / 255).astype(np.float32)),
        PIL.Image.fromarray(grey.astype(np.float32)),
    ):
        np.testing.assert_array_equal(as_image(deep).to_array(), grey)
    with pytest.raises(ValueError, match="scale it"):
        as_image(PIL.Image.fromarray(grey.astype(np.float32) * 257))


def test_what_is_no_picture_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="int; give a path"):
        as_image(3)  # type: ignore[arg-type]


def test_pil_images_are_laid_over_white_turned_upright_and_scaled() -> None:
    clear = PIL.Image.new("RGBA", (4, 3), (255, 0, 0, 0))
    assert as_image(clear).to_array().min() == 255
    deep = PIL.Image.fromarray(np.full((3, 4), 0x8000, np.uint16))
    assert as_image(deep).to_array().max() == 0x80
    assert as_image(PIL.Image.new("P", (4, 3))).channels == 3
    turned = PIL.Image.new("RGB", (4, 3))
    turned.getexif()[0x0112] = 6
    assert (as_image(turned).width, as_image(turned).height) == (3, 4)


def test_several_name_the_one_that_is_bad() -> None:
    good = png(scene(1))
    assert len(as_images([good] * 5)) == 5
    with pytest.raises(venloc.ImageError, match="picture 2"):
        as_images([good, good, b"no picture"])


def test_gray_resize_hash_and_pickle() -> None:
    image = as_image(scene(5))
    assert image.to_gray().channels == 1
    assert (image.resized(10, 20).width, image.resized(10, 20).height) == (10, 20)
    small = image.shrunk_to(160)
    assert (small.width, small.height) == (160, 120)
    assert (venloc.perceptual_hash(image) ^ venloc.perceptual_hash(small)).bit_count() <= 6
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(image)).to_array(), image.to_array())
    assert repr(image) == "Image(320 x 240, RGB)"


def huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def bad_pictures(folder: Path) -> dict[str, tuple[Path, type[Exception], str]]:
    """File, exception and a word of the message for each bad input that a picture can be."""
    jpeg = io.BytesIO()
    scene(1).save(jpeg, "JPEG")
    contents = {
        "empty": b"",
        "text": b"this is not a picture, only a text",
        "truncated": jpeg.getvalue()[: len(jpeg.getvalue()) // 4],
        "huge": huge_png(40_000, 30_000),
    }
    words = {"empty": "empty", "text": "not a", "truncated": "cut short|damaged|truncated", "huge": "40000"}
    cases: dict[str, tuple[Path, type[Exception], str]] = {}
    for name, content in contents.items():
        file = folder / f"{name}.jpg"
        file.write_bytes(content)
        cases[name] = (file, ValueError, words[name])
    cases["missing"] = (folder / "missing.jpg", FileNotFoundError, "missing.jpg")
    (folder / "folder.jpg").mkdir()
    cases["folder"] = (folder / "folder.jpg", FileNotFoundError, "folder|directory")
    return cases


@pytest.mark.parametrize("name", ["empty", "text", "truncated", "huge", "missing", "folder"])
def test_bad_files_are_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    file, kind, word = bad_pictures(tmp_path)[name]
    with pytest.raises(kind, match=word) as caught:
        venloc.read_image(file)
    assert isinstance(caught.value, venloc.Error)
    assert file.name in str(caught.value)


def test_image_limits_are_options(tmp_path: Path) -> None:
    file = tmp_path / "scene.png"
    scene(1).save(file)
    with pytest.raises(venloc.ImageError, match=r"scene\.png"):
        venloc.read_image(file, max_pixels=1000)
    with pytest.raises(TypeError, match="did you mean 'max_pixels'"):
        venloc.read_image(file, max_pixel=1000)


def test_exif_of_a_drawn_jpeg(tmp_path: Path) -> None:
    file = tmp_path / "gps.jpg"
    exif = PIL.Image.Exif()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (45.0, 26.0, 3.0)
    gps[3], gps[4] = "E", (12.0, 20.0, 6.0)
    scene(1).save(file, exif=exif)
    read = venloc.read_metadata(file)
    assert read.position is not None
    assert read.position.lat == pytest.approx(45 + 26 / 60 + 3 / 3600, abs=1e-6)
    assert read.position.lng == pytest.approx(12 + 20 / 60 + 6 / 3600, abs=1e-6)
    # An optional struct is plain in to_dict() as well.
    assert read.to_dict()["position"] == {"lat": read.position.lat, "lng": read.position.lng}
    json.dumps(read.to_dict())
    scene(1).save(file)
    assert venloc.read_metadata(file).to_dict()["position"] is None
    assert venloc.read_metadata(file).position is None
    assert venloc.read_metadata(file).position_problem
