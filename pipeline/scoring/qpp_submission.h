// A submission as CMS's developers document it, and the profile of who submits, as an input of
// scoring.
//
// Source: CMSgov/qpp-submissions-docs; qpp_document.h says in which shapes. Identifiers may be
// absent and are never looked at. Administrative-claims quality measures come as a set of that
// submission method with values {performanceRate, caseCount}. What a profile does not say is false
// or none.
// Limits: those of json_document.h and of ScoreInput.
// Thread-safety: free functions. Ownership: the input points into the rules. Errors: findings; what
// one is about is left out of the input, which always can be scored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/status.h"
#include "scoring/preview_findings.h"
#include "scoring/qpp_document.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

inline constexpr std::int64_t kPreviewCountMax = 900'000'000;

struct PreviewInput {
  ScoreInput score;
  // That a set names by its id, where the rulebook has its lists; it counts in a MIPS value
  // pathway.
  const rulebook::Pathway* pathway = nullptr;
  std::vector<Message> notes;  // what was read in another way than it was written
  PreviewFindings findings;
};

// Fills measures, activities, promoting interoperability and the level of the entity. `rules` are
// those of the year.
void read_submission(const QppDocument& document, const ResolvedRules& rules, PreviewInput* input);
// Takes the pathway from the program that the sets name, where the profile says none.
void read_programs(const QppDocument& document, PreviewInput* input);
// The lists of the MIPS value pathway that a set names. Called before read_profile.
void find_pathway(const QppDocument& document, PreviewInput* input);
// In a MIPS value pathway nothing counts but what it lists (42 CFR 414.1365(c)): takes away the
// rest, and tells it. Called after read_profile.
void keep_to_pathway(const QppDocument& document, PreviewInput* input);
bool is_in_pathway(const std::vector<std::string>& list, const std::string& id);
// Fills the rest: first what holds for who is not described at all. Called after read_submission.
void read_profile(const JsonCursor& profile, PreviewInput* input);
// Changes only what the profile says; for what is assumed on top of a profile.
void read_profile_fields(const JsonCursor& profile, PreviewInput* input);

// The category that a measure's id is of, by its form: "quality", "ia" or "pi".
std::string_view category_of_measure(std::string_view measure_id);

}  // namespace qcdr::scoring
