# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Files that are written atomically."""

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
    """A temporary file beside the target. It replaces the target at the end, or is deleted after an error."""
    # A name of its own, as the target's may be as long as the file system allows.
    part = target.parent / f".venloc-{secrets.token_hex(8)}.tmp"
    part.touch(exist_ok=False)
    try:
        with naming(target):
            yield part
        put(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def naming(target: Path) -> Iterator[None]:
    """Adds the name of the file to errors of writing it in which the system does not name it, such as a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None and type(error).__module__ == "builtins":
            raise IoError(
                f"'{target}' cannot be written ({error.strerror}): free disk space, or choose another file"
            ) from None
        raise


def put(part: Path, target: Path) -> None:
    """Replaces the target by a file that was written beside it."""
    with part.open("rb+") as data:
        os.fsync(data.fileno())
    part.replace(target)


def require_file(file: Path) -> None:
    """Raises FileNotFoundError when the file does not exist, and IoError for a folder, a pipe or a device."""
    if not file.exists():
        raise MissingError(f"there is no file '{file}': check the path")
    if not file.is_file():
        raise IoError(f"'{file}' is a folder, a pipe or a device: name a file")


def read_text(file: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark. Raises FileNotFoundError, FormatError or IoError."""
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
