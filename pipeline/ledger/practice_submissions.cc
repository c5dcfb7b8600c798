#include "ledger/practice_submissions.h"

#include <algorithm>

#include "ledger/actor_authority.h"
#include "ledger/submission_parts.h"

namespace qcdr::ledger {
namespace {

constexpr std::size_t kIdBytesMax = 256;
constexpr int kProofsMax = 16;
constexpr int kProofHashesMax = 32;
constexpr std::string_view kDocumentName = "QCDRDOC1";

// Of a payload in its place: built again from the same data it is the same document.
Hash256 document_id_of(const EntityId& entity, PerformanceYear year, const MadeDocument& document) {
  ByteWriter bytes;
  bytes.raw(kDocumentName);
  bytes.raw(entity.bytes());
  bytes.big_u16(static_cast<std::uint16_t>(year.value()));
  bytes.u8(document.category);
  bytes.text(document.program);
  bytes.text(document.method);
  bytes.raw(view(document.payload_sha256));
  return sha256(bytes.bytes());
}

CategoryBits asked_categories(const v1::SubmissionRequest& request) {
  CategoryBits bits = 0;
  for (const int category : request.categories()) {
    bits = static_cast<CategoryBits>(bits | 1U << static_cast<unsigned>(category));
  }
  return sent_categories(bits);
}

std::optional<Hash256> hash_of(std::string_view bytes) {
  Hash256 hash{};
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

CertifiedPlace place_of(const v1::PayloadProof& proof, std::uint32_t leaves) {
  CertifiedPlace place;
  place.leaf_index = proof.leaf_index();
  place.leaves = leaves;
  for (const std::string& each : proof.hashes()) place.hashes.push_back(*hash_of(each));
  return place;
}

// What is asked goes with what became of the document before; none: there was none.
bool goes_with(SubmissionAction action, const SubmissionDocumentFact* before, bool same) {
  if (before == nullptr) return action == SubmissionAction::kSend;
  const DocumentState state = before->state;
  switch (action) {
    case SubmissionAction::kSend:
      return state == DocumentState::kCancelled || state == DocumentState::kWithdrawn ||
             state == DocumentState::kRefused;
    case SubmissionAction::kReplace:
      if (state == DocumentState::kDiffers || state == DocumentState::kUnknown ||
          state == DocumentState::kRefused) {
        return true;
      }
      return !same && (state == DocumentState::kFrozen || may_be_at_cms(state));
    case SubmissionAction::kVerify:
      return same && may_be_at_cms(state);
    default:
      return false;
  }
}

const SubmissionDocumentFact* holder_of(const SubmissionDocumentFact& place,
                                        const std::vector<SubmissionDocumentFact>& documents) {
  for (const SubmissionDocumentFact& each : documents) {
    if (each.state != DocumentState::kSuperseded && each.has_place_of(place)) return &each;
  }
  return nullptr;
}

SubmissionDocumentFact fact_of(const EntityId& entity, PerformanceYear year,
                               const MadeDocument& document) {
  SubmissionDocumentFact fact;
  fact.entity = entity;
  fact.category = document.category;
  fact.document_id = document_id_of(entity, year, document);
  fact.program = document.program;
  fact.method = document.method;
  fact.payload_sha256 = document.payload_sha256;
  return fact;
}

}  // namespace

bool PracticeSubmissions::is_sound(const v1::SubmissionRequest& request) {
  const bool named = !request.request_id().empty() && request.request_id().size() <= kIdBytesMax &&
                     request.certification_id().size() <= kIdBytesMax &&
                     request.program_name().size() <= kIdBytesMax;
  if (!named || request.entity_id().size() != EntityId::kBytes) return false;
  if (request.action() == v1::SubmissionRequest::ACTION_UNSPECIFIED) return false;
  if (request.proofs_size() > kProofsMax) return false;
  return std::all_of(request.proofs().begin(), request.proofs().end(),
                     [](const v1::PayloadProof& proof) {
                       const auto& hashes = proof.hashes();
                       return proof.hashes_size() <= kProofHashesMax &&
                              std::all_of(hashes.begin(), hashes.end(),
                                          [](const auto& each) { return hash_of(each); });
                     });
}

bool PracticeSubmissions::has_documents(const PracticeLedger& ledger) {
  return ledger.facts_.count(FactKind::kSubmissionDocument) > 0;
}

Result<std::map<std::string, SubmissionRequestFact>> PracticeSubmissions::requests() const {
  std::map<std::string, SubmissionRequestFact> found;
  QCDR_RETURN_IF_ERROR(ledger_.facts_.for_each(
      FactKind::kSubmissionRequest, [&](std::string_view id, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(found[std::string(id)], SubmissionRequestFact::decode(value));
        return Status::ok();
      }));
  return found;
}

Result<std::vector<SubmissionDocumentFact>> PracticeSubmissions::documents(
    std::optional<EntityId> entity) const {
  std::vector<SubmissionDocumentFact> found;
  const std::string prefix(entity ? entity->bytes() : std::string_view());
  QCDR_RETURN_IF_ERROR(ledger_.facts_.for_each_from(
      FactKind::kSubmissionDocument, prefix,
      [&](std::string_view subject, const FactValue& value) -> Status {
        QCDR_ASSIGN_OR_RETURN(SubmissionDocumentFact each,
                              SubmissionDocumentFact::decode(subject, value));
        found.push_back(std::move(each));
        return Status::ok();
      }));
  return found;
}

void PracticeSubmissions::put(const SubmissionDocumentFact& document) {
  ledger_.dirty_ = true;
  ledger_.facts_.put(FactKind::kSubmissionDocument, document.subject(), document.encode());
}

void PracticeSubmissions::tell(FindingCode code, const EntityId& entity,
                               std::string_view request_id, std::vector<std::string> parameters,
                               const Moment& moment, Effects* effects) const {
  LedgerFinding finding;
  finding.cause = moment.offset;
  finding.practice_year = ledger_.id();
  finding.code = code_number(code);
  finding.path = "submission/" + std::string(request_id) + "/" + entity.to_hex();
  finding.parameters = std::move(parameters);
  finding.subject = "submission" + std::string(entity.bytes());
  effects->findings.push_back(std::move(finding));
}

void PracticeSubmissions::refuse(Asked& asked, FindingCode code,
                                 std::vector<std::string> parameters, BlockReason reason,
                                 std::uint8_t category) {
  asked.outcome.refusals.push_back({reason, category, code_number(code)});
  tell(code, asked.outcome.entity, asked.request.request_id(), std::move(parameters), asked.moment,
       asked.effects);
}

Status PracticeSubmissions::apply(const v1::SubmissionRequest& request, const Moment& moment,
                                  Effects* effects) {
  if (ledger_.facts_.find(FactKind::kSubmissionRequest, request.request_id()) != nullptr) {
    return Status::ok();
  }
  Asked asked{request, moment, effects, {}, {}};
  SubmissionRequestFact& outcome = asked.outcome;
  outcome.action = static_cast<SubmissionAction>(request.action());
  QCDR_ASSIGN_OR_RETURN(outcome.entity, EntityId::from_string(request.entity_id()));
  outcome.entity_kind = static_cast<std::uint8_t>(request.entity_kind());
  outcome.certification_id = request.certification_id();
  outcome.received_at = moment.received_at;
  outcome.offset = moment.offset;
  QCDR_RETURN_IF_ERROR(judge(asked));
  ledger_.dirty_ = true;
  ledger_.facts_.put(FactKind::kSubmissionRequest, request.request_id(), outcome.encode());
  return Status::ok();
}

Status PracticeSubmissions::judge(Asked& asked) {
  if (!is_of_registry(asked.request.actor())) {
    refuse(asked, FindingCode::SUBMISSION_AUTHORITY_MISSING, {});
    return Status::ok();
  }
  const v1::EntityKind kind = asked.request.entity_kind();
  if (kind != v1::ENTITY_KIND_INDIVIDUAL && kind != v1::ENTITY_KIND_GROUP) {
    const std::string word = kind == v1::ENTITY_KIND_VIRTUAL_GROUP ? "virtual group"
                             : kind == v1::ENTITY_KIND_APM_ENTITY  ? "APM entity"
                                                                   : "subgroup";
    refuse(asked, FindingCode::SUBMISSION_KIND_NOT_SENT, {word});
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const auto entity, find(asked.outcome.entity, asked.outcome.entity_kind));
  if (!entity) {
    refuse(asked, FindingCode::SUBMISSION_ENTITY_UNKNOWN, {});
    return Status::ok();
  }
  asked.entity = *entity;
  return asked.outcome.action == SubmissionAction::kWithdraw ? judge_withdrawal(asked)
                                                             : judge_sending(asked);
}

// Everything that blocks is told, not the first thing alone.
Status PracticeSubmissions::judge_sending(Asked& asked) {
  QCDR_ASSIGN_OR_RETURN(Standing standing, standing_of(asked.entity, asked.moment.as_of));
  for (const ClosedGate& gate : standing.gates) {
    refuse(asked, gate.code, {std::string(block_reason_name(gate.reason))}, gate.reason);
  }
  const rulebook::YearRules& rules = *ledger_.rules().year;
  if (send_window(rules, asked.moment.received_at) != SendWindow::kOpen) {
    refuse(asked, FindingCode::SUBMISSION_WINDOW_CLOSED, {send_window_words(rules)});
  }
  QCDR_ASSIGN_OR_RETURN(const std::string program,
                        program_of(asked.entity, asked.request.program_name()));
  if (program.empty()) refuse(asked, FindingCode::SUBMISSION_PROGRAM_NOT_SAID, {});
  QCDR_ASSIGN_OR_RETURN(const auto certified, certification(asked.request.certification_id()));
  const auto root = certified ? hash_of(certified->payload_root) : std::nullopt;
  if (!root) {
    refuse(asked, FindingCode::SUBMISSION_NOT_CERTIFIED, {}, BlockReason::kCertification);
  }
  if (!asked.outcome.refusals.empty()) return Status::ok();
  return choose(asked, standing, program, *certified, *root);
}

Status PracticeSubmissions::choose(Asked& asked, Standing& standing, const std::string& program,
                                   const Certification& certification, const Hash256& root) {
  CategoryBits although = 0;
  for (const int category : asked.request.although_reweighted()) {
    although = static_cast<CategoryBits>(although | 1U << static_cast<unsigned>(category));
  }
  QCDR_ASSIGN_OR_RETURN(MadeDocuments made, make(asked.entity, standing.entity, program, although));
  const CategoryBits wanted = asked_categories(asked.request);
  const auto is_wanted = [&](std::uint8_t category) { return (wanted >> category & 1U) != 0; };
  for (const Block& block : standing.entity.readiness.withheld) {
    for (const std::uint8_t category : kSentCategories) {
      if (!is_wanted(category) || (block.categories >> category & 1U) == 0) continue;
      refuse(
          asked, FindingCode::SUBMISSION_CATEGORY_WITHHELD,
          {std::string(sent_category_name(category)), std::string(block_reason_name(block.reason))},
          block.reason, category);
    }
  }
  for (const LeftOut& each : made.left_out) {
    const bool withheld = (standing.entity.readiness.withheld_now() >> each.category & 1U) != 0;
    if (withheld || !is_wanted(each.category)) continue;
    refuse(asked, FindingCode::SUBMISSION_CATEGORY_LEFT_OUT,
           {std::string(sent_category_name(each.category)), each.why}, BlockReason::kUnspecified,
           each.category);
  }
  std::erase_if(made.documents,
                [&](const MadeDocument& document) { return !is_wanted(document.category); });
  if (made.documents.empty()) {
    refuse(asked, FindingCode::SUBMISSION_NOTHING_TO_SEND, {});
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const bool covered, covers(asked, certification, root, made.documents));
  if (!covered) return Status::ok();
  return freeze(asked, although, certification, root, std::move(made.documents));
}

// All or nothing: one payload that was not signed for makes the signature one for something else.
Result<bool> PracticeSubmissions::covers(Asked& asked, const Certification& certification,
                                         const Hash256& root,
                                         const std::vector<MadeDocument>& documents) {
  QCDR_ASSIGN_OR_RETURN(const auto known, this->documents(asked.outcome.entity));
  const PerformanceYear year = ledger_.id().year;
  bool all = true;
  for (const MadeDocument& document : documents) {
    const Hash256 id = document_id_of(asked.outcome.entity, year, document);
    bool covered = std::any_of(known.begin(), known.end(), [&](const auto& each) {
      return each.document_id == id && each.root == root;  // it was shown before
    });
    for (const v1::PayloadProof& proof : asked.request.proofs()) {
      if (covered) break;
      covered = static_cast<int>(proof.category()) == document.category &&
                maker_->is_certified(asked.outcome.entity, year, document,
                                     place_of(proof, certification.documents), root);
    }
    if (covered) continue;
    all = false;
    refuse(asked, FindingCode::SUBMISSION_PAYLOAD_NOT_CERTIFIED,
           {std::string(sent_category_name(document.category))}, BlockReason::kCertification,
           document.category);
  }
  return all;
}

Status PracticeSubmissions::freeze(Asked& asked, CategoryBits although_reweighted,
                                   const Certification& certification, const Hash256& root,
                                   std::vector<MadeDocument> documents) {
  QCDR_ASSIGN_OR_RETURN(const auto known, this->documents(asked.outcome.entity));
  Instant newest;
  QCDR_ASSIGN_OR_RETURN(const auto checks, passed(asked.entity, certification, &newest));
  std::vector<LeftOutCategory> left_out;
  for (const Refusal& refusal : asked.outcome.refusals) {
    left_out.push_back({refusal.category, refusal.code});
  }
  for (MadeDocument& document : documents) {
    SubmissionDocumentFact fact = fact_of(asked.outcome.entity, ledger_.id().year, document);
    const SubmissionDocumentFact* before = holder_of(fact, known);
    const bool same = before != nullptr && before->document_id == fact.document_id;
    if (!goes_with(asked.outcome.action, before, same)) {
      refuse(asked, FindingCode::SUBMISSION_ACTION_NOT_ALLOWED,
             {std::string(submission_action_name(asked.outcome.action)),
              std::string(sent_category_name(document.category)),
              before == nullptr ? "not there" : std::string(document_state_name(before->state))},
             BlockReason::kUnspecified, document.category);
      continue;
    }
    keep(asked, before, although_reweighted, certification, root, &fact);
    FrozenDocument out = frozen(asked, fact, newest);
    out.payload = std::move(document.payload);
    out.checks = checks;
    out.left_out = left_out;
    asked.effects->documents.push_back(std::move(out));
    asked.outcome.granted =
        static_cast<CategoryBits>(asked.outcome.granted | 1U << document.category);
  }
  return Status::ok();
}

// A set that is only to be read back keeps its state. What was frozen before under the same id
// keeps its attempts: their receipts say nothing new.
void PracticeSubmissions::keep(const Asked& asked, const SubmissionDocumentFact* before,
                               CategoryBits although_reweighted, const Certification& certification,
                               const Hash256& root, SubmissionDocumentFact* fact) {
  const FactValue* known = ledger_.facts_.find(FactKind::kSubmissionDocument, fact->subject());
  if (known != nullptr) {
    const auto older = SubmissionDocumentFact::decode(fact->subject(), *known);
    if (older.is_ok()) {
      fact->attempt = older.value().attempt;
      fact->outcome = older.value().outcome;
    }
  }
  if (asked.outcome.action == SubmissionAction::kVerify && before != nullptr) {
    fact->state = before->state;
    fact->outcome = static_cast<std::uint8_t>(v1::SubmissionReceipt::OUTCOME_SENT);
  }
  if (before != nullptr && before->document_id != fact->document_id) {
    SubmissionDocumentFact older = *before;
    older.state = DocumentState::kSuperseded;
    older.changed_at = asked.moment.received_at;
    put(older);
  }
  fact->entity_kind = asked.outcome.entity_kind;
  fact->although_reweighted = although_reweighted;
  fact->root = root;
  fact->certification_id = certification.batch_id;
  fact->request_id = asked.request.request_id();
  fact->frozen_at = asked.moment.received_at;
  fact->changed_at = asked.moment.received_at;
  fact->frozen_offset = asked.moment.offset;
  put(*fact);
}

FrozenDocument PracticeSubmissions::frozen(const Asked& asked, const SubmissionDocumentFact& fact,
                                           Instant newest) const {
  FrozenDocument out;
  out.cause = asked.moment.offset;
  out.practice_year = ledger_.id();
  out.entity = fact.entity;
  out.entity_kind = fact.entity_kind;
  out.category = fact.category;
  out.document_id = fact.document_id;
  out.program = fact.program;
  out.method = fact.method;
  out.payload_sha256 = fact.payload_sha256;
  out.request_id = fact.request_id;
  out.certification_id = fact.certification_id;
  out.key_id = asked.request.key_id();
  out.data_cutoff = newest;
  out.frozen_at = asked.moment.as_of;
  out.tin = asked.entity.tin->token;
  out.encrypted_tin = asked.entity.tin->encrypted;
  out.actor = asked.request.actor().subject();
  out.authority = static_cast<std::uint32_t>(asked.request.actor().authority());
  return out;
}

// What is not at CMS yet needs nobody's leave to stay here.
Status PracticeSubmissions::judge_withdrawal(Asked& asked) {
  QCDR_ASSIGN_OR_RETURN(auto known, documents(asked.outcome.entity));
  const CategoryBits wanted = asked_categories(asked.request);
  const rulebook::YearRules& rules = *ledger_.rules().year;
  const bool open = send_window(rules, asked.moment.received_at) == SendWindow::kOpen;
  bool found = false;
  for (SubmissionDocumentFact& each : known) {
    if (each.state == DocumentState::kSuperseded || (wanted >> each.category & 1U) == 0) continue;
    found = true;
    const std::string category(sent_category_name(each.category));
    const auto no = [&](FindingCode code, std::vector<std::string> parameters) {
      refuse(asked, code, std::move(parameters), BlockReason::kUnspecified, each.category);
    };
    const bool here = each.state == DocumentState::kFrozen;
    if (!here && !may_be_at_cms(each.state)) {
      no(FindingCode::SUBMISSION_ACTION_NOT_ALLOWED,
         {"withdraw", category, std::string(document_state_name(each.state))});
      continue;
    }
    QCDR_ASSIGN_OR_RETURN(const bool decided, withdrawal_is_decided(asked.entity, each));
    if (!here && !open) {
      no(FindingCode::SUBMISSION_WINDOW_CLOSED, {send_window_words(rules)});
      continue;
    }
    if (!here && !decided) {
      no(FindingCode::SUBMISSION_WITHDRAWAL_UNDECIDED, {category});
      continue;
    }
    take_away(asked, &each);
  }
  if (!found) {
    refuse(asked, FindingCode::SUBMISSION_ACTION_NOT_ALLOWED,
           {"withdraw", "everything", "not there"});
  }
  return Status::ok();
}

void PracticeSubmissions::take_away(Asked& asked, SubmissionDocumentFact* document) {
  const bool here = document->state == DocumentState::kFrozen;
  document->state = here ? DocumentState::kCancelled : DocumentState::kWithdrawing;
  document->changed_at = asked.moment.received_at;
  put(*document);
  CancelledDocument out;
  out.cause = asked.moment.offset;
  out.practice_year = ledger_.id();
  out.entity = document->entity;
  out.category = document->category;
  out.document_id = document->document_id;
  out.withdraw = !here;
  out.cancelled_at = asked.moment.as_of;
  out.actor = asked.request.actor().subject();
  out.authority = static_cast<std::uint32_t>(asked.request.actor().authority());
  asked.effects->documents.push_back(std::move(out));
  asked.outcome.granted =
      static_cast<CategoryBits>(asked.outcome.granted | 1U << document->category);
}

}  // namespace qcdr::ledger
