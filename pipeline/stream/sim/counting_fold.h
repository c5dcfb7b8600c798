// A small deterministic fold for tests of the loop: counts, sums and an order-sensitive chain per
// entity, one coalesced output per changed entity, and findings of single records beside them.
//
// Input: key is the entity, value a decimal number. A record with header event-id goes to the
// entity "#events" whatever its key. Value "poison" is refused.
// Row, in family kCounts, key = entity: u64 count, i64 sum, u64 chain, i64 partition time of the
// last change. chain' = chain * 1000003 + number, modulo 2^64.
// Output to topic "outputs", key = entity: "count=C sum=S chain=H time=T score=S*generation".
// Finding to topic "findings" for numbers divisible by 5, two of them when divisible by 10.
// Digest item: text entity, then the row.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "stream/fold.h"

namespace qcdr::stream {

class CountingFold : public Fold {
 public:
  CountingFold(Partition partition, const RowReader& rows, const StateDigest& digest,
               std::int64_t score_factor)
      : partition_(partition), rows_(rows), digest_(digest), score_factor_(score_factor) {}

  Status apply(const Record& record, const RecordContext& context) override;
  Status emit(OutputSink& sink) override;
  Status freeze(RowBatch* batch) override;
  const StateDigest& digest() const override { return digest_; }
  std::size_t dirty_bytes() const override;
  void shrink(std::size_t bytes_max) override;

 private:
  struct Entity {
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    std::uint64_t chain = 0;
    std::int64_t time = 0;
    bool dirty = false;
    std::string frozen;  // row as the store has it, or empty
    std::string row() const;
  };
  Result<Entity*> load(const std::string& name);

  const Partition partition_;
  const RowReader& rows_;
  StateDigest digest_;
  const std::int64_t score_factor_;
  std::map<std::string, Entity> entities_;
  std::map<std::string, Offset> changed_;  // in this batch, with the last cause
  std::vector<std::pair<Offset, OutputRecord>> findings_;
  std::uint32_t generation_ = 0;
};

class CountingFoldFactory : public FoldFactory {
 public:
  // Another factor is other logic: it must not be replayed under the same generation.
  explicit CountingFoldFactory(std::int64_t score_factor = 1) : score_factor_(score_factor) {}
  Result<std::unique_ptr<Fold>> create(Partition partition, const RowReader& rows,
                                       const StateDigest& digest) override;

 private:
  const std::int64_t score_factor_;
};

}  // namespace qcdr::stream
