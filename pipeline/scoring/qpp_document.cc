#include "scoring/qpp_document.h"

#include <algorithm>

namespace qcdr::scoring {
namespace {

constexpr std::size_t kSetsMax = 32;
constexpr std::int64_t kYearMost = 9999;

bool is_object(const JsonCursor& at) {
  return at.value().kind == JsonValue::Kind::kObject;
}

bool is_placeholder(std::string_view word) {
  return word.starts_with('<') && word.find('>') != std::string_view::npos;
}

void add_sets(const JsonCursor& list, QppDocument* parts, PreviewFindings* findings) {
  const ValueReader read(findings, ValueReader::Document::kSubmission);
  if (!read.list(list)) return;
  const std::size_t size = list.value().items.size();
  if (size > kSetsMax) {
    findings->add(FindingCode::TOO_MANY_SETS, list, {std::to_string(kSetsMax)});
  }
  for (std::size_t i = 0; i < std::min(size, kSetsMax); ++i) {
    if (read.object(list.item(i))) parts->sets.push_back(list.item(i));
  }
}

// A submission, with or without sets.
void take_submission(const JsonCursor& at, QppDocument* parts, PreviewFindings* findings) {
  parts->submission = at;
  if (const auto sets = at.member("measurementSets")) add_sets(*sets, parts, findings);
}

void take_set(const JsonCursor& at, QppDocument* parts) {
  parts->sets.push_back(at);
  const auto submission = at.member("submission");
  parts->submission = submission && is_object(*submission) ? *submission : at;
}

// False: nothing of it is here.
bool take_parts(const JsonCursor& at, QppDocument* parts, PreviewFindings* findings) {
  if (at.member("measurementSets")) {
    take_submission(at, parts, findings);
  } else if (at.member("measurements")) {
    take_set(at, parts);
  } else if (at.member("measureId")) {
    parts->measurement = at;
    parts->submission = at;
  } else if (at.member("performanceYear") || at.member("entityType")) {
    take_submission(at, parts, findings);
  } else {
    return false;
  }
  return true;
}

std::optional<PerformanceYear> year_of_dates(const QppDocument& document) {
  std::vector<JsonCursor> dated = document.sets;
  if (document.measurement) dated.push_back(*document.measurement);
  for (const JsonCursor& at : dated) {
    const auto start = at.member("performanceStart");
    if (!start || !start->word().is_ok()) continue;
    const Result<LocalDate> date = LocalDate::parse(start->word().value());
    if (date.is_ok()) return PerformanceYear(date.value().year());
  }
  return std::nullopt;
}

std::optional<PerformanceYear> scored(std::int64_t year, const JsonCursor& at,
                                      const ScoredYears& years, PreviewFindings* findings) {
  if (year >= years.first.value() && year <= years.last.value()) {
    return PerformanceYear(static_cast<std::int32_t>(year));
  }
  findings->add(FindingCode::PERFORMANCE_YEAR_OUTSIDE, at,
                {std::to_string(years.first.value()), std::to_string(years.last.value())});
  return std::nullopt;
}

std::optional<PerformanceYear> year_taken(const QppDocument& document, const JsonCursor& at,
                                          const ScoredYears& years, PreviewFindings* findings) {
  const auto dated = year_of_dates(document);
  const PerformanceYear year = dated.value_or(years.newest_that_fits);
  const auto taken = scored(year.value(), at, years, findings);
  if (taken) {
    findings->add(FindingCode::PERFORMANCE_YEAR_TAKEN, at,
                  {std::to_string(year.value()),
                   dated ? "that of performanceStart" : "the newest that has its measures"});
  }
  return taken;
}

}  // namespace

std::optional<QppDocument> find_parts(const JsonCursor& document, PreviewFindings* findings) {
  QppDocument parts;
  JsonCursor at = document;
  if (const auto data = at.member("data"); data && is_object(*data)) at = *data;
  if (take_parts(at, &parts, findings)) return parts;
  for (const char* wrapper : {"submission", "measurementSet", "measurement"}) {
    const auto inner = at.member(wrapper);
    if (inner && is_object(*inner) && take_parts(*inner, &parts, findings)) return parts;
  }
  findings->add(FindingCode::SUBMISSION_NOT_THERE, document);
  return std::nullopt;
}

std::vector<std::string> measure_ids(const QppDocument& document) {
  std::vector<std::string> ids;
  const auto add = [&](const JsonCursor& measurement) {
    const auto id = measurement.member("measureId");
    if (id && id->word().is_ok()) ids.push_back(id->value().text);
  };
  if (document.measurement) add(*document.measurement);
  for (const JsonCursor& set : document.sets) {
    const auto measurements = set.member("measurements");
    if (!measurements) continue;
    for (std::size_t i = 0; i < measurements->value().items.size(); ++i) add(measurements->item(i));
  }
  return ids;
}

std::optional<PerformanceYear> find_year(const QppDocument& document, const ScoredYears& years,
                                         PreviewFindings* findings) {
  const JsonCursor& submission = *document.submission;
  const auto at = submission.member("performanceYear");
  if (!at) return year_taken(document, submission, years, findings);
  if (at->value().kind == JsonValue::Kind::kText) {
    const std::string& word = at->value().text;
    if (is_placeholder(word)) return year_taken(document, *at, years, findings);
    const bool digits = word.size() == 4 && std::all_of(word.begin(), word.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        });
    const auto year = scored(digits ? std::stoi(word) : 0, *at, years, findings);
    if (year) {
      findings->add(FindingCode::PERFORMANCE_YEAR_FORM, *at, {std::to_string(year->value())});
    }
    return year;
  }
  const Result<std::int64_t> number = at->whole(0, kYearMost);
  return scored(number.is_ok() ? number.value() : 0, *at, years, findings);
}

Result<LocalDate> read_date(const std::string& word, PerformanceYear year) {
  if (!is_placeholder(word)) return LocalDate::parse(word);
  return LocalDate::parse(std::to_string(year.value()) + word.substr(word.find('>') + 1));
}

}  // namespace qcdr::scoring
