// Payloads of frames that were written or read last, so that a reader behind the writer, or a
// batch taken from one frame in several polls, does not read and check the file again.
//
// Holds at most `bytes_max` bytes of payloads; the one used longest ago goes first.
// Thread-safety: none; the log's mutex guards it. Payloads are shared and never change.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

namespace qcdr::stream::embedded {

// A frame's bytes; the payload begins at kFrameHeaderBytes.
using FrameBytes = std::shared_ptr<const std::string>;

class FrameCache {
 public:
  explicit FrameCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  FrameBytes find(std::uint32_t frame);
  void insert(std::uint32_t frame, FrameBytes bytes);
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::uint32_t frame;
    FrameBytes bytes;
  };
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<std::uint32_t, std::list<Entry>::iterator> by_frame_;
};

}  // namespace qcdr::stream::embedded
