#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# install_packages.sh FILE KIND: installs the missing ones of the Debian packages that FILE lists with "# KIND", and shows how
# far it is; on other systems it prints the list.
set -eu
packages=$(sed -n "s/^\([a-z0-9.+-]*\) *# $2\(;.*\)\{0,1\}\$/\1/p" "$1" | tr '\n' ' ')
if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "This is not Debian or Ubuntu: if something is missing, install what matches these packages: $packages"
  exit 0
fi
missing=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ]; then
  as_root=
elif command -v sudo > /dev/null; then
  as_root=sudo
else
  echo "Packages are missing, and only root can install them. As root, run: apt-get update && apt-get install$missing" >&2
  exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed() {
  grep -m 3 '^[EW]:' "$log" >&2 || tail -n 3 "$log" >&2
  echo "Debian packages could not be $1: check the network connection and free disk space, then run the same command again." >&2
  exit 1
}
echo "Debian packages for: $2 (missing:$missing)"
$as_root apt-get update -qq -o Acquire::Retries=1 > "$log" 2>&1 || failed "listed"
# apt reports its progress on file descriptor 3, as "dlstatus:1:12.34:text", which becomes a line for every tenth.
# shellcheck disable=SC2016,SC2086
{
  $as_root env DEBIAN_FRONTEND=noninteractive LOG="$log" sh -c '
    exec apt-get install -y -q --no-install-recommends -o Acquire::Retries=1 -o APT::Status-Fd=3 "$@" 3>&1 > "$LOG" 2>&1' \
    sh $missing || echo failed
} | {
  shown=
  while IFS=: read -r kind _ percent _; do
    case $kind in
      dlstatus) now="downloaded $((${percent%%.*} / 10))0 %" ;;
      pmstatus) now="installed $((${percent%%.*} / 10))0 %" ;;
      failed) exit 1 ;;
      *) continue ;;
    esac
    [ "$now" = "$shown" ] || echo "  $now"
    shown=$now
  done
} || failed "installed"
