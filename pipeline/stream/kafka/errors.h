// What librdkafka's errors mean here.
//
// For transactions there is one documented triage (the library's manual, "Transactional producer
// error handling"): a retriable error means the same call again; one that requires an abort means
// abort and start over; everything else means that the producer is of no use any more.
// Codes are passed as int, so that the library's header stays in the .cc files.
// Thread-safety: pure functions.
#pragma once

#include <string_view>

#include "core/status.h"

struct rd_kafka_error_s;

namespace qcdr::stream::kafka {

enum class TransactionStep : std::uint8_t { kDone, kRetry, kAbort, kDestroy };

// Takes ownership of `error` (none: done) and sets *status to what a caller would be told if the
// step failed for good.
TransactionStep triage(rd_kafka_error_s* error, Status* status);

// A code outside transactions. kUnavailable when in doubt.
Status status_of(int error, std::string_view context);
// The reason behind a fatal error.
Status status_of_fatal(int error, std::string_view reason);

// Errors of a consumer that go away by themselves and need nobody.
bool is_passing(int error);
// The group has moved on: this member's generation or identity is not valid any more.
bool is_lost_membership(int error);

}  // namespace qcdr::stream::kafka
