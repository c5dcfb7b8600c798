#include "stream/embedded/group_table.h"

#include <iterator>

#include "core/assert.h"

namespace qcdr::stream::embedded {

Membership GroupTable::join(const std::string& group, const std::string& topic,
                            const std::string& member_id) {
  Group& joined = groups_[{group, topic}];
  ++joined.epoch;
  joined.members[member_id] = next_token_;
  return Membership{group, topic, member_id, next_token_++};
}

void GroupTable::leave(const Membership& membership) {
  if (!is_current(membership)) return;
  // The group itself stays, so that its epoch never starts again.
  Group& left = groups_.at({membership.group, membership.topic});
  left.members.erase(membership.member_id);
  ++left.epoch;
}

const GroupTable::Group* GroupTable::find(const Membership& membership) const {
  const auto found = groups_.find({membership.group, membership.topic});
  return found == groups_.end() ? nullptr : &found->second;
}

bool GroupTable::is_current(const Membership& membership) const {
  const Group* group = find(membership);
  if (group == nullptr) return false;
  const auto member = group->members.find(membership.member_id);
  return member != group->members.end() && member->second == membership.token;
}

std::uint64_t GroupTable::epoch(const Membership& membership) const {
  const Group* group = find(membership);
  return group == nullptr ? 0 : group->epoch;
}

std::vector<Partition> GroupTable::assigned(const Membership& membership,
                                            std::int32_t partitions) const {
  if (!is_current(membership)) return {};
  const Group& group = *find(membership);
  const auto member = group.members.find(membership.member_id);
  const auto index = static_cast<std::int32_t>(std::distance(group.members.begin(), member));
  const auto members = static_cast<std::int32_t>(group.members.size());
  QCDR_ASSERT(index < members);
  const std::int32_t share = partitions / members;
  const std::int32_t larger = partitions % members;
  const std::int32_t first = index * share + std::min(index, larger);
  const std::int32_t count = share + (index < larger ? 1 : 0);
  std::vector<Partition> owned;
  for (std::int32_t i = 0; i < count; ++i) owned.push_back(Partition(first + i));
  return owned;
}

}  // namespace qcdr::stream::embedded
