# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""`venloc info`."""

from __future__ import annotations

import importlib.util
import json
import platform
from pathlib import Path
from typing import Annotated, Any

import typer

# Packages of the extras that are needed at run time.
_EXTRAS = {
    "plots": ("matplotlib",),
    "web": ("fastapi", "uvicorn", "python_multipart", "prometheus_client"),
    "collect": ("urllib3",),
    "parquet": ("pyarrow",),
}


def info(as_json: Annotated[bool, typer.Option("--json", help="As a JSON object.")] = False) -> None:
    """Describe this installation: version, engines, picture formats, extras, default model.

    Use venloc model info to describe a model.
    """
    values = _facts()
    if as_json:
        print(json.dumps(values))
        return
    for name, value in values.items():
        text = ", ".join(value) if isinstance(value, list) else value
        print(f"{name.replace('_', ' '):<16} {'-' if text is None or text == '' else text}")


def _facts() -> dict[str, Any]:
    import venloc

    return {
        "version": venloc.__version__,
        "folder": str(Path(venloc.__file__).parent),
        "python": platform.python_version(),
        "engines": _engines(),
        "formats": _formats(),
        "extras": _extras(),
        "default_model": _default_model(),
    }


def _default_model() -> str | None:
    """The file of the default model, or None when it does not exist."""
    import venloc

    try:
        model = Path(venloc.default_model_path())
    except venloc.FileNotFoundError:
        return None
    return str(model) if model.is_file() else None


def _engines() -> list[str]:
    """The engines that can run networks."""
    from venloc import torch_support

    own = "venloc on the CPU"
    if not torch_support.available():
        return [own]
    found = torch_support.load().torch_info()
    gpus = (
        f"{found.cuda_devices} GPU{'s'[: found.cuda_devices != 1]}" if found.cuda_devices else "the CPU, no GPU found"
    )
    return [own, f"LibTorch {found.libtorch_version} on {gpus}"]


def _formats() -> list[str]:
    """Formats of pictures that can be read here."""
    from venloc._core import picture_formats

    return [kind.name for kind in picture_formats() if kind.readable]


def _extras() -> list[str]:
    """The extras whose packages are all installed."""
    return [
        extra for extra, packages in _EXTRAS.items() if all(importlib.util.find_spec(package) for package in packages)
    ]
