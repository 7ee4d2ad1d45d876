#!/bin/sh
# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# dependencies.sh CACHE: downloads the libraries that a wheel contains and builds them into CACHE/prefix. A part whose sources,
# recipe and compiler are those of the last time is not built again. JOBS is the number of compilers that run at once. For cross-building,
# TOOLCHAIN names a CMake toolchain file and PLATFORM what fetch.py calls the target.
set -eu
packaging=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
prefix=$cache/prefix
work=$cache/work
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
compiler=$(${CXX:-c++} --version | head -n 1)${TOOLCHAIN:+ $TOOLCHAIN}
"${PYTHON:-python3}" "$packaging/fetch.py" "$cache/sources" ${PLATFORM:+"$PLATFORM"}
mkdir -p "$prefix" "$work"
# Sections of their own let the linker leave out what is not used; no path of this machine goes into a message.
flags="-ffunction-sections -fdata-sections -ffile-prefix-map=$work=."

# files NAME: those of an entry of sources.json
files() { sed -n "s,^$1 ,$cache/sources/,p" "$cache/sources/used.txt"; }

# part NAME [OPTION...]: runs build_NAME in an empty folder with the first file of NAME unpacked in source, unless nothing changed.
part() {
  name=$1
  archive=$(files "$name" | head -n 1)
  shift
  # shellcheck disable=SC2046
  key=$({ echo "$compiler $flags $*" && cat $(files "$name") && sed -n "/^build_$name()/,/^}/p" "$packaging/dependencies.sh"; } | sha256sum)
  [ "$(cat "$prefix/$name.key" 2> /dev/null)" = "$key" ] && return
  echo "Building $name"
  rm -rf "${work:?}/$name" "$prefix/licences/$name"
  mkdir -p "$work/$name/source" "$prefix/licences/$name"
  case $archive in
    *.whl) "${PYTHON:-python3}" -m zipfile -e "$archive" "$work/$name/source" ;;
    *) tar -xf "$archive" -C "$work/$name/source" --strip-components=1 ;;
  esac
  # Not `if (...)`, which would switch off the end at the first error.
  set +e
  (set -e; cd "$work/$name"; "build_$name" "$@") > "$work/$name.log" 2>&1
  status=$?
  set -e
  if [ $status -ne 0 ]; then
    tail -n 30 "$work/$name.log" >&2
    echo "$name could not be built; all messages are in $work/$name.log" >&2
    exit 1
  fi
  rm -rf "${work:?}/$name"
  printf '%s\n' "$key" > "$prefix/$name.key"
}
install_cmake() {
  cmake -G Ninja "$@" -B build ${TOOLCHAIN:+"-DCMAKE_TOOLCHAIN_FILE=$TOOLCHAIN"} -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags"
  cmake --build build --parallel "$jobs" --target install
}

build_eigen() {
  install_cmake -S source -DBUILD_TESTING=OFF -DEIGEN_BUILD_DOC=OFF
  cp source/COPYING.README source/COPYING.MPL2 source/COPYING.BSD source/COPYING.MINPACK "$prefix/licences/eigen"
}
part eigen

build_json() {
  install_cmake -S source -DJSON_BuildTests=OFF -DJSON_MultipleHeaders=OFF
  cp source/LICENSE.MIT "$prefix/licences/json"
}
part json

build_expat() {
  install_cmake -S source/expat -DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_TOOLS=OFF -DEXPAT_BUILD_EXAMPLES=OFF -DEXPAT_BUILD_TESTS=OFF \
    -DEXPAT_BUILD_DOCS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON
  cp source/expat/COPYING "$prefix/licences/expat"
}
part expat

build_s2() {
  rm -rf "$prefix/s2geometry"
  cp -r source/s2geometry "$prefix"
  cp source/s2geometry-*.dist-info/licenses/* "$prefix/licences/s2"
}
part s2

build_pybind11() {
  cp source/pybind11-*.dist-info/licenses/LICENSE "$prefix/licences/pybind11"
}
part pybind11

build_openjpeg() {
  install_cmake -S source -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_CODEC=OFF -DBUILD_TESTING=OFF -DBUILD_DOC=OFF \
    -DBUILD_PKGCONFIG_FILES=ON -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_C_VISIBILITY_PRESET=hidden
  cp source/LICENSE "$prefix/licences/openjpeg"
}
part openjpeg

# Small and static: no video, no windows, no network inference, of the formats those that venloc supports.
opencv_options="-DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DENABLE_PIC=ON -DCMAKE_CXX_VISIBILITY_PRESET=hidden
  -DCMAKE_VISIBILITY_INLINES_HIDDEN=ON -DBUILD_LIST=core,imgproc,imgcodecs,flann,features2d,calib3d
  -DOPENCV_GENERATE_PKGCONFIG=OFF -DOPENCV_ENABLE_NONFREE=OFF -DCV_TRACE=OFF"
for name in ZLIB JPEG PNG WEBP TIFF; do opencv_options="$opencv_options -DBUILD_$name=ON"; done
for name in BUILD_TESTS BUILD_PERF_TESTS BUILD_EXAMPLES BUILD_DOCS BUILD_JAVA BUILD_opencv_apps BUILD_opencv_python3 \
  WITH_JASPER WITH_OPENJPEG WITH_OPENEXR WITH_AVIF WITH_JPEGXL WITH_IPP WITH_ITT WITH_TBB WITH_OPENMP WITH_OPENCL WITH_VA \
  WITH_VA_INTEL WITH_FFMPEG WITH_GSTREAMER WITH_V4L WITH_1394 WITH_GTK WITH_QT WITH_LAPACK WITH_EIGEN WITH_PROTOBUF WITH_QUIRC \
  WITH_ADE WITH_FLATBUFFERS WITH_GDAL WITH_GDCM; do
  opencv_options="$opencv_options -D$name=OFF"
done
case ${TOOLCHAIN:-$(uname -m)} in
  x86_64) opencv_options="$opencv_options -DCPU_BASELINE=SSE3 -DCPU_DISPATCH=SSE4_1,SSE4_2,AVX,FP16,AVX2,AVX512_SKX" ;;
esac
build_opencv() {
  # How OpenCV was configured, with paths of this machine, would be in the wheel.
  grep -q '^#include "version_string.inc"$' source/opencv/modules/core/src/system.cpp
  sed -i 's,^#include "version_string.inc"$,"",' source/opencv/modules/core/src/system.cpp
  install_cmake -S source/opencv "$@"
  # venloc decodes JPEG, PNG and TIFF itself, with the libraries that OpenCV has.
  sources=source/opencv/3rdparty
  cp $sources/libtiff/tiff.h $sources/libtiff/tiffio.h $sources/libtiff/tiffvers.h build/3rdparty/libtiff/tiffconf.h \
    $sources/libjpeg-turbo/src/jpeglib.h $sources/libjpeg-turbo/src/jerror.h $sources/libjpeg-turbo/src/jmorecfg.h \
    build/3rdparty/libjpeg-turbo/jconfig.h $sources/libpng/png.h $sources/libpng/pngconf.h $sources/libpng/pnglibconf.h \
    $sources/zlib/zlib.h build/3rdparty/zlib/zconf.h "$prefix/include"
  cp "$prefix/lib/opencv4/3rdparty/liblibtiff.a" "$prefix/lib/libtiff.a"
  cp "$prefix/lib/opencv4/3rdparty/liblibjpeg-turbo.a" "$prefix/lib/libjpeg.a"
  cp "$prefix/lib/opencv4/3rdparty/liblibpng.a" "$prefix/lib/libpng.a"
  cp "$prefix/lib/opencv4/3rdparty/libzlib.a" "$prefix/lib/libz.a"
  cp "$prefix"/share/licenses/opencv4/* "$prefix/licences/opencv"
  cp source/opencv/LICENSE "$prefix/licences/opencv/OpenCV-LICENSE"
  cp source/opencv/3rdparty/libwebp/COPYING "$prefix/licences/opencv/libwebp-COPYING"
}
command -v nasm > /dev/null || { echo "nasm is missing, without which reading JPEG takes three times as long: install it." >&2; exit 1; }
# shellcheck disable=SC2086
part opencv $opencv_options
