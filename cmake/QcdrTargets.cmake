# One function per kind of target, so that every target is built the same way.

# Precompiled headers of the standard library: what nearly every file of ours includes.
set(QCDR_PCH <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <string>
  <string_view> <unordered_map> <utility> <variant> <vector>)

# qcdr_library(name SOURCES ... [LINK args of target_link_libraries])
function(qcdr_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(qcdr_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(qcdr_${name} PUBLIC qcdr_own_code)
  if(ARG_LINK)
    target_link_libraries(qcdr_${name} ${ARG_LINK})
  endif()
  target_precompile_headers(qcdr_${name} PRIVATE ${QCDR_PCH})
endfunction()

# qcdr_test(name SOURCES ... [LINK libraries]): one GoogleTest program, one ctest entry.
function(qcdr_test name)
  if(NOT QCDR_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE qcdr_own_code ${ARG_LINK} GTest::gtest_main)
  target_precompile_headers(${name} PRIVATE ${QCDR_PCH} <gtest/gtest.h>)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(ARG_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
endfunction()

# qcdr_fuzz(name SOURCES ... LINK ...): a libFuzzer program, only in the fuzz preset.
function(qcdr_fuzz name)
  if(NOT QCDR_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE qcdr_own_code ${ARG_LINK})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endfunction()
