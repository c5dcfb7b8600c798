// Blobs in memory, for tests and the simulator. Same rules of names as on disk.
// Thread-safety: as stream/blob_store.h says. Lifetime: the store outlives its writers; readers
// may outlive it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "stream/blob_store.h"

namespace qcdr::stream {

class MemoryBlobStore : public BlobStore {
 public:
  Result<std::unique_ptr<BlobWriter>> create() override;
  Result<std::unique_ptr<BlobReader>> open(const std::string& name) override;
  Result<bool> exists(const std::string& name) override;

  // For tests that damage what is stored: the bytes of a blob, or null.
  std::shared_ptr<const std::string> bytes(const std::string& name) const;
  void replace(const std::string& name, std::string bytes);
  // Keeps the present bytes of `name` when there are any.
  void add(const std::string& name, std::string bytes);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> blobs_;
};

}  // namespace qcdr::stream
