# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc serve`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from venloc.cli.console import require_folder, require_package, usage_errors, wrong_usage
from venloc.cli.galleries import parse_settings
from venloc.cli.parameters import (
    BasemapOption,
    FastOption,
    GazetteerOption,
    ModelOption,
    TilesCreditOption,
    TilesOption,
)


def serve(
    model: ModelOption = None,
    fast: FastOption = False,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 also accepts other computers.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 = any free port.")] = 8000,
    basemap: BasemapOption = None,
    tiles: TilesOption = "",
    tiles_credit: TilesCreditOption = "",
    gazetteer: GazetteerOption = None,
    samples: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of sample pictures for visitors.")] = None,
    contributions: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Accept pictures with their places from visitors, and store them in this folder."
        ),
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN", help="Origin whose pages may send requests, e.g. https://museum.example; may be repeated."
        ),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Limit of the server, e.g. max_bytes=5000000; may be repeated."
        ),
    ] = None,
) -> None:
    """Serve the web page and its HTTP interface. Pictures stay in memory and are not logged."""
    for package in ("fastapi", "uvicorn", "python_multipart", "prometheus_client"):
        require_package(package.replace("_", "-"), "the web page needs it", package)
    import venloc
    from venloc.web import Settings, create_app
    from venloc.web.running import run
    from venloc.web.settings import LIMITS

    for option, path in (("--basemap", basemap), ("--gazetteer", gazetteer), ("--samples", samples)):
        if path is not None and not path.exists():
            wrong_usage(f"{option} '{path}' does not exist: check the path")
    if samples is not None and not samples.is_dir():
        wrong_usage(f"--samples '{samples}' is not a folder: name a folder of pictures")
    if contributions is not None:
        require_folder("--contributions", contributions)
    limits = parse_settings(settings)
    for name in limits:
        if name not in LIMITS:
            wrong_usage(f"--set {name}: unknown limit; choose one of {', '.join(LIMITS)}")
    chosen = Settings(
        basemap=basemap,
        tiles=tiles,
        tiles_credit=tiles_credit,
        gazetteer=gazetteer,
        samples=samples,
        contributions=contributions,
        cors_origins=tuple(cors or ()),
        **limits,
    )
    with usage_errors():
        chosen.validate()
    _require_free(host, port)
    run(create_app(venloc.load(model, fast=fast), chosen), host, port)


def _require_free(host: str, port: int) -> None:
    """Reports wrong usage when a server cannot listen there."""
    import socket

    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except socket.gaierror:
        wrong_usage(f"--host {host} is not an address of this computer: choose another with --host")
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        wrong_usage(f"--port {port}: the server cannot listen on {host} ({reason}): choose another with --port")
