// CMS's own examples of a score, and what is no score.
#include "review/score_export.h"

#include <gtest/gtest.h>

#include <fstream>

namespace qcdr::review {
namespace {

std::string example(const char* name) {
  std::ifstream file(std::string("tests/data/qpp-payloads/") + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ScoreExport, ReadsCmsExampleOfQuality) {
  const auto read = read_score_export(example("scoring-example-output-quality.json"));
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  const ledger::SharedFeedback& feedback = read.value();
  EXPECT_EQ(feedback.final_score.to_string(), "20.9585");
  ASSERT_EQ(feedback.categories.size(), 1u);
  EXPECT_EQ(feedback.categories.front().category, 1);
  EXPECT_EQ(feedback.categories.front().weight, 60u);
  EXPECT_EQ(feedback.categories.front().percent.to_fixed(4), "34.9308");
  ASSERT_NE(feedback.find_measure("110"), nullptr);
  EXPECT_EQ(feedback.find_measure("110")->points.to_string(), "8.9585");
  EXPECT_EQ(feedback.find_measure("110")->rate->to_string(), "82.31");
  EXPECT_TRUE(feedback.find_measure("110")->picked);
}

TEST(ScoreExport, ReadsCmsExampleOfActivities) {
  const auto read = read_score_export(example("scoring-example-output-ia.json"));
  ASSERT_TRUE(read.is_ok()) << read.status().to_string();
  EXPECT_EQ(read.value().categories.front().percent.to_string(), "100");
  ASSERT_NE(read.value().find_measure("IA_PM_2"), nullptr);
  EXPECT_EQ(read.value().find_measure("IA_PM_2")->points.to_string(), "40");
  EXPECT_FALSE(read.value().find_measure("IA_PM_2")->rate);
}

TEST(ScoreExport, SaysWhereItIsWrong) {
  struct Wrong {
    const char* json;
    const char* says;
  };
  for (const Wrong& wrong : {
           Wrong{"[]", "/"},
           Wrong{R"({"name": "quality", "value": 1})", "total"},
           Wrong{R"({"name": "total", "value": 101, "parts": []})", "/value"},
           Wrong{R"({"name": "total", "value": 1})", "parts"},
           Wrong{R"({"name": "total", "value": 1, "parts": [{"name": "ia", "value": 1}]})",
                 "/parts/0"},
           Wrong{R"({"name": "total", "value": 1, "parts": [{"name": "ia", "value": 1,
                 "weight": 15}, {"name": "ia", "value": 1, "weight": 15}]})",
                 "/parts/1"},
       }) {
    const auto read = read_score_export(wrong.json);
    ASSERT_FALSE(read.is_ok()) << wrong.json;
    EXPECT_NE(read.status().to_string().find(wrong.says), std::string::npos)
        << read.status().to_string();
  }
}

}  // namespace
}  // namespace qcdr::review
