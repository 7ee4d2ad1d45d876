# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Only venloc's own symbols leave its libraries, whatever is linked into them. Hidden visibility (VenlocTargets.cmake) does not
# reach static libraries and templates of the standard library; on ELF systems a linker script does.
function(venloc_export_only target script)
  if(UNIX AND NOT APPLE)
    set(path "${PROJECT_SOURCE_DIR}/cmake/${script}")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${path}")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${path}")
  endif()
endfunction()
