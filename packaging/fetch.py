# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Downloads the sources of a self-contained wheel and verifies their checksums.

    python packaging/fetch.py FOLDER [PLATFORM]

packaging/sources.json lists them; an entry with "platforms" is for these only (PLATFORM: linux-x86_64, linux-aarch64,
darwin-arm64, ...; by default this machine's). Packages of kind "pypi" come from the index that pip uses, those of kind "debian"
are source packages from the Debian mirror that apt-get uses, else from Debian's own. Files that are there already are verified
and kept. FOLDER/used.txt then has the name of the entry and a file in each line.
"""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from pip._internal.models.index import PyPI

SOURCES = Path(__file__).with_name("sources.json")
DEBIAN = "https://deb.debian.org/debian/"


def run(*command: str) -> str:
    """The output of a program that must succeed."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def read(url: str, accept: str = "*/*") -> bytes:
    """What is at an address; three attempts."""
    for attempt in range(3):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": accept}), timeout=120) as answer:
                return bytes(answer.read())
        except OSError:
            if attempt == 2:
                raise
            time.sleep(5)
    raise AssertionError


def pypi_address(package: str, name: str) -> str:
    """Where the index of pip's configuration, or the public one, has a file."""
    index = PyPI.simple_url
    for line in run(sys.executable, "-m", "pip", "config", "list").splitlines():
        key, _, value = line.partition("=")
        if key.endswith(".index-url"):
            index = value.strip("'\"")
    page = f"{index.rstrip('/')}/{package}/"
    for file in json.loads(read(page, "application/vnd.pypi.simple.v1+json"))["files"]:
        if file["filename"] == name:
            return str(urljoin(page, file["url"]))
    raise SystemExit(f"The package index has no {name}: update sources.json.")


def debian_address(package: str, name: str) -> str:
    """Where a Debian mirror has a file of a source package. Signatures are not needed: the checksum is known."""
    mirrors: list[str] = []
    if shutil.which("apt-get"):
        targets = ("Created-By: Packages", "Origin: Debian", "Component: main")
        mirrors = [
            uri
            for uri in run("apt-get", "indextargets", "--format", "$(REPO_URI)", *targets).split()
            if "security" not in uri
        ]
    shelf = package[:4] if package.startswith("lib") else package[0]
    return urljoin(next(iter(mirrors), DEBIAN), f"pool/main/{shelf}/{package}/{name}")


def main(folder: Path, machine: str) -> None:
    """All sources for a platform, in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    used: list[str] = []
    for entry, source in json.loads(SOURCES.read_text(encoding="utf-8")).items():
        if machine not in source.get("platforms", [machine]):
            continue
        for name, digest in source["files"].items():
            target = folder / name
            if not target.exists():
                print(f"Downloading {name}", flush=True)
                address = {"pypi": pypi_address, "debian": debian_address}[source["kind"]](source["package"], name)
                part = folder / f"{name}.part"
                part.write_bytes(read(address))
                part.rename(target)
            found = hashlib.sha256(target.read_bytes()).hexdigest()
            if found != digest:
                raise SystemExit(f"{target} has the SHA-256 {found}, sources.json names {digest}: delete the file.")
            used.append(f"{entry} {name}\n")
    (folder / "used.txt").write_text("".join(used), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else f"{platform.system()}-{platform.machine()}".lower())
