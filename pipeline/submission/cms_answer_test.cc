#include "submission/cms_answer.h"

#include <gtest/gtest.h>

#include "scoring/json_document.h"

namespace qcdr::submission {
namespace {

constexpr const char* kSet =
    R"({"id":"086dad28-907a-4e88-af73-5c7ed2e6764e","submissionId":"086dad28-0477-4b41-8c05-77dd98d41d6f",)"
    R"("category":"quality","submissionMethod":"registry","programName":"mips","measureSet":null,)"
    R"("measurements":[{"measureId":"047","value":{"isEndToEndReported":false,"performanceRate":76.920}}]})";

CmsTarget group() {
  return {"group", "", "", true, 2022, "quality", "registry", "mips"};
}
std::string page(const std::string& submissions) {
  return "{\"data\":{\"submissions\":[" + submissions + "]}}";
}
std::string submission(const std::string& type, const std::string& extra, const std::string& sets) {
  return "{\"id\":\"086dad28-0477-4b41-8c05-77dd98d41d6f\",\"entityType\":\"" + type +
         "\",\"performanceYear\":2022" + extra + ",\"measurementSets\":[" + sets + "]}";
}

TEST(CmsAnswerTest, ASetKeepsItsNumbersAsTheyWereWritten) {
  const CmsSet set = read_set("{\"data\":{\"measurementSet\":" + std::string(kSet) + "}}").value();
  EXPECT_EQ(set.id, "086dad28-907a-4e88-af73-5c7ed2e6764e");
  EXPECT_EQ(set.submission_id, "086dad28-0477-4b41-8c05-77dd98d41d6f");
  EXPECT_EQ(set.json, kSet);
}

TEST(CmsAnswerTest, TextsAreWrittenSoThatTheyReadTheSame) {
  const std::string odd = R"({"a\"\\\u0001é":"\n\"","n":[],"o":{},"t":true})";
  const std::string body =
      "{\"data\":{\"measurementSet\":{\"id\":\"086dad28-907a-4e88-af73-"
      "5c7ed2e6764e\",\"x\":" +
      odd + "}}}";
  const CmsSet set = read_set(body).value();
  const auto again = scoring::parse_json(set.json).value();
  const auto wanted = scoring::parse_json(odd).value();
  const scoring::JsonValue* x = again.find("x");
  ASSERT_NE(x, nullptr);
  ASSERT_EQ(x->members.size(), wanted.members.size());
  EXPECT_EQ(x->members[0].key, wanted.members[0].key);
  EXPECT_EQ(x->members[0].value.text, wanted.members[0].value.text);
  EXPECT_TRUE(x->find("t")->truth);
}

TEST(CmsAnswerTest, OnlyTheTargetsSetIsFound) {
  const std::string own =
      submission("group", ",\"taxpayerIdentificationNumber\":\"000456789\"", kSet);
  EXPECT_EQ(read_page(page(own), group(), "000456789").value().sets.size(), 1U);
  EXPECT_EQ(
      read_page(page(submission("group", "", kSet)), group(), "000456789").value().sets.size(), 1U);
  const std::string masked =
      submission("group", ",\"taxpayerIdentificationNumber\":\"*****6789\"", kSet);
  EXPECT_EQ(read_page(page(masked), group(), "000456789").value().sets.size(), 1U);
  CmsTarget other = group();
  const auto found = [&](const CmsTarget& target, const std::string& tin) {
    const CmsPage read = read_page(page(own), target, tin).value();
    EXPECT_EQ(read.submissions, 1U);
    return read.sets.size();
  };
  EXPECT_EQ(found(group(), "000456780"), 0U);
  other.performance_year = 2021;
  EXPECT_EQ(found(other, "000456789"), 0U);
  other = group();
  other.category = "ia";
  EXPECT_EQ(found(other, "000456789"), 0U);
  other = group();
  other.submission_method = "electronicHealthRecord";
  EXPECT_EQ(found(other, "000456789"), 0U);
  other = group();
  other.program_name = "G0059";
  EXPECT_EQ(found(other, "000456789"), 0U);
  other = group();
  other.entity_type = "individual";
  other.npi = "2000000002";
  EXPECT_EQ(found(other, "000456789"), 0U);
}

TEST(CmsAnswerTest, WhatIsNotDocumentedIsRefusedWithoutItsValues) {
  for (const std::string body :
       {"", "[]", "{}", "{\"data\":null}", "{\"data\":{\"submissions\":{}}}",
        "{\"data\":{\"submissions\":[{\"entityType\":\"group\",\"performanceYear\":2022,"
        "\"measurementSets\":[{\"id\":\"000456789\",\"category\":\"quality\",\"submissionMethod\":"
        "\"registry\"}]}]}}"}) {
    const auto read = read_page(body, group(), "000456789");
    ASSERT_FALSE(read.is_ok()) << body;
    EXPECT_EQ(read.status().message().find("000456789"), std::string::npos);
  }
  EXPECT_FALSE(read_set("{\"data\":{\"measurementSet\":{\"id\":7}}}").is_ok());
}

TEST(CmsAnswerTest, ScoreIsRead) {
  EXPECT_EQ(read_score("{\"data\":{\"score\":{\"name\":\"total\",\"value\":9.473}}}").value(),
            Decimal::parse("9.473").value());
  EXPECT_EQ(read_score("{\"data\":{\"score\":{}}}").value(), std::nullopt);
  EXPECT_FALSE(read_score("{\"data\":{\"score\":{\"value\":1e99}}}").is_ok());
  EXPECT_FALSE(read_score("{\"data\":{}}").is_ok());
}

}  // namespace
}  // namespace qcdr::submission
