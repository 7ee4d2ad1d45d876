# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Problem details for HTTP (RFC 9457): the format of all errors of the interface.

Requests that are not valid HTTP, and invalid range requests, are refused by the libraries below in a shorter form.
"""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from venloc.answers import problem

MEDIA_TYPE = "application/problem+json"

_DETAILS = {
    404: "there is nothing at this address: see /api/v1/openapi.json",
    405: "this address does not support this method: see /api/v1/openapi.json",
}


class ProblemError(Exception):
    """Ends a request with an error response."""

    def __init__(self, status: int, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.problem = problem(status, detail)
        if retry_after_s is None and status == HTTPStatus.SERVICE_UNAVAILABLE:
            retry_after_s = 10
        self.headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}


def response(error: ProblemError) -> Response:
    """The response for this error."""
    return JSONResponse(
        error.problem, status_code=error.problem["status"], headers=error.headers, media_type=MEDIA_TYPE
    )


def add_handlers(app: FastAPI) -> None:
    """Converts every error of the app to problem details."""

    @app.exception_handler(ProblemError)
    async def _problem(_request: Request, error: ProblemError) -> Response:
        return response(error)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        reply = response(ProblemError(error.status_code, _DETAILS.get(error.status_code, str(error.detail))))
        reply.headers.update(error.headers or {})
        return reply
