# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The program: its commands and the handling of errors."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from venloc.cli import build, collect, evaluate, installation, locate, models, serve, weights
from venloc.cli.console import CANCELLED, FAILED, USAGE, CommandGroup, print_error

app = CommandGroup(
    moved={
        "build --add": "venloc model add MODEL GALLERY",
        "build --remove": "venloc model remove MODEL GALLERY",
        **{f"train {method}": f"venloc build --method {method}" for method in build.METHODS if method != "sift"},
        "train": "venloc build --method METHOD",
    },
    name="venloc",
    help="Where in the city was this picture made?",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(locate.locate)
app.command()(build.build)
app.command()(evaluate.evaluate)
app.command()(collect.collect)
app.command()(evaluate.audit)
app.command()(collect.review)
app.command()(serve.serve)
app.command()(installation.info)
app.add_typer(collect.group, name="catalogue")
app.add_typer(models.group, name="model")
app.add_typer(weights.group, name="weights")


def _print_version(wanted: bool) -> None:
    if wanted:
        from venloc._core import version

        print(f"venloc {version()}")
        raise typer.Exit


@app.callback()
def _venloc(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command; every error is one line on stderr."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")  # names of files that are not UTF-8 come out as they are
    code = _run()
    if code == CANCELLED:
        # Threads may still be running, and would crash when Python ends below them.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    try:
        code = app(standalone_mode=False)
        sys.stdout.flush()
        if code != CANCELLED:
            return code if isinstance(code, int) else 0
    except KeyboardInterrupt:
        pass
    except BrokenPipeError:
        # The reader has seen enough; keep Python from complaining when it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except MemoryError:
        print_error("there is not enough memory: close other programs, or use fewer threads or smaller pictures")
        return FAILED
    except Exception as error:
        # Usage errors of Typer, whose classes have moved between its versions.
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error, file=sys.stderr)
            return USAGE
        if hasattr(error, "format_message"):
            print_error(error.format_message())
            return USAGE
        if type(error).__name__ != "Abort":
            from venloc.errors import Error

            if not isinstance(error, Error | OSError | ImportError):
                raise
            print_error(error)
            return FAILED
    print("venloc: cancelled", file=sys.stderr)
    return CANCELLED
