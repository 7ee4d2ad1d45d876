# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Checks that a build folder read and linked nothing but declared dependencies; else it names file and owner, exit code 1.

Declared is: the checkout; Debian packages of packages-debian.txt and what they depend on; Python packages that pyproject.toml
builds with, and what they depend on; the Python that the bindings are for. The headers come from Ninja's log of dependencies,
the libraries from the commands that link.
"""

import argparse
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LIBRARY = re.compile(r"(?:^|\s)(/\S+\.(?:so|a)(?:\.[0-9.]+)?)(?=\s|$)")
Owner = Callable[[Path], str | None]


def output(*command: str | Path, cwd: Path | None = None) -> str:
    """What the command prints; the commands here may fail for single files and still answer for the others."""
    return subprocess.run(
        command, cwd=cwd, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout


def files_read(build: Path) -> set[Path]:
    """Headers that were included, and libraries that were linked by their path."""
    read = {line.strip() for line in output("ninja", "-t", "deps", cwd=build).splitlines() if line.startswith("    ")}
    # Linking a shared library also names those it needs in turn (-rpath-link); only whole paths are files.
    for command in output("ninja", "-t", "commands", cwd=build).splitlines():
        read.update(LIBRARY.findall(command))
    return {(build / name).resolve() for name in read}


def depends_on(names: Iterable[str], needs: dict[str, set[str]]) -> set[str]:
    """The names and all they need, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(needs.get(name, ()))
    return found


def debian_owner(files: Iterable[Path], listing: Path) -> Owner:
    """Which declared Debian package a file is from: None when that is none."""
    needs: dict[str, set[str]] = {}
    table = output("dpkg-query", "-W", "-f", "${Package}\t${Depends}, ${Pre-Depends}, ${Recommends}\t${Provides}\n")
    for line in table.splitlines():
        name, depends, provides = line.split("\t")
        names = {re.split(r"[ (:]", part.strip())[0] for part in re.split(r"[,|]", depends)} - {""}
        needs.setdefault(name, set()).update(names)
        for provided in provides.split(","):
            needs.setdefault(re.split(r"[ (]", provided.strip())[0], set()).add(name)
    listed = re.findall(r"^([a-z0-9.+-]+) ", listing.read_text(encoding="utf-8"), re.MULTILINE)
    declared = depends_on(listed, needs)
    # Debian may have registered a file of /usr/lib as one of /lib.
    names = [str(file) for file in files]
    paths = [*names, *(name.removeprefix("/usr") for name in names if name.startswith("/usr/"))]
    owners: dict[str, set[str]] = {}
    for start in range(0, len(paths), 500):
        for line in output("dpkg", "-S", *paths[start : start + 500]).splitlines():
            packages, _, path = line.rpartition(": ")
            owners.setdefault(path.removeprefix("/usr"), set()).update(
                p.split(":")[0].strip() for p in packages.split(",")
            )
    return lambda file: next(iter(owners.get(str(file).removeprefix("/usr"), set()) & declared), None)


def python_owner(names: Iterable[str]) -> Owner:
    """Which declared Python package of this environment a file is from."""
    needs: dict[str, set[str]] = {}
    owners: dict[Path, str] = {}
    for package in importlib.metadata.distributions():
        name = normal(package.metadata["Name"])
        requirements = [Requirement(text) for text in package.requires or ()]
        for extra in ("", *(package.metadata.get_all("Provides-Extra") or ())):
            needs[f"{name}[{extra}]" if extra else name] = {
                node for r in requirements if not r.marker or r.marker.evaluate({"extra": extra}) for node in nodes(r)
            }
        folder = Path(str(package.locate_file(""))).resolve()
        owners.update((folder / file, name) for file in package.files or () if file.parts[0] != "..")
    declared = depends_on((node for text in names for node in nodes(Requirement(text))), needs)
    return lambda file: owners[file] if owners.get(file) in declared else None


def nodes(requirement: Requirement) -> set[str]:
    """What a requirement names: the package, and the package with each of the extras, "name[extra]"."""
    name = normal(requirement.name)
    return {name, *(f"{name}[{extra}]" for extra in requirement.extras)}


def normal(name: str) -> str:
    """A package's name as pip compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def within(*folders: Path) -> Owner:
    """Whether a file lies in one of the folders."""
    return lambda file: next((str(folder) for folder in folders if file.is_relative_to(folder)), None)


def undeclared(files: Iterable[Path], owners: Iterable[Owner]) -> list[Path]:
    """The files that none of the owners has."""
    kept = list(owners)
    return sorted(file for file in files if not any(owner(file) for owner in kept))


def main() -> int:
    """Exit code 1 when something undeclared was read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="build folder of CMake with Ninja")
    args = parser.parse_args()
    files = files_read(args.build.resolve())
    if not files:
        print(f"{args.build} has no log of dependencies: build it with Ninja first.", file=sys.stderr)
        return 1
    environment = Path(sys.prefix).resolve()
    requirements = output(sys.executable, ROOT / "tools" / "requirements.py", "build", "torch").splitlines()
    checkout = within(ROOT)
    headers = Path(sysconfig.get_path("include")).resolve()
    stray = undeclared(
        files,
        (
            lambda file: None if file.is_relative_to(environment) else checkout(file),
            python_owner(requirements),
            within(headers),
            debian_owner([file for file in files if not file.is_relative_to(ROOT)], ROOT / "packages-debian.txt"),
        ),
    )
    for file in stray:
        print(f"{file} was read by the build, but is no declared dependency", file=sys.stderr)
    if stray:
        print("Declare it in packages-debian.txt or pyproject.toml, or do without.", file=sys.stderr)
        return 1
    print(f"{len(files)} headers and libraries read by {args.build}, all of declared dependencies")
    return 0


if __name__ == "__main__":
    sys.exit(main())
