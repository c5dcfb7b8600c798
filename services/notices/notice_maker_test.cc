#include "notices/notice_maker.h"

#include <set>

#include "ledger/testing_rows.h"
#include "ledger/testing_season.h"

namespace qcdr {
namespace {

using ledger::Season;

class Sink final : public stream::OutputSink {
 public:
  stream::OutputVersion next_version(Offset cause) override {
    return {Generation(1), cause, index_++};
  }
  void send(Offset, stream::OutputRecord record) override { records.push_back(std::move(record)); }
  std::vector<stream::OutputRecord> records;

 private:
  std::uint32_t index_ = 0;
};

class NoticeMakerTest : public ::testing::Test {
 protected:
  NoticeMakerTest() : rules_(rulebook::Rulebook::built_in()), maker_(Partition(0), rules_) {
    Season::CaseSpec spec;
    spec.id = "case-1";
    spec.service_date = Season::day(3, 1);
    spec.staff = {{1, 1}};
    spec.codes = Season::temperature(true);
    season_.cases("cases-1", Season::at("2022-04-01T12:00:00Z"), {spec});
    season_.take();
  }

  std::vector<v1::Notice> sent() {
    Sink sink;
    maker_.send(Season::at("2023-01-01T00:00:00Z"), sink);
    std::vector<v1::Notice> notices;
    for (const stream::OutputRecord& record : sink.records) {
      EXPECT_EQ(record.topic, "qcdr.public.notices.v1");
      EXPECT_EQ(record.key, "1234");
      EXPECT_TRUE(notices.emplace_back().ParseFromString(*record.value));
    }
    return notices;
  }
  std::vector<v1::Notice> passed(const char* before, const char* now) {
    std::vector<ledger::PracticeYear> deleted;
    EXPECT_TRUE(
        maker_.pass_time(season_.ledger(), Season::at(before), Season::at(now), Offset(7), &deleted)
            .is_ok());
    EXPECT_TRUE(deleted.empty());
    return sent();
  }
  static const v1::Notice* of_deadline(const std::vector<v1::Notice>& notices, const char* name) {
    for (const v1::Notice& each : notices) {
      if (each.parameters().at("deadlines").find(name) != std::string::npos) return &each;
    }
    return nullptr;
  }

  Season season_;
  ledger::LedgerRules rules_;
  NoticeMaker maker_;
};

TEST_F(NoticeMakerTest, AnUploadThatEndedIsReported) {
  ledger::UploadEnd end{Offset(5), {PracticeId(1234), PerformanceYear(2022)}, "0123abcd", {}};
  end.fact.rows_accepted = 9;
  end.fact.rows_rejected = 1;
  end.fact.findings = {{1, 2}, {2, 3}};
  maker_.upload_ended(end);
  const auto notices = sent();
  ASSERT_EQ(notices.size(), 1U);
  const v1::Notice& notice = notices[0];
  EXPECT_EQ(notice.template_kind(), v1::Notice::TEMPLATE_PROCESSING_REPORT);
  EXPECT_EQ(notice.recipient_reference(), "upload:0123abcd");
  EXPECT_EQ(notice.link(), "/uploads/0123abcd");
  EXPECT_EQ(notice.parameters().at("accepted"), "9");
  EXPECT_EQ(notice.parameters().at("findings"), "5");
  EXPECT_EQ(notice.output_id(), "1/0/5/0");
  EXPECT_TRUE(sent().empty());
}

TEST_F(NoticeMakerTest, TheSameCauseIsTheSameNotice) {
  const ledger::PracticeYear id{PracticeId(1234), PerformanceYear(2022)};
  std::set<std::string> ids;
  for (const char* cause : {"a", "b"}) {
    for (const auto kind : {v1::Notice::TEMPLATE_REMINDER, v1::Notice::TEMPLATE_RESCORED}) {
      EXPECT_EQ(notice_id(kind, id, cause), notice_id(kind, id, cause));
      ids.insert(notice_id(kind, id, cause));
      ids.insert(notice_id(kind, {PracticeId(1235), PerformanceYear(2022)}, cause));
      ids.insert(notice_id(kind, {PracticeId(1234), PerformanceYear(2023)}, cause));
    }
  }
  EXPECT_EQ(ids.size(), 12U);
  EXPECT_EQ(ids.begin()->size(), 32U);
}

TEST_F(NoticeMakerTest, RemindsOnceOfEachDistance) {
  // The consents' last second is 2023-01-31T23:59:59 in Chicago.
  EXPECT_EQ(
      of_deadline(passed("2023-01-17T00:00:00Z", "2023-01-18T05:59:59Z"), "individual-consent"),
      nullptr);
  const auto first = passed("2023-01-18T05:59:59Z", "2023-01-18T06:00:00Z");
  const v1::Notice* notice = of_deadline(first, "individual-consent");
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(notice->template_kind(), v1::Notice::TEMPLATE_REMINDER);
  EXPECT_EQ(notice->parameters().at("days"), "14");
  EXPECT_EQ(notice->parameters().at("deadlineAt"), "2023-02-01T05:59:59.000Z");
  EXPECT_EQ(
      of_deadline(passed("2023-01-18T06:00:00Z", "2023-01-25T05:59:59Z"), "individual-consent"),
      nullptr);
}

// Registered for 2022 and not heard of for 2023, whose registration ends on 2023-10-03 in Chicago.
TEST_F(NoticeMakerTest, WhoWasRegisteredTheYearBeforeIsRemindedToRegister) {
  const char* before = "2023-09-19T00:00:00Z";
  const char* now = "2023-09-20T05:00:00Z";
  EXPECT_EQ(of_deadline(passed(before, now), "registration"), nullptr);
  season_.record("registered", Season::at("2022-09-01T12:00:00Z"), ledger::kRegistrationKind,
                 ledger::registration({1}, true, 0));
  season_.take();
  const auto notices = passed(before, now);
  const v1::Notice* notice = of_deadline(notices, "registration");
  ASSERT_NE(notice, nullptr);
  EXPECT_EQ(notice->performance_year(), 2023);
  EXPECT_EQ(notice->parameters().at("open"), "0");
  EXPECT_EQ(notice->parameters().at("days"), "14");
  EXPECT_EQ(notice->parameters().at("deadlineAt"), "2023-10-04T04:59:59.000Z");
  // Who closed does not come back.
  v1::Row closed = ledger::registration({1}, true, 0);
  closed.mutable_practice_registration()->set_closed_on(Season::day(12, 1));
  season_.record("closed", Season::at("2022-12-01T12:00:00Z"), ledger::kRegistrationKind, closed);
  season_.take();
  EXPECT_EQ(of_deadline(passed(before, now), "registration"), nullptr);
}

TEST_F(NoticeMakerTest, OfSeveralDistancesTheLastIsTold) {
  const auto notices = passed("2022-12-20T00:00:00Z", "2023-01-31T12:00:00Z");
  int of_consent = 0;
  for (const v1::Notice& each : notices) {
    of_consent += of_deadline({each}, "individual-consent") != nullptr ? 1 : 0;
  }
  EXPECT_EQ(of_consent, 1);
  EXPECT_EQ(of_deadline(notices, "individual-consent")->parameters().at("days"), "1");
}

TEST_F(NoticeMakerTest, ADeadlineThatPassedIsNotRemindedOf) {
  EXPECT_EQ(
      of_deadline(passed("2022-12-20T00:00:00Z", "2023-02-01T06:00:00Z"), "individual-consent"),
      nullptr);
}

TEST_F(NoticeMakerTest, WhoIsDoneIsNotReminded) {
  const auto open = passed("2023-01-18T05:59:59Z", "2023-01-18T06:00:00Z");
  ASSERT_NE(of_deadline(open, "individual-consent"), nullptr);
  EXPECT_EQ(of_deadline(open, "individual-consent")->parameters().at("open"),
            "2");  // TIN and clinician
  season_.option("option-1", Season::at("2022-12-01T12:00:00Z"), 1, v1::REPORTING_LEVEL_INDIVIDUAL);
  season_.consent("consent-1", Season::at("2022-12-05T12:00:00Z"), 1, 1, true);
  const auto later = passed("2023-01-25T05:59:59Z", "2023-01-25T06:00:00Z");
  // The clinician's other items of that day may be open; the TIN as a group said no.
  const v1::Notice* notice = of_deadline(later, "individual-consent");
  EXPECT_TRUE(notice == nullptr || notice->parameters().at("open") == "1");
}

// Deadlines that pass at one instant come as one control record each, and are one summary.
TEST_F(NoticeMakerTest, ACutOffIsSummedUpOnce) {
  const Instant passed_at = Season::at("2023-02-01T06:00:00Z");
  const rulebook::YearRules& rules = *rules_.find(PerformanceYear(2022))->year;
  std::vector<ledger::PracticeYear> deleted;
  int passed = 0;
  for (const rulebook::Deadline& deadline : rules.deadlines()) {
    if (deadline.passes_at != passed_at) continue;
    ++passed;
    ASSERT_TRUE(maker_
                    .pass_deadline(season_.ledger(), PerformanceYear(2022), deadline.name,
                                   passed_at, Offset(passed), &deleted)
                    .is_ok());
  }
  EXPECT_GT(passed, 1);
  const auto notices = sent();
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].template_kind(), v1::Notice::TEMPLATE_CUTOFF_SUMMARY);
  const auto& parameters = notices[0].parameters();
  EXPECT_EQ(parameters.at("ready"), "0");
  EXPECT_EQ(std::stoi(parameters.at("open")) + std::stoi(parameters.at("closed")), 2);
}

TEST_F(NoticeMakerTest, ARescoringNamesItsCause) {
  const ledger::PracticeYear id{PracticeId(1234), PerformanceYear(2022)};
  const std::int32_t dated = Season::day(12, 20);
  maker_.rescored(id, 1, dated, "", Offset(3));
  maker_.rescored(id, 1, dated, "", Offset(4));  // the rest of the same list
  maker_.rescored(id, 5, 0, "", Offset(5));
  maker_.rescored(id, 5, 0, "", Offset(6));  // another decision
  const auto notices = sent();
  ASSERT_EQ(notices.size(), 4U);
  EXPECT_EQ(notices[0].parameters().at("dated"), "2022-12-20");
  EXPECT_EQ(notices[0].notice_id(), notices[1].notice_id());
  EXPECT_NE(notices[2].notice_id(), notices[3].notice_id());
}

TEST_F(NoticeMakerTest, NothingInANoticeNamesAPerson) {
  for (const v1::Notice& each : passed("2023-01-18T05:59:59Z", "2023-01-18T06:00:00Z")) {
    const std::string bytes = each.SerializeAsString();
    EXPECT_EQ(bytes.find(std::to_string(Season::npi(1).value())), std::string::npos);
    EXPECT_EQ(bytes.find(season_.pair_row(1, 1).entity.to_hex()), std::string::npos);
  }
}

}  // namespace
}  // namespace qcdr
