#include "rulebook/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "rulebook/loader.h"
#include "rulebook/source_file.h"

namespace qcdr::rulebook {
namespace {

TEST(Check, TheBuiltInRulebookHasNoErrors) {
  const std::vector<CheckFinding> findings = check(Rulebook::built_in());
  for (const CheckFinding& finding : findings) {
    EXPECT_NE(finding.severity, CheckFinding::Severity::kError)
        << finding.year.value() << " " << finding.subject << ": " << finding.message;
  }
  EXPECT_FALSE(has_errors(findings));
}

TEST(Check, ListsCitationsWhoseTextWasNotFound) {
  bool factor = false;
  bool threshold = false;
  for (const CheckFinding& finding : check(Rulebook::built_in())) {
    factor = factor || finding.subject == "parameter adjustment/scaling-factor";
    threshold = threshold || finding.subject == "parameter final/threshold";
  }
  EXPECT_TRUE(factor);
  EXPECT_FALSE(threshold);
}

TEST(Check, AnErrorIsAnError) {
  EXPECT_TRUE(has_errors({CheckFinding{}}));
  CheckFinding notice;
  notice.severity = CheckFinding::Severity::kNotice;
  EXPECT_FALSE(has_errors({notice}));
}

// The built-in data with one text replaced in one file.
std::vector<CheckFinding> check_with(std::string_view path, std::string_view from,
                                     std::string_view to) {
  std::vector<SourceFile> files(embedded_files().begin(), embedded_files().end());
  std::string changed;
  for (SourceFile& file : files) {
    if (file.path != path) continue;
    changed = file.bytes;
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos);
    changed.replace(at, from.size(), to);
    file.bytes = changed;
  }
  EXPECT_FALSE(changed.empty()) << path;
  const auto rulebook = load_rulebook(files);
  EXPECT_TRUE(rulebook.is_ok()) << rulebook.status().to_string();
  return rulebook.is_ok() ? check(*rulebook.value()) : std::vector<CheckFinding>();
}

bool has_error(const std::vector<CheckFinding>& findings, std::string_view subject) {
  for (const CheckFinding& finding : findings) {
    if (finding.severity == CheckFinding::Severity::kError && finding.subject == subject) {
      return true;
    }
  }
  return false;
}

TEST(Check, FindsWhatIsIncomplete) {
  EXPECT_TRUE(
      has_error(check_with("parameters/weights/app.yaml", "[75, 0, 25, 0]", "[75, 0, 24, 0]"),
                "weights/app/pi"));
  EXPECT_TRUE(
      has_error(check_with("parameters/weights/general.yaml", "      pi+ia: [70, 30, 0, 0]\n", ""),
                "parameter weights/general/pi+ia/quality"));
  EXPECT_TRUE(has_error(
      check_with("parameters/quality/administrative-claims.yaml", "      484: [18, 16]\n", ""),
      "parameter quality/administrative-claims/484/cases"));
  EXPECT_TRUE(has_error(check_with("clusters/2022.csv", "404; 424", "404; AQI69"),
                        "cluster anesthesiologyCare"));
  EXPECT_TRUE(has_error(check_with("interoperability/2022.csv", "PI_HIE_1; PI_PEA_1", ""),
                        "promoting interoperability PI_HIE_4"));
  EXPECT_TRUE(has_error(check_with("cost/2022.csv", "TPCC_1", "TPCC_9"),
                        "benchmark TPCC_1 administrativeClaims"));
}

// CMS published some bounds out of order: they are used as they are, and told.
TEST(Check, BoundsThatTurnRoundAreMarked) {
  const auto turned = [](std::string_view flags) {
    return check_with("benchmarks/2022.csv", "404,registry,2020,,2,0 53.76 63.03",
                      "404,registry,2020," + std::string(flags) + ",2,0 63.76 63.03");
  };
  EXPECT_TRUE(has_error(turned(""), "benchmark 404 registry"));
  const std::vector<CheckFinding> marked = turned("percentiles; irregular");
  EXPECT_FALSE(has_error(marked, "benchmark 404 registry"));
  EXPECT_TRUE(std::any_of(marked.begin(), marked.end(), [](const CheckFinding& finding) {
    return finding.subject == "benchmark 404 registry";
  }));
}

}  // namespace
}  // namespace qcdr::rulebook
