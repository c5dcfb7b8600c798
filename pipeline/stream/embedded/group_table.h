// Consumer groups of one process: members, range assignment, epochs.
//
// A group is known per topic. Members sorted by id get contiguous ranges of partitions, the first
// ones one more when it does not divide. The epoch rises at every join and leave, so nothing that
// an earlier owner did can pass for the present one's.
// Thread-safety: none; the log's mutex guards it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/strong.h"

namespace qcdr::stream::embedded {

// A membership: which join of which member.
struct Membership {
  std::string group;
  std::string topic;
  std::string member_id;
  std::uint64_t token = 0;
};

class GroupTable {
 public:
  // A second join under the same member id takes the place of the first.
  Membership join(const std::string& group, const std::string& topic, const std::string& member_id);
  // Nothing happens when somebody took the place already.
  void leave(const Membership& membership);
  bool is_current(const Membership& membership) const;
  // 0 when the group does not exist.
  std::uint64_t epoch(const Membership& membership) const;
  std::vector<Partition> assigned(const Membership& membership, std::int32_t partitions) const;

 private:
  struct Group {
    std::uint64_t epoch = 0;
    std::map<std::string, std::uint64_t> members;  // id -> token
  };
  const Group* find(const Membership& membership) const;

  std::map<std::pair<std::string, std::string>, Group> groups_;
  std::uint64_t next_token_ = 1;
};

}  // namespace qcdr::stream::embedded
