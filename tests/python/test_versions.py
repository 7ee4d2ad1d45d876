# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The version is written in one place, CMakeLists.txt, and everything else says the same."""

import re
from importlib import metadata
from pathlib import Path

import venloc

ROOT = Path(__file__).parents[2]


def version_in_cmake() -> str:
    found = re.search(r"project\(venloc VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())
    assert found
    return found.group(1)


def test_package_library_and_cmake_agree() -> None:
    assert venloc.__version__ == version_in_cmake()
    assert metadata.version("venloc") == version_in_cmake()


def test_changelog_has_this_version() -> None:
    assert f"## [{version_in_cmake()}]" in (ROOT / "CHANGELOG.md").read_text()


def test_umbrella_header_has_every_public_header() -> None:
    include = ROOT / "include"
    listed = set(re.findall(r'#include "(venloc/[^"]+)"', (include / "venloc" / "venloc.hpp").read_text()))
    there = {str(path.relative_to(include)) for path in (include / "venloc").rglob("*.hpp")}
    # The adaptor needs the OpenCV headers, and the umbrella does not include itself.
    assert listed == there - {"venloc/image/opencv.hpp", "venloc/venloc.hpp"}


def test_every_source_file_names_its_licence() -> None:
    kinds = {".cpp", ".hpp", ".py", ".pyi", ".cmake", ".sh", ".toml"}
    folders = ("src", "include", "python", "tests", "tools", "cmake", "examples", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    assert len(files) > 20
    lacking = [str(path) for path in files if "SPDX-License-Identifier: Apache-2.0" not in path.read_text()[:300]]
    assert not lacking
