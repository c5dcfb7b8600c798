// Files that commands read and write whole. A file with identifiers is its owner's alone; one that
// is there is never written over: a plan that was drawn stays as it was drawn.
// Thread-safety: free functions. Errors: kNotFound, kAlreadyExists, kLimitExceeded, kIo.
#pragma once

#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr {

Result<std::string> read_whole_file(const std::string& path);
enum class FileFor { kEverybody, kOwner };
Status create_whole_file(const std::string& path, std::string_view bytes, FileFor whom);

}  // namespace qcdr
