// The preview of a projected final score, in the parts in which CMS shows one: categories and
// weights, points for complex patients, measures, activities. Never a payment adjustment, for
// nobody. Of a group whose score pays a clinician he is shown total, categories and rates, and no
// counts. Thread-safety: free functions.
#pragma once

#include <string>

#include "cli/asked_row.h"

namespace qcdr {

// What a user acknowledges once a year.
std::string_view preview_disclaimer();

struct PreviewFacts {
  std::string user;                     // empty: the registry
  std::optional<Instant> acknowledged;  // by the user
  ledger::OptInElection election;
};
std::string final_score_preview_text(AskedRow& asked, const PreviewFacts& facts);
std::string final_score_preview_json(AskedRow& asked, const PreviewFacts& facts);

// "elected: opt in, waits for the second confirmation", ...
std::string election_words(const ledger::OptInElection& election);
// "none", "waitsForConfirmation", "final".
std::string_view election_state(const ledger::OptInElection& election);

}  // namespace qcdr
