#include "scoring/qpp_submission.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/time.h"
#include "scoring/interoperability.h"
#include "scoring/qpp_quality.h"

namespace qcdr::scoring {
namespace {

constexpr std::size_t kSetsMax = 32;
constexpr std::size_t kMeasurementsMax = 512;
constexpr std::int64_t kCountMax = 1'000'000'000;
constexpr int kFirstYear = 2017;
constexpr int kLastYear = 2099;

// {"data": {"submission": X}}, {"submission": X} or X.
JsonCursor unwrapped(const JsonCursor& document) {
  JsonCursor at = document;
  if (const auto data = at.member("data")) at = *data;
  if (const auto submission = at.member("submission")) {
    // A measurement set names its submission beside its own measurements.
    if (!at.member("measurements")) at = *submission;
  }
  return at;
}

Result<JsonCursor> measurement_id(const JsonCursor& measurement, std::string* id) {
  QCDR_RETURN_IF_ERROR(measurement.expect_object());
  const auto member = measurement.member("measureId");
  if (!member) return measurement.error("\"measureId\" is missing");
  QCDR_ASSIGN_OR_RETURN(*id, member->word());
  const auto value = measurement.member("value");
  if (!value) return measurement.error("\"value\" is missing");
  return *value;
}

Status read_activity(const JsonCursor& measurement, PreviewInput* input) {
  std::string id;
  QCDR_ASSIGN_OR_RETURN(const JsonCursor value, measurement_id(measurement, &id));
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  const rulebook::Activity* activity = year.find_activity(id);
  if (activity == nullptr) {
    return measurement.error(fmt::format("no improvement activity of {}", year.year().value()));
  }
  QCDR_ASSIGN_OR_RETURN(const bool performed, value.boolean());
  auto& activities = input->score.activities;
  if (!performed || std::find(activities.begin(), activities.end(), activity) != activities.end()) {
    input->notes.push_back(
        {"ACTIVITY_NOT_COUNTED", fmt::format("{} is answered with no, or stands twice.", id)});
    return Status::ok();
  }
  if (activities.size() == kActivitiesMax) {
    input->notes.push_back({"ACTIVITY_NOT_COUNTED",
                            fmt::format("More than {} activities add nothing.", kActivitiesMax)});
    return Status::ok();
  }
  activities.push_back(activity);
  return Status::ok();
}

Status read_interoperability_row(const JsonCursor& measurement, const ResolvedRules& rules,
                                 InteroperabilityReport* report) {
  std::string id;
  QCDR_ASSIGN_OR_RETURN(const JsonCursor value, measurement_id(measurement, &id));
  InteroperabilityInput row;
  row.measure = rules.year_rules->find_interoperability_measure(id);
  if (row.measure == nullptr) {
    return measurement.error(fmt::format("no promoting-interoperability measure of {}",
                                         rules.year_rules->year().value()));
  }
  for (const InteroperabilityInput& other : report->rows) {
    if (other.measure == row.measure) return measurement.error(fmt::format("{} stands twice", id));
  }
  if (row.measure->ratio) {
    QCDR_RETURN_IF_ERROR(value.expect_object());
    const auto numerator = value.member("numerator");
    const auto denominator = value.member("denominator");
    if (!numerator || !denominator) {
      return value.error("\"numerator\" and \"denominator\" are expected");
    }
    QCDR_ASSIGN_OR_RETURN(row.numerator, numerator->whole(0, kCountMax));
    QCDR_ASSIGN_OR_RETURN(row.denominator, denominator->whole(0, kCountMax));
    if (row.numerator > row.denominator) {
      return value.error("the numerator is greater than the denominator");
    }
  } else {
    QCDR_ASSIGN_OR_RETURN(row.attested, value.boolean());
  }
  if (report->rows.size() == kInteroperabilityRowsMax) {
    return measurement.error("too many rows");
  }
  report->rows.push_back(row);
  return Status::ok();
}

bool is_claimed(const InteroperabilityInput& row) {
  return row.measure->ratio || row.attested;
}

// A measure beside its own exclusion or beside what stands in for it: CMS refuses such a set.
Status refuse_contradictions(const JsonCursor& set, const InteroperabilityReport& report) {
  const auto has = [&](const std::string& id) {
    return std::any_of(
        report.rows.begin(), report.rows.end(),
        [&](const InteroperabilityInput& row) { return row.measure->id == id && is_claimed(row); });
  };
  for (const InteroperabilityInput& row : report.rows) {
    if (!is_claimed(row)) continue;
    for (const std::vector<std::string>* others :
         {&row.measure->excludes, &row.measure->substitutes}) {
      for (const std::string& id : *others) {
        if (!has(id)) continue;
        return set.error(fmt::format("{} and {} cannot both be reported", row.measure->id, id));
      }
    }
  }
  return Status::ok();
}

// Days from the first to the last, both counted; a set without dates is of the whole year.
Result<std::int32_t> period_days(const JsonCursor& set, PerformanceYear year) {
  const auto date = [&](const char* key, int month, int day) -> Result<LocalDate> {
    const auto member = set.member(key);
    if (!member) return LocalDate::from_civil(year.value(), month, day);
    QCDR_ASSIGN_OR_RETURN(const std::string word, member->word());
    const Result<LocalDate> parsed = LocalDate::parse(word);
    if (!parsed.is_ok() || parsed.value().year() != year.value()) {
      return member->error("a date of the performance year is expected, like 2022-10-03");
    }
    return parsed.value();
  };
  QCDR_ASSIGN_OR_RETURN(const LocalDate first, date("performanceStart", 1, 1));
  QCDR_ASSIGN_OR_RETURN(const LocalDate last, date("performanceEnd", 12, 31));
  if (last < first) return set.error("performanceEnd lies before performanceStart");
  return last.days() - first.days() + 1;
}

Status read_interoperability_set(const JsonCursor& set, const JsonCursor& measurements,
                                 PreviewInput* input) {
  const ResolvedRules& rules = *input->score.rules;
  InteroperabilityReport report;
  report.reported = true;
  const auto cehrt = set.member("cehrtId");
  if (cehrt) {
    QCDR_ASSIGN_OR_RETURN(const std::string id, cehrt->word());
    report.has_cehrt_id = !id.empty();
  }
  QCDR_ASSIGN_OR_RETURN(report.period_days, period_days(set, rules.year_rules->year()));
  for (std::size_t i = 0; i < measurements.value().items.size(); ++i) {
    QCDR_RETURN_IF_ERROR(read_interoperability_row(measurements.item(i), rules, &report));
  }
  QCDR_RETURN_IF_ERROR(refuse_contradictions(set, report));
  // Of several sets CMS takes the one that earns most.
  InteroperabilityReport& kept = input->score.interoperability;
  if (!kept.reported ||
      score_interoperability(rules, report).percent > score_interoperability(rules, kept).percent) {
    kept = report;
  }
  return Status::ok();
}

// An activity takes so many days in a row of the performance year (414.1360); what was done in
// another period earns nothing, and the rest is scored all the same.
bool is_long_enough(const JsonCursor& set, PreviewInput* input) {
  const ResolvedRules& rules = *input->score.rules;
  const Result<std::int32_t> days = period_days(set, rules.year_rules->year());
  if (!days.is_ok()) {
    input->notes.push_back(
        {"ACTIVITIES_NOT_COUNTED",
         "The dates of a set of activities are not of the performance year: none of it counts."});
    return false;
  }
  if (days.value() >= rules.activity_period_days) return true;
  input->notes.push_back({"ACTIVITIES_NOT_COUNTED",
                          fmt::format("A set of activities is of {} days, at least {} are needed: "
                                      "none of it counts.",
                                      days.value(), rules.activity_period_days)});
  return false;
}

Status read_set(const JsonCursor& set, PreviewInput* input) {
  QCDR_RETURN_IF_ERROR(set.expect_object());
  const auto category = set.member("category");
  if (!category) return set.error("\"category\" is missing");
  QCDR_ASSIGN_OR_RETURN(const std::string word, category->word());
  const auto measurements = set.member("measurements");
  if (!measurements) return set.error("\"measurements\" is missing");
  QCDR_RETURN_IF_ERROR(measurements->expect_list(kMeasurementsMax));
  const std::size_t size = measurements->value().items.size();
  if (word == "quality") {
    QCDR_ASSIGN_OR_RETURN(const CollectionType collection, read_collection(set));
    for (std::size_t i = 0; i < size; ++i) {
      QCDR_RETURN_IF_ERROR(read_quality_measurement(measurements->item(i), collection, input));
    }
    return Status::ok();
  }
  if (word == "ia") {
    if (!is_long_enough(set, input)) return Status::ok();
    for (std::size_t i = 0; i < size; ++i) {
      QCDR_RETURN_IF_ERROR(read_activity(measurements->item(i), input));
    }
    return Status::ok();
  }
  if (word == "pi" || word == "aci") return read_interoperability_set(set, *measurements, input);
  return category->error("quality, ia or pi is expected; cost comes with the profile");
}

Status read_entity_type(const JsonCursor& submission, PreviewInput* input) {
  const auto type = submission.member("entityType");
  if (!type) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(const std::string word, type->word());
  if (word == "individual") return Status::ok();
  input->score.profile.group = true;
  input->score.profile.apm_entity = word == "apm";
  input->score.profile.virtual_group = word == "virtualGroup";
  if (word == "group" || word == "virtualGroup" || word == "apm") return Status::ok();
  return type->error("individual, group, virtualGroup or apm is expected");
}

}  // namespace

Result<PerformanceYear> submission_year(const JsonCursor& document) {
  QCDR_RETURN_IF_ERROR(document.expect_object());
  const JsonCursor submission = unwrapped(document);
  QCDR_RETURN_IF_ERROR(submission.expect_object());
  const auto year = submission.member("performanceYear");
  if (!year) return submission.error("\"performanceYear\" is missing");
  QCDR_ASSIGN_OR_RETURN(const std::int64_t value, year->whole(kFirstYear, kLastYear));
  return PerformanceYear(static_cast<std::int32_t>(value));
}

Status read_submission(const JsonCursor& document, const ResolvedRules& rules,
                       PreviewInput* input) {
  input->score.rules = &rules;
  const JsonCursor submission = unwrapped(document);
  QCDR_RETURN_IF_ERROR(read_entity_type(submission, input));
  const auto sets = submission.member("measurementSets");
  if (!sets) return Status::ok();
  QCDR_RETURN_IF_ERROR(sets->expect_list(kSetsMax));
  for (std::size_t i = 0; i < sets->value().items.size(); ++i) {
    QCDR_RETURN_IF_ERROR(read_set(sets->item(i), input));
  }
  return Status::ok();
}

}  // namespace qcdr::scoring
