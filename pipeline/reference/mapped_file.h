// A file mapped for reading. Thread-safety: immutable. Lifetime: views into bytes() die with it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::reference {

class MappedFile {
 public:
  static Result<std::unique_ptr<MappedFile>> open(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace qcdr::reference
