#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Fails where a library exports a symbol that is not venloc's own, or one of venloc's that no declaration marks with VENLOC_API
# or VENLOC_TORCH_API: exported_symbols.sh FILE...
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
own='^PyInit_\|^_Z\(T[ISTVWH]\|T[hv][0-9n_]*_\|Z\|GVZ*\|GR\)*NK\{0,1\}6venloc'
# Every word of a marked declaration, whose name may stand in the second line.
marked=$(grep -rhE -A1 '^[^#/]*VENLOC_(TORCH_)?API ' "$root/include" "$root/src" | grep -oE '[A-Za-z_][A-Za-z_0-9]*' | sort -u)
for file in "$@"; do
  symbols=$(nm -D --defined-only "$file" | cut -d ' ' -f 3)
  foreign=$(printf '%s\n' "$symbols" | grep -v "$own" || true)
  if [ -n "$foreign" ]; then
    echo "$file exports $(printf '%s\n' "$foreign" | wc -l) symbols that are not venloc's, among them:" >&2
    printf '%s\n' "$foreign" | head -n 20 | c++filt >&2
    exit 1
  fi
  # The name after the namespace: "_ZNK6venloc8Backbone3mapE…" is of Backbone; of an operator that of its first operand.
  unmarked=$(printf '%s\n' "$symbols" | awk -v words="$marked" '
    BEGIN { count = split(words, list, "\n"); for (i = 1; i <= count; ++i) known[list[i]] }
    match($0, /6venloc[0-9]+/) || match($0, /6venloc[a-z][a-zA-Z]E[RK]*NS_[0-9]+/) {
      end = RSTART + RLENGTH
      size = substr($0, RSTART, RLENGTH)
      gsub(/.*[^0-9]/, "", size)
      if (!(substr($0, end, size) in known)) print
      next
    }
    /6venloc/ { print }')
  if [ -n "$unmarked" ]; then
    echo "$file exports $(printf '%s\n' "$unmarked" | wc -l) symbols of venloc's that are not marked, among them:" >&2
    printf '%s\n' "$unmarked" | head -n 20 | c++filt >&2
    exit 1
  fi
  echo "$file: $(printf '%s\n' "$symbols" | wc -l) exported symbols, none foreign, all marked"
done
