// How each column family is kept on disk. Internal to stream/rocksdb.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "core/rows.h"

namespace rocksdb {
class Cache;
class WriteBufferManager;
struct ColumnFamilyOptions;
struct DBOptions;
}  // namespace rocksdb

namespace qcdr::stream {

// What all databases of the process share.
struct DatabaseResources {
  std::shared_ptr<rocksdb::Cache> cache;
  std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
  int background_jobs_max = 2;
};

DatabaseResources make_database_resources(std::size_t cache_bytes_max,
                                          std::size_t write_buffer_bytes_max,
                                          int background_jobs_max);

std::size_t cache_usage_bytes(const DatabaseResources& resources);

// In the order of Family. Names are permanent: they are on disk.
inline constexpr std::array<std::string_view, kFamilyCount> kFamilyNames = {
    "meta", "facts", "counts", "case_blocks", "case_directory"};

rocksdb::DBOptions database_options(const DatabaseResources& resources);
rocksdb::ColumnFamilyOptions family_options(const DatabaseResources& resources, Family family);
// RocksDB's own "default" family, which stays empty.
rocksdb::ColumnFamilyOptions unused_family_options();

}  // namespace qcdr::stream
