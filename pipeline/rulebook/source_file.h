// The files that a rulebook is made of, as (path, bytes).
//
// Thread-safety: values. Lifetime: views; embedded_files() lives for the whole process.
#pragma once

#include <span>
#include <string_view>

namespace qcdr::rulebook {

struct SourceFile {
  std::string_view path;  // relative to data/: "parameters/quality/case-minimum.yaml"
  std::string_view bytes;
};

// Every file under data/, compiled in, in order of path.
std::span<const SourceFile> embedded_files();

}  // namespace qcdr::rulebook
