// What CMS answers of a set; see payload.h.
#include <algorithm>

#include "scoring/json_document.h"
#include "submission/payload.h"

namespace qcdr::submission {
namespace {

using scoring::JsonCursor;
using scoring::JsonValue;

constexpr std::int64_t kCountMax = 900'000'000;
constexpr Decimal kAmountMax = Decimal::from_raw(100'000'000 * Decimal::kOne);
constexpr std::size_t kStrataMax = 64;

// Empty where it is absent or null.
Result<std::string> word(const JsonCursor& object, const char* key) {
  const auto member = object.member(key);
  if (!member) return std::string();
  return member->word();
}

Result<std::int64_t> count(const JsonCursor& object, const char* key) {
  const auto member = object.member(key);
  if (!member) return std::int64_t{0};
  return member->whole(0, kCountMax);
}

Result<std::optional<Decimal>> amount(const JsonCursor& object, const char* key) {
  const auto member = object.member(key);
  if (!member) return std::optional<Decimal>();
  QCDR_ASSIGN_OR_RETURN(const Decimal number, member->number(-kAmountMax, kAmountMax));
  return std::optional<Decimal>(number);
}

Result<bool> end_to_end(const JsonCursor& object) {
  const auto member = object.member("isEndToEndReported");
  if (!member) return false;
  return member->boolean();
}

Result<RateCounts> counts_of(const JsonCursor& object) {
  RateCounts counts;
  QCDR_ASSIGN_OR_RETURN(counts.met, count(object, "performanceMet"));
  QCDR_ASSIGN_OR_RETURN(counts.not_met, count(object, "performanceNotMet"));
  QCDR_ASSIGN_OR_RETURN(counts.exclusion, count(object, "eligiblePopulationExclusion"));
  QCDR_ASSIGN_OR_RETURN(counts.exception, count(object, "eligiblePopulationException"));
  QCDR_ASSIGN_OR_RETURN(counts.eligible, count(object, "eligiblePopulation"));
  return counts;
}

Result<MeasurementValue> multi_of(const JsonCursor& value, const JsonCursor& strata) {
  MultiValue out;
  QCDR_ASSIGN_OR_RETURN(out.end_to_end, end_to_end(value));
  QCDR_RETURN_IF_ERROR(strata.expect_list(kStrataMax));
  for (std::size_t i = 0; i < strata.value().items.size(); ++i) {
    const JsonCursor item = strata.item(i);
    QCDR_RETURN_IF_ERROR(item.expect_object());
    StratumValue stratum;
    QCDR_ASSIGN_OR_RETURN(stratum.stratum, word(item, "stratum"));
    QCDR_ASSIGN_OR_RETURN(stratum.counts, counts_of(item));
    out.strata.push_back(std::move(stratum));
  }
  return MeasurementValue(std::move(out));
}

Result<MeasurementValue> amount_of(const JsonCursor& value) {
  NonProportionValue out;
  QCDR_ASSIGN_OR_RETURN(out.end_to_end, end_to_end(value));
  QCDR_ASSIGN_OR_RETURN(const std::optional<Decimal> numerator, amount(value, "numerator"));
  QCDR_ASSIGN_OR_RETURN(const std::optional<Decimal> denominator, amount(value, "denominator"));
  out.numerator = numerator.value_or(Decimal());
  out.denominator = denominator.value_or(Decimal());
  QCDR_ASSIGN_OR_RETURN(out.numerator_exclusion, amount(value, "numeratorExclusion"));
  QCDR_ASSIGN_OR_RETURN(out.denominator_exception, amount(value, "denominatorException"));
  QCDR_ASSIGN_OR_RETURN(out.observation_instances, count(value, "observationInstances"));
  return MeasurementValue(out);
}

// The form is that of its members.
Result<MeasurementValue> value_of(const JsonCursor& value) {
  if (value.value().kind == JsonValue::Kind::kBool) {
    return MeasurementValue(BooleanValue{value.value().truth});
  }
  QCDR_RETURN_IF_ERROR(value.expect_object());
  if (const auto strata = value.member("strata")) return multi_of(value, *strata);
  if (value.member("numerator") && value.member("isEndToEndReported")) return amount_of(value);
  if (value.member("numerator")) {
    ProportionValue out;
    QCDR_ASSIGN_OR_RETURN(out.numerator, count(value, "numerator"));
    QCDR_ASSIGN_OR_RETURN(out.denominator, count(value, "denominator"));
    return MeasurementValue(out);
  }
  SingleValue out;
  QCDR_ASSIGN_OR_RETURN(out.end_to_end, end_to_end(value));
  QCDR_ASSIGN_OR_RETURN(out.counts, counts_of(value));
  return MeasurementValue(out);
}

Result<ReadBackMeasurement> measurement_of(const JsonCursor& item) {
  QCDR_RETURN_IF_ERROR(item.expect_object());
  ReadBackMeasurement out;
  QCDR_ASSIGN_OR_RETURN(out.id, word(item, "id"));
  QCDR_ASSIGN_OR_RETURN(out.measure_id, word(item, "measureId"));
  const auto value = item.member("value");
  if (out.measure_id.empty() || !value)
    return item.error("a measurement needs a measure and value");
  QCDR_ASSIGN_OR_RETURN(out.value, value_of(*value));
  if (value->value().kind == JsonValue::Kind::kObject) {
    QCDR_ASSIGN_OR_RETURN(out.performance_rate, amount(*value, "performanceRate"));
    QCDR_ASSIGN_OR_RETURN(out.reporting_rate, amount(*value, "reportingRate"));
  }
  return out;
}

Result<ReadBack> set_of(const JsonCursor& set) {
  ReadBack out;
  QCDR_ASSIGN_OR_RETURN(out.set_id, word(set, "id"));
  QCDR_ASSIGN_OR_RETURN(out.submission_id, word(set, "submissionId"));
  QCDR_ASSIGN_OR_RETURN(out.category, word(set, "category"));
  QCDR_ASSIGN_OR_RETURN(out.method, word(set, "submissionMethod"));
  QCDR_ASSIGN_OR_RETURN(out.program, word(set, "programName"));
  QCDR_ASSIGN_OR_RETURN(out.start, word(set, "performanceStart"));
  QCDR_ASSIGN_OR_RETURN(out.end, word(set, "performanceEnd"));
  QCDR_ASSIGN_OR_RETURN(out.cehrt_id, word(set, "cehrtId"));
  if (out.program.empty()) out.program = kProgramMips;
  const auto measurements = set.member("measurements");
  if (out.category.empty() || !measurements) return set.error("no measurement set");
  QCDR_RETURN_IF_ERROR(measurements->expect_list(kReadBackMeasurementsMax));
  for (std::size_t i = 0; i < measurements->value().items.size(); ++i) {
    QCDR_ASSIGN_OR_RETURN(ReadBackMeasurement each, measurement_of(measurements->item(i)));
    out.measurements.push_back(std::move(each));
  }
  std::stable_sort(out.measurements.begin(), out.measurements.end(),
                   [](const auto& a, const auto& b) { return a.measure_id < b.measure_id; });
  return out;
}

}  // namespace

Result<ReadBack> parse_read_back(std::string_view json) {
  if (json.size() > kReadBackBytesMax) return Status(ErrorCode::kLimitExceeded, "answer too long");
  QCDR_ASSIGN_OR_RETURN(const JsonValue root, scoring::parse_json(json));
  JsonCursor at(root, "");
  QCDR_RETURN_IF_ERROR(at.expect_object());
  for (const char* key : {"data", "measurementSet"}) {
    if (const auto inner = at.member(key)) {
      const JsonCursor next = *inner;
      at = next;
      QCDR_RETURN_IF_ERROR(at.expect_object());
    }
  }
  return set_of(at);
}

}  // namespace qcdr::submission
