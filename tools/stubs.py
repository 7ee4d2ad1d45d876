# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Writes the stubs python/venloc/_*.pyi from the compiled modules, or with --check tests whether they are up to date."""

import argparse
import difflib
import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "python" / "venloc"
MODULES = ("_core", "_torch")
# What pybind11-stubgen writes, and what a strict type checker wants instead.
CORRECTIONS = (
    (r"def __eq__\(self, (?:arg0: \w+|other: typing.Any)\)", "def __eq__(self, other: object)"),
    (r"def __getstate__\(self\) -> .*:", "def __getstate__(self) -> typing.Any:"),
    (r"def __setstate__\(self, arg0: .*\) -> None:", "def __setstate__(self, state: typing.Any) -> None:"),
    (r"(__hash__: .* = None)$", r"\1  # type: ignore[assignment]"),
    (r"os\.PathLike \| str \| bytes", "os.PathLike[str] | str"),
    (r"typing_extensions\.Buffer|collections\.abc\.Buffer", "bytes | bytearray | memoryview"),
    (r"^import typing_extensions\n", ""),
    # Python 3.12 and newer show the buffer interface, which older ones do not.
    (r'^ +def __(?:release_)?buffer__\(.*\n +"""\n.*\n +"""\n', ""),
    (r"collections\.abc\.Iterator:", "collections.abc.Iterator[float]:"),
)
HEAD = """\
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
# Written by `make stubs` from the bindings; do not edit.
"""


def generate(module: str) -> str:
    """The stub of the module that is installed in this environment."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pybind11_stubgen", f"venloc.{module}", "--exit-code", "-o", folder]
        subprocess.run(command, check=True)
        text = (Path(folder) / "venloc" / f"{module}.pyi").read_text()
    for wrong, right in CORRECTIONS:
        text = re.sub(wrong, right, text, flags=re.MULTILINE)
    return HEAD + text


def main() -> int:
    """Exit code 1 when a stub has to be written anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    args = parser.parse_args()
    stale = 0
    for module in MODULES:
        if importlib.util.find_spec(f"venloc.{module}") is None:
            print(f"venloc.{module} is not built here: its stub is left as it is.", file=sys.stderr)
            continue
        stub = PACKAGE / f"{module}.pyi"
        fresh = generate(module)
        if not args.check:
            stub.write_text(fresh)
            continue
        kept = stub.read_text()
        if kept != fresh:
            lines = (kept.splitlines(True), fresh.splitlines(True))
            sys.stderr.writelines(difflib.unified_diff(*lines, str(stub), "bindings"))
            print(f"{stub} does not match the bindings: run `make stubs` and commit it.", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
