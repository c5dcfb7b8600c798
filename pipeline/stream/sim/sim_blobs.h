// Blobs of a simulation: storage that all processes share, and one process's way to it.
//
// What is committed stays; what was only written is gone with its writer. A full disk refuses
// writes and commits until there is space again. Thread-safety: none. Ownership: disk, world and
// process outlive the store.
#pragma once

#include <map>
#include <string>

#include "stream/blob_store.h"
#include "stream/sim/sim_world.h"

namespace qcdr::stream {

class SimBlobDisk {
 public:
  void set_full(bool full) { full_ = full; }
  bool full() const { return full_; }
  const std::string* find(const std::string& name) const;

 private:
  friend class SimBlobWriter;
  std::map<std::string, std::string> blobs_;
  bool full_ = false;
};

class SimBlobs : public BlobStore {
 public:
  SimBlobs(SimWorld& world, SimProcess& process, SimBlobDisk& disk)
      : world_(world), process_(process), disk_(disk) {}

  Result<std::unique_ptr<BlobWriter>> create() override;
  Result<std::unique_ptr<BlobReader>> open(const std::string& name) override;
  Result<bool> exists(const std::string& name) override;

 private:
  SimWorld& world_;
  SimProcess& process_;
  SimBlobDisk& disk_;
};

}  // namespace qcdr::stream
