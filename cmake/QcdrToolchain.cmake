# Compiler, linker and warnings. Warnings are errors in our own code (qcdr_own_code).
find_program(QCDR_CCACHE ccache)
if(QCDR_CCACHE)
  # Without this sloppiness ccache keeps nothing that includes a precompiled header. Paths below the
  # source folder are hashed as relative, so that a second clone finds what the first one built.
  set(QCDR_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${QCDR_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${QCDR_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${QCDR_LAUNCHER})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  endif()
endif()
find_program(QCDR_MOLD mold)
if(QCDR_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
if(QCDR_SANITIZE)
  add_compile_options(-fsanitize=${QCDR_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${QCDR_SANITIZE})
  if(QCDR_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()

if(QCDR_FUZZ)
  # The libraries report their coverage too: without it the fuzzer sees only its own target's file.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(qcdr_own_code INTERFACE)
target_compile_options(qcdr_own_code INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual)
# __int128 is how the decimal and the digest carry; it is an extension that both compilers have.
target_compile_options(qcdr_own_code INTERFACE -Wno-pedantic)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 at -O2 warns about moves of short strings inside std::variant (GCC bugs 105329, 105651,
  # 107852); later versions do not.
  target_compile_options(qcdr_own_code INTERFACE
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread
    -Wno-maybe-uninitialized)
endif()
target_include_directories(qcdr_own_code INTERFACE
  ${CMAKE_SOURCE_DIR}/pipeline ${CMAKE_SOURCE_DIR}/services)

find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(PkgConfig REQUIRED)
if(QCDR_TESTS)
  find_package(GTest REQUIRED)
endif()
if(QCDR_FUZZ AND NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "the fuzz preset needs clang")
endif()
