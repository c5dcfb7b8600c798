// What would go to CMS now, as a dry run: one document for each TIN that reports as a group and
// each pair that reports individually, in the form of the QPP submissions API, or the reasons why
// there is none. A category whose data stay here is left out, with the reason. TINs are masked and
// NPIs left out: it is for looking, and nothing is sent. Thread-safety: free functions.
#pragma once

#include <string>

#include "cli/first_screen.h"

namespace qcdr {

std::string submission_preview_json(const FirstScreen& screen);
std::string submission_preview_text(const FirstScreen& screen);

}  // namespace qcdr
