// Every answer that CMS published (or that follows from its rules and data alone), through
// score-preview: the files of tests/data/expected, whose format tests/data/README.md tells.
// tests/conformance/expected.py asks the program the same, and says which answers are left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

namespace qcdr::scoring {
namespace {

using Json = nlohmann::json;

constexpr double kSame = 1e-9;

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
  EXPECT_NEAR(value, wanted.get<double>(), expectation.value("within", 0.0) + kSame) << path;
}

void expect_answer(const PreviewRules& rules, const Json& answer) {
  const auto result = preview_score(rules, answer.at("submission").dump(),
                                    answer.at("profile").dump(), PreviewOptions());
  ASSERT_TRUE(result.scored) << result.json;
  EXPECT_FALSE(result.has_errors) << result.json;
  const Json scored = Json::parse(result.json);
  ASSERT_FALSE(answer.at("expect").empty());
  for (const Json& expectation : answer.at("expect")) expect(scored, expectation);
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/expected")) {
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(PublishedAnswers, PassThroughScorePreview) {
  const PreviewRules rules(rulebook::Rulebook::built_in());
  std::size_t asked = 0;
  for (const auto& path : files()) {
    std::ifstream file(path);
    const Json document = Json::parse(file);
    if (!document.contains("answers")) continue;  // which are left out
    for (const Json& answer : document.at("answers")) {
      SCOPED_TRACE(path.filename().string() + ": " + answer.at("name").get<std::string>());
      expect_answer(rules, answer);
      ++asked;
    }
  }
  EXPECT_GE(asked, 100U);
}

}  // namespace
}  // namespace qcdr::scoring
