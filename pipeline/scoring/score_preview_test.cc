#include "scoring/score_preview.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "rulebook/rulebook.h"

namespace qcdr::scoring {
namespace {

using Json = nlohmann::json;

const PreviewRules& rules() {
  static const PreviewRules built_in(rulebook::Rulebook::built_in());
  return built_in;
}

Json preview(const std::string& submission, const std::string& profile = "",
             TreeDetail detail = TreeDetail::kAll) {
  PreviewOptions options;
  options.detail = detail;
  const PreviewAnswer answer = preview_score(rules(), submission, profile, options);
  EXPECT_TRUE(answer.scored) << answer.json;
  return Json::parse(answer.json);
}

std::string with_sets(const std::string& sets) {
  return R"({"entityType":"individual","performanceYear":2022,"measurementSets":[)" + sets + "]}";
}

std::string quality(const std::string& measurements, const std::string& method = "registry") {
  return with_sets(R"({"category":"quality","submissionMethod":")" + method +
                   R"(","measurements":[)" + measurements + "]}");
}

const std::string kMeasure404 =
    R"({"measureId":"404","value":{"performanceMet":80,"performanceNotMet":20,)"
    R"("eligiblePopulationExclusion":null,"eligiblePopulation":100}})";
const std::string kBare = R"({"performanceYear":2022})";

const Json& part(const Json& answer, const std::string& name) {
  for (const Json& each : answer.at("score").at("parts")) {
    if (each.at("name") == name) return each;
  }
  ADD_FAILURE() << name;
  return answer;
}

bool has_message(const Json& messages, const std::string& code) {
  for (const Json& message : messages) {
    if (message.at("code") == code) return true;
  }
  return false;
}

TEST(ScorePreview, AnswersInTheShapeOfTheContract) {
  const Json answer = preview(quality(kMeasure404), R"({"clinicianType":"physician"})");
  EXPECT_EQ(answer.at("performanceYear"), 2022);
  EXPECT_EQ(answer.at("projected"), true);
  EXPECT_EQ(answer.at("rulebook").get<std::string>().size(), 64U);
  std::vector<std::string> names;
  for (const Json& each : answer.at("score").at("parts")) names.push_back(each.at("name"));
  EXPECT_EQ(names,
            (std::vector<std::string>{"quality", "cost", "ia", "pi", "complexPatientBonus"}));
  const Json& original = part(answer, "quality").at("original");
  EXPECT_EQ(original.at("name"), "quality");
  EXPECT_EQ(original.at("parts").size(), 4U);  // of the cluster that 404 is of
  EXPECT_EQ(original.at("parts")[0].at("name"), "404");
  EXPECT_EQ(original.at("parts")[0].at("value"), 6.5302);
  EXPECT_EQ(original.at("parts")[3].at("name"), "missing");
  EXPECT_EQ(original.at("parts")[3].at("value"), 0);
  const Json& metadata = original.at("parts")[0].at("metadata");
  for (const char* key :
       {"performanceRate", "reportingRate", "caseCount", "eligiblePopulation", "decile",
        "partialPoints", "decileScore", "deciles", "benchmarkYear", "toppedOut", "sevenPointCap",
        "processingStatus", "messages", "citation", "casesToNextDecile"}) {
    EXPECT_TRUE(metadata.contains(key)) << key;
  }
  EXPECT_EQ(answer.at("weights").at("quality"), 55);
  EXPECT_EQ(answer.at("paymentAdjustment").at("threshold"), 75);
  EXPECT_EQ(answer.at("paymentAdjustment").at("applies"), "unknown");
}

// 2022, cost unknown: reweighted in the total, at 0 and at 100 in the range.
TEST(ScorePreview, UnknownCostStandsInTheRange) {
  const Json answer = preview(kBare, R"({"nonPatientFacing":true,"given":{"quality":{"percent":80},
                        "ia":{"percent":100}}})");
  EXPECT_EQ(answer.at("score").at("value"), 83);
  EXPECT_EQ(answer.at("score").at("metadata").at("range").at("low"), 59);
  EXPECT_EQ(answer.at("score").at("metadata").at("range").at("high"), 89);
  const Json facing = preview(kBare, R"({"given":{"quality":{"percent":80},
                                        "ia":{"percent":100}}})");
  EXPECT_EQ(facing.at("score").at("value"), 59);
}

TEST(ScorePreview, TakesAllThreeWrappings) {
  const std::string bare = quality(kMeasure404);
  const std::string one = R"({"submission":)" + bare + "}";
  const std::string two = R"({"data":{"submission":)" + bare + "}}";
  EXPECT_EQ(preview(bare), preview(one));
  EXPECT_EQ(preview(bare), preview(two));
}

TEST(ScorePreview, ASummaryHasNoParts) {
  const Json answer = preview(quality(kMeasure404), "", TreeDetail::kSummary);
  EXPECT_FALSE(answer.at("score").contains("parts"));
  EXPECT_TRUE(answer.contains("weights"));
  EXPECT_TRUE(answer.contains("paymentAdjustment"));
}

// A year without measures composes a score from the percents that are given: here every year's own
// weights at 80, 60, 100 and 50 percent, of a group, which no automatic policy concerns.
TEST(ScorePreview, ComposesEveryYear) {
  const std::string given = R"({"given":{"quality":{"percent":80},"cost":{"percent":60},
                                "ia":{"percent":100},"pi":{"percent":50}}})";
  const std::map<int, double> expected = {{2017, 75.5}, {2018, 73.5}, {2019, 72.5}, {2020, 74},
                                          {2021, 74},   {2022, 69.5}, {2023, 69.5}, {2024, 69.5},
                                          {2025, 69.5}, {2026, 69.5}};
  for (const auto& year : expected) {
    const Json answer = preview(
        R"({"entityType":"group","performanceYear":)" + std::to_string(year.first) + "}", given);
    EXPECT_EQ(answer.at("score").at("value"), year.second) << year.first;
    // Cost is no part of the years in which CMS scored nobody's.
    EXPECT_EQ(answer.at("weights").at("cost") == 0,
              year.first == 2017 || year.first == 2020 || year.first == 2021)
        << year.first;
  }
}

TEST(ScorePreview, OffersEachPathwayInItsYears) {
  const auto offered = [](int year, const std::string& pathway) {
    return !preview_score(rules(), R"({"performanceYear":)" + std::to_string(year) + "}",
                          R"({"participation":")" + pathway + "\"}", PreviewOptions())
                .has_errors;
  };
  for (int year = 2017; year <= 2026; ++year) {
    EXPECT_EQ(offered(year, "apmScoringStandard"), year <= 2020) << year;
    EXPECT_EQ(offered(year, "app"), year >= 2021) << year;
    EXPECT_EQ(offered(year, "mvp"), year >= 2023) << year;
  }
}

// The table for small practices, 414.1380(c)(2)(ii)(G), begins with 2022.
TEST(ScorePreview, SmallPracticesHaveTheirOwnWeightsFrom2022On) {
  const auto weights = [](int year) {
    return preview(R"({"entityType":"group","performanceYear":)" + std::to_string(year) + "}",
                   R"({"smallPractice":true,"reweight":{"pi":"hardship"},
                       "given":{"quality":{"percent":80},"cost":{"percent":60}}})")
        .at("weights");
  };
  EXPECT_EQ(weights(2019), Json::parse(R"({"quality":70,"cost":15,"ia":15,"pi":0})"));
  EXPECT_EQ(weights(2021), Json::parse(R"({"quality":85,"cost":0,"ia":15,"pi":0})"));
  EXPECT_EQ(weights(2022), Json::parse(R"({"quality":40,"cost":30,"ia":30,"pi":0})"));
  EXPECT_EQ(weights(2026), Json::parse(R"({"quality":40,"cost":30,"ia":30,"pi":0})"));
}

TEST(ScorePreview, ACitationSaysHowSureItIs) {
  const Json answer = preview(R"({"performanceYear":2026})",
                              R"({"participation":"app","given":{"quality":{"percent":80}}})");
  const Json& citation = part(answer, "quality").at("metadata").at("citation")[0];
  EXPECT_EQ(citation.at("title"), "42 CFR 414.1367(d)");
  EXPECT_EQ(citation.at("confidence"), "regulation");
  EXPECT_EQ(citation.at("verified"), true);
  const Json old = preview(R"({"entityType":"group","performanceYear":2020})",
                           R"({"participation":"apmScoringStandard",
                               "given":{"quality":{"percent":80}}})");
  const Json& unsure = part(old, "quality").at("metadata").at("citation")[0];
  EXPECT_EQ(unsure.at("confidence"), "unverified");
  EXPECT_EQ(unsure.at("verified"), false);
}

TEST(ScorePreview, FewerThanTwoCategoriesAreNeutral) {
  const Json answer =
      preview(kBare, R"({"complexPatientBonus":4,"reweight":{"quality":"extremeAndUncontrollable",
                "ia":"extremeAndUncontrollable","pi":"extremeAndUncontrollable",
                "cost":"extremeAndUncontrollable"}})");
  EXPECT_EQ(answer.at("score").at("value"), 75);
  EXPECT_EQ(answer.at("weights"), Json::parse(R"({"quality":0,"cost":0,"ia":0,"pi":0})"));
  EXPECT_EQ(part(answer, "complexPatientBonus").at("value"), 0);
  EXPECT_EQ(answer.at("paymentAdjustment").at("percent"), 0);
  EXPECT_EQ(answer.at("messages").size(), 1U);
}

TEST(ScorePreview, ReadsMultiRateMeasuresAndSuppliedRates) {
  const Json answer = preview(quality(
      R"({"measureId":"AQI48","value":{"performanceRate":96.61,"strata":[
          {"stratum":"surveyed","performanceMet":350,"performanceNotMet":90,
           "eligiblePopulation":440},
          {"stratum":"overall","performanceMet":57,"performanceNotMet":2,"eligiblePopulation":59}]}},
         {"measureId":"AQI69","value":{"performanceMet":77,"performanceNotMet":8,
          "eligiblePopulation":85,"performanceRate":90.123}})"));
  const Json& parts = part(answer, "quality").at("original").at("parts");
  EXPECT_EQ(parts[0].at("metadata").at("performanceRate"), 96.61);
  EXPECT_EQ(parts[0].at("metadata").at("caseCount"), 59);
  EXPECT_EQ(parts[0].at("metadata").at("strata").at("surveyed").at("performanceMet"), 350);
  EXPECT_EQ(parts[1].at("metadata").at("performanceRate"), 90.123);
}

TEST(ScorePreview, ReadsActivitiesAndInteroperability) {
  const Json answer = preview(with_sets(
      R"({"category":"ia","measurements":[{"measureId":"IA_PSPA_7","value":true},
          {"measureId":"IA_BE_6","value":true},{"measureId":"IA_EPA_2","value":false}]},
         {"category":"pi","cehrtId":"XX15CXXXXXXXXXX","performanceStart":"2022-07-01",
          "performanceEnd":"2022-12-31","measurements":[
          {"measureId":"PI_PPHI_1","value":true},{"measureId":"PI_PPHI_2","value":true},
          {"measureId":"PI_ONCDIR_1","value":true},{"measureId":"PI_INFBLO_1","value":true},
          {"measureId":"PI_EP_1","value":{"numerator":49,"denominator":115}},
          {"measureId":"PI_HIE_5","value":true},
          {"measureId":"PI_PEA_1","value":{"numerator":861,"denominator":1809}},
          {"measureId":"PI_PHCDRR_1_EX_1","value":true},
          {"measureId":"PI_PHCDRR_3","value":true}]})"));
  EXPECT_EQ(part(answer, "ia").at("original").at("value"), 75);
  // 4 + 40 + 19 + 10
  EXPECT_EQ(part(answer, "pi").at("original").at("value"), 73);
  EXPECT_TRUE(has_message(answer.at("messages"), "ACTIVITY_NOT_COUNTED"));
}

TEST(ScorePreview, SetsApplies) {
  const auto applies = [](const std::string& type, const std::string& eligibility,
                          const std::string& more = "") {
    return preview(R"({"performanceYear":2022,"entityType":")" + type + "\"}",
                   R"({"eligibility":")" + eligibility + "\"" + more + "}")
        .at("paymentAdjustment")
        .at("applies")
        .get<std::string>();
  };
  EXPECT_EQ(applies("individual", "required"), "yes");
  EXPECT_EQ(applies("individual", "optedIn"), "yes");
  EXPECT_EQ(applies("individual", "groupOnly"), "no");
  EXPECT_EQ(applies("group", "groupOnly"), "yes");
  EXPECT_EQ(applies("individual", "qp"), "no");
  EXPECT_EQ(applies("individual", "unknown"), "unknown");
  EXPECT_EQ(applies("individual", "required", R"(,"clinicianType":"caa")"), "no");
}

TEST(ScorePreview, BatchLines) {
  const std::string line = R"({"submission":)" + kBare + R"(,"profile":{"smallPractice":true}})";
  PreviewOptions options;
  options.detail = TreeDetail::kSummary;
  const PreviewAnswer answer = preview_line(rules(), line, options, {1, 0});
  ASSERT_TRUE(answer.scored) << answer.json;
  EXPECT_FALSE(answer.has_errors);
  EXPECT_EQ(answer.json.find('\n'), std::string::npos);
  EXPECT_EQ(Json::parse(answer.json).at("performanceYear"), 2022);
  EXPECT_EQ(Json::parse(answer.json).at("findings"), Json::array());
  EXPECT_TRUE(preview_line(rules(), R"({"submission":)" + kBare + "}", options, {2, 99}).scored);
  EXPECT_TRUE(preview_line(rules(), kBare, options, {3, 200}).scored);
}

// Without a score there is an error in its place, and the finding says where in the batch.
TEST(ScorePreview, ALineWithoutAScoreIsAnswered) {
  const auto answer_of = [](const std::string& line) {
    const PreviewAnswer answer = preview_line(rules(), line, PreviewOptions(), {40'000, 1'000});
    EXPECT_FALSE(answer.scored);
    EXPECT_TRUE(answer.has_errors);
    return Json::parse(answer.json);
  };
  const Json year = answer_of(R"({"submission":{"performanceYear":2016}})");
  EXPECT_EQ(year.at("error").at("pointer"), "/submission/performanceYear");
  EXPECT_FALSE(year.contains("score"));
  const Json cut = answer_of(R"({"submission":{"performanceYear":2022)");
  EXPECT_EQ(cut.at("error").at("pointer"), "/submission");
  EXPECT_EQ(cut.at("findings").size(), 1U);
  const Json& location = cut.at("findings")[0].at("location");
  EXPECT_EQ(location.at("line"), 40'000);
  EXPECT_EQ(location.at("byteOffset"), 1'037);
  EXPECT_EQ(answer_of(std::string(kPreviewLineBytesMax + 1, ' ')).at("findings")[0].at("code"),
            "QCDR-SUB-0003");
}

// The same rule as in the pipeline: factors are unknown before CMS releases them.
TEST(ScorePreview, AsOfLimitsTheFactors) {
  const std::string profile = R"({"given":{"quality":{"percent":100},"cost":{"percent":100},
                                  "ia":{"percent":100},"pi":{"percent":100}}})";
  PreviewOptions options;
  options.as_of = Instant::parse("2023-03-01T00:00:00Z").value();
  const PreviewAnswer answer = preview_score(rules(), kBare, profile, options);
  ASSERT_TRUE(answer.scored);
  const Json early = Json::parse(answer.json);
  EXPECT_EQ(early.at("paymentAdjustment").at("basis"), "range");
  EXPECT_EQ(early.at("score").at("metadata").at("asOf"), "2023-03-01T00:00:00.000Z");
  EXPECT_EQ(preview(kBare, profile).at("paymentAdjustment").at("basis"), "fitted");
  EXPECT_FALSE(preview(kBare, profile).at("score").at("metadata").contains("asOf"));
}

// 90 days in a row of the performance year (414.1360); what is shorter or of another year is told.
TEST(ScorePreview, ActivitiesOfAShortPeriodDoNotCount) {
  const auto answer_of = [](const std::string& dates) {
    return preview(with_sets(R"({"category":"ia",)" + dates +
                             R"("measurements":[{"measureId":"IA_EPA_2","value":true}]})"));
  };
  const auto percent = [&](const std::string& dates) -> double {
    return part(answer_of(dates), "ia").at("original").at("value");
  };
  EXPECT_EQ(percent(R"("performanceStart":"2022-10-03","performanceEnd":"2022-12-31",)"), 25);
  const std::string short_period =
      R"("performanceStart":"2022-10-04","performanceEnd":"2022-12-31",)";
  EXPECT_EQ(percent(short_period), 0);
  EXPECT_TRUE(has_message(answer_of(short_period).at("messages"), "ACTIVITIES_NOT_COUNTED"));
  EXPECT_EQ(percent(R"("performanceStart":"2021-10-03","performanceEnd":"2022-12-31",)"), 0);
}

}  // namespace
}  // namespace qcdr::scoring
