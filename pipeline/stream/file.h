// The few calls of the operating system on files that log, blobs and stores share.
//
// Errors are kIo with the call, the path's last part and the reason; kNotFound when the file is
// missing. Interrupted calls are repeated. Thread-safety: a File belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::stream {

// An open file. Closed when destroyed. Movable.
class File {
 public:
  File() = default;
  File(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // `flags` and `mode` as open(2) takes them; O_CLOEXEC is added.
  static Result<File> open(const std::string& path, int flags, unsigned mode = 0640);

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  Status write_at(std::uint64_t position, std::string_view bytes);
  // Exactly `bytes` bytes, or kCorruption when the file ends before.
  Result<std::string> read_at(std::uint64_t position, std::size_t bytes) const;
  Result<std::uint64_t> size() const;
  Status truncate(std::uint64_t size);
  // fdatasync(2). After a failure nobody knows what is on disk: never call it again and hope.
  Status sync();
  void close();

 private:
  Status failed(const char* call) const;
  int descriptor_ = -1;
  std::string name_;
};

// Makes entries of a directory durable: after a file was created, renamed or removed.
Status sync_directory(const std::string& path);
// Creates the directory and its parents.
Status make_directories(const std::string& path);

// A lock on a file, held until destroyed, against other processes and other holders in this one.
class FileLock {
 public:
  enum class Mode : std::uint8_t { kExclusive, kShared };
  // Creates the file in exclusive mode. kFailedPrecondition when somebody else holds it.
  static Result<FileLock> acquire(const std::string& path, Mode mode);

 private:
  explicit FileLock(File file) : file_(std::move(file)) {}
  File file_;
};

}  // namespace qcdr::stream
