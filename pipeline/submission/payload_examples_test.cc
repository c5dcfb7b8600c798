// Every payload that CMS's documentation shows, through the schema and the reader of answers.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "submission/payload.h"
#include "submission/payload_schema.h"
#include "submission/testing_inputs.h"

namespace qcdr::submission {
namespace {

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
    PayloadSchema schema;
    schema.rulebook = &rulebook::Rulebook::built_in();
    schema.strictness = Strictness::kAsDocumented;
    if (name.find("advanced4_Request") != name.npos) schema.year = PerformanceYear(2018);
    std::string found;
    for (const PayloadProblem& problem : validate_payload(text, schema)) {
      found += problem.path + ": " + std::string(problem_kind_name(problem.kind)) + ", " +
               problem.message + "\n";
    }
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

}  // namespace
}  // namespace qcdr::submission
