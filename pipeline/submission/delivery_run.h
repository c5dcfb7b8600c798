// One document on its way: does what the Delivery says, step by step, and writes down what it does.
//
// Before every call it asks the permit, the rate limiter and the breaker. Before a write it says so
// on the log (SubmissionAttempt), lets the store follow, and asks the permit again; when CMS took
// it, and at the end, it says that (SubmissionReceipt). Nothing here waits: advance() says how
// long. A run that is thrown away is begun again from the ledger. Thread-safety: none. Lifetime:
// all parts outlive it. Errors: those of log, store and permit, after which the run must be thrown
// away; what CMS does is no error.
#pragma once

#include <memory>
#include <string>

#include "core/time.h"
#include "submission/attempt_ledger.h"
#include "submission/breaker.h"
#include "submission/cms_client.h"
#include "submission/delivery.h"
#include "submission/rate_limiter.h"
#include "submission/send_points.h"

namespace qcdr::submission {

enum class PermitAnswer : std::uint8_t {
  kGo,
  kCancelled,  // or a newer document has its place
  kNotYet,     // CMS's window is not open yet
  kClosed,     // CMS's window is closed
};

// Answers after it has read the log up to its committed end.
class Permit {
 public:
  virtual ~Permit() = default;
  virtual Result<PermitAnswer> ask(const std::string& document_id) = 0;
};

// The topic of documents, and the ledger that follows it.
class Journal {
 public:
  virtual ~Journal() = default;
  // Durable on return.
  virtual Status append(const v1::SubmissionDocumentRecord& record) = 0;
  // Folds the log up to its committed end into the ledger.
  virtual Status catch_up() = 0;
};

struct RunTime {
  std::int64_t monotonic_milliseconds = 0;
  Instant now;
};

struct RunParts {
  Permit& permit;
  Journal& journal;
  CmsCalls& cms;
  RateLimiter& limiter;
  Breaker& breaker;
  SendPoints& points;
};

// A document, opened for its delivery.
struct RunDocument {
  LedgerRow row;
  SlotRow slot;
  std::string payload;
  CmsTarget target;
  std::string tin;
  std::string subject;  // who sends: a service id
};

struct RunProgress {
  bool done = false;
  std::int64_t wait_milliseconds = 0;  // until advance() has something to do
};

// What the sender counts of a call.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void called(StepKind /*call*/, const CmsReply& /*reply*/, std::int64_t /*took*/) {}
  virtual void waits(std::int64_t /*milliseconds*/) {}
};

class DeliveryRun {
 public:
  DeliveryRun(RunParts parts, RunDocument document, const ReadBackCheck& check,
              const DeliveryLimits& limits, Chance chance, RunTime now, RunObserver& observer);

  DeliveryRun(const DeliveryRun&) = delete;  // the delivery looks into the document
  DeliveryRun& operator=(const DeliveryRun&) = delete;

  Result<RunProgress> advance(const std::function<RunTime()>& clock);
  const DeliveryResult& result() const { return delivery_.result(); }
  const std::string& document_id() const { return document_.row.document_id; }

 private:
  // Whether the next call may be made; false: look at the delivery again.
  Result<bool> may_call(RunProgress* progress);
  void hold_everybody(const CmsReply& reply, RunTime now);
  Status write_intent(StepKind kind, RunTime now);
  Result<CmsReply> call(const Step& step, RunTime now);
  Status write_what_is_known(RunTime now);
  Status write_end(RunTime now);
  Status write_receipt(int outcome, RunTime now);

  RunParts parts_;
  RunDocument document_;
  const std::int64_t settle_milliseconds_;
  const std::int64_t forbidden_milliseconds_;
  Delivery delivery_;
  RunObserver& observer_;
  std::optional<std::int64_t> due_milliseconds_;  // of a wait that the delivery said
  std::uint32_t attempts_;
  std::int64_t attempted_at_milliseconds_;
  bool ended_ = false;
};

}  // namespace qcdr::submission
