#include "scoring/qpp_interoperability.h"

#include <algorithm>

#include "core/time.h"
#include "scoring/interoperability.h"

namespace qcdr::scoring {
namespace {

using Document = ValueReader::Document;

constexpr int kLastMonth = 12;
constexpr int kLastDayOfDecember = 31;

std::optional<LocalDate> date_of(const JsonCursor& set, const char* key, LocalDate absent,
                                 PreviewInput* input) {
  const auto member = set.member(key);
  if (!member) return absent;
  const auto word = ValueReader(&input->findings, Document::kSubmission).word(*member);
  if (!word) return std::nullopt;
  const PerformanceYear year = input->score.rules->year_rules->year();
  const Result<LocalDate> date = read_date(*word, year);
  if (!date.is_ok()) {
    input->findings.add(FindingCode::SET_PERIOD_MALFORMED, *member, {key});
    return std::nullopt;
  }
  if (date.value().year() != year.value()) {
    input->findings.add(FindingCode::SET_PERIOD_OUTSIDE_YEAR, *member,
                        {key, std::to_string(year.value())});
    return std::nullopt;
  }
  return date.value();
}

std::string pointer_of(const JsonCursor& measurements, const std::string& measure_id) {
  for (std::size_t i = 0; i < measurements.value().items.size(); ++i) {
    const auto id = measurements.item(i).member("measureId");
    if (id && id->value().text == measure_id) return measurements.item(i).pointer();
  }
  return measurements.pointer();
}

bool is_claimed(const InteroperabilityInput& row) {
  return row.measure->ratio || row.attested;
}

// Whether `row` stays where it and `other` cannot both: what was done goes before its exclusion
// unless nothing was counted, a ratio before a statement, and then the first of the year's table.
bool goes_before(const InteroperabilityInput& row, const InteroperabilityInput& other) {
  const auto is_exclusion = [](const InteroperabilityInput& each) {
    return each.measure->role == rulebook::InteroperabilityRole::kExclusion;
  };
  const auto is_empty = [](const InteroperabilityInput& each) {
    return each.measure->ratio && each.denominator == 0;
  };
  if (is_empty(row) != is_empty(other)) return !is_empty(row);
  if (is_exclusion(row) != is_exclusion(other)) return !is_exclusion(row);
  if (row.measure->ratio != other.measure->ratio) return row.measure->ratio;
  return row.measure < other.measure;
}

// True: one of two was taken out.
bool settle_contradiction(const JsonCursor& measurements, PreviewInput* input,
                          InteroperabilityReport* report) {
  for (const InteroperabilityInput& row : report->rows) {
    if (!is_claimed(row)) continue;
    for (const InteroperabilityInput& other : report->rows) {
      const auto names = [&](const std::vector<std::string>& list) {
        return std::find(list.begin(), list.end(), other.measure->id) != list.end();
      };
      const bool excluded = names(row.measure->excludes);
      if (!is_claimed(other) || (!excluded && !names(row.measure->substitutes))) continue;
      const InteroperabilityInput& kept = goes_before(row, other) ? row : other;
      const InteroperabilityInput& dropped = &kept == &row ? other : row;
      PreviewFinding finding;
      finding.code =
          excluded ? FindingCode::EXCLUSION_BESIDE_MEASURE : FindingCode::SUBSTITUTE_BESIDE_MEASURE;
      finding.parameters = {row.measure->id, other.measure->id, kept.measure->id};
      finding.pointer = pointer_of(measurements, dropped.measure->id);
      finding.other_pointer = pointer_of(measurements, kept.measure->id);
      input->findings.add(std::move(finding));
      remove_row(dropped.measure, report);
      return true;
    }
  }
  return false;
}

std::optional<InteroperabilityInput> read_row(const JsonCursor& value,
                                              const rulebook::InteroperabilityMeasure& measure,
                                              PreviewInput* input) {
  const ValueReader read(&input->findings, Document::kSubmission);
  InteroperabilityInput row;
  row.measure = &measure;
  if (!measure.ratio) {
    const auto attested = read.boolean(value);
    if (!attested) return std::nullopt;
    row.attested = *attested;
    return row;
  }
  if (!read.object(value)) return std::nullopt;
  const auto numerator = read.required(value, "numerator");
  const auto denominator = read.required(value, "denominator");
  if (!numerator || !denominator) return std::nullopt;
  const auto done = read.whole(*numerator, 0, kPreviewCountMax);
  const auto of = read.whole(*denominator, 0, kPreviewCountMax);
  if (!done || !of) return std::nullopt;
  if (*done > *of) {
    input->findings.add(FindingCode::RATIO_ABOVE_ONE, value, {measure.id});
    return std::nullopt;
  }
  row.numerator = *done;
  row.denominator = *of;
  return row;
}

}  // namespace

void remove_row(const rulebook::InteroperabilityMeasure* measure, InteroperabilityReport* report) {
  const auto before = report->rows;
  report->rows = {};
  for (const InteroperabilityInput& row : before) {
    if (row.measure != measure) report->rows.push_back(row);
  }
}

void settle_contradictions(const JsonCursor& measurements, PreviewInput* input,
                           InteroperabilityReport* report) {
  while (settle_contradiction(measurements, input, report)) {
  }
}

std::optional<std::int32_t> period_days(const JsonCursor& set, PreviewInput* input) {
  const std::int32_t year = input->score.rules->year_rules->year().value();
  const auto first =
      date_of(set, "performanceStart", LocalDate::from_civil(year, 1, 1).value(), input);
  const auto last =
      date_of(set, "performanceEnd",
              LocalDate::from_civil(year, kLastMonth, kLastDayOfDecember).value(), input);
  if (!first || !last) return std::nullopt;
  if (*last < *first) {
    input->findings.add(FindingCode::SET_PERIOD_REVERSED, set);
    return std::nullopt;
  }
  return last->days() - first->days() + 1;
}

void read_interoperability_row(const JsonCursor& measurement, PreviewInput* input,
                               InteroperabilityReport* report) {
  const ValueReader read(&input->findings, Document::kSubmission);
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  if (!read.object(measurement)) return;
  const auto id = read.required(measurement, "measureId");
  const auto word = id ? read.word(*id) : std::nullopt;
  if (!word) return;
  const auto* measure = year.find_interoperability_measure(*word);
  if (measure == nullptr) {
    input->findings.add(
        FindingCode::MEASUREMENT_OF_UNKNOWN_MEASURE, *id,
        {std::to_string(year.year().value()), "promoting-interoperability measure"});
    return;
  }
  for (const InteroperabilityInput& other : report->rows) {
    if (other.measure != measure) continue;
    input->findings.add(FindingCode::MEASUREMENT_REPEATED, *id, {measure->id});
    return;
  }
  const auto value = read.required(measurement, "value");
  const auto row = value ? read_row(*value, *measure, input) : std::nullopt;
  if (!row) return;
  if (report->rows.size() == kInteroperabilityRowsMax) {
    input->findings.add(FindingCode::TOO_MANY_MEASUREMENTS, measurement,
                        {std::to_string(kInteroperabilityRowsMax), "rows"});
    return;
  }
  report->rows.push_back(*row);
}

void read_interoperability_set(const JsonCursor& set, const JsonCursor& measurements,
                               std::size_t size, PreviewInput* input) {
  const ResolvedRules& rules = *input->score.rules;
  InteroperabilityReport report;
  report.reported = true;
  if (const auto cehrt = set.member("cehrtId")) {
    const auto id = ValueReader(&input->findings, Document::kSubmission).word(*cehrt);
    report.has_cehrt_id = id && !id->empty();
  }
  const auto days = period_days(set, input);
  if (!days) return;
  report.period_days = *days;
  for (std::size_t i = 0; i < size; ++i) {
    read_interoperability_row(measurements.item(i), input, &report);
  }
  settle_contradictions(measurements, input, &report);
  InteroperabilityReport& kept = input->score.interoperability;
  if (!kept.reported ||
      score_interoperability(rules, report).percent > score_interoperability(rules, kept).percent) {
    kept = report;
  }
}

}  // namespace qcdr::scoring
