#include "common/secret_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace qcdr {
namespace {

constexpr mode_t kOfOthers = 0077;
constexpr mode_t kOfOthersButReadingGroup = 0037;

Status failed(const std::string& path, int error) {
  ErrorCode code = ErrorCode::kIo;
  if (error == ENOENT || error == ENOTDIR) code = ErrorCode::kNotFound;
  if (error == EACCES || error == EPERM) code = ErrorCode::kPermissionDenied;
  return Status(code,
                fmt::format("{} cannot be read: {}", path, std::generic_category().message(error)));
}

Status check(const std::string& path, const struct stat& status) {
  if (!S_ISREG(status.st_mode)) {
    return Status(ErrorCode::kInvalidArgument, path + " is not a file");
  }
  const mode_t forbidden = status.st_uid == 0 ? kOfOthersButReadingGroup : kOfOthers;
  if ((status.st_mode & forbidden) == 0) return Status::ok();
  return Status(ErrorCode::kPermissionDenied,
                fmt::format("{} holds a secret and others can use it; set its mode to 0600", path));
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

Status check_is_secret(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failed(path, errno);
  return check(path, status);
}

Result<std::string> read_secret_file(const std::string& path) {
  const OpenFile file(path);
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return failed(path, errno);
  QCDR_RETURN_IF_ERROR(check(path, status));
  std::array<char, kSecretBytesMax + 1> bytes{};
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  std::string secret(bytes.data(), size);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (size > kSecretBytesMax) {
    return Status(ErrorCode::kLimitExceeded, path + " is too long for a secret");
  }
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty() || secret.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    return Status(ErrorCode::kInvalidArgument, path + " must hold the secret as its only line");
  }
  return secret;
}

}  // namespace qcdr
