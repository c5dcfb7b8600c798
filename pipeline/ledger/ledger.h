// The fold of one partition: every practice-year whose records come there.
//
// Practice-years are read when they are first needed and let go again, least recently used first,
// when memory runs short; only clean ones are let go.
// A record that can never be folded parks its practice (parked_practices.h): whoever drives this
// asks check_*() before the record changes anything, and parked() whose turn it is.
// Invariant: digest() == sum of the practice-years' digests and of the items of parked practices,
// exact right after freeze().
// Thread-safety: none. Lifetime: rules, entity key and rows outlive it.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "ledger/npi_registry_rows.h"
#include "ledger/parked_practices.h"
#include "ledger/practice_ledger.h"
#include "ledger/practice_submissions.h"

namespace qcdr::v1 {
class ScoreProjection;
}

namespace qcdr::ledger {

class Ledger {
 public:
  Ledger(const LedgerRules& rules, const Key256& entity_key, const RowReader& rows,
         const StateDigest& digest)
      : rules_(rules), entity_key_(entity_key), rows_(rows), digest_(digest) {}
  Ledger(const Ledger&) = delete;  // parked_ changes digest_
  Ledger& operator=(const Ledger&) = delete;

  // Why the record can never be folded, if so; they change nothing. Errors as those of find().
  Result<std::optional<Poison>> check_chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows);
  Result<std::optional<Poison>> check_completed(const v1::UploadCompleted& completed);
  Result<std::optional<Poison>> check_claim(const v1::StageTwoClaim& claim);
  ParkedPractices& parked() { return parked_; }
  const ParkedPractices& parked() const { return parked_; }

  Status apply_chunk(const v1::Chunk& chunk, const v1::ChunkRows& rows, Offset offset);
  Status complete_upload(const v1::UploadCompleted& completed, Offset offset);
  // What the second stage says of the others that report for an entity of a practice.
  Status apply_claim(const v1::StageTwoClaim& claim, Offset offset);
  // What has to stay here is judged as of that moment, from now on: before each record, and before
  // time goes on. Who never says it only tries something out: documents stay as they are.
  void begin_record(const Moment& moment) { moment_ = moment; }
  void make_documents_by(const DocumentMaker* maker) { maker_ = maker; }
  // Why it can never be folded, if so. Errors as those of find().
  Result<std::optional<Poison>> check_request(const v1::SubmissionRequest& request);
  Result<std::optional<Poison>> check_receipt(const v1::SubmissionReceipt& receipt);
  // Judges it; the record of begin_record().
  Status apply_request(const v1::SubmissionRequest& request);
  Status apply_receipt(const v1::SubmissionReceipt& receipt);
  // The practice was parked: none of its documents is to be sent, whatever comes of it.
  Status cancel_documents(PracticeId practice);
  // A deadline passed: entities for which something that blocks can no longer be cured are touched.
  Status pass_deadline(PerformanceYear year, Instant passed_at, Offset offset);
  // Time went on: entities for which that changes what blocks, by a date that no calendar knows,
  // are touched. *deleted: practice-years that can no longer be read.
  Status pass_time(Instant before, Instant now, Offset offset, std::vector<PracticeYear>* deleted);
  // Everything of a kind (number of the proto RecordKind) that is held is let in: of one practice,
  // or of all that are not parked.
  Status lift_hold(PerformanceYear year, std::uint32_t kind, Offset offset,
                   std::optional<PracticeId> of_practice = std::nullopt);
  // A snapshot of the NPI register is in force, unless a newer one is: everybody of that year is
  // looked up.
  Status release_npi_registry(PerformanceYear year, const Hash256& digest, Offset offset);
  void find_npi_registries_by(FindNpiRegistry find) { npi_registries_.find_by(std::move(find)); }
  // Everything is scored again: what it rests on changed outside the records.
  Status touch_all(PerformanceYear year, Offset offset);
  // Everything that is said of the partition is said again, unchanged contributions too, because
  // the rules or the fold before were others. The practice-years that were there.
  Result<std::vector<PracticeYear>> say_everything_again(Offset offset);
  // Practice-years that what is about a whole year passed over since the last call, because they
  // can no longer be read. Whoever drives this forgets them.
  std::vector<PracticeYear> take_deleted() { return std::exchange(deleted_, {}); }
  // The data key was destroyed: everything of that practice-year goes, its entities vanish, and
  // what still comes for it is passed over.
  Status forget(PracticeYear id, Offset offset);
  Result<bool> is_forgotten(PracticeYear id) const;
  // Nothing of any practice ever came to this partition. Right after freeze().
  Result<bool> is_untouched() const;

  // What happened since the last call.
  Effects take_effects();
  Status freeze(RowBatch* batch);
  const StateDigest& digest() const { return digest_; }

  // Reads the practice-year if need be. kInvalidArgument: the rulebook does not know the year;
  // kNotFound: it was forgotten.
  Result<PracticeLedger*> find(PracticeYear id);
  // Every practice-year of the partition, in order.
  Result<std::vector<PracticeYear>> practice_years() const;

  std::size_t dirty_bytes() const { return dirty_bytes_; }
  // Of all practice-years that are decoded. What was read for looking is counted from the next
  // freeze() or shrink() on.
  std::size_t memory_bytes() const { return memory_bytes_; }
  void shrink(std::size_t bytes_max);

 private:
  struct Slot {
    std::unique_ptr<PracticeLedger> ledger;
    StateDigest counted;  // what digest_ contains of it
    std::uint64_t used = 0;
    std::size_t dirty_bytes = 0;
    std::size_t memory_bytes = 0;
  };
  Result<Slot*> slot(PracticeYear id);
  // Null, and noted, when it can no longer be read.
  Result<Slot*> slot_unless_deleted(PracticeYear id);
  // Looks again at documents of what the record touched; with `all`, at every one.
  Status settle(Slot* slot, bool all = false);
  Result<std::set<EntityId>> entities_of(PracticeYear id);
  void note_bytes(Slot* slot);
  Status note_own_dates(PracticeYear id, const PracticeLedger& practice);

  const LedgerRules& rules_;
  const Key256& entity_key_;
  const RowReader& rows_;
  StateDigest digest_;
  ParkedPractices parked_{rows_, &digest_};
  NpiRegistryRows npi_registries_{rows_};
  std::map<PracticeYear, Slot> slots_;
  Effects effects_;
  std::optional<Moment> moment_;
  const DocumentMaker* maker_ = nullptr;
  RowBatch forgetting_;
  std::vector<PracticeYear> deleted_;
  std::set<PracticeYear> forgotten_;  // of this run; the rows remember the others
  // Practice-years that may have dates of their own; complete once it was asked for.
  std::set<PracticeYear> own_dates_;
  bool own_dates_known_ = false;
  std::uint64_t tick_ = 0;
  std::size_t dirty_bytes_ = 0;
  std::size_t memory_bytes_ = 0;
};

}  // namespace qcdr::ledger
