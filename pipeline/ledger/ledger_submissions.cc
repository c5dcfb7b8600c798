// Requests to submit, receipts, and what a record does to documents frozen before it.
#include "ledger/ledger.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

template <class Message>
PracticeYear practice_year_of(const Message& message) {
  return {PracticeId(message.practice_id()), PerformanceYear(message.performance_year())};
}

}  // namespace

Result<std::optional<Poison>> Ledger::check_request(const v1::SubmissionRequest& request) {
  QCDR_RETURN_IF_ERROR(find(practice_year_of(request)).status());
  return PracticeSubmissions::is_sound(request) ? std::optional<Poison>()
                                                : std::optional(Poison::kMalformed);
}

Result<std::optional<Poison>> Ledger::check_receipt(const v1::SubmissionReceipt& receipt) {
  QCDR_RETURN_IF_ERROR(find(practice_year_of(receipt)).status());
  return PracticeSubmissions::is_sound(receipt) ? std::optional<Poison>()
                                                : std::optional(Poison::kMalformed);
}

Status Ledger::apply_request(const v1::SubmissionRequest& request) {
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(practice_year_of(request)));
  QCDR_ASSERT(moment_.has_value());
  PracticeSubmissions submissions(*found->ledger, maker_);
  QCDR_RETURN_IF_ERROR(submissions.apply(request, *moment_, &effects_));
  note_bytes(found);
  return Status::ok();
}

Status Ledger::apply_receipt(const v1::SubmissionReceipt& receipt) {
  QCDR_ASSIGN_OR_RETURN(Slot * found, slot(practice_year_of(receipt)));
  QCDR_ASSERT(moment_.has_value());
  PracticeSubmissions submissions(*found->ledger, maker_);
  QCDR_RETURN_IF_ERROR(submissions.apply(receipt, *moment_, &effects_));
  note_bytes(found);
  return Status::ok();
}

Status Ledger::cancel_documents(PracticeId practice) {
  QCDR_ASSERT(moment_.has_value());
  QCDR_ASSIGN_OR_RETURN(const std::vector<PracticeYear> ids, practice_years());
  for (const PracticeYear id : ids) {
    if (id.practice != practice) continue;
    const auto found = slot(id);
    if (found.status().code() == ErrorCode::kNotFound) continue;  // deleted: nothing opens it
    QCDR_RETURN_IF_ERROR(found.status());
    PracticeSubmissions submissions(*found.value()->ledger, maker_);
    QCDR_RETURN_IF_ERROR(submissions.cancel_all(*moment_, &effects_));
    note_bytes(found.value());
  }
  return Status::ok();
}

Status Ledger::settle(Slot* slot, bool all) {
  if (!moment_ || !PracticeSubmissions::has_documents(*slot->ledger)) return Status::ok();
  QCDR_RETURN_IF_ERROR(PracticeSubmissions(*slot->ledger, maker_).settle(*moment_, all, &effects_));
  note_bytes(slot);
  return Status::ok();
}

}  // namespace qcdr::ledger
