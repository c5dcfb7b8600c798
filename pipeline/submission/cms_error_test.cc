#include "submission/cms_error.h"

#include <gtest/gtest.h>

#include "core/findings_seen_test.h"

namespace qcdr::submission {
namespace {

CmsErrorDetail only_detail(const std::string& path, int status = 400) {
  const CmsError error =
      parse_cms_error(status,
                      "{\"error\":{\"type\":\"ValidationError\",\"message\":\"000456789\","
                      "\"details\":[{\"location\":{\"path\":\"" +
                          path + "\"},\"value\":\"2000000002\",\"type\":\"InvalidValue\"}]}}");
  EXPECT_EQ(error.kind, CmsErrorKind::kValidation);
  EXPECT_EQ(error.details.size(), 1U);
  note_finding_seen(code_number(error.details.at(0).code));
  return error.details.at(0);
}

TEST(CmsErrorTest, AFaultIsNamedByItsPlace) {
  const std::vector<std::pair<const char*, FindingCode>> cases = {
      {"measurementSets[0].measurements[3].measureId", FindingCode::CMS_MEASURE_REFUSED},
      {"measurements[0].value.performanceMet", FindingCode::CMS_VALUE_REFUSED},
      {"measurements[0].value", FindingCode::CMS_VALUE_REFUSED},
      {"performanceStart", FindingCode::CMS_PERIOD_REFUSED},
      {"submission.taxpayerIdentificationNumber", FindingCode::CMS_ENTITY_REFUSED},
      {"category", FindingCode::CMS_SET_REFUSED},
  };
  for (const auto& each : cases) {
    const CmsErrorDetail detail = only_detail(each.first);
    EXPECT_EQ(detail.code, each.second) << each.first;
    EXPECT_EQ(detail.path, each.first);
  }
}

TEST(CmsErrorTest, OlderFormOfAPathIsRead) {
  const CmsError error = parse_cms_error(
      422,
      "{\"error\":{\"type\":\"ValidationError\",\"details\":[{\"message\":\"field 'measureId' is"
      " invalid\",\"path\":\"$.measurements[0].measureId\"}]}}");
  ASSERT_EQ(error.details.size(), 1U);
  EXPECT_EQ(error.details[0].path, "measurements[0].measureId");
}

TEST(CmsErrorTest, NothingThatMayBeAValueLeaves) {
  for (const char* path : {"measurements[000456789].value", "npi2000000002", "a b", "a<b", "a[",
                           "a]", "a[[0]]", "a[x]", "a[0.b", "\\u0000", ""}) {
    EXPECT_EQ(only_detail(path).path, "") << path;
  }
  EXPECT_EQ(scrubbed_path(std::string(121, 'a')), "");
  EXPECT_EQ(scrubbed_path(std::string(41, 'a')), "");
}

TEST(CmsErrorTest, ADuplicateNamesItsSubmission) {
  const CmsError error = parse_cms_error(
      400,
      "{\"error\":{\"type\":\"DuplicateEntryError\",\"message\":\"Category/SubmissionMethod "
      "quality/registry already exists\",\"details\":{\"submissionId\":"
      "\"29eae3a3-17eb-45e4-888b-e15e428b276a\"}}}");
  EXPECT_EQ(error.kind, CmsErrorKind::kDuplicateEntry);
  EXPECT_EQ(error.submission_id, "29eae3a3-17eb-45e4-888b-e15e428b276a");
  EXPECT_EQ(parse_cms_error(400,
                            "{\"error\":{\"type\":\"DuplicateEntryError\",\"details\":"
                            "{\"submissionId\":\"000456789\"}}}")
                .submission_id,
            "");
}

TEST(CmsErrorTest, EachKindHasItsHandling) {
  const std::vector<std::tuple<int, const char*, CmsErrorKind, CmsHandling>> cases = {
      {200, "", CmsErrorKind::kNone, CmsHandling::kNothing},
      {201, "{\"error\":{\"type\":\"ValidationError\"}}", CmsErrorKind::kNone,
       CmsHandling::kNothing},
      {400, "{\"error\":{\"type\":\"ValidationError\"}}", CmsErrorKind::kValidation,
       CmsHandling::kRefused},
      {409, "{\"error\":{\"type\":\"DuplicateEntryError\"}}", CmsErrorKind::kDuplicateEntry,
       CmsHandling::kFindThenPut},
      {401, "{}", CmsErrorKind::kUnauthorized, CmsHandling::kStop},
      {403, "", CmsErrorKind::kForbidden, CmsHandling::kWaitLong},
      {404, "{}", CmsErrorKind::kNotFound, CmsHandling::kFindAgain},
      {408, "", CmsErrorKind::kTemporary, CmsHandling::kWaitAndFind},
      {429, "", CmsErrorKind::kTooManyCalls, CmsHandling::kWait},
      {500, "<html>", CmsErrorKind::kTemporary, CmsHandling::kWaitAndFind},
      {502, "", CmsErrorKind::kTemporary, CmsHandling::kWaitAndFind},
      {503, "", CmsErrorKind::kTemporary, CmsHandling::kWaitAndFind},
      {504, "", CmsErrorKind::kTemporary, CmsHandling::kWaitAndFind},
      {302, "", CmsErrorKind::kOther, CmsHandling::kRefused},
      {400, "not JSON", CmsErrorKind::kOther, CmsHandling::kRefused},
      {400, "{\"error\":{\"type\":\"NewError\"}}", CmsErrorKind::kOther, CmsHandling::kRefused},
      {400, "{\"error\":[]}", CmsErrorKind::kOther, CmsHandling::kRefused},
  };
  for (const auto& each : cases) {
    const CmsError error = parse_cms_error(std::get<0>(each), std::get<1>(each));
    EXPECT_EQ(error.kind, std::get<2>(each)) << std::get<0>(each) << std::get<1>(each);
    EXPECT_EQ(handling_of(error.kind), std::get<3>(each)) << std::get<0>(each);
    EXPECT_FALSE(error_word(error.kind).empty());
  }
}

TEST(CmsErrorTest, ManyFaultsAreCutAndRepeatsDropped) {
  std::string details;
  for (int i = 0; i < 200; ++i) {
    const std::string path = "measurements[" + std::to_string(i) + "].measureId";
    for (int twice = 0; twice < 2; ++twice) {
      details += (details.empty() ? "" : ",") + ("{\"path\":\"" + path + "\"}");
    }
  }
  const CmsError error = parse_cms_error(
      400, "{\"error\":{\"type\":\"ValidationError\",\"details\":[" + details + "]}}");
  ASSERT_EQ(error.details.size(), kCmsErrorDetailsMax);
  EXPECT_EQ(error.details[1].path, "measurements[1].measureId");
}

}  // namespace
}  // namespace qcdr::submission
