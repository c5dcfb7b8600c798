// Values of forms as text, checked one by one: what is wrong with each, in words that help.
//
// `name` is the column or member that a finding names. On a complaint the result is left alone.
// Thread-safety: free functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/identifiers.h"
#include "intake/findings.h"
#include "intake/record_table.h"

namespace qcdr::intake {

using Wrong = std::optional<Complaint>;

// "2022-11-08" as days since 1970-01-01. What spreadsheets make of dates has its own finding.
Wrong read_date(std::string_view text, std::string_view name, std::int32_t* days);
// An instant with its offset as milliseconds; with `or_date` a date alone means its first moment
// in the registry's zone.
Wrong read_instant(std::string_view text, std::string_view name, bool or_date,
                   std::int64_t* milliseconds);
// What is wrong with a time that cannot be read: what a spreadsheet made of it, with an example of
// the form, or what is wanted.
Complaint time_complaint(std::string_view text, std::string_view name, std::string_view example,
                         std::string_view wanted);
// A whole number; `at_most` 0: up to 999,999,999.
Wrong read_count(std::string_view text, std::string_view name, std::uint32_t at_most,
                 std::uint32_t* count);
// A decimal number with at most four places, in ten-thousandths; `at_most` in whole units, 0: none.
Wrong read_ten_thousandths(std::string_view text, std::string_view name, std::uint32_t at_most,
                           std::int64_t* value);
Wrong read_yes_no(std::string_view text, std::string_view name, bool* value);
// Capitals, '-' and '_' do not count.
Wrong read_choice(std::string_view text, std::string_view name, std::span<const Choice> choices,
                  const Choice** choice);
// 64 hexadecimal digits as 32 bytes.
Wrong read_hash(std::string_view text, std::string_view name, std::string* bytes);
// At most `at_most` bytes; 0: kMaxNameBytes.
Wrong check_text(std::string_view text, std::string_view name, std::uint32_t at_most);
// "NO_CASES" or "QCDR-REC-0013" as the permanent code.
Wrong read_finding_code(std::string_view text, std::string_view name, std::uint32_t* code);
Wrong read_npi(std::string_view text, std::string_view name, bool test_mode, Npi* npi);
// A TIN as check_tin_text() and read_csv_tin() see it. *repaired is told beside it.
Wrong read_tin(std::string_view text, std::string_view name, bool quoted, bool test_mode,
               std::string* tin, std::optional<FindingCode>* repaired);

// "GRANT, REVOKE".
std::string choice_list(std::span<const Choice> choices);

}  // namespace qcdr::intake
