// What must be true at the end of a run, and of every disk at any time. The checkers read the log
// and the disks from outside; they know nothing of the loop's inside nor of any planted bug.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "expected_state.h"
#include "stream/sim/sim_stores.h"

namespace qcdr::simulation {

// Nothing when all is well, else what is wrong.
using Complaint = std::optional<std::string>;

// A of a partition's rows, or nothing before the first write.
std::optional<Offset> applied_offset(const stream::SimDisk::Rows& rows);
// The rows are the fold of exactly the records below their applied offset, and so is the digest
// that stands beside it.
Complaint check_disk(const stream::SimDisk::Rows& rows, const ExpectedState& expected);

// A consumer group, the generations that ran in it, and what it has committed.
struct GroupView {
  std::string group;
  std::set<std::uint32_t> generations;
  Offset committed;
};

// What a read-committed reader sees of one partition.
struct PartitionView {
  std::vector<stream::Record> outputs;
  std::vector<stream::Record> findings;
  std::vector<stream::Record> progress;
  std::vector<GroupView> groups;
  // The generation whose outputs must win; nothing: whichever changed the entity last.
  std::optional<std::uint32_t> final_generation;
};

// No id twice; versions of an entity ascend within a generation; every value is what the batch
// program has at that offset; who keeps the highest version of each entity ends with its last
// change, made by the final generation.
Complaint check_outputs(const PartitionView& view, const ExpectedState& expected);
// Each group made the findings of each record below its committed offset exactly once.
Complaint check_findings(const PartitionView& view, const ExpectedState& expected);
// Every upload on the log was counted, each of its rows once, received at the timestamp that the
// upload had on the log when it was there first. `rows`: by id, what was in each upload.
Complaint check_uploads(const std::vector<stream::Record>& uploads,
                        const std::map<std::string, std::vector<std::string>>& rows,
                        const ExpectedState& expected);
// Markers of each group form one chain from the beginning to the committed offset, and each counts
// the outputs that are there.
// An event that is applied ends its batch.
Complaint check_progress(const PartitionView& view, const ExpectedState& expected);

}  // namespace qcdr::simulation
