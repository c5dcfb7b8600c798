// A ledger fold over rows in memory, and records for it: for tests.
// Thread-safety: none.
#pragma once

#include <gtest/gtest.h>

#include "common/topic_names.h"
#include "ledger/testing_season.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/rulebook.h"
#include "scoring/ledger_fold.h"

namespace qcdr {

inline Generation our_generation() {
  return ledger_generation(rulebook::Rulebook::built_in());
}

inline constexpr std::uint32_t kPractice = 1234;
inline constexpr std::int32_t kYear = 2022;

class DestroyableKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    if (destroyed) return Status(ErrorCode::kFailedPrecondition, "closed");
    return DataKey{"k", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string& id) override {
    if (id.size() != 1) return Status(ErrorCode::kInvalidArgument, "no id of a key");
    if (destroyed) return Status(ErrorCode::kNotFound, "destroyed");
    return DataKey{"k", key_};
  }
  Nonce96 fresh_nonce() override {
    ++nonce_[0];
    return nonce_;
  }
  bool destroyed = false;

 private:
  Key256 key_{};
  Nonce96 nonce_{};
};

class CollectingSink final : public stream::OutputSink {
 public:
  stream::OutputVersion next_version(Offset cause) override {
    return {our_generation(), cause, static_cast<std::uint32_t>(outputs.size())};
  }
  void send(Offset, stream::OutputRecord record) override { outputs.push_back(std::move(record)); }
  std::vector<stream::OutputRecord> outputs;
};

class Tallies final : public ScoringObserver {
 public:
  void on_batch(Partition, const ScoringTally& tally) override { told.push_back(tally); }
  std::vector<ScoringTally> told;
};

class LedgerFoldTest : public testing::Test {
 protected:
  LedgerFoldTest() : rules_(rulebook::Rulebook::built_in()) { restart(StateDigest()); }

  void restart(const StateDigest& digest) {
    fold_ = std::make_unique<LedgerFold>(Partition(0), rows_, digest, rules_, keys_, 0, &tallies_);
  }
  Status apply(const v1::RegistryRecord& message) {
    stream::Record record;
    record.topic = kRegistryRecordsTopic;
    record.offset = Offset(offset_++);
    record.value = message.SerializeAsString();
    return fold_->apply(record, {our_generation(), partition_time_});
  }
  // A chunk with one case, sealed now.
  v1::RegistryRecord chunk(const std::string& upload) {
    ledger::Season season;
    v1::ChunkRows rows;
    v1::TinEntry* tin = rows.add_tins();
    tin->set_token(std::string(12, '\1'));
    tin->set_last_four("6789");
    *rows.add_rows() = season.case_row(
        {"case-" + upload, ledger::Season::day(6, 1), {{1, 1}}, ledger::Season::temperature(true)});
    v1::RegistryRecord record;
    v1::Chunk& made = *record.mutable_chunk();
    made.set_upload_id(upload);
    made.set_practice_id(kPractice);
    made.set_performance_year(kYear);
    made.set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
    made.set_row_count(1);
    EXPECT_TRUE(seal_chunk(keys_, rows, &made).is_ok());
    return record;
  }
  v1::RegistryRecord completed(const std::string& upload) {
    v1::RegistryRecord record;
    record.mutable_upload_completed()->set_upload_id(upload);
    record.mutable_upload_completed()->set_practice_id(kPractice);
    record.mutable_upload_completed()->set_performance_year(kYear);
    record.mutable_upload_completed()->set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
    record.mutable_upload_completed()->set_row_count(1);
    return record;
  }
  std::vector<stream::OutputRecord> emit() {
    CollectingSink sink;
    EXPECT_TRUE(fold_->emit(sink).is_ok());
    return std::move(sink.outputs);
  }
  void freeze() {
    RowBatch batch;
    const Status frozen = fold_->freeze(&batch);
    ASSERT_TRUE(frozen.is_ok()) << frozen.to_string();
    rows_.write(batch);
  }

  ledger::MemoryRows rows_;
  DestroyableKeys keys_;
  ledger::LedgerRules rules_;
  Tallies tallies_;
  std::unique_ptr<LedgerFold> fold_;
  std::int64_t offset_ = 0;
  Instant partition_time_;
};

}  // namespace qcdr
