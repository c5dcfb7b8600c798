#include "scoring/qpp_submission.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "scoring/qpp_activities.h"
#include "scoring/qpp_interoperability.h"
#include "scoring/qpp_quality.h"

namespace qcdr::scoring {
namespace {

using Document = ValueReader::Document;

constexpr std::size_t kMeasurementsMax = 512;
constexpr std::string_view kQuality = "quality";
constexpr std::string_view kActivities = "ia";
constexpr std::string_view kInteroperability = "pi";

ValueReader reader(PreviewInput* input) {
  return ValueReader(&input->findings, Document::kSubmission);
}

std::string year_of(const PreviewInput& input) {
  return std::to_string(input.score.rules->year_rules->year().value());
}

// Quality is of the calendar year (414.1320), whatever a set says; CMS's own engine scores it.
void check_quality_period(const JsonCursor& set, PreviewInput* input) {
  const PerformanceYear year = input->score.rules->year_rules->year();
  for (const char* key : {"performanceStart", "performanceEnd"}) {
    const auto member = set.member(key);
    if (!member) continue;
    const Result<std::string> word = member->word();
    const Result<LocalDate> date =
        word.is_ok() ? read_date(word.value(), year) : Result<LocalDate>(word.status());
    if (date.is_ok() && date.value().year() == year.value()) continue;
    input->findings.add(FindingCode::QUALITY_PERIOD_NOT_OF_YEAR, *member, {year_of(*input)});
    return;
  }
  const auto first = set.member("performanceStart");
  const auto last = set.member("performanceEnd");
  if (first && last &&
      read_date(last->value().text, year).value() < read_date(first->value().text, year).value()) {
    input->findings.add(FindingCode::QUALITY_PERIOD_NOT_OF_YEAR, *last, {year_of(*input)});
  }
}

// What the first measurement of a set is of: the body of a PATCH does not say it otherwise.
std::optional<std::string> category_of_first(const JsonCursor& measurements) {
  if (measurements.value().kind != JsonValue::Kind::kList || measurements.value().items.empty()) {
    return std::nullopt;
  }
  const auto id = measurements.item(0).member("measureId");
  if (!id || !id->word().is_ok()) return std::nullopt;
  return std::string(category_of_measure(id->value().text));
}

// "quality", "ia" or "pi"; nothing, and a finding, for anything else.
std::optional<std::string> read_category(const JsonCursor& set, const JsonCursor& measurements,
                                         PreviewInput* input) {
  const auto category = set.member("category");
  if (!category) {
    auto taken = category_of_first(measurements);
    if (taken) {
      input->findings.add(FindingCode::CATEGORY_TAKEN, set, {*taken});
    } else {
      input->findings.add(FindingCode::MEMBER_MISSING, set, {"category"});
    }
    return taken;
  }
  auto word = reader(input).word(*category);
  if (!word) return std::nullopt;
  if (*word == "aci") return std::string(kInteroperability);
  if (*word == kQuality || *word == kActivities || *word == kInteroperability) return word;
  input->findings.add(FindingCode::CATEGORY_UNKNOWN, *category);
  return std::nullopt;
}

// True: the rulebook has measures of the category.
bool has_measures(const std::string& category, const JsonCursor& set, PreviewInput* input) {
  const rulebook::YearRules& year = *input->score.rules->year_rules;
  const bool quality = category == kQuality;
  const bool activities = category == kActivities;
  const bool known = quality      ? !year.measures().empty()
                     : activities ? !year.activities().empty()
                                  : !year.interoperability_measures().empty();
  if (known) return true;
  input->findings.add(FindingCode::YEAR_WITHOUT_MEASURES, set,
                      {quality      ? "quality measures"
                       : activities ? "improvement activities"
                                    : "promoting-interoperability measures",
                       year_of(*input)});
  return false;
}

void read_quality_set(const JsonCursor& set, const JsonCursor& measurements, std::size_t size,
                      PreviewInput* input) {
  const auto collection = read_collection(set, input);
  if (!collection) return;
  check_quality_period(set, input);
  for (std::size_t i = 0; i < size; ++i) {
    read_quality_measurement(measurements.item(i), *collection, input);
  }
}

// The category of the set, when it could be read so far.
std::optional<std::string> read_set(const JsonCursor& set, PreviewInput* input) {
  const ValueReader read = reader(input);
  const auto measurements = read.required(set, "measurements");
  if (!measurements || !read.list(*measurements)) return std::nullopt;
  auto category = read_category(set, *measurements, input);
  if (!category || !has_measures(*category, set, input)) return category;
  const std::size_t size = measurements->value().items.size();
  if (size > kMeasurementsMax) {
    input->findings.add(FindingCode::TOO_MANY_MEASUREMENTS, *measurements,
                        {std::to_string(kMeasurementsMax), "measurements in a set"});
  }
  const std::size_t read_of_them = std::min(size, kMeasurementsMax);
  if (*category == kQuality) {
    read_quality_set(set, *measurements, read_of_them, input);
  } else if (*category == kInteroperability) {
    read_interoperability_set(set, *measurements, read_of_them, input);
  } else if (is_long_enough(set, input)) {
    std::set<const rulebook::Activity*> seen;
    for (std::size_t i = 0; i < read_of_them; ++i) {
      read_activity(measurements->item(i), &seen, input);
    }
  }
  return category;
}

void read_alone(const JsonCursor& measurement, PreviewInput* input) {
  const Result<std::string> id = measurement.member("measureId")->word();
  const std::string category(category_of_measure(id.is_ok() ? id.value() : ""));
  if (!has_measures(category, measurement, input)) return;
  if (category == kQuality) {
    read_quality_measurement(measurement, CollectionType::kRegistry, input);
  } else if (category == kInteroperability) {
    input->score.interoperability.reported = true;
    read_interoperability_row(measurement, input, &input->score.interoperability);
  } else {
    std::set<const rulebook::Activity*> seen;
    read_activity(measurement, &seen, input);
  }
}

void read_entity_type(const JsonCursor& submission, PreviewInput* input) {
  static constexpr std::string_view kTypes = "individual, group, virtualGroup, subgroup, apm";
  const auto type = submission.member("entityType");
  if (!type) return;
  const Result<std::string> read = type->word();
  const std::string word = read.is_ok() ? read.value() : "";
  if (word == "individual") return;
  if (word != "group" && word != "virtualGroup" && word != "subgroup" && word != "apm") {
    input->findings.add(FindingCode::ENTITY_TYPE_UNKNOWN, *type, {std::string(kTypes)});
    return;
  }
  input->score.profile.group = true;
  input->score.profile.apm_entity = word == "apm";
  input->score.profile.virtual_group = word == "virtualGroup";
  input->score.profile.subgroup = word == "subgroup";
  const ResolvedRules& rules = *input->score.rules;
  const bool offered = (word != "virtualGroup" || rules.virtual_groups_offered) &&
                       (word != "subgroup" || rules.subgroups_offered);
  if (offered) return;
  input->findings.add(FindingCode::ENTITY_TYPE_NOT_OFFERED, *type, {year_of(*input), word});
  input->score.profile.virtual_group = input->score.profile.subgroup = false;
}

std::string text_of(const JsonCursor& at, const char* key) {
  const auto member = at.member(key);
  return member && member->word().is_ok() ? member->value().text : "";
}

}  // namespace

std::string_view category_of_measure(std::string_view measure_id) {
  if (measure_id.starts_with("IA_")) return kActivities;
  if (measure_id.starts_with("PI_") || measure_id.starts_with("ACI_")) return kInteroperability;
  return kQuality;
}

void read_submission(const QppDocument& document, const ResolvedRules& rules, PreviewInput* input) {
  input->score.rules = &rules;
  if (document.submission) read_entity_type(*document.submission, input);
  if (document.measurement) read_alone(*document.measurement, input);
  std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
  for (const JsonCursor& set : document.sets) {
    const auto category = read_set(set, input);
    if (!category) continue;
    // CMS tells sets apart by these, and one submitter's from another's.
    const bool first = seen.emplace(*category, text_of(set, "submissionMethod"),
                                    text_of(set, "programName"), text_of(set, "submitterId"))
                           .second;
    if (!first) input->findings.add(FindingCode::SET_REPEATED, set);
  }
}

}  // namespace qcdr::scoring
