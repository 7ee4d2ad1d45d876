# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The process that serves, and its end."""

from __future__ import annotations

from types import FrameType

import uvicorn
from fastapi import FastAPI

_MOST_CONNECTIONS = 1000
_STOP_S = 10  # that pictures which are worked on have to be answered after a signal


class _Server(uvicorn.Server):
    """Refuses the pictures that wait as soon as it is told to stop, so that everybody gets an answer in time."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        assert isinstance(self.config.app, FastAPI)
        self.config.app.state.stop()
        super().handle_exit(sig, frame)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serves until a signal says to stop."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_STOP_S,
    )
    _Server(config).run()
