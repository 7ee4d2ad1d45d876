# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The same picture from two sources: recompressed, resized, cropped by about a tenth, turned to grey, or all of these.

Another photo of the same facade, even the next one of a burst, is another picture. Three steps tell them apart:

1. Candidates: pairs whose perceptual hashes differ in few bits, and pairs whose thumbnails are alike, where the whole of one is
   compared with 16 windows of the other, so that a crop finds what it was cut from. Blocks of matrix products do this; nothing
   loops over pairs.
2. Geometry: SIFT features of a small copy (Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004;
   compared as RootSIFT, Arandjelović and Zisserman, CVPR 2012), mutual nearest neighbours that pass the ratio test, and a
   robust fit of scale and translation (RANSAC, Fischler and Bolles, CACM 1981). Copies fit to a fraction of a pixel.
3. Pixels: the grey values of the overlap, aligned, are compared block by block by contrast and structure (the second factor of
   SSIM; Wang et al., "Image quality assessment", IEEE TIP 2004). People who moved, ripples of water and parallax spoil
   a few blocks badly; compression and resizing spoil all a little. The worst blocks therefore decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from venloc._core import Image, extract_sift, perceptual_hash, read_image
from venloc.errors import InvalidArgumentError

Progress: TypeAlias = Callable[[str, int, int], None]
_Floats: TypeAlias = NDArray[np.float32]

_THUMBNAIL_PX = 12
_SPANS = ((0.0, 1.0), (0.0, 0.9), (0.05, 0.95), (0.1, 1.0))  # of a side: whole, and a tenth cut off
_FLAT = 6.0  # grey levels of noise that a thumbnail is taken to have, so that a plain one is like nothing
_BLOCK_ROWS = 512  # pictures whose likeness to all others is held in memory at once
_HYPOTHESES = 256
_LARGEST_SCALE = 3.0
_LARGEST_STRETCH = 1.02  # between the axes: rounding of sizes
_NOISE = 5.0  # grey levels that compression changes; less contrast than that says nothing


@dataclass(frozen=True)
class DuplicateOptions:
    """What counts as the same picture. Raises InvalidArgumentError for values out of range."""

    side_px: int = 256
    """Longer side of the copy that features are taken from and that is compared; at least 64."""
    features: int = 200
    """Most SIFT features of a picture; at least 16."""
    hash_bits: int = 8
    """Pairs whose perceptual hashes differ in at most so many of 64 bits are candidates."""
    neighbours: int = 8
    """So many pictures with the likest thumbnails are candidates, for each picture; 0 or more."""
    thumbnail_likeness: float = 0.8
    """From here on all pairs of thumbnails are candidates; correlation in (0, 1]."""
    inliers: int = 12
    """Fewest matches that agree on a scale and a translation; at least 4."""
    tolerance_px: float = 1.0
    """Farthest that such a match may be off, in the small copy."""
    overlap: float = 0.6
    """Least share of either picture that the other one shows too; in (0, 1]."""
    likeness: float = 0.5
    """Least likeness of the overlap; in (0, 1]."""

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
    """What is needed of a picture to compare it with others; about 80 kB."""

    hash: int
    """Perceptual, 64 bits."""
    thumbnails: NDArray[np.float16]
    """16 x 144: the whole, then windows; mean 0, length 1 (shorter where there is little contrast)."""
    points: _Floats
    """n x 2: x and y [px] of features in `picture`."""
    features: NDArray[np.uint8]
    """n x 128."""
    picture: NDArray[np.uint8]
    """Height x width, grey."""


@dataclass(frozen=True, order=True)
class Pair:
    """Two descriptions, by position, that show the same picture."""

    first: int
    second: int
    """Above `first`."""
    likeness: float
    """Of the overlap, in (0, 1]."""


def describe(picture: str | Path | Image, options: DuplicateOptions | None = None) -> Description:
    """Describes a picture or the file of one. Raises what `read_image` raises."""
    options = options or DuplicateOptions()
    image = picture if isinstance(picture, Image) else read_image(picture)
    small = image.to_gray().shrunk_to(options.side_px)
    found = extract_sift(small, long_side_px=options.side_px, max_features=options.features)
    return Description(
        perceptual_hash(image), _thumbnails(small), found.keypoints[:, :2].copy(), found.descriptors.copy(),
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


def fit(a: Description, b: Description, options: DuplicateOptions):
    n, m = len(a.points), len(b.points)
    if min(n, m) < 4: return None
    A = _unit(a.features); B = _unit(b.features)
    sim = A @ B.T
    rows = np.arange(n)
    to_b = sim.argmax(1); to_a = sim.argmax(0)
    best = sim[rows, to_b]
    rest = sim.copy(); rest[rows, to_b] = -1
    ok = (to_a[to_b] == rows) & (1 - best < 0.64 * (1 - rest.max(1)))
    p = a.points[ok].astype(np.float64); q = b.points[to_b[ok]].astype(np.float64)
    k = len(p)
    if k < options.inliers: return (k,0,None)
    rng = np.random.default_rng(0)
    i = rng.integers(k, size=_HYPOTHESES); j = (i + rng.integers(1, k, size=_HYPOTHESES)) % k
    dp = p[i]-p[j]; dq = q[i]-q[j]
    d2 = (dp**2).sum(1)
    far = d2 > 20.0**2
    if not far.any(): return (k,0,None)
    i, dp, dq, d2 = i[far], dp[far], dq[far], d2[far]
    s = (dp*dq).sum(1)/d2
    t = q[i] - s[:,None]*p[i]
    err = np.abs(s[:,None,None]*p + t[:,None] - q).max(2)
    cnt = (err <= 2*options.tolerance_px).sum(1) * ((s>1/_LARGEST_SCALE)&(s<_LARGEST_SCALE))
    h = cnt.argmax()
    inl = err[h] <= 2*options.tolerance_px
    if cnt[h] < options.inliers: return (k,int(cnt[h]),None)
    S = np.array([s[h]]*2); T = t[h]
    for _ in range(4):
        pm = p[inl].mean(0); qm = q[inl].mean(0)
        v = ((p[inl]-pm)**2).sum(0)
        if (v<1).any(): return (k,0,None)
        S = ((p[inl]-pm)*(q[inl]-qm)).sum(0)/v
        T = qm - S*pm
        e = np.abs(S*p+T-q).max(1)
        inl = e <= options.tolerance_px
        if inl.sum()<4: return (k,int(inl.sum()),None)
    return (k,int(inl.sum()),(S,T,float(np.sqrt((e[inl]**2).mean()))))

def _unit(f):
    f=f.astype(np.float32); return f/np.linalg.norm(f,axis=1,keepdims=True)
