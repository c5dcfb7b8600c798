// What stands behind a finding: for docs/findings.md and `qcdr findings explain`.
//
// finding_explanations.def holds the texts, beside the registry finding_codes.def, so that a text
// can improve without everything that knows a code being built again.
// Thread-safety: free functions over constant tables, safe from any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/finding_codes.h"

namespace qcdr {

struct FindingExplanation {
  FindingCode code;
  std::string_view why;      // when it is told
  std::string_view example;  // what leads to it
};

// Null when there is none, which a test forbids.
const FindingExplanation* explain_finding(FindingCode code);

// "Roster files, and cases that name clinicians": what findings of a family come from.
std::string_view family_source(FindingFamily family);

// "docs/findings.md#qcdr-ros-0007".
std::string finding_document_link(std::uint32_t code);

// The finding as a page of text: title, meaning, remedy, cause, example.
std::string finding_page(const FindingDescription& finding);
// The same as a section of docs/findings.md.
std::string finding_section(const FindingDescription& finding);

}  // namespace qcdr
