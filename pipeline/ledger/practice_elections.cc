// Elections beside the reporting option, and confirmations of what was asked back.
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

Status PracticeLedger::apply_opt_in(RowContext& context, const v1::OptInElection& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  const std::string entity(subject.entity.bytes());
  const auto election = static_cast<std::uint8_t>(fact.election());
  QCDR_ASSIGN_OR_RETURN(const OptInElection standing, find_opt_in(entity));
  if (standing.final() && standing.election != election && !takes_back(context)) {
    reject(context, FindingCode::OPT_IN_IRREVOCABLE);
    return Status::ok();
  }
  QCDR_ASSIGN_OR_RETURN(const bool accepted,
                        take_record(context, FactKind::kOptIn, entity, encode_opt_in(election),
                                    rulebook::kinds::kOptInElection));
  if (accepted) tell(context, FindingCode::OPT_IN_NEEDS_CONFIRMATION);
  touch_subject(subject, context);
  return Status::ok();
}

// A confirmation counts for the election that stood when it came.
Result<OptInElection> PracticeLedger::find_opt_in(std::string_view entity) const {
  OptInElection found;
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, versions(FactKind::kOptIn, entity));
  if (!fact.in_force.present()) return found;
  QCDR_ASSIGN_OR_RETURN(found.election, decode_opt_in(fact.in_force.content));
  found.origin = fact.in_force.origin;
  QCDR_ASSIGN_OR_RETURN(
      const ConfirmationFact confirmation,
      find_confirmation(confirmation_subject(ConfirmationSubject::kOptIn, entity, "")));
  found.confirmed = confirmation.confirmed && confirmation.origin.upload > found.origin.upload;
  return found;
}

Status PracticeLedger::apply_partial_tin(RowContext& context,
                                         const v1::PartialTinAttestation& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  PartialTinAttestation attestation;
  attestation.all_covered = fact.all_covered();
  attestation.billing_clinicians = fact.billing_clinicians();
  // That somebody is missing is a no: never late.
  const std::string_view kind =
      fact.all_covered() ? rulebook::kinds::kPartialTinAttestation : rulebook::kinds::kConfirmation;
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kPartialTin,
                                   std::string(pairs_.tins()[tin].token.bytes()),
                                   attestation.encode(), kind)
                           .status());
  touch_tin(tin, context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::apply_confirmation(RowContext& context, const v1::Confirmation& fact) {
  const auto about = static_cast<ConfirmationSubject>(fact.subject());
  if (about == ConfirmationSubject::kRosterDrop) {
    if (!takes_back(context)) return confirm_roster(context, fact);
    reject(context, FindingCode::RECORD_CANNOT_BE_TAKEN_BACK);  // the roster is in force, or gone
    return Status::ok();
  }
  std::vector<std::string> entities;
  if (fact.tin() == 0) {
    entities.emplace_back();
  } else if (about == ConfirmationSubject::kOptIn && fact.npis_size() > 0) {
    for (const std::uint64_t npi : fact.npis()) {
      QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), npi));
      entities.emplace_back(subject.entity.bytes());
    }
  } else {
    QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), 0));
    entities.emplace_back(about == ConfirmationSubject::kOptIn
                              ? subject.entity.bytes()
                              : pairs_.tins()[subject.tin].token.bytes());
  }
  ConfirmationFact confirmation;
  confirmation.confirmed = fact.confirmed();
  for (const std::uint64_t npi : fact.npis()) {
    confirmation.npis.push_back(Npi::from_trusted(npi));
  }
  std::sort(confirmation.npis.begin(), confirmation.npis.end());
  // One row is counted once, however many entities it confirms.
  const std::string content = confirmation.encode();
  bool changed = false;
  for (const std::string& entity : entities) {
    const std::string subject = confirmation_subject(about, entity, fact.upload_id());
    if (takes_back(context)) {
      changed = facts_.find(FactKind::kConfirmation, subject) != nullptr || changed;
      facts_.erase(FactKind::kConfirmation, subject);
      continue;
    }
    QCDR_ASSIGN_OR_RETURN(VersionedFact standing, versions(FactKind::kConfirmation, subject));
    if (take_version(&standing, content, true, origin_of(context)) != Taken::kAccepted) continue;
    facts_.put(FactKind::kConfirmation, subject, standing.encode());
    QCDR_RETURN_IF_ERROR(note_record_id(context));
    changed = true;
  }
  if (takes_back(context)) {
    if (!changed) {
      reject(context, FindingCode::RECORD_TO_TAKE_BACK_UNKNOWN);
      return Status::ok();
    }
    tell(context, FindingCode::RECORD_TAKEN_BACK);
  }
  ++(changed ? context.upload->rows_accepted : context.upload->rows_duplicate);
  if (changed) touch_all(context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::tell_covered_opt_outs(RowContext& context, std::uint32_t tin) {
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, reporting_option(pairs_.tins()[tin]));
  if (option.in_force.level != v1::REPORTING_LEVEL_GROUP &&
      option.in_force.level != v1::REPORTING_LEVEL_BOTH) {
    return Status::ok();
  }
  std::uint32_t covered = 0;
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin) continue;
    QCDR_ASSIGN_OR_RETURN(const OptOutFact standing, opt_out(pair));
    covered += standing.filed() ? 1U : 0U;
  }
  if (covered > 0) tell(context, FindingCode::GROUP_COVERS_OPTED_OUT, {std::to_string(covered)});
  return Status::ok();
}

Result<ConfirmationFact> PracticeLedger::find_confirmation(std::string_view subject) const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact, versions(FactKind::kConfirmation, subject));
  if (!fact.in_force.present()) return ConfirmationFact();
  QCDR_ASSIGN_OR_RETURN(ConfirmationFact found, ConfirmationFact::decode(fact.in_force.content));
  found.origin = fact.in_force.origin;
  return found;
}

Result<ConfirmationFact> PracticeLedger::confirmation(ConfirmationSubject subject,
                                                      const TinRow* tin,
                                                      std::string_view upload_id) const {
  return find_confirmation(confirmation_subject(
      subject, tin == nullptr ? std::string_view() : tin->token.bytes(), upload_id));
}

Result<OptInElection> PracticeLedger::opt_in_election(const PairRow& pair) const {
  return find_opt_in(pair.entity.bytes());
}

Result<OptInElection> PracticeLedger::opt_in_election(const TinRow& tin) const {
  return find_opt_in(tin.group_entity.bytes());
}

Result<PartialTinAttestation> PracticeLedger::partial_tin(const TinRow& tin) const {
  QCDR_ASSIGN_OR_RETURN(const VersionedFact fact,
                        versions(FactKind::kPartialTin, tin.token.bytes()));
  if (!fact.in_force.present()) return PartialTinAttestation();
  QCDR_ASSIGN_OR_RETURN(PartialTinAttestation found,
                        PartialTinAttestation::decode(fact.in_force.content));
  found.origin = fact.in_force.origin;
  return found;
}

}  // namespace qcdr::ledger
