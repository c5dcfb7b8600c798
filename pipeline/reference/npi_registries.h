// The snapshots in one directory, found by what control records name them by: their digest.
//
// Thread-safety: any thread. Lifetime: what is found lives as long as somebody holds it.
// Errors: kFailedPrecondition when a digest is asked for that no file has; kCorruption when the
// file that has it is not whole.
#pragma once

#include <map>
#include <mutex>

#include "reference/npi_registry.h"

namespace qcdr::reference {

class NpiRegistries {
 public:
  // A directory that is not there has no snapshots, for now.
  explicit NpiRegistries(std::string directory) : directory_(std::move(directory)) {}

  Result<std::shared_ptr<const NpiRegistry>> find(const Hash256& digest);
  // By list date, the newest last; files that are no whole snapshots are passed over.
  Result<std::vector<NpiRegistryTitle>> titles() const;

 private:
  std::string directory_;
  std::mutex mutex_;
  std::map<Hash256, std::shared_ptr<const NpiRegistry>> open_;
};

}  // namespace qcdr::reference
