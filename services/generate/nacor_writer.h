// Generated cases as NACOR anesthesia XML of the form of 2022, with the sections it requires.
//
// Text is appended to a string that the caller empties as it likes; nothing is kept.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "generate/case_generator.h"
#include "generate/schedule.h"

namespace qcdr::generate {

void append_nacor_header(const CaseGenerator& generator, std::uint32_t practice,
                         const LocalInstant& created, std::string* xml);
void append_nacor_case(const CaseGenerator& generator, const GeneratedCase& made, std::string* xml);
void append_nacor_footer(std::string* xml);

}  // namespace qcdr::generate
