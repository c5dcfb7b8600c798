#include "stream/rocksdb/database.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/slice.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <system_error>

#include "core/assert.h"

namespace qcdr::stream {
namespace {

rocksdb::Slice slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view view(const rocksdb::Slice& bytes) {
  return {bytes.data(), bytes.size()};
}

Status translate(const rocksdb::Status& status) {
  if (status.ok()) return Status::ok();
  ErrorCode code = ErrorCode::kIo;
  if (status.IsCorruption()) code = ErrorCode::kCorruption;
  if (status.IsNotFound()) code = ErrorCode::kNotFound;
  if (status.IsInvalidArgument() || status.IsNotSupported()) code = ErrorCode::kInternal;
  return Status(code, "rocksdb: " + status.ToString());
}

std::vector<rocksdb::ColumnFamilyDescriptor> family_descriptors(
    const DatabaseResources& resources) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, unused_family_options());
  for (std::size_t i = 0; i < kFamilyNames.size(); ++i) {
    families.emplace_back(std::string(kFamilyNames[i]),
                          family_options(resources, static_cast<Family>(i)));
  }
  return families;
}

std::uint64_t number(const std::map<std::string, std::string>& counts, const std::string& name) {
  std::uint64_t value = 0;
  const auto found = counts.find(name);
  if (found == counts.end()) return value;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), value);
  return value;
}

// A process that is killed while it makes a store leaves one without all of its families. Nothing
// was written to it: writes come after the last family.
bool is_half_made(const rocksdb::DBOptions& options, const std::string& path) {
  std::vector<std::string> names;
  if (!rocksdb::DB::ListColumnFamilies(options, path, &names).ok()) return false;  // open() tells
  return std::any_of(kFamilyNames.begin(), kFamilyNames.end(), [&](std::string_view family) {
    return std::find(names.begin(), names.end(), family) == names.end();
  });
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const DatabaseResources& resources,
                                                 const std::string& path, Mode mode) {
  std::error_code error;
  if (mode == Mode::kReadOnly && !std::filesystem::exists(path + "/CURRENT", error)) {
    return Status(ErrorCode::kNotFound, "there is no state store here");
  }
  std::unique_ptr<Database> opened(new Database());
  const rocksdb::DBOptions options = database_options(resources);
  if (mode == Mode::kReadOnly && is_half_made(options, path)) {
    return Status(ErrorCode::kNotFound, "the state store was never finished");
  }
  const auto families = family_descriptors(resources);
  rocksdb::DB* database = nullptr;
  const rocksdb::Status status =
      mode == Mode::kReadWrite
          ? rocksdb::DB::Open(options, path, families, &opened->handles_, &database)
          : rocksdb::DB::OpenForReadOnly(options, path, families, &opened->handles_, &database);
  if (!status.ok()) return translate(status);
  opened->database_.reset(database);
  opened->buffers_ = resources.write_buffers;
  QCDR_ASSERT(opened->handles_.size() == families.size());
  return opened;
}

Status Database::destroy(const std::string& path) {
  const rocksdb::Status status = rocksdb::DestroyDB(path, rocksdb::Options());
  // What RocksDB does not know, or refuses to know because it is damaged, goes as well.
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return Status(ErrorCode::kIo, "remove a state store: " + error.message());
  static_cast<void>(status);
  return Status::ok();
}

Database::~Database() {
  if (database_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* family : handles_) {
    static_cast<void>(database_->DestroyColumnFamilyHandle(family));
  }
  static_cast<void>(database_->Close());
}

rocksdb::ColumnFamilyHandle* Database::handle(Family family) const {
  const std::size_t index = static_cast<std::size_t>(family) + 1;
  QCDR_ASSERT(index < handles_.size());
  return handles_[index];
}

Result<std::optional<std::string>> Database::get(Family family, std::string_view key) const {
  rocksdb::PinnableSlice value;
  const rocksdb::Status status =
      database_->Get(rocksdb::ReadOptions(), handle(family), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return translate(status);
  return std::optional<std::string>(value.ToString());
}

Database::Cursor::Cursor(std::unique_ptr<rocksdb::Iterator> iterator)
    : iterator_(std::move(iterator)) {}
Database::Cursor::~Cursor() = default;
Database::Cursor::Cursor(Cursor&& other) noexcept = default;
void Database::Cursor::seek(std::string_view key) {
  iterator_->Seek(slice(key));
}
void Database::Cursor::next() {
  iterator_->Next();
}
bool Database::Cursor::valid() const {
  return iterator_->Valid();
}
std::string_view Database::Cursor::key() const {
  return view(iterator_->key());
}
std::string_view Database::Cursor::value() const {
  return view(iterator_->value());
}
Status Database::Cursor::status() const {
  return translate(iterator_->status());
}

Database::Cursor Database::cursor(Family family) const {
  return Cursor(std::unique_ptr<rocksdb::Iterator>(
      database_->NewIterator(rocksdb::ReadOptions(), handle(family))));
}

Status Database::write(const RowBatch& batch) {
  // Beside key and value a row has its kind, its family and two lengths; a batch that outgrows what
  // was set aside for it is copied, and held twice.
  constexpr std::size_t kRowOverheadBytes = 16;
  rocksdb::WriteBatch changes(batch.bytes() + batch.rows().size() * kRowOverheadBytes);
  for (const RowBatch::Row& row : batch.rows()) {
    const rocksdb::Status status = row.value.has_value()
                                       ? changes.Put(handle(row.family), row.key, *row.value)
                                       : changes.Delete(handle(row.family), row.key);
    if (!status.ok()) return translate(status);
  }
  QCDR_RETURN_IF_ERROR(keep_buffer_budget(batch.bytes()));
  rocksdb::WriteOptions options;
  options.sync = false;
  QCDR_RETURN_IF_ERROR(translate(database_->Write(options, &changes)));
  return keep_buffer_budget(0);
}

// RocksDB looks at the budget before a write, not after it, and then writes out one family, the one
// with the oldest row, whatever it holds: with batches of megabytes the buffers grow to several
// times the budget. So room is made for a batch before it is written, and once more after it, for a
// batch may be larger than the budget. The writer's thread waits, which holds back the loop when it
// is too fast.
Status Database::keep_buffer_budget(std::size_t coming_bytes) {
  if (buffers_->memory_usage() + coming_bytes <= buffers_->buffer_size()) return Status::ok();
  rocksdb::FlushOptions options;
  options.wait = true;
  options.allow_write_stall = true;
  return translate(database_->Flush(options, handles_));
}

Status Database::checkpoint(const std::string& directory) {
  rocksdb::Checkpoint* made = nullptr;
  QCDR_RETURN_IF_ERROR(translate(rocksdb::Checkpoint::Create(database_.get(), &made)));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  return translate(checkpoint->CreateCheckpoint(directory));
}

void Database::add_to(StoreStatistics* statistics) const {
  using Properties = rocksdb::DB::Properties;
  // Zero where the property is not known: then there is nothing to tell.
  const auto sum = [&](const std::string& property) {
    std::uint64_t value = 0;
    return database_->GetAggregatedIntProperty(property, &value) ? value : 0;
  };
  const auto of_database = [&](const std::string& property) {
    std::uint64_t value = 0;
    return database_->GetIntProperty(property, &value) ? value : 0;
  };
  ++statistics->stores;
  statistics->table_bytes += sum(Properties::kLiveSstFilesSize);
  statistics->pending_compaction_bytes += sum(Properties::kEstimatePendingCompactionBytes);
  statistics->running_flushes += of_database(Properties::kNumRunningFlushes);
  statistics->running_compactions += of_database(Properties::kNumRunningCompactions);
  statistics->background_errors += of_database(Properties::kBackgroundErrors);
  statistics->stopped_stores += of_database(Properties::kIsWriteStopped);
  for (rocksdb::ColumnFamilyHandle* family : handles_) {
    std::map<std::string, std::string> counts;
    if (!database_->GetMapProperty(family, Properties::kCFStats, &counts)) continue;
    statistics->write_slowdowns += number(counts, "io_stalls.total_slowdown");
    statistics->write_stops += number(counts, "io_stalls.total_stop");
  }
}

Status Database::sync() {
  return translate(database_->SyncWAL());
}

}  // namespace qcdr::stream
