// A directory of this process alone, below TMPDIR, removed with everything in it when the object
// goes. A killed process leaves it behind; its content is sealed as the state is.
// Thread-safety: none.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/status.h"

namespace qcdr {

class ScratchDirectory {
 public:
  static Result<std::unique_ptr<ScratchDirectory>> make();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }
  Result<std::uint64_t> bytes_available() const;

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace qcdr
