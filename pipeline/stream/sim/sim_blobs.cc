#include "stream/sim/sim_blobs.h"

namespace qcdr::stream {

class SimBlobWriter : public BlobWriter {
 public:
  SimBlobWriter(SimWorld& world, SimProcess& process, SimBlobDisk& disk)
      : world_(world), process_(process), disk_(disk) {}

  Status write(std::string_view bytes) override {
    world_.at_call(process_, SimCall::kBlobWrite, static_cast<std::int64_t>(bytes.size()));
    QCDR_RETURN_IF_ERROR(space());
    bytes_ += bytes;
    return Status::ok();
  }
  Status commit(const std::string& name) override {
    world_.at_call(process_, SimCall::kBlobCommit, 0);
    QCDR_RETURN_IF_ERROR(space());
    disk_.blobs_.emplace(name, bytes_);
    return Status::ok();
  }

 private:
  Status space() {
    if (!disk_.full() && !world_.happens(SimFault::kBlobWriteFails)) return Status::ok();
    return Status(ErrorCode::kIo, "no space left on device");
  }

  SimWorld& world_;
  SimProcess& process_;
  SimBlobDisk& disk_;
  std::string bytes_;
};

namespace {

class SimBlobReader : public BlobReader {
 public:
  SimBlobReader(SimWorld& world, SimProcess& process, const std::string& bytes)
      : world_(world), process_(process), bytes_(bytes) {}

  Result<std::string> read(std::size_t bytes_max) override {
    world_.at_call(process_, SimCall::kBlobRead, static_cast<std::int64_t>(position_));
    if (world_.happens(SimFault::kUnavailable)) {
      return Status(ErrorCode::kUnavailable, "blob read");
    }
    std::string bytes = bytes_.substr(position_, bytes_max);
    position_ += bytes.size();
    return bytes;
  }

 private:
  SimWorld& world_;
  SimProcess& process_;
  const std::string bytes_;
  std::size_t position_ = 0;
};

}  // namespace

const std::string* SimBlobDisk::find(const std::string& name) const {
  const auto found = blobs_.find(name);
  return found == blobs_.end() ? nullptr : &found->second;
}

Result<std::unique_ptr<BlobWriter>> SimBlobs::create() {
  return std::unique_ptr<BlobWriter>(std::make_unique<SimBlobWriter>(world_, process_, disk_));
}

Result<std::unique_ptr<BlobReader>> SimBlobs::open(const std::string& name) {
  world_.at_call(process_, SimCall::kBlobOpen, 0);
  if (world_.happens(SimFault::kUnavailable)) return Status(ErrorCode::kUnavailable, "blob open");
  const std::string* const bytes = disk_.find(name);
  if (bytes == nullptr) return Status(ErrorCode::kNotFound, "no such blob");
  return std::unique_ptr<BlobReader>(std::make_unique<SimBlobReader>(world_, process_, *bytes));
}

Result<bool> SimBlobs::exists(const std::string& name) {
  return disk_.find(name) != nullptr;
}

}  // namespace qcdr::stream
