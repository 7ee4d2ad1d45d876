# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""Compiles the C++ blocks of all pages at once, against the installed library.

A block with `int main` is a program. The other blocks of a page are the body of one function.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from documentation.pages import ROOT, Block

LIBRARY = """find_package(venloc 0.1 REQUIRED)
target_link_libraries(my_program PRIVATE venloc::venloc)
"""
HEAD = "cmake_minimum_required(VERSION 3.22)\nproject(example LANGUAGES CXX)\n"


def is_program(block: Block) -> bool:
    """Whether the block has a `main` of its own."""
    return bool(re.search(r"\bint main\(", block.text))


def is_whole(block: Block) -> bool:
    """Whether the block is a whole CMakeLists.txt."""
    return "cmake_minimum_required" in block.text


def source(blocks: Sequence[Block]) -> str:
    """One program for the blocks of all pages that are no programs; its argument is the number of the page."""
    pages = sorted({block.page for block in blocks})
    includes: list[str] = ["#include <cstdlib>"]
    functions = []
    for number, page in enumerate(pages):
        body = "".join(block.text for block in blocks if block.page == page)
        includes += re.findall(r"^#include.*$", body, re.M)
        functions.append(
            f"static void page_{number}() {{  // {page.name}\n{re.sub(r'^#include.*$', '', body, flags=re.M)}}}\n"
        )
    calls = "".join(f"  if (std::atoi(argv[1]) == {number}) page_{number}();\n" for number in range(len(pages)))
    return "\n".join([*dict.fromkeys(includes), *functions, f"int main(int, char** argv) {{\n{calls}  return 0;\n}}\n"])


class Programs:
    """The compiled blocks."""

    def __init__(self, blocks: Sequence[Block], folder: Path) -> None:
        self._folder = folder
        self._pages = sorted({block.page for block in blocks if not is_program(block)})
        self._programs = [block for block in blocks if is_program(block)]
        self.prefix = folder / "prefix"
        _run("cmake", "--install", ROOT / "build" / "python", "--component", "cpp", "--prefix", self.prefix)
        parts = [
            source([block for block in blocks if not is_program(block)]),
            *(block.text for block in self._programs),
        ]
        lists = [HEAD]
        for number, text in enumerate(parts):
            (folder / f"part_{number}.cpp").write_text(text, encoding="utf-8")
            lists.append(
                f"add_executable(part_{number} part_{number}.cpp)\n{LIBRARY.replace('my_program', f'part_{number}')}"
            )
        (folder / "CMakeLists.txt").write_text("".join(lists), encoding="utf-8")
        self._configure(folder)
        _run("cmake", "--build", folder / "build")

    def _configure(self, folder: Path) -> None:
        _run("cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")

    def run(self, block: Block, cwd: Path) -> str:
        """Runs the program of a block, or all that the page's other blocks do; the output."""
        part = self._programs.index(block) + 1 if block in self._programs else 0
        arguments = [] if part else [str(self._pages.index(block.page))]
        return _run(self._folder / "build" / f"part_{part}", *arguments, cwd=cwd)

    def configure(self, block: Block, folder: Path) -> None:
        """Configures a project that has a cmake block for its program `my_program`."""
        folder.mkdir()
        (folder / "main.cpp").write_text("int main() {}\n", encoding="utf-8")
        text = block.text if is_whole(block) else f"{HEAD}add_executable(my_program main.cpp)\n{block.text}"
        (folder / "CMakeLists.txt").write_text(text, encoding="utf-8")
        self._configure(folder)


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout
