#include "stream/rocksdb/write_behind.h"

#include "core/assert.h"

namespace qcdr::stream {

WriteBehind::Indexed::Indexed(RowBatch rows) : batch(std::move(rows)) {
  for (const RowBatch::Row& row : batch.rows()) {
    const auto family = static_cast<std::size_t>(row.family);
    QCDR_ASSERT(family < kFamilyCount);
    latest[family][row.key] = &row.value;
  }
}

WriteBehind::WriteBehind(std::function<Status(const RowBatch&)> write, std::function<Status()> sync,
                         std::chrono::milliseconds sync_interval)
    : write_(std::move(write)),
      sync_(std::move(sync)),
      sync_interval_(sync_interval),
      thread_([this] { run(); }) {}

WriteBehind::~WriteBehind() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Status WriteBehind::submit(RowBatch batch) {
  auto indexed = std::make_shared<const Indexed>(std::move(batch));
  {
    const Lock lock(mutex_);
    QCDR_RETURN_IF_ERROR(failure_);
    QCDR_ASSERT(queue_.size() < kBatchesMax);
    queue_.push_back(std::move(indexed));
  }
  changed_.notify_all();
  return Status::ok();
}

std::size_t WriteBehind::in_flight() const {
  const Lock lock(mutex_);
  return queue_.size();
}

Status WriteBehind::wait(std::size_t batches_max) {
  Lock lock(mutex_);
  changed_.wait(lock, [&] { return !failure_.is_ok() || queue_.size() <= batches_max; });
  return failure_;
}

Result<bool> WriteBehind::find(Family family, std::string_view key, Change* change) const {
  const Lock lock(mutex_);
  QCDR_RETURN_IF_ERROR(failure_);
  for (auto batch = queue_.rbegin(); batch != queue_.rend(); ++batch) {
    const auto& latest = (*batch)->latest[static_cast<std::size_t>(family)];
    const auto found = latest.find(key);
    if (found == latest.end()) continue;
    *change = *found->second;
    return true;
  }
  return false;
}

Result<std::map<std::string, WriteBehind::Change>> WriteBehind::find_prefix(
    Family family, std::string_view prefix) const {
  std::map<std::string, Change> changes;
  const Lock lock(mutex_);
  QCDR_RETURN_IF_ERROR(failure_);
  for (const auto& batch : queue_) {
    for (const auto& entry : batch->latest[static_cast<std::size_t>(family)]) {
      if (entry.first.substr(0, prefix.size()) != prefix) continue;
      changes[std::string(entry.first)] = *entry.second;
    }
  }
  return changes;
}

void WriteBehind::run() {
  Lock lock(mutex_);
  for (;;) {
    const auto has_work = [this] { return stopping_ || !queue_.empty(); };
    if (unsynced_) {
      changed_.wait_until(lock, next_sync_, has_work);
    } else {
      changed_.wait(lock, has_work);
    }
    if (!queue_.empty()) write_front(lock);
    const bool ending = stopping_ && queue_.empty();
    // Not after a failed write: a database whose write failed must not be touched again.
    if (unsynced_ && failure_.is_ok() &&
        (ending || std::chrono::steady_clock::now() >= next_sync_)) {
      sync_written(lock);
    }
    if (ending || !failure_.is_ok()) break;
  }
}

void WriteBehind::write_front(Lock& lock) {
  const std::shared_ptr<const Indexed> front = queue_.front();
  lock.unlock();
  Status status = write_(front->batch);
  lock.lock();
  if (status.is_ok()) {
    queue_.pop_front();
    if (!unsynced_) next_sync_ = std::chrono::steady_clock::now() + sync_interval_;
    unsynced_ = true;
  } else {
    failure_ = status.with_context("the state store stopped");
  }
  changed_.notify_all();
}

void WriteBehind::sync_written(Lock& lock) {
  unsynced_ = false;
  lock.unlock();
  Status status = sync_();
  lock.lock();
  if (status.is_ok()) return;
  if (failure_.is_ok()) failure_ = status.with_context("the state store stopped");
  changed_.notify_all();
}

}  // namespace qcdr::stream
