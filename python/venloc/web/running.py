# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Starts and stops the server process."""

from __future__ import annotations

from types import FrameType

import uvicorn
from fastapi import FastAPI

_MAX_CONNECTIONS = 1000
_STOP_S = 10  # time [s] for pictures that are being processed when the signal comes


class _Server(uvicorn.Server):
    """Refuses waiting pictures when the server is stopped, so that every request gets a response in time."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        assert isinstance(self.config.app, FastAPI)
        self.config.app.state.stop()
        super().handle_exit(sig, frame)


def run(app: FastAPI, host: str, port: int) -> None:
    """Serves until a signal stops the process."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=_STOP_S,
    )
    _Server(config).run()
