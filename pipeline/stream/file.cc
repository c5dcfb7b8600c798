#include "stream/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace qcdr::stream {
namespace {

std::string last_part(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

Status errno_status(const char* call, const std::string& name, int error) {
  const ErrorCode code = error == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return Status(code, fmt::format("{} {}: {}", call, name, std::generic_category().message(error)));
}

}  // namespace

File::~File() {
  close();
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    name_ = std::move(other.name_);
  }
  return *this;
}

void File::close() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Status File::failed(const char* call) const {
  return errno_status(call, name_, errno);
}

Result<File> File::open(const std::string& path, int flags, unsigned mode) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return errno_status("open", last_part(path), errno);
  return File(descriptor, last_part(path));
}

Status File::write_at(std::uint64_t position, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(position));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    position += static_cast<std::uint64_t>(written);
  }
  return Status::ok();
}

Result<std::string> File::read_at(std::uint64_t position, std::size_t bytes) const {
  std::string read_bytes(bytes, '\0');
  std::size_t done = 0;
  while (done < bytes) {
    const ssize_t count = ::pread(descriptor_, read_bytes.data() + done, bytes - done,
                                  static_cast<off_t>(position + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("read");
    if (count == 0) {
      return Status(ErrorCode::kCorruption, fmt::format("{} is shorter than it was", name_));
    }
    done += static_cast<std::size_t>(count);
  }
  return read_bytes;
}

Result<std::uint64_t> File::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return failed("stat");
  return static_cast<std::uint64_t>(status.st_size);
}

Status File::truncate(std::uint64_t size) {
  int result = -1;
  do {
    result = ::ftruncate(descriptor_, static_cast<off_t>(size));
  } while (result != 0 && errno == EINTR);
  return result == 0 ? Status::ok() : failed("truncate");
}

Status File::sync() {
  return ::fdatasync(descriptor_) == 0 ? Status::ok() : failed("sync");
}

Status sync_directory(const std::string& path) {
  QCDR_ASSIGN_OR_RETURN(File directory, File::open(path, O_RDONLY | O_DIRECTORY));
  if (::fsync(directory.descriptor()) != 0) {
    return errno_status("sync directory", last_part(path), errno);
  }
  return Status::ok();
}

Status make_directories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return errno_status("create directory", last_part(path), error.value());
  return Status::ok();
}

Result<FileLock> FileLock::acquire(const std::string& path, Mode mode) {
  const bool exclusive = mode == Mode::kExclusive;
  const int flags = exclusive ? O_RDWR | O_CREAT : O_RDONLY;
  QCDR_ASSIGN_OR_RETURN(File file, File::open(path, flags));
  int result = -1;
  do {
    result = ::flock(file.descriptor(), (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return FileLock(std::move(file));
  if (errno != EWOULDBLOCK) return errno_status("lock", last_part(path), errno);
  return Status(ErrorCode::kFailedPrecondition,
                fmt::format("{} is locked: another process uses it", last_part(path)));
}

}  // namespace qcdr::stream
