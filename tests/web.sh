#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The tests of the web page against the real server with the default city. Needs `make web`, and npm and venloc in PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
venloc serve --port 0 --samples examples/pictures 2> "$log" &
server=$!
trap 'kill $server 2> /dev/null; wait $server || true; rm -f "$log"' EXIT
for _ in $(seq 120); do
  address=$(sed -n 's/.*running on \(http:[^ ]*\).*/\1/p' "$log")
  [ -z "$address" ] || break
  kill -0 $server || { cat "$log" >&2; exit 1; }
  sleep 0.5
done
cd web
VENLOC_URL=$address npm --loglevel=error run e2e
