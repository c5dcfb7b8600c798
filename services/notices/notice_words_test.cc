#include "notices/notice_words.h"

namespace qcdr {
namespace {

v1::Notice notice(v1::Notice::Template kind,
                  const std::vector<std::pair<const char*, const char*>>& parameters) {
  v1::Notice notice;
  notice.set_practice_id(1234);
  notice.set_performance_year(2022);
  notice.set_template_kind(kind);
  notice.set_link("/x");
  for (const auto& each : parameters) (*notice.mutable_parameters())[each.first] = each.second;
  return notice;
}
bool has(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

TEST(NoticeWordsTest, AReportHasItsFigures) {
  const auto words = notice_words(
      notice(v1::Notice::TEMPLATE_PROCESSING_REPORT,
             {{"kind", "10"}, {"accepted", "9"}, {"rejected", "1"}, {"refused", "false"}}),
      "https://q.example.org");
  EXPECT_EQ(words.subject, "A file was processed (practice 1234)");
  EXPECT_TRUE(has(words.body, "Rows accepted: 9\n")) << words.body;
  EXPECT_TRUE(has(words.body, "https://q.example.org/x\n"));
}

TEST(NoticeWordsTest, ARefusedFileIsCalledSo) {
  EXPECT_TRUE(
      has(notice_words(notice(v1::Notice::TEMPLATE_PROCESSING_REPORT, {{"refused", "true"}}), "")
              .subject,
          "refused"));
}

TEST(NoticeWordsTest, WhoIsNotRegisteredIsToldSo) {
  v1::Notice notice;
  notice.set_practice_id(1234);
  notice.set_performance_year(2023);
  notice.set_template_kind(v1::Notice::TEMPLATE_REMINDER);
  (*notice.mutable_parameters())["deadlines"] = "registration";
  (*notice.mutable_parameters())["days"] = "14";
  (*notice.mutable_parameters())["open"] = "0";
  const NoticeWords words = notice_words(notice, "");
  EXPECT_EQ(words.subject, "14 day(s) until the registration ends (practice 1234)");
  EXPECT_NE(words.body.find("was registered for the year before"), std::string::npos);
  EXPECT_NE(words.body.find("2023-10-03"), std::string::npos) << words.body;
}

TEST(NoticeWordsTest, DeadlinesHaveTheirTitlesAndZone) {
  const auto words = notice_words(
      notice(v1::Notice::TEMPLATE_REMINDER,
             {{"deadlines", "individual-consent,unknown-one"}, {"days", "7"}, {"open", "3"}}),
      "");
  EXPECT_TRUE(has(words.subject, "7 day(s)"));
  EXPECT_TRUE(has(words.body, "2023-01-31T23:59:59-06:00 America/Chicago")) << words.body;
  EXPECT_TRUE(has(words.body, "unknown-one"));
  EXPECT_TRUE(has(words.body, "3 clinicians or TINs"));
}

TEST(NoticeWordsTest, ARescoringNamesItsCause) {
  EXPECT_TRUE(
      has(notice_words(
              notice(v1::Notice::TEMPLATE_RESCORED, {{"cause", "1"}, {"dated", "2022-12-20"}}), "")
              .body,
          "special statuses of 2022-12-20"));
}

TEST(NoticeWordsTest, ATemplateOfALaterReleaseStillHasItsLink) {
  EXPECT_TRUE(has(notice_words(notice(v1::Notice::TEMPLATE_DECISION, {}), "https://q").body,
                  "https://q/x"));
}

}  // namespace
}  // namespace qcdr
