// Sends what the fold decided to send, and says what became of it.
//
// Consumes qcdr.public.submission-documents.v1 as a member of a group: of each partition that it
// owns it follows the whole topic into a ledger, works on what is unfinished, and writes attempts
// and receipts back; receipts go into the practices' partitions besides (document_partition.h). It
// decides nothing: whether a document may leave was decided where it was frozen. Before each call
// it reads the topic to its committed end, and looks whether CMS's window is open. A document's
// payload and TIN are opened when its delivery begins and are in memory until its end. Calls go one
// after the other, so one process makes one call at a time; documents that wait do not hold others
// up. CMS's limit of calls counts for all senders of an organisation together, and each process
// counts for itself: run one, or divide calls_per_second. When CMS refuses the token everything
// stops for again_seconds; then the token is read again. Invariants: those of submission/delivery.h
// and attempt_ledger.h; at most one delivery a slot, at most documents_in_work_max at a time.
// Thread-safety: none. Lifetime: what the constructor takes outlives it. Errors of step(): those of
// log, store, key ring and token file; the partitions' own stop that partition alone: stopped().
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/key_ring.h"
#include "stream/clock.h"
#include "submission/cms_settings.h"
#include "submission/document_partition.h"
#include "submission/submission_metrics.h"

namespace qcdr {

struct SenderParts {
  const CmsSettings& settings;
  stream::Log& log;
  stream::StateStores& stores;
  KeyRing& keys;
  // Makes the client anew, with the token as it is now.
  std::function<Result<std::unique_ptr<submission::CmsCalls>>()> make_client;
  const submission::ReadBackCheck& check;
  submission::SendPoints& points;
  stream::Clock& clock;
  SubmissionMetrics& metrics;
  // Whether CMS takes data of this year now; never kCancelled.
  std::function<submission::PermitAnswer(PerformanceYear)> window;
  submission::Chance chance;
};

class SubmissionSender {
 public:
  static Result<std::unique_ptr<SubmissionSender>> open(const std::string& slot, SenderParts parts);
  ~SubmissionSender();
  // Follows the topic, tells receipts, makes the calls that are due. True: there was something to
  // do.
  Result<bool> step();
  // Nothing is unfinished but what is laid by.
  bool idle() const;
  // Until when there is nothing to do, from now; at most `most`.
  std::int64_t wait_milliseconds(std::int64_t most) const;
  // Why a partition cannot go on; ok when all do.
  Status stopped() const;

 private:
  struct Place;
  struct Work;

  explicit SubmissionSender(SenderParts parts);
  Status follow_assignment();
  Result<bool> work_on(Place* place);
  Status begin_documents(Place* place);
  Result<std::unique_ptr<Work>> open_work(Place* place, const std::string& document_id);
  Result<bool> advance(Place* place);
  void end(Place* place, Work* work);
  void hold(Place* place, const std::string& document_id, HeldWhy why);
  Status need_client();
  std::size_t in_work() const;

  SenderParts parts_;
  std::string subject_;
  submission::RateLimiter limiter_;
  submission::Breaker breaker_;
  std::unique_ptr<submission::CmsCalls> client_;
  std::int64_t client_from_milliseconds_ = 0;  // not before: the token was refused
  std::unique_ptr<stream::Consumer> consumer_;
  std::optional<std::uint64_t> epoch_;
  std::map<Partition, std::unique_ptr<Place>> places_;
};

}  // namespace qcdr
