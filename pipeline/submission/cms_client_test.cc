#include "submission/cms_client.h"

#include <gtest/gtest.h>

#include "submission/testing_cms.h"

namespace qcdr::submission {
namespace {

constexpr const char* kTin = "000456789";
constexpr const char* kNpi = "2000000002";
constexpr const char* kId = "086dad28-907a-4e88-af73-5c7ed2e6764e";
const Instant kNow = Instant::parse("2023-03-15T12:00:00Z").value();

class CmsClientTest : public ::testing::Test {
 protected:
  const HttpRequest& last() const { return cms_.requests.back(); }
  std::string header(std::string_view name) const {
    for (const HttpHeader& each : last().headers) {
      if (each.name == name) return each.value;
    }
    return "-";
  }
  void answer(HttpAnswer answer) {
    cms_.instead = [answer](const HttpRequest&) { return answer; };
  }

  TestingCms cms_{[] { return std::int64_t{0}; }};
  CmsClient client_{{"https://qpp.cms.gov/api/submissions", 100}, "a-token", cms_};
  const std::string payload_ = testing_payload({{"424", 1}}, kNpi);
  const CmsTarget target_ = read_target(payload_).value();
};

TEST_F(CmsClientTest, ATinStandsInTheHeaderOfReadsAndTheBodyOfWrites) {
  ASSERT_TRUE(client_.find(target_, kTin, 0, kNow).is_ok());
  EXPECT_EQ(header("qpp-taxpayer-identification-number"), kTin);
  EXPECT_EQ(last().url,
            "https://qpp.cms.gov/api/submissions/submissions?performanceYear=2022&startIndex=0&"
            "itemsPerPage=100&nationalProviderIdentifier=2000000002");
  ASSERT_TRUE(client_.write(HttpMethod::kPost, "", payload_, kTin, kNow).is_ok());
  EXPECT_EQ(last().url, "https://qpp.cms.gov/api/submissions/measurement-sets");
  EXPECT_NE(last().body.find("\"taxpayerIdentificationNumber\":\"000456789\""), std::string::npos);
  EXPECT_EQ(last().body.find("{tin}"), std::string::npos);
  EXPECT_EQ(header("Content-Type"), "application/json");
  for (const HttpRequest& each : cms_.requests) {
    EXPECT_EQ(each.url.find(kTin), std::string::npos);
    EXPECT_EQ(each.headers[1].value, "Bearer a-token");
    EXPECT_EQ(each.url.find("token"), std::string::npos);
  }
}

TEST_F(CmsClientTest, EachCallHasItsMethodAndPlace) {
  (void)client_.read(kId, kTin, kNow).value();
  EXPECT_EQ(last().method, HttpMethod::kGet);
  EXPECT_TRUE(last().url.ends_with("/measurement-sets/" + std::string(kId)));
  (void)client_.write(HttpMethod::kPut, kId, payload_, kTin, kNow).value();
  EXPECT_EQ(last().method, HttpMethod::kPut);
  (void)client_.write(HttpMethod::kPatch, kId, payload_, kTin, kNow).value();
  EXPECT_EQ(last().method, HttpMethod::kPatch);
  (void)client_.remove(kId, kNow).value();
  EXPECT_EQ(last().method, HttpMethod::kDelete);
  answer({HttpOutcome::kAnswered, 200, "", "{\"data\":{\"score\":{\"value\":83.00}}}"});
  EXPECT_EQ(client_.score(kId, kTin, kNow).value().score, Decimal::from_integer(83));
  EXPECT_TRUE(last().url.ends_with("/submissions/" + std::string(kId) + "/score"));
  EXPECT_EQ(client_.score_preview(payload_, kTin, kNow).value().score, Decimal::from_integer(83));
  EXPECT_TRUE(last().url.ends_with("/submissions/score-preview"));
  EXPECT_NE(last().body.find(kTin), std::string::npos);
}

TEST_F(CmsClientTest, WhatCannotBeSentAsItIsIsNotSent) {
  EXPECT_FALSE(client_.write(HttpMethod::kPost, "", payload_, "12345678", kNow).is_ok());
  EXPECT_FALSE(client_.write(HttpMethod::kPost, "", payload_, "", kNow).is_ok());
  EXPECT_FALSE(client_.write(HttpMethod::kPost, "", "{}", kTin, kNow).is_ok());
  EXPECT_FALSE(client_.write(HttpMethod::kPost, "", "{tin}{tin}", kTin, kNow).is_ok());
  EXPECT_FALSE(client_.write(HttpMethod::kPut, "../x", payload_, kTin, kNow).is_ok());
  EXPECT_FALSE(client_.remove("", kNow).is_ok());
  EXPECT_FALSE(client_.read("000456789", kTin, kNow).is_ok());
  EXPECT_FALSE(client_.find(target_, "", 0, kNow).is_ok());
  CmsTarget odd = target_;
  odd.npi = "2&x=1";
  EXPECT_FALSE(client_.find(odd, kTin, 0, kNow).is_ok());
  EXPECT_TRUE(cms_.requests.empty());
}

TEST_F(CmsClientTest, AnAnswerIsReadAsWhatItIs) {
  const auto kind = [&](HttpAnswer what) {
    answer(std::move(what));
    return client_.write(HttpMethod::kPost, "", payload_, kTin, kNow).value().kind;
  };
  EXPECT_EQ(kind({HttpOutcome::kNotSent, 0, "", ""}), CmsReply::Kind::kNotSent);
  EXPECT_EQ(kind({HttpOutcome::kNoAnswer, 0, "", ""}), CmsReply::Kind::kUnknown);
  EXPECT_EQ(kind({HttpOutcome::kHalfAnswer, 201, "", "{\"da"}), CmsReply::Kind::kUnknown);
  EXPECT_EQ(kind({HttpOutcome::kAnswered, 201, "", "no JSON"}), CmsReply::Kind::kDone);
  EXPECT_EQ(kind({HttpOutcome::kAnswered, 503, "", ""}), CmsReply::Kind::kError);
  EXPECT_EQ(kind({HttpOutcome::kAnswered, 302, "", ""}), CmsReply::Kind::kError);
  answer({HttpOutcome::kAnswered, 200, "", "no JSON"});
  EXPECT_EQ(client_.find(target_, kTin, 0, kNow).value().kind, CmsReply::Kind::kUnknown);
  EXPECT_EQ(client_.read(kId, kTin, kNow).value().kind, CmsReply::Kind::kUnknown);
  answer({HttpOutcome::kAnswered, 429, "Wed, 15 Mar 2023 12:00:30 GMT", ""});
  EXPECT_EQ(client_.find(target_, kTin, 0, kNow).value().retry_after_milliseconds, 30'000);
}

TEST(CmsTargetTest, IsReadOutOfThePayload) {
  const CmsTarget target = read_target(testing_payload({{"424", 1}}, kNpi, "pi")).value();
  EXPECT_EQ(target, (CmsTarget{"individual", kNpi, "", true, 2022, "pi", "registry", "mips"}));
  const CmsTarget virtual_group =
      read_target(
          "{\"category\":\"ia\",\"submissionMethod\":\"registry\",\"programName\":\"app1\","
          "\"submission\":{\"entityType\":\"virtualGroup\",\"entityId\":\"VG-1\","
          "\"performanceYear\":2023}}")
          .value();
  EXPECT_EQ(virtual_group,
            (CmsTarget{"virtualGroup", "", "VG-1", false, 2023, "ia", "registry", "app1"}));
}

TEST(CmsTargetTest, APayloadThatDoesNotSayItIsRefused) {
  const std::string good = testing_payload({{"424", 1}});
  ASSERT_TRUE(read_target(good).is_ok());
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return read_target(text);
  };
  EXPECT_FALSE(changed("{tin}", "000456789").is_ok());
  EXPECT_EQ(changed("{tin}", "000456789").status().message().find("000456789"), std::string::npos);
  EXPECT_FALSE(changed("{tin}", "").is_ok());
  EXPECT_FALSE(changed("group", "practice").is_ok());
  EXPECT_FALSE(changed("group", "individual").is_ok());
  EXPECT_FALSE(changed("2022", "\"2022\"").is_ok());
  EXPECT_FALSE(changed("quality", "cost").is_ok());
  EXPECT_FALSE(changed("registry", "").is_ok());
  EXPECT_FALSE(read_target("").is_ok());
}

}  // namespace
}  // namespace qcdr::submission
