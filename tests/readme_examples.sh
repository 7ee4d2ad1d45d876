#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Runs README's first examples in Python and C++, as they are printed there, after `make demo`, and `pip install .` in an
# environment of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp examples/pictures/piazza-san-marco.jpg "$work/photo.jpg"

# block LANGUAGE TEXT: the first code block of README in this language that has this text.
block() {
  python3 - "$@" << 'PYTHON'
import re, sys
language, text = sys.argv[1:]
blocks = re.findall(rf"^```{language}\n(.*?)^```", open("README.md", encoding="utf-8").read(), re.M | re.S)
print(next(b for b in blocks if text in b))
PYTHON
}

block python 'venloc.load()' > "$work/example.py"
(cd "$work" && "$OLDPWD/.venv/bin/python" example.py)
echo "README's Python example: passed"

cmake --install build/python --component cpp --prefix "$work/prefix" > /dev/null
block cpp 'load_locator' | sed -n '/^#include/p' > "$work/main.cpp"
{
  echo 'int main() {'
  block cpp 'load_locator' | sed '/^#include/d'
  echo 'return p.confidence > 0 && p.confidence <= 1 && !p.candidates.empty() ? 0 : 1; }'
} >> "$work/main.cpp"
{
  echo 'cmake_minimum_required(VERSION 3.22)'
  echo 'project(example LANGUAGES CXX)'
  echo 'add_executable(my_program main.cpp)'
  block cmake 'venloc::venloc'
} > "$work/CMakeLists.txt"
cmake -S "$work" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" > /dev/null
cmake --build "$work/build" > "$work/log" || { cat "$work/log"; exit 1; }
(cd "$work" && build/my_program)
echo "README's C++ example: passed"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check .
"$work/venv/bin/venloc" locate --json "$work/photo.jpg" > "$work/answer.json"
grep -q '"confidence"' "$work/answer.json"
echo "README's pip install .: passed"
