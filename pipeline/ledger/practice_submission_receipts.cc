// What the sender says of documents: attempts and their ends.
#include <algorithm>

#include "ledger/submission_parts.h"

namespace qcdr::ledger {
namespace {

using Receipt = v1::SubmissionReceipt;

// How much of an attempt's course an outcome says; a later one says more.
int rank(int outcome) {
  switch (outcome) {
    case Receipt::OUTCOME_UNSPECIFIED:
      return 0;
    case Receipt::OUTCOME_UNKNOWN:
      return 1;
    case Receipt::OUTCOME_SENT:
      return 2;
    default:
      return 3;
  }
}

// What a document becomes; none: it stays what it is.
std::optional<DocumentState> state_after(Receipt::Outcome outcome, DocumentState before) {
  switch (outcome) {
    case Receipt::OUTCOME_SENT:
      return DocumentState::kSent;
    case Receipt::OUTCOME_READ_BACK_EQUAL:
      return DocumentState::kVerified;
    case Receipt::OUTCOME_READ_BACK_DIFFERS:
      return DocumentState::kDiffers;
    case Receipt::OUTCOME_REFUSED:
      if (before == DocumentState::kWithdrawing) return DocumentState::kSent;  // it is there still
      if (before == DocumentState::kCancelled) return std::nullopt;
      return DocumentState::kRefused;
    case Receipt::OUTCOME_UNKNOWN:
      if (before == DocumentState::kWithdrawing) return std::nullopt;
      return DocumentState::kUnknown;
    case Receipt::OUTCOME_WITHDRAWN:
      return DocumentState::kWithdrawn;
    case Receipt::OUTCOME_CANCELLED:
      // Withdrawn before it left.
      if (before == DocumentState::kFrozen || before == DocumentState::kWithdrawing) {
        return DocumentState::kCancelled;
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace

bool PracticeSubmissions::is_sound(const v1::SubmissionReceipt& receipt) {
  return receipt.entity_id().size() == EntityId::kBytes && !receipt.document_id().empty() &&
         receipt.outcome() != Receipt::OUTCOME_UNSPECIFIED;
}

Status PracticeSubmissions::apply(const v1::SubmissionReceipt& receipt, const Moment& moment,
                                  Effects* effects) {
  QCDR_ASSIGN_OR_RETURN(const EntityId entity, EntityId::from_string(receipt.entity_id()));
  QCDR_ASSIGN_OR_RETURN(std::vector<SubmissionDocumentFact> known, documents(entity));
  const auto meant = std::find_if(known.begin(), known.end(), [&](const auto& each) {
    return hex(view(each.document_id)) == receipt.document_id();
  });
  const std::string& hash = receipt.payload_sha256();
  if (meant == known.end() || (!hash.empty() && hash != view(meant->payload_sha256))) {
    const auto category = static_cast<std::uint8_t>(receipt.category());
    tell(FindingCode::SUBMISSION_RECEIPT_UNKNOWN, entity, "",
         {std::string(sent_category_name(category))}, moment, effects);
    return Status::ok();
  }
  receive(receipt, &*meant, moment, effects);
  return Status::ok();
}

void PracticeSubmissions::receive(const v1::SubmissionReceipt& receipt,
                                  SubmissionDocumentFact* document, const Moment& moment,
                                  Effects* effects) {
  const bool never_left = receipt.outcome() == Receipt::OUTCOME_CANCELLED;
  const bool news =
      never_left || receipt.attempt() > document->attempt ||
      (receipt.attempt() == document->attempt && rank(receipt.outcome()) > rank(document->outcome));
  if (!news) return;
  const DocumentState before = document->state;
  if (!never_left) {
    document->attempt = receipt.attempt();
    document->outcome = static_cast<std::uint8_t>(receipt.outcome());
  }
  const auto after = state_after(receipt.outcome(), before);
  if (before != DocumentState::kSuperseded && after) document->state = *after;
  if (never_left && document->state == before) return;
  document->changed_at = moment.received_at;
  put(*document);
  const std::string category(sent_category_name(document->category));
  const auto say = [&](FindingCode code) {
    tell(code, document->entity, document->request_id, {category}, moment, effects);
  };
  for (const std::uint32_t code : receipt.codes()) {
    if (find_finding(code) != nullptr) say(static_cast<FindingCode>(code));
  }
  if (before == DocumentState::kCancelled && may_be_at_cms(document->state)) {
    say(FindingCode::SUBMISSION_SENT_AFTER_CANCEL);
  }
  if (!receipt.codes().empty() || before == DocumentState::kSuperseded) return;
  if (receipt.outcome() == Receipt::OUTCOME_READ_BACK_DIFFERS) say(FindingCode::SUBMISSION_DIFFERS);
  if (receipt.outcome() == Receipt::OUTCOME_REFUSED) say(FindingCode::SUBMISSION_NOT_TAKEN);
}

}  // namespace qcdr::ledger
