// Any bytes as a submission, a profile, a batch line and the lines of a batch: an answer with or
// without a score, whose findings stand in it, never a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "rulebook/rulebook.h"
#include "scoring/json_document.h"
#include "scoring/score_preview.h"

namespace {

using namespace qcdr;

void check(const scoring::PreviewAnswer& answer) {
  QCDR_ASSERT(answer.json.starts_with(answer.scored ? "{\"" : "{\"error\":"));
  QCDR_ASSERT(answer.json.find(",\"findings\":[") != std::string::npos);
  QCDR_ASSERT(answer.json.find('\n') == std::string::npos);
  QCDR_ASSERT(answer.scored || answer.has_errors);
  QCDR_ASSERT(answer.findings.size() <= scoring::kPreviewFindingsMax + 1);
  for (const scoring::PreviewFinding& finding : answer.findings) {
    QCDR_ASSERT(finding.pointer.empty() || finding.pointer.front() == '/');
    QCDR_ASSERT(!scoring::finding_line(finding).empty());
  }
  // What is answered is JSON itself, though deeper than what is read.
  scoring::JsonFault fault;
  const auto parsed = scoring::parse_json(answer.json, &fault);
  QCDR_ASSERT(parsed.is_ok() || fault.kind != scoring::JsonFaultKind::kNotJson);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const scoring::PreviewRules rules(rulebook::Rulebook::built_in());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const scoring::PreviewOptions summary{scoring::TreeDetail::kSummary, scoring::kEverReleased};
  check(scoring::preview_line(rules, text, summary, {40'000, 1'000'000}));
  // A profile after a zero byte.
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view profile = end == text.size() ? "" : text.substr(end + 1);
  check(scoring::preview_score(rules, text.substr(0, end), profile, {}));
  return 0;
}
