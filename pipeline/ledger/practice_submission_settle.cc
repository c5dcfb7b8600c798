// What a record does to documents that were frozen before it.
#include <algorithm>

#include "ledger/submission_parts.h"

namespace qcdr::ledger {
namespace {

// Something may still be done about it.
bool is_live(DocumentState state) {
  return state == DocumentState::kFrozen || may_be_at_cms(state);
}

}  // namespace

Status PracticeSubmissions::settle(const Moment& moment, bool all, Effects* effects) {
  if (!has_documents(ledger_)) return Status::ok();
  const PairTable& pairs = ledger_.pairs_;
  for (const TinRow& tin : pairs.tins()) {
    if (!all && ledger_.touched_.cause_of_tin(tin.ordinal) != moment.offset) continue;
    QCDR_RETURN_IF_ERROR(settle_entity(tin.group_entity, {&tin, nullptr}, moment, effects));
  }
  for (const PairRow& pair : pairs.pairs()) {
    if (!all && ledger_.touched_.cause_of_pair(pair.ordinal) != moment.offset) continue;
    QCDR_RETURN_IF_ERROR(
        settle_entity(pair.entity, {&pairs.tins()[pair.tin], &pair}, moment, effects));
  }
  return Status::ok();
}

Status PracticeSubmissions::cancel_all(const Moment& moment, Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(std::vector<SubmissionDocumentFact> known, documents(std::nullopt));
  for (SubmissionDocumentFact& each : known) {
    if (each.state != DocumentState::kFrozen) continue;
    cancel(&each, {BlockReason::kUnspecified, FindingCode::SUBMISSION_PRACTICE_PARKED}, moment,
           effects);
  }
  return Status::ok();
}

Status PracticeSubmissions::settle_entity(const EntityId& entity, const Entity& now,
                                          const Moment& moment, Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(std::vector<SubmissionDocumentFact> known, documents(entity));
  std::erase_if(known, [](const auto& each) { return !is_live(each.state); });
  if (known.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(Standing standing, standing_of(now, moment.as_of));
  for (SubmissionDocumentFact& each : known) {
    QCDR_RETURN_IF_ERROR(settle_document(std::move(each), standing, now, moment, effects));
  }
  return Status::ok();
}

// The first thing that keeps it here: of the whole set, of its category, or its certification.
Result<std::optional<ClosedGate>> PracticeSubmissions::closed_for(
    const SubmissionDocumentFact& document, const Standing& standing) const {
  if (!standing.gates.empty()) return std::optional<ClosedGate>(standing.gates.front());
  for (const Block& block : standing.entity.readiness.withheld) {
    if ((block.categories >> document.category & 1U) == 0) continue;
    return std::optional<ClosedGate>(
        ClosedGate{block.reason, FindingCode::SUBMISSION_CATEGORY_WITHHELD});
  }
  QCDR_ASSIGN_OR_RETURN(const auto certified, certification(document.certification_id));
  if (!certified || certified->payload_root != view(document.root)) {
    return std::optional<ClosedGate>(
        ClosedGate{BlockReason::kCertification, FindingCode::SUBMISSION_NOT_CERTIFIED});
  }
  return std::optional<ClosedGate>();
}

Result<bool> PracticeSubmissions::is_unchanged(const SubmissionDocumentFact& document,
                                               const Standing& standing,
                                               const Entity& entity) const {
  QCDR_ASSIGN_OR_RETURN(const std::string program, program_of(entity, document.program));
  if (program != document.program) return false;
  QCDR_ASSIGN_OR_RETURN(const MadeDocuments made,
                        make(entity, standing.entity, program, document.although_reweighted));
  return std::any_of(made.documents.begin(), made.documents.end(), [&](const MadeDocument& each) {
    return each.category == document.category && each.program == document.program &&
           each.method == document.method && each.payload_sha256 == document.payload_sha256;
  });
}

Status PracticeSubmissions::settle_document(SubmissionDocumentFact document, Standing& standing,
                                            const Entity& entity, const Moment& moment,
                                            Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(std::optional<ClosedGate> gate, closed_for(document, standing));
  const bool sent = document.state != DocumentState::kFrozen;
  // What was sent was signed for then.
  if (sent && gate && gate->reason == BlockReason::kCertification) gate.reset();
  bool changed = false;
  if (!gate) {
    QCDR_ASSIGN_OR_RETURN(const bool unchanged, is_unchanged(document, standing, entity));
    changed = !unchanged;
  }
  if (sent) {
    tell_of_sent(&document, gate, changed, moment, effects);
    return Status::ok();
  }
  if (gate) {
    cancel(&document, *gate, moment, effects);
  } else if (changed) {
    cancel(&document, {BlockReason::kUnspecified, FindingCode::SUBMISSION_DATA_CHANGED}, moment,
           effects);
  }
  return Status::ok();
}

void PracticeSubmissions::cancel(SubmissionDocumentFact* document, const ClosedGate& gate,
                                 const Moment& moment, Effects* effects) {
  const std::string category(sent_category_name(document->category));
  const bool changed = gate.code == FindingCode::SUBMISSION_DATA_CHANGED;
  const bool parked = gate.code == FindingCode::SUBMISSION_PRACTICE_PARKED;
  const FindingCode told = changed || parked ? gate.code : FindingCode::SUBMISSION_CANCELLED;
  document->state = DocumentState::kCancelled;
  document->cancelled_for = gate.reason;
  document->code = code_number(gate.code);
  document->changed_at = moment.as_of;
  put(*document);
  tell(told, document->entity, document->request_id,
       {category, changed ? "sending" : std::string(block_reason_name(gate.reason))}, moment,
       effects);
  CancelledDocument out;
  out.cause = moment.offset;
  out.practice_year = ledger_.id();
  out.entity = document->entity;
  out.category = document->category;
  out.document_id = document->document_id;
  out.reason = static_cast<std::uint32_t>(gate.reason);
  out.code = document->code;
  out.cancelled_at = moment.as_of;
  effects->documents.push_back(std::move(out));
}

// Once, until it is as it should be again.
void PracticeSubmissions::tell_of_sent(SubmissionDocumentFact* document,
                                       const std::optional<ClosedGate>& gate, bool changed,
                                       const Moment& moment, Effects* effects) {
  const bool blocked = gate.has_value();
  std::uint8_t now = 0;
  if (blocked) now |= kToldBlocked;
  if (changed) now |= kToldChanged;
  // While something blocks nobody looks whether the data changed.
  if (blocked) now |= static_cast<std::uint8_t>(document->told & kToldChanged);
  if (now == document->told) return;
  const std::string category(sent_category_name(document->category));
  if (blocked && (document->told & kToldBlocked) == 0) {
    tell(FindingCode::SUBMISSION_SENT_BUT_BLOCKED, document->entity, document->request_id,
         {category, std::string(block_reason_name(gate->reason)),
          send_window_words(*ledger_.rules().year)},
         moment, effects);
  }
  if (changed && (document->told & kToldChanged) == 0) {
    tell(FindingCode::SUBMISSION_DATA_CHANGED, document->entity, document->request_id,
         {category, "a replacement"}, moment, effects);
  }
  document->told = now;
  put(*document);
}

}  // namespace qcdr::ledger
