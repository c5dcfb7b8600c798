#include "common/event_headers.h"

#include <gtest/gtest.h>

#include <regex>

#include "common/topic_names.h"

namespace qcdr {
namespace {

TEST(EventHeaders, AreThoseThatCloudEventsRequires) {
  for (const char* topic :
       {kUploadsTopic, kRegistryRecordsTopic, kEntityContributionsTopic, kFindingsTopic,
        kScoreProjectionsTopic, kReadinessTopic, kNoticesTopic, kAuditTopic}) {
    const std::vector<stream::Header> headers = constant_event_headers(topic);
    ASSERT_EQ(headers.size(), 4U) << topic;
    EXPECT_EQ(headers[0], (stream::Header{"ce_specversion", "1.0"}));
    EXPECT_EQ(headers[1].name, "ce_source");
    EXPECT_EQ(headers[2].name, "ce_type");
    EXPECT_EQ(headers[2].value.rfind("qcdr.v1.", 0), 0U) << topic;
    EXPECT_EQ(headers[3], (stream::Header{"content-type", "application/protobuf"}));
  }
  EXPECT_TRUE(constant_event_headers(kProgressTopic).empty());
}

TEST(EventHeaders, TheTraceIsTheUpload) {
  const std::string id = "8707696fa7cbcdc722c96e12aa3fe80e";
  const std::string trace = "00-" + id + "-8707696fa7cbcdc7-01";
  EXPECT_TRUE(std::regex_match(trace, std::regex("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")));
  EXPECT_EQ(upload_headers(id),
            (std::vector<stream::Header>{{"ce_id", id}, {"traceparent", trace}}));
  EXPECT_EQ(upload_headers(id, "256"),
            (std::vector<stream::Header>{{"ce_id", id + "/256"}, {"traceparent", trace}}));
}

}  // namespace
}  // namespace qcdr
