# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The programs that write metadata into picture files. They change temporary copies, whose names are plain, in a given folder."""

from __future__ import annotations

import math
import shutil
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from venloc.errors import IoError
from venloc.writing.estimate import DATUM, GPS_VERSION, Estimate

Change: TypeAlias = tuple[str, Estimate]
"""Name of a file and what is written into it."""
_SECONDS = 60.0  # that a program may take for one file
_BEFORE_RESULT = "==venloc=="


class Program(ABC):
    """A program that writes metadata."""

    @abstractmethod
    def write(self, folder: Path, changes: Sequence[Change]) -> list[str]:
        """Writes the estimates into files of the folder. Returns the problem of each file, empty for those that were written."""


class ExifTool(Program):
    """ExifTool; one process writes all files, because it takes 0.2 s to start."""

    def write(self, folder: Path, changes: Sequence[Change]) -> list[str]:
        lines: list[str] = []
        for name, estimate in changes:
            lines += ["-overwrite_original", "-n", "-echo4", _BEFORE_RESULT]
            lines += [f"-EXIF:{tag}={value}" for tag, value in _exiftool_tags(estimate)]
            lines += [name, "-execute"]
        # The user's configuration file could change what is written.
        done = _run(["exiftool", "-config", "", "-@", "-"], folder, "\n".join(lines) + "\n", len(changes))
        # Messages about a file come before the mark that ends its command.
        results = done.stderr.split(_BEFORE_RESULT)[: len(changes)]
        results += [done.stderr or "it ended too early"] * (len(changes) - len(results))
        return [_first_error(result) for result in results]


def _exiftool_tags(estimate: Estimate) -> list[tuple[str, object]]:
    return [
        ("GPSVersionID", GPS_VERSION.replace(".", " ")),
        ("GPSLatitude", abs(estimate.lat)),
        ("GPSLatitudeRef", "NS"[estimate.lat < 0]),
        ("GPSLongitude", abs(estimate.lng)),
        ("GPSLongitudeRef", "EW"[estimate.lng < 0]),
        ("GPSHPositioningError", f"{max(0.01, estimate.error_m):.2f}"),
        ("GPSMapDatum", DATUM),
        ("GPSProcessingMethod", estimate.method),
    ]


class Exiv2(Program):
    """The program exiv2."""

    def write(self, folder: Path, changes: Sequence[Change]) -> list[str]:
        results = []
        for name, estimate in changes:
            commands = [f"-Mset Exif.GPSInfo.{tag} {value}" for tag, value in _exiv2_tags(estimate)]
            done = _run(["exiv2", *commands, name], folder, "", 1)
            messages = done.stderr.strip().splitlines() or ["it failed without a message"]
            results.append("" if done.returncode == 0 else messages[-1])
        return results


def _exiv2_tags(estimate: Estimate) -> list[tuple[str, str]]:
    return [
        ("GPSVersionID", "Byte " + GPS_VERSION.replace(".", " ")),
        ("GPSLatitude", f"Rational {_rationals(abs(estimate.lat))}"),
        ("GPSLatitudeRef", f"Ascii {'NS'[estimate.lat < 0]}"),
        ("GPSLongitude", f"Rational {_rationals(abs(estimate.lng))}"),
        ("GPSLongitudeRef", f"Ascii {'EW'[estimate.lng < 0]}"),
        ("GPSHPositioningError", f"Rational {max(1, round(estimate.error_m * 100))}/100"),
        ("GPSMapDatum", f"Ascii {DATUM}"),
        ("GPSProcessingMethod", f"Comment charset=Ascii {estimate.method}"),
    ]


def _rationals(degrees: float) -> str:
    """Degrees, minutes and seconds to 0.03 mm."""
    minutes, seconds = divmod(round(degrees * 3_600_000_000), 60_000_000)
    return f"{math.floor(minutes / 60)}/1 {minutes % 60}/1 {seconds}/1000000"


def find_program() -> Program:
    """The installed program. Raises IoError when there is none."""
    if shutil.which("exiftool"):
        return ExifTool()
    if shutil.which("exiv2"):
        return Exiv2()
    raise IoError(
        "no program that writes metadata into picture files is installed: install exiftool "
        "(Debian: apt-get install libimage-exiftool-perl) or exiv2, or write sidecars"
    )


def _run(command: list[str], folder: Path, text: str, files: int) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS * files,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise IoError(f"'{command[0]}' could not write metadata ({error}): run it on one file to see why") from None


def _first_error(messages: str) -> str:
    for line in messages.splitlines():
        if line.startswith("Error: "):
            return line.removeprefix("Error: ").rpartition(" - ")[0]
    return ""
