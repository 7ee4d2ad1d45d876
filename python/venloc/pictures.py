# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Conversion of paths, bytes, PIL images and arrays to images.

Arrays are converted by their type: uint8 is taken as it is; bool is black and white; uint16 is 0 to 65,535. Other integers
and floats are judged by their values: floats of 0 to 1 are scaled by 255; numbers of 0 to 255 are taken as they are;
integers of up to 65,535 are scaled as uint16. Everything else is refused: NaN, negative and larger numbers, and pictures that
would be nearly black because their values seem to be on another scale (floats of 0 to 1.5, integers of 0 to 4,095).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from venloc._core import Image, ImageOptions, decode_image, for_describing, read_for_describing
from venloc.errors import Error, InvalidArgumentError
from venloc.failures import Failure

if TYPE_CHECKING:
    import numpy.typing
    import PIL.Image

_Read = TypeVar("_Read")

Picture: TypeAlias = (
    "Image | str | os.PathLike[str] | bytes | bytearray | memoryview | PIL.Image.Image | numpy.typing.NDArray[Any]"
)
"""What is accepted as a picture: an Image, a path, the bytes of a file, a PIL image, or an array, grey or RGB.

An array is height x width (grey) or height x width x 3 (RGB), of uint8, bool, uint16, other integers or floats; the module
states how each is converted.
"""

_HALF_A_LEVEL = 0.5 / 255  # what interpolation may exceed the range of floats by
_DEEPEST = 65_535
_DARKEST = 1 / 16  # of the range: no picture is so dark in its brightest spot, but one of 12 bits read as 16 is


def as_image(picture: Picture, name: str = "the picture", limits: ImageOptions | None = None) -> Image:
    """The picture as an Image, for locating and describing: a file of 4,096 px or more may be read at reduced size.

    `name` is used in messages about pictures that are not files; `limits` applies to files and their bytes. Raises the
    exceptions of read_image, TypeError for what is no picture, and InvalidArgumentError for an array of other values.
    """
    if isinstance(picture, Image):
        return picture
    options = limits or ImageOptions()
    if isinstance(picture, str | os.PathLike):
        if "\0" in os.fsdecode(picture):
            raise InvalidArgumentError(
                f"{name!r} has a null character, which no file name has: check the list of names"
            )
        return read_for_describing(picture, **options.to_dict())
    if isinstance(picture, bytes | bytearray) or (isinstance(picture, memoryview) and picture.ndim == 1):
        return decode_image(picture, name, **for_describing(options).to_dict())
    # A PIL image exists only where PIL was imported.
    pil = sys.modules.get("PIL.Image")
    if pil is not None and isinstance(picture, pil.Image):
        return _from_pil(picture, name)
    if hasattr(picture, "__array__") or isinstance(picture, memoryview):
        import numpy as np

        return _from_array(np.asarray(picture), name)
    raise TypeError(
        f"{name} is a {type(picture).__name__}; give a path, the bytes of a picture file, a PIL image, or an array of "
        "height x width or height x width x 3"
    )


def names_of(pictures: Sequence[Picture], first: int = 0) -> list[str]:
    """Paths, and for pictures that are no files "picture 3", counted from `first`."""
    return [
        str(Path(picture)) if isinstance(picture, str | os.PathLike) else f"picture {first + i}"
        for i, picture in enumerate(pictures)
    ]


def as_images(pictures: Sequence[Picture], first: int = 0) -> list[Image]:
    """The same for several pictures, decoded in parallel. Messages number them from `first`."""
    return _parallel(as_image, pictures, names_of(pictures, first))


def images_or_failures(pictures: Sequence[Picture], first: int = 0) -> list[Image | Failure]:
    """The same, with a Failure in the place of each picture that cannot be read."""

    def read(picture: Picture, name: str) -> Image | Failure:
        try:
            return as_image(picture, name)
        except (Error, OSError, ValueError) as error:  # the last two are PIL's, for damaged and closed pictures
            reason, shown = str(error), os.fsencode(name).decode("utf-8", "backslashreplace")
            return Failure(name, reason if shown in reason else f"{shown}: {reason}")

    return _parallel(read, pictures, names_of(pictures, first))


def _parallel(read: Callable[[Picture, str], _Read], pictures: Sequence[Picture], names: Sequence[str]) -> list[_Read]:
    if len(pictures) < 2:
        return list(map(read, pictures, names))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(read, pictures, names))


def _from_pil(picture: PIL.Image.Image, name: str) -> Image:
    import numpy as np
    import PIL.Image
    import PIL.ImageOps

    upright = PIL.ImageOps.exif_transpose(picture)
    if upright.mode == "F" or upright.mode.startswith("I"):
        return _from_array(np.asarray(upright), name)
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = PIL.Image.new("RGBA", layer.size, "white")
        return Image(np.asarray(PIL.Image.alpha_composite(paper, layer).convert("RGB")))
    return Image(np.asarray(upright.convert("L" if upright.mode in ("1", "L") else "RGB")))


def _from_array(array: numpy.typing.NDArray[Any], name: str) -> Image:
    """By the rule of this module."""
    import numpy as np

    kind = array.dtype
    if kind == np.uint8 or array.size == 0:
        return Image(array)
    if kind == np.bool_:
        return Image(array.astype(np.uint8) * np.uint8(255))
    if kind.kind not in "iuf":
        raise InvalidArgumentError(
            f"{name} is an array of {kind}: give numbers, as uint8 of 0 to 255, or as floats of 0 to 1 or 0 to 255"
        )
    least, most = float(array.min()), float(array.max())
    if not np.isfinite([least, most]).all():
        raise InvalidArgumentError(
            f"{name} is an array of {kind} with NaN or infinite values: replace them, e.g. by numpy.where(numpy.isfinite(a), a, 0)"
        )
    given = f"{name} is an array of {kind} with values of {least:g} to {most:g}"
    scaling = "((a - a.min()) * (255 / (a.max() - a.min()))).astype('uint8')"
    if kind.kind == "f":
        factor = 255 if most <= 1 + _HALF_A_LEVEL else 1
        if factor == 1 and most < 255 * _DARKEST:
            raise InvalidArgumentError(f"{given}, neither 0 to 1 nor 0 to 255: scale it, e.g. {scaling}")
        if least < -255 * _HALF_A_LEVEL / factor or most * factor > 255.5:
            raise InvalidArgumentError(
                f"{given}: scale it to 0 to 1 or to 0 to 255, e.g. (a - a.min()) / (a.max() - a.min())"
            )
        return Image(np.clip(np.rint(array * factor), 0, 255).astype(np.uint8))
    if least < 0 or most > _DEEPEST:
        raise InvalidArgumentError(f"{given}: scale it to 0 to 255, e.g. {scaling}")
    bright = 255 if most <= 255 and kind != np.uint16 else _DEEPEST
    if 0 < most < bright * _DARKEST:
        raise InvalidArgumentError(
            f"{given}, which would be nearly black in a range of 0 to {bright}: scale it, e.g. {scaling}"
        )
    return Image(array.astype(np.uint8) if bright == 255 else _scaled(array))


def _scaled(array: numpy.typing.NDArray[Any]) -> numpy.typing.NDArray[Any]:
    """Integers of 0 to 65,535 in 8 bits, rounded as files of 16 bits are."""
    import numpy as np

    return ((array.astype(np.uint32) * 255 + _DEEPEST // 2) // _DEEPEST).astype(np.uint8)
