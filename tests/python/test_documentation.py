# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""What the documentation shows runs, links lead somewhere, and every public name has a docstring."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import venloc
from documentation import pages, programs, running
from documentation.pages import ROOT, Block, PageError

sys.path[:0] = [str(ROOT / "docs" / "_generate"), str(ROOT / "tools")]

from docstrings import Declaration, Header  # noqa: E402 - found by the path above

PAGES = pages.pages()
CARDS = [
    ROOT / name for name in ("CONTRIBUTING.md", "MODEL_CARD.md", "DATA_CARD.md", "SECURITY.md", "CODE_OF_CONDUCT.md")
]
EVERY_PAGE = [*PAGES, *sorted((ROOT / "docs" / "results").rglob("*.md")), *(card for card in CARDS if card.is_file())]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# --- code blocks ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    running.prepare(folder)
    return folder


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> programs.Programs:
    every = [block for page in PAGES for block in pages.blocks(page)]
    return programs.Programs(
        [b for b in every if b.language == "cpp" and not b.run_by], tmp_path_factory.mktemp("programs")
    )


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Iterator[running.Folder]:
    one = running.Folder(prepared, tmp_path)
    yield one
    one.close()


def run_cpp(block: Block, every: list[Block], folder: running.Folder, request: pytest.FixtureRequest) -> str:
    """Blocks that are one function run where the last of them stands."""
    together = [b for b in every if b.language == "cpp" and not b.run_by and not programs.is_program(b)]
    if block in together and block != together[-1]:
        return ""
    return request.getfixturevalue("compiled").run(block, folder.folder)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if pages.blocks(page)], ids=name_of)
def test_code_blocks_run(page: Path, folder: running.Folder, request: pytest.FixtureRequest) -> None:
    every, output = pages.blocks(page), ""
    for number, block in enumerate(every):
        if block.special == "output":
            assert not (line := running.missing_line(block.text, output)), (
                f"{block.where}: not in the output: {line}\n{output}"
            )
        elif block.run_by:
            assert not (reason := pages.is_run_by(block)), reason
        elif block.special == "background":
            folder.serve(block)
        elif block.language == "json":
            for value in [block.text] if block.text.startswith(("{\n", "[\n")) else block.text.splitlines():
                json.loads(value)
        elif block.special == "torch" and not venloc.torch_support.available():
            continue
        elif block.language == "cmake":
            request.getfixturevalue("compiled").configure(block, folder.folder.parent / f"cmake-{number}")
        elif block.language == "cpp":
            output = run_cpp(block, every, folder, request)
        elif block.language == "sh":
            output = folder.sh(block)
        elif block.language == "python":
            output = folder.python(block)


def test_conventions_are_checked() -> None:
    page = ROOT / "docs" / "page.md"
    fence = "```"
    with pytest.raises(PageError, match=r"page.md:3: an indented code block"):
        pages.blocks(page, "Run\n\n    make demo\n")
    with pytest.raises(PageError, match="the language 'console' is none of"):
        pages.blocks(page, f"{fence}console\n$ ls\n{fence}\n")
    with pytest.raises(PageError, match="the comment <!-- do not run --> is none of"):
        pages.blocks(page, f"<!-- do not run -->\n{fence}sh\nls\n{fence}\n")
    with pytest.raises(PageError, match=r"page.md:1: commands in a block of text"):
        pages.blocks(page, f"{fence}text\nvenloc locate photo.jpg\n{fence}\n")
    (block,) = pages.blocks(page, f"<!-- run with: exit 2 -->\n{fence}sh\nls\n{fence}\n")
    assert (block.line, block.language, block.special, block.exit_code, block.text) == (2, "sh", "exit", 2, "ls\n")


def test_a_block_that_is_run_elsewhere_names_a_file_that_has_its_commands(tmp_path: Path) -> None:
    def reason(text: str, file: str) -> str:
        return pages.is_run_by(Block(ROOT / "docs" / "no-such-page.md", 1, "sh", text, run_by=file))

    assert reason("make demo  # a comment\n", "tests/readme_examples.sh") == ""
    assert "does not exist" in reason("make demo\n", "tests/no_such_file.sh")
    assert "does not have teleport" in reason("venloc teleport venice\n", "tests/readme_examples.sh")
    assert pages.leading_words(["sudo", ".venv/bin/venloc", "collect", "flickr", "--box", "venice"]) == [
        "venloc",
        "collect",
        "flickr",
    ]


def test_output_is_compared_but_for_numbers() -> None:
    output = "photo.jpg\n  Probably within 58 m of 45.4, 12.3\n\nconfidence   .68\n"
    assert running.missing_line("photo.jpg\nProbably within 61 m of 45.38, 12.33\n...\nconfidence 1\n", output) == ""
    assert running.missing_line("confidence 0.5\nphoto.jpg\n", output) == "photo.jpg"
    assert running.missing_line("Surely within 58 m of 45.4, 12.3\n", output) == "Surely within # m of #, #"


def test_a_failing_block_is_reported_with_its_line(folder: running.Folder) -> None:
    def block(language: str, text: str) -> Block:
        return Block(ROOT / "docs" / "page.md", 7, language, text)

    with pytest.raises(AssertionError, match=r"docs/page.md:7 ended with 3:\nlost"):
        folder.sh(block("sh", "echo lost\nexit 3\n"))
    assert folder.python(block("python", "value = 2\nprint(value)\n")) == "2\n"
    assert folder.python(block("python", "print(value + 1)\n")) == "3\n"
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        folder.python(block("python", "value / 0\n"))


# --- links ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", EVERY_PAGE, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in pages.links(text):
        address, _, anchor = link.partition("#")
        if re.match(r"(https?|mailto):", link):
            if not re.fullmatch(r"https?://[\w.:-]+(/\S*)?|mailto:\S+@\S+", link):
                broken.append(link)
            continue
        target = (page.parent / address).resolve() if address else page
        known = not anchor or target.suffix != ".md" or not target.is_file() or anchor in anchors_of(target)
        if not target.exists() or not known:
            broken.append(link)
    assert not broken, f"{name_of(page)} has broken links: {broken}"


def anchors_of(page: Path) -> set[str]:
    """The anchors of a page, with those that the site writes into it."""
    text = page.read_text(encoding="utf-8")
    found = pages.anchors(text)
    if page == ROOT / "docs" / "cli.md":
        import cli_page

        found |= {name.replace(" ", "-") for name, _ in cli_page.commands(cli_page.program())}
    if page == ROOT / "docs" / "file-formats.md":
        found |= {
            name.lower()
            for name in json.loads((ROOT / "python/venloc/answers/schema.json").read_text(encoding="utf-8"))["$defs"]
        }
    return found


def test_anchors_are_those_of_github() -> None:
    assert pages.anchors("# How good is it?\n\n## `venloc locate`\n\n## A\n\n## A\n") == {
        "how-good-is-it",
        "venloc-locate",
        "a",
        "a-1",
    }


# --- names ------------------------------------------------------------------------------------------------------------
def is_special_member(declared: Declaration) -> bool:
    """A destructor, a copy or assignment, or an overriding function, which has the comment of the one it overrides."""
    return (
        declared.name.startswith("~")
        or "&&)" in declared.code
        or (
            bool(re.search(r"\boverride\b|= (default|delete)$", declared.code))
            and not re.match(r"[\w:]+\(\) = default", declared.code)
        )
    )


def undocumented(header: Header) -> list[str]:
    return [
        f"{header.file.name}:{d.line}: {d.scope.name}::{d.name}"
        for d in header.declarations
        if not d.scope.hidden and not is_special_member(d) and not "".join(d.comment).strip()
    ]


def test_every_public_name_of_the_headers_has_a_comment(tmp_path: Path) -> None:
    headers = [Header(file) for file in sorted((ROOT / "include").rglob("*.hpp"))]
    assert sum(len(header.declarations) for header in headers) > 800
    assert [name for header in headers for name in undocumented(header)] == []
    (tmp_path / "new.hpp").write_text(
        "namespace venloc {\n/// A type.\nclass A {\n public:\n  A() = default;\n  A(A&&) noexcept;\n  ~A();\n"
        "  void run(const B& b = {}) const;\n  int f() const override;\n private:\n  int x_;\n};\nusing Alias = int;\n}\n",
        encoding="utf-8",
    )
    assert undocumented(Header(tmp_path / "new.hpp")) == ["new.hpp:5: A::A", "new.hpp:8: A::run", "new.hpp:13: ::Alias"]


def is_value(member: object) -> bool:
    """Whether a member of a class is a plain value, whose docstring is that of its type."""
    return isinstance(member, (bool, dict, float, int, str, tuple))


def without_docstring(name: str, value: object) -> Iterator[str]:
    """The name and, of a class, those of its members that have no docstring."""
    import python_pages

    if not (inspect.isclass(value) or inspect.isroutine(value)):
        if not python_pages.data_docstring(name.rpartition(".")[2], value):
            yield name
        return
    if not (value.__doc__ or "").strip():
        yield name
    if not inspect.isclass(value):
        return
    described = {**python_pages.constants(value), **python_pages.field_docstrings(value)}
    fields = {field.name for field in dataclasses.fields(value)} if dataclasses.is_dataclass(value) else set()
    for member in {**vars(value), **dict.fromkeys(fields)}:
        raw = vars(value).get(member)
        own = (
            getattr(getattr(raw, "__func__", raw), "__doc__", None)
            if member not in fields and not is_value(raw)
            else None
        )
        if not member.startswith("_") and not (described.get(member) or own or "").strip():
            yield f"{name}.{member}"


def test_every_public_name_of_the_package_has_a_docstring() -> None:
    import python_pages

    assert [name for name, room in python_pages.rooms().items() if not room] == [], (
        "no page of docs/python has these names"
    )
    names = {name: getattr(venloc, name) for name in python_pages.rooms() if hasattr(venloc, name)}
    for module in python_pages.PUBLIC_MODULES:
        loaded = getattr(venloc, module)
        assert (loaded.__doc__ or "").strip(), f"venloc.{module} has no docstring"
        names |= {f"{module}.{name}": getattr(loaded, name) for name in python_pages.members(f"venloc.{module}")}
    assert len(names) > 100
    assert [missing for name, value in names.items() for missing in without_docstring(name, value)] == []

    class Undocumented:
        def method(self) -> None: ...

    assert list(without_docstring("Undocumented", Undocumented)) == ["Undocumented", "Undocumented.method"]
    assert list(
        without_docstring("Report", dataclasses.make_dataclass("Report", ["name"], namespace={"__doc__": "A report."}))
    ) == ["Report.name"]


def test_every_public_module_and_room_has_a_page() -> None:
    import python_pages

    public = {name for name in venloc._MODULES if name != "errors"}
    assert set(python_pages.PUBLIC_MODULES) == public
    python, cpp = (
        "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs" / n).glob("*.rst")) for n in ("python", "cpp")
    )
    assert set(re.findall(r"python-module:: venloc\.(\w+)", python)) == public
    rooms = {path.name for path in (ROOT / "include" / "venloc").iterdir() if path.is_dir()}
    assert set(re.findall(r"cpp-room:: (\w+)", cpp)) == {*rooms, "venloc"}
    assert set(re.findall(r"python-room:: (\w+)", python)) == set(python_pages.rooms().values())


def test_every_command_and_option_is_on_the_page() -> None:
    import cli_page

    text = "\n".join(cli_page.of_command(name, command) for name, command in cli_page.commands(cli_page.program()))
    shown = re.split(r"^## ", text, flags=re.M)[1:]
    sections = {section.splitlines()[0]: section for section in shown}
    assert {"venloc", "venloc locate", "venloc build", "venloc weights list"} <= set(sections)
    for name in ("venloc locate", "venloc serve", "venloc model add", "venloc build"):
        program = Path(sys.executable).parent / "venloc"
        printed = subprocess.run(
            [program, *name.split()[1:], "--help"], capture_output=True, text=True, check=True
        ).stdout
        options = set(re.findall(r"^  (?:-\w, )?(--[a-z][\w-]*)", printed, re.M)) - {"--help"}
        assert options, name
        assert {option for option in options if f"`{option}`" not in sections[name]} == set(), name
