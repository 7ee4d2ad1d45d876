# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The page for visitors, if it was built."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from venloc.html import rendering

PAGE = Path(__file__).parents[1] / "static"
"""Folder of the built page."""


def add_page(app: FastAPI) -> None:
    """Adds `/` and the files that the page needs."""
    if (PAGE / "index.html").exists():

        @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
        async def index() -> Response:
            return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

        app.mount("/assets", StaticFiles(directory=PAGE / "assets"), name="assets")
        return

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def without_page() -> Response:
        return HTMLResponse(rendering.render("without_page.html"))
