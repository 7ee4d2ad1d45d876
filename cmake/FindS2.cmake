# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The S2 geometry library and the abseil it was built with, as target S2::S2. The first of these that is there:
#   1. what s2_DIR, or S2_LIBRARY with S2_INCLUDE_DIR, names (and absl_DIR, where abseil is elsewhere);
#   2. the Python package s2geometry, which carries static libraries for x86-64 Linux and macOS;
#   3. the system's: a CMake configuration, or Debian 12's libs2-dev, which has none.
# Where there is none, tools/build_s2.sh makes one from S2's source.
include(FindPackageHandleStandardArgs)
include(VenlocPython)

set(S2_SOURCE "")
set(S2_STREAMS "")
if(s2_DIR)
  find_package(s2 QUIET CONFIG)
  set(S2_SOURCE "${s2_DIR}")
elseif(NOT S2_LIBRARY)
  venloc_python_package(s2geometry package)
  if(EXISTS "${package}/share/s2/s2Config.cmake")
    # Not kept in the cache: an isolated build's packages are gone afterwards, and another abseil must not come between.
    set(s2_DIR "${package}/share/s2")
    set(absl_DIR "${package}/lib64/cmake/absl")
    find_package(s2 QUIET CONFIG)
    unset(s2_DIR CACHE)
    unset(absl_DIR CACHE)
    unset(s2_DIR)
    unset(absl_DIR)
    set(S2_SOURCE "${package}")
    set(S2_STREAMS "${CMAKE_CURRENT_LIST_DIR}/s2_streams.cpp")
  else()
    find_package(s2 QUIET CONFIG)
    set(S2_SOURCE "${s2_DIR}")
    unset(s2_DIR CACHE)
  endif()
endif()

if(TARGET s2::s2)
  find_package_handle_standard_args(S2 REQUIRED_VARS S2_SOURCE)
  if(NOT TARGET S2::S2)
    add_library(S2::S2 INTERFACE IMPORTED)
    target_link_libraries(S2::S2 INTERFACE s2::s2)
    target_sources(S2::S2 INTERFACE ${S2_STREAMS})
  endif()
else()
  find_path(S2_INCLUDE_DIR s2/s2cell_id.h)
  find_library(S2_LIBRARY s2)
  mark_as_advanced(S2_INCLUDE_DIR S2_LIBRARY)
  find_package(absl QUIET CONFIG)
  find_package_handle_standard_args(S2 REQUIRED_VARS S2_LIBRARY S2_INCLUDE_DIR absl_FOUND
    REASON_FAILURE_MESSAGE "run 'make demo', which puts it into .venv, or 'pip install s2geometry', or build it from source with tools/build_s2.sh")
  if(S2_FOUND AND NOT TARGET S2::S2)
    add_library(S2::S2 UNKNOWN IMPORTED)
    set_target_properties(S2::S2 PROPERTIES
      IMPORTED_LOCATION "${S2_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${S2_INCLUDE_DIR}"
      INTERFACE_LINK_LIBRARIES "absl::strings;absl::throw_delegate")
  endif()
endif()
