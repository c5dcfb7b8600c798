#include "intake/nacor_header.h"

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

}  // namespace

PerformanceYear NacorHeader::year() const {
  QCDR_ASSERT(version_ != nullptr);
  return version_->year;
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
  version_ = find_version(text);
  version_place_ = place;
  if (version_ != nullptr) return std::nullopt;
  return HeaderComplaint{
      {FindingCode::VERSION_UNKNOWN, {accepted_versions(std::nullopt)}}, place, "AQIXMLVersion"};
}

bool NacorHeader::complete() const {
  return practice_.has_value() && created_.has_value() && version_ != nullptr;
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
  add(version_ != nullptr, "AQIXMLVersion");
  return text;
}

std::optional<HeaderComplaint> NacorHeader::judge(PracticeId practice, PerformanceYear year) const {
  QCDR_ASSERT(complete());
  if (*practice_ != practice) {
    return HeaderComplaint{
        {FindingCode::PRACTICE_MISMATCH, {"PracticeID"}}, practice_place_, "PracticeID"};
  }
  if (!version_->accepted) {
    return HeaderComplaint{{FindingCode::VERSION_CLOSED,
                            {std::string(version_->name), accepted_versions(std::nullopt)}},
                           version_place_,
                           "AQIXMLVersion"};
  }
  if (version_->year != year) {
    return HeaderComplaint{
        {FindingCode::YEAR_MISMATCH, {"AQIXMLVersion"}}, version_place_, "AQIXMLVersion"};
  }
  return std::nullopt;
}

}  // namespace qcdr::intake
