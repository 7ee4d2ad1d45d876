# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What to download, and the result."""

from __future__ import annotations

from dataclasses import dataclass

from venloc.errors import InvalidArgumentError


@dataclass(frozen=True)
class DownloadOptions:
    """What is downloaded. Raises InvalidArgumentError for values out of range."""

    side_px: int = 1024
    """The smallest copy whose longer side is at least so large is taken, else the largest. Pictures that are there stay."""
    threads: int = 4
    """Pictures loaded at once, 1 to 32."""
    again: bool = False
    """Whether pictures that had a problem are tried again, and files compared with their digests, not only with their sizes."""
    max_pixels: int = 100_000_000
    """Larger pictures are refused."""

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= 32:
            raise InvalidArgumentError(f"threads must be 1 to 32, got {self.threads}")
        for name in ("side_px", "max_pixels"):
            if getattr(self, name) < 1:
                raise InvalidArgumentError(f"{name} must be 1 or more, got {getattr(self, name)}")


@dataclass(frozen=True)
class Downloaded:
    """The result of a download."""

    good: int
    """Pictures that were downloaded."""
    problems: int
    """Photos whose picture is unusable or no longer there; the catalogue has the reason."""
    repeated: int
    """Good pictures, of earlier downloads too, that turned out to be the same one for several photos."""
    left: int
    """Photos that are still to be requested, as their source did not answer or their file is not there."""
    reason: str
    """Why the last of them was left; empty where all came."""
    moved: int = 0
    """Files of this computer that were found again elsewhere; they go by their new names."""
