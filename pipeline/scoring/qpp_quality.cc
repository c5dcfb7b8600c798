#include "scoring/qpp_quality.h"

#include <fmt/format.h>

#include <algorithm>

#include "scoring/quality.h"

namespace qcdr::scoring {
namespace {

using Document = ValueReader::Document;
using rulebook::Measure;

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
constexpr Decimal kAmountMax = Decimal::from_raw(10'000'000 * Decimal::kOne);
// Rates come rounded to two decimals or cut off behind them.
constexpr Decimal kRateTolerance = Decimal::from_raw(Decimal::kOne / 100);

ValueReader reader(PreviewInput* input) {
  return ValueReader(&input->findings, Document::kSubmission);
}

// A rate that somebody else computed: the owner of a QCDR measure, or CMS itself.
bool rate_is_supplied(const Measure& measure) {
  return measure.registry_measure || measure.metric_type == "nonProportion" ||
         measure.metric_type == "costScore" || measure.metric_type == "cahps";
}

bool is_percentage(const Measure& measure) {
  return measure.metric_type != "nonProportion" && measure.metric_type != "costScore";
}

// CMS writes null for a count that is none. False: it cannot be read.
bool read_count(const JsonCursor& value, std::string_view key, bool required, PreviewInput* input,
                std::int64_t* count) {
  const ValueReader read = reader(input);
  const auto member = required ? read.required(value, key) : value.member(key);
  if (!member) return !required;
  const auto number = read.whole(*member, 0, kPreviewCountMax);
  if (number) *count = *number;
  return number.has_value();
}

template <class Counts>
bool read_counts(const JsonCursor& value, const Measure& measure, PreviewInput* input,
                 Counts* counts) {
  bool good = read_count(value, "eligiblePopulation", true, input, &counts->eligible_population);
  good &= read_count(value, "performanceMet", true, input, &counts->performance_met);
  good &= read_count(value, "performanceNotMet", false, input, &counts->performance_not_met);
  good &= read_count(value, "eligiblePopulationException", false, input, &counts->exception);
  good &= read_count(value, "eligiblePopulationExclusion", false, input, &counts->exclusion);
  if (!good) return false;
  const std::int64_t reported =
      counts->performance_met + counts->performance_not_met + counts->exception + counts->exclusion;
  if (reported <= counts->eligible_population) return true;
  input->findings.add(
      FindingCode::CASES_ABOVE_ELIGIBLE, value,
      {measure.id, std::to_string(reported), std::to_string(counts->eligible_population)});
  return false;
}

// False: it is there and cannot be read.
bool read_rate(const JsonCursor& value, std::string_view key, Decimal most, PreviewInput* input,
               std::optional<Decimal>* rate) {
  const auto member = value.member(key);
  if (!member) return true;
  *rate = reader(input).number(*member, Decimal(), most);
  return rate->has_value();
}

// Where one stratum is named that the measure does not have, or twice, the measure's rate is not
// known: none of it is scored.
bool read_stratum(const JsonCursor& item, const Measure& measure, PreviewInput* input,
                  std::vector<StratumInput>* strata) {
  const ValueReader read = reader(input);
  if (!read.object(item)) return false;
  const auto name = read.required(item, "stratum");
  const auto word = name ? read.word(*name) : std::nullopt;
  if (!word) return false;
  const auto found = std::find(measure.strata.begin(), measure.strata.end(), *word);
  if (found == measure.strata.end()) {
    input->findings.add(FindingCode::STRATUM_UNKNOWN, *name,
                        {measure.id, fmt::format("{}", fmt::join(measure.strata, ", "))});
    return false;
  }
  StratumInput stratum;
  stratum.measure = &measure;
  stratum.stratum = static_cast<std::uint8_t>(found - measure.strata.begin());
  for (const StratumInput& other : *strata) {
    if (other.stratum != stratum.stratum) continue;
    input->findings.add(FindingCode::STRATUM_REPEATED, *name, {measure.id});
    return false;
  }
  if (!read_counts(item, measure, input, &stratum)) return false;
  strata->push_back(stratum);
  return true;
}

bool read_strata(const JsonCursor& strata, const Measure& measure, PreviewInput* input) {
  if (!reader(input).list(strata)) return false;
  for (const StratumInput& other : input->score.strata) {
    if (other.measure != &measure) continue;
    input->findings.add(FindingCode::MEASUREMENT_REPEATED, strata, {measure.id});
    return false;
  }
  std::vector<StratumInput> read;
  bool good = true;
  const std::size_t size = strata.value().items.size();
  for (std::size_t i = 0; i < size && i <= measure.strata.size(); ++i) {
    good &= read_stratum(strata.item(i), measure, input, &read);
  }
  if (!good) return false;
  if (read.size() < measure.strata.size()) {
    input->findings.add(FindingCode::STRATA_INCOMPLETE, strata,
                        {measure.id, fmt::format("{}", fmt::join(measure.strata, ", "))});
  }
  if (input->score.strata.size() + read.size() > kStrataMax) {
    input->findings.add(FindingCode::TOO_MANY_MEASUREMENTS, strata,
                        {std::to_string(kStrataMax), "strata"});
    return false;
  }
  for (const StratumInput& stratum : read) input->score.strata.push_back(stratum);
  return true;
}

// {performanceRate, caseCount} in the measure's own unit.
bool read_amount(const JsonCursor& value, const Measure& measure, PreviewInput* input,
                 MeasureInput* out) {
  const Decimal most = is_percentage(measure) ? kHundred : kAmountMax;
  if (!reader(input).required(value, "performanceRate") ||
      !read_rate(value, "performanceRate", most, input, &out->supplied_rate)) {
    return false;
  }
  const bool cases = value.member("caseCount").has_value();
  if (!read_count(value, cases ? "caseCount" : "eligiblePopulation", true, input,
                  &out->eligible_population)) {
    return false;
  }
  if (out->collection == CollectionType::kAdministrativeClaims) return true;
  if (!read_rate(value, "reportingRate", kHundred, input, &out->supplied_reporting_rate)) {
    return false;
  }
  if (!out->supplied_reporting_rate) out->supplied_reporting_rate = kHundred;
  return true;
}

// {numerator, denominator, observationInstances, denominatorException, numeratorExclusion}: the
// numerator is the amount itself, over so many observations of the denominator's cases, as CMS's
// example of a score shows: 3 of 1,000 with 80 observed and 30 excepted are a rate of 3, 11 %
// reported.
bool read_non_proportion(const JsonCursor& value, const Measure& measure, PreviewInput* input,
                         MeasureInput* out) {
  if (!reader(input).required(value, "numerator") ||
      !read_rate(value, "numerator", kAmountMax, input, &out->supplied_rate) ||
      !read_count(value, "denominator", true, input, &out->eligible_population)) {
    return false;
  }
  std::int64_t observed = out->eligible_population;
  std::int64_t excepted = 0;
  std::int64_t excluded = 0;
  bool good = read_count(value, "observationInstances", false, input, &observed);
  good &= read_count(value, "denominatorException", false, input, &excepted);
  good &= read_count(value, "numeratorExclusion", false, input, &excluded);
  if (!good) return false;
  if (!value.member("observationInstances")) excepted = excluded = 0;
  const std::int64_t reported = observed + excepted + excluded;
  if (reported > out->eligible_population) {
    input->findings.add(
        FindingCode::CASES_ABOVE_ELIGIBLE, value,
        {measure.id, std::to_string(reported), std::to_string(out->eligible_population)});
    return false;
  }
  out->supplied_reporting_rate =
      out->eligible_population == 0
          ? Decimal()
          : rate_percent(reported, out->eligible_population, input->score.rules->rate_decimals);
  return true;
}

// A rate beside the counts: of a QCDR measure it is scored, of others the counts are.
void check_rate(const JsonCursor& value, const char* key, std::int64_t part, std::int64_t of,
                const MeasureInput& measure, PreviewInput* input) {
  const auto member = value.member(key);
  if (!member || of == 0) return;
  const Result<Decimal> told = member->number(Decimal(), kHundred);
  if (!told.is_ok()) {
    if (!measure.supplied_rate) reader(input).number(*member, Decimal(), kHundred);
    return;
  }
  const Decimal counted = rate_percent(part, of, Decimal::kFractionDigits);
  const Decimal apart = told.value() > counted ? told.value() - counted : counted - told.value();
  if (apart <= kRateTolerance) return;
  const std::string shown = counted.to_fixed(2);
  if (measure.supplied_rate && std::string_view(key) == "performanceRate") {
    input->findings.add(FindingCode::SUPPLIED_RATE_NOT_OF_COUNTS, *member,
                        {measure.measure->id, shown});
  } else {
    input->findings.add(FindingCode::RATE_NOT_OF_COUNTS, *member,
                        {key, measure.measure->id, shown});
  }
}

void check_rates(const JsonCursor& value, const MeasureInput& measure, PreviewInput* input) {
  const std::int64_t compared = measure.performance_met + measure.performance_not_met;
  check_rate(value, "performanceRate", measure.performance_met, compared, measure, input);
  check_rate(value, "reportingRate", compared + measure.exception + measure.exclusion,
             measure.eligible_population, measure, input);
}

bool read_value(const JsonCursor& value, const Measure& measure, PreviewInput* input,
                MeasureInput* out) {
  if (const auto electronic = value.member("isEndToEndReported")) {
    out->end_to_end = reader(input).boolean(*electronic).value_or(false);
  }
  const bool counted = value.member("performanceMet").has_value();
  const bool claims = out->collection == CollectionType::kAdministrativeClaims;
  if (measure.metric_type == "nonProportion" && value.member("numerator")) {
    return read_non_proportion(value, measure, input, out);
  }
  if (claims || (!is_percentage(measure) && !counted)) {
    return read_amount(value, measure, input, out);
  }
  const auto strata = value.member("strata");
  if (strata && measure.strata.empty()) {
    input->findings.add(FindingCode::STRATA_NOT_EXPECTED, *strata, {measure.id});
    return false;
  }
  if (rate_is_supplied(measure)) {
    const Decimal most = is_percentage(measure) ? kHundred : kAmountMax;
    if (!read_rate(value, "performanceRate", most, input, &out->supplied_rate)) return false;
    if (!out->supplied_rate) {
      input->findings.add(FindingCode::SUPPLIED_RATE_MISSING, value, {measure.id});
    }
  }
  if (strata) return read_strata(*strata, measure, input);
  if (!read_counts(value, measure, input, out)) return false;
  // A MIPS CQM has its exclusions taken out before it is sent.
  if (out->collection == CollectionType::kRegistry && !measure.registry_measure &&
      out->exclusion != 0) {
    input->findings.add(FindingCode::EXCLUSIONS_OF_CQM, value, {measure.id});
    return false;
  }
  if (is_percentage(measure)) check_rates(value, *out, input);
  return true;
}

// The measure of the year by this id and method; what is wrong is told.
const Measure* find_measure(const JsonCursor& id, const std::string& word,
                            CollectionType collection, PreviewInput* input) {
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  const Measure* measure = year.find_measure(word);
  if (measure == nullptr) {
    input->findings.add(FindingCode::MEASUREMENT_OF_UNKNOWN_MEASURE, id,
                        {std::to_string(year.year().value()), "quality measure"});
    return nullptr;
  }
  const std::vector<std::string>& types = measure->collection_types;
  if (std::find(types.begin(), types.end(), collection_type_name(collection)) == types.end()) {
    input->findings.add(FindingCode::MEASURE_NOT_COLLECTED_SO, id,
                        {measure->id, fmt::format("{}", fmt::join(types, ", ")),
                         std::string(collection_type_name(collection))});
    return nullptr;
  }
  for (const MeasureInput& other : input->score.measures) {
    if (other.measure != measure || other.collection != collection) continue;
    input->findings.add(FindingCode::MEASUREMENT_REPEATED, id, {measure->id});
    return nullptr;
  }
  return measure;
}

}  // namespace

std::optional<CollectionType> read_collection(const JsonCursor& set, PreviewInput* input) {
  const auto method = set.member("submissionMethod");
  if (!method) return CollectionType::kRegistry;
  const auto word = reader(input).word(*method);
  if (!word) return std::nullopt;
  std::string known;
  for (std::size_t i = 0; i < kCollectionTypes; ++i) {
    const auto type = static_cast<CollectionType>(i);
    if (collection_type_name(type) == *word) return type;
    known += (known.empty() ? "" : ", ") + std::string(collection_type_name(type));
  }
  input->findings.add(FindingCode::SUBMISSION_METHOD_UNKNOWN, *method, {known});
  return std::nullopt;
}

void read_quality_measurement(const JsonCursor& measurement, CollectionType collection,
                              PreviewInput* input) {
  const ValueReader read = reader(input);
  if (!read.object(measurement)) return;
  const auto id = read.required(measurement, "measureId");
  const auto word = id ? read.word(*id) : std::nullopt;
  if (!word) return;
  MeasureInput out;
  out.measure = find_measure(*id, *word, collection, input);
  out.collection = collection;
  if (out.measure == nullptr) return;
  if (input->score.measures.size() == kMeasuresMax) {
    input->findings.add(FindingCode::TOO_MANY_MEASUREMENTS, measurement,
                        {std::to_string(kMeasuresMax), "quality measures"});
    return;
  }
  const auto value = read.required(measurement, "value");
  if (!value || !read.object(*value) || !read_value(*value, *out.measure, input, &out)) return;
  input->score.measures.push_back(out);
}

}  // namespace qcdr::scoring
