// The second stage as the processing loop drives it: folds what practices contribute to an entity,
// and tells each of them, in its own partition of registry-records, what it must know of the
// others.
//
// A claim carries the time of receipt of the newest record behind it as its record's time, so that
// a replayed season stays in its own time; a broker that stamps records itself overrules it.
// Where a deadline's mark lies between the contributions it says on the audit topic what those of
// the mark's partition come to.
// Generation: kEntityGeneration names the logic that makes state and claims.
// Thread-safety: none; one fold belongs to one partition worker.
#pragma once

#include <memory>

#include "common/topic_names.h"
#include "ledger/entity_ledger.h"
#include "scoring/audit_chain.h"
#include "stream/fold.h"

namespace qcdr {

inline constexpr Generation kEntityGeneration{4};

class EntityFold final : public stream::Fold {
 public:
  // `partitions` of qcdr.internal.registry-records.v1.
  EntityFold(const RowReader& rows, const StateDigest& digest, std::int32_t partitions,
             Partition partition)
      : partitions_(partitions),
        ledger_(rows, digest),
        audit_({"scoring-entities", kEntityContributionsTopic, partition, Family::kCounts}, "",
               rows) {}

  // How far its audit records are; comes first.
  Status open() { return audit_.load(); }
  Status rules_changed(Offset cause, std::string_view before, Instant now) override;
  Status apply(const stream::Record& record, const stream::RecordContext& context) override;
  Status emit(stream::OutputSink& sink) override;
  Status freeze(RowBatch* batch) override;
  const StateDigest& digest() const override { return ledger_.digest(); }
  std::size_t dirty_bytes() const override { return ledger_.dirty_bytes(); }
  std::size_t memory_bytes() const override { return ledger_.memory_bytes(); }
  void shrink(std::size_t bytes_max) override { ledger_.shrink(bytes_max); }

 private:
  Status pass_mark(const v1::EntityContribution& message, const stream::Record& record,
                   Instant partition_time);

  const std::int32_t partitions_;
  ledger::EntityLedger ledger_;
  AuditChain audit_;
  std::vector<std::pair<Offset, stream::OutputRecord>> dead_letters_;  // since the last emit()
};

class EntityFoldFactory final : public stream::FoldFactory {
 public:
  explicit EntityFoldFactory(std::int32_t partitions) : partitions_(partitions) {}
  Result<std::unique_ptr<stream::Fold>> create(Partition partition, const RowReader& rows,
                                               const StateDigest& digest) override;

 private:
  const std::int32_t partitions_;
};

}  // namespace qcdr
