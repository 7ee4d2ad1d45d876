# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# The C++ package: libraries, headers, default model and what find_package(venloc) and pkg-config read. Component "cpp"; the
# Python package is component "python" (python/CMakeLists.txt).
include(CMakePackageConfigHelpers)

set(VENLOC_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/venloc")
function(venloc_install_library target headers)
  install(TARGETS ${target} EXPORT ${target}-targets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT cpp
    ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT cpp
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT cpp
    INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT ${target}-targets NAMESPACE venloc:: DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
  foreach(header IN LISTS headers)
    get_filename_component(folder "${header}" DIRECTORY)
    install(FILES "${PROJECT_SOURCE_DIR}/include/${header}"
      DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}" COMPONENT cpp)
  endforeach()
endfunction()

venloc_install_library(venloc "${VENLOC_HEADERS}")
if(VENLOC_HAVE_TORCH)
  venloc_install_library(venloc_torch "${VENLOC_TORCH_HEADERS}")
endif()
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/NOTICE"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT cpp)
if(EXISTS "${VENLOC_DEFAULT_MODEL}")
  install(FILES "${VENLOC_DEFAULT_MODEL}" DESTINATION "${CMAKE_INSTALL_DATADIR}/venloc" COMPONENT cpp)
endif()

set(PACKAGE_MODEL "${CMAKE_INSTALL_DATADIR}/venloc/venice.venloc")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/venlocConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/venlocConfig.cmake" INSTALL_DESTINATION "${VENLOC_CMAKE_DIR}" PATH_VARS PACKAGE_MODEL)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/venlocConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/venlocConfig.cmake" "${PROJECT_BINARY_DIR}/venlocConfigVersion.cmake"
  DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
if(VENLOC_LIBRARY_TYPE STREQUAL "STATIC")  # its users link what it was made with, and find that in the same ways
  install(FILES cmake/FindS2.cmake cmake/VenlocPython.cmake cmake/VenlocTorch.cmake cmake/s2_streams.cpp
    DESTINATION "${VENLOC_CMAKE_DIR}" COMPONENT cpp)
endif()

# --- pkg-config -------------------------------------------------------------------------------------------------------
# Appends the file that a target stands for, and those it needs, to the list <variable>: a library stands before those it needs
# once the list is turned round.
function(venloc_append_linked variable item)
  string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
  set(found ${${variable}})
  if(item IN_LIST found OR item MATCHES "^\\$<")  # conditions that do not hold here
    return()
  endif()
  if(NOT TARGET "${item}")
    if(IS_ABSOLUTE "${item}" OR item MATCHES "^-")
      list(APPEND found "${item}")
    else()
      list(APPEND found "-l${item}")
    endif()
    set(${variable} ${found} PARENT_SCOPE)
    return()
  endif()
  get_property(visited GLOBAL PROPERTY venloc_linked_${item} SET)
  if(visited)
    return()
  endif()
  set_property(GLOBAL PROPERTY venloc_linked_${item} ON)
  get_target_property(needs "${item}" INTERFACE_LINK_LIBRARIES)
  if(needs)
    foreach(need IN LISTS needs)
      venloc_append_linked(found "${need}")
    endforeach()
  endif()
  get_target_property(kind "${item}" TYPE)
  if(NOT kind STREQUAL "INTERFACE_LIBRARY")
    get_target_property(file "${item}" LOCATION)
    list(APPEND found "${file}")
  endif()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# What a program links beside a static venloc. A shared one keeps its dependencies to itself. Libraries by their files and
# not by Requires.private, with which pkg-config --static names what shared libraries need: Debian's libheif libnuma, which
# is not installed with it.
set(PC_LIBS_PRIVATE "")
set(PC_CFLAGS "")
if(VENLOC_LIBRARY_TYPE STREQUAL "STATIC")
  set(linked "")
  foreach(item IN LISTS VENLOC_LINKED)
    venloc_append_linked(linked "${item}")
  endforeach()
  list(REVERSE linked)
  list(JOIN linked " " PC_LIBS_PRIVATE)
  if(WIN32)
    set(PC_CFLAGS -DVENLOC_STATIC)
  endif()
endif()
file(RELATIVE_PATH PC_PREFIX "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" PC_PREFIX "${PC_PREFIX}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/venloc.pc.in" "${PROJECT_BINARY_DIR}/venloc.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/venloc.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT cpp)
