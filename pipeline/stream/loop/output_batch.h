// The outputs of one batch of one input partition, in order.
//
// Stamps each with its id and version (output_version.h) and digests them: SHA-256 over the
// canonical encoding below. A progress marker carries count and digest, so that a later replay of
// the same batch can show that it would have sent the same.
//
// Encoding per output: text topic, u32 partition, text key, u8 1 and text value or u8 0, varint
// number of headers, each text name and text value, u8 1 and i64 timestamp or u8 0.
//
// Thread-safety: none. Lifetime: one batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/crypto.h"
#include "stream/fold.h"
#include "stream/loop/loop_options.h"

namespace qcdr::stream {

class OutputBatch : public OutputSink {
 public:
  // kKeep for sending them, kDigestOnly for a replay.
  enum class Purpose : std::uint8_t { kKeep, kDigestOnly };

  // The batch is [first, next) of the partition; `options` outlives it.
  OutputBatch(const LoopOptions& options, Partition partition, Offset first, Offset next,
              Purpose purpose);

  OutputVersion next_version(Offset cause) override;
  void send(Offset cause, OutputRecord record) override;

  Offset first() const { return first_; }
  Offset next() const { return next_; }
  std::uint32_t count() const { return count_; }
  // How many of them are records that the fold laid aside.
  std::uint32_t dead_letters() const { return dead_letters_; }
  // Of the canonical encoding of all of them.
  std::size_t bytes() const { return bytes_; }
  // kLimitExceeded when the fold sent more than even the outputs of one record may be; what came
  // after that was counted and not kept. A replay keeps nothing and has no limit: the bounds are
  // those of another program, maybe.
  Status status() const;
  // Once, after the last send().
  Hash256 finish();
  std::vector<OutputRecord> take_records() { return std::move(records_); }

 private:
  std::size_t place_of(Offset cause) const;

  const LoopOptions& options_;
  const Partition partition_;
  const Offset first_;
  const Offset next_;
  const Purpose purpose_;
  const std::string dead_letter_topic_;
  std::uint32_t count_ = 0;
  std::uint32_t dead_letters_ = 0;
  std::size_t bytes_ = 0;
  std::vector<std::uint32_t> count_by_cause_;  // by distance from first_; the rest have none
  Sha256 digest_;
  ByteWriter canonical_;  // of one output at a time
  std::vector<OutputRecord> records_;
};

}  // namespace qcdr::stream
