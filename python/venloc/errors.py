# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The exceptions of venloc. Each derives from Error and, if there is one, from the matching built-in exception."""

import builtins


class Error(Exception):
    """Every exception that venloc raises on purpose. The message names what is wrong, where, and what to do about it."""


class InvalidArgumentError(Error, ValueError):
    """An argument or option outside its documented range."""


class FileNotFoundError(Error, builtins.FileNotFoundError):  # noqa: A001 - the name of the C++ class
    """A file or folder that does not exist, or a folder where a file is needed."""


class ImageError(Error, ValueError):
    """A picture that is refused: not a picture, damaged, of an unsupported format or over a limit."""


class FormatError(Error, ValueError):
    """A model, label or weights file that is damaged, of another kind or of a newer version."""


class IoError(Error, OSError):
    """The operating system refused to read or write."""


class CancelledError(Error, RuntimeError):
    """A progress callback cancelled the operation."""


class SourceError(Error, RuntimeError):
    """A source of pictures does not respond, or refuses a request; `status` is the HTTP status, 0 without a response."""

    def __init__(self, message: str, *, status: int = 0) -> None:
        super().__init__(message)
        self.status = status
