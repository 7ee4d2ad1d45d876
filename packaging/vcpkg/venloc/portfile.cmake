# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# An overlay port of the checkout that it lies in: vcpkg install venloc --overlay-ports=packaging/vcpkg
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
vcpkg_find_acquire_program(PKGCONFIG)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DVENLOC_BUILD_TESTS=OFF
    -DVENLOC_BUILD_EXAMPLES=OFF
    -DVENLOC_BUILD_PYTHON=OFF
    -DVENLOC_WITH_TORCH=OFF
    -DVENLOC_WITH_JPEG2000=ON
    -DVENLOC_WITH_HEIF=OFF
    -DVENLOC_WITH_JXL=OFF
    -DVENLOC_WITH_RAW=OFF
    "-Ds2_DIR=${CURRENT_INSTALLED_DIR}/share/s2"
    "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}")
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/venloc)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE" "${SOURCE_PATH}/NOTICE")
