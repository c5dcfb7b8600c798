// Which answers of CMS allow another call, when, and how often.
//
// Another call helps after 408, 429, 500, 502, 503, 504 and when no connection was made, and after
// 403 with a long wait: the older service answers so to too many calls, and lets nobody in for ten
// minutes. Any other answer of 400 to 499 is about the call itself. The pause is drawn from all up
// to first_pause * 2^failures (full jitter), is never shorter than what Retry-After asks for, and a
// Retry-After beyond `retry_after_max` counts as that. After `attempts_max` failures in a row, or
// `total_max` since the first of them, there is no other call.
// Thread-safety: none. Units: milliseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "core/time.h"

namespace qcdr::submission {

// A number from 0 up to, not including, the argument, which is above 0.
using Chance = std::function<std::uint64_t(std::uint64_t)>;

enum class RetryAnswer : std::uint8_t { kNever, kPause, kLongPause };
// Of an HTTP status; 0: no connection was made.
RetryAnswer retry_answer(int http_status);

struct RetryLimits {
  std::int64_t attempts_max = 0;
  std::int64_t total_milliseconds_max = 0;
  std::int64_t first_pause_milliseconds = 0;
  std::int64_t pause_milliseconds_max = 0;
  std::int64_t forbidden_pause_milliseconds = 0;
  std::int64_t forbidden_attempts_max = 0;
  std::int64_t retry_after_milliseconds_max = 0;
};

class Retry {
 public:
  Retry(const RetryLimits& limits, Chance chance) : limits_(limits), chance_(std::move(chance)) {}
  // A call failed. How long to wait before the next; nothing: there is none.
  std::optional<std::int64_t> failed(RetryAnswer answer,
                                     std::optional<std::int64_t> retry_after_milliseconds,
                                     std::int64_t now_milliseconds);
  // A call was answered: what failed before is forgotten.
  void worked();

 private:
  const RetryLimits limits_;
  const Chance chance_;
  std::int64_t failures_ = 0;
  std::int64_t forbidden_ = 0;
  std::int64_t first_failure_milliseconds_ = 0;
};

// The value of a Retry-After header (RFC 9110, 10.2.3): seconds, or a date in any of the three
// forms that a reader must know. From `now`, never negative. Nothing when it is neither.
std::optional<std::int64_t> parse_retry_after(std::string_view text, Instant now);

}  // namespace qcdr::submission
