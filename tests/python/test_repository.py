# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""The checkout itself: one version everywhere, complete lists, and scripts that report what is wrong."""

import os
import re
import shutil
import subprocess
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
    umbrella = [include / "venloc" / "venloc.hpp", include / "venloc" / "locators" / "kinds.hpp"]
    listed = {name for file in umbrella for name in re.findall(r'#include "(venloc/[^"]+)"', file.read_text())}
    there = {str(path.relative_to(include)) for path in (include / "venloc").rglob("*.hpp")}
    # The adaptors need other headers, venloc::torch is a library of its own, and the umbrella does not include itself.
    adaptors = {"venloc/image/opencv.hpp", "venloc/features/torch.hpp"}
    torch = {name for name in there if "Part of venloc::torch" in (include / name).read_text()}
    assert len(torch) > 3
    assert listed == there - adaptors - torch - {"venloc/venloc.hpp"}


def test_every_source_file_names_its_licence() -> None:
    kinds = {".cpp", ".hpp", ".py", ".pyi", ".cmake", ".sh", ".toml", ".ts", ".mjs"}
    folders = ("src", "include", "python", "tests", "tools", "cmake", "examples", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    files += [
        path
        for folder in ("src", "e2e", "tests")
        for path in (ROOT / "web" / folder).rglob("*")
        if path.suffix in kinds
    ]
    assert len(files) > 20
    lacking = [str(path) for path in files if "SPDX-License-Identifier: Apache-2.0" not in path.read_text()[:300]]
    assert not lacking


def test_the_library_makes_threads_in_its_pool_alone() -> None:
    """So a query makes none once the pool has them."""
    makes = re.compile(r"std::(?:jthread|async|packaged_task|thread(?!::))\b|pthread_create")
    files = [path for folder in ("src", "include") for path in (ROOT / folder).rglob("*.?pp")]
    making = [str(path.relative_to(ROOT)) for path in files if makes.search(path.read_text())]
    assert making == ["src/core/parallel.cpp"]


def test_names_of_test_cases_reach_ctest_whole() -> None:
    """CMake takes a semicolon as the end of a name: two tests would be listed, and neither would run the case."""
    names = [
        name
        for path in (ROOT / "tests").rglob("*.cpp")
        for name in re.findall(r'TEST_CASE\("([^"]*)', path.read_text())
    ]
    assert names
    assert [name for name in names if ";" in name] == []


def test_ci_refuses_to_run_without_the_shared_data(tmp_path: Path) -> None:
    run = subprocess.run(
        ["bash", ".ci/run"],
        cwd=ROOT,
        env={**os.environ, "VENLOC_SHARED": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert str(tmp_path) in run.stderr


def run_install_packages(folder: Path, package: str, commands: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs the script where only `commands` (name to shell script) and a few plain tools exist."""
    path = folder / "bin"
    path.mkdir()
    for tool in ("env", "grep", "mktemp", "rm", "sed", "sh", "tail", "tr"):
        (path / tool).symlink_to(str(shutil.which(tool)))
    for name, script in commands.items():
        (path / name).write_text(f"#!/bin/sh\n{script}\n")
        (path / name).chmod(0o755)
    (folder / "packages.txt").write_text(f"other-dev  # tests\n{package}  # build\n")
    script = ROOT / "tools" / "install_packages.sh"
    return subprocess.run(
        ["/bin/sh", str(script), str(folder / "packages.txt"), "build"],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_install_packages_reports_what_to_do_on_other_systems(tmp_path: Path) -> None:
    run = run_install_packages(tmp_path, "libexample-dev", {})
    assert run.returncode == 0
    assert "not Debian" in run.stdout
    assert "libexample-dev" in run.stdout


def test_install_packages_installs_nothing_when_all_is_there(tmp_path: Path) -> None:
    commands = {"dpkg-query": "echo 'install ok installed'", "apt-get": "exit 9", "id": "echo 0"}
    run = run_install_packages(tmp_path, "libexample-dev", commands)
    assert (run.returncode, run.stdout) == (0, "")


def test_install_packages_installs_what_is_missing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    commands = {"dpkg-query": "exit 1", "apt-get": f'echo "$@" >> {log}', "id": "echo 0"}
    assert run_install_packages(tmp_path, "libexample-dev", commands).returncode == 0
    update, install = log.read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install")
    assert install.endswith(" libexample-dev")


def test_install_packages_without_rights_reports_what_to_run(tmp_path: Path) -> None:
    commands = {"dpkg-query": "exit 1", "apt-get": "exit 9", "id": "echo 1000"}
    run = run_install_packages(tmp_path, "libexample-dev", commands)
    assert run.returncode == 1
    assert "apt-get install libexample-dev" in run.stderr
