// State stores over RocksDB: one database per partition and generation under a directory,
// `<directory>/generation-<g>/partition-<p>/`, with one block cache and one budget for write
// buffers for the whole process.
//
// Writes go through the write-ahead log without a sync of their own; the log is synced about once
// a second, and recovery takes the longest prefix that is whole. So a killed process loses nothing
// that was written, and a power cut loses at most the last second or two, which replay covers.
// Errors: kFailedPrecondition when another holder has the store, kCorruption when its files are
// damaged (destroy it and rebuild), kIo otherwise.
// Thread-safety: RocksdbStores is safe from any thread; a store belongs to one thread and has one
// of its own for writing. Lifetime: stores may outlive RocksdbStores; crash points outlive both.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "stream/crash_points.h"
#include "stream/rocksdb/store_statistics.h"
#include "stream/state_store.h"

namespace qcdr::stream {

struct RocksdbOptions {
  std::string directory;
  CrashPoints* crash_points = &no_crash_points();
  // Blocks, filters, indexes and write buffers of all stores together.
  std::size_t cache_bytes_max = std::size_t{256} << 20;
  // The part of it that write buffers may take.
  std::size_t write_buffer_bytes_max = std::size_t{96} << 20;
  // Flushes and compactions at a time, in the whole process.
  int background_jobs_max = 2;
  std::chrono::milliseconds sync_interval{1000};
};

class RocksdbStores : public StateStores {
 public:
  struct Place {
    Generation generation;
    Partition partition;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  explicit RocksdbStores(RocksdbOptions options);
  ~RocksdbStores() override;

  Result<std::unique_ptr<StateStore>> open(Partition partition, Generation generation) override;
  Status destroy(Partition partition, Generation generation) override;
  // For looking at a store that nobody has open: kNotFound when there is none (or only what is left
  // of one whose process was killed while it made it),
  // kFailedPrecondition while it is in use. Changes no file of the database.
  Result<std::unique_ptr<RowReader>> open_read_only(Partition partition, Generation generation);
  // What the write buffers of all open stores hold now; between two writes at most the budget.
  std::size_t write_buffer_bytes() const;
  // Of the block cache, in which write buffers are counted as well.
  std::size_t cache_bytes() const;
  // Of the stores that are open for writing. Asks each database; once in some seconds is enough.
  StoreStatistics statistics() const;
  // Every store under the directory, in order.
  Result<std::vector<Place>> list() const;

 private:
  struct Shared;
  std::string path(Partition partition, Generation generation) const;
  RocksdbOptions options_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace qcdr::stream
