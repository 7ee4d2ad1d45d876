#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Fails where a library exports a symbol that is not venloc's own: exported_symbols.sh FILE...
set -eu
own='^PyInit_\|^_Z\(T[ISTVWH]\|T[hv][0-9n_]*_\|Z\|GVZ*\|GR\)*NK\{0,1\}6venloc'
for file in "$@"; do
  symbols=$(nm -D --defined-only "$file" | cut -d ' ' -f 3)
  foreign=$(printf '%s\n' "$symbols" | grep -v "$own" || true)
  if [ -n "$foreign" ]; then
    echo "$file exports $(printf '%s\n' "$foreign" | wc -l) symbols that are not venloc's, among them:" >&2
    printf '%s\n' "$foreign" | head -n 20 | c++filt >&2
    exit 1
  fi
  echo "$file: $(printf '%s\n' "$symbols" | wc -l) exported symbols, none foreign"
done
