// One RocksDB database with our column families. Internal to stream/rocksdb.
//
// Thread-safety: reads from any thread; write() and sync() from one thread at a time.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/rows.h"
#include "stream/rocksdb/database_options.h"
#include "stream/rocksdb/store_statistics.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Iterator;
class WriteBufferManager;
}  // namespace rocksdb

namespace qcdr::stream {

class Database {
 public:
  enum class Mode : std::uint8_t { kReadWrite, kReadOnly };
  // kCorruption, kIo; read-only: kNotFound when there is none, or one that was never finished.
  static Result<std::unique_ptr<Database>> open(const DatabaseResources& resources,
                                                const std::string& path, Mode mode);
  static Status destroy(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<std::optional<std::string>> get(Family family, std::string_view key) const;

  // Rows from a prefix on, in key order.
  class Cursor {
   public:
    explicit Cursor(std::unique_ptr<rocksdb::Iterator> iterator);
    ~Cursor();
    Cursor(Cursor&& other) noexcept;
    void seek(std::string_view key);
    void next();
    bool valid() const;
    std::string_view key() const;
    std::string_view value() const;
    // Why valid() turned false: ok at the end.
    Status status() const;

   private:
    std::unique_ptr<rocksdb::Iterator> iterator_;
  };
  Cursor cursor(Family family) const;

  // Atomic over all families; not synced. Waits when the write buffers of all databases together
  // are over their budget, until those of this one are written out.
  Status write(const RowBatch& batch);
  // Everything written so far as a database of its own; files that do not change are linked.
  Status checkpoint(const std::string& directory);
  // Makes everything written so far survive a loss of power.
  Status sync();
  // Adds what this database holds and waits for. From any thread.
  void add_to(StoreStatistics* statistics) const;

 private:
  Database() = default;
  rocksdb::ColumnFamilyHandle* handle(Family family) const;
  Status keep_buffer_budget(std::size_t coming_bytes);

  std::shared_ptr<rocksdb::WriteBufferManager> buffers_;
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // "default", then in the order of Family
};

}  // namespace qcdr::stream
