// folding.yaml: the number of what folds count by, and the digest of the files that it stands for.
//
// A change of those files makes other states of the same log, so it needs another generation; the
// digest makes sure that nobody forgets to say so.
// Thread-safety: free function. Errors: kInvalidArgument "path:line: what".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::rulebook {

// Larger than any number of a file: generations of code lie this far apart.
inline constexpr std::uint32_t kFoldingNumbers = 1000;

struct FoldingFile {
  std::uint32_t number = 0;
  std::string sha256;  // hex, small letters
  int line = 0;        // of the digest
};

Result<FoldingFile> parse_folding_file(std::string_view path, std::string_view bytes);

}  // namespace qcdr::rulebook
