// Transactions of the simulated broker: epochs, fencing, time-outs, visibility part by part.
#include "stream/sim/sim_broker.h"

namespace qcdr::stream {

SimBroker::Transaction* SimBroker::open_transaction(const std::string& transactional_id) {
  for (Transaction& transaction : transactions_) {
    if (transaction.transactional_id == transactional_id && !transaction.decided) {
      return &transaction;
    }
  }
  return nullptr;
}

SimBroker::ProducerIdentity SimBroker::init_producer(const std::string& transactional_id) {
  const std::uint64_t epoch = ++producer_epochs_[transactional_id];
  if (Transaction* open = open_transaction(transactional_id)) decide(open, false);
  finish(transactional_id);
  return {transactional_id, epoch};
}

Status SimBroker::check_producer(const ProducerIdentity& producer) const {
  const auto epoch = producer_epochs_.find(producer.transactional_id);
  QCDR_ASSERT(epoch != producer_epochs_.end());
  if (epoch->second == producer.epoch) return Status::ok();
  return Status(ErrorCode::kFenced, "a newer producer has " + producer.transactional_id);
}

SimBroker::TransactionNumber SimBroker::begin(const ProducerIdentity& producer) {
  QCDR_ASSERT(check_producer(producer).is_ok());
  QCDR_ASSERT(open_transaction(producer.transactional_id) == nullptr);
  finish(producer.transactional_id);
  Transaction transaction;
  transaction.number = ++last_transaction_;
  transaction.transactional_id = producer.transactional_id;
  transaction.began_milliseconds = clock_.monotonic_milliseconds();
  transactions_.push_back(transaction);
  return transaction.number;
}

Result<Offset> SimBroker::send(const ProducerIdentity& producer, OutputRecord record) {
  QCDR_RETURN_IF_ERROR(check_producer(producer));
  Transaction* const transaction = open_transaction(producer.transactional_id);
  if (transaction == nullptr) return Status(ErrorCode::kAborted, "no open transaction");
  const TopicPartition part(record.topic, record.partition);
  QCDR_ASSIGN_OR_RETURN(const Appended appended, append(std::move(record)));
  Entry& entry = find(part.first, part.second)->entries.back();
  entry.visibility = Visibility::kPending;
  entry.transaction = transaction->number;
  transaction->parts.insert(part);
  return appended.offset;
}

Status SimBroker::send_offsets(const ProducerIdentity& producer, const std::string& group,
                               const std::map<Partition, Offset>& next_offsets) {
  QCDR_RETURN_IF_ERROR(check_producer(producer));
  Transaction* const transaction = open_transaction(producer.transactional_id);
  if (transaction == nullptr) return Status(ErrorCode::kAborted, "no open transaction");
  transaction->group = group;
  transaction->offsets = next_offsets;
  return Status::ok();
}

bool SimBroker::has_open_transaction(const ProducerIdentity& producer) const {
  return const_cast<SimBroker*>(this)->open_transaction(producer.transactional_id) != nullptr;
}

void SimBroker::decide_commit(const ProducerIdentity& producer) {
  Transaction* const transaction = open_transaction(producer.transactional_id);
  QCDR_ASSERT(transaction != nullptr && check_producer(producer).is_ok());
  decide(transaction, true);
  if (!world_.happens(SimFault::kSlowMarkers)) finish(producer.transactional_id);
}

void SimBroker::decide_abort(const ProducerIdentity& producer) {
  Transaction* const transaction = open_transaction(producer.transactional_id);
  if (transaction == nullptr || !check_producer(producer).is_ok()) return;
  decide(transaction, false);
  finish(producer.transactional_id);
}

void SimBroker::decide_commit_later(const ProducerIdentity& producer) {
  Transaction* const transaction = open_transaction(producer.transactional_id);
  QCDR_ASSERT(transaction != nullptr);
  late_ends_.push_back({producer, transaction->number});
}

void SimBroker::decide(Transaction* transaction, bool commit) {
  QCDR_ASSERT(!transaction->decided);
  transaction->decided = true;
  transaction->commit = commit;
  if (!commit) {
    transaction->offsets.clear();
    return;
  }
  for (const auto& [partition, next] : transaction->offsets) {
    groups_.at(transaction->group).decided[partition] = next;
  }
}

bool SimBroker::show_part(Transaction* transaction) {
  QCDR_ASSERT(transaction->decided);
  const std::size_t choices = transaction->parts.size() + (transaction->offsets.empty() ? 0 : 1);
  if (choices == 0) return false;
  const std::size_t choice = world_.random(choices);
  if (choice == transaction->parts.size()) {
    for (const auto& [partition, next] : transaction->offsets) {
      groups_.at(transaction->group).committed[partition] = next;
    }
    transaction->offsets.clear();
    return true;
  }
  const auto part = std::next(transaction->parts.begin(), static_cast<std::ptrdiff_t>(choice));
  PartitionLog* const log = find(part->first, part->second);
  for (Entry& entry : log->entries) {
    if (entry.transaction == transaction->number && entry.visibility == Visibility::kPending) {
      entry.visibility = transaction->commit ? Visibility::kCommitted : Visibility::kAborted;
    }
  }
  Entry marker;
  marker.visibility = Visibility::kMarker;
  marker.record.offset = Offset(static_cast<std::int64_t>(log->entries.size()));
  log->entries.push_back(std::move(marker));
  transaction->parts.erase(part);
  return true;
}

void SimBroker::forget_finished() {
  std::erase_if(transactions_, [](const Transaction& transaction) {
    return transaction.decided && transaction.parts.empty() && transaction.offsets.empty();
  });
}

void SimBroker::finish(const std::string& transactional_id) {
  for (Transaction& transaction : transactions_) {
    if (transaction.transactional_id != transactional_id || !transaction.decided) continue;
    while (show_part(&transaction)) {
    }
  }
  forget_finished();
}

void SimBroker::deliver_late_ends() {
  for (const LateEnd& late : late_ends_) {
    Transaction* const open = open_transaction(late.producer.transactional_id);
    // A newer epoch or another transaction: the coordinator refuses it.
    if (open == nullptr || open->number != late.transaction) continue;
    if (check_producer(late.producer).is_ok()) decide(open, true);
  }
  late_ends_.clear();
}

void SimBroker::expire_transactions() {
  const std::int64_t now = clock_.monotonic_milliseconds();
  for (Transaction& transaction : transactions_) {
    if (transaction.decided) continue;
    if (now - transaction.began_milliseconds <= options_.transaction_timeout_milliseconds) continue;
    ++producer_epochs_[transaction.transactional_id];
    decide(&transaction, false);
  }
}

void SimBroker::tick() {
  expire_members();
  expire_transactions();
  if (world_.random(2) == 0) deliver_late_ends();
  for (Transaction& transaction : transactions_) {
    if (transaction.decided) {
      show_part(&transaction);
      break;
    }
  }
  forget_finished();
}

void SimBroker::settle() {
  expire_members();
  expire_transactions();
  deliver_late_ends();
  for (Transaction& transaction : transactions_) {
    if (!transaction.decided) continue;
    while (show_part(&transaction)) {
    }
  }
  forget_finished();
}

}  // namespace qcdr::stream
