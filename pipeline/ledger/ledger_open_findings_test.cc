// Findings that a season leads to only when something is odd about it: each is told.
#include <gtest/gtest.h>

#include <map>

#include "ledger/testing_rows.h"
#include "qcdr/v1/submission.pb.h"

namespace qcdr::ledger {
namespace {

std::map<FindingCode, std::uint32_t> open_codes(Season& season) {
  std::map<FindingCode, std::uint32_t> codes;
  for (const OpenFinding& finding : reconciliation(season).open) {
    note_finding_seen(code_number(finding.code));
    ++codes[finding.code];
  }
  return codes;
}

TEST(OpenFindings, RosterCasesAndListsThatDoNotFit) {
  Season season;
  season.roster("r", kJune,
                {{1, 1, "Early", v1::CLINICIAN_TYPE_PHYSICIAN, Season::day(2, 1), 0},
                 {1, 2, "Idle"},
                 {1, 3, "Other", v1::CLINICIAN_TYPE_CRNA},
                 {2, 3, "Other", v1::CLINICIAN_TYPE_CRNA}});
  std::vector<Season::CaseSpec> cases = {{"before", Season::day(1, 3), {{1, 1}}, {}},
                                         {"lone", Season::day(3, 3), {{1, 3}}, {}},
                                         {"last", Season::day(6, 3), {{1, 3}}, {}}};
  for (int i = 0; i < 20; ++i) {
    cases.push_back({"many" + std::to_string(i), Season::day(2, 3), {{1, 3}}, {}});
  }
  season.cases("u", kJune, cases);
  v1::Row list = eligibility("2022-06-01", 1, v1::EligibilitySnapshot::STATUS_NOT_REQUIRED, {});
  list.mutable_eligibility_snapshot()->set_npi(Season::npi(2).value());
  season.record("l", kJune, v1::RECORD_KIND_ELIGIBILITY_SNAPSHOT, list);
  const auto codes = open_codes(season);
  for (const FindingCode code :
       {FindingCode::CASE_BEFORE_START, FindingCode::NO_CASES, FindingCode::CREDENTIAL_MISMATCH,
        FindingCode::NPI_UNDER_TWO_TINS, FindingCode::NOT_ELIGIBLE, FindingCode::MISSING_MONTH,
        FindingCode::CASE_COUNT_DROP}) {
    EXPECT_TRUE(codes.contains(code)) << describe(code).identifier;
  }
}

TEST(OpenFindings, APairThatAnotherPracticeClaimsIsTold) {
  Season season;
  season.roster("r", kJune, {{1, 1, "Shared"}, {1, 2, "Own"}});
  const auto claimed = [&](const StageTwoClaim& claim, std::uint32_t version) {
    v1::StageTwoClaim message;
    message.set_practice_id(1234);
    message.set_performance_year(2022);
    message.set_entity_id(std::string(season.tin_row(1).group_entity.bytes()));
    message.mutable_version()->set_generation(version);
    claim.write(&message);
    return season.ledger().apply_claim(message, Offset(900));
  };
  StageTwoClaim claim;
  claim.level = EntityLevel::kGroup;
  claim.others.push_back({PracticeId(1235), false, 0, {}});
  claim.shared_pairs = {season.pair_row(1, 1).entity};
  EXPECT_FALSE(open_codes(season).contains(FindingCode::NPI_ON_OTHER_PRACTICE));
  ASSERT_TRUE(claimed(claim, 1).is_ok());
  std::vector<Npi> told;
  for (const OpenFinding& finding : reconciliation(season).open) {
    if (finding.code != FindingCode::NPI_ON_OTHER_PRACTICE) continue;
    note_finding_seen(code_number(finding.code));
    told.push_back(season.practice().pairs().pair(*finding.pair).npi);
    EXPECT_FALSE(finding.blocks_group);
  }
  EXPECT_EQ(told, std::vector<Npi>{Season::npi(1)});
  claim.others.clear();
  claim.shared_pairs.clear();
  ASSERT_TRUE(claimed(claim, 2).is_ok());
  EXPECT_FALSE(open_codes(season).contains(FindingCode::NPI_ON_OTHER_PRACTICE));
}

TEST(OpenFindings, AWaiverOfWhatCannotBeWaivedIsTold) {
  Season season;
  season.roster("r", kJune, {{1, 1, "A"}});
  v1::Row row = sign_off(Season::day(6, 30));
  v1::ReconciliationWaiver* waiver = row.mutable_reconciliation_sign_off()->add_waivers();
  waiver->set_npi(Season::npi(1).value());
  waiver->set_code(code_number(FindingCode::TIN_NOT_REGISTERED));
  waiver->set_reason("known");
  season.record("s", kLastOfJanuary, kSignOffKind, row);
  EXPECT_EQ(told(season, "s", FindingCode::WAIVER_NOT_POSSIBLE), 1u);
}

TEST(OpenFindings, AnAgreementThatIsNotSignedIsTold) {
  Season season;
  v1::Row row = registration({1}, true, 1);
  row.mutable_practice_registration()->mutable_agreements()->RemoveLast();
  season.record("g", kJune, kRegistrationKind, row);
  EXPECT_EQ(told(season, "g", FindingCode::AGREEMENT_NOT_SIGNED), 1u);
}

TEST(OpenFindings, ARosterThatALaterOneReplacedCannotBeConfirmed) {
  Season season;
  std::vector<Season::RosterSpec> all;
  for (int i = 1; i <= 10; ++i) all.push_back({1, i, "N"});
  season.roster("r1", kJune, all);
  season.roster("r2", kJune, {all.begin(), all.begin() + 4});
  season.roster("r3", Season::at("2022-07-01T09:00:00-05:00"), all);
  v1::Row row;
  row.mutable_confirmation()->set_subject(v1::Confirmation::SUBJECT_ROSTER_DROP);
  row.mutable_confirmation()->set_upload_id("r2");
  row.mutable_confirmation()->set_confirmed(true);
  season.record("k", Season::at("2022-07-02T09:00:00-05:00"), v1::RECORD_KIND_CONFIRMATION, row);
  EXPECT_EQ(told(season, "k", FindingCode::ROSTER_SUPERSEDED), 1u);
  EXPECT_TRUE(season.pair_row(1, 9).listed);
}

}  // namespace
}  // namespace qcdr::ledger
