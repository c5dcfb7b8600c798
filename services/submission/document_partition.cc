#include "submission/document_partition.h"

#include "common/dead_letter.h"
#include "common/event_headers.h"
#include "common/known_values.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

constexpr const char* kStage = "submission";
constexpr std::size_t kRecordsMax = 500;
// Of the ledger's own rows; another form of them gets another number and is folded from the log.
const Generation kGeneration(1);

std::string receipt_id(const v1::SubmissionReceipt& receipt) {
  return "receipt/" + receipt.document_id() + "/" + std::to_string(receipt.attempt()) + "/" +
         std::to_string(receipt.outcome());
}

std::string event_id(const v1::SubmissionDocumentRecord& record) {
  if (record.has_attempt()) {
    return "attempt/" + record.attempt().document_id() + "/" +
           std::to_string(record.attempt().attempt());
  }
  return receipt_id(record.receipt());
}

}  // namespace

Result<std::unique_ptr<DocumentPartition>> DocumentPartition::open(Partition partition,
                                                                   stream::Log& log,
                                                                   stream::StateStores& stores,
                                                                   Offset told) {
  std::unique_ptr<DocumentPartition> made(new DocumentPartition(partition, told));
  QCDR_ASSIGN_OR_RETURN(made->store_, stores.open(partition, kGeneration));
  made->rows_ = std::make_unique<StoreLedgerRows>(*made->store_);
  QCDR_ASSIGN_OR_RETURN(auto ledger, submission::AttemptLedger::open(*made->rows_));
  made->ledger_ = std::make_unique<submission::AttemptLedger>(std::move(ledger));
  QCDR_ASSIGN_OR_RETURN(made->reader_, log.reader());
  QCDR_ASSIGN_OR_RETURN(made->appender_, log.appender());
  QCDR_ASSIGN_OR_RETURN(made->practice_partitions_, log.partition_count(kRegistryRecordsTopic));
  QCDR_ASSIGN_OR_RETURN(const Offset end, made->reader_->end(kSubmissionDocumentsTopic, partition));
  if (made->ledger_->next_offset() > end) {
    // The store is ahead of the log: it is another log's, and nothing may be sent by it.
    return Status(ErrorCode::kCorruption,
                  "the submission ledger has read further than its topic goes");
  }
  return made;
}

Status DocumentPartition::catch_up() {
  QCDR_ASSIGN_OR_RETURN(const Offset end, reader_->end(kSubmissionDocumentsTopic, partition_));
  while (ledger_->next_offset() < end) {
    QCDR_ASSIGN_OR_RETURN(const auto records, reader_->read(kSubmissionDocumentsTopic, partition_,
                                                            ledger_->next_offset(), kRecordsMax));
    if (records.empty()) break;  // a transaction's marks alone
    for (const stream::Record& record : records) {
      QCDR_RETURN_IF_ERROR(fold(record));
    }
  }
  return Status::ok();
}

Status DocumentPartition::fold(const stream::Record& record) {
  if (!record.value) return ledger_->pass(record.offset);
  v1::SubmissionDocumentRecord message;
  if (!message.ParseFromString(*record.value)) {
    LogLine(LogLevel::kError, "a record of documents is laid aside")
        .stage(kStage)
        .partition(partition_)
        .offset(record.offset);
    QCDR_RETURN_IF_ERROR(
        appender_->append(make_dead_letter(record, kStage, "it is no record")).status());
    return ledger_->pass(record.offset);
  }
  QCDR_RETURN_IF_ERROR(check_values_known(message));
  return ledger_->apply(message, record.offset);
}

Result<std::size_t> DocumentPartition::tell_receipts() {
  std::size_t count = 0;
  while (told_ < ledger_->next_offset()) {
    QCDR_ASSIGN_OR_RETURN(const auto records,
                          reader_->read(kSubmissionDocumentsTopic, partition_, told_, kRecordsMax));
    if (records.empty()) break;
    std::vector<stream::OutputRecord> outputs;
    for (const stream::Record& record : records) {
      if (record.offset >= ledger_->next_offset()) break;
      told_ = next(record.offset);
      v1::SubmissionDocumentRecord message;
      if (!record.value || !message.ParseFromString(*record.value) || !message.has_receipt()) {
        continue;
      }
      v1::RegistryRecord told;
      *told.mutable_submission_receipt() = message.receipt();
      const PracticeId practice(message.receipt().practice_id());
      outputs.push_back({kRegistryRecordsTopic,
                         practice_partition(practice, practice_partitions_),
                         practice_key(practice),
                         told.SerializeAsString(),
                         {{kIdHeader, receipt_id(message.receipt())}},
                         std::nullopt});
    }
    count += outputs.size();
    if (!outputs.empty()) QCDR_RETURN_IF_ERROR(appender_->append_all(std::move(outputs)));
  }
  return count;
}

Status DocumentPartition::append(const std::string& key,
                                 const v1::SubmissionDocumentRecord& record) {
  return appender_
      ->append({kSubmissionDocumentsTopic,
                partition_,
                key,
                record.SerializeAsString(),
                {{kIdHeader, event_id(record)}},
                std::nullopt})
      .status();
}

Result<DocumentPartition::Frozen> DocumentPartition::read_document(
    const submission::LedgerRow& row) {
  QCDR_ASSIGN_OR_RETURN(const auto records, reader_->read(kSubmissionDocumentsTopic, partition_,
                                                          row.document_offset, 1));
  v1::SubmissionDocumentRecord message;
  if (records.empty() || records.front().offset != row.document_offset || !records.front().value ||
      !message.ParseFromString(*records.front().value) ||
      message.document().document_id() != row.document_id) {
    return Status(ErrorCode::kCorruption, "a document is not where the ledger says");
  }
  return Frozen{records.front().key, message.document()};
}

}  // namespace qcdr
