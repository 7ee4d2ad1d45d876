#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Installs the build folder $1 to a fresh prefix, moves the prefix (nothing may hang on its first place), builds the project
# beside this script against it and runs it.
set -euo pipefail
build=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^project(venloc VERSION \([0-9.]*\).*/\1/p' "$here/../../CMakeLists.txt")

cmake --install "$build" --prefix "$work/first" --component cpp --strip > /dev/null
mv "$work/first" "$work/prefix"
torch=OFF
if [ -n "$(find "$work/prefix" -name 'libvenloc_torch.so')" ]; then torch=ON; fi
cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release \
  -DCONSUMER_WITH_TORCH=$torch > /dev/null
cmake --build "$work/build" > "$work/log" || { cat "$work/log"; exit 1; }
"$work/build/consumer" "$version"
"$work/build/consumer_opencv"
if [ $torch = ON ]; then "$work/build/consumer_torch"; fi
installed=$(find "$work/prefix" -name 'libvenloc.so.*' -type f)
if ldd "$installed" | grep -q torch; then
  echo "libvenloc needs LibTorch: only libvenloc_torch may" >&2
  exit 1
fi
# The checkout's own path in the binary would mean that it only works on the machine it was built on.
checkout=$(realpath "$here/../..")
if grep -qaF -e "$checkout/src/" -e "$checkout/build/" -e "$checkout/models/" -e "$build/" "$installed"; then
  echo "the installed library holds the path of the checkout" >&2
  exit 1
fi
echo "consumer of the installed package: passed"
