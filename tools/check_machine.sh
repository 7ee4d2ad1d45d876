#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# check_machine.sh plan WHAT: prints what a first run will do (WHAT: wheel, demo, full, full-torch), and stops when the disk is
# too full for it. check_machine.sh tools PYTHON: stops when something to build with is missing. One line states what to do.
set -eu
fail() {
  echo "$1" >&2
  exit 1
}

case $1 in
  plan)
    packages=2000
    command -v apt-get > /dev/null || packages=0
    case $2 in
      wheel) plan="installs the wheel of dist/ in .venv" minutes="half a minute" size=300 packages=0 ;;
      demo) plan="installs what is missing to compile, makes .venv and compiles venloc" minutes="about 7 minutes" size=300 ;;
      full) plan="installs what is missing to compile and test, makes .venv and compiles venloc" minutes="about 12 minutes" size=2500 ;;
      full-torch)
        plan="installs what is missing to compile and test, with LibTorch, makes .venv and compiles venloc"
        minutes="about 20 minutes" size=7000
        ;;
    esac
    system=
    [ $packages -eq 0 ] || system=" and up to $packages MB of system packages where they are missing"
    echo "This $plan: $minutes on two cores, $size MB of disk here$system."
    free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$size" ] || fail "Only $free MB are free on the disk of $PWD, and $size MB are needed: free disk space and run the same command again."
    ;;
  tools)
    compiler=${CXX:-c++}
    command -v "$compiler" > /dev/null || fail "There is no C++ compiler ($compiler): install GCC 12 or Clang 15, or newer, or set CXX, and run the same command again."
    echo 'int main() { return static_cast<int>(__cplusplus < 202002L); }' | "$compiler" -std=c++20 -x c++ -fsyntax-only - 2> /dev/null ||
      fail "The compiler $compiler does not support C++20: install GCC 12 or Clang 15, or newer, set CXX, and run the same command again."
    for tool in cmake ninja pkg-config; do
      command -v $tool > /dev/null || fail "$tool is missing: install it with your package manager and run the same command again."
    done
    command -v "$2" > /dev/null || fail "There is no $2: install Python 3.10 or newer, or pass PYTHON=..., and run the same command again."
    ;;
esac
