#include "scoring/score_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "scoring/measure_node.h"
#include "scoring/quality.h"
#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

class Tree : public ::testing::Test {
 protected:
  ScoreInput input(const Profile& profile) {
    return score_input(
        rules_, profile,
        {counts(year_, "404", 80, 20), counts(year_, "424", 500, 0), counts(year_, "430", 500, 0)});
  }
  nlohmann::json json(const ScoreInput& from) {
    return nlohmann::json::parse(to_json(explain(from, compute(from))));
  }
  static const nlohmann::json& part(const nlohmann::json& node, std::string_view name) {
    for (const auto& each : node.at("parts")) {
      if (each.at("name") == name) return each;
    }
    ADD_FAILURE() << "no part " << name;
    return node;
  }
  static bool has_message(const nlohmann::json& node, std::string_view code) {
    for (const auto& message : node.at("metadata").value("messages", nlohmann::json::array())) {
      if (message.at("code") == code) return true;
    }
    return false;
  }
  static Profile physician_without_list() {
    Profile profile;
    profile.kind = ClinicianKind::kPhysician;
    profile.small_practice = Known::kNo;
    profile.activities_percent = decimal("100");
    return profile;
  }

  const rulebook::YearRules& year_ = built_in_2022();
  ResolvedRules rules_ = resolve(year_);
};

TEST_F(Tree, HasTheShapeOfTheContract) {
  const nlohmann::json answer = json(input(physician_without_list()));
  EXPECT_EQ(answer.at("performanceYear"), 2022);
  EXPECT_EQ(answer.at("projected"), true);
  const nlohmann::json& total = answer.at("score");
  EXPECT_EQ(total.at("name"), "total");
  // (6.5302 + 10 + 7) / 40 = 58.8255 %, x .55, + 15.
  EXPECT_DOUBLE_EQ(total.at("value").get<double>(), 47.35);
  EXPECT_DOUBLE_EQ(total.at("metadata").at("unroundedScoreValue").get<double>(), 47.354025);
  const nlohmann::json& quality = part(total, "quality");
  EXPECT_EQ(quality.at("weight"), 55);
  EXPECT_DOUBLE_EQ(quality.at("original").at("value").get<double>(), 58.8255);
  EXPECT_EQ(answer.at("weights").at("pi"), 30);
  const nlohmann::json& adjustment = answer.at("paymentAdjustment");
  EXPECT_EQ(adjustment.at("basis"), "published");
  EXPECT_EQ(adjustment.at("threshold"), 75);
  EXPECT_EQ(adjustment.at("applies"), "unknown");
  EXPECT_TRUE(adjustment.at("percent").is_number());
}

TEST_F(Tree, GoesDownToTheCutPointAndTheParagraph) {
  const nlohmann::json answer = json(input(physician_without_list()));
  const nlohmann::json& quality = part(answer.at("score"), "quality").at("original");
  const nlohmann::json& measure = part(quality, "404");
  const nlohmann::json& metadata = measure.at("metadata");
  EXPECT_EQ(metadata.at("processingStatus"), "PICKED");
  EXPECT_EQ(metadata.at("decile"), 6);
  EXPECT_DOUBLE_EQ(metadata.at("partialPoints").get<double>(), 3.42);
  EXPECT_EQ(metadata.at("deciles").size(), 9U);
  EXPECT_EQ(metadata.at("benchmarkYear"), 2020);
  const nlohmann::json& cut = part(measure, "benchmark cut point");
  EXPECT_DOUBLE_EQ(cut.at("value").get<double>(), 76.58);
  EXPECT_EQ(part(measure, "interpolated points").at("metadata").at("how"),
            "6 + (80 - 76.58) / (83.03 - 76.58) = 6.5302");
  EXPECT_NE(cut.at("metadata").at("citation").at(0).at("title").get<std::string>().find("414.1380"),
            std::string::npos);
}

TEST_F(Tree, NamesCapMissingSlotsAndTheRequiredMeasure) {
  const nlohmann::json answer = json(input(physician_without_list()));
  const nlohmann::json& quality = part(answer.at("score"), "quality").at("original");
  EXPECT_TRUE(has_message(part(quality, "430"), "SEVEN_POINT_CAP"));
  EXPECT_TRUE(has_message(part(quality, "424"), "PICKED_AS_REQUIRED"));
  int missing = 0;
  for (const auto& each : quality.at("parts")) missing += each.at("name") == "missing" ? 1 : 0;
  EXPECT_EQ(missing, 1);  // of the cluster of four
  EXPECT_TRUE(has_message(part(answer.at("score"), "pi").at("original"), "SPECIAL_STATUS_UNKNOWN"));
  EXPECT_TRUE(has_message(part(answer.at("score"), "cost").at("original"), "COST_UNKNOWN"));
  const nlohmann::json& causes = answer.at("score").at("metadata").at("rangeByCause");
  EXPECT_EQ(causes.size(), 3U);
  EXPECT_GT(causes.at("specialStatus").at("high").get<double>(),
            causes.at("specialStatus").at("low").get<double>());
}

TEST_F(Tree, EveryNumberIsANumberAndEveryLeafIsCited) {
  const nlohmann::json answer = json(input(physician_without_list()));
  std::vector<const nlohmann::json*> open = {&answer.at("score")};
  int nodes = 0;
  while (!open.empty()) {
    const nlohmann::json& node = *open.back();
    open.pop_back();
    ++nodes;
    EXPECT_TRUE(node.at("value").is_number()) << node.at("name");
    if (node.contains("original")) open.push_back(&node.at("original"));
    if (!node.contains("parts") && !node.contains("original") && node.at("name") != "cost") {
      EXPECT_TRUE(node.at("metadata").contains("citation")) << node.at("name");
    }
    if (node.contains("parts")) {
      for (const auto& each : node.at("parts")) open.push_back(&each);
    }
  }
  EXPECT_GT(nodes, 20);
}

TEST_F(Tree, NamesTheRuleThatReweights) {
  Profile profile = physician_without_list();
  profile.kind = ClinicianKind::kCrna;
  const nlohmann::json answer = json(input(profile));
  const nlohmann::json& interoperability = part(answer.at("score"), "pi").at("original");
  EXPECT_TRUE(has_message(interoperability, "REWEIGHTED_AUTOMATICALLY"));
  EXPECT_NE(interoperability.dump().find("crna"), std::string::npos);
}

TEST_F(Tree, SaysThatFewerCategoriesGiveTheThreshold) {
  Profile profile = profile_without_status(ClinicianKind::kCrna);
  profile.reweighted_by_approval =
      static_cast<CategorySet>(category_bit(Category::kActivities) | category_bit(Category::kCost));
  const nlohmann::json answer = json(input(profile));
  EXPECT_EQ(answer.at("score").at("value"), 75);
  EXPECT_EQ(answer.at("messages").at(0).at("code"), "FEWER_CATEGORIES");
}

TEST_F(Tree, TextFollowsOneMeasureDown) {
  const ScoreInput from = input(physician_without_list());
  const std::string text = to_text(explain(from, compute(from)));
  EXPECT_NE(text.find("total: 47.35"), std::string::npos);
  EXPECT_NE(text.find("quality: 32.354025 (weight 55 %)"), std::string::npos);
  EXPECT_NE(text.find("= 6 + (80 - 76.58) / (83.03 - 76.58) = 6.5302"), std::string::npos);
  EXPECT_NE(text.find("paymentAdjustment: "), std::string::npos);
}

// The example worked by hand in docs/scoring.md.
TEST_F(Tree, WorkedExample) {
  const ScoreSummary summary = compute(score_input(
      rules_, physician_without_list(),
      {counts(year_, "404", 80, 20), counts(year_, "424", 500, 0), counts(year_, "430", 999, 1)}));
  EXPECT_EQ(summary.category(Category::kQuality).percent, decimal("56.78"));
  EXPECT_EQ(summary.final_score, decimal("46.229"));
  EXPECT_EQ(summary.adjustment.percent.rounded(4), decimal("-3.4525"));
  EXPECT_EQ(summary.low.rounded(4), decimal("32.034"));
  EXPECT_EQ(summary.high.rounded(4), decimal("86.229"));
}

// Scores are of the counts that are given; the tree says which CMS takes.
TEST_F(Tree, SaysByWhichMonthsATruncatedMeasureIsScored) {
  TestYear year(year_);
  rulebook::Measure measure = test_measure("A");
  measure.truncated_for = {std::string(kCollectionType)};
  year.add_measure(measure);
  year.add_measure(test_measure("B"));
  year.set_parameter("quality/truncated-months", "7");
  const ResolvedRules rules = resolve(year);
  const auto says = [&](std::string_view id) {
    const ScoreInput from =
        score_input(rules, physician_without_list(), {counts(year, id, 80, 20)});
    const std::string text = to_json(explain(from, compute(from)));
    return text.find("by the cases of the first 7 months only") != std::string::npos;
  };
  EXPECT_TRUE(says("A"));
  EXPECT_FALSE(says("B"));
}

TEST_F(Tree, CasesToTheNextDecile) {
  const auto more = [&](std::string_view id, std::int64_t met, std::int64_t not_met) {
    const MeasureInput measure = counts(year_, id, met, not_met);
    return cases_to_next_decile(rules_, measure, score_measure(rules_, measure, false));
  };
  // 80 of 100 to 83.03 %: 97 of 117 is 82.91 %, 98 of 118 is 83.05 %.
  EXPECT_EQ(more("404", 80, 20), 18);
  EXPECT_EQ(more("424", 500, 0), std::nullopt);  // in the last decile
  EXPECT_EQ(more("430", 500, 0), std::nullopt);  // at the cap
  EXPECT_EQ(more("430", 999, 1), std::nullopt);  // thousands away
  EXPECT_EQ(more("404", 10, 5), std::nullopt);   // too few cases: not placed
}

TEST(ScoreTreeJson, EscapesTexts) {
  ScoreTree tree;
  tree.total.name = "a\"b\\c\nd";
  EXPECT_EQ(nlohmann::json::parse(to_json(tree)).at("score").at("name"), "a\"b\\c\nd");
}

}  // namespace
}  // namespace qcdr::scoring
