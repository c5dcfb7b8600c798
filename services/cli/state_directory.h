// The directory of a scoring instance's or a portal's state, held by one process at a time.
//
// `belongs-to` in it says whose state this is: a fingerprint of the registry's keys, the cluster
// and its number of partitions. A state under other keys would stop at the first sealed row, one of
// another cluster could pass for a prefix of this one's log; both are told before a store is
// opened. A directory that has none yet (new, restored, or of an earlier version) gets one. The
// folder of snapshots has one as well, which `state restore` copies.
//   qcdr-state 1
//   keys 0123456789abcdef
//   cluster q8bYx...
//   partitions 24
// Thread-safety: none. Errors: kFailedPrecondition when another process has it or it belongs
// elsewhere, kPermissionDenied when it cannot be written, kCorruption for a damaged file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/key_ring.h"
#include "stream/file.h"

namespace qcdr {

struct StateOwner {
  std::string keys;  // fingerprint_of()
  std::string cluster;
  std::int32_t partitions = 0;
  friend bool operator==(const StateOwner&, const StateOwner&) = default;
};

// Says nothing about the keys but whether they are the same.
std::string fingerprint_of(const KeyRing& keys);

// Makes the directory if need be. `setting` is for the message: "state_dir".
Status check_can_write(const std::string& setting, const std::string& directory);

// Writes `belongs-to` into a directory that has none, or compares.
Status check_belongs_to(const std::string& setting, const std::string& directory,
                        const StateOwner& owner);
// Copies `belongs-to`, if there is one and none in the target.
Status copy_belongs_to(const std::string& from, const std::string& to);

class StateDirectory {
 public:
  // Waits a moment for a process that is about to end.
  static Result<StateDirectory> claim(
      const std::string& directory,
      std::chrono::milliseconds wait = std::chrono::milliseconds(5'000));

 private:
  explicit StateDirectory(stream::FileLock lock) : lock_(std::move(lock)) {}
  stream::FileLock lock_;
};

}  // namespace qcdr
