# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Finds LibTorch for venloc::torch and sets VENLOC_HAVE_TORCH. Where it is: CMAKE_PREFIX_PATH or Torch_DIR when they say so,
# else the package torch of a Python interpreter.
set(VENLOC_TORCH_PYTHON "" CACHE FILEPATH
  "Python interpreter whose package torch is used; empty: the one a wheel is built for, or .venv of the checkout, then python3")
set(VENLOC_TORCH_MINIMUM 2.7)  # before that, wheels have the C++ ABI of 2011's std::string turned off
set(VENLOC_HAVE_TORCH OFF)
if(NOT VENLOC_WITH_TORCH)
  return()
endif()

set(kineto_LIBRARY "none")  # wheels have it inside libtorch_cpu; else the package warns that there is no such file
find_package(Torch QUIET CONFIG)
if(NOT Torch_FOUND)
  set(pythons "${VENLOC_TORCH_PYTHON}")
  if(NOT pythons AND SKBUILD)
    set(pythons "${Python_EXECUTABLE}")  # the interpreter that the package is built for
  elseif(NOT pythons)
    find_program(VENLOC_PYTHON3 python3)
    set(pythons "${PROJECT_SOURCE_DIR}/.venv/bin/python" "${VENLOC_PYTHON3}")
  endif()
  foreach(python IN LISTS pythons)
    # Where the package is can be told without the seconds that importing it takes.
    execute_process(
      COMMAND "${python}" -c "import importlib.util, pathlib
print(pathlib.Path(importlib.util.find_spec('torch').origin).parent / 'share' / 'cmake' / 'Torch', end='')"
      OUTPUT_VARIABLE folder RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
      find_package(Torch QUIET CONFIG PATHS "${folder}" NO_DEFAULT_PATH)
      break()
    endif()
  endforeach()
endif()

if(Torch_FOUND AND Torch_VERSION VERSION_LESS VENLOC_TORCH_MINIMUM)
  set(problem "torch ${Torch_VERSION} in ${Torch_DIR} has another C++ ABI; ${VENLOC_TORCH_MINIMUM} or newer is needed")
elseif(NOT Torch_FOUND)
  set(problem "no Python package torch found (looked in: ${pythons})")
else()
  set(VENLOC_HAVE_TORCH ON)
  # LibTorch's threads are OpenMP's, and a wheel brings its own copy of OpenMP: a process must not have two.
  file(GLOB VENLOC_TORCH_OPENMP "${TORCH_INSTALL_PREFIX}/lib/libgomp*.so*")
  if(NOT VENLOC_TORCH_OPENMP)
    find_package(OpenMP REQUIRED COMPONENTS CXX)
    set(VENLOC_TORCH_OPENMP OpenMP::OpenMP_CXX)
  endif()
  message(STATUS "venloc::torch: with LibTorch ${Torch_VERSION}")
  return()
endif()
string(APPEND problem
  "; install torch in .venv (pip install 'venloc[torch]' has the version) or set VENLOC_TORCH_PYTHON to an interpreter that has it")
if(VENLOC_WITH_TORCH STREQUAL "AUTO")
  message(STATUS "venloc::torch: not built: ${problem}")
else()
  message(FATAL_ERROR "VENLOC_WITH_TORCH is on, but ${problem}")
endif()
