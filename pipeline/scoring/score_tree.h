// A score that explains itself: the tree of the scoring contract, from the final score down to a
// benchmark's cut point and the paragraph behind each step.
//
// Shape: the total's parts are the four categories, each {weighted points, weight, original:
// {percent, parts, metadata}}, and the complex patient bonus; a measure's parts are its steps.
// Thread-safety: values and pure functions. Ownership: the tree owns its texts. Errors: none; an
// input that compute() takes can be explained.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/decimal.h"
#include "scoring/score.h"

namespace qcdr::scoring {

// One named value of a node; a list of them nests.
struct Metadata {
  using Value = std::variant<bool, std::int64_t, Decimal, std::string, std::vector<Decimal>,
                             std::vector<Metadata>>;
  std::string name;
  Value value;
};

// Something a reader should know. Codes are permanent, texts may change.
struct Message {
  std::string code;  // "SEVEN_POINT_CAP"
  std::string text;
};

struct ScoreNode {
  std::string name;
  Decimal value;
  std::optional<Decimal> weight;
  std::vector<ScoreNode> original;  // none or one: the percent behind weighted points
  std::vector<ScoreNode> parts;
  std::vector<Metadata> metadata;
  std::vector<Message> messages;
  std::vector<rulebook::Citation> citations;
};

// How far one unknown alone moves the score, everything else as in the score.
struct RangeCause {
  std::string name;  // unknown_name(): "cost", "specialStatus", ...
  Decimal low;
  Decimal high;
};

struct ScoreTree {
  PerformanceYear year;
  std::string rulebook_digest;  // hex; the caller's to set
  ScoreNode total;              // range and causes as metadata
  Weights weights{};
  ScoreNode adjustment;  // percent, basis, low, high, threshold, applies as metadata
  std::vector<Message> messages;
};

std::vector<RangeCause> range_causes(const ScoreInput& input);
// `summary` must be compute(input).
ScoreTree explain(const ScoreInput& input, const ScoreSummary& summary);

// How much of the tree is written.
enum class TreeDetail : std::uint8_t { kAll, kSummary };  // a summary leaves out the parts
// The answer of `score-preview`; numbers are JSON numbers, exact. Ends without a newline.
std::string to_json(const ScoreTree& tree, TreeDetail detail = TreeDetail::kAll);
// The same for people, indented.
std::string to_text(const ScoreTree& tree);

}  // namespace qcdr::scoring
