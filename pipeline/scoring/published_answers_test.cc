// Every answer that CMS published (or that follows from its rules and data alone), through
// score-preview: tests/data/expected/2022.json and other-years.json.
//
// Not there, and why: the complex patient bonus of 2022 from risk indicators. CMS publishes neither
// means nor deviations, so the bonus is an input here.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

namespace qcdr::scoring {
namespace {

using Json = nlohmann::json;

// "/score/parts/quality/weight", where an item of a list goes by its name. Null when absent.
const Json* at(const Json& root, const std::string& path) {
  const Json* here = &root;
  std::istringstream words(path.substr(1));
  for (std::string word; std::getline(words, word, '/');) {
    const Json* next = nullptr;
    if (here->is_object()) {
      const auto found = here->find(word);
      if (found != here->end()) next = &*found;
    } else if (here->is_array()) {
      for (const Json& item : *here) {
        if (item.is_object() && item.value("name", "") == word) next = &item;
      }
    }
    if (next == nullptr) return nullptr;
    here = next;
  }
  return here;
}

void expect(const Json& answer, const Json& expectation) {
  const auto path = expectation.at("at").get<std::string>();
  const Json* found = at(answer, path);
  ASSERT_NE(found, nullptr) << path;
  const Json& wanted = expectation.at("is");
  if (!wanted.is_number()) {
    EXPECT_EQ(*found, wanted) << path;
    return;
  }
  ASSERT_TRUE(found->is_number()) << path;
  double value = found->get<double>();
  if (expectation.contains("decimals")) {
    const double scale = std::pow(10.0, expectation.at("decimals").get<int>());
    value = std::round(value * scale) / scale;
  }
  EXPECT_NEAR(value, wanted.get<double>(), 1e-9) << path;
}

void expect_answers_of(const std::string& path, std::size_t least) {
  std::ifstream file(path);
  ASSERT_TRUE(file.good());
  const Json document = Json::parse(file);
  const PreviewRules rules(rulebook::Rulebook::built_in());
  ASSERT_GE(document.at("answers").size(), least);
  for (const Json& answer : document.at("answers")) {
    SCOPED_TRACE(answer.at("name").get<std::string>());
    const auto result = preview_score(rules, answer.at("submission").dump(),
                                      answer.at("profile").dump(), PreviewOptions());
    ASSERT_TRUE(result.scored) << result.json;
    EXPECT_FALSE(result.has_errors) << result.json;
    const Json scored = Json::parse(result.json);
    ASSERT_FALSE(answer.at("expect").empty());
    for (const Json& expectation : answer.at("expect")) expect(scored, expectation);
  }
}

TEST(PublishedAnswers, Of2022PassThroughScorePreview) {
  expect_answers_of("tests/data/expected/2022.json", 14);
}

TEST(PublishedAnswers, OfOtherYearsPassThroughScorePreview) {
  expect_answers_of("tests/data/expected/other-years.json", 20);
}

}  // namespace
}  // namespace qcdr::scoring
