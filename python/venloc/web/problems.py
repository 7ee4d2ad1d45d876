# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Problem details for HTTP (RFC 9457): the one form of the interface's errors.

Requests that are no HTTP, or ask for a part of a file that it has not, are refused below the interface and in fewer words.
"""

from __future__ import annotations

from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong, for programs (status) and people (detail)."""

    type: str = Field("about:blank", description="The kind of problem; about:blank: what the status says.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What is wrong, and what to do about it.")


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: int, detail: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.problem = problem(status, detail)
        if retry_after_s is None and status == HTTPStatus.SERVICE_UNAVAILABLE:
            retry_after_s = 10
        self.headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}


def problem(status: int, detail: str) -> Problem:
    """The problem of this status."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)  # type: ignore[call-arg] # has a default


def response(error: ProblemError) -> Response:
    """The answer that tells the problem."""
    return Response(
        error.problem.model_dump_json(),
        status_code=error.problem.status,
        headers=error.headers,
        media_type=MEDIA_TYPE,
    )
