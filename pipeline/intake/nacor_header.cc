#include "intake/nacor_header.h"

#include <algorithm>

#include "core/assert.h"
#include "core/time.h"
#include "intake/nacor_values.h"

namespace qcdr::intake {
namespace {

constexpr std::size_t kLocalTimeLength = 19;  // 2023-01-12T03:15:00
constexpr std::int64_t kSecondsPerDay = 86'400;

// Programs that write the file often add the offset of their zone; CreateDate is only compared
// with that of other files of the same program, so the local part is enough.
std::string_view without_offset(std::string_view text) {
  const std::size_t at = text.find_first_of("Z+-", kLocalTimeLength);
  return text.substr(0, at);
}

std::optional<std::int64_t> read_created(std::string_view text) {
  const Result<LocalDateTime> time = LocalDateTime::parse(without_offset(text));
  if (!time.is_ok()) return std::nullopt;
  return std::int64_t{time.value().date.days()} * kSecondsPerDay + time.value().second_of_day;
}

// Those of the year, or, when none of it is taken, of any.
std::string versions_to_send(PerformanceYear year, std::optional<Instant> received_at) {
  const auto all = nacor_versions();
  const bool any = std::any_of(all.begin(), all.end(), [&](const NacorVersion& each) {
    return each.year == year && each.is_taken_at(received_at);
  });
  return accepted_versions(any ? std::optional(year) : std::nullopt, received_at);
}

}  // namespace

PerformanceYear NacorHeader::year() const {
  QCDR_ASSERT(!versions_.empty());
  return versions_.front()->year;
}

bool NacorHeader::is_of(PerformanceYear year) const {
  return std::any_of(versions_.begin(), versions_.end(),
                     [year](const NacorVersion* version) { return version->year == year; });
}

std::optional<HeaderComplaint> NacorHeader::set(Field field, std::string_view text,
                                                const Place& place) {
  if (field == Field::kPracticeId) {
    practice_ = practice_number(text);
    practice_place_ = place;
    if (practice_.has_value()) return std::nullopt;
    return HeaderComplaint{{FindingCode::HEADER_VALUE_FORM, {"PracticeID", "three to five digits"}},
                           place,
                           "PracticeID"};
  }
  if (field == Field::kCreateDate) {
    created_ = read_created(text);
    if (created_.has_value()) return std::nullopt;
    return HeaderComplaint{
        {FindingCode::HEADER_VALUE_FORM, {"CreateDate", "date and time like 2023-01-12T03:15:00"}},
        place,
        "CreateDate"};
  }
  QCDR_ASSERT(field == Field::kVersion);
  versions_ = find_versions(text);
  version_place_ = place;
  if (!versions_.empty()) return std::nullopt;
  return HeaderComplaint{
      {FindingCode::VERSION_UNKNOWN, {accepted_versions(std::nullopt, std::nullopt)}},
      place,
      "AQIXMLVersion"};
}

bool NacorHeader::complete() const {
  return practice_.has_value() && created_.has_value() && !versions_.empty();
}

std::string NacorHeader::missing() const {
  std::string text;
  const auto add = [&](bool there, std::string_view name) {
    if (there) return;
    if (!text.empty()) text += ", ";
    text += name;
  };
  add(practice_.has_value(), "PracticeID");
  add(created_.has_value(), "CreateDate");
  add(!versions_.empty(), "AQIXMLVersion");
  return text;
}

std::optional<HeaderComplaint> NacorHeader::judge(PracticeId practice, PerformanceYear year,
                                                  std::optional<Instant> received_at) const {
  QCDR_ASSERT(complete());
  if (*practice_ != practice) {
    return HeaderComplaint{
        {FindingCode::PRACTICE_MISMATCH, {"PracticeID"}}, practice_place_, "PracticeID"};
  }
  const auto is_of_year = [year](const NacorVersion* each) { return each->year == year; };
  const auto is_taken = [received_at](const NacorVersion* each) {
    return each->is_taken_at(received_at);
  };
  const auto version = std::find_if(versions_.begin(), versions_.end(), is_of_year);
  // A form that is not taken any more, of whatever year.
  if (std::none_of(versions_.begin(), versions_.end(), is_taken) ||
      (version != versions_.end() && !is_taken(*version))) {
    return HeaderComplaint{
        {FindingCode::VERSION_CLOSED,
         {std::string(versions_.front()->name), versions_to_send(year, received_at)}},
        version_place_,
        "AQIXMLVersion"};
  }
  if (version == versions_.end()) {
    return HeaderComplaint{
        {FindingCode::YEAR_MISMATCH, {"AQIXMLVersion"}}, version_place_, "AQIXMLVersion"};
  }
  return std::nullopt;
}

}  // namespace qcdr::intake
