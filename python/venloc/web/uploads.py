# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Uploads, which are read into memory and never written to a disk.

Starlette's form parser spools files to the disk. The pictures of visitors must not be stored.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import anyio
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from venloc.web.problems import ProblemError
from venloc.web.settings import Settings

# Broken forms are reported to the client that sent them.
logging.getLogger("python_multipart").setLevel(logging.ERROR)

_MAX_FIELD_BYTES = 1000  # of a part that is not a file
_MAX_NAME = 200  # characters of a file's name that are kept


@dataclass
class Upload:
    """A file of a request."""

    name: str
    data: bytes


@dataclass
class Form:
    """The content of a request: its files in order, and its fields."""

    uploads: list[Upload] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


class _Reader:
    """Callbacks of the parser."""

    def __init__(self, settings: Settings, files: str, fields: tuple[str, ...]) -> None:
        self.form = Form()
        self.ended = False
        self._settings = settings
        self._files = files
        self._fields = fields
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._name = ""
        self._file: str | None = None
        self._data = bytearray()

    def on_part_begin(self) -> None:
        self._header = self._value = self._disposition = b""
        self._file = None
        self._data = bytearray()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if kind != b"form-data" or not self._name:
            raise ProblemError(400, "a part of the form has no name: send multipart/form-data as browsers do")
        if b"filename" in options:
            self._file = _plain_name(options[b"filename"].decode("utf-8", "replace"))
        if (self._name == self._files) != (self._file is not None):
            what = "is not a file" if self._file is None else "is a file"
            raise ProblemError(422, f"the part '{self._name}' {what}: files are expected in parts named {self._files}")
        if self._file is None and (self._name not in self._fields or self._name in self.form.fields):
            raise ProblemError(422, f"the part '{self._name}' is not expected or occurs twice: leave it out")
        if self._file is not None and len(self.form.uploads) >= self._settings.max_pictures:
            raise ProblemError(413, f"more than {self._settings.max_pictures} pictures: send them in several requests")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        size = len(self._data) + end - start
        if self._file is None and size > _MAX_FIELD_BYTES:
            raise ProblemError(422, f"the field '{self._name}' is longer than {_MAX_FIELD_BYTES} bytes: shorten it")
        if size > self._settings.max_bytes:
            megabytes = f"{self._settings.max_bytes / 1e6:g} MB"
            raise ProblemError(413, f"{self._file}: larger than {megabytes}; make the picture smaller")
        self._data += data[start:end]

    def on_part_end(self) -> None:
        if self._file is None:
            self.form.fields[self._name] = self._data.decode("utf-8", "replace")
        else:
            self.form.uploads.append(Upload(self._file, bytes(self._data)))
        self._data = bytearray()

    def on_end(self) -> None:
        self.ended = True

    def callbacks(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in dir(self) if name.startswith("on_")}


def _plain_name(name: str) -> str:
    """The last part of a path without invisible characters, for display only."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable())[:_MAX_NAME] or "picture"


async def read_form(request: Request, settings: Settings, files: str, *fields: str) -> Form:
    """Reads the form of a request: files in the parts named `files`, and these fields. Raises ProblemError."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        raise ProblemError(415, f"send pictures as multipart/form-data, in parts named {files}")
    boundary = options.get(b"boundary", b"")
    if not boundary or len(boundary) > 200:
        raise ProblemError(400, "the multipart form has no valid boundary: send multipart/form-data as browsers do")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > settings.max_body:
        raise _too_large(settings)
    reader = _Reader(settings, files, fields)
    parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type] # its type is a TypedDict
    size = 0
    try:
        with anyio.fail_after(settings.upload_timeout_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > settings.max_body:
                    raise _too_large(settings)
                parser.write(chunk)
        parser.finalize()
    except TimeoutError:
        raise ProblemError(
            408,
            f"the request took longer than {settings.upload_timeout_s:g} s to arrive: try again, with fewer pictures",
        ) from None
    except FormParserError as error:
        raise ProblemError(400, f"the multipart form cannot be parsed ({error}): send it again") from None
    except ClientDisconnect:
        raise ProblemError(400, "the connection was closed before the end of the request: send it again") from None
    if not reader.ended:
        raise ProblemError(400, "the multipart form ends too early: send it again")
    return reader.form


def _too_large(settings: Settings) -> ProblemError:
    return ProblemError(
        413, f"the request is larger than {settings.max_body / 1e6:.0f} MB: send fewer or smaller pictures at a time"
    )
