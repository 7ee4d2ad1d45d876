# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Detection of copies: the same picture recompressed, resized, cropped by about a tenth, converted to grey, or all of these.

Another photo of the same facade, even the next one of a burst, is a different picture; so is a picture whose tones were
changed strongly. Three steps distinguish them:

1. Candidates: pairs whose perceptual hashes differ in few bits, and pairs whose thumbnails are similar. The whole of one
   thumbnail is compared with 16 windows of the other, so that a crop is matched with the picture that it was cut from. This is
   computed by matrix products, without a loop over pairs.
2. Geometry: SIFT features of a small copy (Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004;
   compared as RootSIFT, Arandjelović and Zisserman, CVPR 2012), mutual nearest neighbours that pass the ratio test, and a
   robust fit of scale and translation (RANSAC, Fischler and Bolles, CACM 1981). Copies fit to a fraction of a pixel.
3. Pixels: the grey values of the overlap, aligned, are compared block by block by contrast and structure (the second factor of
   SSIM; Wang et al., "Image quality assessment", IEEE TIP 2004). People who moved, ripples of water and parallax change
   a few blocks strongly; compression and resizing change all blocks slightly. Therefore the least similar blocks decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from venloc._core import Image, extract_sift, perceptual_hash, read_for_describing
from venloc.collecting.running import Progress
from venloc.errors import InvalidArgumentError

_Floats: TypeAlias = NDArray[np.float32]
_Doubles: TypeAlias = NDArray[np.float64]

_THUMBNAIL_PX = 12
_SPANS = ((0.0, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0))  # of a side: whole, and a tenth cut off
_FLAT = 2.0  # grey levels of noise that a thumbnail is taken to have, so that a plain one is like nothing
_BLOCK_ROWS = 512  # pictures whose likeness to all others is held in memory at once
_HYPOTHESES = 256
_APART_PX = 20.0  # two matches that a hypothesis is drawn from
_REFINEMENTS = 4
_RATIO = 0.8  # of Lowe's test
_BLOCK_PX = 16
_WORST = 0.02  # share of blocks that may be worse: a small mark; more would let people walk through
_TOLD_EVERY = 200  # pairs
_LARGEST_SCALE = 3.0
_LARGEST_STRETCH = 1.02  # between the axes: rounding of sizes
_ONES = np.array([bin(i).count("1") for i in range(1 << 16)], np.uint8)  # bits of a number
_NOISE = 5.0  # grey levels that compression changes; less contrast than that is no evidence


@dataclass(frozen=True)
class DuplicateOptions:
    """What counts as the same picture. Raises InvalidArgumentError for values out of range."""

    side_px: int = 256
    """Longer side of the small copy that is compared and from which features are extracted [px]; at least 64."""
    features: int = 200
    """Maximum number of SIFT features of a picture; at least 16."""
    hash_bits: int = 8
    """Pairs whose perceptual hashes differ in at most this many of 64 bits are candidates."""
    neighbours: int = 8
    """Number of candidates for each picture by the similarity of thumbnails; 0 or more."""
    thumbnail_likeness: float = 0.8
    """Pairs of thumbnails with at least this correlation are candidates; in (0, 1]."""
    inliers: int = 12
    """Minimum number of matches that agree on a scale and a translation; at least 4."""
    tolerance_px: float = 1.0
    """Maximum error of such a match in the small copy [px]."""
    overlap: float = 0.6
    """Minimum share of either picture that the other one shows too; in (0, 1]."""
    likeness: float = 0.88
    """Minimum similarity of the overlap; in (0, 1]."""

    def __post_init__(self) -> None:
        for name, least in (("side_px", 64), ("features", 16), ("hash_bits", 0), ("neighbours", 0), ("inliers", 4)):
            if getattr(self, name) < least:
                raise InvalidArgumentError(f"{name} must be at least {least}, got {getattr(self, name)}")
        for name in ("thumbnail_likeness", "overlap", "likeness"):
            if not 0 < getattr(self, name) <= 1:
                raise InvalidArgumentError(f"{name} must be above 0 and at most 1, got {getattr(self, name)}")
        if not 0 < self.tolerance_px < float("inf"):
            raise InvalidArgumentError(f"tolerance_px must be above 0, got {self.tolerance_px}")


@dataclass(frozen=True, eq=False)
class Description:
    """The features of a picture that are needed to compare it; about 80 kB."""

    hash: int
    """Perceptual hash of 64 bits."""
    thumbnails: NDArray[np.float16]
    """16 x 144: the whole thumbnail, then its windows; mean 0, length 1 (shorter with little contrast)."""
    points: _Floats
    """n x 2: x and y [px] of features in `picture`."""
    features: NDArray[np.uint8]
    """n x 128."""
    picture: NDArray[np.uint8]
    """Height x width, grey."""


@dataclass(frozen=True, order=True)
class Pair:
    """The positions of two descriptions of the same picture."""

    first: int
    second: int
    """Larger than `first`."""
    likeness: float
    """Similarity of the overlap, in (0, 1]."""


def describe(picture: str | Path | Image, options: DuplicateOptions | None = None) -> Description:
    """Describes a picture or a picture file. Raises the exceptions of `read_for_describing`."""
    options = options or DuplicateOptions()
    image = picture if isinstance(picture, Image) else read_for_describing(picture)
    small = image.to_gray().shrunk_to(options.side_px)
    found = extract_sift(small, long_side_px=options.side_px, max_features=options.features)
    return Description(
        perceptual_hash(image),
        _thumbnails(small),
        found.keypoints[:, :2].copy(),
        found.descriptors.copy(),
        small.to_array().copy(),
    )


def _thumbnails(image: Image) -> NDArray[np.float16]:
    pixels = image.to_array()
    height, width = pixels.shape
    out = np.empty((len(_SPANS) ** 2, _THUMBNAIL_PX**2), np.float32)
    for i, (top, bottom) in enumerate(_SPANS):
        for j, (left, right) in enumerate(_SPANS):
            rows = slice(round(top * height), max(round(bottom * height), round(top * height) + 1))
            columns = slice(round(left * width), max(round(right * width), round(left * width) + 1))
            window = Image(np.ascontiguousarray(pixels[rows, columns]))
            out[len(_SPANS) * i + j] = window.resized(_THUMBNAIL_PX, _THUMBNAIL_PX).to_array().ravel()
    out -= out.mean(1, keepdims=True)
    out /= np.linalg.norm(out, axis=1, keepdims=True) + _FLAT * _THUMBNAIL_PX
    return out.astype(np.float16)


def candidates(
    descriptions: Iterable[Description], options: DuplicateOptions | None = None, progress: Progress | None = None
) -> list[tuple[int, int]]:
    """Pairs of positions whose pictures are similar enough to be compared, ascending; the smaller position comes first.

    Reads the descriptions once and keeps only hash and thumbnails, 5 kB each. The time grows with the square of their
    number: a second for 2,000, some minutes for 20,000. An exception of `progress` ends the search.
    """
    options = options or DuplicateOptions()
    short = [(d.thumbnails, d.hash) for d in descriptions]
    if len(short) < 2:
        return []
    windows = np.stack([thumbnails for thumbnails, _ in short])
    hashes = np.array([value for _, value in short], np.uint64).view(np.uint16).reshape(-1, 4)
    whole = windows[:, 0].astype(np.float32)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(windows), _BLOCK_ROWS):
        rows = slice(start, start + _BLOCK_ROWS)
        # Either may be the one that was cropped.
        alike = whole[rows] @ whole.T
        for window in range(1, windows.shape[1]):
            np.maximum(alike, whole[rows] @ windows[:, window].astype(np.float32).T, out=alike)
            np.maximum(alike, windows[rows, window].astype(np.float32) @ whole.T, out=alike)
        bits = sum(_ONES[hashes[rows, None, i] ^ hashes[None, :, i]] for i in range(4))
        own = np.arange(len(alike))
        alike[own, own + start] = -1
        near = (alike >= options.thumbnail_likeness) | (bits <= options.hash_bits)
        neighbours = min(options.neighbours, len(windows) - 1)
        if neighbours > 0:
            # As alike as the last of the neighbours, so that ties are all of them.
            last = np.partition(alike, -neighbours, axis=1)[:, -neighbours, None]
            near |= (alike >= last) & (alike > 0)
        near[own, own + start] = False
        first, second = np.nonzero(near)
        first += start
        pairs = np.stack([np.minimum(first, second), np.maximum(first, second)], axis=1)
        found.update(map(tuple, pairs.tolist()))
        if progress is not None and len(windows) > _BLOCK_ROWS:
            progress("searching for copies", min(start + _BLOCK_ROWS, len(windows)), len(windows))
    return sorted(found)


def find(
    descriptions: Sequence[Description],
    options: DuplicateOptions | None = None,
    progress: Progress | None = None,
) -> list[Pair]:
    """The pairs that show the same picture, ascending. An exception of `progress` ends the search."""
    options = options or DuplicateOptions()

    def likeness(i: int, j: int) -> float:
        return compare(descriptions[i], descriptions[j], options)

    return same(candidates(descriptions, options, progress), likeness, options, progress)


def same(
    pairs: Sequence[tuple[int, int]],
    likeness: Callable[[int, int], float],
    options: DuplicateOptions,
    progress: Progress | None = None,
) -> list[Pair]:
    """The pairs that show the same picture. `likeness` returns the result of `compare` for two positions.

    Pairs are compared independently, so the result does not depend on their order.
    """
    found = []
    for done, (i, j) in enumerate(pairs, 1):
        if (alike := likeness(i, j)) >= options.likeness:
            found.append(Pair(i, j, alike))
        if progress is not None and (done % _TOLD_EVERY == 0 or done == len(pairs)):
            progress("comparing pictures", done, len(pairs))
    return found


def groups(pairs: Iterable[Pair], count: int) -> dict[int, tuple[int, float]]:
    """For each copy, by position, the position of its original and their similarity.

    The original of a copy is the first picture that it matches. Sort the pictures so that preferred originals come first.
    The relation is not transitive: each copy was itself compared with its original.
    """
    same: dict[int, dict[int, float]] = {}
    for pair in pairs:
        same.setdefault(pair.first, {})[pair.second] = pair.likeness
        same.setdefault(pair.second, {})[pair.first] = pair.likeness
    found: dict[int, tuple[int, float]] = {}
    for first in range(count):
        if first in found:
            continue
        for other, likeness in same.get(first, {}).items():
            if other > first and other not in found:
                found[other] = (first, likeness)
    return found


def compare(a: Description, b: Description, options: DuplicateOptions | None = None) -> float:
    """The similarity of two pictures: the value that all but the least similar 2 % of the blocks of their overlap reach.

    It is 0 when their features do not agree on a scale and a translation, or when they overlap too little.
    """
    options = options or DuplicateOptions()
    fitted = _fitted(a, b, options)
    return 0.0 if fitted is None else _likeness(a, b, *fitted, options.overlap)


def _fitted(a: Description, b: Description, options: DuplicateOptions) -> tuple[_Doubles, _Doubles] | None:
    """Scale and translation (x, y) from a to b, or None."""
    p, q = _matches(a, b)
    if len(p) < options.inliers:
        return None
    random = np.random.default_rng(0)
    i = random.integers(len(p), size=_HYPOTHESES)
    j = (i + random.integers(1, len(p), size=_HYPOTHESES)) % len(p)
    between, other = p[i] - p[j], q[i] - q[j]
    square = (between**2).sum(1)
    far = square > _APART_PX**2
    if not far.any():
        return None
    scale = (between[far] * other[far]).sum(1) / square[far]
    shift = q[i[far]] - scale[:, None] * p[i[far]]
    off = np.abs(scale[:, None, None] * p + shift[:, None] - q).max(2)
    fits = off <= 2 * options.tolerance_px
    counts = fits.sum(1) * ((scale > 1 / _LARGEST_SCALE) & (scale < _LARGEST_SCALE))
    inliers = fits[counts.argmax()]
    if counts.max() < options.inliers:
        return None
    for _ in range(_REFINEMENTS):
        p_mean, q_mean = p[inliers].mean(0), q[inliers].mean(0)
        spread = ((p[inliers] - p_mean) ** 2).sum(0)
        if (spread < 1).any():
            return None
        scales = ((p[inliers] - p_mean) * (q[inliers] - q_mean)).sum(0) / spread
        shifts = q_mean - scales * p_mean
        inliers = np.abs(scales * p + shifts - q).max(1) <= options.tolerance_px
        if inliers.sum() < options.inliers:
            return None
    if not 1 / _LARGEST_STRETCH < scales[0] / scales[1] < _LARGEST_STRETCH:
        return None
    return scales, shifts


def _matches(a: Description, b: Description) -> tuple[_Doubles, _Doubles]:
    """Points of features that are mutual nearest neighbours and pass the ratio test."""
    none = np.zeros((0, 2))
    if min(len(a.points), len(b.points)) < 2:
        return none, none
    alike = _unit(a.features) @ _unit(b.features).T
    rows = np.arange(len(alike))
    to_b = alike.argmax(1)
    best = alike[rows, to_b]
    mutual = alike.argmax(0)[to_b] == rows
    alike[rows, to_b] = -1
    # The square of Lowe's ratio, as 1 - cosine is half of the squared distance.
    good = mutual & (1 - best < _RATIO**2 * (1 - alike.max(1)))
    return a.points[good].astype(np.float64), b.points[to_b[good]].astype(np.float64)


def _unit(features: NDArray[np.uint8]) -> _Floats:
    values = features.astype(np.float32)
    norms = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-9)
    unit: _Floats = (values / norms).astype(np.float32, copy=False)
    return unit


def _likeness(a: Description, b: Description, scale: _Doubles, shift: _Doubles, overlap: float) -> float:
    size_a, size_b = (np.array(d.picture.shape[::-1], float) - 1 for d in (a, b))
    low = np.maximum(0, -shift / scale)
    high = np.minimum(size_a, (size_b - shift) / scale)
    extent = high - low
    if (extent <= 0).any():
        return 0.0
    if min(extent.prod() / size_a.prod(), (extent * scale).prod() / size_b.prod()) < overlap:
        return 0.0
    step = max(1.0, 1 / scale.min())  # the pixels of the coarser one
    xs, ys = (np.arange(low[axis], high[axis], step) for axis in (0, 1))
    u = _blocks(_smoothed(_sampled(a.picture, xs, ys)))
    v = _blocks(_smoothed(_sampled(b.picture, scale[0] * xs + shift[0], scale[1] * ys + shift[1])))
    if len(u) == 0:
        return 0.0
    covariance, variances = (u * v).mean(1), (u * u).mean(1) + (v * v).mean(1)
    alike = (2 * covariance + _NOISE**2) / (variances + _NOISE**2)
    return float(np.clip(np.quantile(alike, _WORST), 0, 1))


def _sampled(picture: NDArray[np.uint8], xs: _Doubles, ys: _Doubles) -> _Floats:
    """Grey values at these columns and rows, by bilinear interpolation."""
    height, width = picture.shape
    xs, ys = np.clip(xs, 0, width - 1), np.clip(ys, 0, height - 1)
    left, top = np.minimum(xs.astype(int), width - 2), np.minimum(ys.astype(int), height - 2)
    x, y = (xs - left).astype(np.float32)[None, :], (ys - top).astype(np.float32)[:, None]
    grey = picture.astype(np.float32)
    upper = grey[np.ix_(top, left)] * (1 - x) + grey[np.ix_(top, left + 1)] * x
    lower = grey[np.ix_(top + 1, left)] * (1 - x) + grey[np.ix_(top + 1, left + 1)] * x
    mixed: _Floats = upper * (1 - y) + lower * y
    return mixed


def _smoothed(values: _Floats) -> _Floats:
    """Means of 3 x 3 pixels: resampling blurs by about the same amount."""
    padded = np.pad(values, 1, "edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    means: _Floats = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return means


def _blocks(values: _Floats) -> _Floats:
    """Blocks of pixels minus their means, one row per block."""
    down, across = (n // _BLOCK_PX for n in values.shape)
    cut = values[: down * _BLOCK_PX, : across * _BLOCK_PX]
    rows = cut.reshape(down, _BLOCK_PX, across, _BLOCK_PX).transpose(0, 2, 1, 3).reshape(down * across, _BLOCK_PX**2)
    without_means: _Floats = rows - rows.mean(1, keepdims=True)
    return without_means
