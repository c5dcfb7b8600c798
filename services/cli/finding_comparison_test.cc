#include "cli/finding_comparison.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

FingerprintCounts counts_of(const std::string& fingerprints) {
  FingerprintCounts counts;
  for (char c : fingerprints) {
    v1::Finding finding;
    finding.set_severity(v1::SEVERITY_WARNING);
    finding.set_fingerprint(std::string(1, c));
    counts.add(finding);
  }
  return counts;
}

void expect(const std::string& before, const std::string& now, std::uint32_t fixed,
            std::uint32_t still_there, std::uint32_t fresh) {
  const FindingComparison comparison = compare_findings(counts_of(before), counts_of(now));
  EXPECT_EQ(comparison.fixed, fixed) << before << " " << now;
  EXPECT_EQ(comparison.still_there, still_there) << before << " " << now;
  EXPECT_EQ(comparison.fresh, fresh) << before << " " << now;
}

TEST(FindingComparison, CountsEachFault) {
  expect("", "", 0, 0, 0);
  expect("abc", "", 3, 0, 0);
  expect("", "abc", 0, 0, 3);
  expect("abc", "cab", 0, 3, 0);
  expect("abc", "cde", 2, 1, 2);
}

TEST(FindingComparison, CountsFaultsThatShareAFingerprint) {
  expect("aaa", "a", 2, 1, 0);
  expect("a", "aaa", 0, 1, 2);
}

TEST(FindingComparison, LeavesInformationAndUnnamedFindingsOut) {
  v1::Finding finding;
  finding.set_severity(v1::SEVERITY_INFORMATION);
  finding.set_fingerprint("a");
  FingerprintCounts counts;
  counts.add(finding);
  finding.set_severity(v1::SEVERITY_FATAL);
  finding.clear_fingerprint();
  counts.add(finding);
  EXPECT_TRUE(counts.counts().empty());
}

}  // namespace
}  // namespace qcdr
