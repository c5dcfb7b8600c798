// Requests to submit through the fold: what goes out is sealed, the same in every replay, and the
// same wherever batches end.
#include <gtest/gtest.h>

#include <map>

#include "common/topic_names.h"
#include "core/bytes.h"
#include "ledger/testing_submissions.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "scoring/ledger_fold.h"

namespace qcdr {
namespace {

using ledger::Season;
using Outputs = std::vector<std::pair<std::string, std::string>>;  // topic, value

class FixedKeys final : public KeyRing {
 public:
  const Key256& token_key() const override { return key_; }
  const Key256& entity_key() const override { return key_; }
  const Key256& tin_key() const override { return key_; }
  Result<DataKey> current_data_key(PracticeId, PerformanceYear) override {
    return DataKey{"k", key_};
  }
  Result<DataKey> data_key(PracticeId, PerformanceYear, const std::string& id) override {
    if (id != "k") return Status(ErrorCode::kInvalidArgument, "no id of a key");
    if (destroyed) return Status(ErrorCode::kNotFound, "destroyed");
    return DataKey{"k", key_};
  }
  Nonce96 fresh_nonce() override {
    ++nonce_[0];
    return nonce_;
  }
  bool destroyed = false;

 private:
  Key256 key_{9};
  Nonce96 nonce_{};
};

// Numbers outputs by their cause, as the loop does.
class NumberingSink final : public stream::OutputSink {
 public:
  stream::OutputVersion next_version(Offset cause) override {
    return {Generation(7), cause, counts_[cause]};
  }
  void send(Offset cause, stream::OutputRecord record) override {
    ++counts_[cause];
    outputs.push_back(std::move(record));
  }
  std::vector<stream::OutputRecord> outputs;

 private:
  std::map<Offset, std::uint32_t> counts_;
};

// Takes the chunks of a season that another ledger folds, so that both see the same records.
class SubmissionFoldTest : public testing::Test {
 protected:
  SubmissionFoldTest() : rules_(rulebook::Rulebook::built_in()) {}

  stream::Record make(const v1::RegistryRecord& message, Instant at) {
    stream::Record record;
    record.topic = kRegistryRecordsTopic;
    record.offset = Offset(static_cast<std::int64_t>(log_.size()));
    record.timestamp = at;
    record.key = "1234";
    record.value = message.SerializeAsString();
    return record;
  }
  void append(const v1::RegistryRecord& message, Instant at) { log_.push_back(make(message, at)); }
  void upload(v1::RecordKind kind, const std::vector<v1::Row>& facts, Instant at) {
    const std::string id = "u" + std::to_string(++uploads_);
    v1::ChunkRows rows;
    v1::TinEntry* tin = rows.add_tins();
    tin->set_token(std::string(Season::tin(1).bytes()));
    tin->set_last_four("6789");
    tin->set_encrypted("sealed TIN");
    for (const v1::Row& fact : facts) {
      *rows.add_rows() = fact;
      rows.mutable_rows(rows.rows_size() - 1)
          ->set_ordinal(static_cast<std::uint32_t>(rows.rows_size() - 1));
    }
    v1::RegistryRecord record;
    v1::Chunk& chunk = *record.mutable_chunk();
    chunk.set_upload_id(id);
    chunk.set_practice_id(1234);
    chunk.set_performance_year(2022);
    chunk.set_kind(kind);
    chunk.set_row_count(static_cast<std::uint32_t>(facts.size()));
    chunk.set_received_at(at.milliseconds());
    chunk.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_OPERATOR);
    ASSERT_TRUE(seal_chunk(keys_, rows, &chunk).is_ok());
    append(record, at);
    v1::RegistryRecord end;
    v1::UploadCompleted& completed = *end.mutable_upload_completed();
    completed.set_upload_id(id);
    completed.set_practice_id(1234);
    completed.set_performance_year(2022);
    completed.set_kind(kind);
    completed.set_row_count(chunk.row_count());
    completed.set_received_at(at.milliseconds());
    append(end, at);
  }
  void make_ready() {
    v1::Row entry;
    entry.mutable_roster_entry()->set_tin(1);
    entry.mutable_roster_entry()->set_npi(Season::npi(1).value());
    entry.mutable_roster_entry()->set_clinician_type(v1::CLINICIAN_TYPE_PHYSICIAN);
    upload(v1::RECORD_KIND_ROSTER_ENTRY, {entry}, ledger::kJune);
    upload(ledger::kRegistrationKind, {ledger::registration({1}, true, 0)}, ledger::kJune);
    v1::Row option;
    option.mutable_reporting_option()->set_tin(1);
    option.mutable_reporting_option()->set_level(v1::REPORTING_LEVEL_INDIVIDUAL);
    option.mutable_reporting_option()->set_pathway(v1::PATHWAY_TRADITIONAL);
    upload(v1::RECORD_KIND_REPORTING_OPTION, {option}, ledger::kJune);
    v1::Row consent;
    consent.mutable_individual_consent()->set_tin(1);
    consent.mutable_individual_consent()->set_npi(Season::npi(1).value());
    consent.mutable_individual_consent()->set_action(v1::CONSENT_ACTION_GRANT);
    upload(v1::RECORD_KIND_INDIVIDUAL_CONSENT, {consent}, ledger::kJune);
    Season season;
    upload(v1::RECORD_KIND_ANESTHESIA_CASE,
           {season.case_row({"case", Season::day(6, 1), {{1, 1}}, Season::temperature(true)})},
           ledger::kJune);
    upload(ledger::kSignOffKind, {ledger::sign_off(Season::day(12, 31))}, ledger::kLastOfJanuary);
  }
  EntityId pair() {
    return make_individual_entity(keys_.entity_key(), PerformanceYear(2022), Season::tin(1),
                                  Season::npi(1));
  }
  // What is sent of the case above, and a certification for it.
  ledger::MadeDocument made() {
    ledger::MadeDocument document;
    document.category = 1;
    document.program = "mips";
    document.payload = "{tin} " + std::to_string(Season::npi(1).value()) + " 424:1/1";
    document.payload_sha256 = sha256(document.payload);
    return document;
  }
  void certify() {
    leaf_ = ledger::fake_leaf(pair(), PerformanceYear(2022), made());
    v1::Row row;
    row.mutable_certification()->set_batch_id("b1");
    row.mutable_certification()->set_payload_root(std::string(view(sha256(leaf_))));
    row.mutable_certification()->set_documents(1);
    upload(v1::RECORD_KIND_CERTIFICATION, {row}, ledger::kMarch);
  }
  v1::RegistryRecord request(const std::string& id = "q1") {
    v1::RegistryRecord record;
    v1::SubmissionRequest& made = *record.mutable_submission_request();
    made.set_request_id(id);
    made.set_practice_id(1234);
    made.set_performance_year(2022);
    made.set_entity_id(std::string(pair().bytes()));
    made.set_entity_kind(v1::ENTITY_KIND_INDIVIDUAL);
    made.set_action(v1::SubmissionRequest::ACTION_SEND);
    made.set_certification_id("b1");
    made.set_key_id("k");
    made.mutable_actor()->set_subject("officer-7");
    made.mutable_actor()->set_authority(v1::AUTHORITY_REGISTRY_DIRECTOR);
    v1::PayloadProof* proof = made.add_proofs();
    proof->set_category(v1::CATEGORY_QUALITY);
    proof->add_hashes(leaf_);
    return record;
  }
  void opt_out() { upload(ledger::kOptOutKind, {ledger::opt_out(1, 1, true)}, ledger::kMarch); }
  // Folds the log; a batch ends, and everything is thrown away, after so many records.
  Outputs fold(std::size_t records_per_batch, StateDigest* digest, Status* stopped = nullptr) {
    rows_ = ledger::MemoryRows();
    Outputs all;
    StateDigest stored;
    Instant time;
    for (std::size_t begin = 0; begin < log_.size(); begin += records_per_batch) {
      LedgerFold fold(Partition(0), rows_, stored, rules_, keys_);
      if (with_maker_) fold.make_documents_by(&maker_);
      for (std::size_t i = begin; i < std::min(begin + records_per_batch, log_.size()); ++i) {
        const Instant before = time;
        time = std::max(time, log_[i].timestamp);
        Status folded = Status::ok();
        if (before < time) folded = fold.pass_time(before, time, log_[i].offset);
        if (folded.is_ok()) folded = fold.apply(log_[i], {Generation(7), time});
        if (!folded.is_ok()) {
          if (stopped != nullptr) *stopped = folded;
          return all;
        }
      }
      NumberingSink sink;
      EXPECT_TRUE(fold.emit(sink).is_ok());
      for (stream::OutputRecord& record : sink.outputs) {
        const bool own = record.topic == kSubmissionDocumentsTopic ||
                         (record.topic == kFindingsTopic && is_of_submission(*record.value)) ||
                         record.topic == std::string(kRegistryRecordsTopic) + ".dlq";
        if (own) all.emplace_back(record.topic, *record.value);
      }
      RowBatch batch;
      EXPECT_TRUE(fold.freeze(&batch).is_ok());
      rows_.write(batch);
      stored = fold.digest();
    }
    *digest = stored;
    return all;
  }
  static bool is_of_submission(const std::string& value) {
    v1::FindingRecord record;
    return record.ParseFromString(value) &&
           record.finding().location().path().starts_with("submission/");
  }

  ledger::LedgerRules rules_;
  FixedKeys keys_;
  ledger::FakeMaker maker_;
  ledger::MemoryRows rows_;
  std::vector<stream::Record> log_;
  std::string leaf_;
  bool with_maker_ = true;
  int uploads_ = 0;
};

TEST_F(SubmissionFoldTest, ADocumentGoesOutSealedWithItsHashAndItsWay) {
  make_ready();
  certify();
  append(request(), ledger::kMarch);
  StateDigest digest;
  const Outputs outputs = fold(100, &digest);
  ASSERT_EQ(outputs.size(), 1u);
  EXPECT_EQ(outputs[0].first, kSubmissionDocumentsTopic);
  v1::SubmissionDocumentRecord record;
  ASSERT_TRUE(record.ParseFromString(outputs[0].second));
  const v1::SubmissionDocument& document = record.document();
  EXPECT_EQ(document.version().offset(), static_cast<std::int64_t>(log_.size()) - 1);
  EXPECT_EQ(document.request_id(), "q1");
  EXPECT_EQ(document.actor().subject(), "officer-7");
  EXPECT_EQ(document.encrypted_tin(), "sealed TIN");
  EXPECT_EQ(document.tin_token(), Season::tin(1).bytes());
  EXPECT_EQ(document.rulebook_digest(), view(rules_.rulebook_digest()));
  EXPECT_EQ(document.sealed_payload().find("424"), std::string::npos);
  ByteWriter bound;
  bound.big_u32(document.practice_id());
  bound.big_u32(static_cast<std::uint32_t>(document.performance_year()));
  bound.text(document.document_id());
  Nonce96 nonce{};
  ASSERT_EQ(document.nonce().size(), nonce.size());
  std::copy(document.nonce().begin(), document.nonce().end(), nonce.begin());
  const auto opened =
      open_sealed(keys_.entity_key(), nonce, bound.bytes(), document.sealed_payload());
  ASSERT_TRUE(opened.is_ok());
  EXPECT_EQ(opened.value(), made().payload);
  EXPECT_EQ(view(sha256(opened.value())), document.payload_sha256());
}

// Cut after every number of records: the same state, the same bytes in the same order.
TEST_F(SubmissionFoldTest, WhereBatchesEndChangesNeitherStateNorOutputs) {
  make_ready();
  certify();
  append(request(), ledger::kMarch);
  opt_out();
  append(request("q2"), ledger::kMarch);
  StateDigest whole;
  const Outputs expected = fold(log_.size(), &whole);
  ASSERT_EQ(expected.size(), 4u);  // document, finding and cancel, refusal
  for (const std::size_t records : {1U, 2U, 3U, 5U, 7U}) {
    StateDigest digest;
    Outputs found = fold(records, &digest);
    Outputs sorted = expected;
    std::sort(sorted.begin(), sorted.end());
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, sorted) << records;
    EXPECT_EQ(digest, whole) << records;
  }
}

TEST_F(SubmissionFoldTest, WhatIsNoRequestParksThePracticeAndAnUnnamedKeyToo) {
  make_ready();
  certify();
  v1::RegistryRecord bad = request();
  bad.mutable_submission_request()->set_key_id("nobody's");
  append(bad, ledger::kMarch);
  append(request("q2"), ledger::kMarch);
  StateDigest digest;
  const Outputs outputs = fold(100, &digest);
  ASSERT_EQ(outputs.size(), 2u);  // both are laid aside
  EXPECT_EQ(outputs[0].first, std::string(kRegistryRecordsTopic) + ".dlq");
  EXPECT_EQ(outputs[1].first, std::string(kRegistryRecordsTopic) + ".dlq");
}

// A no that comes now is laid aside, so that nothing of the practice may leave.
TEST_F(SubmissionFoldTest, AParkedPracticeKeepsItsDocumentsHere) {
  make_ready();
  certify();
  append(request(), ledger::kMarch);
  stream::Record damaged = make(request("q2"), ledger::kMarch);
  damaged.value = "\x0f no record";
  log_.push_back(damaged);
  opt_out();
  StateDigest whole;
  const Outputs outputs = fold(100, &whole);
  bool cancelled = false;
  for (const auto& [topic, value] : outputs) {
    v1::SubmissionDocumentRecord record;
    if (topic != kSubmissionDocumentsTopic || !record.ParseFromString(value)) continue;
    cancelled = record.has_cancel();
    if (!cancelled) continue;
    EXPECT_EQ(record.cancel().code(), code_number(FindingCode::SUBMISSION_PRACTICE_PARKED));
    note_finding_seen(record.cancel().code());
  }
  EXPECT_TRUE(cancelled);
  StateDigest cut;
  EXPECT_EQ(fold(1, &cut).size(), outputs.size());
  EXPECT_EQ(cut, whole);
}

TEST_F(SubmissionFoldTest, WithoutAMakerARequestStopsThePartition) {
  make_ready();
  certify();
  append(request(), ledger::kMarch);
  with_maker_ = false;
  StateDigest digest;
  Status stopped = Status::ok();
  EXPECT_TRUE(fold(100, &digest, &stopped).empty());
  EXPECT_EQ(stopped.code(), ErrorCode::kFailedPrecondition);
}

TEST_F(SubmissionFoldTest, AReceiptIsFoldedInItsTurn) {
  make_ready();
  certify();
  append(request(), ledger::kMarch);
  StateDigest digest;
  const Outputs outputs = fold(100, &digest);
  v1::SubmissionDocumentRecord frozen;
  ASSERT_TRUE(frozen.ParseFromString(outputs.at(0).second));
  v1::RegistryRecord record;
  v1::SubmissionReceipt& receipt = *record.mutable_submission_receipt();
  receipt.set_document_id(frozen.document().document_id());
  receipt.set_practice_id(1234);
  receipt.set_performance_year(2022);
  receipt.set_entity_id(std::string(pair().bytes()));
  receipt.set_category(v1::CATEGORY_QUALITY);
  receipt.set_outcome(v1::SubmissionReceipt::OUTCOME_READ_BACK_DIFFERS);
  receipt.set_attempt(1);
  append(record, ledger::kMarch);
  StateDigest after;
  EXPECT_EQ(fold(100, &after).size(), 2u);  // document, finding
  EXPECT_NE(digest, after);
}

}  // namespace
}  // namespace qcdr
