// What a practice shared of CMS's answer about somebody: every version with stage, date of release,
// purpose, and whether it was taken back. Of one that was taken back nothing else is shown.
// Thread-safety: free functions.
#pragma once

#include <string>

#include "cli/asked_row.h"
#include "cli/json_writer.h"

namespace qcdr {

std::string shared_feedback_text(const AskedRow& asked);
std::string shared_feedback_json(const AskedRow& asked);
// One version as an object.
void write_feedback(const ledger::SharedFeedback& feedback, bool counts, JsonWriter* json);

}  // namespace qcdr
