// Writes frames to the last segment of the log and makes them durable.
//
// A segment that reached its size is left behind only after it was synced, and the next one's name
// is durable before anything is written to it.
// Errors: any error leaves the file in a state that only recovery can tell; the owner must stop
// writing. Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/status.h"
#include "stream/crash_points.h"
#include "stream/file.h"

namespace qcdr::stream::embedded {

std::string segment_path(const std::string& directory, std::uint32_t number);

class SegmentWriter {
 public:
  struct Options {
    std::string directory;
    std::uint64_t segment_bytes = 0;
    CrashPoints* crash_points = nullptr;
    // Stands in for File::sync() in tests of failing disks; empty otherwise.
    std::function<Status(File&)> sync;
  };

  // Goes on at the end of segment `number`, which is created when missing and synced.
  static Result<SegmentWriter> open(Options options, std::uint32_t number, std::uint64_t size);

  std::uint32_t segment() const { return segment_; }
  std::uint32_t position() const { return static_cast<std::uint32_t>(position_); }
  // Starts a new segment when this one is full. Call before frames are sealed.
  Status roll_when_full();
  // Appends `bytes`, a group of whole frames of which the last one begins at `last_frame`.
  Status write(std::string_view bytes, std::size_t last_frame);

 private:
  explicit SegmentWriter(Options options) : options_(std::move(options)) {}
  Status start(std::uint32_t number, std::uint64_t size);
  Status sync();

  Options options_;
  File file_;
  std::uint32_t segment_ = 0;
  std::uint64_t position_ = 0;
};

}  // namespace qcdr::stream::embedded
