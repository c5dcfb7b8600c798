#include "generate/sink.h"

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace qcdr::generate {
namespace {

Status io_error(std::string_view what, const std::string& name, int error) {
  return Status(ErrorCode::kIo,
                fmt::format("{} {}: {}", what, name, std::generic_category().message(error)));
}

}  // namespace

Result<std::unique_ptr<DirectorySink>> DirectorySink::open(const std::string& path) {
  const std::size_t last = path.find_last_not_of('/');
  const std::string directory = last == std::string::npos ? path : path.substr(0, last + 1);
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return io_error("creating", directory, error.value());
  const bool empty = std::filesystem::is_empty(directory, error);
  if (error) return io_error("reading", directory, error.value());
  if (!empty) {
    return Status(ErrorCode::kAlreadyExists, directory + " is not empty; choose a new directory");
  }
  return std::unique_ptr<DirectorySink>(new DirectorySink(directory));
}

DirectorySink::~DirectorySink() {
  if (file_ != nullptr) std::fclose(file_);
}

Status DirectorySink::begin(const std::string& name) {
  QCDR_ASSERT(file_ == nullptr);
  // A name with a folder: beside the directory, not in it.
  const std::size_t stroke = name.rfind('/');
  const bool beside = stroke != std::string::npos;
  const std::filesystem::path folder =
      beside ? directory_ + "-" + name.substr(0, stroke) : directory_;
  std::error_code error;
  if (beside) std::filesystem::create_directories(folder, error);
  if (error) return io_error("creating the folder of", name, error.value());
  const std::filesystem::path path = folder / name.substr(beside ? stroke + 1 : 0);
  file_ = std::fopen(path.c_str(), "wbx");
  if (file_ == nullptr) return io_error("creating", name, errno);
  return Status::ok();
}

Status DirectorySink::write(std::string_view bytes) {
  QCDR_ASSERT(file_ != nullptr);
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    return io_error("writing in", directory_, errno);
  }
  return Status::ok();
}

Status DirectorySink::end() {
  QCDR_ASSERT(file_ != nullptr);
  const int closed = std::fclose(file_);
  file_ = nullptr;
  if (closed != 0) return io_error("closing a file in", directory_, errno);
  return Status::ok();
}

}  // namespace qcdr::generate
