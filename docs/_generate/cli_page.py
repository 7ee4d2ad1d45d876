# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Sphinx extension: the directive `cli-reference`, every command of `venloc` with its arguments and options."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
import venloc.cli
from directives import Generated
from sphinx.application import Sphinx


def commands(command: Any, name: str = "venloc") -> Iterator[tuple[str, Any]]:
    """All commands that can be called, with the words that call them."""
    inner = getattr(command, "commands", {})
    if not inner or command.params:
        yield name, command
    for word in inner:
        # Commands get their parameters when they are called.
        context = command.make_context(name, [], resilient_parsing=True)
        one = command.resolve_command(context, [word])[1]
        if not one.hidden:
            yield from commands(one, f"{name} {word}")


def program() -> Any:
    """The program as click has it."""
    return typer.main.get_command(venloc.cli.app)


def _text(words: str | None) -> str:
    """Text of the help as Markdown."""
    escaped = (words or "").replace("\b", "").replace("*", r"\*").replace("<", r"\<").replace("[", r"\[").strip()
    return re.sub(r"(?<![\w`-])--?[a-z][\w-]*", r"`\g<0>`", escaped)


def _default(parameter: Any, context: Any) -> str:
    record = parameter.get_help_record(context)
    found = record[1].rpartition("[default: ")[2].rstrip("]") if record and "[default: " in record[1] else ""
    return f" Default: `{re.split('[];]', found)[0]}`." if found else ""


def _names(parameter: Any, context: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.make_metavar(context)}`"
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    value = "" if parameter.is_flag or parameter.count else f" `{parameter.make_metavar(context)}`"
    return names + value


def _described(parameter: Any, context: Any) -> str:
    help_text = _text(parameter.help)
    end = "" if not help_text or help_text.endswith((".", ")", ":")) else "."
    repeated = parameter.multiple or parameter.nargs == -1
    more = " May be repeated." if repeated and "repeated" not in help_text else ""
    text = f"{_names(parameter, context)}\n: {help_text[:1].upper()}{help_text[1:]}{end}{_default(parameter, context)}{more}\n"
    return text.replace("\n\n", "\n\n  ")


def of_command(name: str, command: Any) -> str:
    """The section of one command."""
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    shown = [p for p in command.params if not getattr(p, "hidden", False) and p.name != "help"]
    parts = [f"## {name}\n", _text(command.help), f"\n```text\n{usage}\n```\n"]
    parts += [_described(p, context) for p in shown if p.param_type_name == "argument"]
    parts += [_described(p, context) for p in shown if p.param_type_name == "option"]
    if command.epilog:
        parts.append(_text(command.epilog))
    return "\n".join(parts)


class CliReference(Generated):
    """`cli-reference`: a section for each command."""

    def text(self) -> str:
        """All sections."""
        for file in Path(venloc.cli.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(file))
        return "\n".join(of_command(name, command) for name, command in commands(program()))


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("cli-reference", CliReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
