# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The metrics of the server, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

__all__ = ["CONTENT_TYPE_LATEST", "Metrics"]


class Metrics:
    """The counters of one server."""

    def __init__(self, taken: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "venloc_requests", "Requests by route and status.", ["method", "route", "status"], registry=self.registry
        )
        self.request_seconds = Histogram(
            "venloc_request_seconds", "Time of a request, upload included.", ["route"], registry=self.registry
        )
        self.answers = Counter("venloc_answers", "Pictures by their verdict.", ["verdict"], registry=self.registry)
        self.stage_seconds = Counter(
            "venloc_stage_seconds", "Time spent on pictures, by stage.", ["stage"], registry=self.registry
        )
        waiting = Gauge("venloc_pictures_taken", "Pictures that wait or are being processed.", registry=self.registry)
        waiting.set_function(taken)

    def text(self) -> bytes:
        """The metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
