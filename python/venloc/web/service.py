# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The objects that the routes of one server share."""

from __future__ import annotations

import json

from venloc import answers
from venloc._core import Locator
from venloc.web.contributions import Contributions
from venloc.web.locating import PictureQueue
from venloc.web.metrics import Metrics
from venloc.web.samples import read_samples
from venloc.web.settings import Settings


class Service:
    """A locator, the queue of its pictures, and the files that the settings name, which are read once.

    Raises InvalidArgumentError, FormatError or OSError for invalid settings.
    """

    def __init__(self, locator: Locator, settings: Settings) -> None:
        settings.validate()
        self.settings = settings
        self.queue = PictureQueue(locator, settings)
        self.metrics = Metrics(lambda: self.queue.pending)
        self.gazetteer = None if settings.gazetteer is None else answers.Gazetteer.read(settings.gazetteer)
        self.basemap = None if settings.basemap is None else json.dumps(answers.read_land(settings.basemap)).encode()
        self.contributions = (
            None
            if settings.contributions is None
            else Contributions(settings.contributions, settings.max_contributions)
        )
        self.samples = read_samples(settings.samples)
        self.area = locator.info().area
        self.places = answers.places(locator)
        self.model = answers.model(
            locator,
            limits={name: getattr(settings, name) for name in ("max_bytes", "max_pixels", "max_pictures")},
            tiles=answers.tiles(settings.tiles, settings.tiles_credit),
            basemap=self.basemap is not None,
            contributions=self.contributions is not None,
        )
