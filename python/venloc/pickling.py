# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locators are pickled as the path of their model file, which other processes on the same computer can open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venloc.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from venloc._core import Locator


def reduced(locator: Locator) -> tuple[Callable[..., Any], tuple[type[Locator], str, dict[str, Any]]]:
    """The state of a locator for pickle. Raises InvalidArgumentError when the locator was not saved to a file."""
    file = getattr(locator, "_file", None)
    if file is None:
        raise InvalidArgumentError(
            "a locator is pickled as the path of its model file, but this one was not saved, or was changed since: call "
            "save(file) first"
        )
    return opened, (type(locator), file, locator.load_options.to_dict())


def opened(kind: Any, file: str, options: dict[str, Any] | None = None) -> Any:
    """Opens the locator of this class that a pickle names, with the same options as before."""
    return kind.load(file, **(options or {}))
