#include "stream/sim/sim_stores.h"

#include <algorithm>

namespace qcdr::stream {

const SimDisk::Rows* SimDisk::find(const Name& name) const {
  const auto found = databases_.find(name);
  return found == databases_.end() ? nullptr : &found->second.rows;
}

std::vector<SimDisk::Name> SimDisk::names() const {
  std::vector<Name> names;
  for (const auto& [name, database] : databases_) names.push_back(name);
  return names;
}

void SimDisk::apply(const RowBatch& batch, Rows* rows) {
  for (const RowBatch::Row& row : batch.rows()) {
    if (row.value) {
      (*rows)[{row.family, row.key}] = *row.value;
    } else {
      rows->erase({row.family, row.key});
    }
  }
}

void SimDisk::write(const Name& name, RowBatch batch) {
  apply(batch, &databases_.at(name).rows);
  unsynced_.emplace_back(name, std::move(batch));
}

void SimDisk::sync() {
  for (const auto& [name, batch] : unsynced_) apply(batch, &databases_.at(name).synced);
  unsynced_.clear();
}

void SimDisk::lose_power(std::size_t batches) {
  unsynced_.resize(unsynced_.size() - std::min(batches, unsynced_.size()));
  for (auto& [name, database] : databases_) database.rows = database.synced;
  for (const auto& [name, batch] : unsynced_) apply(batch, &databases_.at(name).rows);
}

Result<std::unique_ptr<StateStore>> SimStores::open(Partition partition, Generation generation) {
  world_.at_call(process_, SimCall::kStoreOpen, partition.value());
  SimDisk::Database& database = disk_.databases_[{partition, generation}];
  if (database.locked) return Status(ErrorCode::kFailedPrecondition, "the store is locked");
  return std::unique_ptr<StateStore>(
      std::make_unique<SimStore>(*this, SimDisk::Name(partition, generation)));
}

Status SimStores::destroy(Partition partition, Generation generation) {
  world_.at_call(process_, SimCall::kStoreDestroy, partition.value());
  const auto found = disk_.databases_.find({partition, generation});
  if (found == disk_.databases_.end()) return Status::ok();
  if (found->second.locked) return Status(ErrorCode::kFailedPrecondition, "the store is locked");
  std::erase_if(disk_.unsynced_, [&](const auto& write) { return write.first == found->first; });
  disk_.databases_.erase(found);
  return Status::ok();
}

bool SimStores::write_one() {
  std::vector<SimStore*> busy;
  for (SimStore* store : open_) {
    if (!store->queue_.empty() && store->error_.is_ok()) busy.push_back(store);
  }
  if (busy.empty()) return false;
  busy[world_.random(busy.size())]->write_front();
  return true;
}

SimStore::SimStore(SimStores& stores, SimDisk::Name name) : stores_(stores), name_(name) {
  stores_.disk_.databases_.at(name_).locked = true;
  stores_.open_.push_back(this);
}

SimStore::~SimStore() {
  // The queue is lost, as the interface allows. The lock is the operating system's: it goes with
  // the process, too.
  const auto found = stores_.disk_.databases_.find(name_);
  if (found != stores_.disk_.databases_.end()) found->second.locked = false;
  std::erase(stores_.open_, this);
}

Result<std::optional<std::string>> SimStore::get(Family family, std::string_view key) const {
  stores_.world_.at_call(stores_.process_, SimCall::kStoreGet, name_.first.value());
  QCDR_RETURN_IF_ERROR(error_);
  for (auto batch = queue_.rbegin(); batch != queue_.rend(); ++batch) {
    for (auto row = batch->rows().rbegin(); row != batch->rows().rend(); ++row) {
      if (row->family == family && row->key == key) return row->value;
    }
  }
  const SimDisk::Rows& rows = stores_.disk_.databases_.at(name_).rows;
  const auto found = rows.find({family, std::string(key)});
  if (found == rows.end()) return std::optional<std::string>();
  return std::optional<std::string>(found->second);
}

SimDisk::Rows SimStore::visible() const {
  SimDisk::Rows rows = stores_.disk_.databases_.at(name_).rows;
  for (const RowBatch& batch : queue_) SimDisk::apply(batch, &rows);
  return rows;
}

Status SimStore::scan(Family family, std::string_view prefix, const Visit& visit) const {
  stores_.world_.at_call(stores_.process_, SimCall::kStoreScan, name_.first.value());
  QCDR_RETURN_IF_ERROR(error_);
  const SimDisk::Rows rows = visible();
  for (auto row = rows.lower_bound({family, std::string(prefix)}); row != rows.end(); ++row) {
    if (row->first.first != family || row->first.second.compare(0, prefix.size(), prefix) != 0) {
      break;
    }
    QCDR_RETURN_IF_ERROR(visit(row->first.second, row->second));
  }
  return Status::ok();
}

Status SimStore::submit(RowBatch batch) {
  stores_.world_.at_call(stores_.process_, SimCall::kStoreSubmit, name_.first.value());
  QCDR_RETURN_IF_ERROR(error_);
  queue_.push_back(std::move(batch));
  return Status::ok();
}

Status SimStore::wait(std::size_t batches_max) {
  stores_.world_.at_call(stores_.process_, SimCall::kStoreWait, name_.first.value());
  while (error_.is_ok() && queue_.size() > batches_max) write_front();
  return error_;
}

void SimStore::write_front() {
  SimWorld& world = stores_.world_;
  world.at_call(stores_.process_, SimCall::kStoreBeforeWrite, name_.first.value());
  if (queue_.empty() || !error_.is_ok()) return;  // the store's thread came first
  if (stores_.disk_.full() || world.happens(SimFault::kStoreWriteFails)) {
    error_ = Status(ErrorCode::kIo, "no space left on device");
    queue_.clear();
    return;
  }
  stores_.disk_.write(name_, std::move(queue_.front()));
  queue_.pop_front();
  world.at_call(stores_.process_, SimCall::kStoreAfterWrite, name_.first.value());
}

}  // namespace qcdr::stream
