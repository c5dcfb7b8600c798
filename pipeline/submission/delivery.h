// The delivery of one frozen document, as a machine that says what to do next and takes the answer.
//
//   find -> nothing there: POST | the same there: done | some lacks: PATCH | other there: PUT
//        -> read back -> verified | differs; a refusal ends it. Withdrawal: find -> DELETE -> find.
//
// It calls nobody and knows no clock, so it can be stopped between any two steps and be begun
// again. Invariants:
// - Every write stands behind a find that saw what is there, in this run. Nothing that failed is
//   sent again: after every failure it finds first.
// - After a write with an unknown end (no answer, half of one, a fault of the server) it waits for
//   `settle_milliseconds`, in which the call either has its effect or never will, and then finds.
// - A document that is cancelled is not written any more. What may be at CMS already is still asked
//   for, so that the end says what is there; to take it back is an officer's decision.
// Limits: writes_max, finds_max, and those of Retry: every delivery ends.
// Thread-safety: none. Lifetime: payload and check outlive it. Errors: none; ends are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "submission/cms_client.h"
#include "submission/read_back_check.h"
#include "submission/retry.h"

namespace qcdr::submission {

enum class DeliveryAim : std::uint8_t { kDeliver, kWithdraw };

enum class StepKind : std::uint8_t { kFind, kReadBack, kPost, kPut, kPatch, kDelete, kWait, kDone };
constexpr bool is_write(StepKind kind) {
  return kind == StepKind::kPost || kind == StepKind::kPut || kind == StepKind::kPatch ||
         kind == StepKind::kDelete;
}

struct Step {
  StepKind kind = StepKind::kFind;
  std::string set_id;                  // of kReadBack, kPut, kPatch, kDelete
  std::int64_t start_index = 0;        // of kFind
  std::int64_t wait_milliseconds = 0;  // of kWait
};

enum class DeliveryEnd : std::uint8_t {
  kVerified,      // read back, and equal
  kDiffers,       // CMS took it, and shows something else
  kRefused,       // CMS will not take it as it is
  kCancelled,     // cancelled, and not at CMS
  kWithdrawn,     // not at CMS any more
  kWindowClosed,  // CMS's window is closed, and it is not there
  kUnfinished,    // given up for now: to be begun again later
  kStopped,       // CMS takes no call with this token
};

struct DeliveryResult {
  DeliveryEnd end = DeliveryEnd::kUnfinished;
  int http_status = 0;  // of the last answer
  std::string submission_id;
  std::string set_id;
  std::optional<Hash256> read_back_sha256;
  std::vector<FindingCode> codes;
  std::vector<CmsErrorDetail> details;  // of a refusal
  bool wrote = false;                   // in this run, and CMS said yes
};

struct DeliveryLimits {
  RetryLimits retry;
  std::int64_t settle_milliseconds = 0;
  std::int64_t writes_max = 0;
  std::int64_t finds_max = 0;
};

// What earlier runs left.
struct EarlierAttempts {
  bool may_be_at_cms = false;            // a write began whose end is not known
  std::int64_t settle_milliseconds = 0;  // how long it may still take effect
  bool acknowledged = false;             // CMS took the last write: only the read back is missing
  std::string set_id;                    // which it then named; may be empty
};

class Delivery {
 public:
  Delivery(DeliveryAim aim, std::string_view payload, const ReadBackCheck& check,
           const DeliveryLimits& limits, const EarlierAttempts& earlier, Chance chance);

  const Step& next() const { return step_; }
  // The answer to the call that next() said.
  void take(const CmsReply& reply, std::int64_t now_milliseconds);
  // The wait that next() said is over.
  void waited();
  // Nothing may be written any more; kCancelled or kWindowClosed. Reads that are needed to know
  // what is at CMS go on.
  void forbid_writes(DeliveryEnd why);
  // What the last write came to, right after take(): CMS did it, or nobody knows.
  bool write_was_done() const { return write_done_; }
  bool write_is_unknown() const { return write_unknown_; }
  bool may_be_at_cms() const { return may_be_at_cms_; }
  // Good when next() is kDone, and for what is known so far.
  const DeliveryResult& result() const { return result_; }

 private:
  void begin_find();
  void take_find(const CmsReply& reply);
  void take_found(const CmsSet& set);
  void take_none();
  void take_write(const CmsReply& reply);
  void take_difference(const std::vector<FindingCode>& codes);
  void take_failure(const CmsReply& reply, std::int64_t now_milliseconds);
  void write(StepKind kind, const std::string& set_id);
  void note(const CmsSet& set, const ReadBackVerdict& verdict);
  void wait(std::int64_t milliseconds);
  void end(DeliveryEnd end);
  void give_up(FindingCode code);

  const DeliveryAim aim_;
  const std::string_view payload_;
  const ReadBackCheck& check_;
  const DeliveryLimits limits_;
  Retry retry_;
  Step step_;
  DeliveryResult result_;
  std::vector<CmsSet> found_;  // on the pages of this find
  std::optional<DeliveryEnd> forbidden_;
  std::int64_t writes_ = 0;
  std::int64_t finds_ = 0;
  bool may_be_at_cms_;
  bool acknowledged_ = false;  // CMS took the last write, and nothing was sent since
  bool write_failed_ = false;  // since then no write worked: pauses grow on
  bool looked_twice_ = false;
  bool write_done_ = false;
  bool write_unknown_ = false;
};

}  // namespace qcdr::submission
