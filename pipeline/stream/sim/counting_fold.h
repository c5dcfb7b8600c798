// A small deterministic fold for tests of the loop: counts, sums and an order-sensitive chain per
// entity, one coalesced output per changed entity, and findings of single records beside them.
//
// Input: key is the entity, value a decimal number. A record with header event-id goes to the
// entity "#events" whatever its key. Value "poison" is refused.
// Its batch ends with it.
// A record with header upload is a chunk: its value is numbers separated by commas, of rows that
// begin at header ordinal and were received at header received-at. Each row counts for the entity
// and for the entity "#upload-<id>", whose count is the ordinal that comes next; rows below it were
// counted before and are dropped, rows beyond it are kCorruption.
// Row, in family kCounts, key = entity: u64 count, i64 sum, u64 chain, i64 partition time of the
// last change, u64 sum of received-at. chain' = chain * 1000003 + number, modulo 2^64.
// Output to topic "outputs", key = entity:
// "count=C sum=S chain=H time=T received=R score=S*generation".
// Finding to topic "findings" for numbers divisible by 5, two of them when divisible by 10.
// Digest item: text entity, then the row.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "stream/fold.h"

namespace qcdr::stream {

struct CountingFoldOptions {
  // Another factor is other rules: it must not be replayed under the same name of rules.
  std::int64_t score_factor = 1;
  // Planted on purpose: what an upload had is forgotten after this much partition time, and rows
  // that come again then are counted again. 0: never.
  std::int64_t forget_uploads_after_milliseconds = 0;
};

class CountingFold : public Fold {
 public:
  CountingFold(Partition partition, const RowReader& rows, const StateDigest& digest,
               const CountingFoldOptions& options)
      : partition_(partition), rows_(rows), digest_(digest), options_(options) {}

  Status rules_changed(Offset cause, std::string_view before, Instant now) override;
  Status apply(const Record& record, const RecordContext& context) override;
  bool ends_batch() const override { return ends_batch_; }
  Status emit(OutputSink& sink) override;
  Status freeze(RowBatch* batch) override;
  const StateDigest& digest() const override { return digest_; }
  std::size_t dirty_bytes() const override;
  std::size_t memory_bytes() const override;
  void shrink(std::size_t bytes_max) override;

 private:
  struct Entity {
    std::uint64_t count = 0;
    std::int64_t sum = 0;
    std::uint64_t chain = 0;
    std::int64_t time = 0;
    std::uint64_t received = 0;
    bool dirty = false;
    std::string frozen;  // row as the store has it, or empty
    std::string row() const;
  };
  Result<Entity*> load(const std::string& name);
  Status apply_chunk(const Record& record, const RecordContext& context);
  // One number, of one record or row.
  void count(const std::string& name, Entity* entity, std::int64_t number, std::int64_t received,
             const Record& record, const RecordContext& context);
  void find(const std::string& name, std::int64_t number, Offset offset);

  const Partition partition_;
  const RowReader& rows_;
  StateDigest digest_;
  const CountingFoldOptions options_;
  std::map<std::string, Entity> entities_;
  std::map<std::string, Offset> changed_;  // in this batch, with the last cause
  std::vector<std::pair<Offset, OutputRecord>> findings_;
  std::uint32_t generation_ = 0;
  bool ends_batch_ = false;
};

class CountingFoldFactory : public FoldFactory {
 public:
  explicit CountingFoldFactory(CountingFoldOptions options = {}) : options_(options) {}
  Result<std::unique_ptr<Fold>> create(Partition partition, const RowReader& rows,
                                       const StateDigest& digest) override;

 private:
  const CountingFoldOptions options_;
};

}  // namespace qcdr::stream
