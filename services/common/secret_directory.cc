#include "common/secret_directory.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "core/identifiers.h"

namespace qcdr {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kForbiddenBits = 0007;
constexpr std::size_t kTemporarySuffixBytes = 8;

Status io_error(std::string_view what, std::string_view name, int error) {
  const bool denied = error == EACCES || error == EPERM || error == EROFS;
  return Status(denied ? ErrorCode::kPermissionDenied : ErrorCode::kIo,
                fmt::format("{} {}: {}", what, name, std::generic_category().message(error)));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  // Without randomness nothing may be sealed: there is no way to go on.
  QCDR_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                         static_cast<int>(bytes.size())) == 1);
  return bytes;
}

Result<SecretDirectory> SecretDirectory::open(const std::string& path,
                                              const std::vector<std::string>& subdirectories) {
  SecretDirectory directory(path);
  std::vector<std::string> paths{path};
  for (const std::string& name : subdirectories) paths.push_back(directory.absolute(name));
  for (const std::string& each : paths) {
    std::error_code error;
    const bool created = std::filesystem::create_directories(each, error);
    if (error) return io_error("creating directory", each, error.value());
    if (created && ::chmod(each.c_str(), 0700) != 0) {
      return io_error("setting the mode of", each, errno);
    }
  }
  return directory;
}

Result<std::string> SecretDirectory::write_temporary(const std::string& name,
                                                     std::string_view bytes) const {
  QCDR_ASSERT(bytes.size() <= kFileBytesMax);
  const std::string temporary = name + ".tmp-" + hex(random_bytes(kTemporarySuffixBytes));
  const std::string path = absolute(temporary);
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode));
  if (!file.is_open()) return io_error("creating", temporary, errno);
  if (!write_all(file.get(), bytes) || ::fsync(file.get()) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return io_error("writing", temporary, error);
  }
  return temporary;
}

Status SecretDirectory::sync_parent(const std::string& name) const {
  const std::string parent = std::filesystem::path(absolute(name)).parent_path().string();
  const FileDescriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open() || ::fsync(directory.get()) != 0) {
    return io_error("syncing directory of", name, errno);
  }
  return Status::ok();
}

Result<bool> SecretDirectory::create(const std::string& name, std::string_view bytes) const {
  QCDR_ASSIGN_OR_RETURN(const std::string temporary, write_temporary(name, bytes));
  const int linked = ::link(absolute(temporary).c_str(), absolute(name).c_str());
  const int error = errno;
  ::unlink(absolute(temporary).c_str());
  if (linked != 0 && error != EEXIST) return io_error("creating", name, error);
  // The loser syncs too: it is about to rely on what the winner wrote.
  QCDR_RETURN_IF_ERROR(sync_parent(name));
  return linked == 0;
}

Status SecretDirectory::replace(const std::string& name, std::string_view bytes) const {
  QCDR_ASSIGN_OR_RETURN(const std::string temporary, write_temporary(name, bytes));
  if (::rename(absolute(temporary).c_str(), absolute(name).c_str()) != 0) {
    const int error = errno;
    ::unlink(absolute(temporary).c_str());
    return io_error("replacing", name, error);
  }
  return sync_parent(name);
}

Result<std::optional<std::string>> SecretDirectory::read(const std::string& name) const {
  const FileDescriptor file(::open(absolute(name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::optional<std::string>();
    return io_error("opening", name, errno);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error("reading", name, errno);
  if ((status.st_mode & kForbiddenBits) != 0) {
    return Status(ErrorCode::kPermissionDenied,
                  fmt::format("{} is open to everybody; set its mode to 0600", name));
  }
  std::string bytes(kFileBytesMax + 1, '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("reading", name, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kFileBytesMax) {
    return Status(ErrorCode::kLimitExceeded, fmt::format("{} is too long for a key file", name));
  }
  bytes.resize(size);
  return std::optional<std::string>(std::move(bytes));
}

Result<bool> SecretDirectory::exists(const std::string& name) const {
  if (::access(absolute(name).c_str(), F_OK) == 0) return true;
  if (errno == ENOENT) return false;
  return io_error("looking for", name, errno);
}

Status SecretDirectory::erase(const std::string& name) const {
  const FileDescriptor file(::open(absolute(name).c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return errno == ENOENT ? Status::ok() : io_error("erasing", name, errno);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return io_error("erasing", name, errno);
  const std::string zeros(std::min(static_cast<std::size_t>(status.st_size), kFileBytesMax), '\0');
  if (!write_all(file.get(), zeros) || ::fsync(file.get()) != 0) {
    return io_error("erasing", name, errno);
  }
  if (::unlink(absolute(name).c_str()) != 0 && errno != ENOENT) {
    return io_error("erasing", name, errno);
  }
  return sync_parent(name);
}

Result<std::vector<std::string>> SecretDirectory::list(const std::string& subdirectory,
                                                       std::string_view prefix) const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(absolute(subdirectory), error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (name.compare(0, prefix.size(), prefix) == 0) names.push_back(std::move(name));
  }
  if (error) return io_error("listing", subdirectory, error.value());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace qcdr
