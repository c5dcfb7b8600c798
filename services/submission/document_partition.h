// One partition of qcdr.public.submission-documents.v1, followed to its end: the ledger over its
// records, and the receipts in it told to the practices.
//
// - catch_up() folds what is on the log up to its committed end. Bytes that are no record become a
//   dead letter; a record of a kind that this program does not know stops the partition.
// - tell_receipts() writes each receipt into its practice's partition of registry-records, as a
//   RegistryRecord, and then commits the group's offset behind it: at least once, with the same
//   ce_id each time. Receipts that another organisation's job wrote are told like our own.
// Thread-safety: none. Lifetime: what the constructor takes outlives it. Errors: those of log and
// store.
#pragma once

#include <memory>

#include "qcdr/v1/submission.pb.h"
#include "stream/log.h"
#include "stream/state_store.h"
#include "submission/attempt_ledger.h"
#include "submission/store_ledger_rows.h"

namespace qcdr {

class DocumentPartition {
 public:
  static Result<std::unique_ptr<DocumentPartition>> open(Partition partition, stream::Log& log,
                                                         stream::StateStores& stores, Offset told);

  Status catch_up();
  // How many were told; `told()` is then behind them.
  Result<std::size_t> tell_receipts();
  Offset told() const { return told_; }
  // Durable on return; `key` is that of the document's record.
  Status append(const std::string& key, const v1::SubmissionDocumentRecord& record);
  // The record of a document and its key.
  struct Frozen {
    std::string key;
    v1::SubmissionDocument document;
  };
  Result<Frozen> read_document(const submission::LedgerRow& row);

  const submission::AttemptLedger& ledger() const { return *ledger_; }
  Partition partition() const { return partition_; }

 private:
  DocumentPartition(Partition partition, Offset told) : partition_(partition), told_(told) {}
  Status fold(const stream::Record& record);

  const Partition partition_;
  Offset told_;
  std::int32_t practice_partitions_ = 0;
  std::unique_ptr<stream::StateStore> store_;
  std::unique_ptr<StoreLedgerRows> rows_;
  std::unique_ptr<submission::AttemptLedger> ledger_;
  std::unique_ptr<stream::Reader> reader_;
  std::unique_ptr<stream::Appender> appender_;
};

}  // namespace qcdr
