// Every payload that CMS's documentation shows, through the schema and the reader of answers.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "submission/payload.h"
#include "submission/payload_schema.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

using Json = nlohmann::json;

constexpr const char* kFolder = "tests/data/qpp-payloads";

// CMS left a place for the year in the examples of 2024 on.
std::string with_year(std::string text, int year) {
  const std::string place = "< performanceYearToBeReported >";
  for (std::size_t at = text.find(place); at != text.npos; at = text.find(place)) {
    const bool number = text[at + place.size()] == '"';
    if (number) {
      text.replace(at - 1, place.size() + 2, std::to_string(year));
    } else {
      text.replace(at, place.size(), std::to_string(year));
    }
  }
  return text;
}

// Activities come and go: the example of them is of the documentation of 2024.
int year_for(const std::string& name) {
  return name.starts_with("2024") || name == "submission-example-ia.json" ? 2024 : 2025;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Refusal {
  std::string path;
  std::string why;
};

// What the schema finds in an example, and why it is right.
const std::map<std::string, Refusal>& refused() {
  static const std::map<std::string, Refusal> refusals = {
      {"2020-08-26_966ad5f9_advanced1_Request.json",
       {"measurements[0].measureId", "CMS refused it itself, at this place"}},
  };
  return refusals;
}

bool is_answer(const std::string& name, const std::string& text) {
  return text.find("\"error\"") != text.npos || name.find("output") != name.npos ||
         name.find("basic2_Response") != name.npos ||
         name.find("advanced3_Response") != name.npos ||
         name.find("advanced5_Response") != name.npos;
}

PayloadSchema schema_for(const std::string& name) {
  PayloadSchema schema;
  schema.rulebook = &rulebook::Rulebook::built_in();
  schema.strictness = Strictness::kAsDocumented;
  if (name.find("advanced4_Request") != name.npos) schema.year = PerformanceYear(2018);
  return schema;
}

std::string told(const std::string& text, const std::string& name) {
  std::string found;
  for (const PayloadProblem& problem : validate_payload(text, schema_for(name))) {
    found += problem.path + ": " + std::string(problem_kind_name(problem.kind)) + ", " +
             problem.message + "\n";
  }
  return found;
}

TEST(PayloadExamplesTest, EveryPayloadOfTheDocumentationValidates) {
  std::size_t requests = 0;
  std::size_t answers = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".json") continue;
    const std::string text = with_year(read(entry.path()), year_for(name));
    if (is_answer(name, text)) continue;
    const bool answer = name.find("Response") != name.npos;
    if (answer && name.find("advanced4") == name.npos) {
      ++answers;
      const Result<ReadBack> read_back = parse_read_back(text);
      ASSERT_TRUE(read_back.is_ok()) << name << read_back.status().to_string();
      EXPECT_FALSE(read_back.value().set_id.empty()) << name;
      EXPECT_FALSE(read_back.value().measurements.empty()) << name;
    }
    if (answer) continue;
    ++requests;
    const std::string found = told(text, name);
    const auto refusal = refused().find(name);
    if (refusal == refused().end()) {
      EXPECT_EQ(found, "") << name;
    } else {
      EXPECT_TRUE(found.starts_with(refusal->second.path)) << name << ": " << found;
    }
  }
  EXPECT_EQ(requests, 32U);
  EXPECT_EQ(answers, 17U);
}

// What each of these is taken from is refused without it.
const std::set<std::string>& needed() {
  static const std::set<std::string> keys = {
      "measureId",  "value",           "performanceMet", "eligiblePopulation",
      "stratum",    "strata",          "entityType",     "performanceYear",
      "category",   "numerator",       "denominator",    "isEndToEndReported",
      "submission", "submissionMethod"};
  return keys;
}

bool is_count(const std::string& key) {
  return key.starts_with("eligiblePopulation") || key == "performanceMet" ||
         key == "performanceNotMet" || key == "observationInstances";
}

// Every way of spoiling one place of a document: calls `check` with each, and says what was done.
template <class Check>
void spoil(Json& root, Json& at, Check check) {
  if (at.is_array()) {
    for (Json& item : at) spoil(root, item, check);
    return;
  }
  if (!at.is_object()) return;
  const auto changed = [&](const std::string& key, Json value, const std::string& what) {
    const Json before = at[key];
    at[key] = std::move(value);
    check(root, what + " " + key);
    at[key] = before;
  };
  const Json whole = at;
  at["unheardOf"] = 1;
  check(root, "another field");
  at = whole;
  for (const auto& [key, value] : whole.items()) {
    if (value.is_object() || value.is_array()) {
      spoil(root, at[key], check);
      changed(key, 7, "a number as");
    }
    if (value.is_number()) changed(key, "x", "a text as");
    if (value.is_boolean()) changed(key, "true", "a text as");
    if (value.is_number() && is_count(key)) changed(key, -1, "less than none as");
    if (value.is_number() && is_count(key)) changed(key, 1.5, "one and a half as");
    if (key == "measureId") changed(key, "ZZZ999", "an unknown");
    if (key.starts_with("performance") && value.is_string()) changed(key, "01/01/2022", "another");
    if (needed().count(key) == 0) continue;
    at.erase(key);
    check(root, "no " + key);
    at = whole;
  }
}

TEST(PayloadExamplesTest, EverySpoiledExampleIsRefused) {
  std::size_t spoiled = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    const std::string name = entry.path().filename();
    if (entry.path().extension() != ".json" || name.find("Response") != name.npos) continue;
    const std::string text = with_year(read(entry.path()), year_for(name));
    if (is_answer(name, text) || !told(text, name).empty()) continue;
    Json document = Json::parse(text);
    spoil(document, document, [&](const Json& changed, const std::string& what) {
      ++spoiled;
      EXPECT_NE(told(changed.dump(), name), "") << name << ": " << what << '\n' << changed.dump();
    });
  }
  EXPECT_GT(spoiled, 1000U);
}

}  // namespace
}  // namespace qcdr::submission
