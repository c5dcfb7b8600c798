// Transactions and single appends on the embedded log. Thread-safety: one thread each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "stream/embedded/log_core.h"

namespace qcdr::stream::embedded {

// Keeps a transaction's outputs in memory until commit() writes them as one frame; an abort
// forgets them.
class EmbeddedProducer : public TransactionalProducer {
 public:
  EmbeddedProducer(std::shared_ptr<LogCore> core, std::string transactional_id)
      : core_(std::move(core)),
        transactional_id_(std::move(transactional_id)),
        token_(core_->start_producer(transactional_id_)) {}

  Status begin() override;
  Status send(OutputRecord record) override;
  Result<CommitReceipt> commit(Consumer& consumer, std::uint64_t epoch,
                               const std::map<Partition, Offset>& next_offsets) override;
  Status abort() override;

 private:
  Status check_open() const;
  void close();

  std::shared_ptr<LogCore> core_;
  std::string transactional_id_;
  std::uint64_t token_;
  bool open_ = false;
  RecordsEncoder records_;
  // Topic and partition of each record, for the receipt.
  std::vector<std::pair<std::string, Partition>> destinations_;
};

class EmbeddedAppender : public Appender {
 public:
  explicit EmbeddedAppender(std::shared_ptr<LogCore> core) : core_(std::move(core)) {}
  Result<Appended> append(OutputRecord record) override;
  Status append_all(std::vector<OutputRecord> records) override;

 private:
  std::shared_ptr<LogCore> core_;
};

}  // namespace qcdr::stream::embedded
