# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
"""tools/function_length.py."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "function_length.py"


def lengths(folder: Path, name: str, text: str) -> dict[str, tuple[int, int]]:
    """First line and number of lines of each function that the tool finds, by name."""
    (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, TOOL, "--list", "1000", name], cwd=folder, capture_output=True, text=True)
    found = {}
    for line in done.stdout.splitlines():
        place, _, rest = line.partition(": ")
        function, _, count = rest.removesuffix(" lines").partition(" has ")
        found[function] = (int(place.rpartition(":")[2]), int(count))
    return found


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("int plain(int a)", "plain"),
        ("std::vector<int> Outer::Inner::of(const A& a, B b) const noexcept", "Outer::Inner::of"),
        ("Outer::~Outer()", "Outer::~Outer"),
        ("bool operator==(const A& a, const A& b)", "operator=="),
        ("bool operator<(const A& a, const A& b)", "operator<"),
        ("std::strong_ordering operator<=>(const A& a, const A& b)", "operator<=>"),
        ("void operator()(int a) const", "operator()"),
        ("template <typename T, std::size_t N = (1 << 3)>\nauto made(T t) -> decltype(t + 1)", "made"),
        ("Outer::Outer(int a) : Base(a), b_{a}, c_(std::move(a)), d_{{1, 2}}", "Outer::Outer"),
        ("Outer::Outer(int a) noexcept\n    : Base<int>{a}, b_(a)", "Outer::Outer"),
        ("[[nodiscard]] static constexpr int with_default(int a = 3, B b = {})", "with_default"),
        ("struct Kind made_of(int a)", "made_of"),
        ("static constexpr auto kTable = []", "kTable"),
        ("const auto kWork = [&](int a) -> int", "kWork"),
        ("DEFINE_SOMETHING(A, a, b)\nDEFINE_SOMETHING(B, {{1, 2}})\nint behind_macros(int a)", "behind_macros"),
        ('TEST_CASE("braces { in a name")', "TEST_CASE"),
        ("PYBIND11_MODULE(_core, m)", "PYBIND11_MODULE"),
    ],
)
def test_functions_of_every_form_are_found(tmp_path: Path, head: str, name: str) -> None:
    body = " {\n  if (a) {\n    run();\n  }\n}\n"
    skipped = head.count("DEFINE_SOMETHING")
    found = lengths(tmp_path, "a.cpp", f"namespace a::b {{\nint before;\n{head}{body}int after() {{ return 1; }}\n}}\n")
    assert found == {name: (3 + skipped, head.count("\n") - skipped + 5), "after": (head.count("\n") + 8, 1)}


def test_members_are_found_and_what_is_inside_of_functions_is_not(tmp_path: Path) -> None:
    text = """class A final : public B<int, 3> {
 public:
  A() = default;
  explicit A(int a) : a_{a} {}

 private:
  struct Inner {
    int f() {
      struct Local {
        int g() { return 1; }
      };
      const auto inner = [&](int a) {
        return a;
      };
      return inner(Local().g());
    }
    int values[2]{1, 2};
  };
  enum class Kind { kOne, kTwo };
  int a_{3};
};
"""
    assert lengths(tmp_path, "a.hpp", text) == {"A": (4, 1), "f": (8, 9)}


def test_tables_are_no_functions(tmp_path: Path) -> None:
    text = """constexpr std::array<std::pair<const char*, int (*)(int)>, 2> kTable{{
    {"a", nullptr},
    {"b", nullptr},
}};
const std::map<int, A> kOthers = {{1, make(A{2})}, {2, make(A{3})}};
const A kThird(make({1, 2}), B{3});
"""
    assert lengths(tmp_path, "a.cpp", text + "int f() { return 0; }\n") == {"f": (7, 1)}


def test_braces_that_are_no_code_do_not_count(tmp_path: Path) -> None:
    text = r"""// { one
/* { two
   { */
#define OPEN {  \
    more {
int f() {
  const char* text = "{ \" {";
  const char* raw = R"end({ " )" { )end";
  const char brace = '{', quote = '\'', other = '"';
  const int number = 1'000'000 + 0xFF'FF;  // it's {
  return 0;
}
int g() { return 1; }
"""
    assert lengths(tmp_path, "a.cpp", text) == {"f": (6, 7), "g": (13, 1)}


def test_python_functions_and_methods(tmp_path: Path) -> None:
    text = '''import functools

@functools.cache
def f(
    a: int,
) -> int:
    """What it does."""
    def inner() -> int:
        return a
    return inner()


class A:
    class B:
        async def g(self) -> None:
            pass

if True:
    def h() -> None: ...
'''
    assert lengths(tmp_path, "a.py", text) == {"f": (4, 7), "A.B.g": (15, 2), "h": (19, 1)}


@pytest.mark.parametrize(
    ("name", "head", "line"), [("a.cpp", "int f() {", "  run();"), ("a.py", "def f():", "    run()")]
)
def test_seventy_lines_pass_and_more_are_named(tmp_path: Path, name: str, head: str, line: str) -> None:
    def run(lines: int) -> subprocess.CompletedProcess[str]:
        end = ["}"] if name == "a.cpp" else []
        (tmp_path / name).write_text(
            "\n".join(["", head, *[line] * (lines - 1 - len(end)), *end, ""]), encoding="utf-8"
        )
        return subprocess.run([sys.executable, TOOL, "."], cwd=tmp_path, capture_output=True, text=True)

    assert (run(70).returncode, run(70).stderr) == (0, "")
    assert run(71).returncode == 1
    assert run(71).stderr == f"{name}:2: f has 71 lines, more than 70: divide it\n"


@pytest.mark.parametrize("text", ["int f() {\n", "int f() {}\n}\n"])
def test_braces_that_do_not_match_are_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.cpp").write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, TOOL, "a.cpp"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "a.cpp" in done.stderr


def test_a_folder_without_any_function_is_an_error(tmp_path: Path) -> None:
    for path in (".", "absent"):
        done = subprocess.run([sys.executable, TOOL, path], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 2
