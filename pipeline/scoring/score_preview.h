// `score-preview`: JSON in, the scoring contract's JSON out. What the command line and HTTP share.
//
// Every document has an answer. One that can be read has a score of what is right in it, and
// `findings` for the rest; one that cannot, or whose year cannot be scored, has `error` in the
// place of a score. A document is a submission in a shape of qpp_document.h, or {"submission",
// "profile", "changes"}, of which the last two may be absent; with changes the answer is
// what_if.h's. Thread-safety: PreviewRules is immutable after construction; the functions are pure.
// Ownership: PreviewRules refers to the rulebook.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/status.h"
#include "scoring/preview_findings.h"
#include "scoring/qpp_document.h"
#include "scoring/score_tree.h"

namespace qcdr::scoring {

// The scoring rules of every year of a rulebook, resolved once.
class PreviewRules {
 public:
  explicit PreviewRules(const rulebook::Rulebook& rulebook);
  const ResolvedRules* find(PerformanceYear year) const;  // null: no such year
  const std::string& digest() const { return digest_; }
  // First and last, and of those with measures the newest that lacks fewest of the document's.
  // Asserts that there is a year.
  ScoredYears years(const QppDocument& document) const;

 private:
  std::map<PerformanceYear, ResolvedRules> years_;
  std::string digest_;
};

struct PreviewOptions {
  TreeDetail detail = TreeDetail::kAll;
  // Factors released later are not used.
  Instant as_of = kEverReleased;
};

struct PreviewAnswer {
  std::string json;  // one line, without a newline
  bool scored = false;
  bool has_errors = false;               // a finding of severity error or fatal
  std::vector<PreviewFinding> findings;  // those in `json`
};

// A document, which is no line of a batch. `profile` is a document of its own, or empty: then the
// submission's counts, or nothing is said.
PreviewAnswer preview_score(const PreviewRules& rules, std::string_view document,
                            std::string_view profile, const PreviewOptions& options);

// The answer to what is no document at all: a fatal finding.
PreviewAnswer preview_refusal(const PreviewRules& rules, FindingCode code,
                              std::vector<std::string> parameters, const PreviewPlace& place);

// The longest line of a batch.
inline constexpr std::size_t kPreviewLineBytesMax = 1U << 20;
// One line of a batch. Of a longer one than the limit the caller may give any part that is longer.
PreviewAnswer preview_line(const PreviewRules& rules, std::string_view line,
                           const PreviewOptions& options, const PreviewPlace& place);

}  // namespace qcdr::scoring
