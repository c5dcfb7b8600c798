// The ledger of deliveries: intents, attempts and outcomes, as the topic of documents says them.
//
// It is the fold of one partition of qcdr.public.submission-documents.v1 over rows that a store
// keeps (LedgerRows; MemoryLedgerRows for tests, the state store in services/submission). Because
// the topic carries what the sender itself says, the ledger finds after a crash what the log knows
// and the store did not: an intent is on the log before a byte leaves.
// Invariants
// - A record is folded once: its changes and the next offset are one batch.
// - The newest version has the slot; an older document of it is never sent any more.
// - While the end of an attempt is not known its slot stays open, across documents and restarts.
// Thread-safety: none. Lifetime: the rows outlive it. Errors: kCorruption, those of the rows;
// kFailedPrecondition for a record of a kind that this program does not know.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/rows.h"
#include "submission/ledger_row.h"

namespace qcdr::v1 {
class SubmissionAttempt;
class SubmissionCancel;
class SubmissionDocument;
class SubmissionDocumentRecord;
class SubmissionReceipt;
}  // namespace qcdr::v1

namespace qcdr::submission {

// Where the ledger's rows are kept, in Family::kFacts.
class LedgerRows : public RowReader {
 public:
  // Durable on return, whole or not at all.
  virtual Status write(RowBatch batch) = 0;
};

class MemoryLedgerRows final : public LedgerRows {
 public:
  Result<std::optional<std::string>> get(Family family, std::string_view key) const override;
  Status scan(Family family, std::string_view prefix, const Visit& visit) const override;
  Status write(RowBatch batch) override;

 private:
  std::map<std::string, std::string, std::less<>> rows_;
};

class AttemptLedger {
 public:
  // Reads what is unfinished.
  static Result<AttemptLedger> open(LedgerRows& rows);

  // The next record of the partition to be folded.
  Offset next_offset() const { return next_; }
  // Folds a record; one below next_offset() changes nothing.
  Status apply(const v1::SubmissionDocumentRecord& record, Offset offset);
  // The record at `offset` says nothing that the ledger keeps.
  Status pass(Offset offset);

  Result<std::optional<LedgerRow>> find(const std::string& document_id) const;
  Result<std::optional<SlotRow>> slot(const std::string& slot) const;
  // Documents that somebody must go on with, in the order of their ids.
  const std::set<std::string>& unfinished() const { return unfinished_; }
  // How many documents are in each state.
  const std::map<AttemptState, std::uint64_t>& states() const { return states_; }

 private:
  explicit AttemptLedger(LedgerRows& rows) : rows_(&rows) {}
  Status take_document(const v1::SubmissionDocument& document, Offset offset, RowBatch* batch);
  Status take_cancel(const v1::SubmissionCancel& cancel, RowBatch* batch);
  Status take_attempt(const v1::SubmissionAttempt& attempt, RowBatch* batch);
  Status take_receipt(const v1::SubmissionReceipt& receipt, RowBatch* batch);
  Status set_open(const LedgerRow& row, std::int64_t since_milliseconds, RowBatch* batch);
  void put(const LedgerRow& row, RowBatch* batch);
  void count(const LedgerRow& row);

  LedgerRows* rows_;
  Offset next_;
  std::map<std::string, AttemptState> known_;  // of unfinished documents, and of this batch
  std::set<std::string> unfinished_;
  std::map<AttemptState, std::uint64_t> states_;
};

// What CMS holds one set for, of a document: "entity in hex/year/category/program".
std::string slot_of(const v1::SubmissionDocument& document);

}  // namespace qcdr::submission
