#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# run.sh BUILD installed|all: independent programs that use venloc: installed from the build folder, with other compiler flags
# and through pkg-config; with `all` also static and as a part of another project. They must print the same answers.
# docs/cpp-guide.md shows the lines of CMake, pkg-config and OpenCV that they use.
set -euo pipefail
build=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
checkout=$(realpath "$here/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^project(venloc VERSION \([0-9.]*\).*/\1/p' "$checkout/CMakeLists.txt")
cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }
avx2=OFF
if grep -qw avx2 /proc/cpuinfo 2> /dev/null; then avx2=ON; fi

quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }
# Runs a program and compares what it prints with what the first one printed.
answers_of() {
  local name=$1
  shift
  "$@" > "$work/answers" 2> "$work/log" || { cat "$work/log" >&2; echo "$name: exit code $?" >&2; exit 1; }
  if [ ! -e "$work/first-answers" ]; then
    cp "$work/answers" "$work/first-answers"
    cat "$work/answers"
  elif ! cmp -s "$work/first-answers" "$work/answers"; then
    echo "$name answers otherwise than the first program:" >&2
    diff "$work/first-answers" "$work/answers" >&2 || true
    exit 1
  fi
  echo "$name: passed"
}
# Installs build folder $1 to a fresh prefix $2 and moves it: nothing may hang on its first place.
install_moved() {
  quietly cmake --install "$1" --prefix "$work/elsewhere" --component cpp --strip
  mv "$work/elsewhere" "$2"
}
# Builds the project beside this script with what prefix $1 holds.
build_consumer() {
  quietly cmake -S "$here" -B "$1/consumer" -G Ninja -DCMAKE_PREFIX_PATH="$1" -DCMAKE_BUILD_TYPE=Release \
    -DCONSUMER_WITH_AVX2=$avx2 "${@:2}"
  quietly cmake --build "$1/consumer"
}
# Compiles the program with nothing but pkg-config of prefix $1.
compile_with_pkg_config() {
  local flags
  flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$1" -name venloc.pc)") pkg-config --cflags --libs "${@:2}" venloc eigen3)
  # shellcheck disable=SC2086
  quietly "${CXX:-c++}" -std=c++20 -O1 "$here/main.cpp" "$here/own_eigen.cpp" -o "$1/consumer_pc" $flags
}

# --- installed, shared ------------------------------------------------------------------------------------------------
shared=$work/shared
install_moved "$build" "$shared"
libraries=$(find "$shared" -name 'libvenloc*.so.*' -type f)
torch=OFF
if [ "$(echo "$libraries" | wc -l)" = 2 ]; then torch=ON; fi
build_consumer "$shared" -DCONSUMER_WITH_TORCH=$torch
answers_of "shared" "$shared/consumer/consumer" "$version"
answers_of "shared, -O0 -D_GLIBCXX_ASSERTIONS" "$shared/consumer/consumer_checked" "$version"
if [ $avx2 = ON ]; then answers_of "shared, -O0 -mavx2" "$shared/consumer/consumer_avx2" "$version"; fi
"$shared/consumer/consumer_opencv"
if [ $torch = ON ]; then "$shared/consumer/consumer_torch"; fi
compile_with_pkg_config "$shared"
answers_of "shared, pkg-config" env LD_LIBRARY_PATH="$(dirname "$(echo "$libraries" | head -n 1)")" "$shared/consumer_pc" "$version"
# shellcheck disable=SC2086
"$checkout/tests/exported_symbols.sh" $libraries
library=$(echo "$libraries" | grep -v torch)
if ldd "$library" | grep -q torch; then
  echo "libvenloc needs LibTorch: only libvenloc_torch may" >&2
  exit 1
fi
# The checkout's own path in the binary would mean that it only runs on the machine it was built on.
if grep -qaF -e "$checkout/src/" -e "$checkout/build/" -e "$checkout/models/" -e "$build/" "$library"; then
  echo "the installed library holds the path of the checkout" >&2
  exit 1
fi

if [ "${2:-all}" = installed ]; then
  echo "programs that use the installed package: passed"
  exit 0
fi

# --- built anew, beside the build folder so that ccache has most files ------------------------------------------------
beside=$(dirname "$build")
options=(-G Ninja)
for name in CMAKE_BUILD_TYPE CMAKE_UNITY_BUILD Python_EXECUTABLE s2_DIR absl_DIR S2_LIBRARY S2_INCLUDE_DIR VENLOC_WARNINGS_AS_ERRORS; do
  value=$(cached "$name")
  if [ -n "$value" ]; then options+=("-D$name=$value"); fi
done

static=$work/static
quietly cmake -S "$checkout" -B "$beside/static" "${options[@]}" -DBUILD_SHARED_LIBS=OFF -DVENLOC_WITH_TORCH=OFF \
  -DVENLOC_BUILD_TESTS=OFF -DVENLOC_BUILD_EXAMPLES=OFF
quietly cmake --build "$beside/static"
install_moved "$beside/static" "$static"
build_consumer "$static" "${options[@]}"
model=$(find "$static" -name venice.venloc)
answers_of "static" "$static/consumer/consumer" "$version" ${model:+"$model"}
answers_of "static, -O0 -D_GLIBCXX_ASSERTIONS" "$static/consumer/consumer_checked" "$version" ${model:+"$model"}
if [ $avx2 = ON ]; then answers_of "static, -O0 -mavx2" "$static/consumer/consumer_avx2" "$version" ${model:+"$model"}; fi
"$static/consumer/consumer_opencv"
compile_with_pkg_config "$static" --static
mkdir -p "$static/bin" && mv "$static/consumer_pc" "$static/bin"
answers_of "static, pkg-config, in the prefix" "$static/bin/consumer_pc" "$version"

fetched=$beside/fetched
quietly cmake -S "$here/fetched" -B "$fetched" "${options[@]}" -DVENLOC_CHECKOUT="$checkout"
quietly cmake --build "$fetched"
answers_of "FetchContent" "$fetched/consumer" "$version"
# What find_package and CMake's own modules keep is theirs; all else in the cache must be venloc's.
foreign=$(sed -n 's/^\([A-Za-z0-9_]*\):[^=]*=.*/\1/p' "$fetched/CMakeCache.txt" |
  grep -vE '^(VENLOC_|venloc_|FETCHCONTENT_|CMAKE_|FIND_PACKAGE_|PKG_CONFIG_|pkgcfg_|_|prefix_result$|Python_EXECUTABLE$|S2_(LIBRARY|INCLUDE_DIR)$|(OpenCV|Eigen3|nlohmann_json|absl|s2)_DIR$)' || true)
if [ -n "$foreign" ]; then
  echo "venloc leaves in the cache of a project that it is a part of: $foreign" >&2
  exit 1
fi
echo "programs that use venloc: passed"
