# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Finds LibTorch for venloc::torch and sets VENLOC_HAVE_TORCH, with targets torch_library and c10. LibTorch's own package is
# not used: in a build with CUDA it ends the configuration where no CUDA toolkit is installed, which nothing here needs.
include(VenlocPython)

set(VENLOC_TORCH_PYTHON "" CACHE FILEPATH
  "Python interpreter whose package torch is used; empty: the one a wheel is built for, or .venv of the checkout, then python3")
set(VENLOC_TORCH_ROOT "" CACHE PATH "Folder with LibTorch's lib and include; empty: the Python package torch")
set(VENLOC_TORCH_MINIMUM 2.7)  # before that, wheels have the C++ ABI of 2011's std::string turned off
set(VENLOC_HAVE_TORCH OFF)
if(NOT VENLOC_WITH_TORCH)
  return()
endif()

set(TORCH_INSTALL_PREFIX "${VENLOC_TORCH_ROOT}")
if(NOT TORCH_INSTALL_PREFIX)
  venloc_python_package(torch TORCH_INSTALL_PREFIX ${VENLOC_TORCH_PYTHON})
endif()
set(torch_version "")
foreach(file version.py build-version)  # of a Python package, of LibTorch alone
  if(NOT torch_version AND EXISTS "${TORCH_INSTALL_PREFIX}/${file}")
    file(STRINGS "${TORCH_INSTALL_PREFIX}/${file}" line REGEX "^(__version__ = ')?[0-9]+\\.[0-9]+" LIMIT_COUNT 1)
    string(REGEX MATCH "[0-9]+\\.[0-9]+(\\.[0-9]+)?" torch_version "${line}")
  endif()
endforeach()
set(missing "")
foreach(name torch torch_cpu c10)
  set(torch_file "${TORCH_INSTALL_PREFIX}/lib/${CMAKE_SHARED_LIBRARY_PREFIX}${name}${CMAKE_SHARED_LIBRARY_SUFFIX}")
  if(NOT EXISTS "${torch_file}")
    list(APPEND missing "${torch_file}")
  endif()
endforeach()
set(torch_includes "${TORCH_INSTALL_PREFIX}/include" "${TORCH_INSTALL_PREFIX}/include/torch/csrc/api/include")
if(NOT EXISTS "${TORCH_INSTALL_PREFIX}/include/torch/csrc/api/include/torch/torch.h")
  list(APPEND missing "torch/torch.h")
endif()

# LibTorch's threads are OpenMP's, and a wheel brings its own copy of OpenMP: a process must not have two.
file(GLOB VENLOC_TORCH_OPENMP "${TORCH_INSTALL_PREFIX}/lib/libgomp*.so*")
if(NOT VENLOC_TORCH_OPENMP)
  find_package(OpenMP QUIET COMPONENTS CXX)
  set(VENLOC_TORCH_OPENMP OpenMP::OpenMP_CXX)
endif()

set(remedy "run 'make setup TORCH=1', or set VENLOC_TORCH_PYTHON to an interpreter that has torch ${VENLOC_TORCH_MINIMUM} or newer")
if(SKBUILD)  # an isolated build does not see what is installed
  set(remedy "have torch ${VENLOC_TORCH_MINIMUM} or newer installed and build with pip's option --no-build-isolation")
endif()
if(NOT TORCH_INSTALL_PREFIX)
  set(problem "no Python package torch was found: ${remedy}")
elseif(missing)
  set(problem "${TORCH_INSTALL_PREFIX} is not a whole LibTorch (missing: ${missing}): ${remedy}")
elseif(NOT torch_version OR torch_version VERSION_LESS VENLOC_TORCH_MINIMUM)
  set(problem "torch '${torch_version}' in ${TORCH_INSTALL_PREFIX} is too old: ${remedy}")
elseif(VENLOC_TORCH_OPENMP STREQUAL "OpenMP::OpenMP_CXX" AND NOT OpenMP_CXX_FOUND)
  set(problem "the compiler has no OpenMP, which this LibTorch needs: install it (libgomp or libomp)")
else()
  set(VENLOC_HAVE_TORCH ON)
  foreach(name torch torch_cpu c10)
    set(target ${name})
    if(NOT name STREQUAL "c10")
      set(target venloc_lib${name})
    endif()
    add_library(${target} SHARED IMPORTED)
    set_target_properties(${target} PROPERTIES
      IMPORTED_LOCATION "${TORCH_INSTALL_PREFIX}/lib/${CMAKE_SHARED_LIBRARY_PREFIX}${name}${CMAKE_SHARED_LIBRARY_SUFFIX}"
      INTERFACE_INCLUDE_DIRECTORIES "${torch_includes}")
  endforeach()
  add_library(torch_library INTERFACE IMPORTED)
  target_link_libraries(torch_library INTERFACE venloc_libtorch venloc_libtorch_cpu c10)
  # libtorch is empty but for what it needs, which in a build with CUDA is the GPU's part: the linker must keep it.
  target_link_options(torch_library INTERFACE $<$<PLATFORM_ID:Linux>:LINKER:--no-as-needed>)
  message(STATUS "venloc::torch: with LibTorch ${torch_version} in ${TORCH_INSTALL_PREFIX}")
  return()
endif()
if(VENLOC_WITH_TORCH STREQUAL "AUTO")
  message(STATUS "venloc::torch: not built: ${problem}")
else()
  message(FATAL_ERROR "VENLOC_WITH_TORCH is on, but ${problem}")
endif()
