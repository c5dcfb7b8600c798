// The dry run: whose documents there are, and how each names whom it is about.
#include "cli/submission_preview.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "submission/testing_inputs.h"

namespace qcdr {
namespace {

ScoreRow group_row(std::string_view reports_as) {
  ScoreRow row;
  row.practice = PracticeId(1234);
  row.year = PerformanceYear(2022);
  row.tin = "*****0001";
  row.reports_as = reports_as;
  row.group = true;
  return row;
}

nlohmann::json documents(const ScoreRow& row) {
  FirstScreen screen;
  screen.rows.push_back(row);
  return nlohmann::json::parse(submission_preview_json(screen)).at("documents");
}

TEST(SubmissionPreview, NamesAVirtualGroupByItsNumber) {
  ScoreRow row = group_row("virtualGroup");
  row.tin = row.virtual_group = "VG-0001";
  row.will_be_sent = true;
  const nlohmann::json document = documents(row).at(0);
  EXPECT_EQ(document.at("level"), "virtualGroup");
  EXPECT_TRUE(document.at("tin").is_null());
  EXPECT_EQ(document.at("virtualGroup"), "VG-0001");
  EXPECT_EQ(document.at("submission").at("entityType"), "virtualGroup");
  EXPECT_EQ(document.at("submission").at("entityId"), "VG-0001");
  EXPECT_FALSE(document.at("submission").contains("taxpayerIdentificationNumber"));
}

TEST(SubmissionPreview, SaysWhyAVirtualGroupHasNone) {
  ScoreRow row = group_row("virtualGroup");
  row.tin = row.virtual_group = "VG-0001";
  ledger::Block block;
  block.reason = ledger::BlockReason::kOfficerConsent;
  row.readiness.blocks.push_back(block);
  const nlohmann::json document = documents(row).at(0);
  EXPECT_TRUE(document.at("submission").is_null());
  EXPECT_EQ(document.at("reasons").at(0).at("reason"), "officerConsent");
}

TEST(SubmissionPreview, HasNoSetOfItsOwnForWhoeverIsCoveredByAGroup) {
  ScoreRow row = group_row("group");
  EXPECT_EQ(documents(row).size(), 1u);
  row.group = false;
  EXPECT_TRUE(documents(row).empty());
}

TEST(SubmissionPreview, ShowsSetsInCmsFormAndWhatStaysHere) {
  constexpr int kYear = 2022;
  ScoreRow row = group_row("group");
  row.will_be_sent = true;
  row.input = submission::empty_input(kYear);
  row.input.profile.non_patient_facing = scoring::Known::kYes;
  row.input.measures.push_back(submission::counted(kYear, "424", 40, 0, 1));
  row.input.interoperability.reported = true;
  row.input.interoperability.rows.push_back(submission::row_of(kYear, "PI_EP_1", false, 49, 115));
  row.interoperability.emplace();
  row.interoperability->from = submission::day(kYear, 7, 1);
  row.interoperability->to = submission::day(kYear, 12, 31);
  row.interoperability->cehrt_id = "0015CABCDEF1234";
  const nlohmann::json document = documents(row).at(0);
  const nlohmann::json sets = document.at("submission").at("measurementSets");
  ASSERT_EQ(sets.size(), 1u);
  EXPECT_EQ(sets.at(0).at("programName"), "mips");
  EXPECT_EQ(sets.at(0).at("measurements").at(0).at("value").at("eligiblePopulation"), 41);
  const nlohmann::json excluded = document.at("excluded").at(0);
  EXPECT_EQ(excluded.at("category"), "pi");
  EXPECT_EQ(excluded.at("reason"), "cancelsReweighting");
  EXPECT_TRUE(excluded.at("points").is_number());
  FirstScreen screen;
  screen.rows.push_back(row);
  EXPECT_NE(submission_preview_text(screen).find("stays here"), std::string::npos);
}

}  // namespace
}  // namespace qcdr
