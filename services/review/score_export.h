// CMS's score as its JSON has it, read as feedback: the tree of the scoring service and of exports
// made from it, "total" with its parts.
//
// Every category node has weighted points and, in "weight" or in the words of "detail" ("weight of
// 60%"), its weight; percent = points / weight. Nodes below a category that have metadata are
// measures or activities, by name. Other nodes are passed over. What decides nothing here (titles,
// messages, deciles) is not read. Limits: those of scoring/json_document.h, 200 measures.
// Thread-safety: pure function. Errors: kInvalidArgument with a JSON pointer, kLimitExceeded.
#pragma once

#include <string_view>

#include "ledger/after_cms.h"

namespace qcdr::review {

inline constexpr std::size_t kExportMeasuresMax = 200;

// Score, bonus, categories and measures are set, and nothing else.
Result<ledger::SharedFeedback> read_score_export(std::string_view json);

}  // namespace qcdr::review
