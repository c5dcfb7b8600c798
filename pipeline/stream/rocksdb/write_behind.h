// The queue between a fold and its database: batches wait here for the thread that writes them,
// and are read from here until they are written.
//
// Invariants
// - Batches are written one at a time, in the order of submit().
// - A batch is in the queue until its write returned, so a reader that looks here first and in the
//   database after sees every submitted row.
// - After the first error nothing more is written and every call returns that error.
// Limits: kBatchesMax in the queue; the loop keeps at most two, more is a bug of ours.
// Thread-safety: one thread calls; write and sync run on the thread that this owns. The destructor
// writes what is queued, syncs, and ends the thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "core/rows.h"

namespace qcdr::stream {

class WriteBehind {
 public:
  static constexpr std::size_t kBatchesMax = 4;
  using Change = std::optional<std::string>;  // none: erased

  WriteBehind(std::function<Status(const RowBatch&)> write, std::function<Status()> sync,
              std::chrono::milliseconds sync_interval);
  ~WriteBehind();
  WriteBehind(const WriteBehind&) = delete;
  WriteBehind& operator=(const WriteBehind&) = delete;

  Status submit(RowBatch batch);
  std::size_t in_flight() const;
  Status wait(std::size_t batches_max);

  // The latest change of a row that waits here: true when there is one. Errors as above.
  Result<bool> find(Family family, std::string_view key, Change* change) const;
  // The latest changes of all rows that wait here and whose keys begin with `prefix`.
  Result<std::map<std::string, Change>> find_prefix(Family family, std::string_view prefix) const;

 private:
  // A batch and where its latest change of each key is. Views point into the batch.
  struct Indexed {
    explicit Indexed(RowBatch rows);
    RowBatch batch;
    std::unordered_map<std::string_view, const Change*> latest[kFamilyCount];
  };
  using Lock = std::unique_lock<std::mutex>;

  void run();
  void write_front(Lock& lock);
  void sync_written(Lock& lock);

  std::function<Status(const RowBatch&)> write_;
  std::function<Status()> sync_;
  std::chrono::milliseconds sync_interval_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<std::shared_ptr<const Indexed>> queue_;  // oldest first; the front may be in writing
  Status failure_;
  bool stopping_ = false;
  bool unsynced_ = false;
  std::chrono::steady_clock::time_point next_sync_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace qcdr::stream
