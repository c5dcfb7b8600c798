// What spreadsheets make of dates and times when a sheet is saved, told apart so that a finding can
// say what stands there.
// Thread-safety: free functions.
#pragma once

#include <optional>
#include <string_view>

namespace qcdr::intake {

// "####": what is saved of a number or a date whose column is too narrow to show it.
bool is_too_narrow(std::string_view text);
// "a serial number of days"; none: no form of a spreadsheet. For a column of dates.
std::optional<std::string_view> spreadsheet_date(std::string_view text);
// The same for a column of dates with a time of day.
std::optional<std::string_view> spreadsheet_time(std::string_view text);

}  // namespace qcdr::intake
