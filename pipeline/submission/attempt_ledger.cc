#include "submission/attempt_ledger.h"

#include <algorithm>

#include "core/finding_codes.h"
#include "core/identifiers.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::submission {
namespace {

using v1::SubmissionReceipt;

DocumentVersion version_of(const v1::EntityVersion& version) {
  return {version.offset(), version.generation(), version.index()};
}

Status refuse(const char* what) {
  return Status(ErrorCode::kFailedPrecondition, std::string("submission documents: ") + what);
}

// Nothing: the receipt says something that this program does not know.
std::optional<AttemptState> state_after(SubmissionReceipt::Outcome outcome) {
  switch (outcome) {
    case SubmissionReceipt::OUTCOME_SENT:
      return AttemptState::kSent;
    case SubmissionReceipt::OUTCOME_READ_BACK_EQUAL:
      return AttemptState::kVerified;
    case SubmissionReceipt::OUTCOME_READ_BACK_DIFFERS:
      return AttemptState::kDiffers;
    case SubmissionReceipt::OUTCOME_REFUSED:
      return AttemptState::kRefused;
    case SubmissionReceipt::OUTCOME_UNKNOWN:
      return AttemptState::kUnknown;
    case SubmissionReceipt::OUTCOME_WITHDRAWN:
      return AttemptState::kWithdrawn;
    case SubmissionReceipt::OUTCOME_CANCELLED:
      return AttemptState::kCancelled;
    default:
      return std::nullopt;
  }
}

bool refuses_withdrawal(const SubmissionReceipt& receipt) {
  return std::find(receipt.codes().begin(), receipt.codes().end(),
                   code_number(FindingCode::CMS_WITHDRAWAL_REFUSED)) != receipt.codes().end();
}

bool is_unfinished(const LedgerRow& row) {
  if (row.state == AttemptState::kSuperseded || row.state == AttemptState::kWithdrawn) return false;
  return row.withdraw || !is_finished(row.state);
}

}  // namespace

Result<std::optional<std::string>> MemoryLedgerRows::get(Family, std::string_view key) const {
  const auto found = rows_.find(key);
  if (found == rows_.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

Status MemoryLedgerRows::scan(Family, std::string_view prefix, const Visit& visit) const {
  for (auto row = rows_.lower_bound(prefix); row != rows_.end(); ++row) {
    if (!row->first.starts_with(prefix)) break;
    QCDR_RETURN_IF_ERROR(visit(row->first, row->second));
  }
  return Status::ok();
}

Status MemoryLedgerRows::write(RowBatch batch) {
  for (RowBatch::Row& row : batch.take_rows()) {
    if (row.value) {
      rows_[std::move(row.key)] = *std::move(row.value);
    } else {
      rows_.erase(row.key);
    }
  }
  return Status::ok();
}

std::string slot_of(const v1::SubmissionDocument& document) {
  const std::string program = document.program_name().empty() ? "mips" : document.program_name();
  const std::string method =
      document.submission_method().empty() ? "registry" : document.submission_method();
  return hex(document.entity_id()) + "/" + std::to_string(document.performance_year()) + "/" +
         std::to_string(document.category()) + "/" + program + "/" + method;
}

Result<AttemptLedger> AttemptLedger::open(LedgerRows& rows) {
  AttemptLedger ledger(rows);
  QCDR_ASSIGN_OR_RETURN(const auto place, rows.get(Family::kFacts, place_key()));
  if (place) {
    QCDR_ASSIGN_OR_RETURN(ledger.next_, decode_place(*place));
  }
  QCDR_RETURN_IF_ERROR(rows.scan(
      Family::kFacts, "d", [&ledger](std::string_view key, std::string_view value) -> Status {
        QCDR_ASSIGN_OR_RETURN(const LedgerRow row, decode_row(std::string(key.substr(1)), value));
        ledger.count(row);
        return Status::ok();
      }));
  return ledger;
}

// Every document once, in the state that it has now.
void AttemptLedger::count(const LedgerRow& row) {
  const auto before = known_.find(row.document_id);
  if (before != known_.end()) --states_[before->second];
  ++states_[row.state];
  known_[row.document_id] = row.state;
  if (is_unfinished(row)) {
    unfinished_.insert(row.document_id);
  } else {
    unfinished_.erase(row.document_id);
  }
}

void AttemptLedger::put(const LedgerRow& row, RowBatch* batch) {
  batch->put(Family::kFacts, document_key(row.document_id), encode_row(row));
  count(row);
}

Result<std::optional<LedgerRow>> AttemptLedger::find(const std::string& document_id) const {
  QCDR_ASSIGN_OR_RETURN(const auto bytes, rows_->get(Family::kFacts, document_key(document_id)));
  if (!bytes) return std::optional<LedgerRow>();
  QCDR_ASSIGN_OR_RETURN(LedgerRow row, decode_row(document_id, *bytes));
  return std::optional<LedgerRow>(std::move(row));
}

Result<std::optional<SlotRow>> AttemptLedger::slot(const std::string& slot) const {
  QCDR_ASSIGN_OR_RETURN(const auto bytes, rows_->get(Family::kFacts, slot_key(slot)));
  if (!bytes) return std::optional<SlotRow>();
  QCDR_ASSIGN_OR_RETURN(SlotRow row, decode_slot(*bytes));
  return std::optional<SlotRow>(std::move(row));
}

Status AttemptLedger::pass(Offset offset) {
  if (offset < next_) return Status::ok();
  RowBatch batch;
  batch.put(Family::kFacts, place_key(), encode_place(qcdr::next(offset)));
  QCDR_RETURN_IF_ERROR(rows_->write(std::move(batch)));
  next_ = qcdr::next(offset);
  return Status::ok();
}

Status AttemptLedger::apply(const v1::SubmissionDocumentRecord& record, Offset offset) {
  if (offset < next_) return Status::ok();
  RowBatch batch;
  switch (record.body_case()) {
    case v1::SubmissionDocumentRecord::kDocument:
      QCDR_RETURN_IF_ERROR(take_document(record.document(), offset, &batch));
      break;
    case v1::SubmissionDocumentRecord::kCancel:
      QCDR_RETURN_IF_ERROR(take_cancel(record.cancel(), &batch));
      break;
    case v1::SubmissionDocumentRecord::kAttempt:
      QCDR_RETURN_IF_ERROR(take_attempt(record.attempt(), &batch));
      break;
    case v1::SubmissionDocumentRecord::kReceipt:
      QCDR_RETURN_IF_ERROR(take_receipt(record.receipt(), &batch));
      break;
    case v1::SubmissionDocumentRecord::BODY_NOT_SET:
      return refuse("a record of a kind that is not known");
  }
  batch.put(Family::kFacts, place_key(), encode_place(qcdr::next(offset)));
  QCDR_RETURN_IF_ERROR(rows_->write(std::move(batch)));
  next_ = qcdr::next(offset);
  return Status::ok();
}

Status AttemptLedger::take_document(const v1::SubmissionDocument& document, Offset offset,
                                    RowBatch* batch) {
  const DocumentVersion version = version_of(document.version());
  const std::string slot_name = slot_of(document);
  QCDR_ASSIGN_OR_RETURN(const auto known, find(document.document_id()));
  QCDR_ASSIGN_OR_RETURN(const auto old_slot, slot(slot_name));
  if (known && known->version >= version) return Status::ok();
  const bool is_repeat = known && known->version.offset == version.offset;
  LedgerRow row = known ? *known : LedgerRow();
  row.document_id = document.document_id();
  row.slot = slot_name;
  row.practice_id = document.practice_id();
  row.performance_year = document.performance_year();
  row.category = static_cast<std::uint8_t>(document.category());
  row.entity_id = document.entity_id();
  row.version = version;
  row.document_offset = offset;
  if (document.payload_sha256().size() != row.payload_sha256.size()) {
    return refuse("a document without the hash of its payload");
  }
  std::copy(document.payload_sha256().begin(), document.payload_sha256().end(),
            row.payload_sha256.begin());
  SlotRow taken = old_slot ? *old_slot : SlotRow();
  if (is_repeat) {
    // Another generation says the same again: what became of it since still holds.
    put(row, batch);
    if (taken.document_id != row.document_id) return Status::ok();
    taken.version = version;
    batch->put(Family::kFacts, slot_key(slot_name), encode_slot(taken));
    return Status::ok();
  }
  row.cancelled = false;
  row.withdraw = false;
  if (old_slot && old_slot->version > version) {
    row.state = AttemptState::kSuperseded;
    put(row, batch);
    return Status::ok();
  }
  row.state = AttemptState::kWaiting;
  if (old_slot && old_slot->document_id != row.document_id) {
    QCDR_ASSIGN_OR_RETURN(auto older, find(old_slot->document_id));
    if (older) {
      older->state = AttemptState::kSuperseded;
      put(*older, batch);
    }
  }
  taken.document_id = row.document_id;
  taken.version = version;
  put(row, batch);
  batch->put(Family::kFacts, slot_key(slot_name), encode_slot(taken));
  return Status::ok();
}

Status AttemptLedger::take_cancel(const v1::SubmissionCancel& cancel, RowBatch* batch) {
  QCDR_ASSIGN_OR_RETURN(auto row, find(cancel.document_id()));
  // An older cancel of a document that was frozen again.
  if (!row || version_of(cancel.version()) < row->version) return Status::ok();
  row->cancelled = true;
  row->withdraw = row->withdraw || cancel.withdraw();
  put(*row, batch);
  return Status::ok();
}

// Its slot is open until the end of the attempt is known.
Status AttemptLedger::set_open(const LedgerRow& row, std::int64_t since_milliseconds,
                               RowBatch* batch) {
  QCDR_ASSIGN_OR_RETURN(auto slot_row, slot(row.slot));
  if (!slot_row)
    return Status(ErrorCode::kCorruption, "submission ledger: a document without slot");
  slot_row->open_since_milliseconds = since_milliseconds;
  batch->put(Family::kFacts, slot_key(row.slot), encode_slot(*slot_row));
  return Status::ok();
}

Status AttemptLedger::take_attempt(const v1::SubmissionAttempt& attempt, RowBatch* batch) {
  QCDR_ASSIGN_OR_RETURN(auto row, find(attempt.document_id()));
  if (!row) return Status::ok();
  row->attempts = std::max(row->attempts, attempt.attempt());
  row->attempted_at_milliseconds = attempt.attempted_at();
  row->method = static_cast<std::uint8_t>(attempt.method());
  // A superseded one keeps its state; its slot tells the newer one that something may arrive.
  if (row->state != AttemptState::kSuperseded) row->state = AttemptState::kOpen;
  put(*row, batch);
  return set_open(*row, attempt.attempted_at(), batch);
}

Status AttemptLedger::take_receipt(const SubmissionReceipt& receipt, RowBatch* batch) {
  QCDR_ASSIGN_OR_RETURN(auto row, find(receipt.document_id()));
  if (!row) return Status::ok();
  // Of an attempt before the last: what the last one comes to is not said by it.
  if (receipt.attempt() < row->attempts) return Status::ok();
  const auto state = state_after(receipt.outcome());
  if (!state) return refuse("a receipt with an outcome that is not known");
  if (row->state != AttemptState::kSuperseded) row->state = *state;
  // A withdrawal that is refused is not tried again by itself. Any other end may be that of a
  // delivery that was under way when the withdrawal came: it is still to be done.
  if (*state == AttemptState::kWithdrawn || refuses_withdrawal(receipt)) row->withdraw = false;
  row->attempts = std::max(row->attempts, receipt.attempt());
  row->submission_id = receipt.cms_submission_id();
  row->set_id = receipt.cms_measurement_set_id();
  row->http_status = receipt.http_status();
  row->codes.assign(receipt.codes().begin(), receipt.codes().end());
  put(*row, batch);
  if (*state == AttemptState::kUnknown) return Status::ok();
  return set_open(*row, 0, batch);
}

}  // namespace qcdr::submission
