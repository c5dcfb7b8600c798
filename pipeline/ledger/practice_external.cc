// What CMS and the practice's other systems say: eligibility, approvals, memberships, counts.
#include <algorithm>

#include "ledger/encoding.h"
#include "ledger/practice_ledger.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"

namespace qcdr::ledger {

Status PracticeLedger::apply_eligibility(RowContext& context, const v1::EligibilitySnapshot& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  EligibilityEntry entry;
  if (v1::EligibilitySnapshot::Status_IsValid(fact.status())) {
    entry.status = static_cast<EligibilityStatus>(fact.status());
  }
  entry.group_size = fact.group_size();
  for (const v1::SpecialStatus& status : fact.special_statuses()) {
    std::uint16_t& bits = status.value() ? entry.yes : entry.no;
    bits = static_cast<std::uint16_t>(bits | bit_of(status.kind()));
  }
  if (fact.has_complex_patient_bonus()) entry.complex_patient_bonus = fact.complex_patient_bonus();
  QCDR_ASSIGN_OR_RETURN(
      const bool accepted,
      take_record(context, FactKind::kEligibility,
                  eligibility_subject(subject.entity, LocalDate::from_days(fact.list_date()),
                                      static_cast<std::uint8_t>(fact.segment())),
                  entry.encode(), rulebook::kinds::kEligibilitySnapshot));
  if (accepted) touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::apply_reweighting(RowContext& context, const v1::ReweightingApproval& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  Reweighting reweighting;
  reweighting.categories = category_bits(fact.categories());
  reweighting.approved_on = LocalDate::from_days(fact.approved_on());
  reweighting.reference = fact.reference();
  std::string key(subject.entity.bytes());
  key.push_back(static_cast<char>(fact.reason()));
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kReweighting, key, reweighting.encode(),
                                   rulebook::kinds::kReweightingApproval)
                           .status());
  touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::apply_membership(RowContext& context, const v1::EntityMembership& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  Membership membership;
  membership.kind = static_cast<MembershipKind>(fact.kind());
  membership.entity_number = fact.entity_number();
  membership.belongs = fact.action() != v1::CONSENT_ACTION_REVOKE;
  membership.from = LocalDate::from_days(fact.from_date());
  membership.to = LocalDate::from_days(fact.to_date());
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kMembership,
                                   membership.fact_subject(subject.entity), membership.encode(),
                                   rulebook::kinds::kEntityMembership)
                           .status());
  touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::apply_measure_result(RowContext& context, const v1::MeasureResult& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  MeasureResult result;
  result.from = LocalDate::from_days(fact.service_from());
  result.to = LocalDate::from_days(fact.service_to());
  result.collection_type = fact.collection_type();
  for (const v1::StratumCount& stratum : fact.strata()) {
    result.strata.push_back({stratum.stratum(), stratum.eligible_population(),
                             stratum.performance_met(), stratum.performance_not_met(),
                             stratum.exceptions()});
  }
  std::sort(result.strata.begin(), result.strata.end());
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kMeasureResult,
                                   measure_result_subject(subject.entity, fact.measure_id()),
                                   result.encode(), rulebook::kinds::kMeasureResult)
                           .status());
  touch_subject(subject, context);
  return Status::ok();
}

Status PracticeLedger::apply_billed_cases(RowContext& context, const v1::BilledCases& fact) {
  QCDR_ASSIGN_OR_RETURN(const std::uint32_t tin, tin_of(context, fact.tin()));
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kBilledCases,
                                   billed_cases_subject(pairs_.tins()[tin].token, fact.month()),
                                   encode_billed_cases(fact.cases(), fact.source()),
                                   rulebook::kinds::kBilledCases)
                           .status());
  touch_tin(tin, context.offset, context.effects);
  return Status::ok();
}

Status PracticeLedger::apply_interoperability(RowContext& context,
                                              const v1::PromotingInteroperability& fact) {
  QCDR_ASSIGN_OR_RETURN(const Subject subject, subject_of(context, fact.tin(), fact.npi()));
  InteroperabilityReport report;
  report.from = LocalDate::from_days(fact.performed_from());
  report.to = LocalDate::from_days(fact.performed_to());
  report.cehrt_id = fact.cehrt_id();
  for (const v1::InteroperabilityMeasure& measure : fact.measures()) {
    report.measures.push_back({measure.measure_id(), measure.has_ratio(), measure.attested(),
                               measure.ratio().numerator(), measure.ratio().denominator()});
  }
  std::sort(report.measures.begin(), report.measures.end());
  QCDR_RETURN_IF_ERROR(take_record(context, FactKind::kInteroperability,
                                   std::string(subject.entity.bytes()), report.encode(),
                                   rulebook::kinds::kPromotingInteroperability)
                           .status());
  touch_subject(subject, context);
  return Status::ok();
}

}  // namespace qcdr::ledger
