#include "scoring/qpp_quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace qcdr::scoring {
namespace {

using rulebook::Measure;

constexpr std::int64_t kCountMax = 1'000'000'000;
constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
constexpr Decimal kAmountMax = Decimal::from_raw(10'000'000 * Decimal::kOne);

// A rate that somebody else computed: the owner of a QCDR measure, or CMS itself.
bool rate_is_supplied(const Measure& measure) {
  return measure.registry_measure || measure.metric_type == "nonProportion" ||
         measure.metric_type == "costScore" || measure.metric_type == "cahps";
}

bool is_percentage(const Measure& measure) {
  return measure.metric_type != "nonProportion" && measure.metric_type != "costScore";
}

// CMS writes null for a count that is none.
Result<std::int64_t> count(const JsonCursor& value, std::string_view key, bool required) {
  const auto member = value.member(key);
  if (member) return member->whole(0, kCountMax);
  if (required) return value.error(fmt::format("\"{}\" is missing", key));
  return std::int64_t{0};
}

template <class Counts>
Status read_counts(const JsonCursor& value, Counts* counts) {
  QCDR_ASSIGN_OR_RETURN(counts->eligible_population, count(value, "eligiblePopulation", true));
  QCDR_ASSIGN_OR_RETURN(counts->performance_met, count(value, "performanceMet", true));
  QCDR_ASSIGN_OR_RETURN(counts->performance_not_met, count(value, "performanceNotMet", false));
  QCDR_ASSIGN_OR_RETURN(counts->exception, count(value, "eligiblePopulationException", false));
  QCDR_ASSIGN_OR_RETURN(counts->exclusion, count(value, "eligiblePopulationExclusion", false));
  const std::int64_t reported =
      counts->performance_met + counts->performance_not_met + counts->exception + counts->exclusion;
  if (reported <= counts->eligible_population) return Status::ok();
  return value.error(fmt::format("{} cases are reported, but eligiblePopulation is {}", reported,
                                 counts->eligible_population));
}

Result<std::optional<Decimal>> rate(const JsonCursor& value, std::string_view key, Decimal most) {
  const auto member = value.member(key);
  if (!member) return std::optional<Decimal>();
  QCDR_ASSIGN_OR_RETURN(const Decimal read, member->number(Decimal(), most));
  return std::optional<Decimal>(read);
}

Status read_strata(const JsonCursor& strata, const Measure& measure, PreviewInput* input) {
  QCDR_RETURN_IF_ERROR(strata.expect_list(measure.strata.size()));
  for (const StratumInput& other : input->score.strata) {
    if (other.measure == &measure) return strata.error("strata of this measure are there already");
  }
  std::vector<bool> seen(measure.strata.size(), false);
  for (std::size_t i = 0; i < strata.value().items.size(); ++i) {
    const JsonCursor item = strata.item(i);
    QCDR_RETURN_IF_ERROR(item.expect_object());
    const auto name = item.member("stratum");
    if (!name) return item.error("\"stratum\" is missing");
    QCDR_ASSIGN_OR_RETURN(const std::string word, name->word());
    const auto found = std::find(measure.strata.begin(), measure.strata.end(), word);
    if (found == measure.strata.end()) {
      return name->error(fmt::format("measure {} has no such stratum; it has {}", measure.id,
                                     fmt::format("{}", fmt::join(measure.strata, ", "))));
    }
    StratumInput stratum;
    stratum.measure = &measure;
    stratum.stratum = static_cast<std::uint8_t>(found - measure.strata.begin());
    if (seen[stratum.stratum]) return name->error("this stratum stands twice");
    seen[stratum.stratum] = true;
    QCDR_RETURN_IF_ERROR(read_counts(item, &stratum));
    if (input->score.strata.size() == kStrataMax) return item.error("too many strata");
    input->score.strata.push_back(stratum);
  }
  return Status::ok();
}

// {performanceRate, caseCount} in the measure's own unit.
Status read_amount(const JsonCursor& value, const Measure& measure, MeasureInput* out) {
  const Decimal most = is_percentage(measure) ? kHundred : kAmountMax;
  QCDR_ASSIGN_OR_RETURN(out->supplied_rate, rate(value, "performanceRate", most));
  if (!out->supplied_rate) return value.error("\"performanceRate\" is missing");
  const bool cases = value.member("caseCount").has_value();
  QCDR_ASSIGN_OR_RETURN(out->eligible_population,
                        count(value, cases ? "caseCount" : "eligiblePopulation", true));
  if (out->collection == CollectionType::kAdministrativeClaims) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(out->supplied_reporting_rate, rate(value, "reportingRate", kHundred));
  if (!out->supplied_reporting_rate) out->supplied_reporting_rate = kHundred;
  return Status::ok();
}

Status read_value(const JsonCursor& value, const Measure& measure, MeasureInput* out,
                  PreviewInput* input) {
  if (const auto electronic = value.member("isEndToEndReported")) {
    QCDR_ASSIGN_OR_RETURN(out->end_to_end, electronic->boolean());
  }
  const bool counted = value.member("performanceMet").has_value();
  if (out->collection == CollectionType::kAdministrativeClaims ||
      (!is_percentage(measure) && !counted)) {
    return read_amount(value, measure, out);
  }
  const auto strata = value.member("strata");
  if (strata && measure.strata.empty()) {
    return strata->error(fmt::format("measure {} has no strata", measure.id));
  }
  if (strata) {
    QCDR_RETURN_IF_ERROR(read_strata(*strata, measure, input));
  } else {
    QCDR_RETURN_IF_ERROR(read_counts(value, out));
  }
  if (rate_is_supplied(measure)) {
    QCDR_ASSIGN_OR_RETURN(out->supplied_rate, rate(value, "performanceRate",
                                                   is_percentage(measure) ? kHundred : kAmountMax));
  }
  // A MIPS CQM has its exclusions taken out before it is sent.
  const bool cqm =
      out->collection == CollectionType::kRegistry && !measure.registry_measure && !strata;
  if (cqm && out->exclusion != 0) {
    return value.error("eligiblePopulationExclusion of a MIPS CQM is 0 or null");
  }
  return Status::ok();
}

}  // namespace

Result<CollectionType> read_collection(const JsonCursor& set) {
  const auto method = set.member("submissionMethod");
  if (!method) return CollectionType::kRegistry;
  QCDR_ASSIGN_OR_RETURN(const std::string word, method->word());
  for (std::size_t i = 0; i < kCollectionTypes; ++i) {
    const auto type = static_cast<CollectionType>(i);
    if (collection_type_name(type) == word) return type;
  }
  return method->error("not a known submission method");
}

Status read_quality_measurement(const JsonCursor& measurement, CollectionType collection,
                                PreviewInput* input) {
  QCDR_RETURN_IF_ERROR(measurement.expect_object());
  const auto id = measurement.member("measureId");
  if (!id) return measurement.error("\"measureId\" is missing");
  QCDR_ASSIGN_OR_RETURN(const std::string word, id->word());
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  const Measure* measure = year.find_measure(word);
  if (measure == nullptr) {
    return id->error(fmt::format("no quality measure of {}", year.year().value()));
  }
  const std::vector<std::string>& types = measure->collection_types;
  if (std::find(types.begin(), types.end(), collection_type_name(collection)) == types.end()) {
    return id->error(fmt::format("measure {} is not collected by {}; it is by {}", measure->id,
                                 collection_type_name(collection),
                                 fmt::format("{}", fmt::join(types, ", "))));
  }
  for (const MeasureInput& other : input->score.measures) {
    if (other.measure == measure && other.collection == collection) {
      return id->error(fmt::format("measure {} stands twice", measure->id));
    }
  }
  const auto value = measurement.member("value");
  if (!value) return measurement.error("\"value\" is missing");
  QCDR_RETURN_IF_ERROR(value->expect_object());
  MeasureInput out;
  out.measure = measure;
  out.collection = collection;
  QCDR_RETURN_IF_ERROR(read_value(*value, *measure, &out, input));
  if (input->score.measures.size() == kMeasuresMax) {
    return measurement.error(fmt::format("at most {} measures", kMeasuresMax));
  }
  input->score.measures.push_back(out);
  return Status::ok();
}

}  // namespace qcdr::scoring
