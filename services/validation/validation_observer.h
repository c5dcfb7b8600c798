// What validation tells about uploads while it works: an operator's counts.
//
// Validation is at-least-once: an upload that is begun again is counted again, so these are amounts
// of work. What was accepted once and for all is told by scoring. Thread-safety: called on the
// thread that steps validation.
#pragma once

#include <cstdint>

#include "core/status.h"
#include "core/strong.h"
#include "qcdr/v1/common.pb.h"

namespace qcdr {

// Rows of one chunk by the worst thing that their checks found.
struct RowVerdicts {
  std::uint64_t clean = 0;  // nothing, or information
  std::uint64_t warned = 0;
  std::uint64_t failed = 0;
};

enum class UploadEnd : std::uint8_t { kCompleted, kRefused, kDeleted };

class ValidationObserver {
 public:
  virtual ~ValidationObserver() = default;
  virtual void on_chunk(v1::RecordKind kind, const RowVerdicts& rows) = 0;
  virtual void on_end(v1::RecordKind kind, UploadEnd end) = 0;
  // An upload's record could not be read and lies on the dead-letter topic now.
  virtual void on_dead_letter(Partition partition, Offset offset) = 0;
  // An upload waits for a later release, and its practice's uploads behind it.
  virtual void on_waits(Partition partition, Offset offset, const Status& why) = 0;
};

}  // namespace qcdr
