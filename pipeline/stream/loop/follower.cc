#include "stream/loop/follower.h"

#include <algorithm>
#include <limits>

namespace qcdr::stream {

// Nothing is consumed and nothing committed through it.
class Follower::Everything final : public Consumer {
 public:
  Result<Assignment> assignment() override { return never(); }
  Status seek(Partition, Offset) override { return never(); }
  Result<std::vector<Record>> poll(std::chrono::milliseconds, std::size_t) override {
    return never();
  }
  // However far the loop comes: the markers say how far that is.
  Result<Offset> committed(Partition) override {
    return Offset(std::numeric_limits<std::int64_t>::max());
  }
  Status commit(Partition, Offset) override { return never(); }

 private:
  static Status never() { return Status(ErrorCode::kInternal, "a follower is in no group"); }
};

namespace {

LoopOptions following(LoopOptions options) {
  options.follows = true;
  return options;
}

}  // namespace

Follower::Follower(LoopOptions options, Log& log, StateStores& stores, Clock& clock,
                   FoldFactory& folds, CrashPoints& crash_points, LoopObserver& observer)
    : parts_{following(std::move(options)), log, stores, clock, folds, crash_points, observer},
      everything_(std::make_unique<Everything>()) {}

Follower::~Follower() = default;

Status Follower::open() {
  if (!workers_.empty()) return Status::ok();
  QCDR_ASSIGN_OR_RETURN(reader_, parts_.log.reader());
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions,
                        parts_.log.partition_count(parts_.options.input_topic));
  for (std::int32_t number = 0; number < partitions; ++number) {
    workers_.push_back(std::make_unique<PartitionWorker>(parts_, Partition(number), nullptr));
  }
  return Status::ok();
}

Result<FollowOutcome> Follower::step() {
  QCDR_RETURN_IF_ERROR(open());
  FollowOutcome outcome;
  const std::size_t cache_bytes = parts_.options.cache_bytes_max / workers_.size();
  const std::int64_t now = parts_.clock.monotonic_milliseconds();
  for (const auto& worker : workers_) {
    if (worker->phase() == PartitionWorker::Phase::kStopped) {
      outcome.stopped.push_back(worker->partition());
      continue;
    }
    const std::size_t before = worker->records_replayed();
    QCDR_RETURN_IF_ERROR(worker->advance(*everything_, *reader_));
    outcome.records += worker->records_replayed() - before;
    if (!worker->freeze_is_due(now)) continue;
    worker->freeze_if_dirty();
    worker->shrink(cache_bytes);
  }
  return outcome;
}

std::optional<Offset> Follower::applied(Partition partition) const {
  for (const auto& worker : workers_) {
    if (worker->partition() != partition) continue;
    if (worker->phase() != PartitionWorker::Phase::kReplaying) return std::nullopt;
    return worker->next();
  }
  return std::nullopt;
}

const RowReader* Follower::store(Partition partition) const {
  for (const auto& worker : workers_) {
    if (worker->partition() == partition) return worker->store();
  }
  return nullptr;
}

Status Follower::settle() {
  for (const auto& worker : workers_) {
    worker->freeze_if_dirty();
    QCDR_RETURN_IF_ERROR(worker->settle());
  }
  return Status::ok();
}

}  // namespace qcdr::stream
