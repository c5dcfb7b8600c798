// What readers ask of a practice-year: standing, sums, and the input of scoring.
#include "ledger/case_measures.h"
#include "ledger/practice_ledger.h"
#include "ledger/profile_facts.h"

namespace qcdr::ledger {

scoring::ClinicianKind group_kind(const scoring::ResolvedRules& rules,
                                  std::span<const scoring::ClinicianKind> clinicians) {
  if (clinicians.empty()) return scoring::ClinicianKind::kUnspecified;
  const scoring::ClinicianKind kind = clinicians.front();
  const auto reweighted = [&](scoring::ClinicianKind each) {
    return rules.reweighted_kind[static_cast<std::size_t>(each)];
  };
  for (const scoring::ClinicianKind own : clinicians) {
    if (own != kind && !(reweighted(own) && reweighted(kind))) {
      return scoring::ClinicianKind::kUnspecified;
    }
  }
  return kind;
}

Result<Consent> PracticeLedger::individual_consent(const PairRow& pair) const {
  const FactValue* value = facts_.find(FactKind::kIndividualConsent, pair.entity.bytes());
  if (value == nullptr) return Consent();
  return Consent::decode(*value);
}

Result<Consent> PracticeLedger::officer_consent(const TinRow& tin) const {
  const FactValue* value = facts_.find(FactKind::kOfficerConsent, tin.token.bytes());
  if (value == nullptr) return Consent();
  return Consent::decode(*value);
}

Result<ReportingOptionFact> PracticeLedger::reporting_option(const TinRow& tin) const {
  const FactValue* value = facts_.find(FactKind::kReportingOption, tin.token.bytes());
  if (value == nullptr) return ReportingOptionFact();
  return ReportingOptionFact::decode(*value);
}

Result<const EntityCounts*> PracticeLedger::individual_counts(const PairRow& pair) {
  return counts_.find(pair.tin, owner_of(pair));
}

Result<const EntityCounts*> PracticeLedger::group_counts(const TinRow& tin) {
  return counts_.find(tin.ordinal, owner_of(tin));
}

Result<scoring::ScoreInput> PracticeLedger::individual_input(const PairRow& pair, Instant as_of) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, shared_counts(pair));
  scoring::ScoreInput input;
  input.rules = &rules_.scoring;
  input.as_of = as_of;
  input.profile.kind = static_cast<scoring::ClinicianKind>(pair.known_type());
  input.profile.others_may_report = true;
  add_case_measures(rules_, *counts, &input);
  QCDR_RETURN_IF_ERROR(add_facts(pair.entity, pairs_.tins()[pair.tin], &input));
  QCDR_RETURN_IF_ERROR(add_claimed_activities(pair.entity, &input));
  return input;
}

Result<scoring::ScoreInput> PracticeLedger::group_input(const TinRow& tin, Instant as_of) {
  QCDR_ASSIGN_OR_RETURN(const EntityCounts* counts, shared_counts(tin));
  scoring::ScoreInput input;
  input.rules = &rules_.scoring;
  input.as_of = as_of;
  input.profile.group = true;
  input.profile.others_may_report = true;
  std::vector<scoring::ClinicianKind> clinicians;
  for (const PairRow& pair : pairs_.pairs()) {
    if (pair.tin != tin.ordinal || !pair.reports_individually()) continue;
    if (!pair.listed) {  // who is neither on the roster nor on a case bills nothing under the TIN
      QCDR_ASSIGN_OR_RETURN(const EntityCounts* own, individual_counts(pair));
      if (own->empty()) continue;
    }
    clinicians.push_back(static_cast<scoring::ClinicianKind>(pair.known_type()));
  }
  QCDR_ASSIGN_OR_RETURN(const auto others, claim(tin));
  if (others) {
    for (const std::uint8_t type : others->clinician_types) {
      if (static_cast<Clinician>(type) == Clinician::kCaa) continue;
      clinicians.push_back(static_cast<scoring::ClinicianKind>(type));
    }
  }
  input.profile.kind = group_kind(rules_.scoring, clinicians);
  add_case_measures(rules_, *counts, &input);
  QCDR_RETURN_IF_ERROR(add_facts(tin.group_entity, tin, &input));
  QCDR_RETURN_IF_ERROR(add_claimed_activities(tin.group_entity, &input));
  return input;
}

Result<std::optional<UploadFact>> PracticeLedger::upload(std::string_view upload_id) const {
  if (const auto live = uploads_.find(std::string(upload_id)); live != uploads_.end()) {
    return std::optional<UploadFact>(live->second.fact);
  }
  const FactValue* value = facts_.find(FactKind::kUpload, upload_id);
  if (value == nullptr) return std::optional<UploadFact>();
  QCDR_ASSIGN_OR_RETURN(UploadFact fact, UploadFact::decode(*value));
  return std::optional<UploadFact>(std::move(fact));
}

Status PracticeLedger::for_each_upload(
    const std::function<Status(std::string_view, const UploadFact&)>& visit) const {
  return facts_.for_each(FactKind::kUpload,
                         [&](std::string_view id, const FactValue& value) -> Status {
                           QCDR_ASSIGN_OR_RETURN(const UploadFact fact, UploadFact::decode(value));
                           return visit(id, fact);
                         });
}

Status PracticeLedger::for_each_case(const std::function<Status(const CaseEntry&)>& visit) {
  return cases_->for_each(visit);
}

}  // namespace qcdr::ledger
