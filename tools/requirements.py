# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Prints requirements of pyproject.toml for `pip install -r`: those of the build ("build") or of an extra, a line each."""

import argparse
import re
import sys
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10; pip has a copy
    from pip._vendor import tomli as tomllib


def main() -> int:
    """Exit code 2 for a name that pyproject.toml does not have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+", metavar="build|EXTRA")
    parser.add_argument("--lowest", action="store_true", help="name>=A,<B as name==A")
    args = parser.parse_args()
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    known = {"build": project["build-system"]["requires"], **project["project"]["optional-dependencies"]}
    for name in args.names:
        if name not in known:
            parser.error(f"{name} is not in pyproject.toml, which has: {', '.join(known)}")
        for requirement in known[name]:
            print(re.sub(r">=([\w.]+),<[\w.]+", r"==\1", requirement) if args.lowest else requirement)
    return 0


if __name__ == "__main__":
    sys.exit(main())
