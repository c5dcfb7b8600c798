#include "state_size.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "core/assert.h"
#include "stream/rocksdb/database_options.h"

namespace qcdr::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{32} << 20;

Status translate(const rocksdb::Status& status) {
  return status.ok() ? Status::ok() : Status(ErrorCode::kIo, status.ToString());
}

// One database with its families, in the order of Family.
class Opened {
 public:
  static Result<std::unique_ptr<Opened>> open(const std::string& path) {
    const auto resources = stream::make_database_resources(kCacheBytes, kWriteBufferBytes, 2);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, stream::unused_family_options());
    for (std::size_t i = 0; i < stream::kFamilyNames.size(); ++i) {
      families.emplace_back(std::string(stream::kFamilyNames[i]),
                            stream::family_options(resources, static_cast<Family>(i)));
    }
    auto opened = std::make_unique<Opened>();
    rocksdb::DB* database = nullptr;
    QCDR_RETURN_IF_ERROR(translate(rocksdb::DB::Open(stream::database_options(resources), path,
                                                     families, &opened->handles_, &database)));
    opened->database_.reset(database);
    return opened;
  }
  ~Opened() {
    for (auto* handle : handles_) {
      static_cast<void>(database_->DestroyColumnFamilyHandle(handle));
    }
  }

  Status compact() {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    for (std::size_t family = 1; family < handles_.size(); ++family) {
      QCDR_RETURN_IF_ERROR(
          translate(database_->CompactRange(options, handles_[family], nullptr, nullptr)));
    }
    return Status::ok();
  }
  Status add_to(StateSize* size) {
    std::vector<rocksdb::LiveFileMetaData> files;
    database_->GetLiveFilesMetaData(&files);
    for (std::size_t i = 0; i < size->size(); ++i) {
      FamilySize& family = (*size)[i];
      for (const rocksdb::LiveFileMetaData& file : files) {
        if (file.column_family_name == stream::kFamilyNames[i]) family.file_bytes += file.size;
      }
      const std::unique_ptr<rocksdb::Iterator> rows(
          database_->NewIterator(rocksdb::ReadOptions(), handles_[i + 1]));
      for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
        ++family.rows;
        family.logical_bytes += rows->key().size() + rows->value().size();
      }
      QCDR_RETURN_IF_ERROR(translate(rows->status()));
    }
    return Status::ok();
  }

 private:
  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

template <class Visit>
Status for_each_database(const std::string& directory, const Visit& visit) {
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.path().filename() != "CURRENT") continue;
    QCDR_ASSIGN_OR_RETURN(const std::unique_ptr<Opened> opened,
                          Opened::open(entry.path().parent_path()));
    QCDR_RETURN_IF_ERROR(visit(*opened));
  }
  return Status::ok();
}

}  // namespace

Status compact_state(const std::string& directory) {
  return for_each_database(directory, [](Opened& opened) { return opened.compact(); });
}

Result<StateSize> measure_state(const std::string& directory) {
  StateSize size;
  QCDR_RETURN_IF_ERROR(
      for_each_database(directory, [&size](Opened& opened) { return opened.add_to(&size); }));
  return size;
}

}  // namespace qcdr::bench
