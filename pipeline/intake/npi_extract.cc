#include "intake/npi_extract.h"

#include <charconv>

namespace qcdr::intake {
namespace {

constexpr std::array<std::string_view, 7> kNames = {
    "NPI",
    "Entity Type Code",
    "Provider Last Name (Legal Name)",
    "Provider First Name",
    "Provider Other Last Name",
    "NPI Deactivation Date",
    "NPI Reactivation Date",
};
constexpr std::string_view kOrganization = "2";
constexpr std::uint64_t kRowsMax = 50'000'000;  // several times what the register has

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// MM/DD/YYYY as CMS writes it; none for anything else.
std::optional<LocalDate> read_date(std::string_view text) {
  constexpr std::size_t kMonthEnd = 2;
  constexpr std::size_t kDayEnd = 5;
  constexpr std::size_t kLength = 10;
  if (text.size() != kLength || text[kMonthEnd] != '/' || text[kDayEnd] != '/') return std::nullopt;
  const auto month = number(text.substr(0, kMonthEnd));
  const auto day = number(text.substr(kMonthEnd + 1, kDayEnd - kMonthEnd - 1));
  const auto year = number(text.substr(kDayEnd + 1));
  if (!month || !day || !year) return std::nullopt;
  const auto date = LocalDate::from_civil(*year, *month, *day);
  if (!date.is_ok() || date.value().days() <= 0) return std::nullopt;
  return date.value();
}

}  // namespace

std::string_view NpiExtract::field(const CsvRow& row, Column column) const {
  const std::size_t place = places_[column];
  return place < row.fields.size() ? row.fields[place].value : std::string_view();
}

Status NpiExtract::read_header(const CsvRow& row) {
  static_assert(kNames.size() == kColumns);
  header_seen_ = true;
  for (std::size_t column = 0; column < kColumns; ++column) {
    std::size_t place = 0;
    while (place < row.fields.size() && row.fields[place].value != kNames[column]) ++place;
    if (place == row.fields.size()) {
      return Status(ErrorCode::kInvalidArgument,
                    "this is no file of the NPI register: column \"" + std::string(kNames[column]) +
                        "\" is missing among the first " + std::to_string(row.fields.size()));
    }
    places_[column] = place;
  }
  return Status::ok();
}

Status NpiExtract::csv_row(const CsvRow& row) {
  if (!header_seen_) return read_header(row);
  if (++rows_ > kRowsMax) {
    return Status(ErrorCode::kLimitExceeded,
                  "the file has more than " + std::to_string(kRowsMax) + " rows");
  }
  NpiEntry entry;
  const std::string_view deactivated = field(row, kDeactivated);
  const std::string_view reactivated = field(row, kReactivated);
  const auto gone = read_date(deactivated);
  const auto back = read_date(reactivated);
  const bool dates_read = (deactivated.empty() || gone) && (reactivated.empty() || back);
  if (check_npi(field(row, kNpi), &entry.npi) != NpiVerdict::kValid) {
    ++passed_over_;
    return Status::ok();
  }
  if (!dates_read || !row.faults.empty()) {  // issued it was; no more is known of it
    ++passed_over_;
    writer_.add_issued(entry.npi);
    return Status::ok();
  }
  entry.organization = field(row, kEntityType) == kOrganization;
  entry.deactivated = gone.value_or(LocalDate());
  entry.reactivated = back.value_or(LocalDate());
  entry.last_name = field(row, kLastName);
  entry.first_name = field(row, kFirstName);
  entry.other_last_name = field(row, kOtherLastName);
  writer_.add(std::move(entry));
  return Status::ok();
}

Status NpiExtract::finish() {
  std::optional<Place> unterminated;
  QCDR_RETURN_IF_ERROR(reader_.finish(&unterminated));
  if (unterminated) {
    return Status(ErrorCode::kInvalidArgument,
                  "the file is cut off: the quoted field that opens in line " +
                      std::to_string(unterminated->line) + " does not end");
  }
  if (!header_seen_) {
    return Status(ErrorCode::kInvalidArgument, "this is no file of the NPI register: it is empty");
  }
  return Status::ok();
}

}  // namespace qcdr::intake
