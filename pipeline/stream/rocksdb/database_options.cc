#include "stream/rocksdb/database_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

namespace qcdr::stream {
namespace {

// RocksDB 7.8 ends the process by an assertion when it writes a second line into its own log on a
// full disk. What it has to say of errors comes with its answers, and is told there.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr double kHighPriorityShare = 0.3;  // of the cache, for indexes and filters
constexpr double kFilterBitsPerKey = 10;
constexpr int kFastestZstd = 1;

struct FamilyShape {
  std::size_t write_buffer_bytes;
  rocksdb::CompressionType above;
  rocksdb::CompressionType bottom;
};

// Compression by what the rows are made of. Facts are sealed, so they are noise: LZ4 gives up on
// them at once and still helps what is not. Directories are fingerprints, which are noise for sure.
// Nearly half of a block of cases is tokens; the rest shrinks well, so it is worth the work where
// the data come to rest and not on the way there. Counts are small numbers with much in common.
FamilyShape shape_of(Family family) {
  switch (family) {
    case Family::kMeta:
      return {kMiB, rocksdb::kNoCompression, rocksdb::kNoCompression};
    case Family::kFacts:
      return {16 * kMiB, rocksdb::kLZ4Compression, rocksdb::kLZ4Compression};
    case Family::kCounts:
      return {16 * kMiB, rocksdb::kLZ4Compression, rocksdb::kZSTD};
    case Family::kCaseBlocks:
      return {32 * kMiB, rocksdb::kNoCompression, rocksdb::kZSTD};
    case Family::kCaseDirectory:
      return {16 * kMiB, rocksdb::kNoCompression, rocksdb::kNoCompression};
  }
  return {kMiB, rocksdb::kNoCompression, rocksdb::kNoCompression};
}

}  // namespace

DatabaseResources make_database_resources(std::size_t cache_bytes_max,
                                          std::size_t write_buffer_bytes_max,
                                          int background_jobs_max) {
  rocksdb::LRUCacheOptions cache;
  cache.capacity = cache_bytes_max;
  cache.high_pri_pool_ratio = kHighPriorityShare;
  DatabaseResources resources;
  resources.cache = rocksdb::NewLRUCache(cache);
  resources.write_buffers =
      std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes_max, resources.cache);
  resources.background_jobs_max = background_jobs_max;
  return resources;
}

std::size_t cache_usage_bytes(const DatabaseResources& resources) {
  return resources.cache->GetUsage();
}

rocksdb::DBOptions database_options(const DatabaseResources& resources) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Dirty pages go out steadily instead of in one stall at the next sync.
  options.bytes_per_sync = kMiB;
  options.wal_bytes_per_sync = kMiB;
  // Bounds what a restart replays when a quiet family holds an old write-ahead log.
  options.max_total_wal_size = 128 * kMiB;
  options.max_background_jobs = resources.background_jobs_max;
  options.write_buffer_manager = resources.write_buffers;
  options.max_open_files = 512;
  // One for each write-ahead log and for each table that a flush or a compaction writes; the
  // default is a megabyte, and several come and go with every compaction.
  options.writable_file_max_buffer_size = 64 << 10;
  options.skip_stats_update_on_db_open = true;
  options.avoid_unnecessary_blocking_io = true;
  options.stats_dump_period_sec = 0;
  options.info_log = std::make_shared<NoLog>();
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const DatabaseResources& resources, Family family) {
  const FamilyShape shape = shape_of(family);
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = shape.write_buffer_bytes;
  // Many partitions, most of them quiet: a write buffer grows in small steps.
  options.arena_block_size = 64 << 10;
  options.max_write_buffer_number = 3;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = shape.above;
  options.bottommost_compression = shape.bottom;
  if (shape.bottom == rocksdb::kZSTD) {
    options.bottommost_compression_opts.enabled = true;
    options.bottommost_compression_opts.level = kFastestZstd;
  }
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = resources.cache;
  table.block_size = 16 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey, false));
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions unused_family_options() {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 64 << 10;
  return options;
}

}  // namespace qcdr::stream
