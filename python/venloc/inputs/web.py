# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures on the web: addresses of pictures, of IIIF images and of IIIF manifests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from venloc.collecting.network import Network, NetworkOptions, is_of_web
from venloc.errors import FormatError, SourceError
from venloc.inputs import iiif
from venloc.inputs.folders import is_picture
from venloc.inputs.listed import Listed

_ATTEMPTS = 4  # for a request
_MAX_MANIFEST_BYTES = 50_000_000
_MAX_CANVASES = 20_000
_INFORMATION = "/info.json"


class Web:
    """Loads pictures from the web, with at most one request a second."""

    def __init__(self, contact: str = "", per_second: float = 1.0) -> None:
        """`contact` is the user's contact address, which is sent to the servers."""
        self._network = Network(NetworkOptions(per_second=per_second, attempts=_ATTEMPTS, contact=contact))

    def listed(self, address: str, columns: dict[str, str]) -> list[Listed]:
        """The picture at this address, or the pictures of the manifest there.

        Nothing is loaded for an address that ends as one of a picture or of the information about one.
        Raises SourceError, and FormatError for what is neither a picture nor of IIIF.
        """
        path = urlsplit(address).path
        if not is_of_web(address):
            raise FormatError(f"{address} is not a valid address")
        if is_picture(PurePosixPath(path)):
            return [self._picture(address, address, columns)]
        if path.endswith(_INFORMATION):
            return [self._iiif_picture(address.removesuffix(_INFORMATION), columns)]
        values = self._json(address)
        if values is None:
            return [self._picture(address, address, columns)]
        if iiif.is_image_information(values):
            return [self._iiif_picture(address, columns)]
        if not iiif.is_manifest(values):
            raise FormatError(f"{address} is neither a picture nor a IIIF manifest: name the address of one of these")
        return self._of_manifest(address, values, columns)

    def _of_manifest(self, address: str, values: dict[str, Any], columns: dict[str, str]) -> list[Listed]:
        found = iiif.canvases(values, address)
        if len(found) > _MAX_CANVASES:
            raise FormatError(f"{address} has {len(found)} pictures, more than {_MAX_CANVASES}: name their addresses")
        return [
            (
                self._iiif_picture(canvas.service, facts, canvas.id)
                if canvas.service
                else self._picture(canvas.id, canvas.image, facts)
            )
            for canvas in found
            for facts in ({**columns, "manifest": address, "label": canvas.label},)
        ]

    def _picture(self, name: str, address: str, columns: dict[str, str]) -> Listed:
        return Listed(name, lambda stopped: self._bytes(address, stopped), columns, name)

    def _iiif_picture(self, service: str, columns: dict[str, str], name: str = "") -> Listed:
        def load(stopped: threading.Event) -> bytes:
            values = self._json(service.rstrip("/") + _INFORMATION, stopped)
            if values is None:
                raise FormatError(f"{service}{_INFORMATION} is not the information about a picture: check the address")
            return self._bytes(iiif.image_address(values, service), stopped)

        return Listed(name or service, load, columns, name or service)

    def _bytes(self, address: str, stopped: threading.Event) -> bytes:
        return self._network.download(address, lambda pieces, final: b"".join(pieces), stopped)

    def _json(self, address: str, stopped: threading.Event | None = None) -> dict[str, Any] | None:
        """The JSON object at this address; None for anything else, of which only the beginning is loaded."""

        def take(pieces: Iterator[bytes], final: str) -> dict[str, Any] | None:
            data = b""
            for piece in pieces:
                data += piece
                if data.lstrip()[:1] not in (b"", b"{"):
                    return None
                if len(data) > _MAX_MANIFEST_BYTES:
                    raise SourceError(f"{address} has more than {_MAX_MANIFEST_BYTES} bytes of JSON")
            try:
                values = json.loads(data)
            except (ValueError, RecursionError):
                return None
            return values if isinstance(values, dict) else None

        return self._network.download(address, take, stopped)
