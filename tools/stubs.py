# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes python/venloc/_core.pyi from the compiled module, or with --check says whether it is up to date."""

import argparse
import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STUB = Path(__file__).parents[1] / "python" / "venloc" / "_core.pyi"
# What pybind11-stubgen writes, and what a strict type checker wants instead.
CORRECTIONS = (
    (r"def __eq__\(self, arg0: \w+\)", "def __eq__(self, other: object)"),
    (r"def __getstate__\(self\) -> .*:", "def __getstate__(self) -> typing.Any:"),
    (r"def __setstate__\(self, arg0: .*\) -> None:", "def __setstate__(self, state: typing.Any) -> None:"),
    (r"(__hash__: .* = None)$", r"\1  # type: ignore[assignment]"),
    (r"os\.PathLike \| str \| bytes", "os.PathLike[str] | str"),
    (r"typing_extensions\.Buffer|collections\.abc\.Buffer", "bytes | bytearray | memoryview"),
    (r"^import typing_extensions\n", ""),
    (r"collections\.abc\.Iterator:", "collections.abc.Iterator[float]:"),
)
HEAD = """\
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""


def generate() -> str:
    """The stub of the module that is installed in this environment."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pybind11_stubgen", "venloc._core", "--exit-code", "-o", folder]
        subprocess.run(command, check=True)
        text = (Path(folder) / "venloc" / "_core.pyi").read_text()
    for wrong, right in CORRECTIONS:
        text = re.sub(wrong, right, text, flags=re.MULTILINE)
    return HEAD + text


def main() -> int:
    """Exit code 1 when the stub has to be written anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    fresh = generate()
    if not args.check:
        STUB.write_text(fresh)
        return 0
    kept = STUB.read_text()
    if kept == fresh:
        return 0
    sys.stderr.writelines(difflib.unified_diff(kept.splitlines(True), fresh.splitlines(True), str(STUB), "bindings"))
    print(f"{STUB} does not match the bindings: run `make stubs` and commit it.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
