// Where generated files go.
//
// Files are written one after another: begin, any number of writes, end.
// Thread-safety: none; one thread writes. Errors: kAlreadyExists, kIo.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr::generate {

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status begin(const std::string& name) = 0;
  virtual Status write(std::string_view bytes) = 0;
  virtual Status end() = 0;
};

// Files in one directory, and of names with a folder in one beside it, "DIRECTORY-FOLDER". Never
// overwrites: the directory must be empty or not exist.
class DirectorySink final : public Sink {
 public:
  static Result<std::unique_ptr<DirectorySink>> open(const std::string& path);
  ~DirectorySink() override;
  DirectorySink(const DirectorySink&) = delete;
  DirectorySink& operator=(const DirectorySink&) = delete;

  Status begin(const std::string& name) override;
  Status write(std::string_view bytes) override;
  Status end() override;

 private:
  explicit DirectorySink(std::string directory) : directory_(std::move(directory)) {}

  const std::string directory_;
  std::FILE* file_ = nullptr;
};

}  // namespace qcdr::generate
