// Records that cannot be folded, in the middle of seasons, through the fold of scoring and through
// the batch program's reader: the practice is parked, the others go on, and once it is released,
// its state is that of the season without them.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

#include "batch_reader.h"
#include "batch_result.h"
#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "generate/random.h"
#include "ledger/testing_season.h"
#include "random_season.h"
#include "scoring/ledger_fold.h"

namespace qcdr::batch {
namespace {

constexpr std::uint32_t kYear = 2022;

class PlainKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    return DataKey{"k", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string& id) override {
    if (id.empty()) return Status(ErrorCode::kInvalidArgument, "no id of a key");
    return DataKey{"k", key_};
  }
  Nonce96 fresh_nonce() override {
    ++count_;
    Nonce96 nonce{};
    std::copy_n(reinterpret_cast<const char*>(&count_), sizeof count_, nonce.begin());
    return nonce;
  }

 private:
  Key256 key_{};
  std::uint64_t count_ = 0;
};

class CollectingSink final : public stream::OutputSink {
 public:
  stream::OutputVersion next_version(Offset cause) override { return {Generation(1), cause, 0}; }
  void send(Offset, stream::OutputRecord record) override { outputs.push_back(std::move(record)); }
  std::vector<stream::OutputRecord> outputs;
};

// Records of a season, as they lie on the one partition of the log.
std::vector<stream::OutputRecord> season_of(std::uint64_t seed, KeyRing& keys) {
  std::vector<stream::OutputRecord> records;
  const auto add = [&](const std::string& key, const v1::RegistryRecord& record,
                       std::vector<stream::Header> headers = {}) {
    records.push_back({kRegistryRecordsTopic, Partition(0), key, record.SerializeAsString(),
                       std::move(headers), std::nullopt});
  };
  ChunkTaker taker;
  taker.chunk = [&](const v1::Chunk& chunk, const v1::ChunkRows& rows) {
    v1::RegistryRecord record;
    *record.mutable_chunk() = chunk;
    ASSERT_TRUE(seal_chunk(keys, rows, record.mutable_chunk()).is_ok());
    add(std::to_string(chunk.practice_id()), record);
  };
  taker.completed = [&](const v1::UploadCompleted& completed) {
    v1::RegistryRecord record;
    *record.mutable_upload_completed() = completed;
    add(std::to_string(completed.practice_id()), record);
  };
  taker.lifted = [&](std::uint32_t kind) {
    v1::RegistryRecord record;
    v1::ControlRecord& control = *record.mutable_control();
    control.set_event_id("lifted-" + std::to_string(records.size()));
    control.set_performance_year(kYear);
    control.mutable_hold_lifted()->set_kind(static_cast<v1::RecordKind>(kind));
    add("", record, {{kEventIdHeader, control.event_id()}});
  };
  make_random_season(*rulebook::Rulebook::built_in().find_year(PerformanceYear(kYear)), seed,
                     taker);
  return records;
}

// One that cannot be folded, made of a practice's record; none if it cannot be made of this one.
std::optional<stream::OutputRecord> poisoned(const stream::OutputRecord& sound, std::uint32_t how,
                                             KeyRing& keys) {
  v1::RegistryRecord message;
  EXPECT_TRUE(message.ParseFromString(*sound.value));
  stream::OutputRecord record = sound;
  if (how == 0) {
    record.value = "\xff\xff no record";
    return message.has_control() ? std::nullopt : std::optional(record);
  }
  if (how == 1 && !message.has_control()) {
    v1::RegistryRecord claim;
    claim.mutable_stage_two_claim()->set_practice_id(
        static_cast<std::uint32_t>(std::stoul(sound.key)));
    claim.mutable_stage_two_claim()->set_performance_year(kYear);
    claim.mutable_stage_two_claim()->set_entity_id("short");
    record.value = claim.SerializeAsString();
    return record;
  }
  if (how == 2 && message.has_upload_completed()) {
    const auto kind = message.upload_completed().kind();
    message.mutable_upload_completed()->set_kind(
        kind == v1::RECORD_KIND_OPT_OUT ? v1::RECORD_KIND_ROSTER_ENTRY : v1::RECORD_KIND_OPT_OUT);
    record.value = message.SerializeAsString();
    return record;
  }
  if (!message.has_chunk()) return std::nullopt;
  v1::Chunk& chunk = *message.mutable_chunk();
  if (how == 7) {
    chunk.clear_key_id();
  } else if (how == 3) {
    chunk.mutable_sealed_rows()->back() = static_cast<char>(chunk.sealed_rows().back() ^ 1);
  } else {
    v1::ChunkRows rows;
    EXPECT_TRUE(ChunkOpener(keys).open(chunk, &rows).is_ok());
    v1::Row& row = *rows.mutable_rows(0);
    if (how == 4) {
      chunk.set_row_count(chunk.row_count() + 1);
    } else if (how == 5) {
      rows.mutable_rows(rows.rows_size() - 1)->set_ordinal(99);
    } else {
      row.mutable_billed_cases()->set_tin(7);  // the chunk has fewer
    }
    EXPECT_TRUE(seal_chunk(keys, rows, &chunk).is_ok());
  }
  record.value = message.SerializeAsString();
  return record;
}

// What cannot be folded and is no practice's: the record as one of practice 0, which is nobody, and
// an event that cannot be read, which leaves its id to the next.
std::vector<stream::OutputRecord> of_nobody(const stream::OutputRecord& sound) {
  v1::RegistryRecord message;
  EXPECT_TRUE(message.ParseFromString(*sound.value));
  stream::OutputRecord garbled = sound;
  garbled.key = message.has_control() ? "" : "0";
  garbled.value = "\xff\xff no record";
  if (message.has_control()) return {garbled};
  stream::OutputRecord zero = sound;
  if (message.has_chunk()) message.mutable_chunk()->set_practice_id(0);
  if (message.has_upload_completed()) message.mutable_upload_completed()->set_practice_id(0);
  zero.value = message.SerializeAsString();
  return {garbled, zero};
}

// The partition: its log, its state, and what was laid aside.
class World {
 public:
  World() { restart(); }

  void append(const stream::OutputRecord& output) {
    stream::Record record;
    record.topic = output.topic;
    record.offset = Offset(offset_++);
    record.key = output.key;
    record.value = output.value;
    record.headers = output.headers;
    const Status applied = fold_->apply(record, {Generation(1), Instant()});
    ASSERT_TRUE(applied.is_ok()) << applied.to_string();
    ASSERT_TRUE(reader_.take(record).is_ok());
  }
  // Ends a batch; what was laid aside becomes a letter.
  void emit() {
    CollectingSink sink;
    ASSERT_TRUE(fold_->emit(sink).is_ok());
    for (stream::OutputRecord& output : sink.outputs) {
      if (output.topic != std::string(kRegistryRecordsTopic) + ".dlq") continue;
      stream::Record letter;
      letter.topic = output.topic;
      letter.key = output.key;
      letter.value = output.value;
      letter.headers = output.headers;
      if (parked_place(letter)) {
        letters_.push_back(std::move(letter));
      } else {
        ++nobodys;
      }
    }
  }
  void freeze() {
    RowBatch batch;
    ASSERT_TRUE(fold_->freeze(&batch).is_ok());
    rows_.write(batch);
  }
  void restart() {
    StateDigest digest;
    if (fold_) {
      emit();
      freeze();
      digest = fold_->digest();
    }
    fold_ = std::make_unique<LedgerFold>(Partition(0), rows_, digest, rules_, keys);
    ASSERT_TRUE(fold_->open().is_ok());
  }
  // The next of what somebody is laying back, if anybody is.
  void append_coming() {
    if (coming_.empty()) return;
    const stream::OutputRecord record = std::move(coming_.front());
    coming_.pop_front();
    append(record);
  }
  // As `qcdr dlq redrive --practice --without-poison`, of every practice that waits. What it
  // appends comes between what others append.
  void release_all() {
    emit();
    std::map<std::uint32_t, std::map<std::uint64_t, stream::Record>> waiting;
    for (stream::Record& letter : letters_) {
      const auto place = parked_place(letter);
      ASSERT_TRUE(place.has_value());
      ASSERT_EQ(letter.key, std::to_string(place->practice.value()));
      waiting[place->practice.value()].insert_or_assign(place->number, std::move(letter));
    }
    letters_.clear();
    for (auto& [practice, records] : waiting) lay_back(practice, records);
  }
  bool has_coming() const { return !coming_.empty(); }
  std::size_t parked() const { return fold_->parked_keys(); }
  std::string digest() {
    freeze();
    return fold_->digest().to_hex();
  }
  std::string batch_digest() const {
    const auto result = run(reader_.history(), rulebook::Rulebook::built_in(), keys.entity_key());
    EXPECT_TRUE(result.is_ok()) << result.status().to_string();
    return result.value().digest.to_hex();
  }

  PlainKeys keys;
  std::size_t nobodys = 0;  // letters of no practice

 private:
  void lay_back(std::uint32_t practice, const std::map<std::uint64_t, stream::Record>& records) {
    const stream::Record& first = records.begin()->second;
    const bool poison = read_dead_letter(first).value().poison;
    if (poison) {
      v1::RegistryRecord message;
      v1::PracticeReleased& released = *message.mutable_control()->mutable_practice_released();
      released.set_practice_id(practice);
      released.set_parked_at(parked_place(first)->since.value());
      released.set_number(parked_place(first)->number);
      // Sometimes a mended record was to come, and whoever was to bring it never did.
      for (const bool left_out : {false, true}) {
        if (!left_out && ++releases_ % 3 != 0) continue;
        released.set_left_out(left_out);
        coming_.push_back({kRegistryRecordsTopic,
                           Partition(0),
                           std::to_string(practice),
                           message.SerializeAsString(),
                           {{kEventIdHeader, "released-" + std::to_string(++releases_)}},
                           std::nullopt});
      }
    }
    for (const auto& [number, letter] : records) {
      if (poison && &letter == &first) continue;
      coming_.push_back(qcdr::lay_back(letter, false).value());
      if (number % 3 == 0) coming_.push_back(coming_.back());  // and twice
    }
  }

  ledger::MemoryRows rows_;
  const ledger::LedgerRules rules_{rulebook::Rulebook::built_in()};
  std::unique_ptr<LedgerFold> fold_;
  HistoryReader reader_{keys, 1};
  std::int64_t offset_ = 0;
  std::vector<stream::Record> letters_;
  std::deque<stream::OutputRecord> coming_;
  int releases_ = 0;
};

std::string digest_without_poison(std::uint64_t seed) {
  World world;
  for (const stream::OutputRecord& record : season_of(seed, world.keys)) world.append(record);
  EXPECT_EQ(world.parked(), 0u);
  EXPECT_EQ(world.digest(), world.batch_digest());
  return world.digest();
}

TEST(BatchParking, AReleasedSeasonIsTheOneWithoutThePoison) {
  constexpr std::uint64_t kSeeds = 120;
  constexpr std::uint32_t kWays = 8;
  std::array<int, kWays> made{};
  std::size_t compared_while_parked = 0;
  std::size_t nobodys = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    World world;
    generate::Random random(generate::mix(seed * 977));
    for (const stream::OutputRecord& record : season_of(seed, world.keys)) {
      world.append(record);
      if (random.below(20) == 0) {
        const std::uint32_t how = random.below(kWays);
        if (const auto poison = poisoned(record, how, world.keys)) {
          ++made[how];
          world.append(*poison);
        }
      }
      if (random.below(30) == 0) {
        for (const stream::OutputRecord& lost : of_nobody(record)) world.append(lost);
      }
      if (random.below(15) == 0) world.restart();
      if (random.below(25) == 0) world.release_all();
      for (std::uint32_t i = random.below(4); i > 0; --i) world.append_coming();
      if (random.below(40) != 0) continue;
      compared_while_parked += world.parked() > 0 ? 1u : 0u;
      ASSERT_EQ(world.digest(), world.batch_digest()) << "seed " << seed;
    }
    for (int i = 0; i < 20'000 && world.parked() > 0; ++i) {
      if (!world.has_coming()) world.release_all();
      world.append_coming();
    }
    ASSERT_EQ(world.parked(), 0u) << "seed " << seed;
    nobodys += world.nobodys;
    ASSERT_EQ(world.digest(), world.batch_digest()) << "seed " << seed;
    ASSERT_EQ(world.digest(), digest_without_poison(seed)) << "seed " << seed;
  }
  for (const int count : made) EXPECT_GT(count, 20);
  EXPECT_GT(compared_while_parked, 100u);
  EXPECT_GT(nobodys, 100u);
}

}  // namespace
}  // namespace qcdr::batch
