// What folds wrote of their state at deadlines, against what a replay makes of the same records.
// Thread-safety: free functions.
#pragma once

#include <string>
#include <vector>

#include "cli/audit_trail.h"

namespace qcdr {

// Instead of a source: all of them together.
inline constexpr Partition kEverySource{-1};

struct StateDifference {
  StateAtDeadline written;
  StateAtDeadline made;
};

// One deadline; digests are sums over the partitions that were looked at.
struct DeadlineVerdict {
  std::string event_id;
  std::string deadline;
  PerformanceYear year;
  StateDigest practices;
  StateDigest entities;
  std::size_t compared = 0;
  std::size_t unwritten = 0;  // made, and nothing to compare it with
  std::vector<StateDifference> differences;
  // That wrote them, ascending; of the first stage and of the second.
  std::vector<Generation> generations;
  std::vector<Generation> entity_generations;

  bool is_equal() const { return compared > 0 && differences.empty(); }
};

// In the order in which the deadlines were folded. Of what several generations wrote of one place
// the newest one's counts.
std::vector<DeadlineVerdict> compare_states(const std::vector<StateAtDeadline>& written,
                                            const std::vector<StateAtDeadline>& made);
// What was written, each deadline as its own verdict: for its sums.
std::vector<DeadlineVerdict> sums_of(const std::vector<StateAtDeadline>& written);
// The second stage's by partition alone.
std::vector<StateAtDeadline> without_sources(const std::vector<StateAtDeadline>& states);

// "individual-consent of 2022".
std::string deadline_words(const DeadlineVerdict& verdict);
// "partition 3: generation 9001 wrote 12ab…, generation 9002 makes 34cd… of it".
std::string difference_words(const StateDifference& difference);

}  // namespace qcdr
