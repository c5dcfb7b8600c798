// What must be so before data leave, and the records that say that it is.
#include <algorithm>

#include "ledger/submission_parts.h"

namespace qcdr::ledger {
namespace {

constexpr std::string_view kWindow = "cms-submission";
constexpr std::uint8_t kKindIndividual = 1;  // numbers of the proto EntityKind
constexpr std::uint8_t kKindGroup = 2;
constexpr std::uint8_t kPathwayApp = 2;  // numbers of the proto Pathway
constexpr std::uint8_t kPathwayMvp = 3;

// Beside what readiness says, so that no gap in it ever sends a pair that nobody signed for.
bool is_reconciled(const TinFacts& tin, const PairRow* pair) {
  return pair == nullptr ? tin.reconciliation.clear_for_group()
                         : tin.reconciliation.clear_for_individual(pair->ordinal);
}

}  // namespace

std::string_view sent_category_name(std::uint8_t category) {
  switch (static_cast<CategoryBits>(1U << category)) {
    case kQualityBit:
      return "quality";
    case kActivitiesBit:
      return "improvementActivities";
    case kInteroperabilityBit:
      return "promotingInteroperability";
    default:
      return "everything";
  }
}

SendWindow send_window(const rulebook::YearRules& rules, Instant at) {
  bool closed = false;
  for (const rulebook::CalendarWindow& window : rules.windows()) {
    if (window.name != kWindow) continue;
    if (window.opens_at <= at && at < window.closes_at) return SendWindow::kOpen;
    closed = closed || window.closes_at <= at;
  }
  return closed ? SendWindow::kClosed : SendWindow::kNotYet;
}

std::string send_window_words(const rulebook::YearRules& rules) {
  std::string words;
  for (const rulebook::CalendarWindow& window : rules.windows()) {
    if (window.name == kWindow) words = window.local_time;
  }
  return words.empty() ? "it is not announced" : words;
}

Result<std::optional<PracticeSubmissions::Entity>> PracticeSubmissions::find(
    const EntityId& entity, std::uint8_t kind) const {
  if (kind == kKindGroup) {
    for (const TinRow& tin : ledger_.pairs_.tins()) {
      if (tin.group_entity == entity) return std::optional<Entity>(Entity{&tin, nullptr});
    }
  } else if (kind == kKindIndividual) {
    for (const PairRow& pair : ledger_.pairs_.pairs()) {
      if (pair.entity != entity) continue;
      return std::optional<Entity>(Entity{&ledger_.pairs_.tins()[pair.tin], &pair});
    }
  }
  return std::optional<Entity>();
}

Result<bool> PracticeSubmissions::is_shared(const Entity& entity) const {
  QCDR_ASSIGN_OR_RETURN(const auto claim, entity.pair != nullptr ? ledger_.claim(*entity.pair)
                                                                 : ledger_.claim(*entity.tin));
  return claim.has_value();
}

// From the day it is recorded: until its window ends, it is taken back, or an officer clears it.
Result<bool> PracticeSubmissions::audit_is_open(Instant as_of) const {
  QCDR_ASSIGN_OR_RETURN(const auto decisions, ledger_.decisions(DecisionSubject::kHeldTin));
  bool open = false;
  QCDR_RETURN_IF_ERROR(ledger_.for_each_versions(
      FactKind::kAuditCorrection, "",
      [&](std::string_view finding, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(const AuditCorrection correction,
                              AuditCorrection::decode(fact.in_force.content));
        const bool cleared =
            std::any_of(decisions.begin(), decisions.end(), [&](const OfficerDecision& decision) {
              return decision.approved && decision.record_id == finding &&
                     !(decision.origin.received_at < fact.in_force.origin.received_at);
            });
        open = open || (!cleared && as_of <= correction.closes_at);
        return Status::ok();
      }));
  return open;
}

// In force, and replaced by none that is in force.
Result<std::optional<Certification>> PracticeSubmissions::certification(std::string_view id) const {
  std::optional<Certification> found;
  bool replaced = id.empty();
  QCDR_RETURN_IF_ERROR(ledger_.for_each_versions(
      FactKind::kCertification, "",
      [&](std::string_view batch, const VersionedFact& fact) -> Status {
        if (!fact.in_force.present()) return Status::ok();
        QCDR_ASSIGN_OR_RETURN(Certification each, Certification::decode(fact.in_force.content));
        replaced = replaced || (each.replaces == id && batch != id);
        if (batch != id) return Status::ok();
        each.batch_id = batch;
        each.origin = fact.in_force.origin;
        found = std::move(each);
        return Status::ok();
      }));
  if (replaced) found.reset();
  return found;
}

// By name of the document, or of whose it is; one that was made before the document says nothing
// of it.
Result<bool> PracticeSubmissions::withdrawal_is_decided(
    const Entity& entity, const SubmissionDocumentFact& document) const {
  QCDR_ASSIGN_OR_RETURN(const auto decisions, ledger_.decisions(DecisionSubject::kWithdrawal));
  const std::string id = hex(view(document.document_id));
  const OfficerDecision* last = nullptr;
  for (const OfficerDecision& decision : decisions) {
    const Npi npi = entity.pair != nullptr ? entity.pair->npi : Npi();
    const bool of_whom =
        decision.record_id.empty() && decision.tin == entity.tin->token && decision.npi == npi;
    if (decision.record_id != id && !of_whom) continue;
    if (decision.origin.received_at < document.frozen_at) continue;
    const bool later =
        last == nullptr || std::pair(last->origin.upload, last->origin.row) <
                               std::pair(decision.origin.upload, decision.origin.row);
    if (later) last = &decision;
  }
  return last != nullptr && last->approved;
}

Result<PracticeSubmissions::Standing> PracticeSubmissions::standing_of(const Entity& entity,
                                                                       Instant as_of) {
  Standing standing;
  StandingReader reader(ledger_, as_of);
  if (entity.pair != nullptr) {
    QCDR_ASSIGN_OR_RETURN(standing.entity, reader.individual(*entity.pair));
  } else {
    QCDR_ASSIGN_OR_RETURN(standing.entity, reader.group(*entity.tin));
  }
  const auto close = [&](BlockReason reason, FindingCode code) {
    const ClosedGate gate{reason, code};
    const auto end = standing.gates.end();
    if (std::find(standing.gates.begin(), end, gate) == end) standing.gates.push_back(gate);
  };
  QCDR_ASSIGN_OR_RETURN(const bool shared, is_shared(entity));
  if (shared) close(BlockReason::kUnspecified, FindingCode::SUBMISSION_ENTITY_SHARED);
  for (const Block& block : standing.entity.readiness.blocks) {
    close(block.reason, FindingCode::SUBMISSION_BLOCKED);
  }
  QCDR_ASSIGN_OR_RETURN(const TinFacts* tin, reader.facts().tin_facts(*entity.tin));
  if (!is_reconciled(*tin, entity.pair) &&
      !standing.entity.readiness.blocked_by(BlockReason::kPartialTin)) {
    close(BlockReason::kReconciliation, FindingCode::SUBMISSION_BLOCKED);
  }
  if (entity.pair != nullptr && !entity.pair->reports_individually()) {
    close(BlockReason::kClinicianType, FindingCode::SUBMISSION_BLOCKED);
  }
  QCDR_ASSIGN_OR_RETURN(const bool audit, audit_is_open(as_of));
  if (audit) close(BlockReason::kAudit, FindingCode::SUBMISSION_AUDIT_OPEN);
  return standing;
}

Result<std::vector<ClosedGate>> PracticeSubmissions::gates(const Entity& entity, Instant as_of) {
  QCDR_ASSIGN_OR_RETURN(Standing standing, standing_of(entity, as_of));
  return std::move(standing.gates);
}

Result<std::string> PracticeSubmissions::program_of(const Entity& entity,
                                                    std::string_view named) const {
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, ledger_.reporting_option(*entity.tin));
  switch (option.in_force.pathway) {
    case kPathwayApp:
      return std::string("app1");
    case kPathwayMvp:
      return std::string(named);
    default:
      return std::string("mips");
  }
}

Result<MadeDocuments> PracticeSubmissions::make(const Entity& entity,
                                                const EntityStanding& standing,
                                                std::string_view program,
                                                CategoryBits although_reweighted) const {
  if (maker_ == nullptr) {
    return Status(ErrorCode::kFailedPrecondition, "there is nothing that makes documents");
  }
  QCDR_ASSIGN_OR_RETURN(const InteroperabilityStanding report,
                        entity.pair != nullptr ? ledger_.interoperability(*entity.pair)
                                               : ledger_.interoperability(*entity.tin));
  DocumentInput input;
  input.standing = &standing;
  if (entity.pair != nullptr) input.npi = entity.pair->npi;
  input.program = program;
  input.although_reweighted = although_reweighted;
  QCDR_ASSIGN_OR_RETURN(input.activities, entity.pair != nullptr ? ledger_.activities(*entity.pair)
                                                                 : ledger_.activities(*entity.tin));
  if (report.in_force) input.interoperability = &*report.in_force;
  Result<MadeDocuments> answer = maker_->make(input);
  if (answer.status().code() == ErrorCode::kInvalidArgument) return MadeDocuments();
  QCDR_RETURN_IF_ERROR(answer.status());
  MadeDocuments made = std::move(answer).value();
  // Whatever the maker does: what is withheld stays here.
  const CategoryBits withheld = standing.readiness.withheld_now();
  std::erase_if(made.documents, [&](const MadeDocument& document) {
    return (withheld >> document.category & 1U) != 0;
  });
  return made;
}

Result<MadeDocuments> PracticeSubmissions::make(const Entity& entity, std::string_view program,
                                                CategoryBits although_reweighted, Instant as_of) {
  QCDR_ASSIGN_OR_RETURN(const Standing standing, standing_of(entity, as_of));
  return make(entity, standing.entity, program, although_reweighted);
}

// Live uploads, too: which of them are stored already is chance.
Result<std::vector<PassedGate>> PracticeSubmissions::passed(const Entity& entity,
                                                            const Certification& certification,
                                                            Instant* newest) const {
  std::map<std::uint32_t, std::string> uploads;
  QCDR_RETURN_IF_ERROR(
      ledger_.for_each_known_upload([&](const std::string& id, const UploadFact& upload) -> Status {
        uploads[upload.ordinal] = id;
        *newest = std::max(*newest, upload.received_at);
        return Status::ok();
      }));
  std::vector<PassedGate> gates;
  const auto pass = [&](BlockReason reason, const Origin& origin) {
    if (origin == Origin()) return;  // nothing had to be said
    const auto upload = uploads.find(origin.upload);
    if (upload == uploads.end()) return;
    gates.push_back(
        {static_cast<std::uint32_t>(reason), upload->second + "/" + std::to_string(origin.row)});
  };
  QCDR_ASSIGN_OR_RETURN(const RegistrationStanding registration, ledger_.registration());
  for (const BlockReason reason :
       {BlockReason::kRegistration, BlockReason::kAgreement, BlockReason::kPayment}) {
    pass(reason, registration.origin);
  }
  if (entity.pair != nullptr) {
    QCDR_ASSIGN_OR_RETURN(const Consent consent, ledger_.individual_consent(*entity.pair));
    pass(BlockReason::kIndividualConsent, consent.origin);
    QCDR_ASSIGN_OR_RETURN(const OptOutFact opt_out, ledger_.opt_out(*entity.pair));
    pass(BlockReason::kOptOut, opt_out.origin);
  } else {
    QCDR_ASSIGN_OR_RETURN(const Consent consent, ledger_.officer_consent(*entity.tin));
    pass(BlockReason::kOfficerConsent, consent.origin);
  }
  QCDR_ASSIGN_OR_RETURN(const Reconciliation reconciliation, ledger_.reconciliation(*entity.tin));
  pass(BlockReason::kReconciliation, reconciliation.origin);
  pass(BlockReason::kCertification, certification.origin);
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, ledger_.reporting_option(*entity.tin));
  pass(BlockReason::kReportingOption, option.in_force.origin);
  return gates;
}

}  // namespace qcdr::ledger
