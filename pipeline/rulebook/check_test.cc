#include "rulebook/check.h"

#include <gtest/gtest.h>

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
    factor = factor || finding.subject == "parameter adjustment/fitted-scaling-factor";
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

}  // namespace
}  // namespace qcdr::rulebook
