# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of IIIF: the canvases of a manifest, and the address of a picture of the size that is needed.

The Presentation API and the Image API are read in their versions 2 and 3 (https://iiif.io/api/).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from venloc.errors import FormatError

_SIDE_PX = 1600  # longer side of a picture that is loaded: more than any locator uses


@dataclass(frozen=True)
class Canvas:
    """A picture of a manifest."""

    id: str
    """Address of the canvas."""
    label: str
    """Its label in the first language."""
    service: str
    """Address of the image service; empty when there is none."""
    image: str
    """Address of the picture itself."""


def is_manifest(values: Mapping[str, Any]) -> bool:
    """Whether this is a manifest."""
    return values.get("type") == "Manifest" or values.get("@type") == "sc:Manifest"


def is_image_information(values: Mapping[str, Any]) -> bool:
    """Whether these are the facts about a picture ("info.json")."""
    return values.get("protocol") == "http://iiif.io/api/image"


def canvases(manifest: Mapping[str, Any], name: str) -> list[Canvas]:
    """The pictures of a manifest; `name` is used in messages. Raises FormatError when it has none."""
    found = list(_canvases_3(manifest) if "items" in manifest else _canvases_2(manifest))
    if not found:
        raise FormatError(f"{name}: the manifest has no pictures")
    return found


def image_address(information: Mapping[str, Any], name: str) -> str:
    """The address of a picture whose longer side is 1600 px, or all that the server gives.

    `name` is used in messages. Raises FormatError when the information is incomplete.
    """
    third = "/image/3/" in str(information.get("@context"))
    base = information.get("id" if third else "@id")
    width, height = (_side(information.get(name)) for name in ("width", "height"))
    if not isinstance(base, str) or not width or not height:
        raise FormatError(f"{name}: the IIIF information lacks the address, the width or the height of the picture")
    return f"{base.rstrip('/')}/full/{_size(information, width, height, third)}/0/default.jpg"


def _side(value: Any) -> int:
    """A width or height; 0 for anything else."""
    return value if isinstance(value, int) and value > 0 else 0


def _size(information: Mapping[str, Any], width: int, height: int, third: bool) -> str:
    whole = "max" if third else "full"

    def written(w: int, h: int) -> str:
        return f"{w},{h}" if third else f"{w},"

    if _level(information) == 0:  # only the sizes that it lists
        sizes = sorted((size["width"], size["height"]) for size in _dictionaries(information.get("sizes")))
        fitting = [size for size in sizes if max(size) >= _SIDE_PX]
        return written(*(fitting or sizes[-1:])[0]) if sizes and max(width, height) > _SIDE_PX else whole
    most_width = information.get("maxWidth", math.inf)
    scale = min(
        1.0,
        _SIDE_PX / max(width, height),
        most_width / width,
        information.get("maxHeight", most_width) / height,
        math.sqrt(information.get("maxArea", math.inf) / (width * height)),
    )
    return whole if scale == 1 else written(max(1, int(width * scale)), max(1, int(height * scale)))


def _level(information: Mapping[str, Any]) -> int:
    """The level of compliance; 0 where it is not stated."""
    profile = information.get("profile", "")
    text = str(profile[0] if isinstance(profile, list) and profile else profile)
    level = re.search(r"level(\d)", text)
    return int(level[1]) if level else 0


def _canvases_3(manifest: Mapping[str, Any]) -> Iterator[Canvas]:
    for canvas in _dictionaries(manifest.get("items")):
        for page in _dictionaries(canvas.get("items")):
            for annotation in _dictionaries(page.get("items")):
                body = _first(annotation.get("body"))
                body = _first(body.get("items")) if body.get("type") == "Choice" else body
                if body.get("type") == "Image":
                    yield _canvas(canvas, canvas.get("id"), body, body.get("id"))


def _canvases_2(manifest: Mapping[str, Any]) -> Iterator[Canvas]:
    for canvas in _dictionaries(_first(manifest.get("sequences")).get("canvases")):
        for annotation in _dictionaries(canvas.get("images")):
            resource = _first(annotation.get("resource"))
            resource = _first(resource.get("default")) if resource.get("@type") == "oa:Choice" else resource
            if resource:
                yield _canvas(canvas, canvas.get("@id"), resource, resource.get("@id"))


def _canvas(canvas: Mapping[str, Any], address: Any, resource: Mapping[str, Any], image: Any) -> Canvas:
    services = [service.get("id") or service.get("@id") for service in _dictionaries(resource.get("service"))]
    service = next((address for address in services if isinstance(address, str)), "")
    return Canvas(str(address or image or service), _text(canvas.get("label")), service, str(image or ""))


def _dictionaries(value: Any) -> list[dict[str, Any]]:
    """The members of a list that are dictionaries; of a dictionary, itself."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _first(value: Any) -> dict[str, Any]:
    return next(iter(_dictionaries(value)), {})


def _text(label: Any) -> str:
    """A label, which versions write as a text, a list, or texts by language."""
    if isinstance(label, dict):
        label = label.get("@value") or next(iter(label.values()), "")
    if isinstance(label, list):
        return _text(label[0]) if label else ""
    return str(label or "")
