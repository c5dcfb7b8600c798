// What CMS answers of a set, compared with what was sent; see payload.h.
#include <algorithm>

#include "submission/payload.h"

namespace qcdr::submission {
namespace {

constexpr Decimal kHundred = Decimal::from_raw(100 * Decimal::kOne);
// CMS writes rates with two decimals, rounded or cut off.
constexpr Decimal kLastDigit = Decimal::from_raw(Decimal::kOne / 100);

// Collects what differs.
class Comparison {
 public:
  void texts(std::string_view path, std::string_view sent, std::string_view read) {
    if (sent == read) return;
    add(path, std::string(sent), std::string(read));
  }
  void numbers(std::string_view path, std::int64_t sent, std::int64_t read) {
    if (sent != read) add(path, std::to_string(sent), std::to_string(read));
  }
  void truths(std::string_view path, bool sent, bool read) {
    if (sent != read) add(path, sent ? "true" : "false", read ? "true" : "false");
  }
  void amounts(std::string_view path, const std::optional<Decimal>& sent,
               const std::optional<Decimal>& read) {
    if (sent == read) return;
    add(path, text_of(sent), text_of(read));
  }
  // Rates, within the last digit that CMS writes. Nothing read: CMS did not say.
  void rates(std::string_view path, Decimal sent, const std::optional<Decimal>& read) {
    if (!read) return;
    const Decimal off = sent > *read ? sent - *read : *read - sent;
    if (off > kLastDigit) add(path, sent.to_string(), read->to_string());
  }
  void add(std::string_view path, std::optional<std::string> sent,
           std::optional<std::string> read) {
    found_.push_back({prefix_ + std::string(path), std::move(sent), std::move(read)});
  }
  void counts(std::string_view within, const RateCounts& sent, const RateCounts& read) {
    const std::string before(within);
    numbers(before + "performanceMet", sent.met, read.met);
    numbers(before + "performanceNotMet", sent.not_met, read.not_met);
    numbers(before + "eligiblePopulationExclusion", sent.exclusion, read.exclusion);
    numbers(before + "eligiblePopulationException", sent.exception, read.exception);
    numbers(before + "eligiblePopulation", sent.eligible, read.eligible);
  }
  void strata(const std::vector<StratumValue>& sent, const std::vector<StratumValue>& read) {
    for (const StratumValue& each : sent) {
      const std::string path = "strata[" + each.stratum + "]";
      const auto found = std::find_if(read.begin(), read.end(), [&](const StratumValue& other) {
        return other.stratum == each.stratum;
      });
      if (found == read.end()) {
        add(path, each.stratum, std::nullopt);
      } else {
        counts(path + ".", each.counts, found->counts);
      }
    }
    numbers("strata.length", static_cast<std::int64_t>(sent.size()),
            static_cast<std::int64_t>(read.size()));
  }
  void begin(std::string prefix) { prefix_ = std::move(prefix); }
  std::vector<ReadBackDifference> take() { return std::move(found_); }

 private:
  static std::optional<std::string> text_of(const std::optional<Decimal>& value) {
    if (!value) return std::nullopt;
    return value->to_string();
  }
  std::string prefix_;
  std::vector<ReadBackDifference> found_;
};

Decimal percent(std::int64_t part, std::int64_t whole) {
  return Decimal::ratio(part, whole) * kHundred;
}

// What CMS makes of the counts that it was sent.
void computed_rates(const RateCounts& sent, const ReadBackMeasurement& read, Comparison* out) {
  if (sent.met + sent.not_met > 0) {
    out->rates("performanceRate", percent(sent.met, sent.met + sent.not_met),
               read.performance_rate);
  }
  if (sent.eligible > 0) {
    out->rates("reportingRate", percent(sent.reported(), sent.eligible), read.reporting_rate);
  }
}

// Compares a value that was sent with one that was read.
struct ValueComparison {
  const ReadBackMeasurement& read;
  Comparison* out;

  template <class Value>
  const Value* same() const {
    const auto* value = std::get_if<Value>(&read.value);
    if (value == nullptr) out->add("form", "as sent", "another");
    return value;
  }

  void operator()(const BooleanValue& sent) const {
    const auto* value = std::get_if<BooleanValue>(&read.value);
    if (value == nullptr) return out->add("", "as sent", "another form");
    out->truths("", sent.attested, value->attested);
  }
  void operator()(const ProportionValue& sent) const {
    const auto* value = same<ProportionValue>();
    if (value == nullptr) return;
    out->numbers("numerator", sent.numerator, value->numerator);
    out->numbers("denominator", sent.denominator, value->denominator);
  }
  void operator()(const SingleValue& sent) const {
    const auto* value = same<SingleValue>();
    if (value == nullptr) return;
    out->truths("isEndToEndReported", sent.end_to_end, value->end_to_end);
    out->counts("", sent.counts, value->counts);
    computed_rates(sent.counts, read, out);
  }
  void operator()(const RegistrySingleValue& sent) const {
    const auto* value = same<SingleValue>();
    if (value == nullptr) return;
    out->truths("isEndToEndReported", sent.end_to_end, value->end_to_end);
    out->counts("", sent.counts, value->counts);
    out->amounts("performanceRate", sent.performance_rate, read.performance_rate);
  }
  void operator()(const MultiValue& sent) const {
    const auto* value = same<MultiValue>();
    if (value == nullptr) return;
    out->truths("isEndToEndReported", sent.end_to_end, value->end_to_end);
    out->strata(sent.strata, value->strata);
  }
  void operator()(const RegistryMultiValue& sent) const {
    const auto* value = same<MultiValue>();
    if (value == nullptr) return;
    out->truths("isEndToEndReported", sent.end_to_end, value->end_to_end);
    out->strata(sent.strata, value->strata);
    out->amounts("performanceRate", sent.performance_rate, read.performance_rate);
  }
  void operator()(const NonProportionValue& sent) const {
    const auto* value = same<NonProportionValue>();
    if (value == nullptr) return;
    out->truths("isEndToEndReported", sent.end_to_end, value->end_to_end);
    out->amounts("numerator", sent.numerator, value->numerator);
    out->amounts("denominator", sent.denominator, value->denominator);
    out->amounts("numeratorExclusion", sent.numerator_exclusion, value->numerator_exclusion);
    out->amounts("denominatorException", sent.denominator_exception, value->denominator_exception);
    out->numbers("observationInstances", sent.observation_instances, value->observation_instances);
  }
};

std::string path_of(const std::string& measure_id) {
  return "measurements[" + measure_id + "]";
}

void compare_measurements(const MeasurementSet& sent, const ReadBack& read, Comparison* out) {
  for (const Measurement& each : sent.measurements) {
    const auto found = std::find_if(
        read.measurements.begin(), read.measurements.end(),
        [&](const ReadBackMeasurement& other) { return other.measure_id == each.measure_id; });
    if (found == read.measurements.end()) {
      out->add(path_of(each.measure_id), each.measure_id, std::nullopt);
      continue;
    }
    const bool plain = std::holds_alternative<BooleanValue>(each.value);
    out->begin(path_of(each.measure_id) + (plain ? ".value" : ".value."));
    std::visit(ValueComparison{*found, out}, each.value);
    out->begin("");
  }
  std::string last;
  for (const ReadBackMeasurement& other : read.measurements) {
    const bool known =
        std::any_of(sent.measurements.begin(), sent.measurements.end(),
                    [&](const Measurement& each) { return each.measure_id == other.measure_id; });
    if (!known || other.measure_id == last) {
      out->add(path_of(other.measure_id), std::nullopt, other.measure_id);
    }
    last = other.measure_id;
  }
}

}  // namespace

std::vector<ReadBackDifference> compare_read_back(const MeasurementSet& sent,
                                                  const ReadBack& read) {
  Comparison out;
  out.texts("category", set_category_name(sent.category, sent.year), read.category);
  out.texts("submissionMethod", submission_method_name(sent.method), read.method);
  out.texts("programName", sent.program, read.program);
  out.texts("performanceStart", sent.start.to_string(), read.start);
  out.texts("performanceEnd", sent.end.to_string(), read.end);
  out.texts("cehrtId", sent.cehrt_id, read.cehrt_id);
  compare_measurements(sent, read, &out);
  return out.take();
}

}  // namespace qcdr::submission
