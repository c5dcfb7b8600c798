// How much input a batch of one partition may take, so that its outputs fit one transaction.
//
// A batch of more than one record that came out too large is thrown away and folded again, shorter:
// any bound is legal, because markers carry the bounds. What a batch came to sets the next one's
// size: it shrinks at once to what would have fitted half the limit, and doubles again while full
// batches make less than a quarter of it.
// Invariant: a batch of one record is always let in, whatever its bytes.
// Thread-safety: none. Pure. Lifetime: `options` outlives it.
#pragma once

#include <cstddef>

#include "stream/loop/loop_options.h"

namespace qcdr::stream {

class BatchSize {
 public:
  explicit BatchSize(const LoopOptions& options)
      : options_(options), records_max_(options.batch_records_max) {}

  // Records and bytes of input in the open batch; the sealed one is waiting for its commit.
  std::size_t records() const { return records_; }
  std::size_t bytes() const { return bytes_; }
  bool is_full() const {
    return ended_ || records_ >= records_max_ || bytes_ >= options_.batch_input_bytes_max;
  }
  std::size_t records_max() const { return records_max_; }

  void add(std::size_t record_bytes);
  // The open batch takes no more, whatever its size.
  void end() { ended_ = true; }
  // The open batch becomes the sealed one, and the next begins.
  void seal();
  std::size_t sealed_records() const { return sealed_records_; }
  // The sealed batch is committed; its outputs came to this.
  void committed(std::size_t output_bytes, std::size_t outputs);
  // A batch of so many records, more than one, is thrown away because its outputs pass a limit.
  void too_large(std::size_t records, std::size_t output_bytes, std::size_t outputs);
  // The open batch is thrown away.
  void abandon();

 private:
  const LoopOptions& options_;
  std::size_t records_max_;
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
  bool ended_ = false;
  std::size_t sealed_records_ = 0;
};

}  // namespace qcdr::stream
