# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, IoError


@contextlib.contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """A new file beside the target that takes its place in the end, or vanishes when something goes wrong."""
    # A name of its own, as the target's may be as long as the file system allows.
    part = target.parent / f".venloc-{secrets.token_hex(8)}.tmp"
    part.touch(exist_ok=False)
    try:
        with _named(target):
            yield part
        put(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _named(target: Path) -> Iterator[None]:
    """Names the file that could not be written, where the system does not, as for a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None and type(error).__module__ == "builtins":
            raise IoError(
                f"'{target}' cannot be written ({error.strerror}): make room, or choose another place"
            ) from None
        raise


def put(part: Path, target: Path) -> None:
    """Moves a file that was written beside the target to its place."""
    with part.open("rb+") as data:
        os.fsync(data.fileno())
    part.replace(target)


def require_file(file: Path) -> None:
    """Raises FileNotFoundError, or IoError for a folder and for a pipe, which would be waited for."""
    if not file.exists():
        raise MissingError(f"there is no file '{file}': check the path")
    if not file.is_file():
        raise IoError(f"'{file}' is a folder, a pipe or a device: name a file")


def read_text(file: Path) -> str:
    """The text of a file in UTF-8, with or without a mark at its beginning. Raises FileNotFoundError, FormatError, IoError."""
    require_file(file)
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeError:
        raise FormatError(f"'{file}' is not in UTF-8: save it again as UTF-8") from None


def write_text(target: str | os.PathLike[str], text: str) -> None:
    """Writes the text in UTF-8; a failure leaves an existing file as it was."""
    write_bytes(target, text.encode())


def write_bytes(target: str | os.PathLike[str], data: bytes) -> None:
    """Writes the bytes; a failure leaves an existing file as it was."""
    file = Path(target)
    if file.exists() and not file.is_file():
        # A pipe or a terminal cannot be replaced.
        file.write_bytes(data)
        return
    with replaced(file.resolve()) as part:  # a link stays one
        part.write_bytes(data)
