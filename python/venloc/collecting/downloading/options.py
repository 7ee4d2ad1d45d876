# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Options and result of a download."""

from __future__ import annotations

from dataclasses import dataclass

from venloc.errors import InvalidArgumentError


@dataclass(frozen=True)
class DownloadOptions:
    """How pictures are downloaded. Raises InvalidArgumentError for values out of range."""

    side_px: int = 1024
    """The smallest copy whose longer side is at least this large is chosen, else the largest. Existing files are kept."""
    threads: int = 4
    """Number of parallel downloads, 1 to 32."""
    again: bool = False
    """Whether pictures with a problem are tried again, and files are checked by digest instead of by size only."""
    max_pixels: int = 1_000_000_000
    """Larger pictures are refused."""
    max_bytes: int = 2 << 30
    """Larger files of this computer are refused; downloads are limited by NetworkOptions."""

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= 32:
            raise InvalidArgumentError(f"threads must be 1 to 32, got {self.threads}")
        for name in ("side_px", "max_pixels", "max_bytes"):
            if getattr(self, name) < 1:
                raise InvalidArgumentError(f"{name} must be 1 or more, got {getattr(self, name)}")


@dataclass(frozen=True)
class Downloaded:
    """The result of a download."""

    good: int
    """Pictures that were downloaded."""
    problems: int
    """Photos whose picture is unusable or no longer available; the catalogue has the reason."""
    repeated: int
    """Usable pictures, also of earlier downloads, for which the source sent the same file for several photos."""
    left: int
    """Photos that must be requested again, because their source did not respond or their file is missing."""
    reason: str
    """Reason for the last of them; empty when there are none."""
    moved: int = 0
    """Files of this computer that were found under a new name."""
