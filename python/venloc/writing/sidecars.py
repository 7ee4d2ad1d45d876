# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""XMP sidecars: which file it is, the position in it, and the sidecar with an estimate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

from venloc.errors import FormatError
from venloc.writing.estimate import DATUM, GPS_VERSION, Estimate

Naming: TypeAlias = Literal["existing", "full", "stem"]
"""Name of the sidecar of `img.jpg`: `full` is `img.jpg.xmp` (darktable, digiKam), `stem` is `img.xmp` (Lightroom), and `existing`
is the one that exists, else `full`."""

NAMESPACE = "urn:venloc:xmp:1.0:"
"""Namespace of the properties that only venloc has."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_SIDECAR_OF = "{http://ns.adobe.com/photoshop/1.0/}SidecarForExtension"
_MAX_BYTES = 1 << 26
_WRITTEN = ("GPSLatitude", "GPSLongitude", "GPSHPositioningError", "GPSMapDatum", "GPSProcessingMethod", "GPSVersionID")
_EMPTY = (
    b"<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
    b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>\n"
    b" <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n </rdf:RDF>\n</x:xmpmeta>\n"
    b"<?xpacket end='w'?>\n"
)
_COORDINATE = re.compile(r"\s*(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?\s*([NSEW])\s*", re.IGNORECASE)


def sidecar_of(picture: Path, naming: Naming) -> Path:
    """The sidecar of the picture that is read, changed or created. Raises FormatError for an existing one that cannot be read."""
    full, stem = full_name(picture), stem_name(picture)
    if naming == "full" or (naming == "existing" and (is_there(full) or not is_there(stem))):
        return full
    if naming == "existing" and not belongs_to(stem, picture):
        return full
    return stem


def full_name(picture: Path) -> Path:
    """`img.jpg.xmp` of `img.jpg`, or the file whose ending is in upper case."""
    return _as_it_is(picture.with_name(picture.name + ".xmp"))


def stem_name(picture: Path) -> Path:
    """`img.xmp` of `img.jpg`, or the file whose ending is in upper case."""
    return _as_it_is(picture.with_name(picture.stem + ".xmp"))


def _as_it_is(file: Path) -> Path:
    upper = file.with_suffix(".XMP")
    return upper if not is_there(file) and is_there(upper) else file


def is_there(sidecar: Path) -> bool:
    """Whether the file exists. One whose name would be too long does not."""
    try:
        sidecar.stat()
    except OSError:
        return False
    return True


def belongs_to(sidecar: Path, picture: Path) -> bool:
    """Whether a sidecar `img.xmp` is that of this picture alone: it names the ending, or no other picture has the stem."""
    if is_there(sidecar):
        for description in _descriptions(_parsed(_read(sidecar), sidecar)):
            for value in _values(description, _SIDECAR_OF):
                return value.strip().lower() == picture.suffix[1:].lower()
    others = {".xmp", picture.suffix.lower()}
    return not any(
        file.stem == picture.stem and file.suffix.lower() not in others and file.suffix
        for file in picture.parent.iterdir()
    )


def position_in(sidecar: Path) -> tuple[float, float] | Literal["unreadable"] | None:
    """The position in a sidecar [deg], None if it has none; `unreadable` for one in another form."""
    if not is_there(sidecar):
        return None
    descriptions = list(_descriptions(_parsed(_read(sidecar), sidecar)))
    found = [
        [value for description in descriptions for value in _values(description, f"{{{_EXIF}}}{name}")]
        for name in ("GPSLatitude", "GPSLongitude")
    ]
    if not any(found):
        return None
    if not all(found):
        return "unreadable"
    lat, lng = (_degrees(values[0]) for values in found)
    return "unreadable" if lat is None or lng is None else (lat, lng)


def with_estimate(data: bytes | None, estimate: Estimate, name: Path) -> bytes:
    """The sidecar with the estimate; all else is kept. `data`: the existing one, or None. Raises FormatError if that is no XMP."""
    from lxml import etree

    tree = _parsed(_EMPTY if data is None else data, name)
    rdf = next(tree.iter(f"{{{_RDF}}}RDF"))
    descriptions = list(_descriptions(tree))
    about = next((d.get(f"{{{_RDF}}}about", d.get("about", "")) for d in descriptions), "")
    for description in descriptions:
        _remove(description)
    # A description of its own: namespaces cannot be added to an existing element without changing its text.
    own = etree.SubElement(
        rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": about}, nsmap={"exif": _EXIF, "venloc": NAMESPACE}
    )
    for key, value in _properties(estimate):
        own.set(key, value)
    before = own.getprevious()
    if before is None:
        rdf.text, own.tail = "\n  ", "\n "
    else:
        own.tail, before.tail = before.tail, rdf.text or "\n  "
    declared = data is not None and data.removeprefix(b"\xef\xbb\xbf").startswith((b"<?xml", b"\xff\xfe", b"\xfe\xff"))
    encoding = (tree.docinfo.encoding or "UTF-8") if declared else "UTF-8"
    written: bytes = etree.tostring(tree, encoding=encoding, xml_declaration=declared)
    return written


def _properties(estimate: Estimate) -> Iterator[tuple[str, str]]:
    yield f"{{{_EXIF}}}GPSVersionID", GPS_VERSION
    yield f"{{{_EXIF}}}GPSLatitude", _coordinate(estimate.lat, "NS")
    yield f"{{{_EXIF}}}GPSLongitude", _coordinate(estimate.lng, "EW")
    yield f"{{{_EXIF}}}GPSHPositioningError", f"{max(1, round(estimate.error_m * 100))}/100"
    yield f"{{{_EXIF}}}GPSMapDatum", DATUM
    yield f"{{{_EXIF}}}GPSProcessingMethod", estimate.method
    yield f"{{{NAMESPACE}}}Estimate", "True"
    yield f"{{{NAMESPACE}}}Confidence", f"{estimate.confidence:.4f}"
    yield f"{{{NAMESPACE}}}Radius90", f"{estimate.radius_90_m:.1f}"


def _coordinate(degrees: float, sides: str) -> str:
    """Degrees and minutes as XMP has them, to 2 mm."""
    millionths = round(abs(degrees) * 60e6)
    whole, minutes = divmod(millionths, 60_000_000)
    return f"{whole},{minutes / 1e6:.6f}{sides[degrees < 0]}"


def _degrees(text: str) -> float | None:
    found = _COORDINATE.fullmatch(text)
    if found is None:
        return None
    value = float(found[1]) + float(found[2]) / 60 + float(found[3] or 0) / 3600
    return -value if found[4].upper() in "SW" else value


def _read(sidecar: Path) -> bytes:
    size = sidecar.stat().st_size
    if size > _MAX_BYTES:
        raise FormatError(
            f"'{sidecar}' has {size} bytes, more than a sidecar may have ({_MAX_BYTES}): check what it is"
        )
    return sidecar.read_bytes()


def _parsed(data: bytes, name: Path) -> Any:
    """The XML tree. Declarations of entities are refused: they can make a small file endless, or read other files."""
    try:
        from lxml import etree
    except ImportError:
        raise ImportError("the package lxml is not installed (XMP sidecars need it): pip install lxml") from None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, strip_cdata=False)
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FormatError(f"'{name}' is no XMP ({error}): delete it, or write it again with another program") from None
    if tree.docinfo.doctype or next(tree.iter(f"{{{_RDF}}}RDF"), None) is None:
        raise FormatError(f"'{name}' is no XMP (it has a DOCTYPE, or no rdf:RDF): delete it, or write it again")
    return tree


def _descriptions(tree: Any) -> Iterator[Any]:
    """The rdf:Description elements that hold properties of the picture."""
    for rdf in tree.iter(f"{{{_RDF}}}RDF"):
        yield from rdf.iterchildren(f"{{{_RDF}}}Description")


def _values(description: Any, name: str) -> Iterator[str]:
    """The values of a property, which is an attribute or an element."""
    if (value := description.get(name)) is not None:
        yield value
    for element in description.iterchildren(name):
        yield element.text or ""


def _remove(description: Any) -> None:
    """Removes what an estimate has; a description that is empty then, too."""
    names = {f"{{{_EXIF}}}{name}" for name in _WRITTEN}
    removed = False
    for key in list(description.attrib):
        if key in names or key.startswith(f"{{{NAMESPACE}}}"):
            del description.attrib[key]
            removed = True
    for element in list(description.iterchildren("{*}*")):
        if element.tag in names or element.tag.startswith(f"{{{NAMESPACE}}}"):
            description.remove(element)
            removed = True
    about = {f"{{{_RDF}}}about", "about"}
    if removed and not len(description) and set(description.attrib) <= about:
        before, parent = description.getprevious(), description.getparent()
        if before is None:
            parent.text = description.tail
        else:
            before.tail = description.tail
        parent.remove(description)
