// Checks of TINs and NPIs as they stand in a file: form only, no state.
//
// Test identifiers of CMS (TIN 000xxxxxx, NPI with a leading 0, 9876543210) pass in test mode only.
// Thread-safety: free functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/finding_codes.h"
#include "core/identifiers.h"

namespace qcdr::intake {

// What is wrong with a TIN, or nothing: TIN_FORMAT, TIN_TEST_NOT_ALLOWED.
std::optional<FindingCode> check_tin_text(std::string_view text, bool test_mode);
// What is wrong with an NPI, or nothing, and then *npi is set: NPI_FORMAT, NPI_CHECK_DIGIT.
std::optional<FindingCode> check_npi_text(std::string_view text, bool test_mode, Npi* npi);

bool is_test_tin(std::string_view tin);
// The first two digits are not given out as an employer's: it may be a person's number. Test TINs
// are not judged.
bool has_unusual_prefix(std::string_view tin);

// A TIN as people and spreadsheets write it in a CSV file.
struct TinReading {
  std::string tin;                      // nine digits when nothing is wrong
  std::optional<FindingCode> repaired;  // TIN_ZEROS_RESTORED or TIN_HYPHEN_REMOVED
};
// Accepts the employer form 12-3456789, and seven or eight digits of an unquoted field, which is
// what a spreadsheet leaves of a TIN with leading zeros. Anything else comes back as it is.
TinReading read_csv_tin(std::string_view text, bool quoted);

}  // namespace qcdr::intake
