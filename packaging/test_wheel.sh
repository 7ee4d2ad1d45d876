#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# test_wheel.sh SUITE [PICTURE...]: the wheel of dist/ on a new machine. Makes a minimal root of Debian's SUITE (bookworm, trixie)
# with python3-venv and nothing else, installs the wheel for its Python, locates the pictures (those of examples/), and compares
# the answers with those of the program VENLOC (default .venv/bin/venloc), on the command line and from the server. What it needs
# and heeds: tests/minimal_root.sh.
set -euo pipefail
suite=$1
shift
checkout=$(realpath "$(dirname "$0")/..")
[ $# -gt 0 ] || set -- "$checkout"/examples/pictures/*.jpg
# shellcheck source=tests/minimal_root.sh
source "$checkout/tests/minimal_root.sh"
make_root "$suite" python3-venv
tag=$(inside python3 -c 'import sys; print("cp%d%d" % sys.version_info[:2])')
wheel=$(echo "$checkout"/dist/venloc-*-"$tag-$tag"-*.whl)
[ -f "$wheel" ] || { echo "There is no wheel for $tag in dist/: run make wheel PYTHONS=..." >&2; exit 1; }
mkdir "$root/pictures"
cp "$@" "$root/pictures"
cp "$wheel" "$root"
cp "$checkout"/packaging/{compare_answers,try_server}.py "$root"
pictures=()
for picture in "$@"; do pictures+=("/pictures/$(basename "$picture")"); done
name=/$(basename "$wheel")

inside python3 -m venv /venv
TIMEFORMAT='%R %U %S'
{ time {
  inside /venv/bin/pip install -q "$name"
  inside /venv/bin/venloc locate "${pictures[0]}" --json > /dev/null
} 2> "$work/messages"; } 2> "$work/times" || { cat "$work/messages" >&2; exit 1; }
read -r wall user system < "$work/times"
echo "Debian $suite, $tag: $wall s from pip install to the answer, of which the processor worked for $user + $system s"
inside /venv/bin/venloc locate "${pictures[@]}" --json > "$work/wheel.json"
"${VENLOC:-$checkout/.venv/bin/venloc}" locate "$@" --json > "$work/here.json"
python3 "$checkout/packaging/compare_answers.py" "$work/here.json" "$work/wheel.json"

inside /venv/bin/pip install -q "$name[web]"
inside /venv/bin/python /try_server.py "${pictures[@]}" > "$work/server.json"
python3 "$checkout/packaging/compare_answers.py" "$work/here.json" "$work/server.json"
# Wall time also counts what other programs did meanwhile.
awk -v own="$user" -v kernel="$system" 'BEGIN { exit own + kernel > 30 }' || { echo "That is more than 30 s." >&2; exit 1; }
