#include "submission/json_read_back.h"

#include <gtest/gtest.h>

namespace qcdr::submission {
namespace {

constexpr const char* kHead =
    R"({"category":"quality","submissionMethod":"registry","programName":"mips",)"
    R"("performanceStart":"2022-01-01","performanceEnd":"2022-12-31",)";

std::string payload(const std::string& measurements) {
  return std::string(kHead) +
         R"("submission":{"entityType":"group","taxpayerIdentificationNumber":"{tin}"},)" +
         "\"measurements\":[" + measurements + "]}";
}
// As CMS shows it: ids, dates and what it computes besides.
std::string shown(const std::string& measurements) {
  return std::string(kHead) + R"("id":"x","createdAt":"2023-01-01","cehrtId":"","measurements":[)" +
         measurements + "]}";
}
ReadBackKind kind(const std::string& sent, const std::string& read) {
  return JsonReadBack().compare(payload(sent), shown(read)).kind;
}

const std::string kSent =
    R"({"measureId":"047","value":{"isEndToEndReported":false,"performanceMet":120,)"
    R"("eligiblePopulationExclusion":0,"eligiblePopulation":156}})";
const std::string kShown =
    R"({"id":"m","measureId":"047","value":{"isEndToEndReported":false,"performanceMet":120.0,)"
    R"("eligiblePopulation":156,"reportingRate":100,"performanceRate":76.92}})";
const std::string kActivity = R"({"measureId":"IA_BE_6","value":true})";

TEST(JsonReadBackTest, WhatCmsAddsIsPassedOver) {
  EXPECT_EQ(kind(kSent, kShown), ReadBackKind::kEqual);
  EXPECT_EQ(kind(kSent + "," + kActivity, kActivity + "," + kShown), ReadBackKind::kEqual);
  EXPECT_EQ(kind("", ""), ReadBackKind::kEqual);
}

TEST(JsonReadBackTest, AnyOtherValueDiffers) {
  for (const std::pair<const char*, const char*>& change :
       {std::pair<const char*, const char*>{"120.0", "121"},
        {"156", "null"},
        {"false", "true"},
        {"156", "\"156\""},
        {"\"047\"", "\"048\""}}) {
    std::string changed = kShown;
    changed.replace(changed.find(change.first), std::string(change.first).size(), change.second);
    EXPECT_EQ(kind(kSent, changed), ReadBackKind::kDiffers) << change.second;
  }
  EXPECT_EQ(kind(kActivity, R"({"measureId":"IA_BE_6","value":false})"), ReadBackKind::kDiffers);
  EXPECT_EQ(kind(kSent, kShown + "," + kActivity), ReadBackKind::kDiffers);
  EXPECT_EQ(kind(kSent, kShown + "," + kShown), ReadBackKind::kDiffers);
}

TEST(JsonReadBackTest, WhatIsMissingCanBeAdded) {
  EXPECT_EQ(kind(kSent + "," + kActivity, kShown), ReadBackKind::kLacks);
  EXPECT_EQ(kind(kSent, ""), ReadBackKind::kLacks);
}

TEST(JsonReadBackTest, StrataAreToldApartByName) {
  const auto multi = [](const std::string& strata) {
    return R"({"measureId":"AQI48","value":{"performanceRate":96.61,"strata":[)" + strata + "]}}";
  };
  const std::string a = R"({"stratum":"surveyed","performanceMet":350})";
  const std::string b = R"({"stratum":"overall","performanceMet":57})";
  EXPECT_EQ(kind(multi(a + "," + b), multi(b + "," + a)), ReadBackKind::kEqual);
  EXPECT_EQ(kind(multi(a + "," + b), multi(a)), ReadBackKind::kDiffers);
  EXPECT_EQ(kind(multi(a), multi(b)), ReadBackKind::kDiffers);
}

TEST(JsonReadBackTest, TheSetItselfIsCompared) {
  std::string other = shown(kShown);
  other.replace(other.find("2022-12-31"), 10, "2022-12-30");
  EXPECT_EQ(JsonReadBack().compare(payload(kSent), other).kind, ReadBackKind::kDiffers);
  EXPECT_EQ(JsonReadBack().compare(payload(kSent), "no JSON").kind, ReadBackKind::kDiffers);
  EXPECT_EQ(JsonReadBack().compare(payload(kSent), "{}").kind, ReadBackKind::kDiffers);
}

TEST(JsonReadBackTest, TheHashIsOfTheContent) {
  const JsonReadBack check;
  const auto hash = [&](const std::string& text) {
    return check.compare(payload(kSent), text).sha256;
  };
  std::string later = shown(kShown);
  later.replace(later.find("2023-01-01"), 10, "2023-02-02");
  later.replace(later.find("120.0"), 5, "120");
  EXPECT_EQ(hash(shown(kShown)), hash(later));
  EXPECT_EQ(hash(shown(kShown + "," + kActivity)), hash(shown(kActivity + "," + kShown)));
  later.replace(later.find("120"), 3, "121");
  EXPECT_NE(hash(shown(kShown)), hash(later));
}

}  // namespace
}  // namespace qcdr::submission
