// A buffer in front of a sink, and the count of what went through it.
//
// Thread-safety: none. Lifetime: the sink outlives the writer.
#pragma once

#include <cstdint>
#include <string>

#include "generate/sink.h"

namespace qcdr::generate {

class FileWriter {
 public:
  static constexpr std::size_t kBufferBytes = 256 * 1024;

  explicit FileWriter(Sink* sink) : sink_(sink) { buffer_.reserve(kBufferBytes + 8192); }

  Status begin(const std::string& name) {
    QCDR_ASSERT(buffer_.empty());
    ++files_;
    return sink_->begin(name);
  }
  // Append here, then call flush_when_full().
  std::string& buffer() { return buffer_; }
  Status flush_when_full() { return buffer_.size() < kBufferBytes ? Status::ok() : flush(); }
  Status end() {
    QCDR_RETURN_IF_ERROR(flush());
    return sink_->end();
  }
  // A row of a table was written; cases are counted elsewhere.
  void count_row() { ++rows_; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t files() const { return files_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  Status flush() {
    bytes_ += buffer_.size();
    const Status status = sink_->write(buffer_);
    buffer_.clear();
    return status;
  }

  Sink* const sink_;
  std::string buffer_;
  std::uint64_t rows_ = 0;
  std::uint64_t files_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace qcdr::generate
