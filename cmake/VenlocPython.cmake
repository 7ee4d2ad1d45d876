# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Libraries that come as Python packages (S2, LibTorch) are taken from the interpreter that a wheel is built for; in other builds
# from Python_EXECUTABLE, where that is set, then from .venv of the checkout, then from python3. A given interpreter (optional)
# is the only one looked at.

# Sets <variable> to the folder of the Python package <name>, or to "" where no interpreter has it.
function(venloc_python_package name variable)
  set(pythons ${ARGN})
  if(NOT pythons AND SKBUILD)
    set(pythons "${Python_EXECUTABLE}")
  elseif(NOT pythons)
    find_program(VENLOC_PYTHON3 python3)
    mark_as_advanced(VENLOC_PYTHON3)
    set(pythons ${Python_EXECUTABLE} "${PROJECT_SOURCE_DIR}/.venv/bin/python" "${VENLOC_PYTHON3}")
  endif()
  set(${variable} "" PARENT_SCOPE)
  foreach(python IN LISTS pythons)
    # find_spec does not import the package, which takes seconds for some.
    execute_process(
      COMMAND "${python}" -c "import importlib.util, pathlib
print(pathlib.Path(importlib.util.find_spec('${name}').origin).parent.as_posix(), end='')"
      OUTPUT_VARIABLE folder RESULT_VARIABLE failed ERROR_QUIET)
    if(NOT failed)
      set(${variable} "${folder}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()
