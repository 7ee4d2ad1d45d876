# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""tools/check_dependencies.py and tools/requirements.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
import check_dependencies as checking  # noqa: E402


def test_what_nobody_declares_is_found(tmp_path: Path) -> None:
    mine, other = tmp_path / "mine" / "a.hpp", tmp_path / "other" / "b.hpp"
    assert checking.undeclared([mine, other], [checking.within(tmp_path / "mine")]) == [other]
    assert checking.undeclared([mine, other], [checking.within(tmp_path)]) == []


def test_dependencies_of_dependencies_are_declared() -> None:
    needs = {"a": {"b"}, "b": {"c", "a"}, "d": {"e"}}
    assert checking.depends_on(["a"], needs) == {"a", "b", "c"}


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="not Debian or Ubuntu")
def test_a_header_belongs_to_a_debian_package_only_where_it_is_listed(tmp_path: Path) -> None:
    header = Path("/usr/include/stdio.h").resolve()
    if not header.exists():
        pytest.skip("there is no C library to compile with")
    listing = tmp_path / "packages.txt"
    listing.write_text("libc6-dev  # build\n")
    assert checking.debian_owner([header], listing)(header) == "libc6-dev"
    listing.write_text("tzdata  # build\n")
    assert checking.debian_owner([header], listing)(header) is None


def test_a_python_package_counts_only_where_it_is_required() -> None:
    file = Path(pytest.__file__).resolve()
    assert checking.python_owner(["pytest>=8,<10"])(file) == "pytest"
    assert checking.python_owner(["numpy"])(file) is None


def install(folder: Path, name: str, head: str, *files: str) -> None:
    """A package as pip would leave it, with empty files."""
    for file in files:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).touch()
    about = folder / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{head}")
    (about / "RECORD").write_text("".join(f"{file},,\n" for file in files))


def test_python_packages_of_extras_count_and_others_in_their_folder_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "Top_One", 'Requires-Dist: tool.kit[fast]; python_version >= "3"\n')
    kit = 'Provides-Extra: fast\nProvides-Extra: slow\nRequires-Dist: Fast; extra == "fast"\n'
    install(tmp_path, "tool-kit", kit + 'Requires-Dist: slow; extra == "slow"\n')
    install(tmp_path, "fast", "", "shared/libfast.so")
    install(tmp_path, "slow", "", "shared/libslow.so")
    monkeypatch.syspath_prepend(tmp_path)
    owner = checking.python_owner(["top-one>=1"])
    assert owner(tmp_path / "shared" / "libfast.so") == "fast"
    assert owner(tmp_path / "shared" / "libslow.so") is None
    assert checking.python_owner(["tool-kit"])(tmp_path / "shared" / "libfast.so") is None


@pytest.mark.skipif(shutil.which("ninja") is None or shutil.which("c++") is None, reason="no compiler or Ninja")
def test_headers_and_libraries_are_read_from_the_build_folder(tmp_path: Path) -> None:
    (tmp_path / "stray.hpp").write_text("int stray();\n")
    (tmp_path / "main.cpp").write_text('#include "stray.hpp"\nint main() {}\n')
    (tmp_path / "build.ninja").write_text(
        "rule compile\n command = c++ -MMD -MF main.d -c main.cpp -o main.o\n deps = gcc\n depfile = main.d\n"
        "rule link\n command = : main.o /elsewhere/libstray.so.1 /elsewhere/libother.a && touch program\n"
        "build main.o: compile main.cpp\nbuild program: link main.o\n"
    )
    subprocess.run(["ninja"], cwd=tmp_path, check=True, capture_output=True)
    names = {file.name for file in checking.files_read(tmp_path)}
    assert {"stray.hpp", "libstray.so.1", "libother.a"} <= names


def test_requirements_are_those_of_pyproject() -> None:
    def printed(*arguments: str) -> list[str]:
        command = [sys.executable, str(TOOLS / "requirements.py"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()

    build = printed("build")
    assert [line.split(">")[0] for line in build] == ["scikit-build-core", "pybind11", "s2geometry"]
    (torch,) = printed("torch", "--lowest")
    assert torch.startswith("torch==") and "," not in torch
    with pytest.raises(subprocess.CalledProcessError):
        printed("nonsense")
