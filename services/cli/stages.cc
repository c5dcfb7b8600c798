#include "cli/stages.h"

namespace qcdr {
namespace {

// A row or two for each TIN: a small part of what the first stage takes.
constexpr std::size_t kCacheBytes = std::size_t{16} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{8} << 20;

}  // namespace

std::string entity_state_directory(const std::string& state_directory) {
  return state_directory + "/entities";
}

stream::RocksdbOptions entity_store_options(const std::string& state_directory,
                                            stream::CrashPoints* crash_points) {
  stream::RocksdbOptions options;
  options.directory = entity_state_directory(state_directory);
  options.crash_points = crash_points;
  options.cache_bytes_max = kCacheBytes;
  options.write_buffer_bytes_max = kWriteBufferBytes;
  options.background_jobs_max = 1;
  return options;
}

}  // namespace qcdr
