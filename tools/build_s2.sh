#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# build_s2.sh SOURCE [PREFIX]: the S2 library from a folder of its source (0.12 or newer), for systems that have neither its
# Python package nor a package of their own. Abseil is the system's, or fetched by S2's build with FETCH_ABSEIL=ON.
# Afterwards configure venloc with -Ds2_DIR=PREFIX/share/s2; PREFIX is build/s2 when it is not given.
set -eu
source=$1
prefix=${2:-$PWD/build/s2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Static and position-independent, so that it can go into libvenloc.
cmake -S "$source" -B "$work" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" -DBUILD_SHARED_LIBS=OFF \
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DBUILD_TESTS=OFF -DBUILD_EXAMPLES=OFF -DFETCH_ABSEIL="${FETCH_ABSEIL:-OFF}"
cmake --build "$work"
cmake --install "$work"
echo "S2 is in $prefix: configure with -Ds2_DIR=$prefix/share/s2"
