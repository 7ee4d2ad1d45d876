#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# install_packages.sh FILE KIND: installs the missing ones of the Debian packages that FILE lists with "# KIND", and shows how
# far it is; on other systems it prints the list. Those with "; where it exists" are left out where the release lacks them.
set -eu
packages=$(sed -n "s/^\([a-z0-9.+-]*\) *# $2\(;.*\)\{0,1\}\$/\1/p" "$1" | tr '\n' ' ')
if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "This is not Debian or Ubuntu: if something is missing, install what matches these packages: $packages"
  exit 0
fi
optional=$(sed -n "s/^\([a-z0-9.+-]*\) *# $2; where it exists.*/\1/p" "$1" | tr '\n' ' ')
missing=
wanted=
for package in $packages; do
  dpkg-query -W -f '${Status}' "$package" 2> /dev/null | grep -q 'ok installed' && continue
  case " $optional" in
    *" $package "*) wanted="$wanted $package" ;;
    *) missing="$missing $package" ;;
  esac
done
# existing PACKAGE...: those that this release has
existing() {
  for package in "$@"; do
    apt-cache show "$package" > /dev/null 2>&1 && printf ' %s' "$package"
  done
  true
}
# shellcheck disable=SC2086
[ -n "$missing" ] || missing=$(existing $wanted)
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
# shellcheck disable=SC2086
missing="$missing$(existing $wanted)"
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
