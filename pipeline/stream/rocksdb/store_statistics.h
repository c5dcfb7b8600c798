// What the open stores of a process hold and wait for, summed over them: for an operator's eye.
// Thread-safety: value.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qcdr::stream {

struct StoreStatistics {
  std::size_t stores = 0;
  std::uint64_t table_bytes = 0;         // live tables on disk
  std::uint64_t write_buffer_bytes = 0;  // of the budget for all of them
  std::uint64_t cache_bytes = 0;         // of the block cache
  std::uint64_t pending_compaction_bytes = 0;
  std::uint64_t running_flushes = 0;
  std::uint64_t running_compactions = 0;
  std::uint64_t background_errors = 0;  // since each was opened
  // Stores that take no write until a compaction or a flush has ended.
  std::uint64_t stopped_stores = 0;
  // How often writes were slowed down or stopped since each was opened.
  std::uint64_t write_slowdowns = 0;
  std::uint64_t write_stops = 0;
};

}  // namespace qcdr::stream
