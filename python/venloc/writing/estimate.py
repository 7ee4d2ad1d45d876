# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What is written about a picture: the same values in sidecars and in files."""

from __future__ import annotations

from dataclasses import dataclass

from venloc._core import Prediction, version

DATUM = "WGS-84"
GPS_VERSION = "2.3.0.0"
"""The first version of the GPS tags that has the positioning error."""
_ERROR_LEVEL = 0.68
"""Probability of the circle of the positioning error. Exif does not define one; phones write the radius of 68 %."""


@dataclass(frozen=True)
class Estimate:
    """A place with what is to be known about it."""

    lat: float
    """Latitude [deg]."""
    lng: float
    """Longitude [deg]."""
    error_m: float
    """Radius around the place that holds 68 % of the posterior [m], given that the picture was made in the city."""
    radius_90_m: float
    """The same for 90 % [m]."""
    confidence: float
    """Probability that the error is below 100 m."""

    @classmethod
    def of(cls, prediction: Prediction) -> Estimate:
        """The values of a prediction."""
        place = prediction.location
        error = prediction.posterior.credible_radius_m(place, _ERROR_LEVEL)
        return cls(place.lat, place.lng, error, prediction.radius_90_m, prediction.confidence)

    @property
    def method(self) -> str:
        """How the place was found, for GPSProcessingMethod."""
        return f"venloc {version()}, confidence {self.confidence:.2f}"
