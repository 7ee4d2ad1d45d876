# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import words  # noqa: E402

RULES = words.read_rules("# a comment\n\nupon => on\nmeters? => metre\nexcept a.md: meter\n")


def test_whole_words_in_any_case_are_found_with_file_and_line() -> None:
    assert words.problems("b.md", "one\nUpon a bridge\n", RULES) == ["b.md:2: 'Upon': write on"]
    assert words.problems("b.md", "thereupon, uponit, meters_m and x.meter", RULES) == []
    assert len(words.problems("b.md", "upon 5 meters", RULES)) == 2


def test_an_exception_is_for_one_file_and_one_word() -> None:
    assert words.problems("a.md", "a meter", RULES) == []
    assert len(words.problems("a.md", "two meters", RULES)) == 1


def test_calls_are_not_words() -> None:
    assert words.problems("c.py", "meter(3)", RULES) == []


def test_a_line_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        words.read_rules("upon = on")


def test_the_list_can_be_read_and_its_exceptions_are_needed() -> None:
    rules = words.read_rules(words.LIST.read_text(encoding="utf-8"))
    without = words.Rules(rules.banned, set())
    for file, word in rules.allowed:
        found = words.problems(file, (ROOT / file).read_text(encoding="utf-8"), without)
        assert any(f"'{word}'" in problem.lower() for problem in found), (file, word)
