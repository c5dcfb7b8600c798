#include "stream/file_blob_store.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "stream/file.h"

namespace qcdr::stream {
namespace {

constexpr std::size_t kNameBytesMax = 128;
constexpr std::size_t kReadBytesMax = std::size_t{1} << 20;
constexpr int kCreateAttempts = 100;

std::string blobs_of(const std::string& directory) {
  return directory + "/blobs";
}
std::string unfinished_of(const std::string& directory) {
  return directory + "/unfinished";
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool try_lock(const File& file) {
  return ::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0;
}

class FileBlobWriter : public BlobWriter {
 public:
  FileBlobWriter(std::string directory, std::string path, File file)
      : directory_(std::move(directory)), path_(std::move(path)), file_(std::move(file)) {}
  ~FileBlobWriter() override {
    if (!committed_) ::unlink(path_.c_str());
  }

  Status write(std::string_view bytes) override {
    if (committed_) return Status(ErrorCode::kFailedPrecondition, "the blob is committed");
    QCDR_RETURN_IF_ERROR(file_.write_at(size_, bytes));
    size_ += bytes.size();
    return Status::ok();
  }

  Status commit(const std::string& name) override {
    if (committed_) return Status(ErrorCode::kFailedPrecondition, "the blob is committed");
    QCDR_RETURN_IF_ERROR(check_blob_name(name));
    const std::string blobs = blobs_of(directory_);
    const std::string target = blobs + "/" + name;
    std::error_code error;
    if (std::filesystem::exists(target, error)) {
      // The same blob. Whoever renamed it may not have synced the directory yet.
      return sync_directory(blobs);
    }
    QCDR_RETURN_IF_ERROR(file_.sync());
    if (::rename(path_.c_str(), target.c_str()) != 0) {
      return Status(ErrorCode::kIo, "rename a blob: " + std::generic_category().message(errno));
    }
    committed_ = true;
    return sync_directory(blobs);
  }

 private:
  std::string directory_;
  std::string path_;
  File file_;
  std::uint64_t size_ = 0;
  bool committed_ = false;
};

class FileBlobReader : public BlobReader {
 public:
  FileBlobReader(File file, std::uint64_t size) : file_(std::move(file)), size_(size) {}

  Result<std::string> read(std::size_t bytes_max) override {
    const std::uint64_t left = size_ - position_;
    const auto bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>({left, bytes_max, kReadBytesMax}));
    QCDR_ASSIGN_OR_RETURN(std::string read_bytes, file_.read_at(position_, bytes));
    position_ += bytes;
    return read_bytes;
  }

 private:
  File file_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

}  // namespace

Status check_blob_name(const std::string& name) {
  const bool good = !name.empty() && name.size() <= kNameBytesMax && name.front() != '.' &&
                    std::all_of(name.begin(), name.end(), is_name_character);
  return good ? Status::ok() : Status(ErrorCode::kInvalidArgument, "not a name for a blob");
}

Result<std::unique_ptr<FileBlobStore>> FileBlobStore::open_store(const std::string& directory) {
  std::unique_ptr<FileBlobStore> store(new FileBlobStore(directory));
  QCDR_RETURN_IF_ERROR(make_directories(blobs_of(directory)));
  QCDR_RETURN_IF_ERROR(make_directories(unfinished_of(directory)));
  QCDR_RETURN_IF_ERROR(sync_directory(directory));
  QCDR_RETURN_IF_ERROR(store->remove_unfinished());
  return store;
}

Status FileBlobStore::remove_unfinished() {
  std::error_code error;
  std::filesystem::directory_iterator entries(unfinished_of(directory_), error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    const std::string path = entries->path().string();
    const Result<File> file = File::open(path, O_RDWR);
    // Gone meanwhile, or somebody is writing it.
    if (!file.is_ok() || !try_lock(file.value())) continue;
    ::unlink(path.c_str());
  }
  return error ? Status(ErrorCode::kIo, "list unfinished blobs: " + error.message()) : Status::ok();
}

Result<std::unique_ptr<BlobWriter>> FileBlobStore::create() {
  for (int attempt = 0; attempt < kCreateAttempts; ++attempt) {
    const std::string path =
        fmt::format("{}/{}-{}", unfinished_of(directory_), ::getpid(), created_++);
    Result<File> file = File::open(path, O_RDWR | O_CREAT | O_EXCL);
    // A dead process with this one's id left the name, or its namesake elsewhere uses it.
    if (!file.is_ok()) continue;
    struct stat status {};
    const bool ours = try_lock(file.value()) && ::fstat(file.value().descriptor(), &status) == 0 &&
                      status.st_nlink > 0;
    // Otherwise another process that opens the store just then took the file for a leftover.
    if (!ours) continue;
    std::unique_ptr<BlobWriter> writer =
        std::make_unique<FileBlobWriter>(directory_, path, std::move(file).value());
    return writer;
  }
  return Status(ErrorCode::kIo, "cannot create a file for a blob");
}

Result<std::unique_ptr<BlobReader>> FileBlobStore::open(const std::string& name) {
  QCDR_RETURN_IF_ERROR(check_blob_name(name));
  QCDR_ASSIGN_OR_RETURN(File file, File::open(blobs_of(directory_) + "/" + name, O_RDONLY));
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t size, file.size());
  std::unique_ptr<BlobReader> reader = std::make_unique<FileBlobReader>(std::move(file), size);
  return reader;
}

Result<bool> FileBlobStore::exists(const std::string& name) {
  QCDR_RETURN_IF_ERROR(check_blob_name(name));
  std::error_code error;
  const bool found = std::filesystem::exists(blobs_of(directory_) + "/" + name, error);
  if (error) return Status(ErrorCode::kIo, "look for a blob: " + error.message());
  return found;
}

}  // namespace qcdr::stream
