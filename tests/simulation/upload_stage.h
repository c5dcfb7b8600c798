// A model of the stage before the loop: reads uploads, writes their rows as chunks, at least once.
//
// It does what services/validation does, over the same interfaces, with one upload at a time and
// without formats, keys and verdicts: an upload's offset is committed when all of its chunks are
// appended; after any error or change of ownership everything unfinished is begun again from the
// committed offsets. So chunks come again, from this process, a later one, or one that slept.
// Thread-safety: none. Lifetime: what the constructor takes outlives it.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stream/blob_store.h"
#include "stream/clock.h"
#include "stream/log.h"

namespace qcdr::simulation {

inline constexpr const char* kUploadGroup = "validation";

struct UploadStageOptions {
  std::string slot;
  std::size_t rows_per_chunk = 1;
  // Planted on purpose: rows are received when they are parsed.
  bool received_when_parsed = false;
};

class UploadStage {
 public:
  UploadStage(UploadStageOptions options, stream::Log& log, stream::BlobStore& blobs,
              stream::Clock& clock)
      : options_(std::move(options)), log_(log), blobs_(blobs), clock_(clock) {}

  // One chunk, or one poll. kFenced and kIo: the process has to end; all else is begun again.
  Status step();

 private:
  struct Work {
    stream::Record upload;
    std::vector<std::string> rows;
    std::size_t rows_done = 0;
  };

  Status step_once();
  Status follow_assignment();
  Status begin(stream::Record upload);
  Status append_chunk();
  void start_over();

  const UploadStageOptions options_;
  stream::Log& log_;
  stream::BlobStore& blobs_;
  stream::Clock& clock_;
  std::unique_ptr<stream::Consumer> consumer_;
  std::unique_ptr<stream::Appender> appender_;
  std::optional<std::uint64_t> epoch_;
  std::deque<stream::Record> waiting_;
  std::optional<Work> work_;
};

}  // namespace qcdr::simulation
