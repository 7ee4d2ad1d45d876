#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# wheel.sh CACHE OUTPUT PYTHON...: builds a self-contained wheel for each of these Pythons (3.11, python3, /usr/bin/python3.13),
# with the libraries of packaging/dependencies.sh inside, and checks it. What is built is kept in CACHE.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1" "$2"
cache=$(cd "$1" && pwd)
output=$(cd "$2" && pwd)
shift 2
prefix=$cache/prefix
limit=$((70 * 1000 * 1000))
cd "$root"
packaging/dependencies.sh "$cache"

for python in "$@"; do
  case $python in [0-9]*) python=python$python ;; esac
  tag=$("$python" -c 'import sys; print("cp%d%d" % sys.version_info[:2])') || {
    echo "There is no $python: install it, or leave it out of PYTHONS." >&2
    exit 1
  }
  venv=$cache/venv-$tag
  work=$cache/work/$tag
  [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
  "$venv/bin/python" tools/requirements.py build > "$cache/requirements-$tag.txt"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$cache/requirements-$tag.txt" -r packaging/requirements.txt \
    "$cache"/sources/pybind11-*.whl
  rm -rf "${work:?}/raw" "$work/complete" "$work/repaired"
  echo "Building the wheel for $tag"
  define() { printf ' --config-settings cmake.define.%s' "$@"; }
  # Sections that nothing refers to are left out, and what the libraries bring is not exported (cmake/exports-library.map).
  # shellcheck disable=SC2046
  PKG_CONFIG_LIBDIR="$prefix/lib/pkgconfig" CMAKE_BUILD_PARALLEL_LEVEL="${JOBS:-$(getconf _NPROCESSORS_ONLN)}" \
    CXXFLAGS="-ffunction-sections -fdata-sections -ffile-prefix-map=$root=. -ffile-prefix-map=$prefix=." \
    LDFLAGS="-Wl,--gc-sections -Wl,--as-needed -Wl,-z,relro,-z,now" \
    "$venv/bin/pip" wheel -q --disable-pip-version-check --no-build-isolation --no-deps -w "$work/raw" --config-settings build-dir="$work/build" \
    $(define VENLOC_WHEEL=ON VENLOC_WITH_TORCH=OFF VENLOC_WITH_JPEG2000=ON VENLOC_WITH_HEIF=OFF VENLOC_WITH_JXL=OFF VENLOC_WITH_RAW=OFF \
      "OpenCV_DIR=$prefix/lib/cmake/opencv4" "s2_DIR=$prefix/s2geometry/share/s2" \
      "absl_DIR=$prefix/s2geometry/lib64/cmake/absl" "Eigen3_DIR=$prefix/share/eigen3/cmake" \
      "nlohmann_json_DIR=$prefix/share/cmake/nlohmann_json" "TIFF_INCLUDE_DIR=$prefix/include" "TIFF_LIBRARY=$prefix/lib/libtiff.a" \
      "EXPAT_INCLUDE_DIR=$prefix/include" "EXPAT_LIBRARY=$prefix/lib/libexpat.a" \
      "JPEG_INCLUDE_DIR=$prefix/include" "JPEG_LIBRARY=$prefix/lib/libjpeg.a" "PNG_PNG_INCLUDE_DIR=$prefix/include" \
      "PNG_LIBRARY=$prefix/lib/libpng.a" "ZLIB_INCLUDE_DIR=$prefix/include" "ZLIB_LIBRARY=$prefix/lib/libz.a") .
  "$venv/bin/python" packaging/finish_wheel.py "$work"/raw/venloc-*.whl "$prefix" "$work/complete"
  PATH="$venv/bin:$PATH" "$venv/bin/auditwheel" repair -w "$work/repaired" "$work"/complete/venloc-*.whl > "$work/auditwheel.log" 2>&1 || {
    cat "$work/auditwheel.log" >&2
    exit 1
  }
  wheel=$(echo "$work"/repaired/venloc-*.whl)
  PATH="$venv/bin:$PATH" "$venv/bin/auditwheel" show "$wheel"

  rm -rf "$work/content"
  "$venv/bin/python" -m zipfile -e "$wheel" "$work/content"
  tests/exported_symbols.sh "$work"/content/venloc/libvenloc.so "$work"/content/venloc/_core*.so
  foreign=$(ldd "$work"/content/venloc/*.so* | sed -n 's,.*=> \(/[^ ]*\).*,\1,p' | sort -u |
    grep -v -e "^$work/content/" -e '/\(libc\|libm\|libdl\|libpthread\|librt\|libgcc_s\|libstdc++\|ld-linux[^/]*\)\.so' || true)
  [ -z "$foreign" ] || { echo "The wheel needs libraries that a system may not have: $foreign" >&2; exit 1; }
  if grep -qaF -e "$root/" -e "$cache/" "$work"/content/venloc/*.so*; then
    echo "A library in the wheel contains a path of this machine." >&2
    exit 1
  fi
  size=$(wc -c < "$wheel")
  [ "$size" -le $limit ] || { echo "The wheel has $size bytes, more than $limit." >&2; exit 1; }
  mv "$wheel" "$output"
  echo "$output/$(basename "$wheel"): $size bytes"
done
