# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Libraries that read further kinds of pictures. Each is optional: VENLOC_WITH_<NAME> is AUTO (when it is found), ON or OFF.
# Sets VENLOC_DECODERS, the targets to link, and VENLOC_DECODER_DEFINITIONS, VENLOC_HAVE_<NAME> for each that is there.
set(VENLOC_DECODERS "")
set(VENLOC_DECODER_DEFINITIONS "")
set(VENLOC_DECODER_PACKAGES "")  # what a program that links a static venloc finds by pkg-config

function(venloc_decoder name formats package minimum)
  set(VENLOC_WITH_${name} AUTO CACHE STRING "Read ${formats} by ${package}: ON, OFF or AUTO (when it is found)")
  set_property(CACHE VENLOC_WITH_${name} PROPERTY STRINGS OFF ON AUTO)
  if(NOT VENLOC_WITH_${name})
    return()
  endif()
  pkg_check_modules(VENLOC_${name} QUIET IMPORTED_TARGET ${package}>=${minimum})
  if(NOT VENLOC_${name}_FOUND)
    if(VENLOC_WITH_${name} STREQUAL "AUTO")
      message(STATUS "venloc: ${formats} will not be read: pkg-config finds no ${package} ${minimum} or newer")
    else()
      message(FATAL_ERROR "VENLOC_WITH_${name} is on, but pkg-config finds no ${package} ${minimum} or newer: install it")
    endif()
    return()
  endif()
  message(STATUS "venloc: ${formats} by ${package} ${VENLOC_${name}_VERSION}")
  set(VENLOC_DECODERS ${VENLOC_DECODERS} PkgConfig::VENLOC_${name} PARENT_SCOPE)
  set(VENLOC_DECODER_DEFINITIONS ${VENLOC_DECODER_DEFINITIONS} VENLOC_HAVE_${name} PARENT_SCOPE)
  set(VENLOC_DECODER_PACKAGES ${VENLOC_DECODER_PACKAGES} ${name}=${package} PARENT_SCOPE)
endfunction()

venloc_decoder(HEIF "HEIC and AVIF" libheif 1.15)
venloc_decoder(JXL "JPEG XL" libjxl 0.7)
venloc_decoder(JPEG2000 "JPEG 2000" libopenjp2 2.5)
venloc_decoder(RAW "raw files of more cameras" libraw 0.20)
