#include "ledger/scored_results.h"

#include <algorithm>

namespace qcdr::ledger {
namespace {

bool collection_type(std::string_view name, scoring::CollectionType* type) {
  if (name.empty() || name == "registry") {
    *type = scoring::CollectionType::kRegistry;
  } else if (name == "ehr" || name == "electronicHealthRecord") {
    *type = scoring::CollectionType::kElectronicHealthRecord;
  } else if (name == "claims") {
    *type = scoring::CollectionType::kClaims;
  } else {
    return false;
  }
  return true;
}

// False: the strata are not the measure's.
bool add_strata(const rulebook::Measure& measure, const MeasureResult& result,
                scoring::ScoreInput* input) {
  std::vector<scoring::StratumInput> strata;
  for (const MeasureResult::Stratum& stratum : result.strata) {
    const auto place = std::find(measure.strata.begin(), measure.strata.end(), stratum.name);
    if (place == measure.strata.end()) return false;
    scoring::StratumInput counts;
    counts.measure = &measure;
    counts.stratum = static_cast<std::uint8_t>(place - measure.strata.begin());
    counts.eligible_population = stratum.eligible;
    counts.performance_met = stratum.met;
    counts.performance_not_met = stratum.not_met;
    counts.exception = stratum.exceptions;
    strata.push_back(counts);
  }
  if (input->strata.size() + strata.size() > input->strata.capacity()) return false;
  for (const scoring::StratumInput& counts : strata) input->strata.push_back(counts);
  return true;
}

}  // namespace

void add_result(const MeasureResult& result, scoring::ScoreInput* input) {
  const rulebook::Measure* measure = input->rules->year_rules->find_measure(result.measure_id);
  scoring::MeasureInput counts;
  if (measure == nullptr || result.strata.empty() ||
      !measure->may_be_sent_by(input->rules->year_rules->registry()) ||
      !collection_type(result.collection_type, &counts.collection) ||
      input->measures.size() == input->measures.capacity()) {
    return;
  }
  for (const scoring::MeasureInput& other : input->measures) {
    // Rates of a measure are told apart by measure alone, so such a measure stands once.
    const bool once = other.collection == counts.collection || !measure->strata.empty();
    if (other.measure == measure && once) return;
  }
  counts.measure = measure;
  const MeasureResult::Stratum& first = result.strata.front();
  if (first.name.empty()) {
    counts.eligible_population = first.eligible;
    counts.performance_met = first.met;
    counts.performance_not_met = first.not_met;
    counts.exception = first.exceptions;
  } else if (!add_strata(*measure, result, input)) {
    return;
  }
  input->measures.push_back(counts);
}

}  // namespace qcdr::ledger
