# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The public headers, relative to include/: VENLOC_TORCH_HEADERS are those with a comment "Part of venloc::torch", VENLOC_HEADERS
# the others.
set(VENLOC_HEADERS "")
set(VENLOC_TORCH_HEADERS "")
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/include/venloc/*.hpp")
foreach(header IN LISTS headers)
  file(STRINGS "${PROJECT_SOURCE_DIR}/include/${header}" part REGEX "Part of venloc::torch" LIMIT_COUNT 1)
  if(part)
    list(APPEND VENLOC_TORCH_HEADERS ${header})
  else()
    list(APPEND VENLOC_HEADERS ${header})
  endif()
endforeach()
