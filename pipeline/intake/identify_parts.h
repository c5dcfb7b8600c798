// The parts of identify(), by format. Each returns why the bytes are not what they seem to be.
// Thread-safety: free functions.
#pragma once

#include <optional>
#include <string_view>

#include "intake/findings.h"
#include "intake/identify.h"
#include "intake/unpacker.h"

namespace qcdr::intake {

std::optional<v1::Verdict> identify_xml(std::string_view bytes, Identified* result);
std::optional<v1::Verdict> identify_csv(std::string_view bytes, Identified* result);
// Of what names no practice, *result has the sender's, or 0.
std::optional<v1::Verdict> identify_json(std::string_view bytes, Identified* result);
std::optional<v1::Verdict> identify_archive(ArchiveType type, std::string_view bytes,
                                            Identified* result);

// Practice and year as they stand in a file. `where` names the place in words: "the first row".
std::optional<v1::Verdict> take_practice_and_year(std::string_view practice, std::string_view year,
                                                  const Place& place,
                                                  std::string_view practice_name,
                                                  std::string_view year_name,
                                                  std::string_view where, Identified* result);

}  // namespace qcdr::intake
