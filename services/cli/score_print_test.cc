// What a row says in words: in which set somebody is sent, and whether an adjustment is expected.
#include <gtest/gtest.h>

#include "cli/first_screen.h"
#include "cli/score_receives.h"
#include "rulebook/rulebook.h"

namespace qcdr {
namespace {

constexpr Instant kAsOf = Instant::from_milliseconds(1'670'000'000'000);

ScoreRow clinician(std::string_view reports_as) {
  ScoreRow row;
  row.practice = PracticeId(1234);
  row.tin = "*****0001";
  row.reports_as = reports_as;
  row.clinician = "Abbott, Ann";
  for (ledger::StandingScore* score :
       {&row.scores.as_things_stand, &row.scores.if_all_open_items_done}) {
    score->summary.adjustment.percent = score->summary.adjustment.low =
        score->summary.adjustment.high = Decimal::from_integer(-9);
  }
  return row;
}

ledger::Block no_consent() {
  ledger::Block block;
  block.reason = ledger::BlockReason::kIndividualConsent;
  return block;
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

TEST(ScorePrint, WhoIsCoveredByTheGroupIsSentWithIt) {
  ScoreRow row = clinician("both");
  row.readiness.blocks.push_back(no_consent());
  EXPECT_FALSE(is_sent(row));
  EXPECT_TRUE(says(row_text(row, kAsOf), "both: will not be sent\n"));
  row.sent_with_group = true;
  EXPECT_TRUE(is_sent(row));
  const std::string text = row_text(row, kAsOf);
  EXPECT_TRUE(says(text, "both: will be sent with the group; the individual set will not be sent"));
  EXPECT_TRUE(says(text, "blocks the individual set: no consent"));
  EXPECT_TRUE(says(score_table_csv({row}, kAsOf), "with the group"));
  EXPECT_TRUE(says(row_json(row, kAsOf), "\"willBeSent\": true, \"sentWith\": [\"group\"]"));
  row.readiness.blocks.clear();
  row.will_be_sent = true;
  EXPECT_TRUE(says(row_text(row, kAsOf), "CMS takes the higher score"));
  EXPECT_TRUE(says(row_json(row, kAsOf), "\"sentWith\": [\"individual\", \"group\"]"));
}

TEST(ScorePrint, NoPercentageWhereNoAdjustmentApplies) {
  ScoreRow row = clinician("individual");
  for (const scoring::Known applies : {scoring::Known::kYes, scoring::Known::kUnknown}) {
    row.applies = applies;
    EXPECT_TRUE(says(row_text(row, kAsOf), "adjustment -9.00 %"));
    EXPECT_TRUE(says(score_table_csv({row}, kAsOf), "-9.00 %"));
  }
  row.applies = scoring::Known::kNo;
  for (const std::string& text : {row_text(row, kAsOf), score_table_csv({row}, kAsOf)}) {
    EXPECT_TRUE(says(text, "no MIPS adjustment expected")) << text;
    EXPECT_FALSE(says(text, "-9.00")) << text;
  }
  // What CMS would apply to that score stands in JSON, and that it does not.
  EXPECT_TRUE(says(row_json(row, kAsOf),
                   "\"paymentAdjustment\": {\"percent\": -9, \"low\": -9, \"high\": -9, "
                   "\"applies\": \"no\"}"));
}

TEST(ScorePrint, SaysWhichScoreCmsWouldUse) {
  const auto year = rulebook::Rulebook::built_in().find_year(PerformanceYear(2022));
  const scoring::ResolvedRules rules = scoring::resolve(*year);
  ScoreRow row = clinician("both");
  row.input.rules = &rules;
  choose_received(&row);
  EXPECT_FALSE(says(row_text(row, kAsOf), "CMS would use"));
  EXPECT_TRUE(says(row_json(row, kAsOf), "\"receives\": null"));
  row.held_scores = {{scoring::ScoreLevel::kIndividual, Decimal::from_integer(60)},
                     {scoring::ScoreLevel::kGroup, Decimal::from_integer(70)}};
  choose_received(&row);
  EXPECT_TRUE(says(row_text(row, kAsOf),
                   "  CMS would use the group's score, 70.00: the highest counts among what this "
                   "registry holds (individual 60.00, group 70.00); CMS, individual or group"))
      << row_text(row, kAsOf);
  EXPECT_TRUE(says(row_json(row, kAsOf),
                   "\"receives\": {\"level\": \"group\", \"value\": 70, \"reason\": \"highest\", "
                   "\"among\": [{\"level\": \"individual\", \"value\": 60}, "
                   "{\"level\": \"group\", \"value\": 70}], \"rule\": \"CMS"));
  row.held_scores.push_back({scoring::ScoreLevel::kVirtualGroup, Decimal::from_integer(50)});
  choose_received(&row);
  EXPECT_TRUE(says(row_text(row, kAsOf), "CMS would use the virtual group's score, 50.00"));
  row.held_scores = {{scoring::ScoreLevel::kIndividual, Decimal::from_integer(60)}};
  choose_received(&row);
  EXPECT_TRUE(says(row_text(row, kAsOf),
                   "the individual score, 60.00: the only one there is in this registry"));
}

TEST(ScorePrint, AVirtualGroupDisplacesItsMembers) {
  ScoreRow row = clinician("group");
  row.displaced_by = "VG-0001";
  row.sent_with_virtual_group = true;
  const std::string text = row_text(row, kAsOf);
  EXPECT_TRUE(says(text, "will be sent with the virtual group"));
  EXPECT_TRUE(says(text, "The score of virtual group VG-0001 displaces this one."));
  EXPECT_FALSE(says(text, "-9.00")) << text;
  EXPECT_TRUE(says(text, "adjustment that of VG-0001"));
  EXPECT_TRUE(says(score_table_csv({row}, kAsOf), "group; VG-0001 counts"));
  EXPECT_FALSE(says(score_table_csv({row}, kAsOf), "-9.00"));
  // What blocks the own set is nobody's task while the virtual group's counts.
  row.readiness.blocks.push_back(no_consent());
  EXPECT_TRUE(says(row_json(row, kAsOf), "Get the signed consent"));
  ledger::Block displaced;
  displaced.reason = ledger::BlockReason::kVirtualGroup;
  displaced.refused = true;
  row.readiness.blocks.push_back(displaced);
  EXPECT_TRUE(says(row_json(row, kAsOf), "\"doNext\": null"));
  ScoreRow whole = clinician("virtualGroup");
  whole.clinician.clear();
  whole.group = true;
  whole.tin = whole.virtual_group = "VG-0001";
  EXPECT_EQ(level_of(whole), "virtualGroup");
  EXPECT_TRUE(says(row_json(whole, kAsOf),
                   "\"level\": \"virtualGroup\", \"tin\": null, \"virtualGroup\": \"VG-0001\""));
}

}  // namespace
}  // namespace qcdr
