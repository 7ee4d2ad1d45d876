# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Handling of every request: security headers, counters, and a limit for the bytes of all requests together."""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from venloc.web import problems
from venloc.web.metrics import Metrics
from venloc.web.problems import ProblemError

_log = logging.getLogger("venloc.web")

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data: https:; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


def content_policy(tiles: str) -> str:
    """The content security policy of the page. Pictures come from https, and from the server of the tiles."""
    address = urlsplit(tiles)
    extra = f" http://{address.netloc}" if address.scheme == "http" else ""
    return _POLICY.replace("https:", "https:" + extra)


class Envelope:
    """Adds headers to every response, counts requests, and limits the bytes that all of them hold together."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_held: int, policy: str) -> None:
        self._app = app
        self._metrics = metrics
        self._max_held = max_held
        self._held = 0
        headers = {**_HEADERS, "Content-Security-Policy": policy}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500
        begun = False
        brought = 0

        async def receive_counted() -> Message:
            nonlocal brought
            message = await receive()
            size = len(message.get("body", b""))
            if self._held + size > self._max_held:
                raise ProblemError(503, "too many pictures arrive at once: try again in a moment", retry_after_s=5)
            brought += size
            self._held += size
            return message

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status = message["status"]
                begun = True
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        try:
            await self._app(scope, receive_counted, send_with_headers)
        except Exception:
            # In the same form as every problem; what was begun can only be cut off.
            _log.exception("an error in the server")
            if not begun:
                reply = problems.response(
                    ProblemError(500, "an internal error, recorded in the server's log: try again")
                )
                await reply(scope, receive, send_with_headers)
        finally:
            self._held -= brought
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.request_seconds.labels(route).observe(time.monotonic() - started)
