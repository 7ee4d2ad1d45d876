# SPDX-FileCopyrightText: 2026 The venloc authors
# SPDX-License-Identifier: Apache-2.0

# Warnings, language level and visibility for venloc's own targets only; a consumer inherits the language level alone.
function(venloc_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
    $<$<BOOL:${VENLOC_WARNINGS_AS_ERRORS}>:-Werror>
    # False warnings of GCC 12 at -O3, e.g. https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>"
    # GCC 13 takes a reference into an argument for one to a temporary value of another argument.
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>")
endfunction()

# With CMAKE_UNITY_BUILD, files of one folder of src/ are compiled together, twelve at a time: few enough that two processors
# share the work. Names of one folder must then be different, also in unnamed namespaces; between folders they need not be.
function(venloc_unity_by_folder target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(folder ${source} DIRECTORY)
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${folder})
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    math(EXPR count_${folder} "0${count_${folder}} + 1")
    math(EXPR batch "(${count_${folder}} - 1) / 12")
    set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP "${folder}_${batch}")
  endforeach()
endfunction()

# <target>_internal, for tests and benchmarks, which also call what a library keeps to itself: the same object files once more
# as a static library. A program that links it links no library <target>, so that there is one copy of everything.
function(venloc_add_internal target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PUBLIC;PRIVATE")
  if(VENLOC_LIBRARY_TYPE STREQUAL "STATIC")
    add_library(${target}_internal INTERFACE)
    target_link_libraries(${target}_internal INTERFACE ${target})
  else()
    add_library(${target}_internal STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${target}>)
    target_link_libraries(${target}_internal PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    target_compile_definitions(${target}_internal INTERFACE $<$<PLATFORM_ID:Windows>:VENLOC_STATIC>)
  endif()
  target_include_directories(${target}_internal INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
endfunction()

# One test program per room; every doctest case in it becomes a ctest test "<room>: <case>".
function(venloc_add_test room)
  add_executable(test_${room} ${ARGN})
  set_target_properties(test_${room} PROPERTIES UNITY_BUILD OFF)
  venloc_target_defaults(test_${room})
  target_include_directories(test_${room} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(test_${room} PRIVATE venloc_internal test_main opencv_core opencv_imgproc opencv_imgcodecs
    opencv_features2d opencv_calib3d)
  doctest_discover_tests(test_${room} TEST_PREFIX "${room}: " ADD_LABELS 0)
endfunction()

# Lets the files of a test program that include torch/torch.h share the precompiled header of venloc_torch.
function(venloc_share_torch_header target)
  target_precompile_headers(${target} REUSE_FROM venloc_torch)
  # As a library is compiled, or the header is refused; and the flag that ccache needs for it.
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
