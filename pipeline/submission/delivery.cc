#include "submission/delivery.h"

#include <algorithm>

#include "core/assert.h"

namespace qcdr::submission {

Delivery::Delivery(DeliveryAim aim, std::string_view payload, const ReadBackCheck& check,
                   const DeliveryLimits& limits, const EarlierAttempts& earlier, Chance chance)
    : aim_(aim),
      payload_(payload),
      check_(check),
      limits_(limits),
      retry_(limits.retry, std::move(chance)),
      may_be_at_cms_(earlier.may_be_at_cms) {
  if (earlier.acknowledged) {
    // It is not sent again because of what is read now: that is a difference.
    may_be_at_cms_ = true;
    acknowledged_ = aim_ == DeliveryAim::kDeliver;
    result_.wrote = true;
    if (acknowledged_ && !earlier.set_id.empty()) {
      step_ = {StepKind::kReadBack, earlier.set_id, 0, 0};
      return;
    }
  } else if (may_be_at_cms_ && earlier.settle_milliseconds > 0) {
    wait(std::min(earlier.settle_milliseconds, limits_.settle_milliseconds));
    return;
  }
  begin_find();
}

void Delivery::begin_find() {
  found_.clear();
  if (++finds_ > limits_.finds_max) return give_up(FindingCode::CMS_NOT_REACHED);
  step_ = {StepKind::kFind, "", 0, 0};
}

void Delivery::wait(std::int64_t milliseconds) {
  step_ = {StepKind::kWait, "", 0, milliseconds};
}

void Delivery::waited() {
  QCDR_ASSERT(step_.kind == StepKind::kWait);
  begin_find();
}

void Delivery::end(DeliveryEnd end) {
  result_.end = end;
  if (end == DeliveryEnd::kWindowClosed) result_.codes.push_back(FindingCode::CMS_WINDOW_CLOSED);
  step_ = {StepKind::kDone, "", 0, 0};
}

// With what is known: that it may be there, or that CMS was not reached.
void Delivery::give_up(FindingCode code) {
  result_.codes.push_back(may_be_at_cms_ ? FindingCode::CMS_OUTCOME_UNKNOWN : code);
  end(DeliveryEnd::kUnfinished);
}

void Delivery::forbid_writes(DeliveryEnd why) {
  QCDR_ASSERT(why == DeliveryEnd::kCancelled || why == DeliveryEnd::kWindowClosed);
  if (step_.kind == StepKind::kDone) return;
  forbidden_ = why;
  if (is_write(step_.kind)) {
    // What is there was just seen; it is not this document.
    end(why);
  } else if (!may_be_at_cms_) {
    end(why);
  }
}

void Delivery::take(const CmsReply& reply, std::int64_t now_milliseconds) {
  QCDR_ASSERT(step_.kind != StepKind::kWait && step_.kind != StepKind::kDone);
  write_done_ = false;
  write_unknown_ = false;
  result_.http_status = reply.http_status;
  if (reply.kind != CmsReply::Kind::kDone) return take_failure(reply, now_milliseconds);
  if (is_write(step_.kind)) write_failed_ = false;
  if (!write_failed_) retry_.worked();
  switch (step_.kind) {
    case StepKind::kFind:
      return take_find(reply);
    case StepKind::kReadBack:
      QCDR_ASSERT(reply.sets.size() == 1);
      return take_found(reply.sets.front());
    default:
      return take_write(reply);
  }
}

void Delivery::take_find(const CmsReply& reply) {
  found_.insert(found_.end(), reply.sets.begin(), reply.sets.end());
  if (reply.next_index) {
    if (++finds_ > limits_.finds_max) return give_up(FindingCode::CMS_NOT_REACHED);
    step_ = {StepKind::kFind, "", *reply.next_index, 0};
    return;
  }
  if (found_.empty()) return take_none();
  if (found_.size() > 1) {
    // CMS holds one set of a submitter; which of two counts is not ours to guess.
    result_.codes.push_back(FindingCode::CMS_SET_TWICE);
    return end(DeliveryEnd::kRefused);
  }
  const CmsSet set = found_.front();
  take_found(set);
}

void Delivery::take_none() {
  if (aim_ == DeliveryAim::kWithdraw) return end(DeliveryEnd::kWithdrawn);
  if (forbidden_) return end(*forbidden_);
  if (acknowledged_) return take_difference({});  // CMS took it and does not show it
  may_be_at_cms_ = false;
  write(StepKind::kPost, "");
}

void Delivery::note(const CmsSet& set, const ReadBackVerdict& verdict) {
  result_.set_id = set.id;
  if (!set.submission_id.empty()) result_.submission_id = set.submission_id;
  result_.read_back_sha256 = verdict.sha256;
}

void Delivery::take_found(const CmsSet& set) {
  if (aim_ == DeliveryAim::kWithdraw) {
    result_.set_id = set.id;
    if (forbidden_) return end(*forbidden_);
    return write(StepKind::kDelete, set.id);
  }
  const ReadBackVerdict verdict = check_.compare(payload_, set.json);
  note(set, verdict);
  if (verdict.kind == ReadBackKind::kEqual) return end(DeliveryEnd::kVerified);
  if (acknowledged_) return take_difference(verdict.codes);
  if (forbidden_) return end(*forbidden_);
  write(verdict.kind == ReadBackKind::kLacks ? StepKind::kPatch : StepKind::kPut, set.id);
}

// One more look, in case CMS shows a moment later what it took; then it is told.
void Delivery::take_difference(const std::vector<FindingCode>& codes) {
  if (!looked_twice_) {
    looked_twice_ = true;
    return wait(limits_.settle_milliseconds);
  }
  result_.codes.push_back(FindingCode::CMS_READ_BACK_DIFFERS);
  result_.codes.insert(result_.codes.end(), codes.begin(), codes.end());
  end(DeliveryEnd::kDiffers);
}

void Delivery::write(StepKind kind, const std::string& set_id) {
  if (++writes_ > limits_.writes_max) return give_up(FindingCode::CMS_NOT_REACHED);
  acknowledged_ = false;
  step_ = {kind, set_id, 0, 0};
}

void Delivery::take_write(const CmsReply& reply) {
  write_done_ = true;
  may_be_at_cms_ = true;
  acknowledged_ = true;
  result_.wrote = true;
  if (step_.kind == StepKind::kDelete || reply.sets.empty()) return begin_find();
  const CmsSet& set = reply.sets.front();
  result_.set_id = set.id;
  result_.submission_id = set.submission_id;
  step_ = {StepKind::kReadBack, set.id, 0, 0};
}

void Delivery::take_failure(const CmsReply& reply, std::int64_t now_milliseconds) {
  const bool wrote = is_write(step_.kind);
  CmsHandling handling = handling_of(reply.error.kind);
  RetryAnswer answer = retry_answer(reply.http_status);
  if (reply.kind != CmsReply::Kind::kError) {
    handling =
        reply.kind == CmsReply::Kind::kUnknown ? CmsHandling::kWaitAndFind : CmsHandling::kWait;
    answer = RetryAnswer::kPause;
  }
  switch (handling) {
    case CmsHandling::kStop:
      result_.codes.push_back(FindingCode::CMS_ACCESS_REFUSED);
      return end(DeliveryEnd::kStopped);
    case CmsHandling::kNothing:
    case CmsHandling::kRefused:
      if (!wrote) return give_up(FindingCode::CMS_NOT_REACHED);
      result_.details = reply.error.details;
      for (const CmsErrorDetail& each : reply.error.details) {
        if (std::find(result_.codes.begin(), result_.codes.end(), each.code) ==
            result_.codes.end()) {
          result_.codes.push_back(each.code);
        }
      }
      if (result_.codes.empty()) result_.codes.push_back(FindingCode::CMS_SET_REFUSED);
      return end(DeliveryEnd::kRefused);
    case CmsHandling::kFindAgain:
      // Without an id in the call it means that CMS has nothing.
      if (step_.kind == StepKind::kFind) return take_find(CmsReply{});
      answer = RetryAnswer::kPause;
      break;
    case CmsHandling::kFindThenPut:
      // It is there, and CMS may need a moment to show it. If it never does, it is not ours.
      answer = RetryAnswer::kPause;
      if (writes_ >= limits_.writes_max) {
        result_.codes.push_back(FindingCode::CMS_DUPLICATE_UNRESOLVED);
        return end(DeliveryEnd::kRefused);
      }
      break;
    case CmsHandling::kWait:
    case CmsHandling::kWaitLong:
    case CmsHandling::kWaitAndFind:
      break;
  }
  write_unknown_ = wrote && handling == CmsHandling::kWaitAndFind;
  if (write_unknown_) may_be_at_cms_ = true;
  write_failed_ = write_failed_ || wrote;
  const auto pause = retry_.failed(answer, reply.retry_after_milliseconds, now_milliseconds);
  if (!pause) {
    const bool shut = handling == CmsHandling::kWaitLong;
    return give_up(shut ? FindingCode::CMS_ACCESS_REFUSED : FindingCode::CMS_NOT_REACHED);
  }
  wait(write_unknown_ ? std::max(*pause, limits_.settle_milliseconds) : *pause);
}

}  // namespace qcdr::submission
