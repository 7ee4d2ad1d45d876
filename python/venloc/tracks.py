# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""GPX tracks: where a camera was at the time of a picture, and by how much its clock was wrong.

>>> track = Track.read(["day.gpx"])
>>> clock = Clock("Europe/Rome", offset_s=-42)
>>> fix = track.at(clock.utc("2019-07-14T18:03:22"))
>>> fix.place, fix.sigma_m

Times are seconds since 1970 in UTC, as `datetime.timestamp` has them.
"""

from __future__ import annotations

import datetime
import math
import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import numpy as np
import numpy.typing as npt

from venloc._core import (
    BoundingBox,
    Gallery,
    GalleryProblem,
    ImageOptions,
    LatLng,
    LocalFrame,
    Metadata,
    Photo,
    Posterior,
    PosteriorComponent,
    read_metadata,
)
from venloc.errors import Error, FormatError, InvalidArgumentError
from venloc.files import require_file

SOURCE = "track"
"""The source of photos whose place is from a track."""

GPS_SIGMA_M = 10.0
"""Standard deviation of a track point along each axis [m]: phones report 5 to 20 m between houses (68 %)."""
WALK_M_PER_S = 1.3
"""Speed of a person who walks [m/s]."""
TURN_S = 50.0
"""Time after which a person who walks goes in another direction, on average [s]. Speed and turns give the error between points."""
MAX_GAP_S = 600.0
"""Default longest time between two track points that a place is derived from [s]."""
_EDGE_S = 60.0  # before the first and after the last point of a piece, in which a place is still derived

_MAX_OFFSET_S = 14.25 * 3600  # the offsets of all time zones, and a little
_STEP_S = 4.0  # of the first grid of offsets: 5 m of walking
_FINE_STEP_S = 0.5
# Of pictures that do not show where they were made, as a precaution against answers that are all wrong.
_WRONG_SHARE = 0.5
_BURST_S = 60.0  # pictures closer in time are not independent: they count as one together
_LEVEL = 0.95  # probability of the interval
_MAX_HALF_INTERVAL_S = 600.0  # of an offset that counts as determined
_MIN_PICTURES = 3
_MAX_COMPONENTS = 100  # of a posterior, the heaviest
_PRIOR = ((1.0, 0.6), (4.0, 0.15))  # how much wider than the fix, and the weight
_PRIOR_BACKGROUND = 0.2  # the clock may be wrong
_PRIOR_OUTSIDE = 0.05


@dataclass(frozen=True)
class Fix:
    """Where the track was at a time."""

    place: LatLng
    """The place [deg]."""
    sigma_m: float
    """Standard deviation along each axis [m]: that of a point, and more between points that are far apart in time."""

    @property
    def error_m(self) -> float:
        """Radius that holds 68 % [m]."""
        return self.sigma_m * math.sqrt(-2 * math.log(1 - 0.68))


@dataclass(frozen=True)
class _Piece:
    """Points in the order of their times, without a gap between them that is too long."""

    times: npt.NDArray[np.float64]
    lats: npt.NDArray[np.float64]
    lngs: npt.NDArray[np.float64]


class Track:
    """The points of one or several recordings. Immutable."""

    def __init__(self, segments: Iterable[Sequence[tuple[float, float, float]]], max_gap_s: float = MAX_GAP_S) -> None:
        """Segments of points (time, latitude, longitude) in any order. Points at one time count once.

        Segments of one recording are joined where the time between them is at most `max_gap_s` [s]; those that overlap in time are
        kept apart, as they may be those of two devices. Raises InvalidArgumentError when there is no point, or an impossible one.
        """
        if not max_gap_s > 0:
            raise InvalidArgumentError(f"max_gap_s must be above 0, got {max_gap_s}")
        chains: list[list[tuple[float, float, float]]] = []
        for points in sorted((sorted(segment) for segment in segments if segment), key=lambda points: points[0]):
            for time, lat, lng in points:
                if not (math.isfinite(time) and -90 <= lat <= 90 and -180 <= lng <= 180):
                    raise InvalidArgumentError(
                        f"the track has an impossible point: time {time}, latitude {lat}, longitude {lng}"
                    )
            before = next((chain for chain in reversed(chains) if chain[-1][0] <= points[0][0]), None)
            if before is None:
                chains.append(points)
            else:
                before += points
        self.max_gap_s = max_gap_s
        self._pieces = [piece for chain in chains for piece in _pieces(chain, max_gap_s)]
        if not self._pieces:
            raise InvalidArgumentError("the track has no point with a time")

    @classmethod
    def read(cls, files: Iterable[str | os.PathLike[str]], max_gap_s: float = MAX_GAP_S) -> Track:
        """Reads GPX files (1.0 or 1.1). Points without a time are left out; times without a zone are in UTC, as GPX has it.

        Raises FileNotFoundError, and FormatError for a file that is no GPX or has no track point with a time.
        """
        return cls([segment for file in files for segment in _read_gpx(Path(file))], max_gap_s)

    @property
    def begin(self) -> float:
        """Time of the first point [s]."""
        return float(min(piece.times[0] for piece in self._pieces))

    @property
    def end(self) -> float:
        """Time of the last point [s]."""
        return float(max(piece.times[-1] for piece in self._pieces))

    def times(self, step_s: float) -> npt.NDArray[np.float64]:
        """Times [s] that cover the track, ascending: at most `step_s` apart, but in gaps, at whose ends it has no place."""
        margin = _EDGE_S + step_s
        parts = [
            np.arange(piece.times[0] - margin, piece.times[-1] + margin + step_s, step_s) for piece in self._pieces
        ]
        return np.unique(np.concatenate(parts))

    def at(self, time: float) -> Fix | None:
        """Where the track was at this time [s]; None in a gap that is too long, and where it has no points.

        Between two points the place moves evenly, and is the more uncertain the farther they are apart in time.
        """
        fixes = [fix for piece in self._pieces if (fix := _fix(piece, time)) is not None]
        return min(fixes, key=lambda fix: fix.sigma_m, default=None)

    def prior(self, time: float, area: BoundingBox) -> Posterior | None:
        """What the track states about a picture of this time [s], for QueryOptions.prior; None where it has no place.

        The place may be wrong, for the clock may be: a part of the weight is farther away, anywhere in the area, or outside of it.
        """
        fix = self.at(time)
        if fix is None:
            return None
        frame = LocalFrame(fix.place)
        center = frame.to_local(fix.place)
        spots = [
            PosteriorComponent(mean=center, sigma_m=wider * fix.sigma_m, weight=weight) for wider, weight in _PRIOR
        ]
        return Posterior(frame, area, spots, _PRIOR_BACKGROUND, _PRIOR_OUTSIDE)


def _pieces(points: list[tuple[float, float, float]], max_gap_s: float) -> list[_Piece]:
    """The chain, cut at gaps that are too long."""
    values = np.array(points, dtype=np.float64)
    values = values[np.concatenate([[True], np.diff(values[:, 0]) > 0])]  # one point at a time
    cuts = np.flatnonzero(np.diff(values[:, 0]) > max_gap_s) + 1
    return [_Piece(part[:, 0], part[:, 1], part[:, 2]) for part in np.split(values, cuts)]


def _fix(piece: _Piece, time: float) -> Fix | None:
    after = bisect_right(piece.times, time)
    if 0 < after < len(piece.times):
        since, gap = time - piece.times[after - 1], piece.times[after] - piece.times[after - 1]
        # The walk has increments that do not depend on when they are: the covariance with the whole way follows from variances.
        covariance = (_variance(since) + _variance(gap) - _variance(gap - since)) / 2
        share = covariance / _variance(gap)
        lat = piece.lats[after - 1] + share * (piece.lats[after] - piece.lats[after - 1])
        turn = (piece.lngs[after] - piece.lngs[after - 1] + 180) % 360 - 180  # the short way, across 180° too
        lng = piece.lngs[after - 1] + share * turn
        lng -= 360 * np.sign(lng) if abs(lng) > 180 else 0
        variance = max(0.0, _variance(since) - share * covariance)
    else:
        nearest = 0 if after == 0 else -1
        away = abs(time - piece.times[nearest])
        if away > _EDGE_S:
            return None
        lat, lng = piece.lats[nearest], piece.lngs[nearest]
        variance = _variance(away)
    return Fix(LatLng(float(lat), float(lng)), math.sqrt(GPS_SIGMA_M**2 + variance))


def _variance(time: float) -> float:
    """Variance of a walk along each axis [m²] after a time [s]: its velocity is forgotten with the time constant TURN_S."""
    return WALK_M_PER_S**2 * TURN_S * (time - TURN_S * -math.expm1(-time / TURN_S))


# --- clocks -----------------------------------------------------------------------------------------------------------


class Clock:
    """The clock of a camera: its time zone, and by how much it is wrong."""

    def __init__(self, time_zone: str, offset_s: float = 0.0) -> None:
        """`time_zone`: a name such as Europe/Rome, or ±HH:MM. `offset_s`: the camera's time minus the true time [s].

        Raises InvalidArgumentError for an unknown zone or an offset that is no finite number.
        """
        self.zone = _zone(time_zone)
        if not math.isfinite(offset_s):
            raise InvalidArgumentError(f"the offset of the clock must be a finite number, got {offset_s}")
        self.offset_s = offset_s

    def utc(self, taken: str) -> float:
        """The true time [s] of a local time (ISO 8601); one with a zone keeps it. Raises InvalidArgumentError for other text."""
        return _timestamp(taken, self.zone) - self.offset_s


def parse_offset(text: str) -> float:
    """Seconds, or ±HH:MM:SS or ±HH:MM, as a number of seconds. Raises InvalidArgumentError."""
    found = re.fullmatch(r"\s*([+-]?)(?:(\d{1,3}):(\d{2})(?::(\d{2}(?:\.\d+)?))?|(\d+(?:\.\d+)?))\s*", text)
    if found is None:
        raise InvalidArgumentError(f"'{text}' is no offset of a clock: give seconds, or ±HH:MM:SS")
    sign, hours, minutes, seconds, alone = found.groups()
    value = float(alone) if alone else int(hours) * 3600 + int(minutes) * 60 + float(seconds or 0)
    return -value if sign == "-" else value


def _zone(text: str) -> datetime.tzinfo:
    if text in ("Z", "UTC"):
        return datetime.timezone.utc
    if found := re.fullmatch(r"([+-])(\d{2}):?(\d{2})", text):
        minutes = int(found[2]) * 60 + int(found[3])
        if minutes < 24 * 60:
            return datetime.timezone(datetime.timedelta(minutes=-minutes if found[1] == "-" else minutes))
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidArgumentError(
            f"'{text}' is no time zone: give a name such as Europe/Rome, or ±HH:MM (names need the package tzdata)"
        ) from None


_TIME = re.compile(
    r"\s*(-?\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?\s*",
    re.IGNORECASE,
)


def _timestamp(text: str, zone: datetime.tzinfo) -> float:
    """Seconds since 1970. `zone` is that of a time that has none."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise InvalidArgumentError(f"'{text}' is no time such as 2019-07-14T18:03:22")
    *numbers, second, fraction, own = found.groups()
    try:
        # The second of 60 of a leap second is the next one.
        time = datetime.datetime(*map(int, numbers), tzinfo=_zone(own.upper()) if own else zone)  # type: ignore[misc,arg-type]
        return time.timestamp() + int(second or 0) + float(f"0.{fraction or 0}")
    except (ValueError, OverflowError):
        raise InvalidArgumentError(f"'{text}' is no possible time") from None


# --- GPX --------------------------------------------------------------------------------------------------------------


def _read_gpx(file: Path) -> list[list[tuple[float, float, float]]]:
    """The segments of a file, with the points that have a time."""
    require_file(file)
    reader = _GpxReader()
    try:
        with file.open("rb") as data:
            reader.parser.ParseFile(data)
    except expat.ExpatError as error:
        raise FormatError(f"'{file}' is no GPX ({error}): export the track again") from None
    except _BadPointError as error:
        line = reader.parser.CurrentLineNumber
        raise FormatError(f"'{file}', line {line}: {error}: correct the line, or export the track again") from None
    segments = [segment for segment in reader.segments if segment]
    if not segments:
        raise FormatError(
            f"'{file}' has no track point with a time ({reader.without_time} without): give a recorded track, no route"
        )
    return segments


class _BadPointError(Exception):
    """What is wrong with an element."""


class _GpxReader:
    """Takes the track points from the events of the XML parser. Elements of other namespaces, as in extensions, are left out."""

    _GPX = ("http://www.topografix.com/GPX/1/0", "http://www.topografix.com/GPX/1/1")

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add_text
        # Entities can make a small file endless.
        self.parser.EntityDeclHandler = self._refuse
        self.segments: list[list[tuple[float, float, float]]] = []
        self.without_time = 0
        self._depth: list[str] = []
        self._place: tuple[float, float] | None = None
        self._time: float | None = None
        self._text: list[str] | None = None

    def _name(self, qualified: str) -> str:
        """The name of an element of GPX; with its namespace for any other. Old programs write no namespace."""
        space, _, name = qualified.rpartition(" ")
        return name if not space or space in self._GPX else qualified

    def _begin(self, qualified: str, attributes: dict[str, str]) -> None:
        name = self._name(qualified)
        if not self._depth and name != "gpx":
            raise _BadPointError(f"it is no GPX: its first element is '{qualified}'")
        if name == "trkseg":
            self.segments.append([])
        elif name == "trkpt":
            self._place, self._time = _place(attributes), None
        elif name == "time" and self._depth[-1] == "trkpt":
            self._text = []
        self._depth.append(name)

    def _end(self, qualified: str) -> None:
        name = self._depth.pop()
        if name == "time" and self._text is not None:
            try:
                self._time = _timestamp("".join(self._text), datetime.timezone.utc)
            except InvalidArgumentError as error:
                raise _BadPointError(str(error)) from None
            self._text = None
        elif name == "trkpt" and self._place is not None:
            if not self.segments:
                self.segments.append([])
            if self._time is None:
                self.without_time += 1
            elif self._place != (0, 0):  # which receivers write without a fix
                self.segments[-1].append((self._time, *self._place))
            self._place = None

    def _add_text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _refuse(self, *_: object) -> None:
        raise _BadPointError("it declares an entity, which GPX files do not have")


def _place(attributes: dict[str, str]) -> tuple[float, float]:
    try:
        lat, lng = float(attributes["lat"]), float(attributes["lon"])
    except (KeyError, ValueError):
        raise _BadPointError(f"a point without latitude or longitude: {attributes}") from None
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise _BadPointError(f"an impossible point: latitude {lat}, longitude {lng}")
    return lat, lng


# --- the offset of a clock --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OffsetFit:
    """By how much a clock was wrong, from pictures that could be located."""

    offset_s: float
    """The offset, the median of the interval: the camera's time minus the true time [s]."""
    low_s: float
    """Lower end of the interval that holds 95 % [s]."""
    high_s: float
    """Its upper end [s]."""
    determined: bool
    """Whether the pictures determine the offset: one narrow peak holds 95 % of the probability. Otherwise do not use it."""
    pictures: int
    """Pictures that were used."""


def fit_offset(
    track: Track,
    pictures: Iterable[tuple[float, Posterior]],
    *,
    around_s: float = 0.0,
    max_offset_s: float = _MAX_OFFSET_S,
) -> OffsetFit:
    """The offset of the clock at which the pictures were made along the track, as far as that is known.

    `pictures`: the time by the camera's clock (Clock.utc with offset 0) and the posterior of each. Offsets from `around_s` -
    `max_offset_s` to `around_s` + `max_offset_s` [s] have equal prior probability. Each picture counts as one that may be wrong
    altogether, so that some wrong answers do no harm. Raises InvalidArgumentError when there is no picture or the range is empty.
    """
    given = list(pictures)
    if not given or not max_offset_s > 0:
        raise InvalidArgumentError("fit_offset needs pictures and a range above 0")
    times = np.array([time for time, _ in given])
    weights = np.array([1 / np.sum(np.abs(times - time) <= _BURST_S / 2) for time in times])
    grid = track.times(_STEP_S)
    table = _evidence(track, grid, [posterior for _, posterior in given])

    def score(offsets: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        total = np.zeros(len(offsets))
        for time, weight, row in zip(times, weights, table, strict=True):
            total += weight * np.interp(time - offsets, grid, row, left=0.0, right=0.0)
        return total

    coarse = around_s + np.arange(-max_offset_s, max_offset_s + _STEP_S, _STEP_S)
    best = coarse[np.argmax(score(coarse))]
    fine = best + np.arange(-60.0, 60.0 + _FINE_STEP_S, _FINE_STEP_S)
    offsets = np.union1d(coarse, fine)
    scores = score(offsets)
    masses = np.exp(scores - scores.max()) * np.gradient(offsets)
    masses /= masses.sum()
    low, high = _interval(masses, int(np.argmax(scores)))
    # Not the peak itself: where a camera stood still, it is flat.
    inside = np.cumsum(masses[low : high + 1])
    middle = low + int(np.searchsorted(inside, inside[-1] / 2))
    used = int(np.sum(np.any(table != 0, axis=1)))
    narrow = offsets[high] - offsets[low] <= 2 * _MAX_HALF_INTERVAL_S
    return OffsetFit(
        float(offsets[middle]), float(offsets[low]), float(offsets[high]), bool(narrow and used >= _MIN_PICTURES), used
    )


def _evidence(track: Track, grid: npt.NDArray[np.float64], posteriors: Sequence[Posterior]) -> npt.NDArray[np.float64]:
    """For each picture and each time: the logarithm of how much more probable the picture is there than anywhere in its area.

    It is 0 where the track has no place: that states nothing about the picture.
    """
    fixes = [track.at(float(time)) for time in grid]
    known = np.flatnonzero([fix is not None for fix in fixes])
    table = np.zeros((len(posteriors), len(grid)))
    there = [fix for fix in fixes if fix is not None]
    spread = np.array([fix.sigma_m**2 for fix in there])
    for row, posterior in zip(table, posteriors, strict=True):
        frame = posterior.frame
        at = [frame.to_local(fix.place) for fix in there]
        east, north = np.array([p.east for p in at]), np.array([p.north for p in at])
        density = np.zeros(len(there))
        for c in sorted(posterior.components, key=lambda c: -c.weight)[:_MAX_COMPONENTS]:
            variance = c.sigma_m**2 + spread
            squared = (east - c.mean.east) ** 2 + (north - c.mean.north) ** 2
            density += c.weight * np.exp(-squared / (2 * variance)) / (2 * np.pi * variance)
        relative = density * posterior.area.area_m2() + posterior.background_weight
        row[known] = np.log(_WRONG_SHARE + (1 - _WRONG_SHARE) * relative)
    return table


def _interval(masses: npt.NDArray[np.float64], peak: int) -> tuple[int, int]:
    """The ends of the interval around the peak that holds _LEVEL: it grows where the next mass is larger."""
    low = high = peak
    held = masses[peak]
    while held < _LEVEL and (low > 0 or high + 1 < len(masses)):
        left = masses[low - 1] if low > 0 else -1.0
        right = masses[high + 1] if high + 1 < len(masses) else -1.0
        if left > right:
            low -= 1
            held += left
        else:
            high += 1
            held += right
    return low, high


# --- pictures ---------------------------------------------------------------------------------------------------------


def fix_of(metadata: Metadata, track: Track, clock: Clock) -> Fix | str:
    """Where a picture with these metadata was made, by its time and the track, or why that is not known."""
    taken = metadata.taken
    if not taken:
        return "it has no time"
    return track.at(clock.utc(taken)) or f"the track has no place at its time, {taken}"


def gallery_along(
    folder: Path, files: Iterable[Path], track: Track, clock: Clock, limits: ImageOptions | None = None
) -> tuple[Gallery, list[GalleryProblem]]:
    """The gallery of the pictures of a folder, with a place by the track for those that have none; and what is left out.

    `files`: pictures below the folder. Ids are paths relative to it, as in Gallery.from_folder. Photos with a place by the track
    have the source "track"; `limits` is how the pictures are read later. Raises FormatError when no picture has a place.
    """
    photos, problems = [], []
    for file in files:
        try:
            problem = _photo_of(file, folder, track, clock)
        except Error as error:
            problem = str(error)
        if isinstance(problem, Photo):
            photos.append(problem)
        else:
            problems.append(GalleryProblem(file=file, reason=problem))
    if not photos:
        first = f"; the first: {problems[0].reason}" if problems else ""
        raise FormatError(
            f"'{folder}' has no picture with a position, by itself or by the track{first}: check the time zone"
        )
    return Gallery(photos, limits or ImageOptions()), problems


def _photo_of(file: Path, folder: Path, track: Track, clock: Clock) -> Photo | str:
    metadata = read_metadata(file)
    place, source = metadata.position, ""
    if place is None:
        fix = fix_of(metadata, track, clock)
        if isinstance(fix, str):
            return f"no position: {metadata.position_problem}; by the track: {fix}"
        place, source = fix.place, SOURCE
    name = os.fsencode(file.relative_to(folder)).decode("utf-8", "backslashreplace")
    return Photo(id=name, file=file, location=place, source=source, taken=metadata.taken or "")
