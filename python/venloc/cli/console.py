# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What the commands share: exit codes, messages, groups of commands, checks of the files to write, progress."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar

import typer
from typer.core import TyperGroup

_Function = TypeVar("_Function", bound=Callable[..., Any])

USAGE = 2  # exit code for wrong usage
FAILED = 1  # exit code when something could not be done
CANCELLED = 130  # exit code after Ctrl-C, as shells have it
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # except tabs and ends of lines
_SHOWN_BARS = 6  # of progress at once


class _Group(TyperGroup):
    """A group that creates the parameters of a command when it is called: creating all of them takes 0.1 s."""

    moved: ClassVar[Mapping[str, str]] = {}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        for old, new in self.moved.items():
            if args[0] == old.split()[0] and set(old.split()) <= set(args):
                wrong_usage(f"'{ctx.command_path} {old}' is now '{new}'")
        name, command, rest = super().resolve_command(ctx, args)
        function = getattr(command and command.callback, "whole", None)
        if function is not None:
            alone = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
            alone.command(name)(with_single_parameters(function))
            command = typer.main.get_command(alone)
        return name, command, rest


class CommandGroup(typer.Typer):
    """A group of commands without rich's boxes, which take longer to import than everything else that --help needs.

    `moved` maps a former command, or a former command with an option, to the command that replaces it.
    """

    def __init__(self, moved: Mapping[str, str] | None = None, **settings: Any) -> None:
        group = type("_MovedGroup", (_Group,), {"moved": moved}) if moved else _Group
        super().__init__(rich_markup_mode=None, cls=group, no_args_is_help=True, **settings)

    def command(self, name: str | None = None) -> Callable[[_Function], _Function]:  # type: ignore[override]
        """Like Typer.command. The list of commands shows the first sentence of the function's docstring."""

        def register(function: _Function) -> _Function:
            def listed() -> None:
                pass

            listed.__name__, listed.__doc__ = function.__name__, function.__doc__
            listed.whole = function  # type: ignore[attr-defined]
            super(CommandGroup, self).command(name)(listed)
            return function

        return register


def with_single_parameters(function: Callable[..., None]) -> Callable[..., None]:
    """The function with each parameter that is a dataclass replaced by the fields of the dataclass.

    Parameters that several commands share are therefore written once, with their help (see parameters.py).
    """
    import dataclasses
    import inspect
    from typing import get_type_hints

    singles: dict[str, inspect.Parameter] = {}
    groups: dict[str, tuple[Any, list[str]]] = {}

    def add(name: str, default: Any, annotation: Any) -> None:
        if name in singles:
            raise TypeError(f"{function.__name__} has two parameters '{name}'")
        singles[name] = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)

    hints = get_type_hints(function, include_extras=True)
    for parameter in inspect.signature(function).parameters.values():
        kind = hints[parameter.name]
        if not dataclasses.is_dataclass(kind):
            add(parameter.name, parameter.default, kind)
            continue
        members = [member for member in dataclasses.fields(kind) if member.init]
        groups[parameter.name] = (kind, [member.name for member in members])
        for member in members:
            default = inspect.Parameter.empty if member.default is dataclasses.MISSING else member.default
            add(member.name, default, get_type_hints(kind, include_extras=True)[member.name])

    def single(**values: Any) -> None:
        gathered = {name: kind(**{key: values.pop(key) for key in keys}) for name, (kind, keys) in groups.items()}
        function(**gathered, **values)

    single.__name__, single.__doc__ = function.__name__, function.__doc__
    single.__signature__ = inspect.Signature(list(singles.values()))  # type: ignore[attr-defined]
    single.__annotations__ = {name: parameter.annotation for name, parameter in singles.items()}
    return single


def print_error(message: object) -> None:
    """One line on stderr."""
    print(f"venloc: error: {_readable(message)}", file=sys.stderr)


def print_warning(message: object) -> None:
    """One line on stderr."""
    print(f"venloc: warning: {_readable(message)}", file=sys.stderr)


def _readable(message: object) -> str:
    """The message with bytes of file names that are not UTF-8, and control characters, escaped as the C++ library does."""
    text = os.fsencode(str(message)).decode("utf-8", "backslashreplace")
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def wrong_usage(message: str) -> NoReturn:
    """Ends the command with the exit code of wrong usage."""
    print_error(message)
    raise typer.Exit(USAGE)


def require_writable(option: str, file: Path, *endings: str) -> None:
    """Reports wrong usage when this file cannot be written: before the computation, not after it.

    An existing file is only replaced when its name has one of the endings, or when no endings are given.
    """
    import tempfile

    if endings and file.is_file() and file.suffix.lower() not in endings:
        wrong_usage(f"{option} '{file}' exists and is not overwritten: name a file that ends in {endings[0]}")
    if file.is_dir():
        wrong_usage(f"{option} '{file}' is a folder: name a file")
    if not file.parent.is_dir():
        wrong_usage(f"{option} '{file}': there is no folder '{file.parent}': create it first")
    try:
        with tempfile.TemporaryFile(dir=file.parent):
            pass
    except OSError as error:
        wrong_usage(f"{option} '{file}': the folder '{file.parent}' is not writable ({error.strerror}): choose another")


def require_model_output(option: str, file: Path) -> None:
    """Like require_writable for a model file: an existing file is only replaced when it is a model."""
    import venloc

    require_writable(option, file)
    if file.is_file() and file.stat().st_size > 0:
        try:
            venloc.model_kind(file)
        except venloc.Error:
            wrong_usage(f"{option} '{file}' exists and is not a model: name another file")


def require_folder(option: str, folder: Path) -> None:
    """Creates the folder when it does not exist. Reports wrong usage when no file can be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong_usage(f"{option} '{folder}' is not a folder and cannot be created ({error.strerror}): name another")
    require_writable(option, folder / "file")


def require_package(package: str, why: str, module: str = "") -> None:
    """Raises ImportError with the package to install."""
    if importlib.util.find_spec(module or package) is None:
        python = shlex.quote(sys.executable)
        raise ImportError(f"the package {package} is not installed ({why}): {python} -m pip install {package}")


@contextlib.contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None] | None]:
    """Bars with rate and time left on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:.3g}/s")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total or None)
                for task in list(tasks.values())[:-_SHOWN_BARS]:
                    bars.update(task, visible=False)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield report


@contextlib.contextmanager
def usage_errors() -> Iterator[None]:
    """Reports an InvalidArgumentError that is raised inside as wrong usage."""
    from venloc.errors import InvalidArgumentError

    try:
        yield
    except InvalidArgumentError as error:
        wrong_usage(str(error))
