# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Locators pickle as the path of their model file, as other processes of the same computer need no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from venloc.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from venloc._core import Locator


def reduced(locator: Locator) -> tuple[Callable[..., Any], tuple[type[Locator], str, dict[str, Any]]]:
    """What pickle keeps of a locator. Raises InvalidArgumentError where it is in no file."""
    file = getattr(locator, "_file", None)
    if file is None:
        raise InvalidArgumentError(
            "a locator pickles as the path of its model file, and this one is in no file, or was changed since: call its "
            "save(file) first"
        )
    return opened, (type(locator), file, locator.load_options.to_dict())


def opened(kind: Any, file: str, options: dict[str, Any] | None = None) -> Any:
    """The locator of this class that a pickle names, opened as it was before."""
    return kind.load(file, **(options or {}))
