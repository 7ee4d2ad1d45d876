# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Files of many formats, made by several programs each, and what venloc makes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageDraw
import venloc

Maker = Callable[[Path, Path], None]

PLACE = (45.43713, 12.33265)
SIZE = (1200, 900)
_ORIENTATION = 6  # the stored picture is turned clockwise by 90 degrees for showing


@dataclass(frozen=True)
class Kind:
    """A kind of file with those who make it, by name."""

    name: str
    ending: str
    makers: dict[str, Maker]


def expected() -> PIL.Image.Image:
    """The drawing as stored: without any symmetry."""
    picture = PIL.Image.linear_gradient("L").resize(SIZE).convert("RGB")
    draw = PIL.ImageDraw.Draw(picture)
    draw.rectangle((60, 60, 500, 300), fill=(210, 60, 40))
    draw.ellipse((700, 100, 1100, 500), fill=(50, 90, 200))
    draw.polygon([(100, 850), (500, 450), (600, 850)], fill=(60, 170, 80))
    return picture


def by(*command: str) -> Maker:
    """A program; {source} is a PNG with the drawing, {out} the file to make."""

    def make(source: Path, out: Path) -> None:
        words = [word.format(source=source, out=out) for word in command]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return make


def pillow(mode: str = "RGB", **options: Any) -> Maker:
    """Pillow with these options of save()."""

    def make(source: Path, out: Path) -> None:
        PIL.Image.open(source).convert(mode).save(out, **options)

    return make


def pillow_heif(source: Path, out: Path) -> None:
    """The package pillow-heif, which turns the orientation of Exif into a turn of the container."""
    import pillow_heif as heif

    tags = PIL.Image.Exif()
    tags[0x0112] = _ORIENTATION
    heif.from_pillow(PIL.Image.open(source)).save(out, exif=tags.tobytes(), quality=90)


def transcoded(source: Path, out: Path) -> None:
    """The program cjxl of libjxl, from a tagged JPEG."""
    jpeg = out.with_suffix(".jpg")
    PIL.Image.open(source).save(jpeg, quality=92)
    _tagged(jpeg)
    by("cjxl", str(jpeg), "{out}")(source, out)


def tifffile(**options: Any) -> Maker:
    """The package tifffile with these options of write()."""

    def make(source: Path, out: Path) -> None:
        import tifffile as tiff

        deep = options.get("deep", False)
        chosen = {name: value for name, value in options.items() if name not in ("deep", "big", "pages")}
        pixels = np.asarray(PIL.Image.open(source))
        pixels = pixels.astype(np.uint16) * 257 if deep else pixels
        with tiff.TiffWriter(out, bigtiff=options.get("big", False)) as writer:
            for _ in range(options.get("pages", 1)):
                writer.write(pixels, photometric="rgb", **chosen)

    return make


def planes(source: Path, out: Path) -> None:
    """By tiffcp of libtiff."""
    contiguous = out.with_suffix(".contiguous.tif")
    PIL.Image.open(source).save(contiguous)
    by("tiffcp", "-p", "separate", str(contiguous), "{out}")(source, out)


def raw_like(preview_side: int) -> Maker:
    """A DNG-like file: a preview in the first directory, raw data below it."""

    def make(source: Path, out: Path) -> None:
        import tifffile as tiff

        drawing = PIL.Image.open(source)
        preview = drawing.resize((preview_side, preview_side * SIZE[1] // SIZE[0]))
        mosaic = np.asarray(drawing.convert("L").resize((SIZE[0] * 3 // 2, SIZE[1] * 3 // 2))).astype(np.uint16) * 16
        version = [(50706, "B", 4, (1, 4, 0, 0), True)]
        with tiff.TiffWriter(out) as writer:
            writer.write(np.asarray(preview), photometric="rgb", subfiletype=1, subifds=1, extratags=version)
            writer.write(
                mosaic,
                photometric="cfa",
                subfiletype=0,
                extratags=[(33421, "H", 2, (2, 2), True), (33422, "B", 4, (0, 1, 1, 2), True)],
            )

    return make


CONVERT = ("convert", "{source}")

KINDS = [
    Kind(
        "JPEG",
        ".jpg",
        {
            "Pillow": pillow(quality=92),
            "ImageMagick": by(*CONVERT, "{out}"),
            "libvips": by("vips", "copy", "{source}", "{out}"),
        },
    ),
    Kind(
        "JPEG, progressive",
        ".jpg",
        {"Pillow": pillow(quality=92, progressive=True), "ImageMagick": by(*CONVERT, "-interlace", "JPEG", "{out}")},
    ),
    Kind(
        "JPEG, CMYK",
        ".jpg",
        {"Pillow": pillow("CMYK", quality=92), "ImageMagick": by(*CONVERT, "-colorspace", "CMYK", "{out}")},
    ),
    Kind(
        "PNG",
        ".png",
        {"Pillow": pillow(), "ImageMagick": by(*CONVERT, "{out}"), "libvips": by("vips", "copy", "{source}", "{out}")},
    ),
    Kind(
        "PNG, interlaced",
        ".png",
        {
            "ImageMagick": by(*CONVERT, "-depth", "16", "-interlace", "PNG", "PNG48:{out}"),
            "libvips": by("vips", "pngsave", "{source}", "{out}", "--interlace"),
        },
    ),
    Kind("PNG, palette", ".png", {"Pillow": pillow("P"), "ImageMagick": by(*CONVERT, "PNG8:{out}")}),
    Kind("WebP", ".webp", {"Pillow": pillow(quality=90), "ImageMagick": by(*CONVERT, "{out}")}),
    Kind(
        "WebP, lossless",
        ".webp",
        {"Pillow": pillow(lossless=True), "libvips": by("vips", "webpsave", "{source}", "{out}", "--lossless")},
    ),
    Kind(
        "TIFF, LZW",
        ".tif",
        {"Pillow": pillow(compression="tiff_lzw"), "ImageMagick": by(*CONVERT, "-compress", "LZW", "{out}")},
    ),
    Kind(
        "TIFF, tiles, JPEG",
        ".tif",
        {
            "libvips": by("vips", "tiffsave", "{source}", "{out}", "--tile", "--compression", "jpeg", "--Q", "90"),
            "ImageMagick": by(*CONVERT, "-compress", "JPEG", "-define", "tiff:tile-geometry=256x256", "{out}"),
        },
    ),
    Kind(
        "TIFF, 16 bits", ".tif", {"tifffile": tifffile(deep=True), "ImageMagick": by(*CONVERT, "-depth", "16", "{out}")}
    ),
    Kind(
        "TIFF, planes",
        ".tif",
        {
            "ImageMagick": by(*CONVERT, "-interlace", "plane", "{out}"),
            "libtiff": planes,
        },
    ),
    Kind(
        "BigTIFF, several pages",
        ".tif",
        {"tifffile": tifffile(big=True, pages=3), "Pillow": pillow(big_tiff=True, save_all=True)},
    ),
    Kind("BMP", ".bmp", {"Pillow": pillow(), "ImageMagick": by(*CONVERT, "{out}")}),
    Kind("PNM", ".ppm", {"Pillow": pillow(), "ImageMagick": by(*CONVERT, "{out}")}),
    Kind(
        "HEIC",
        ".heic",
        {
            "pillow-heif": pillow_heif,
            "libheif": by("heif-enc", "-q", "90", "{source}", "-o", "{out}"),
            "ImageMagick": by(*CONVERT, "{out}"),
        },
    ),
    Kind(
        "AVIF",
        ".avif",
        {"Pillow": pillow(quality=90), "libheif": by("heif-enc", "-A", "-q", "90", "{source}", "-o", "{out}")},
    ),
    Kind(
        "JPEG XL",
        ".jxl",
        {
            "libjxl": transcoded,
            "ImageMagick": by(*CONVERT, "{out}"),
            "libvips": by("vips", "copy", "{source}", "{out}"),
        },
    ),
    Kind(
        "JPEG 2000",
        ".jp2",
        {
            "Pillow": pillow(),
            "OpenJPEG": by("opj_compress", "-r", "20", "-i", "{source}", "-o", "{out}"),
            "ImageMagick": by(*CONVERT, "{out}"),
        },
    ),
    Kind("DNG, preview of full size", ".dng", {"tifffile": raw_like(SIZE[0])}),
    Kind("DNG, thumbnail", ".dng", {"tifffile": raw_like(160)}),
    Kind("GIF", ".gif", {"Pillow": pillow("P"), "ImageMagick": by(*CONVERT, "{out}")}),
    Kind("Photoshop", ".psd", {"ImageMagick": by(*CONVERT, "{out}")}),
]


def _tagged(file: Path) -> bool:
    """Gives the file a position and an orientation; whether its format can hold them."""
    tags = [f"-GPSLatitude={PLACE[0]}", "-GPSLatitudeRef=N", f"-GPSLongitude={PLACE[1]}", "-GPSLongitudeRef=E"]
    command = ["exiftool", "-q", "-overwrite_original", *tags, f"-Orientation#={_ORIENTATION}", str(file)]
    subprocess.run(command, check=False, capture_output=True)
    read = subprocess.run(["exiftool", "-s3", "-GPSLatitude", str(file)], check=False, capture_output=True)
    return bool(read.stdout.strip())


def _turned_right(image: venloc.Image, turned: bool) -> bool:
    """Whether the picture is the drawing, upright."""
    upright = expected().rotate(-90, expand=True) if turned else expected()
    if (image.width > image.height) != (upright.width > upright.height):
        return False
    small = np.asarray(image.resized(90, 90)).astype(float)
    if small.ndim == 2:
        small = small[..., None]
    wanted = np.asarray(upright.resize((90, 90), PIL.Image.Resampling.BOX)).astype(float)
    most = 25.0  # [levels] on average: CMYK and palettes are not exact
    return bool(np.abs(small - wanted).mean() < most)


def outcome(file: Path, maker: str) -> dict[str, str]:
    """What venloc makes of the file, with tags where it can hold them."""
    tagged = _tagged(file)
    # In HEIF the container's own turn counts, and the orientation of Exif does not.
    turned = tagged and (file.suffix not in (".heic", ".avif") or maker == "pillow-heif")
    try:
        image = venloc.read_image(file)
    except venloc.ImageError as error:
        named = str(error).removeprefix(f"{file}: ").split(".")[0]
        return {"read": f"refused: {named}", "position": "", "orientation": ""}
    position = venloc.read_metadata(file).position
    found = position is not None and abs(position.lat - PLACE[0]) + abs(position.lng - PLACE[1]) < 1e-4
    note = f" ({'; '.join(image.notes)})" if image.notes else ""
    return {
        "read": f"{image.width} x {image.height}{note}",
        "position": ("yes" if found else "no") if tagged else "not tagged",
        "orientation": "yes" if _turned_right(image, turned) else "no",
    }
