#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Installs the Debian packages listed in the file $1 that are missing, or of its lines that end in "# $2" those; says what
# to do where it can not.
set -eu
if [ $# -gt 1 ]; then
  packages=$(sed -n "s/ *# $2\$//p" "$1" | tr '\n' ' ')
else
  packages=$(grep -v '#' "$1" | tr '\n' ' ')
fi
if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "This is not Debian or Ubuntu. Install what matches these packages with your own package manager:"
  echo "  $packages"
  echo "Going on; CMake names what it does not find."
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
  echo "Packages are missing. As root, run: apt-get update && apt-get install$missing" >&2
  exit 1
fi
echo "Installing missing packages:$missing"
$as_root apt-get update -qq
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
