#include "stream/rocksdb/rocksdb_stores.h"

#include <fmt/core.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <set>
#include <system_error>

#include "core/assert.h"
#include "stream/file.h"
#include "stream/rocksdb/database.h"
#include "stream/rocksdb/write_behind.h"

namespace qcdr::stream {
namespace {

constexpr std::string_view kGenerationPrefix = "generation-";
constexpr std::string_view kPartitionPrefix = "partition-";

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// The database's rows under the changes that are not written yet, in key order.
Status merge(Database::Cursor cursor, const std::map<std::string, WriteBehind::Change>& changes,
             std::string_view prefix, const RowReader::Visit& visit) {
  auto change = changes.begin();
  cursor.seek(prefix);
  for (;;) {
    const bool row = cursor.valid() && starts_with(cursor.key(), prefix);
    if (!row && change == changes.end()) break;
    if (change == changes.end() || (row && cursor.key() < change->first)) {
      QCDR_RETURN_IF_ERROR(visit(cursor.key(), cursor.value()));
      cursor.next();
      continue;
    }
    if (row && cursor.key() == change->first) cursor.next();
    if (change->second.has_value()) {
      QCDR_RETURN_IF_ERROR(visit(change->first, *change->second));
    }
    ++change;
  }
  return cursor.status();
}

// The databases that are open for writing, to be asked for statistics.
class OpenDatabases {
 public:
  void add(const Database* database) {
    const std::lock_guard<std::mutex> lock(mutex_);
    databases_.insert(database);
  }
  void remove(const Database* database) {
    const std::lock_guard<std::mutex> lock(mutex_);
    databases_.erase(database);
  }
  void sum(StoreStatistics* statistics) const {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const Database* database : databases_) database->add_to(statistics);
  }

 private:
  mutable std::mutex mutex_;
  std::set<const Database*> databases_;
};

class RocksdbReader : public RowReader {
 public:
  RocksdbReader(FileLock lock, std::unique_ptr<Database> database)
      : lock_(std::move(lock)), database_(std::move(database)) {}

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    return database_->get(family, key);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    return merge(database_->cursor(family), {}, prefix, visit);
  }

 private:
  FileLock lock_;
  std::unique_ptr<Database> database_;
};

class RocksdbStore : public StateStore {
 public:
  RocksdbStore(FileLock lock, std::unique_ptr<Database> database,
               std::shared_ptr<OpenDatabases> open_databases, CrashPoints& crash_points,
               std::chrono::milliseconds sync_interval)
      : lock_(std::move(lock)),
        database_(std::move(database)),
        open_databases_(std::move(open_databases)),
        crash_points_(crash_points),
        write_behind_([this](const RowBatch& batch) { return write(batch); },
                      [this] { return database_->sync(); }, sync_interval) {
    open_databases_->add(database_.get());
  }
  ~RocksdbStore() override { open_databases_->remove(database_.get()); }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    WriteBehind::Change change;
    QCDR_ASSIGN_OR_RETURN(const bool waiting, write_behind_.find(family, key, &change));
    if (waiting) return change;
    return database_->get(family, key);
  }
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override {
    // Changes first: a batch written in between is then seen twice and not missed.
    QCDR_ASSIGN_OR_RETURN(const auto changes, write_behind_.find_prefix(family, prefix));
    return merge(database_->cursor(family), changes, prefix, visit);
  }
  Status submit(RowBatch batch) override { return write_behind_.submit(std::move(batch)); }
  std::size_t in_flight() const override { return write_behind_.in_flight(); }
  Status wait(std::size_t batches_max) override { return write_behind_.wait(batches_max); }
  Status checkpoint(const std::string& directory) override {
    QCDR_RETURN_IF_ERROR(write_behind_.wait(0));
    return database_->checkpoint(directory);
  }

 private:
  Status write(const RowBatch& batch) {
    crash_points_.reached(CrashPoint::kStoreBeforeWrite);
    QCDR_RETURN_IF_ERROR(database_->write(batch));
    crash_points_.reached(CrashPoint::kStoreAfterWrite);
    return Status::ok();
  }

  // Order matters: the thread ends first, then the database closes, then the lock goes.
  FileLock lock_;
  std::unique_ptr<Database> database_;
  std::shared_ptr<OpenDatabases> open_databases_;
  CrashPoints& crash_points_;
  WriteBehind write_behind_;
};

template <class Number>
bool parse_number(std::string_view name, std::string_view prefix, Number* number) {
  if (!starts_with(name, prefix)) return false;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + prefix.size(), end, *number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

// Names of the directories in a directory; none when it does not exist.
Result<std::vector<std::string>> directories_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return names;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (entries->is_directory(error)) names.push_back(entries->path().filename().string());
  }
  if (error) return Status(ErrorCode::kIo, "list state stores: " + error.message());
  return names;
}

}  // namespace

struct RocksdbStores::Shared {
  DatabaseResources resources;
  std::shared_ptr<OpenDatabases> open_databases = std::make_shared<OpenDatabases>();
};

RocksdbStores::RocksdbStores(RocksdbOptions options)
    : options_(std::move(options)), shared_(std::make_shared<Shared>()) {
  QCDR_ASSERT(options_.crash_points != nullptr);
  QCDR_ASSERT(options_.write_buffer_bytes_max < options_.cache_bytes_max);
  shared_->resources = make_database_resources(
      options_.cache_bytes_max, options_.write_buffer_bytes_max, options_.background_jobs_max);
}

RocksdbStores::~RocksdbStores() = default;

std::string RocksdbStores::path(Partition partition, Generation generation) const {
  return fmt::format("{}/{}{}/{}{}", options_.directory, kGenerationPrefix, generation.value(),
                     kPartitionPrefix, partition.value());
}

Result<std::unique_ptr<StateStore>> RocksdbStores::open(Partition partition,
                                                        Generation generation) {
  const std::string directory = path(partition, generation);
  QCDR_RETURN_IF_ERROR(make_directories(directory));
  QCDR_ASSIGN_OR_RETURN(FileLock lock,
                        FileLock::acquire(directory + ".lock", FileLock::Mode::kExclusive));
  QCDR_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                        Database::open(shared_->resources, directory, Database::Mode::kReadWrite));
  std::unique_ptr<StateStore> store =
      std::make_unique<RocksdbStore>(std::move(lock), std::move(database), shared_->open_databases,
                                     *options_.crash_points, options_.sync_interval);
  return store;
}

std::size_t RocksdbStores::write_buffer_bytes() const {
  return shared_->resources.write_buffers->memory_usage();
}

std::size_t RocksdbStores::cache_bytes() const {
  return cache_usage_bytes(shared_->resources);
}

StoreStatistics RocksdbStores::statistics() const {
  StoreStatistics statistics;
  statistics.write_buffer_bytes = write_buffer_bytes();
  statistics.cache_bytes = cache_bytes();
  shared_->open_databases->sum(&statistics);
  return statistics;
}

Status RocksdbStores::destroy(Partition partition, Generation generation) {
  const std::string directory = path(partition, generation);
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const FileLock lock,
                        FileLock::acquire(directory + ".lock", FileLock::Mode::kExclusive));
  return Database::destroy(directory);
}

Result<std::unique_ptr<RowReader>> RocksdbStores::open_read_only(Partition partition,
                                                                 Generation generation) {
  const std::string directory = path(partition, generation);
  QCDR_ASSIGN_OR_RETURN(FileLock lock,
                        FileLock::acquire(directory + ".lock", FileLock::Mode::kShared));
  QCDR_ASSIGN_OR_RETURN(std::unique_ptr<Database> database,
                        Database::open(shared_->resources, directory, Database::Mode::kReadOnly));
  std::unique_ptr<RowReader> reader =
      std::make_unique<RocksdbReader>(std::move(lock), std::move(database));
  return reader;
}

Result<std::vector<RocksdbStores::Place>> RocksdbStores::list() const {
  std::vector<Place> places;
  QCDR_ASSIGN_OR_RETURN(const auto generations, directories_in(options_.directory));
  for (const std::string& generation_name : generations) {
    std::uint32_t generation = 0;
    if (!parse_number(generation_name, kGenerationPrefix, &generation)) continue;
    QCDR_ASSIGN_OR_RETURN(const auto partitions,
                          directories_in(options_.directory + "/" + generation_name));
    for (const std::string& partition_name : partitions) {
      std::int32_t partition = 0;
      if (!parse_number(partition_name, kPartitionPrefix, &partition)) continue;
      places.push_back(Place{Generation(generation), Partition(partition)});
    }
  }
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace qcdr::stream
