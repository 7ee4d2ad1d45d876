# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Formats, damaged files and large pictures, read as other programs write them."""

import io
import random
import resource
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pillow_heif
import pytest
import tifffile
import venloc
from conftest import scene
from venloc._core import probe_image

READABLE = {kind.format for kind in venloc.picture_formats() if kind.readable}
Array = np.ndarray[Any, Any]


def encoded(picture: PIL.Image.Image, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def heic(picture: PIL.Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, quality=95, **options)
    return buffer.getvalue()


def tiff(pixels: Array, **options: Any) -> bytes:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, bigtiff=options.pop("bigtiff", False)) as writer:
        writer.write(pixels, **{"photometric": "rgb" if pixels.ndim == 3 else "minisblack", **options})
    return buffer.getvalue()


def difference(data: bytes, expected: Array) -> float:
    """Of the decoded picture, on average [levels]."""
    seen = venloc.decode_image(data, "a").to_array().astype(float)
    assert seen.shape == expected.shape
    return float(np.abs(seen - expected).mean())


def needs(form: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(form not in READABLE, reason=f"this build does not read {form}")


MAKERS: dict[str, tuple[str, Callable[[PIL.Image.Image], bytes]]] = {
    "HEIC": ("heic", heic),
    "AVIF": ("avif", lambda p: encoded(p, "AVIF", quality=90)),
    "JPEG 2000": ("jp2", lambda p: encoded(p, "JPEG2000")),
    "JPEG 2000 codestream": ("jp2", lambda p: encoded(p, "JPEG2000", no_jp2=True)),
    "BigTIFF": ("tiff", lambda p: tiff(np.asarray(p), bigtiff=True)),
    "TIFF with tiles": ("tiff", lambda p: tiff(np.asarray(p), tile=(64, 48))),
    "TIFF with planes": ("tiff", lambda p: tiff(np.asarray(p).transpose(2, 0, 1), planarconfig="separate")),
    "TIFF with planes of tiles": (
        "tiff",
        lambda p: tiff(np.asarray(p).transpose(2, 0, 1), planarconfig="separate", tile=(64, 64)),
    ),
    "TIFF with JPEG": ("tiff", lambda p: encoded(p, "TIFF", compression="jpeg", quality=95)),
    "TIFF with LZW": ("tiff", lambda p: encoded(p, "TIFF", compression="tiff_lzw")),
    "TIFF with deflate": ("tiff", lambda p: encoded(p, "TIFF", compression="tiff_adobe_deflate")),
    "16-bit TIFF": ("tiff", lambda p: tiff(np.asarray(p).astype(np.uint16) * 257)),
    "16-bit TIFF, other byte order": (
        "tiff",
        lambda p: tiff(np.asarray(p).astype(">u2") * 257),
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_formats_show_what_was_written(name: str) -> None:
    form, make = MAKERS[name]
    if form not in READABLE:
        pytest.skip(f"this build does not read {form}")
    picture = scene(11)
    data = make(picture)
    lossy = name in ("HEIC", "AVIF", "TIFF with JPEG")
    assert difference(data, np.asarray(picture)) <= (6 if lossy else 0)  # subsampled colours
    info = probe_image(data, "a")
    assert (info.format, info.width, info.height) == (form, 320, 240)


def test_grey_alpha_palette_ink_and_few_bits_of_a_tiff() -> None:
    picture = scene(12)
    grey = np.asarray(picture.convert("L"))
    assert difference(tiff(grey), grey) == 0
    assert difference(tiff(255 - grey, photometric="miniswhite"), grey) == 0
    alpha = np.full_like(grey, 51)
    pair = np.stack([grey, alpha], axis=2)
    over_white = np.rint((grey.astype(float) * 51 + 255 * 204) / 255)
    assert difference(tiff(pair, photometric="minisblack", extrasamples=["unassalpha"]), over_white) <= 0.5
    palette = picture.convert("P", palette=PIL.Image.Palette.ADAPTIVE)
    assert difference(encoded(palette, "TIFF"), np.asarray(palette.convert("RGB"))) == 0
    black_or_white = picture.convert("1")
    assert difference(encoded(black_or_white, "TIFF"), np.asarray(black_or_white) * 255.0) == 0
    assert difference(encoded(picture.convert("CMYK"), "TIFF"), np.asarray(picture)) <= 1
    for bits in (2, 4):
        values = grey >> (8 - bits)
        packed = np.zeros((grey.shape[0], grey.shape[1] * bits // 8), np.uint8)
        for i in range(8 // bits):
            packed |= (values[:, i :: 8 // bits] << (8 - bits * (i + 1))).astype(np.uint8)
        data = _packed_tiff(packed.tobytes(), grey.shape[1], grey.shape[0], bits)
        assert difference(data, np.rint(values * 255.0 / (2**bits - 1))) <= 0.5


def _packed_tiff(pixels: bytes, width: int, height: int, bits: int) -> bytes:
    tags = [
        (256, width),
        (257, height),
        (258, bits),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, height),
        (279, len(pixels)),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + directory + bytes(4)


def test_numbers_that_have_no_white_are_refused_with_advice() -> None:
    grey = np.asarray(scene(1).convert("L"))
    for pixels, words in (
        ((grey / 255).astype(np.float32), "32-bit floating-point.*Scale it to 0 to 255"),
        (grey.astype(np.int16), "16-bit signed"),
        (grey.astype(np.uint32), "32-bit samples.*Save it with 8 or 16 bits"),
    ):
        with pytest.raises(venloc.ImageError, match=words):
            venloc.decode_image(tiff(pixels), "a.tif")


def _pages(*pages: tuple[Array, dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for pixels, options in pages:
            writer.write(pixels, **{"photometric": "rgb", **options})
    return buffer.getvalue()


def test_the_picture_is_read_and_not_its_thumbnail() -> None:
    large, small = np.asarray(scene(3).resize((1600, 1200))), np.asarray(scene(3).resize((160, 120)))
    other = np.asarray(scene(4).resize((1600, 1200)))
    # In a directory below the thumbnail's, behind it, and behind one that is not marked as reduced.
    for data in (
        _pages((small, {"subfiletype": 1, "subifds": 1}), (large, {"subfiletype": 0})),
        _pages((small, {"subfiletype": 1}), (large, {"subfiletype": 0})),
        _pages((small, {}), (large, {})),
        _pages((large, {}), (small, {"subfiletype": 1})),
    ):
        image = venloc.decode_image(data, "a.tif")
        np.testing.assert_array_equal(image.to_array(), large)
        assert image.notes == []
        assert probe_image(data, "a.tif").width == 1600
    # A page that cannot be decoded is named, and no small copy is read instead.
    deep = large.astype(np.float32)
    for data in (
        _pages((small, {}), (deep, {})),
        _pages((small, {"subfiletype": 1}), (deep, {})),
        _pages((small, {"subfiletype": 1, "subifds": 1}), (deep, {"subfiletype": 0})),
    ):
        with pytest.raises(venloc.ImageError, match="32-bit floating-point"):
            venloc.decode_image(data, "a.tif")
    several = venloc.decode_image(_pages((small, {"subfiletype": 1}), (large, {}), (other, {})), "a.tif")
    np.testing.assert_array_equal(several.to_array(), large)
    assert several.notes == ["page 2 of 3 of the file was read"]


def _raw(preview: Array, raw_side: int) -> bytes:
    mosaic = np.full((raw_side * 3 // 4, raw_side), 900, np.uint16)
    cfa = [(33421, "H", 2, (2, 2), True), (33422, "B", 4, (0, 1, 1, 2), True)]
    version = [(50706, "B", 4, (1, 4, 0, 0), True)]
    return _pages(
        (preview, {"subfiletype": 1, "subifds": 1, "extratags": version}),
        (mosaic, {"subfiletype": 0, "photometric": "cfa", "extratags": cfa}),
    )


@pytest.mark.parametrize(
    ("side", "raw_side", "words"),
    [
        (1600, 1800, ""),
        (1600, 3200, ""),
        (1000, 1200, "1000 x 750 px, too few"),
        (1600, 3300, "1600 x 1200 px, too few"),
    ],
)
def test_a_raw_file_gives_its_large_preview_or_is_refused(side: int, raw_side: int, words: str) -> None:
    preview = np.asarray(scene(5).resize((side, side * 3 // 4)))
    data = _raw(preview, raw_side)
    if words:
        with pytest.raises(venloc.ImageError, match=words):
            venloc.decode_image(data, "a.dng")
        return
    image = venloc.decode_image(data, "a.dng")
    np.testing.assert_array_equal(image.to_array(), preview)
    assert image.notes == [f"a raw file; its embedded preview of {side} x {side * 3 // 4} px was read"]
    assert probe_image(data, "a.dng").format == "raw"


@needs("heic")
def test_the_turn_of_a_heif_container_is_applied_once() -> None:
    picture = scene(8)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    # pillow-heif makes the orientation of Exif a turn of the container; written by hand into Exif, it must not count too.
    turned = venloc.decode_image(heic(picture, exif=exif.tobytes()), "a.heic")
    upright = np.asarray(picture.rotate(-90, expand=True))
    if turned.width == 240:
        assert np.abs(turned.to_array().astype(float) - upright).mean() < 6
    else:
        assert np.abs(turned.to_array().astype(float) - np.asarray(picture)).mean() < 6


def test_formats_are_listed_with_names_endings_and_remedies() -> None:
    formats = {kind.format: kind for kind in venloc.picture_formats()}
    assert {"jpeg", "png", "webp", "tiff", "bmp", "pnm", "raw"} <= READABLE
    assert not {"gif", "psd"} & READABLE
    endings = [ending for kind in formats.values() for ending in kind.endings]
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending[0] == "." for ending in endings)
    assert all(kind.remedy and kind.media_type.startswith("image/") for kind in formats.values())
    for data, form in (
        (encoded(scene(1), "GIF"), "gif"),
        (encoded(scene(1), "JPEG"), "jpeg"),
        (heic(scene(1)), "heic"),
    ):
        known = venloc.recognised_format(data)
        assert known is not None
        assert known.format == form
    assert venloc.recognised_format(b"%PDF-1.7") is None


@pytest.mark.parametrize("kind", [k for k in venloc.picture_formats() if not k.readable], ids=lambda k: k.format)
def test_formats_that_are_not_read_are_refused_by_name(kind: venloc.PictureFormat) -> None:
    data = {
        "gif": encoded(scene(1), "GIF"),
        "psd": b"8BPS" + bytes(100),
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100),
        "avif": b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + bytes(100),
        "jxl": b"\xff\x0a" + bytes(100),
        "jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100),
        "raf": b"FUJIFILMCCD-RAW " + bytes(100),
        "cr3": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + bytes(100),
        "orf": b"IIRO\x08\0\0\0" + bytes(100),
        "rw2": b"IIU\0\x08\0\0\0" + bytes(100),
    }[kind.format]
    with pytest.raises(venloc.ImageError) as caught:
        venloc.decode_image(data, "a.x")
    assert f"a {kind.name} picture" in str(caught.value)
    assert kind.remedy in str(caught.value)


DAMAGED = {
    "JPEG": lambda p: encoded(p, "JPEG"),
    "progressive JPEG": lambda p: encoded(p, "JPEG", progressive=True),
    "PNG": lambda p: encoded(p, "PNG"),
    "WebP": lambda p: encoded(p, "WEBP"),
    "planes": lambda p: tiff(np.asarray(p).transpose(2, 0, 1), planarconfig="separate", compression=None),
    "raw": lambda p: _raw(np.asarray(p.resize((1100, 825))), 1200),
    **{name: make for name, (form, make) in MAKERS.items() if form in READABLE},
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files_are_refused_or_read_but_take_no_memory(name: str) -> None:
    whole = DAMAGED[name](scene(2).resize((64, 48)))
    chance = random.Random(name)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def damaged() -> Iterator[bytes]:
        for _ in range(100):
            yield whole[: chance.randrange(len(whole))]
        for _ in range(200):
            yield flipped()

    def flipped() -> bytes:
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            # The heads are where sizes and offsets are.
            at = chance.randrange(min(len(data), 400)) if chance.random() < 0.7 else chance.randrange(len(data))
            data[at] = chance.randrange(256)
        return bytes(data)

    for data in damaged():
        try:
            image = venloc.decode_image(data, "a", max_pixels=4_000_000, max_decoded_pixels=4_000_000)
        except venloc.ImageError as error:
            assert str(error).startswith("a: ")
        else:
            assert image.width > 0
        venloc.decode_metadata(data)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    assert grown_mb < 300


@pytest.mark.parametrize("rows", [1, 64, 8_000])
def test_a_large_picture_is_read_in_bounded_memory(rows: int, tmp_path: Path) -> None:
    file = tmp_path / "large.tif"
    row = np.tile(np.arange(10_000, dtype=np.uint32) % 251, (64, 1)).astype(np.uint8)
    with tifffile.TiffWriter(file) as writer:
        pixels = (np.repeat(row[:, :, None], 3, axis=2) for _ in range(8_000 // 64))
        writer.write(pixels, shape=(8_000, 10_000, 3), dtype=np.uint8, photometric="rgb", rowsperstrip=rows)
    assert file.stat().st_size > 240_000_000
    program = (
        "import sys, venloc\n"
        "image = venloc.read_for_describing(sys.argv[1])\n"
        # The peak that getrusage reports is not below that of the process that started this one.
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(image.width, image.height, peak.split()[1])"
    )
    printed = subprocess.run([sys.executable, "-c", program, str(file)], check=True, capture_output=True, text=True)
    width, height, peak_kb = map(int, printed.stdout.split())
    assert (width, height) == (2500, 2000)
    assert peak_kb < 200_000


def test_the_true_size_of_a_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    scene(1).save(file)
    size = file.stat().st_size
    with pytest.raises(venloc.ImageError, match=rf"has {size} bytes, more than the limit of 100\. .*--max-bytes"):
        venloc.read_image(file, max_bytes=100)
