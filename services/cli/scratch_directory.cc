#include "cli/scratch_directory.h"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace qcdr {

Result<std::unique_ptr<ScratchDirectory>> ScratchDirectory::make() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  if (error) return Status(ErrorCode::kIo, "no directory for temporary files: " + error.message());
  std::string path = (parent / "qcdr-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    return Status(ErrorCode::kIo,
                  std::string("a temporary directory cannot be made: ") + std::strerror(errno));
  }
  return std::unique_ptr<ScratchDirectory>(new ScratchDirectory(std::move(path)));
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Result<std::uint64_t> ScratchDirectory::bytes_available() const {
  std::error_code error;
  const auto space = std::filesystem::space(path_, error);
  if (error) return Status(ErrorCode::kIo, "free space is not known: " + error.message());
  return std::uint64_t{space.available};
}

}  // namespace qcdr
