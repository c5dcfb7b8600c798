#include "submission/delivery_run.h"

#include <algorithm>

#include "core/assert.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::submission {
namespace {

using v1::SubmissionReceipt;

// How often a window that is not open yet is asked for.
constexpr std::int64_t kNotYetMilliseconds = 60'000;

EarlierAttempts earlier_of(const RunDocument& document, std::int64_t settle, Instant now) {
  EarlierAttempts earlier;
  earlier.acknowledged = document.row.state == AttemptState::kSent;
  earlier.set_id = document.row.set_id;
  const std::int64_t open_since = document.slot.open_since_milliseconds;
  if (open_since != 0) {
    earlier.may_be_at_cms = true;
    // Civil time may have been set: never longer than a whole settling.
    earlier.settle_milliseconds =
        std::clamp<std::int64_t>(open_since + settle - now.milliseconds(), 0, settle);
  }
  return earlier;
}

v1::SubmissionAttempt::Method method_of(StepKind kind) {
  switch (kind) {
    case StepKind::kPost:
      return v1::SubmissionAttempt::METHOD_POST;
    case StepKind::kPut:
      return v1::SubmissionAttempt::METHOD_PUT;
    case StepKind::kPatch:
      return v1::SubmissionAttempt::METHOD_PATCH;
    default:
      return v1::SubmissionAttempt::METHOD_DELETE;
  }
}

// Whether an answer says that the service works.
bool is_of_a_working_service(const CmsReply& reply) {
  return reply.kind == CmsReply::Kind::kDone ||
         (reply.kind == CmsReply::Kind::kError && reply.error.kind != CmsErrorKind::kTemporary);
}

// The outcome that a receipt says; none: the document waits on.
int outcome_of(const DeliveryResult& result, bool withdraw, bool may_be_at_cms) {
  switch (result.end) {
    case DeliveryEnd::kVerified:
      return SubmissionReceipt::OUTCOME_READ_BACK_EQUAL;
    case DeliveryEnd::kDiffers:
      return SubmissionReceipt::OUTCOME_READ_BACK_DIFFERS;
    case DeliveryEnd::kRefused:
      return SubmissionReceipt::OUTCOME_REFUSED;
    case DeliveryEnd::kCancelled:
    case DeliveryEnd::kWindowClosed:
      // What could not be withdrawn is at CMS still.
      return withdraw ? SubmissionReceipt::OUTCOME_REFUSED : SubmissionReceipt::OUTCOME_CANCELLED;
    case DeliveryEnd::kWithdrawn:
      return SubmissionReceipt::OUTCOME_WITHDRAWN;
    case DeliveryEnd::kUnfinished:
    case DeliveryEnd::kStopped:
      return may_be_at_cms ? SubmissionReceipt::OUTCOME_UNKNOWN
                           : SubmissionReceipt::OUTCOME_UNSPECIFIED;
  }
  return SubmissionReceipt::OUTCOME_UNSPECIFIED;
}

}  // namespace

DeliveryRun::DeliveryRun(RunParts parts, RunDocument document, const ReadBackCheck& check,
                         const DeliveryLimits& limits, Chance chance, RunTime now,
                         RunObserver& observer)
    : parts_(parts),
      document_(std::move(document)),
      settle_milliseconds_(limits.settle_milliseconds),
      forbidden_milliseconds_(limits.retry.forbidden_pause_milliseconds),
      delivery_(document_.row.withdraw ? DeliveryAim::kWithdraw : DeliveryAim::kDeliver,
                document_.payload, check, limits,
                earlier_of(document_, settle_milliseconds_, now.now), std::move(chance)),
      observer_(observer),
      attempts_(document_.row.attempts),
      attempted_at_milliseconds_(document_.row.attempted_at_milliseconds) {}

Result<RunProgress> DeliveryRun::advance(const std::function<RunTime()>& clock) {
  RunTime now = clock();
  RunProgress progress;
  if (delivery_.next().kind == StepKind::kWait) {
    if (!due_milliseconds_) {
      due_milliseconds_ = now.monotonic_milliseconds + delivery_.next().wait_milliseconds;
      observer_.waits(delivery_.next().wait_milliseconds);
    }
    progress.wait_milliseconds = *due_milliseconds_ - now.monotonic_milliseconds;
    if (progress.wait_milliseconds > 0) return progress;
    progress.wait_milliseconds = 0;
    due_milliseconds_.reset();
    delivery_.waited();
  }
  if (delivery_.next().kind != StepKind::kDone) {
    progress.wait_milliseconds =
        std::max(parts_.limiter.wait_milliseconds(now.monotonic_milliseconds),
                 parts_.breaker.wait_milliseconds(now.monotonic_milliseconds));
    if (progress.wait_milliseconds > 0) return progress;
    QCDR_ASSIGN_OR_RETURN(bool may, may_call(&progress));
    if (progress.wait_milliseconds > 0) return progress;
    const Step step = delivery_.next();
    if (may && is_write(step.kind)) {
      QCDR_RETURN_IF_ERROR(write_intent(step.kind, now));
      QCDR_ASSIGN_OR_RETURN(may, may_call(&progress));
      if (progress.wait_milliseconds > 0) return progress;
    }
    if (may) {
      QCDR_ASSERT(parts_.limiter.take(now.monotonic_milliseconds));
      parts_.breaker.begin(now.monotonic_milliseconds);
      QCDR_ASSIGN_OR_RETURN(const CmsReply reply, call(step, now));
      const RunTime after = clock();
      observer_.called(step.kind, reply, after.monotonic_milliseconds - now.monotonic_milliseconds);
      now = after;
      if (is_of_a_working_service(reply)) {
        parts_.breaker.worked();
      } else {
        parts_.breaker.failed(now.monotonic_milliseconds);
      }
      delivery_.take(reply, now.monotonic_milliseconds);
      hold_everybody(reply, now);
      if (is_write(step.kind)) QCDR_RETURN_IF_ERROR(write_what_is_known(now));
    }
  }
  if (delivery_.next().kind == StepKind::kDone) {
    if (!ended_) QCDR_RETURN_IF_ERROR(write_end(now));
    ended_ = true;
    progress.done = true;
  }
  return progress;
}

// Too many calls are everybody's: another document's call would make CMS's wait begin anew.
void DeliveryRun::hold_everybody(const CmsReply& reply, RunTime now) {
  if (reply.error.kind != CmsErrorKind::kTooManyCalls &&
      reply.error.kind != CmsErrorKind::kForbidden) {
    return;
  }
  const Step& step = delivery_.next();
  const std::int64_t pause = step.kind == StepKind::kWait ? step.wait_milliseconds
                             : reply.error.kind == CmsErrorKind::kForbidden
                                 ? forbidden_milliseconds_
                                 : settle_milliseconds_;
  parts_.limiter.hold(now.monotonic_milliseconds + pause);
}

Result<bool> DeliveryRun::may_call(RunProgress* progress) {
  QCDR_ASSIGN_OR_RETURN(const PermitAnswer answer, parts_.permit.ask(document_id()));
  switch (answer) {
    case PermitAnswer::kGo:
      return true;
    case PermitAnswer::kNotYet:
      progress->wait_milliseconds = kNotYetMilliseconds;
      return false;
    case PermitAnswer::kCancelled:
      // A withdrawal is what a cancelled document is taken away by.
      if (document_.row.withdraw) return true;
      delivery_.forbid_writes(DeliveryEnd::kCancelled);
      break;
    case PermitAnswer::kClosed:
      delivery_.forbid_writes(DeliveryEnd::kWindowClosed);
      break;
  }
  return delivery_.next().kind != StepKind::kDone && delivery_.next().kind != StepKind::kWait;
}

Status DeliveryRun::write_intent(StepKind kind, RunTime now) {
  attempted_at_milliseconds_ = now.now.milliseconds();
  v1::SubmissionDocumentRecord record;
  v1::SubmissionAttempt& attempt = *record.mutable_attempt();
  attempt.set_document_id(document_id());
  attempt.set_attempt(++attempts_);
  attempt.set_performance_year(static_cast<std::int32_t>(document_.row.performance_year));
  attempt.set_entity_id(document_.row.entity_id);
  attempt.set_category(static_cast<v1::Category>(document_.row.category));
  attempt.set_attempted_at(attempted_at_milliseconds_);
  attempt.set_method(method_of(kind));
  attempt.mutable_actor()->set_subject(document_.subject);
  attempt.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  QCDR_RETURN_IF_ERROR(parts_.journal.append(record));
  parts_.points.reached(SendPoint::kIntentOnLog);
  QCDR_RETURN_IF_ERROR(parts_.journal.catch_up());
  parts_.points.reached(SendPoint::kIntentInStore);
  return Status::ok();
}

Result<CmsReply> DeliveryRun::call(const Step& step, RunTime now) {
  const std::string& tin = document_.tin;
  switch (step.kind) {
    case StepKind::kFind:
      return parts_.cms.find(document_.target, tin, step.start_index, now.now);
    case StepKind::kReadBack:
      return parts_.cms.read(step.set_id, tin, now.now);
    case StepKind::kPost:
      return parts_.cms.write(HttpMethod::kPost, "", document_.payload, tin, now.now);
    case StepKind::kPut:
      return parts_.cms.write(HttpMethod::kPut, step.set_id, document_.payload, tin, now.now);
    case StepKind::kPatch:
      return parts_.cms.write(HttpMethod::kPatch, step.set_id, document_.payload, tin, now.now);
    case StepKind::kDelete:
      return parts_.cms.remove(step.set_id, now.now);
    case StepKind::kWait:
    case StepKind::kDone:
      break;
  }
  return Status(ErrorCode::kInternal, "a step that is no call");
}

Status DeliveryRun::write_what_is_known(RunTime now) {
  parts_.points.reached(SendPoint::kAnswered);
  // The end of a withdrawal is known when a find finds nothing.
  const bool sent = delivery_.write_was_done() && !document_.row.withdraw;
  if (!sent && !delivery_.write_is_unknown()) return Status::ok();
  QCDR_RETURN_IF_ERROR(write_receipt(
      sent ? SubmissionReceipt::OUTCOME_SENT : SubmissionReceipt::OUTCOME_UNKNOWN, now));
  parts_.points.reached(SendPoint::kSentOnLog);
  QCDR_RETURN_IF_ERROR(parts_.journal.catch_up());
  parts_.points.reached(SendPoint::kSentInStore);
  return Status::ok();
}

Status DeliveryRun::write_end(RunTime now) {
  const int outcome =
      outcome_of(delivery_.result(), document_.row.withdraw, delivery_.may_be_at_cms());
  if (outcome == SubmissionReceipt::OUTCOME_UNSPECIFIED) return Status::ok();
  QCDR_RETURN_IF_ERROR(write_receipt(outcome, now));
  parts_.points.reached(SendPoint::kOutcomeOnLog);
  QCDR_RETURN_IF_ERROR(parts_.journal.catch_up());
  parts_.points.reached(SendPoint::kOutcomeInStore);
  return Status::ok();
}

Status DeliveryRun::write_receipt(int outcome, RunTime now) {
  const DeliveryResult& result = delivery_.result();
  v1::SubmissionDocumentRecord record;
  SubmissionReceipt& receipt = *record.mutable_receipt();
  receipt.set_document_id(document_id());
  receipt.set_attempt(std::max(attempts_, 1U));
  receipt.set_practice_id(document_.row.practice_id);
  receipt.set_performance_year(static_cast<std::int32_t>(document_.row.performance_year));
  receipt.set_entity_id(document_.row.entity_id);
  receipt.set_category(static_cast<v1::Category>(document_.row.category));
  receipt.set_outcome(static_cast<SubmissionReceipt::Outcome>(outcome));
  receipt.set_cms_submission_id(result.submission_id);
  receipt.set_cms_measurement_set_id(result.set_id);
  receipt.set_payload_sha256(std::string(view(document_.row.payload_sha256)));
  if (result.read_back_sha256) {
    receipt.set_read_back_sha256(std::string(view(*result.read_back_sha256)));
  }
  receipt.set_http_status(static_cast<std::uint32_t>(result.http_status));
  for (const FindingCode code : result.codes) receipt.add_codes(code_number(code));
  if (document_.row.withdraw && outcome == SubmissionReceipt::OUTCOME_REFUSED) {
    receipt.add_codes(code_number(FindingCode::CMS_WITHDRAWAL_REFUSED));
  }
  receipt.set_attempted_at(attempted_at_milliseconds_);
  if (result.http_status != 0) receipt.set_answered_at(now.now.milliseconds());
  receipt.mutable_actor()->set_subject(document_.subject);
  receipt.mutable_actor()->set_authority(v1::AUTHORITY_SYSTEM);
  return parts_.journal.append(record);
}

}  // namespace qcdr::submission
