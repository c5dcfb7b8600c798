// Consumer groups of the simulated broker: members, eager range assignment, offsets.
#include "stream/sim/sim_broker.h"

namespace qcdr::stream {

Result<std::uint64_t> SimBroker::join(const std::string& group_name, const std::string& topic,
                                      const std::string& member_name) {
  if (topics_.count(topic) == 0) return Status(ErrorCode::kNotFound, "no such topic: " + topic);
  Group& group = groups_[group_name];
  if (group.topic.empty()) group.topic = topic;
  if (group.topic != topic) {
    return Status(ErrorCode::kFailedPrecondition, "group reads another topic: " + group_name);
  }
  const bool known = group.members.count(member_name) != 0;
  Member& member = group.members[member_name];
  member.incarnation = ++group.incarnations[member_name];
  member.heartbeat_milliseconds = clock_.monotonic_milliseconds();
  // A static member that comes back keeps its partitions, and the group its epoch, at times.
  if (!known || world_.random(2) == 0) rebalance(group_name);
  return member.incarnation;
}

void SimBroker::leave(const std::string& group_name, const std::string& member_name,
                      std::uint64_t incarnation) {
  Group& group = groups_[group_name];
  const auto member = group.members.find(member_name);
  if (member == group.members.end() || member->second.incarnation != incarnation) return;
  group.members.erase(member);
  rebalance(group_name);
}

void SimBroker::rebalance(const std::string& group_name) {
  const auto found = groups_.find(group_name);
  if (found == groups_.end()) return;
  Group& group = found->second;
  ++group.epoch;
  const std::size_t partitions = topics_.at(group.topic).size();
  const std::size_t members = group.members.size();
  std::size_t index = 0;
  std::size_t first = 0;
  for (auto& [name, member] : group.members) {
    member.partitions.clear();
    const std::size_t count = partitions / members + (index < partitions % members ? 1 : 0);
    for (std::size_t partition = first; partition < first + count; ++partition) {
      member.partitions.push_back(Partition(static_cast<std::int32_t>(partition)));
    }
    first += count;
    ++index;
  }
}

Result<SimBroker::Membership> SimBroker::membership(const std::string& group_name,
                                                    const std::string& member_name,
                                                    std::uint64_t incarnation) {
  Group& group = groups_.at(group_name);
  if (group.incarnations.at(member_name) != incarnation) {
    return Status(ErrorCode::kFenced, "another process joined as " + member_name);
  }
  if (group.members.count(member_name) == 0) {  // removed for silence: joins again
    group.members[member_name].incarnation = incarnation;
    rebalance(group_name);
  }
  Member& member = group.members.at(member_name);
  member.heartbeat_milliseconds = clock_.monotonic_milliseconds();
  return Membership{group.epoch, member.partitions};
}

Status SimBroker::check_member(const std::string& group_name, const std::string& member_name,
                               std::uint64_t incarnation, std::uint64_t epoch) const {
  const Group& group = groups_.at(group_name);
  if (group.incarnations.at(member_name) != incarnation) {
    return Status(ErrorCode::kFenced, "another process joined as " + member_name);
  }
  if (group.members.count(member_name) == 0 || group.epoch != epoch) {
    return Status(ErrorCode::kAborted, "ownership changed");
  }
  return Status::ok();
}

Result<Offset> SimBroker::committed(const std::string& group_name, Partition partition) const {
  for (const Transaction& transaction : transactions_) {
    if (transaction.group == group_name && transaction.offsets.count(partition) != 0) {
      return Status(ErrorCode::kUnavailable, "offsets of a pending transaction");
    }
  }
  const Group& group = groups_.at(group_name);
  const auto found = group.committed.find(partition);
  return found == group.committed.end() ? Offset(0) : found->second;
}

Status SimBroker::commit_plain(const std::string& group_name, Partition partition, Offset next) {
  Group& group = groups_.at(group_name);
  group.committed[partition] = next;
  group.decided[partition] = next;
  return Status::ok();
}

Offset SimBroker::decided_offset(const std::string& group_name, Partition partition) const {
  const auto group = groups_.find(group_name);
  if (group == groups_.end()) return Offset(0);
  const auto found = group->second.decided.find(partition);
  return found == group->second.decided.end() ? Offset(0) : found->second;
}

void SimBroker::lose_offset(const std::string& group_name, Partition partition, Offset back_to) {
  Group& group = groups_.at(group_name);
  group.committed[partition] = back_to;
  group.decided[partition] = back_to;
}

void SimBroker::expire_members() {
  const std::int64_t now = clock_.monotonic_milliseconds();
  for (auto& [name, group] : groups_) {
    const std::size_t removed = std::erase_if(group.members, [&](const auto& entry) {
      return now - entry.second.heartbeat_milliseconds > options_.session_timeout_milliseconds;
    });
    if (removed > 0) rebalance(name);
  }
}

}  // namespace qcdr::stream
