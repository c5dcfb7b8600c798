#include "cli/whole_file.h"

#include <fcntl.h>

#include <filesystem>

#include "stream/file.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kBytesMax = std::uint64_t{256} << 20;
constexpr unsigned kOwnerAlone = 0600;
constexpr unsigned kOthersRead = 0644;

}  // namespace

Result<std::string> read_whole_file(const std::string& path) {
  QCDR_ASSIGN_OR_RETURN(const stream::File file, stream::File::open(path, O_RDONLY));
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
  if (size > kBytesMax) return Status(ErrorCode::kLimitExceeded, "the file is too long");
  return file.read_at(0, static_cast<std::size_t>(size));
}

Status create_whole_file(const std::string& path, std::string_view bytes, FileFor whom) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Status(ErrorCode::kAlreadyExists, "the file is there already; give another name");
  }
  QCDR_ASSIGN_OR_RETURN(stream::File file,
                        stream::File::open(path, O_WRONLY | O_CREAT | O_EXCL,
                                           whom == FileFor::kOwner ? kOwnerAlone : kOthersRead));
  QCDR_RETURN_IF_ERROR(file.write_at(0, bytes));
  return file.sync();
}

}  // namespace qcdr
