#include "stream/memory_blob_store.h"

#include "stream/file_blob_store.h"

namespace qcdr::stream {
namespace {

class MemoryBlobWriter : public BlobWriter {
 public:
  explicit MemoryBlobWriter(MemoryBlobStore& store) : store_(store) {}
  Status write(std::string_view bytes) override {
    if (committed_) return Status(ErrorCode::kFailedPrecondition, "the blob is committed");
    bytes_ += bytes;
    return Status::ok();
  }
  Status commit(const std::string& name) override {
    if (committed_) return Status(ErrorCode::kFailedPrecondition, "the blob is committed");
    QCDR_RETURN_IF_ERROR(check_blob_name(name));
    store_.add(name, std::move(bytes_));
    committed_ = true;
    return Status::ok();
  }

 private:
  MemoryBlobStore& store_;
  std::string bytes_;
  bool committed_ = false;
};

class MemoryBlobReader : public BlobReader {
 public:
  explicit MemoryBlobReader(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  Result<std::string> read(std::size_t bytes_max) override {
    std::string read_bytes = bytes_->substr(position_, bytes_max);
    position_ += read_bytes.size();
    return read_bytes;
  }

 private:
  std::shared_ptr<const std::string> bytes_;
  std::size_t position_ = 0;
};

}  // namespace

Result<std::unique_ptr<BlobWriter>> MemoryBlobStore::create() {
  std::unique_ptr<BlobWriter> writer = std::make_unique<MemoryBlobWriter>(*this);
  return writer;
}

Result<std::unique_ptr<BlobReader>> MemoryBlobStore::open(const std::string& name) {
  QCDR_RETURN_IF_ERROR(check_blob_name(name));
  std::shared_ptr<const std::string> found = bytes(name);
  if (found == nullptr) return Status(ErrorCode::kNotFound, "no such blob");
  std::unique_ptr<BlobReader> reader = std::make_unique<MemoryBlobReader>(std::move(found));
  return reader;
}

Result<bool> MemoryBlobStore::exists(const std::string& name) {
  QCDR_RETURN_IF_ERROR(check_blob_name(name));
  return bytes(name) != nullptr;
}

std::shared_ptr<const std::string> MemoryBlobStore::bytes(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find(name);
  return found == blobs_.end() ? nullptr : found->second;
}

void MemoryBlobStore::replace(const std::string& name, std::string bytes) {
  const std::lock_guard lock(mutex_);
  blobs_[name] = std::make_shared<const std::string>(std::move(bytes));
}

void MemoryBlobStore::add(const std::string& name, std::string bytes) {
  const std::lock_guard lock(mutex_);
  blobs_.emplace(name, std::make_shared<const std::string>(std::move(bytes)));
}

}  // namespace qcdr::stream
