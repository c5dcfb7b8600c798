// The dry run: whose documents there are, and how each names whom it is about.
#include "cli/submission_preview.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

}  // namespace
}  // namespace qcdr
