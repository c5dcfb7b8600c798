// What a log hands out for transactions: two producers in turn, and commits beside other work.
//
// A broker answers a commit when it is decided, and writes its marks into the partitions after
// that; until they are written, the next transaction of the same id is refused and tried again by
// the client 20 ms later. A second id does not wait for that. In the offsets of the group, the
// later transaction's win whatever order the marks come in: the coordinator compares where they
// were written. Invariants:
//   - the transaction of one producer begins only after the commit or abort of the other's was
//     answered, so versions and offsets go up across both;
//   - both ids are taken before this exists: whoever had them is fenced, and what it left open has
//     ended, before anybody asks what is committed;
//   - an error that leaves open what happened makes both useless.
// Thread-safety: one thread; a commit that was started runs on another and touches only its own
// producer. Lifetime: the end waits for it.
#pragma once

#include <array>
#include <future>

#include "stream/kafka/transactional_producer.h"

namespace qcdr::stream::kafka {

class AlternatingProducer final : public TransactionalProducer {
 public:
  static Result<std::unique_ptr<TransactionalProducer>> make(const KafkaOptions& options,
                                                             const std::string& transactional_id);
  ~AlternatingProducer() override;

  Status begin() override;
  Status send(OutputRecord record) override;
  Result<CommitReceipt> commit(Consumer& consumer, std::uint64_t epoch,
                               const std::map<Partition, Offset>& next_offsets) override;
  void start_commit(Consumer& consumer, std::uint64_t epoch,
                    const std::map<Partition, Offset>& next_offsets) override;
  std::optional<Result<CommitReceipt>> finish_commit(std::chrono::milliseconds wait) override;
  Status abort() override;

 private:
  AlternatingProducer() = default;

  KafkaTransactionalProducer& present() { return *producers_[turn_]; }
  // Keeps what ends the life of both.
  void note(const Status& status);
  Status noted(Status status);

  std::array<std::unique_ptr<KafkaTransactionalProducer>, 2> producers_;
  std::size_t turn_ = 0;
  Status failed_;
  std::future<Result<CommitReceipt>> answer_;
};

}  // namespace qcdr::stream::kafka
