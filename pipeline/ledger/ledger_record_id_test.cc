// Records named by an id of their source: which one is meant when two have it, and which of several
// decisions about one record stands.
#include <gtest/gtest.h>

#include "ledger/readiness_reader.h"
#include "ledger/record_index.h"
#include "ledger/testing_rows.h"

namespace qcdr::ledger {
namespace {

const Instant kMarch = Season::at("2023-03-02T10:00:00-06:00");
const Instant kLaterInMarch = Season::at("2023-03-06T10:00:00-06:00");
constexpr auto kDecisionKind = v1::RECORD_KIND_OFFICER_DECISION;
constexpr auto kApprovalKind = v1::RECORD_KIND_REWEIGHTING_APPROVAL;

v1::Row named_activity(int npi, const char* id) {
  v1::Row row = activity(npi, Season::day(1, 1), Season::day(5, 31));
  row.set_record_id(id);
  return row;
}

v1::Row withdrawal_of(const char* id) {
  v1::Row row;
  row.set_action(v1::ROW_ACTION_WITHDRAW);
  row.set_supersedes(id);
  return row;
}

std::size_t activities(Season& season, int npi) {
  return season.practice().activities(season.pair_row(1, npi)).value().size();
}

TEST(RecordId, OfTwoRecordsNamesNeither) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.record("a1", kJune, kActivityKind, named_activity(1, "A-1"));
  season.record("a2", kJune, kActivityKind, named_activity(2, "A-1"));
  season.restart();
  season.record("w1", kJune, kActivityKind, withdrawal_of("A-1"));
  EXPECT_EQ(told(season, "w1", FindingCode::RECORD_ID_AMBIGUOUS), 1u);
  EXPECT_EQ(season.upload("w1").rows_rejected, 1u);
  EXPECT_EQ(activities(season, 1) + activities(season, 2), 2u);
  // By its place, the first; then the id names the one that is left.
  season.record("w2", kJune, kActivityKind, withdrawal_of("a1/0"));
  EXPECT_EQ(activities(season, 1), 0u);
  season.record("w3", kJune, kActivityKind, withdrawal_of("A-1"));
  EXPECT_EQ(told(season, "w3", FindingCode::RECORD_TAKEN_BACK), 1u);
  EXPECT_EQ(activities(season, 2), 0u);
}

TEST(RecordId, OfANewerVersionNamesThatOne) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  season.record("a1", kJune, kActivityKind, named_activity(1, "A-1"));
  v1::Row longer = activity(1, Season::day(1, 1), Season::day(6, 10));
  longer.set_record_id("A-1");
  season.record("a2", kJune, kActivityKind, longer);
  season.record("w", kJune, kActivityKind, withdrawal_of("A-1"));
  EXPECT_EQ(told(season, "w", FindingCode::RECORD_TAKEN_BACK), 1u);
  EXPECT_EQ(activities(season, 1), 0u);
}

TEST(RecordId, OfTwoThatWaitIsDecidedByPlace) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.record("a1", kMarch, kActivityKind, named_activity(1, "A-1"));
  season.record("a2", kMarch, kActivityKind, named_activity(2, "A-1"));
  season.record("d1", kMarch, kDecisionKind, decision("A-1"));
  EXPECT_EQ(told(season, "d1", FindingCode::RECORD_ID_AMBIGUOUS), 1u);
  EXPECT_EQ(season.upload("d1").rows_rejected, 1u);
  season.record("d2", kMarch, kDecisionKind, decision("a2/0"));
  EXPECT_EQ(told(season, "d2", FindingCode::HOLD_LIFTED), 1u);
  const auto held = [&](int npi) {
    return season.practice().activities(season.pair_row(1, npi)).value().front().held;
  };
  EXPECT_TRUE(held(1));
  EXPECT_FALSE(held(2));
}

TEST(RecordIndex, KeepsTheLastRowsAndNoMore) {
  StateDigest digest;
  FactTable facts({PracticeId(1), PerformanceYear(2022)}, &digest);
  for (std::uint32_t upload = 0; upload < 3 * kRowsPerRecordIdMax; ++upload) {
    ASSERT_TRUE(index_record("A-1", {upload, 7}, &facts).is_ok());
  }
  const auto last = find_indexed_record("A-1", UINT32_MAX, facts).value();
  EXPECT_EQ(last.row, (RecordRow{3 * kRowsPerRecordIdMax - 1, 7}));
  EXPECT_FALSE(find_indexed_record("A-1", kRowsPerRecordIdMax, facts).value().row);
  EXPECT_FALSE(find_indexed_record("A-2", UINT32_MAX, facts).value().row);
}

v1::Row circumstances(int npi) {
  v1::Row row;
  v1::ReweightingApproval& fact = *row.mutable_reweighting_approval();
  fact.set_tin(1);
  if (npi != 0) fact.set_npi(Season::npi(npi).value());
  fact.add_categories(v1::CATEGORY_QUALITY);
  fact.set_reason(v1::ReweightingApproval::REASON_EXTREME_AND_UNCONTROLLABLE);
  return row;
}

v1::Row about_circumstances(bool approves, const char* record_id, bool of_tin) {
  v1::Row row = decision(record_id);
  v1::OfficerDecision& fact = *row.mutable_officer_decision();
  fact.set_subject(v1::OfficerDecision::SUBJECT_LATE_CIRCUMSTANCES);
  if (of_tin) fact.set_tin(1);
  if (!approves) fact.set_verdict(v1::OfficerDecision::VERDICT_REFUSE);
  return row;
}

std::size_t approvals_that_count(Season& season, int npi) {
  const ReadinessReader reader(season.practice(), kLaterInMarch);
  return reader.pair_facts(season.pair_row(1, npi)).value().reweighting.size();
}

// Told on time, so in force; an officer says no to the TIN, then yes to one record of it, then no
// again in the same words.
TEST(Circumstances, AreDecidedByTheLastDecisionThatCoversThem) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.record("c1", kMarch, kApprovalKind, circumstances(1));
  season.record("c2", kMarch, kApprovalKind, circumstances(2));
  season.record("d1", kLaterInMarch, kDecisionKind, about_circumstances(false, "", true));
  EXPECT_EQ(approvals_that_count(season, 1) + approvals_that_count(season, 2), 0u);
  season.record("d2", kLaterInMarch, kDecisionKind, about_circumstances(true, "c1/0", false));
  EXPECT_EQ(approvals_that_count(season, 1), 1u);
  EXPECT_EQ(approvals_that_count(season, 2), 0u);
  season.record("d3", kLaterInMarch, kDecisionKind, about_circumstances(false, "", true));
  EXPECT_EQ(season.upload("d3").rows_duplicate, 1u);
  EXPECT_EQ(approvals_that_count(season, 1), 0u);
  // What is told after a decision was not decided by it.
  v1::Row both = circumstances(2);
  both.mutable_reweighting_approval()->add_categories(v1::CATEGORY_IMPROVEMENT_ACTIVITIES);
  season.record("c3", kMarch, kApprovalKind, both);
  EXPECT_EQ(approvals_that_count(season, 2), 1u);
}

TEST(Circumstances, OfWhichOneRecordIsRefusedByIdAlone) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}, {1, 2, "B"}});
  season.record("c1", kMarch, kApprovalKind, circumstances(1));
  season.record("c2", kMarch, kApprovalKind, circumstances(2));
  season.record("d", kLaterInMarch, kDecisionKind, about_circumstances(false, "c1/0", false));
  EXPECT_EQ(approvals_that_count(season, 1), 0u);
  EXPECT_EQ(approvals_that_count(season, 2), 1u);
}

}  // namespace
}  // namespace qcdr::ledger
