// `score-preview`: JSON in, the scoring contract's JSON out. What the command line and HTTP share.
//
// Thread-safety: PreviewRules is immutable after construction; the functions are pure. Ownership:
// PreviewRules refers to the rulebook. Errors: those of qpp_submission.h; a year that the rulebook
// lacks is kInvalidArgument at "/performanceYear".
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/status.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

// The scoring rules of every year of a rulebook, resolved once.
class PreviewRules {
 public:
  explicit PreviewRules(const rulebook::Rulebook& rulebook);
  const ResolvedRules* find(PerformanceYear year) const;  // null: no such year
  const std::string& digest() const { return digest_; }
  std::string years() const;  // "2022, 2023"

 private:
  std::map<PerformanceYear, ResolvedRules> years_;
  std::string digest_;
};

struct PreviewOptions {
  TreeDetail detail = TreeDetail::kAll;
  // Factors released later are not used.
  Instant as_of = kEverReleased;
};

// `profile` may be empty: nothing is said.
Result<std::string> preview_score(const PreviewRules& rules, std::string_view submission,
                                  std::string_view profile, const PreviewOptions& options);

// One line of a batch, {"submission": ..., "profile": ...}; the profile may be absent.
Result<std::string> preview_line(const PreviewRules& rules, std::string_view line,
                                 const PreviewOptions& options);
// The answer that stands for a line that could not be read: {"error": {"pointer", "message"}}.
std::string preview_error_line(const Status& error);

}  // namespace qcdr::scoring
