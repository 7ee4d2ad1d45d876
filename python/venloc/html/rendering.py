# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Fills the templates with values. Texts are escaped; only the content of templates is HTML.

Jinja is imported when the first page is rendered, so that commands without pages start fast.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from venloc.words import map_address

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup


@functools.cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates"), encoding="utf-8"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.globals["map_address"] = map_address
    environment.filters["px"] = lambda value, digits=1: f"{value:.{digits}f}"
    return environment


def render(template: str, **values: Any) -> str:
    """The template filled with the values."""
    return _environment().get_template(template).render(**values)


def part(template: str, name: str, *values: Any, **named: Any) -> Markup:
    """The HTML that the template's macro of this name returns for the values."""
    macro = getattr(_environment().get_template(template).module, name)
    made: Markup = macro(*values, **named)
    return made


def safe(html: str) -> Markup:
    """Marks HTML that must not be escaped again: it comes from a template, or all its texts were escaped."""
    from markupsafe import Markup

    return Markup(html)
