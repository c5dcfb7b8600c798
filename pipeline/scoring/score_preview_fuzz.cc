// Any bytes as a submission, a profile and a batch line: an answer or an error, never a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.h"
#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace qcdr;
  static const scoring::PreviewRules rules(rulebook::Rulebook::built_in());
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = [](const Result<std::string>& answer) {
    if (answer.is_ok()) {
      QCDR_ASSERT(answer.value().starts_with("{\"performanceYear\":"));
    } else {
      QCDR_ASSERT(scoring::preview_error_line(answer.status()).starts_with("{\"error\":"));
    }
  };
  check(scoring::preview_line(rules, text, {scoring::TreeDetail::kSummary, {}}));
  // A profile after a zero byte.
  const std::size_t end = std::min(text.find('\0'), text.size());
  const std::string_view profile = end == text.size() ? "" : text.substr(end + 1);
  check(scoring::preview_score(rules, text.substr(0, end), profile, {}));
  return 0;
}
