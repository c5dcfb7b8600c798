#include "cli/file_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace qcdr {
namespace {

constexpr std::size_t kReadBytes = 1 << 20;

class OpenFile {
 public:
  explicit OpenFile(std::FILE* file) : file_(file) { state(&at_open_); }
  ~OpenFile() {
    if (file_ != stdin) std::fclose(file_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  Result<std::string> read(std::size_t bytes_max) {
    std::string bytes(std::min(bytes_max, kReadBytes), '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file_));
    if (std::ferror(file_) != 0) return Status(ErrorCode::kIo, "reading failed");
    if (bytes.empty() && was_written_to()) {
      return Status(ErrorCode::kFailedPrecondition, "the file is still being written");
    }
    return bytes;
  }

 private:
  // A stream has no state to compare.
  bool state(struct ::stat* now) const {
    return ::fstat(::fileno(file_), now) == 0 && S_ISREG(now->st_mode);
  }
  bool was_written_to() const {
    struct ::stat now {};
    return state(&now) &&
           (now.st_size != at_open_.st_size || now.st_mtim.tv_sec != at_open_.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != at_open_.st_mtim.tv_nsec);
  }

  std::FILE* file_;
  struct ::stat at_open_ {};
};

}  // namespace

Result<ByteSource> open_source(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  std::error_code error;
  if (path != "-" && std::filesystem::is_directory(path, error)) {
    return Status(ErrorCode::kInvalidArgument, name + " is a folder; give the files in it");
  }
  std::FILE* opened = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (opened == nullptr) {
    const int reason = errno;
    return Status(ErrorCode::kNotFound,
                  "cannot open " + name + ": " + std::generic_category().message(reason));
  }
  const auto file = std::make_shared<OpenFile>(opened);
  return ByteSource([file](std::size_t bytes_max) { return file->read(bytes_max); });
}

}  // namespace qcdr
