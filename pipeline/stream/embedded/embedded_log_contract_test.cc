// The embedded log under the contract that every log must keep.
#include <gtest/gtest.h>

#include <thread>

#include "stream/embedded/embedded_log.h"
#include "stream/log_contract.h"
#include "stream/system_clock.h"
#include "stream/temporary_directory.h"

namespace qcdr::stream {
namespace {

Result<std::unique_ptr<Log>> open_log(const std::string& directory, std::uint64_t segment_bytes,
                                      std::size_t cache_bytes_max) {
  static SystemClock clock;
  EmbeddedLogOptions options;
  options.directory = directory;
  options.clock = &clock;
  options.segment_bytes = segment_bytes;
  options.cache_bytes_max = cache_bytes_max;
  QCDR_ASSIGN_OR_RETURN(std::unique_ptr<EmbeddedLog> log, EmbeddedLog::open(std::move(options)));
  return std::unique_ptr<Log>(std::move(log));
}

Result<contract::LogUnderTest> make_log(std::uint64_t segment_bytes, std::size_t cache_bytes_max) {
  const auto directory = std::make_shared<TemporaryDirectory>();
  contract::LogUnderTest under_test;
  under_test.reopen = [directory, segment_bytes, cache_bytes_max] {
    return open_log(directory->path(), segment_bytes, cache_bytes_max);
  };
  under_test.pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  QCDR_ASSIGN_OR_RETURN(under_test.log, under_test.reopen());
  return under_test;
}

const bool registered = contract::register_log_contract(
    "EmbeddedLogContract", [] { return make_log(std::uint64_t{64} << 20, std::size_t{1} << 20); });
// Every frame in a segment of its own and nothing cached: each read goes to a file.
const bool registered_small = contract::register_log_contract("EmbeddedLogSmallSegmentsContract",
                                                              [] { return make_log(1, 0); });

}  // namespace
}  // namespace qcdr::stream
