// A member of a consumer group on the embedded log. Leaves the group when destroyed.
// Thread-safety: one thread.
#pragma once

#include <map>
#include <memory>

#include "stream/embedded/log_core.h"
#include "stream/partition_turn.h"

namespace qcdr::stream::embedded {

class EmbeddedConsumer : public Consumer {
 public:
  EmbeddedConsumer(std::shared_ptr<LogCore> core, Membership membership)
      : core_(std::move(core)), membership_(std::move(membership)) {}
  ~EmbeddedConsumer() override { core_->leave(membership_); }
  EmbeddedConsumer(const EmbeddedConsumer&) = delete;
  EmbeddedConsumer& operator=(const EmbeddedConsumer&) = delete;

  Result<Assignment> assignment() override;
  Status seek(Partition partition, Offset next) override;
  Result<std::vector<Record>> poll(std::chrono::milliseconds wait,
                                   std::size_t records_max) override;
  Result<Offset> committed(Partition partition) override;
  Status commit(Partition partition, Offset next) override;

  const Membership& membership() const { return membership_; }
  const LogCore* core() const { return core_.get(); }

 private:
  Status check_owned(Partition partition) const;
  bool has_records() const;

  std::shared_ptr<LogCore> core_;
  Membership membership_;
  Assignment seen_;
  std::map<Partition, Offset> positions_;
  PartitionTurn turn_;
};

// The group offsets of one member as frames carry them. kNotFound for an unknown partition.
Result<std::vector<GroupOffset>> group_offsets(LogCore& core, const Membership& membership,
                                               const std::map<Partition, Offset>& next_offsets);

}  // namespace qcdr::stream::embedded
