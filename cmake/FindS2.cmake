# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The S2 geometry library, as target S2::S2. Debian's libs2-dev has no CMake configuration of its own.
include(FindPackageHandleStandardArgs)

find_path(S2_INCLUDE_DIR s2/s2cell_id.h)
find_library(S2_LIBRARY s2)
mark_as_advanced(S2_INCLUDE_DIR S2_LIBRARY)
find_package(absl QUIET CONFIG)
find_package_handle_standard_args(S2 REQUIRED_VARS S2_LIBRARY S2_INCLUDE_DIR absl_FOUND
  REASON_FAILURE_MESSAGE "on Debian and Ubuntu, apt-get install libs2-dev")

if(S2_FOUND AND NOT TARGET S2::S2)
  add_library(S2::S2 UNKNOWN IMPORTED)
  set_target_properties(S2::S2 PROPERTIES
    IMPORTED_LOCATION "${S2_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${S2_INCLUDE_DIR}"
    INTERFACE_LINK_LIBRARIES "absl::strings;absl::throw_delegate")
endif()
