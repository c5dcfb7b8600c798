// Quality: one set of what was collected for the registry and one of electronic measures.
#include <algorithm>

#include "scoring/strata.h"
#include "submission/payload_table.h"
#include "submission/set_draft.h"

namespace qcdr::submission {
namespace {

using rulebook::Measure;
using scoring::CollectionType;
using scoring::MeasureInput;

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);

bool names(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<SubmissionMethod> method_of(CollectionType collection) {
  if (collection == CollectionType::kRegistry) return SubmissionMethod::kRegistry;
  if (collection == CollectionType::kElectronicHealthRecord) {
    return SubmissionMethod::kElectronicHealthRecord;
  }
  return std::nullopt;
}

bool may_be_sent(const Measure& measure, const SetInput& input) {
  if (input.vendors.empty()) {
    return measure.may_be_sent_by(input.accepted->rules->year_rules->registry());
  }
  if (measure.allowed_vendors.empty()) return true;
  return std::any_of(input.vendors.begin(), input.vendors.end(), [&](const std::string& vendor) {
    return names(measure.allowed_vendors, vendor);
  });
}

bool is_taken(const Measure& measure, const SetInput& input) {
  if (const rulebook::Pathway* pathway = pathway_of(input)) {
    return names(pathway->quality, measure.id);
  }
  if (input.program == kProgramApp) {
    return has_word(year_of(input), WordList::kAppMeasure, measure.id);
  }
  return !measure.pathways_only;
}

// Why the measure cannot be sent whatever its counts are.
std::optional<Exclusion> refused(const MeasureInput& reported, const SetInput& input) {
  const Measure& measure = *reported.measure;
  const std::string collection(scoring::collection_type_name(reported.collection));
  if (!method_of(reported.collection) ||
      (!measure.collection_types.empty() && !names(measure.collection_types, collection))) {
    return Exclusion::kOtherCollection;
  }
  if (!is_taken(measure, input)) return Exclusion::kNotOfProgram;
  if (!may_be_sent(measure, input)) return Exclusion::kOtherRegistry;
  return std::nullopt;
}

// Cases that a CQM excludes have left its eligible population; those of a QCDR measure and of an
// electronic one are told.
template <class Counts>
RateCounts counts_of(const Counts& counts, const MeasureInput& reported) {
  RateCounts out;
  out.met = counts.performance_met;
  out.not_met = counts.performance_not_met;
  out.exception = counts.exception;
  out.exclusion = counts.exclusion;
  out.eligible = counts.eligible_population;
  if (!reported.measure->registry_measure && reported.collection == CollectionType::kRegistry) {
    out.eligible -= out.exclusion;
    out.exclusion = 0;
  }
  return out;
}

std::optional<Exclusion> why_empty(std::int64_t eligible, std::int64_t reported) {
  if (eligible <= 0) return Exclusion::kNoEligibleCases;
  if (reported <= 0) return Exclusion::kNothingReported;
  return std::nullopt;
}

// A measure's value, or why there is none.
struct Outcome {
  std::optional<MeasurementValue> value;
  Exclusion reason = Exclusion::kNoEligibleCases;
};

Outcome without(Exclusion reason) {
  Outcome outcome;
  outcome.reason = reason;
  return outcome;
}

Outcome with(MeasurementValue value) {
  Outcome outcome;
  outcome.value = std::move(value);
  return outcome;
}

bool has_rate(const scoring::MeasureScore& score) {
  return score.has_performance_rate && score.performance_rate >= Decimal() &&
         score.performance_rate <= kHundred;
}

Outcome single(const MeasureInput& reported, const scoring::MeasureScore& score,
               const SetInput& input) {
  const scoring::CombinedCounts combined =
      scoring::combine_strata(*input.accepted->rules, reported, input.accepted->strata);
  const RateCounts counts = counts_of(combined.counts, reported);
  if (const auto empty = why_empty(counts.eligible, counts.reported())) return without(*empty);
  if (!reported.measure->registry_measure) return with(SingleValue{reported.end_to_end, counts});
  if (!has_rate(score)) return without(Exclusion::kNoRate);
  return with(RegistrySingleValue{reported.end_to_end, counts, score.performance_rate});
}

// Nothing: not all of the measure's strata are there.
std::optional<std::vector<StratumValue>> strata_of(const MeasureInput& reported,
                                                   const SetInput& input) {
  const Measure& measure = *reported.measure;
  std::vector<StratumValue> strata;
  for (std::size_t i = 0; i < measure.strata.size(); ++i) {
    const auto& all = input.accepted->strata;
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& stratum) {
      return stratum.measure == &measure && stratum.stratum == i;
    });
    if (found == all.end()) return std::nullopt;
    strata.push_back({measure.strata[i], counts_of(*found, reported)});
  }
  if (strata.empty()) return std::nullopt;
  return strata;
}

Outcome multi(const MeasureInput& reported, const scoring::MeasureScore& score,
              const SetInput& input) {
  auto strata = strata_of(reported, input);
  if (!strata) return without(Exclusion::kStrataMissing);
  std::int64_t eligible = 0;
  std::int64_t told = 0;
  for (const StratumValue& stratum : *strata) {
    eligible += stratum.counts.eligible;
    told += stratum.counts.reported();
  }
  if (const auto empty = why_empty(eligible, told)) return without(*empty);
  if (!reported.measure->registry_measure) {
    return with(MultiValue{reported.end_to_end, std::move(*strata)});
  }
  if (!has_rate(score)) return without(Exclusion::kNoRate);
  return with(RegistryMultiValue{reported.end_to_end, std::move(*strata), score.performance_rate});
}

Outcome amount(const MeasureInput& reported, const SetInput& input) {
  for (const NonProportionInput& given : input.amounts) {
    if (given.measure_id != reported.measure->id) continue;
    NonProportionValue value = given.value;
    value.end_to_end = reported.end_to_end;
    if (value.observation_instances <= 0) return without(Exclusion::kNoEligibleCases);
    return with(value);
  }
  return without(Exclusion::kAmountNotSaid);
}

Outcome value_of(const MeasureInput& reported, const scoring::MeasureScore& score,
                 const SetInput& input) {
  const std::string& metric = reported.measure->metric_type;
  if (metric == "singlePerformanceRate" || metric == "registrySinglePerformanceRate") {
    return single(reported, score, input);
  }
  if (metric == "multiPerformanceRate" || metric == "registryMultiPerformanceRate") {
    return multi(reported, score, input);
  }
  if (metric == "nonProportion") return amount(reported, input);
  return without(Exclusion::kOtherCollection);
}

void by_id(std::vector<Measurement>* measurements) {
  std::sort(measurements->begin(), measurements->end(),
            [](const auto& a, const auto& b) { return a.measure_id < b.measure_id; });
}

}  // namespace

CategoryDraft quality_draft(const SetInput& input, const scoring::ScoreSummary& summary) {
  CategoryDraft draft;
  MeasurementSet registry = empty_set(input, SetCategory::kQuality);
  MeasurementSet electronic = registry;
  electronic.method = SubmissionMethod::kElectronicHealthRecord;
  for (std::size_t i = 0; i < input.accepted->measures.size(); ++i) {
    const MeasureInput& reported = input.accepted->measures[i];
    // What CMS computes itself from claims is nobody's to send.
    if (reported.collection == CollectionType::kAdministrativeClaims) continue;
    draft.there = true;
    const std::optional<Exclusion> no = refused(reported, input);
    Outcome outcome = no ? without(*no) : value_of(reported, summary.measures[i], input);
    if (!outcome.value) {
      Excluded excluded;
      excluded.category = SetCategory::kQuality;
      excluded.measure_id = reported.measure->id;
      excluded.reason = outcome.reason;
      draft.excluded.push_back(std::move(excluded));
      continue;
    }
    const bool from_record = reported.collection == CollectionType::kElectronicHealthRecord;
    (from_record ? electronic : registry)
        .measurements.push_back({reported.measure->id, std::move(*outcome.value)});
  }
  for (MeasurementSet* set : {&registry, &electronic}) {
    if (set->measurements.empty()) continue;
    by_id(&set->measurements);
    draft.sets.push_back(std::move(*set));
  }
  if (draft.there && draft.sets.empty()) draft.none_of_it = Exclusion::kNothingLeft;
  return draft;
}

}  // namespace qcdr::submission
