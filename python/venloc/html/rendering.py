# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The templates, filled with values: texts are escaped, and only what comes from a template is HTML.

Jinja is imported by the first page: the command line without pages does without it.
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
    """The whole template."""
    return _environment().get_template(template).render(**values)


def part(template: str, name: str, *values: Any, **named: Any) -> Markup:
    """What the macro of this name in the template makes of the values."""
    macro = getattr(_environment().get_template(template).module, name)
    made: Markup = macro(*values, **named)
    return made


def safe(html: str) -> Markup:
    """HTML that is taken as it is: that of a template, or one in which every text was escaped."""
    from markupsafe import Markup

    return Markup(html)
