// Facts of a pair or a group as scoring takes them: everything accepted that counts.
//
// What no list says stays unknown.
#include <algorithm>

#include "ledger/practice_ledger.h"
#include "ledger/profile_facts.h"
#include "ledger/scored_results.h"
#include "qcdr/v1/records.pb.h"

namespace qcdr::ledger {

scoring::Known known(Tristate value) {
  switch (value) {
    case Tristate::kNo:
      return scoring::Known::kNo;
    case Tristate::kYes:
      return scoring::Known::kYes;
    case Tristate::kUnknown:
      return scoring::Known::kUnknown;
  }
  return scoring::Known::kUnknown;
}

namespace {

constexpr std::int64_t kFeedbackUnit = 10'000;  // of a point

void add_eligibility(const scoring::ResolvedRules& rules, const Eligibility& list,
                     scoring::Profile* profile) {
  profile->small_practice = known(list.special(SpecialStatusKind::kSmallPractice));
  profile->rural = known(list.special(SpecialStatusKind::kRural));
  profile->hpsa = known(list.special(SpecialStatusKind::kHpsa));
  profile->non_patient_facing = known(list.special(SpecialStatusKind::kNonPatientFacing));
  profile->hospital_based = known(list.special(SpecialStatusKind::kHospitalBased));
  profile->asc_based = known(list.special(SpecialStatusKind::kAscBased));
  profile->facility_based = known(list.special(SpecialStatusKind::kFacilityBased));
  profile->eligible = known(list.adjustment_applies());
  profile->group_size = static_cast<std::int32_t>(list.group_size);
  if (list.complex_patient_bonus) {
    // A list may say what another year's rules would give.
    profile->complex_patient_bonus =
        std::min(Decimal::ratio(*list.complex_patient_bonus, kFeedbackUnit),
                 rules.complex_patient_bonus_maximum);
  }
}

void add_report(const rulebook::YearRules& year, const InteroperabilityReport& report,
                scoring::ScoreInput* input) {
  if (year.interoperability_measures().empty()) return;  // the year has no table to score it by
  input->interoperability.reported = true;
  input->interoperability.has_cehrt_id = !report.cehrt_id.empty();
  if (report.from.days() != 0 && report.to.days() != 0) {
    input->interoperability.period_days = report.to.days() - report.from.days() + 1;
  }
  auto& rows = input->interoperability.rows;
  for (const InteroperabilityReport::Measure& measure : report.measures) {
    const auto* definition = year.find_interoperability_measure(measure.measure_id);
    const bool repeated = std::any_of(rows.begin(), rows.end(),
                                      [&](const auto& row) { return row.measure == definition; });
    if (definition == nullptr || repeated || rows.size() == rows.capacity()) continue;
    rows.push_back({definition, measure.attested, measure.numerator, measure.denominator});
  }
}

void add_approval(const Reweighting& approval, scoring::Profile* profile) {
  for (std::uint8_t number = 1; number <= scoring::kCategories; ++number) {
    if (!approval.covers(number)) continue;
    profile->reweight(static_cast<scoring::Category>(number - 1),
                      static_cast<scoring::ReweightReason>(approval.reason));
  }
}

}  // namespace

Status PracticeLedger::add_facts(const EntityId& entity, const TinRow& tin,
                                 scoring::ScoreInput* input) const {
  const rulebook::YearRules& year = *rules_.year;
  QCDR_ASSIGN_OR_RETURN(Eligibility list, find_eligibility(entity));
  if (entity != tin.group_entity) {  // the size of the practice is the TIN's
    QCDR_ASSIGN_OR_RETURN(const Eligibility of_tin, eligibility(tin));
    const auto bit =
        static_cast<std::uint16_t>(1U << static_cast<unsigned>(SpecialStatusKind::kSmallPractice));
    if (list.special(SpecialStatusKind::kSmallPractice) == Tristate::kUnknown) {
      list.yes = static_cast<std::uint16_t>(list.yes | (of_tin.yes & bit));
      list.no = static_cast<std::uint16_t>(list.no | (of_tin.no & bit));
    }
    if (list.group_size == 0) list.group_size = of_tin.group_size;
  }
  add_eligibility(rules_.scoring, list, &input->profile);
  QCDR_ASSIGN_OR_RETURN(const ReportingOptionFact option, reporting_option(tin));
  // A pathway that the year does not have is none.
  const auto app = static_cast<std::size_t>(scoring::WeightTable::kApp);
  if (option.in_force.pathway == static_cast<std::uint8_t>(v1::PATHWAY_APP)) {
    if (rules_.scoring.has_weights[app]) {
      input->profile.participation = scoring::Participation::kApp;
    }
  } else if (option.in_force.pathway == static_cast<std::uint8_t>(v1::PATHWAY_MVP)) {
    input->profile.participation = scoring::Participation::kMvp;
  }
  QCDR_ASSIGN_OR_RETURN(const std::vector<Activity> attested, find_activities(entity));
  for (const Activity& activity : attested) {
    const rulebook::Activity* definition = year.find_activity(activity.activity_id);
    if (activity.held || definition == nullptr ||
        input->activities.size() == input->activities.capacity()) {
      continue;
    }
    input->activities.push_back(definition);
  }
  QCDR_ASSIGN_OR_RETURN(const InteroperabilityStanding report, find_interoperability(entity));
  if (report.in_force) add_report(year, *report.in_force, input);
  QCDR_ASSIGN_OR_RETURN(const std::vector<MeasureResult> results, find_measure_results(entity));
  for (const MeasureResult& result : results) {
    if (!result.held) add_result(result, input);
  }
  QCDR_ASSIGN_OR_RETURN(const std::vector<Reweighting> approvals, find_reweighting(entity));
  for (const Reweighting& approval : approvals) {
    if (!approval.held) add_approval(approval, &input->profile);
  }
  return Status::ok();
}

}  // namespace qcdr::ledger
