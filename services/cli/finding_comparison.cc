#include "cli/finding_comparison.h"

#include <algorithm>

namespace qcdr {

void FingerprintCounts::add(const v1::Finding& finding) {
  // Findings of older logs have none.
  if (finding.fingerprint().empty() || finding.severity() < v1::SEVERITY_WARNING) return;
  ++counts_[finding.fingerprint()];
}

FindingComparison compare_findings(const FingerprintCounts& before, const FingerprintCounts& now) {
  FindingComparison comparison;
  for (const auto& [fingerprint, count] : before.counts()) {
    const auto found = now.counts().find(fingerprint);
    const std::uint32_t left = found == now.counts().end() ? 0 : found->second;
    comparison.still_there += std::min(count, left);
    comparison.fixed += count - std::min(count, left);
  }
  for (const auto& [fingerprint, count] : now.counts()) {
    const auto found = before.counts().find(fingerprint);
    const std::uint32_t known = found == before.counts().end() ? 0 : found->second;
    comparison.fresh += count - std::min(count, known);
  }
  return comparison;
}

}  // namespace qcdr
