#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# fresh_machine.sh SUITE GOAL...: the result of cloning the checkout on a new machine with nothing but git and make.
# Makes a minimal root of Debian's SUITE (bookworm, trixie), clones the last commit into it, runs `make GOAL` there for each
# goal, as root, and prints times and sizes. Needs root and debootstrap. FRESH_ROOT=file.tar keeps the minimal root for next
# time; FRESH_KEEP=1 leaves the folder. MAKEFLAGS (TORCH=0, ...) goes on to make.
set -euo pipefail
suite=$1
shift
checkout=$(realpath "$(dirname "$0")/..")
# shellcheck source=tests/minimal_root.sh
source "$checkout/tests/minimal_root.sh"
make_root "$suite" git make
git clone -q --no-local "$checkout" "$root/venloc"
echo "Debian $suite: $(megabytes) MB before"
status=0
for goal in "$@"; do
  echo "--- make $goal"
  # env -i ... chroot ... make is one process, whose children are the lines of the recipes.
  python3 "$checkout/tools/stage_times.py" --disk "$root/venloc/.venv" --disk "$root/venloc/build" -- \
    env -i "${environment[@]}" chroot "$root" make -C /venloc --no-print-directory "$goal" || { status=$?; break; }
  echo "Debian $suite: $(megabytes) MB after make $goal, exit code $status"
done
exit $status
