#include <google/protobuf/unknown_field_set.h>

#include "qcdr/v1/contribution.pb.h"
#include "qcdr/v1/finding.pb.h"
#include "qcdr/v1/readiness.pb.h"
#include "qcdr/v1/score_projection.pb.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold_rig.h"
#include "scoring/output_rules.h"
#include "stream/loop/loop_options.h"

namespace qcdr {
namespace {

// What a later release says and this one cannot judge stops the fold before it has any effect.
TEST_F(LedgerFoldTest, WhatALaterReleaseSaysIsNotGuessedAt) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  static_cast<void>(emit());
  freeze();
  const StateDigest before = fold_->digest();
  v1::ChunkRows rows;
  rows.add_rows()->GetReflection()->MutableUnknownFields(rows.mutable_rows(0))->AddVarint(42, 1);
  v1::RegistryRecord fact = chunk("u2");
  ASSERT_TRUE(seal_chunk(keys_, rows, fact.mutable_chunk()).is_ok());
  EXPECT_EQ(apply(fact).code(), ErrorCode::kFailedPrecondition);
  rows.mutable_rows(0)->mutable_individual_consent()->set_action(static_cast<v1::ConsentAction>(3));
  ASSERT_TRUE(seal_chunk(keys_, rows, fact.mutable_chunk()).is_ok());
  EXPECT_EQ(apply(fact).code(), ErrorCode::kFailedPrecondition);
  v1::RegistryRecord kind = chunk("u3");
  kind.mutable_chunk()->set_kind(static_cast<v1::RecordKind>(27));
  EXPECT_EQ(apply(kind).code(), ErrorCode::kFailedPrecondition);
  v1::RegistryRecord right = completed("u1");
  right.mutable_upload_completed()->mutable_actor()->set_authority(static_cast<v1::Authority>(8));
  EXPECT_EQ(apply(right).code(), ErrorCode::kFailedPrecondition);
  EXPECT_TRUE(emit().empty());
  freeze();
  EXPECT_EQ(fold_->digest(), before);
}

TEST_F(LedgerFoldTest, FactsAtRestDoNotShowWhatIsSealed) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  freeze();
  const std::string npi = std::to_string(ledger::Season::npi(1).value());
  const std::uint64_t value = ledger::Season::npi(1).value();
  const std::string raw(reinterpret_cast<const char*>(&value), sizeof value);
  ASSERT_TRUE(rows_
                  .scan(Family::kFacts, "",
                        [&](std::string_view key, std::string_view row) -> Status {
                          EXPECT_EQ(key.find(npi), std::string_view::npos);
                          EXPECT_EQ(row.find(npi), std::string_view::npos);
                          EXPECT_EQ(row.find(raw), std::string_view::npos);
                          EXPECT_EQ(key.find(raw), std::string_view::npos);
                          return Status::ok();
                        })
                  .is_ok());
  EXPECT_NE(fold_->digest(), StateDigest());
}

TEST_F(LedgerFoldTest, WhatCannotBeReadAndIsNobodysIsLaidAsideAlone) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  emit();
  freeze();
  const StateDigest before = fold_->digest();
  stream::Record record;
  record.topic = kRegistryRecordsTopic;
  for (const char* key : {"", "no number", "12 34"}) {
    for (const auto& value :
         {std::optional<std::string>("\x0a\xff not a message"), std::optional<std::string>()}) {
      record.offset = Offset(offset_++);
      record.key = key;
      record.value = value;
      ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
      const auto outputs = emit();
      ASSERT_EQ(outputs.size(), 1u);
      EXPECT_EQ(outputs[0].topic, std::string(kRegistryRecordsTopic) + ".dlq");
      EXPECT_EQ(outputs[0].value, value);
      EXPECT_EQ(outputs[0].key, key);
    }
  }
  freeze();
  EXPECT_EQ(fold_->digest(), before);
  EXPECT_EQ(fold_->parked_keys(), 0u);
  // What stands behind goes on.
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  EXPECT_FALSE(emit().empty());
}

TEST_F(LedgerFoldTest, WhatCannotBeReadUnderAPracticesKeyParksThePractice) {
  stream::Record record;
  record.topic = kRegistryRecordsTopic;
  record.offset = Offset(offset_++);
  record.key = std::to_string(kPractice);
  record.value = "\x0a\xff not a message";
  ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
  EXPECT_EQ(fold_->parked_keys(), 1u);
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  const auto outputs = emit();
  ASSERT_EQ(outputs.size(), 2u);  // no finding, no projection
  for (const auto& output : outputs) {
    EXPECT_EQ(output.topic, std::string(kRegistryRecordsTopic) + ".dlq");
  }
  freeze();
  EXPECT_EQ(rows_.size(), 1u);  // that it is parked
  restart(fold_->digest());
  ASSERT_TRUE(fold_->open().is_ok());
  EXPECT_EQ(fold_->parked_keys(), 1u);
}

// A hold that is lifted meanwhile waits behind what may be held: for this practice alone, and it is
// no event any more, because the loop would pass that over.
// Nobody could name it to release it.
TEST_F(LedgerFoldTest, PracticeZeroIsNobodyAndIsNotParked) {
  stream::Record record;
  record.topic = kRegistryRecordsTopic;
  record.offset = Offset(offset_++);
  record.key = "0";
  record.value = "\xff\xff no record";
  ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
  EXPECT_FALSE(fold_->could_read());
  v1::RegistryRecord zero = chunk("u1");
  zero.mutable_chunk()->set_practice_id(0);
  ASSERT_TRUE(apply(zero).is_ok());
  EXPECT_TRUE(fold_->could_read());
  record.offset = Offset(offset_++);
  record.key = "";
  record.headers = {{kParkedHeader, "0/0/0"}};
  ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
  EXPECT_EQ(fold_->parked_keys(), 0u);
  const auto outputs = emit();
  ASSERT_EQ(outputs.size(), 3u);
  for (const stream::OutputRecord& output : outputs) {
    EXPECT_EQ(output.topic, std::string(kRegistryRecordsTopic) + ".dlq");
    for (const stream::Header& header : output.headers) EXPECT_NE(header.name, kParkedHeader);
  }
}

// That it names no key is the record's fault, whatever keys are here.
TEST_F(LedgerFoldTest, AChunkThatNamesNoKeyParksItsPractice) {
  v1::RegistryRecord keyless = chunk("u1");
  keyless.mutable_chunk()->clear_key_id();
  ASSERT_TRUE(apply(keyless).is_ok());
  EXPECT_EQ(fold_->parked_keys(), 1u);
  const auto outputs = emit();
  ASSERT_EQ(outputs.size(), 1u);
  std::string why;
  for (const stream::Header& header : outputs.front().headers) {
    if (header.name == "__connect.errors.exception.message") why = header.value;
  }
  EXPECT_EQ(why, "a record contradicts itself");
}

TEST_F(LedgerFoldTest, AHoldThatIsLiftedWaitsForAParkedPractice) {
  stream::Record record;
  record.topic = kRegistryRecordsTopic;
  record.key = std::to_string(kPractice);
  record.value = "no message";
  record.offset = Offset(offset_++);
  ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
  v1::RegistryRecord lifted;
  lifted.mutable_control()->set_performance_year(kYear);
  lifted.mutable_control()->mutable_hold_lifted()->set_kind(v1::RECORD_KIND_ANESTHESIA_CASE);
  record.key = "";
  record.value = lifted.SerializeAsString();
  record.headers = {{kEventIdHeader, "lifted"}};
  record.offset = Offset(offset_++);
  ASSERT_TRUE(fold_->apply(record, {our_generation(), partition_time_}).is_ok());
  const auto outputs = emit();
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[1].key, std::to_string(kPractice));
  bool place = false;
  for (const stream::Header& header : outputs[1].headers) {
    EXPECT_NE(header.name, kEventIdHeader);
    place = place || (header.name == kParkedHeader && header.value == "1234/0/1");
  }
  EXPECT_TRUE(place);
}

TEST_F(LedgerFoldTest, TellsWhatABatchCameToOnceItIsCommitted) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  v1::RegistryRecord heartbeat;
  heartbeat.mutable_control()->set_due_at(7);
  heartbeat.mutable_control()->mutable_heartbeat()->set_sent_at(42);
  ASSERT_TRUE(apply(heartbeat).is_ok());
  const std::size_t outputs = emit().size();
  EXPECT_TRUE(tallies_.told.empty());  // as in replay
  fold_->committed();
  ASSERT_EQ(tallies_.told.size(), 1u);
  const ScoringTally& tally = tallies_.told.back();
  EXPECT_EQ(tally.rows, 1u);
  EXPECT_EQ(tally.heartbeat, Instant::from_milliseconds(42));
  ASSERT_EQ(tally.uploads.size(), 1u);
  const ScoringTally::Upload& upload = tally.uploads.front();
  EXPECT_EQ(upload.kind, v1::RECORD_KIND_ANESTHESIA_CASE);
  EXPECT_EQ(upload.accepted + upload.held + upload.rejected + upload.duplicate, 1u);
  EXPECT_FALSE(tally.findings.empty());
  std::uint64_t sent = 0;
  for (const auto& [topic, count] : tally.outputs) sent += count;
  EXPECT_EQ(sent, outputs);
  ASSERT_TRUE(apply(heartbeat).is_ok());
  emit();
  fold_->committed();
  EXPECT_TRUE(
      tallies_.told.back().uploads.empty());  // those of the batch before are not told again
}

TEST_F(LedgerFoldTest, DestroyedKeyTakesStateAndProjectionsAway) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  ASSERT_TRUE(apply(completed("u1")).is_ok());
  const v1::RegistryRecord later = chunk("u2");
  std::set<std::string> published;
  for (const auto& output : emit()) {
    if (output.topic == kScoreProjectionsTopic) published.insert(output.key);
  }
  EXPECT_EQ(published.size(), 2u);  // the pair and its group
  freeze();
  restart(fold_->digest());
  keys_.destroyed = true;

  // A chunk from before the deletion comes before the record that tells of it.
  ASSERT_TRUE(apply(later).is_ok());
  ASSERT_TRUE(apply(completed("u2")).is_ok());
  v1::RegistryRecord control;
  control.mutable_control()->set_performance_year(kYear);
  control.mutable_control()->mutable_key_destroyed()->set_practice_id(kPractice);
  ASSERT_TRUE(apply(control).is_ok());
  EXPECT_FALSE(fold_->reproducible());
  std::set<std::string> taken_back;
  std::set<std::string> readiness_taken_back;
  for (const auto& output : emit()) {
    EXPECT_TRUE(output.topic == kScoreProjectionsTopic || output.topic == kReadinessTopic);
    EXPECT_FALSE(output.value.has_value());
    (output.topic == kReadinessTopic ? readiness_taken_back : taken_back).insert(output.key);
  }
  EXPECT_EQ(readiness_taken_back, published);
  EXPECT_EQ(taken_back, published);
  freeze();
  EXPECT_EQ(fold_->digest(), StateDigest());
  EXPECT_EQ(rows_.size(), 1u);  // that it was deleted

  // And stays so.
  restart(fold_->digest());
  ASSERT_TRUE(apply(completed("u3")).is_ok());
  EXPECT_TRUE(emit().empty());
  freeze();
  EXPECT_EQ(fold_->digest(), StateDigest());
}

TEST_F(LedgerFoldTest, OtherRulesSayEverythingAgainAndWhy) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  const std::size_t first = emit().size();
  freeze();
  restart(fold_->digest());
  ASSERT_TRUE(fold_->rules_changed(Offset(offset_), "", partition_time_).is_ok());
  v1::RegistryRecord heartbeat;
  heartbeat.mutable_control()->mutable_heartbeat()->set_sequence(1);
  ASSERT_TRUE(apply(heartbeat).is_ok());
  const std::vector<stream::OutputRecord> outputs = emit();
  // The finding of the case is not said again; the change is, and practices have a notice of it.
  ASSERT_EQ(outputs.size(), first + 1);
  EXPECT_EQ(outputs.back().topic, kNoticesTopic);
  v1::FindingRecord why;
  ASSERT_EQ(outputs[0].topic, kFindingsTopic);
  ASSERT_TRUE(why.ParseFromString(*outputs[0].value));
  EXPECT_EQ(why.score_change().cause(), v1::ScoreChange::CAUSE_REFERENCE_DATA);
  EXPECT_EQ(why.score_change().practice_id(), kPractice);
  const StateDigest before = fold_->digest();
  freeze();
  EXPECT_EQ(fold_->digest(), before);
}

// No score changed, but readers are to see the field that the contract has more.
TEST_F(LedgerFoldTest, AnotherContractSaysEverythingAgainAndTellsOfNoChange) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  const std::size_t first = emit().size();
  freeze();
  restart(fold_->digest());
  const std::string ours = ledger_output_rules(rules_.rulebook_digest());
  const std::string before = ours.substr(0, sizeof(Hash256));
  EXPECT_LE(ours.size(), stream::kRulesBytesMax);
  ASSERT_TRUE(fold_->rules_changed(Offset(offset_), before, partition_time_).is_ok());
  v1::RegistryRecord heartbeat;
  heartbeat.mutable_control()->mutable_heartbeat()->set_sequence(1);
  ASSERT_TRUE(apply(heartbeat).is_ok());
  const std::vector<stream::OutputRecord> outputs = emit();
  EXPECT_EQ(outputs.size(), first - 1);  // without the finding of the case
  for (const stream::OutputRecord& output : outputs) EXPECT_NE(output.topic, kFindingsTopic);
}

// The first record is an event that was applied before, so that nothing is folded.
TEST_F(LedgerFoldTest, WhatIsSaidAgainIsAsOfThePartitionsTimeAlsoWithoutARecord) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  static_cast<void>(emit());
  freeze();
  restart(fold_->digest());
  const Instant now = Instant::parse("2023-02-01T00:00:00Z").value();
  ASSERT_TRUE(fold_->rules_changed(Offset(offset_), "", now).is_ok());
  std::size_t said = 0;
  for (const stream::OutputRecord& output : emit()) {
    if (output.topic != kReadinessTopic) continue;
    v1::Readiness readiness;
    ASSERT_TRUE(readiness.ParseFromString(*output.value));
    EXPECT_EQ(readiness.as_of(), now.milliseconds());
    ++said;
  }
  EXPECT_GT(said, 0u);
}

// Nor what it says with a number in a field of the second stage: a practice whose claim would be
// laid aside for it would stay parked until somebody released it.
TEST_F(LedgerFoldTest, WhatALaterReleaseSumsUpIsNotGuessedAt) {
  v1::RegistryRecord record;
  v1::StageTwoClaim& claim = *record.mutable_stage_two_claim();
  claim.set_practice_id(kPractice);
  claim.set_performance_year(kYear);
  claim.set_entity_id(std::string(EntityId::kBytes, '\1'));
  claim.set_entity_kind(v1::ENTITY_KIND_GROUP);
  claim.add_others()->set_practice_id(kPractice + 1);
  const StateDigest before = fold_->digest();
  for (const std::uint32_t type : {7U, 300U}) {
    claim.add_other_clinician_types(type);
    EXPECT_EQ(apply(record).code(), ErrorCode::kFailedPrecondition) << type;
    claim.clear_other_clinician_types();
  }
  claim.mutable_others(0)->set_reporting_level(300);
  EXPECT_EQ(apply(record).code(), ErrorCode::kFailedPrecondition);
  EXPECT_EQ(fold_->digest(), before);
  EXPECT_TRUE(emit().empty());
  claim.mutable_others(0)->set_reporting_level(v1::REPORTING_LEVEL_BOTH);
  EXPECT_TRUE(apply(record).is_ok());

  EntityFold entities(rows_, StateDigest(), 1, Partition(0));
  v1::EntityContribution contribution;
  contribution.set_practice_id(kPractice);
  contribution.set_performance_year(kYear);
  contribution.set_entity_id(claim.entity_id());
  contribution.set_entity_kind(v1::ENTITY_KIND_GROUP);
  contribution.add_clinicians(std::string(EntityId::kBytes, '\2'));
  contribution.set_clinician_types("\7");
  stream::Record said;
  said.value = contribution.SerializeAsString();
  const stream::RecordContext context{our_generation(), partition_time_};
  EXPECT_EQ(entities.apply(said, context).code(), ErrorCode::kFailedPrecondition);
  contribution.set_clinician_types("\6");
  said.value = contribution.SerializeAsString();
  const Status known = entities.apply(said, context);
  EXPECT_TRUE(known.is_ok()) << known.to_string();
}

TEST_F(LedgerFoldTest, UnknownRecordsStopThePartition) {
  v1::RegistryRecord nothing;
  nothing.mutable_control()->set_event_id("unknown");
  EXPECT_FALSE(apply(nothing).is_ok());
  v1::RegistryRecord released;
  released.mutable_control()->mutable_reference_released()->set_name("rulebook");
  EXPECT_FALSE(apply(released).is_ok());
  EXPECT_FALSE(apply(v1::RegistryRecord()).is_ok());
}

TEST_F(LedgerFoldTest, ClinicianWhoTurnsOutAnAssistantLosesTheProjection) {
  ledger::Season season;
  v1::RegistryRecord first = chunk("u1");
  ASSERT_TRUE(apply(first).is_ok());
  EXPECT_EQ(emit().size(), 5u);  // a finding; of the pair and of the group score and readiness
  v1::ChunkRows rows;
  rows.add_tins()->set_token(std::string(12, '\1'));
  v1::RosterEntry& entry = *rows.add_rows()->mutable_roster_entry();
  entry.set_tin(1);
  entry.set_npi(ledger::Season::npi(1).value());
  entry.set_clinician_type(v1::CLINICIAN_TYPE_CAA);
  v1::RegistryRecord roster;
  v1::Chunk& made = *roster.mutable_chunk();
  made.set_upload_id("r");
  made.set_practice_id(kPractice);
  made.set_performance_year(kYear);
  made.set_kind(v1::RECORD_KIND_ROSTER_ENTRY);
  made.set_row_count(1);
  ASSERT_TRUE(seal_chunk(keys_, rows, &made).is_ok());
  ASSERT_TRUE(apply(roster).is_ok());
  v1::RegistryRecord end = completed("r");
  end.mutable_upload_completed()->set_kind(v1::RECORD_KIND_ROSTER_ENTRY);
  ASSERT_TRUE(apply(end).is_ok());
  std::size_t tombstones = 0;
  for (const auto& output : emit()) {
    tombstones += output.topic == kScoreProjectionsTopic && !output.value.has_value() ? 1u : 0u;
  }
  EXPECT_EQ(tombstones, 1u);
}

// A consent that ends is no deadline of the calendar: the first record of the next day tells it.
TEST_F(LedgerFoldTest, AConsentThatEndedIsToldOnTheDayAfterItsLast) {
  ASSERT_TRUE(apply(chunk("u1")).is_ok());
  v1::ChunkRows rows;
  rows.add_tins()->set_token(std::string(12, '\1'));
  v1::ReportingOption& option = *rows.add_rows()->mutable_reporting_option();
  option.set_tin(1);
  option.set_level(v1::REPORTING_LEVEL_INDIVIDUAL);
  v1::IndividualConsent consent;
  consent.set_tin(1);
  consent.set_npi(ledger::Season::npi(1).value());
  consent.set_action(v1::CONSENT_ACTION_GRANT);
  consent.set_expires_on(ledger::Season::day(12, 30));
  const auto record = [&](const char* upload, v1::RecordKind kind) {
    v1::RegistryRecord made;
    made.mutable_chunk()->set_upload_id(upload);
    made.mutable_chunk()->set_practice_id(kPractice);
    made.mutable_chunk()->set_performance_year(kYear);
    made.mutable_chunk()->set_kind(kind);
    made.mutable_chunk()->set_row_count(1);
    EXPECT_TRUE(seal_chunk(keys_, rows, made.mutable_chunk()).is_ok());
    EXPECT_TRUE(apply(made).is_ok());
  };
  record("o", v1::RECORD_KIND_REPORTING_OPTION);
  *rows.mutable_rows(0)->mutable_individual_consent() = consent;
  record("c", v1::RECORD_KIND_INDIVIDUAL_CONSENT);
  emit();
  const auto pass = [&](const char* before, const char* now) {
    EXPECT_TRUE(
        fold_->pass_time(ledger::Season::at(before), ledger::Season::at(now), Offset(7)).is_ok());
  };
  pass("2022-12-29T09:00:00-06:00", "2022-12-30T23:59:59-06:00");
  EXPECT_TRUE(emit().empty());
  pass("2022-12-30T23:59:59-06:00", "2022-12-31T00:00:00-06:00");
  bool told = false;
  for (const auto& output : emit()) {
    if (output.topic != kReadinessTopic) continue;
    v1::Readiness message;
    ASSERT_TRUE(message.ParseFromString(*output.value));
    EXPECT_FALSE(message.group());
    for (const v1::Blocker& block : message.blocks()) {
      told = told || block.reason() == v1::Blocker::REASON_INDIVIDUAL_CONSENT;
    }
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace qcdr
