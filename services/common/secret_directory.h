// A directory of small secret files that several processes share.
//
// A file appears whole or not at all, is durable when its call returns, and is created once: of
// several processes that create the same name, one wins and the others are told.
// Names are relative to the directory and may contain one '/'. They are built by the program, never
// taken from input.
// Thread-safety: safe from any thread and from any process on the same file system.
// Errors: kIo with the name and the operating system's reason; kPermissionDenied for a file that
// everybody may read or write; kLimitExceeded for a file above kFileBytesMax.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"

namespace qcdr {

class SecretDirectory {
 public:
  static constexpr std::size_t kFileBytesMax = 4096;

  // Creates the directory, and the ones in `subdirectories` below it, with mode 0700.
  static Result<SecretDirectory> open(const std::string& path,
                                      const std::vector<std::string>& subdirectories);

  // True: created. False: the name exists, its bytes were left alone.
  Result<bool> create(const std::string& name, std::string_view bytes) const;
  // Creates or replaces, in one step for every reader.
  Status replace(const std::string& name, std::string_view bytes) const;
  // Nothing when there is no such file.
  Result<std::optional<std::string>> read(const std::string& name) const;
  Result<bool> exists(const std::string& name) const;
  // Overwrites with zeros as far as the file system allows, and unlinks. No file is no error.
  Status erase(const std::string& name) const;
  // File names in a subdirectory that begin with `prefix`, sorted.
  Result<std::vector<std::string>> list(const std::string& subdirectory,
                                        std::string_view prefix) const;

 private:
  explicit SecretDirectory(std::string path) : path_(std::move(path)) {}
  std::string absolute(const std::string& name) const { return path_ + "/" + name; }
  Result<std::string> write_temporary(const std::string& name, std::string_view bytes) const;
  Status sync_parent(const std::string& name) const;

  std::string path_;
};

// Bytes of chance from the operating system's generator.
std::string random_bytes(std::size_t count);

}  // namespace qcdr
