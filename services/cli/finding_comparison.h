// What became of an earlier upload's findings: fixed, still there, new.
//
// Findings are matched by fingerprint and counted, since faults of rows that could not be read
// share one. Information is left out: there is nothing to fix about it.
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "qcdr/v1/finding.pb.h"

namespace qcdr {

// How often each fingerprint occurs among the warnings and errors of one upload.
class FingerprintCounts {
 public:
  void add(const v1::Finding& finding);
  const std::map<std::string, std::uint32_t>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint32_t> counts_;
};

struct FindingComparison {
  std::uint32_t fixed = 0;
  std::uint32_t still_there = 0;
  std::uint32_t fresh = 0;
};

FindingComparison compare_findings(const FingerprintCounts& before, const FingerprintCounts& now);

}  // namespace qcdr
