// The independent batch program: what state and outputs must be, computed from the committed input
// alone, record by record, without the loop, the fold or a store. A row of an upload counts the
// first time that its upload and ordinal are seen.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/digest.h"
#include "stream/log.h"

namespace qcdr::simulation {

struct ExpectedEntity {
  std::uint64_t count = 0;
  std::int64_t sum = 0;
  std::uint64_t chain = 0;
  std::int64_t time = 0;
  std::uint64_t received = 0;
  Offset last_change;

  std::string row() const;
  std::string output(std::uint32_t generation) const;
};

using ExpectedEntities = std::map<std::string, ExpectedEntity>;

// One input partition.
class ExpectedState {
 public:
  explicit ExpectedState(const std::vector<stream::Record>& committed_input);

  // State after all records below `next`.
  const ExpectedEntities& before(Offset next) const;
  // Findings that each record makes: entity and text, in order.
  using Findings = std::vector<std::pair<std::string, std::string>>;
  const std::map<Offset, Findings>& findings() const { return findings_; }
  // One past the last record.
  Offset end() const { return end_; }
  // Where a batch has to end: behind each event that is applied.
  const std::set<Offset>& batch_ends() const { return batch_ends_; }

  static StateDigest digest_of(const ExpectedEntities& entities);

 private:
  void count(const std::string& name, std::int64_t number, std::int64_t received, Offset offset);

  ExpectedEntities entities_;
  std::int64_t partition_time_ = 0;
  std::map<Offset, ExpectedEntities> after_;  // by offset of the record applied last
  std::map<Offset, Findings> findings_;
  ExpectedEntities empty_;
  Offset end_;
  std::set<Offset> batch_ends_;
};

}  // namespace qcdr::simulation
