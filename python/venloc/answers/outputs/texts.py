# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Texts that every format can hold."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

_SURROGATES = re.compile("[\ud800-\udfff]")
_FIRST_BYTE, _LEAST_BYTE, _LARGEST_BYTE = 0xDC00, 0x80, 0xFF  # of PEP 383
# What XML 1.0 cannot hold, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def readable(text: str) -> str:
    r"""The text as UTF-8 can hold it: bytes of file names that are not UTF-8 are written as \xe9."""
    return _SURROGATES.sub(lambda found: _of_surrogate(found[0]), text)


def in_json(value: Any, indent: int | None = None) -> bytes:
    """The value as JSON in UTF-8, with texts as in `readable`."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _SURROGATES.sub(lambda found: _of_surrogate(found[0]).replace("\\", r"\\"), text).encode()


def _of_surrogate(character: str) -> str:
    byte = ord(character) - _FIRST_BYTE
    return rf"\x{byte:02x}" if _LEAST_BYTE <= byte <= _LARGEST_BYTE else "\ufffd"


def in_xml(text: str) -> str:
    """The text as XML can hold it: control characters become replacement characters."""
    return _NOT_IN_XML.sub("\ufffd", readable(text))


def element(parent: Element | None, name: str, text: str = "", /, **attributes: Any) -> Element:
    """A new element of XML with this text and these attributes, inside of `parent` where there is one."""
    plain = {key: in_xml(str(value)) for key, value in attributes.items()}
    made = Element(name, plain) if parent is None else SubElement(parent, name, plain)
    if text:
        made.text = in_xml(text)
    return made


def encoded(made: Element) -> bytes:
    """The element as UTF-8, on a line of its own."""
    return tostring(made, encoding="unicode").encode() + b"\n"
