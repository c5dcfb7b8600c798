# Writes one C++ file that holds every file below ROOT. Run as
#   cmake -DROOT=<folder> -DOUT=<file.cc> -P embed_data.cmake
# Order is that of the paths' bytes; embedded_files() promises it.
file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE ${ROOT} ${ROOT}/*)
list(SORT files COMPARE STRING)

set(arrays "")
set(entries "")
set(number 0)
foreach(file IN LISTS files)
  file(READ "${ROOT}/${file}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  # The closing zero keeps an empty file a valid array.
  string(APPEND arrays "// ${file}\nconst unsigned char kFile${number}[] = {\n${bytes}0};\n\n")
  string(APPEND entries "    {\"${file}\", {reinterpret_cast<const char*>(kFile${number}), ${size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE "${OUT}" "// Generated from rulebook/data by embed_data.cmake.
#include \"rulebook/source_file.h\"

namespace qcdr::rulebook {
namespace {

${arrays}const SourceFile kFiles[] = {
${entries}};

}  // namespace

std::span<const SourceFile> embedded_files() { return kFiles; }

}  // namespace qcdr::rulebook
")
