#include "stream/sim/sim_log.h"

#include "stream/sim/sim_consumer.h"

namespace qcdr::stream {
namespace {

Status unavailable(const char* what) {
  return Status(ErrorCode::kUnavailable, what);
}

class SimProducer : public TransactionalProducer {
 public:
  SimProducer(SimBroker& broker, SimProcess& process, SimBroker::ProducerIdentity identity)
      : broker_(broker), process_(process), identity_(std::move(identity)) {}

  Status begin() override {
    broker_.world().at_call(process_, SimCall::kBegin, 0);
    QCDR_RETURN_IF_ERROR(broker_.check_producer(identity_));
    if (began_) return Status(ErrorCode::kFailedPrecondition, "a transaction is open");
    broker_.begin(identity_);
    last_offsets_.clear();
    began_ = true;
    return Status::ok();
  }

  Status send(OutputRecord record) override {
    broker_.world().at_call(process_, SimCall::kSend, record.partition.value());
    if (!began_) return Status(ErrorCode::kFailedPrecondition, "no transaction is open");
    if (broker_.world().happens(SimFault::kUnavailable)) return unavailable("send");
    QCDR_RETURN_IF_ERROR(broker_.space());
    const SimBroker::TopicPartition part(record.topic, record.partition);
    QCDR_ASSIGN_OR_RETURN(const Offset offset, broker_.send(identity_, std::move(record)));
    last_offsets_[part] = offset;
    return Status::ok();
  }

  Result<CommitReceipt> commit(Consumer& consumer, std::uint64_t epoch,
                               const std::map<Partition, Offset>& next_offsets) override {
    if (!began_) return Status(ErrorCode::kFailedPrecondition, "no transaction is open");
    auto& member = dynamic_cast<SimConsumer&>(consumer);
    broker_.world().at_call(process_, SimCall::kSendOffsets, 0);
    QCDR_RETURN_IF_ERROR(broker_.check_producer(identity_));
    const Status owner = member.check(epoch);
    if (!owner.is_ok()) return aborted(owner);
    QCDR_RETURN_IF_ERROR(broker_.send_offsets(identity_, member.group(), next_offsets));
    broker_.world().at_call(process_, SimCall::kEndTransaction, 0);
    if (broker_.world().happens(SimFault::kRequestLate)) be_under_way();
    QCDR_RETURN_IF_ERROR(broker_.check_producer(identity_));
    if (!broker_.has_open_transaction(identity_)) {
      return aborted(Status(ErrorCode::kAborted, "the coordinator aborted the transaction"));
    }
    return end_transaction();
  }

  // A broker decides early or late in the time that a commit takes; nobody can tell from outside.
  void start_commit(Consumer& consumer, std::uint64_t epoch,
                    const std::map<Partition, Offset>& next_offsets) override {
    SimWorld& world = broker_.world();
    under_way_.reset();
    if (!world.happens(SimFault::kCommitTakesTime)) {
      return TransactionalProducer::start_commit(consumer, epoch, next_offsets);
    }
    under_way_ = UnderWay{1 + world.random(4), &consumer, epoch, next_offsets, std::nullopt};
    if (world.random(2) == 0) under_way_->answer = commit(consumer, epoch, next_offsets);
  }

  std::optional<Result<CommitReceipt>> finish_commit(std::chrono::milliseconds wait) override {
    if (!under_way_) return TransactionalProducer::finish_commit(wait);
    broker_.world().at_call(process_, SimCall::kEndTransaction, 0);
    if (--under_way_->looks > 0) {
      broker_.clock().advance(wait.count());
      return std::nullopt;
    }
    const UnderWay ended = *std::exchange(under_way_, std::nullopt);
    if (ended.answer) return ended.answer;
    return commit(*ended.consumer, ended.epoch, ended.next_offsets);
  }

  Status abort() override {
    broker_.world().at_call(process_, SimCall::kAbort, 0);
    began_ = false;
    QCDR_RETURN_IF_ERROR(broker_.check_producer(identity_));
    broker_.decide_abort(identity_);
    return Status::ok();
  }

 private:
  // Long enough for the member to be taken for dead and the transaction to time out; others act.
  void be_under_way() {
    for (int call = 1; call <= 4; ++call) {
      broker_.clock().advance(static_cast<std::int64_t>(broker_.world().random(8'000)));
      broker_.tick();
      broker_.world().at_call(process_, SimCall::kEndTransaction, call);
    }
  }

  Status aborted(const Status& reason) {
    broker_.decide_abort(identity_);
    began_ = false;
    return reason;
  }

  Result<CommitReceipt> end_transaction() {
    SimWorld& world = broker_.world();
    QCDR_RETURN_IF_ERROR(broker_.space());
    if (world.happens(SimFault::kCommitAborted)) {
      return aborted(Status(ErrorCode::kAborted, "the coordinator aborted the transaction"));
    }
    if (world.happens(SimFault::kCommitNotHappened)) return unavailable("no answer");
    if (world.happens(SimFault::kCommitLate)) {
      broker_.decide_commit_later(identity_);
      return unavailable("no answer");
    }
    broker_.decide_commit(identity_);
    began_ = false;
    if (world.happens(SimFault::kAnswerLate)) be_under_way();
    if (world.happens(SimFault::kAnswerLost)) return unavailable("no answer");
    return CommitReceipt{last_offsets_};
  }

  SimBroker& broker_;
  SimProcess& process_;
  const SimBroker::ProducerIdentity identity_;
  bool began_ = false;
  std::map<SimBroker::TopicPartition, Offset> last_offsets_;
  struct UnderWay {
    std::uint64_t looks = 1;
    Consumer* consumer = nullptr;
    std::uint64_t epoch = 0;
    std::map<Partition, Offset> next_offsets;
    std::optional<Result<CommitReceipt>> answer;
  };
  std::optional<UnderWay> under_way_;
};

class SimAppender : public Appender {
 public:
  SimAppender(SimBroker& broker, SimProcess& process) : broker_(broker), process_(process) {}

  Result<Appended> append(OutputRecord record) override {
    broker_.world().at_call(process_, SimCall::kAppend, record.partition.value());
    if (broker_.world().happens(SimFault::kUnavailable)) return unavailable("append");
    QCDR_RETURN_IF_ERROR(broker_.space());
    QCDR_ASSIGN_OR_RETURN(const Appended appended, broker_.append(std::move(record)));
    if (broker_.world().happens(SimFault::kAnswerLost)) return unavailable("no answer");
    return appended;
  }

  Status append_all(std::vector<OutputRecord> records) override {
    for (OutputRecord& record : records) {
      QCDR_RETURN_IF_ERROR(append(std::move(record)).status());
    }
    return Status::ok();
  }

 private:
  SimBroker& broker_;
  SimProcess& process_;
};

class SimReader : public Reader {
 public:
  SimReader(SimBroker& broker, SimProcess& process) : broker_(broker), process_(process) {}

  Result<std::vector<Record>> read(const std::string& topic, Partition partition, Offset from,
                                   std::size_t records_max) override {
    broker_.world().at_call(process_, SimCall::kRead, from.value());
    if (broker_.world().happens(SimFault::kUnavailable)) return unavailable("read");
    return broker_.read(topic, partition, from, records_max);
  }
  Result<Offset> beginning(const std::string& topic, Partition partition) override {
    broker_.world().at_call(process_, SimCall::kBeginning, partition.value());
    return broker_.beginning(topic, partition);
  }
  Result<Offset> end(const std::string& topic, Partition partition) override {
    broker_.world().at_call(process_, SimCall::kEnd, partition.value());
    return broker_.end(topic, partition);
  }

 private:
  SimBroker& broker_;
  SimProcess& process_;
};

}  // namespace

Status SimLog::ensure_topics(const std::vector<TopicDefinition>& topics) {
  return broker_.ensure_topics(topics);
}

Result<std::int32_t> SimLog::partition_count(const std::string& topic) {
  return broker_.partition_count(topic);
}

Result<std::unique_ptr<Consumer>> SimLog::join(const std::string& group, const std::string& topic,
                                               const std::string& member_id) {
  broker_.world().at_call(process_, SimCall::kJoin, 0);
  if (broker_.world().happens(SimFault::kUnavailable)) return unavailable("join");
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t incarnation, broker_.join(group, topic, member_id));
  return std::unique_ptr<Consumer>(
      std::make_unique<SimConsumer>(broker_, process_, group, topic, member_id, incarnation));
}

Result<std::unique_ptr<TransactionalProducer>> SimLog::transactional_producer(
    const std::string& transactional_id) {
  broker_.world().at_call(process_, SimCall::kProducerInit, 0);
  if (broker_.world().happens(SimFault::kUnavailable)) return unavailable("init_transactions");
  return std::unique_ptr<TransactionalProducer>(
      std::make_unique<SimProducer>(broker_, process_, broker_.init_producer(transactional_id)));
}

Result<std::unique_ptr<Appender>> SimLog::appender() {
  return std::unique_ptr<Appender>(std::make_unique<SimAppender>(broker_, process_));
}

Result<std::unique_ptr<Reader>> SimLog::reader() {
  return std::unique_ptr<Reader>(std::make_unique<SimReader>(broker_, process_));
}

}  // namespace qcdr::stream
