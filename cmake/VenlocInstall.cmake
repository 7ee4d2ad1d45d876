# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The C++ package: library, headers, default model and what find_package(venloc) reads. Component "cpp"; the Python
# package is component "python" (python/CMakeLists.txt).
include(CMakePackageConfigHelpers)

set(VENLOC_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/venloc")
install(TARGETS venloc EXPORT venloc-targets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT cpp
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(VENLOC_HAVE_TORCH)
  install(TARGETS venloc_torch EXPORT venloc-torch-targets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT cpp
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT venloc-torch-targets NAMESPACE venloc:: DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
  set(torch_headers)
else()
  set(torch_headers PATTERN torch.hpp EXCLUDE PATTERN torch_info.hpp EXCLUDE PATTERN training EXCLUDE
    PATTERN regression_locator.hpp EXCLUDE PATTERN s2_cell_classifier_locator.hpp EXCLUDE)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/venloc" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT cpp
  FILES_MATCHING PATTERN "*.hpp" ${torch_headers})
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/NOTICE"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT cpp)
if(EXISTS "${VENLOC_DEFAULT_MODEL}")
  install(FILES "${VENLOC_DEFAULT_MODEL}" DESTINATION "${CMAKE_INSTALL_DATADIR}/venloc" COMPONENT cpp)
endif()

install(EXPORT venloc-targets NAMESPACE venloc:: DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/venlocConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/venlocConfig.cmake" INSTALL_DESTINATION "${VENLOC_CMAKE_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/venlocConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/venlocConfig.cmake" "${PROJECT_BINARY_DIR}/venlocConfigVersion.cmake"
  DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
