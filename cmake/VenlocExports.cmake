# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Only venloc's own symbols leave its libraries, whatever is linked into them. A linker script is ELF's way to say so; macOS
# and Windows builds do without.
function(venloc_export_only target script)
  if(UNIX AND NOT APPLE)
    set(path "${PROJECT_SOURCE_DIR}/cmake/${script}")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${path}")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${path}")
  endif()
endfunction()
