#include "scoring/what_if.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

namespace qcdr::scoring {
namespace {

using Json = nlohmann::json;

const std::string kSubmission =
    R"({"performanceYear":2022,"measurementSets":[
        {"category":"quality","submissionMethod":"registry","measurements":[
          {"measureId":"404","value":{"performanceMet":80,"performanceNotMet":20,
           "eligiblePopulation":100}},
          {"measureId":"424","value":{"performanceMet":100,"performanceNotMet":0,
           "eligiblePopulation":100}}]},
        {"category":"ia","measurements":[{"measureId":"IA_EPA_2","value":true}]}]})";

PreviewAnswer ask(const std::string& changes, const std::string& profile = "{}",
                  const std::string& submission = kSubmission) {
  static const PreviewRules rules(rulebook::Rulebook::built_in());
  return preview_score(rules,
                       R"({"submission":)" + submission + R"(,"profile":)" + profile +
                           R"(,"changes":)" + changes + "}",
                       "", PreviewOptions());
}

std::map<std::string, Json> differences_of(const PreviewAnswer& answer) {
  std::map<std::string, Json> found;
  EXPECT_TRUE(answer.scored) << answer.json;
  const Json json = Json::parse(answer.json);
  for (const Json& each : json.at("differences")) found[each.at("path")] = each;
  return found;
}

// The answer to the document in which the change was made by hand.
Json made(const std::string& submission, const std::string& profile = "{}") {
  static const PreviewRules rules(rulebook::Rulebook::built_in());
  Json answer = Json::parse(preview_score(rules, submission, profile, PreviewOptions()).json);
  answer.erase("findings");
  return answer;
}

TEST(WhatIf, NothingChangesNothing) {
  const PreviewAnswer answer = ask("[]");
  EXPECT_TRUE(differences_of(answer).empty());
  const Json json = Json::parse(answer.json);
  EXPECT_EQ(json.at("before"), json.at("after"));
  EXPECT_EQ(json.at("before"), made(kSubmission));
  EXPECT_EQ(json.at("findings"), Json::array());
}

TEST(WhatIf, CountsOfAMeasureAreThoseOfTheDocumentThatHasThem) {
  const std::string value =
      R"({"performanceMet":99,"performanceNotMet":1,"eligiblePopulation":100})";
  const PreviewAnswer answer = ask(R"([{"measureId":"404","value":)" + value + "}]");
  std::string other = kSubmission;
  const std::string old = R"("performanceMet":80,"performanceNotMet":20)";
  other.replace(other.find(old), old.size(), R"("performanceMet":99,"performanceNotMet":1)");
  // The order of measures is another, what they earn is not.
  const Json after = Json::parse(answer.json).at("after");
  EXPECT_EQ(after.at("score").at("value"), made(other).at("score").at("value"));
  const auto found = differences_of(answer);
  const Json& measure = found.at("/total/quality/original/404");
  EXPECT_GT(measure.at("difference"), 0);
  EXPECT_NEAR(measure.at("after").get<double>() - measure.at("before").get<double>(),
              measure.at("difference").get<double>(), 1e-9);
  EXPECT_TRUE(found.count("/total") == 1 && found.count("/total/quality") == 1);
  EXPECT_EQ(found.count("/total/quality/original/424"), 0U);
  EXPECT_EQ(found.count("/total/ia"), 0U);
}

TEST(WhatIf, OneMoreActivity) {
  const auto found = differences_of(ask(R"([{"measureId":"IA_PSPA_7","value":true}])"));
  EXPECT_TRUE(found.at("/total/ia/original/IA_PSPA_7").at("before").is_null());
  EXPECT_EQ(found.at("/total/ia/original").at("before"), 25);
  EXPECT_EQ(found.at("/total/ia/original").at("after"), 50);
  const auto less = differences_of(ask(R"([{"measureId":"IA_EPA_2","value":null}])"));
  EXPECT_EQ(less.at("/total/ia/original").at("difference"), -25);
  EXPECT_TRUE(less.at("/total/ia/original/IA_EPA_2").at("after").is_null());
}

TEST(WhatIf, AStatusAndAReweighting) {
  const std::string with = R"({"smallPractice":true,"reweight":{"pi":"hardship"}})";
  const PreviewAnswer answer =
      ask(R"([{"profile":{"smallPractice":true}},{"profile":{"reweight":{"pi":"hardship"}}}])");
  EXPECT_EQ(Json::parse(answer.json).at("after"), made(kSubmission, with));
  const auto found = differences_of(answer);
  EXPECT_EQ(found.at("/total/pi/weight").at("after"), 0);
  // And taken away again.
  const PreviewAnswer back =
      ask(R"([{"profile":{"smallPractice":false,"reweight":{"pi":null}}}])", with);
  EXPECT_EQ(Json::parse(back.json).at("after"), made(kSubmission));
}

TEST(WhatIf, PromotingInteroperability) {
  const std::string one =
      R"({"performanceYear":2022,"measurementSets":[{"category":"pi","cehrtId":"XX15CXXXXXXXXXX",
          "measurements":[
          {"measureId":"PI_PPHI_1","value":true},{"measureId":"PI_PPHI_2","value":true},
          {"measureId":"PI_ONCDIR_1","value":true},{"measureId":"PI_INFBLO_1","value":true},
          {"measureId":"PI_EP_1","value":{"numerator":49,"denominator":115}},
          {"measureId":"PI_HIE_5","value":true},
          {"measureId":"PI_PEA_1","value":{"numerator":861,"denominator":1809}},
          {"measureId":"PI_PHCDRR_1_EX_1","value":true},
          {"measureId":"PI_PHCDRR_3","value":true}]}]})";
  const auto found = differences_of(
      ask(R"([{"measureId":"PI_EP_1","value":{"numerator":115,"denominator":115}}])", "{}", one));
  EXPECT_EQ(found.at("/total/pi/original").at("difference"), 6);
}

// A change that cannot be read changes nothing, and is pointed at.
TEST(WhatIf, AWrongChangeIsAFinding) {
  const PreviewAnswer answer =
      ask(R"([{"measureId":"404","value":{"performanceMet":6,"eligiblePopulation":5}},
              {"measureId":"IA_EPA_00","value":true},{"profile":{"smallPractice":"yes"}},7,{}])");
  EXPECT_TRUE(differences_of(answer).empty());
  std::vector<std::string> pointers;
  for (const PreviewFinding& finding : answer.findings) pointers.push_back(finding.pointer);
  EXPECT_EQ(pointers, (std::vector<std::string>{"/changes/0/value", "/changes/1/measureId",
                                                "/changes/2/profile/smallPractice", "/changes/3",
                                                "/changes/4"}));
  std::string many = "[";
  for (std::size_t i = 0; i < kChangesMax; ++i) many += "{},";
  EXPECT_EQ(ask(many + "{}]").findings.size(), 1U);
}

}  // namespace
}  // namespace qcdr::scoring
