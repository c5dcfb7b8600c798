// Where every stage stands: for each partition the end of its input, C, the group's committed
// offset, and A, what the state stores of killed instances hold.
//
// Uploads are looked at before registry records: once validation has committed every upload, what
// it appends for them is there, so the end of the registry records that is read after it is final,
// but for what the second stage answers to contributions.
// Thread-safety: one thread. Errors: kFailedPrecondition when a store is in use.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cluster.h"
#include "stream/log.h"

namespace qcdr::crash {

struct Position {
  Partition partition;
  Offset end;
  Offset committed;
  std::optional<Offset> applied;  // none: no store was asked for, or nothing is in it
  bool owned = true;
  bool behind = false;  // a record is there that nobody committed; markers of transactions are none
};

struct Positions {
  std::vector<Position> uploads;
  std::vector<Position> records;
  std::vector<Position> contributions;
};

struct PositionsAsked {
  std::string state_directory;  // empty: no A is read
  std::string slot;             // Kafka: whose partitions are `owned`; empty: all are
};

// `cluster` is none for an embedded log.
Result<Positions> read_positions(stream::Log& log, Cluster* cluster, const PositionsAsked& asked);
// One JSON object.
std::string to_json(const Positions& positions);

}  // namespace qcdr::crash
