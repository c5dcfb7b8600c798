#include "registry/feedback.h"

#include <nlohmann/json.hpp>

#include "ledger/testing_rows.h"
#include "ledger/testing_season.h"

namespace qcdr::registry {
namespace {

using ledger::Season;

Decimal decimal(const char* text) {
  return Decimal::parse(text).value();
}
std::vector<Decimal> decimals(const std::vector<const char*>& texts) {
  std::vector<Decimal> all;
  for (const char* text : texts) all.push_back(decimal(text));
  return all;
}

TEST(FeedbackTest, QuartersAreReadAndHaveTheirDays) {
  const Quarter third = parse_quarter("2022Q3").value();
  EXPECT_EQ(third.first().to_string(), "2022-07-01");
  EXPECT_EQ(third.last().to_string(), "2022-09-30");
  EXPECT_EQ(parse_quarter("2022Q4").value().last().to_string(), "2022-12-31");
  EXPECT_EQ(parse_quarter("2024Q1").value().last().to_string(), "2024-03-31");
  for (const char* bad : {"", "2022", "2022Q0", "2022Q5", "2022q3", "22Q3", "2022Q3 "}) {
    EXPECT_FALSE(parse_quarter(bad).is_ok()) << bad;
  }
}

// 10, 20, 40, 80 and 100: mean 50, median 40; a tenth of the way lies at 0.4: 10 + 0.4 * 10.
TEST(FeedbackTest, ComparesByHand) {
  const auto comparison = compare(decimals({"80", "10", "100", "40", "20"}), 5);
  ASSERT_TRUE(comparison.has_value());
  EXPECT_EQ(comparison->mean, decimal("50"));
  EXPECT_EQ(comparison->median, decimal("40"));
  EXPECT_EQ(comparison->quartiles[0], decimal("20"));
  EXPECT_EQ(comparison->quartiles[1], decimal("80"));
  EXPECT_EQ(comparison->deciles[0], decimal("14"));
  EXPECT_EQ(comparison->deciles[8], decimal("92"));
  EXPECT_FALSE(compare(decimals({"80", "10", "100", "40"}), 5).has_value());
  EXPECT_FALSE(compare({}, 0).has_value());
}

TEST(FeedbackTest, PercentilesFollowWhatIsBetter) {
  const auto rates = decimals({"10", "20", "40", "80", "100"});
  EXPECT_EQ(percentile_of(rates, decimal("40"), false), decimal("60"));
  EXPECT_EQ(percentile_of(rates, decimal("40"), true), decimal("60"));
  EXPECT_EQ(percentile_of(rates, decimal("100"), false), decimal("100"));
  EXPECT_EQ(percentile_of(rates, decimal("100"), true), decimal("20"));
}

// Twelve clinicians of a TIN; the number n meets 12 + n of 24 cases in July, and has 3 in June.
class FeedbackSeasonTest : public ::testing::Test {
 protected:
  FeedbackSeasonTest() {
    std::vector<Season::CaseSpec> cases;
    for (int number = 1; number <= 12; ++number) {
      for (int i = 0; i < 24; ++i) add(number, i, Season::day(7, 1 + i), i < 12 + number, &cases);
      for (int i = 24; i < 27; ++i) add(number, i, Season::day(6, 30), true, &cases);
    }
    season_.cases("upload-1", Season::at("2022-10-01T12:00:00Z"), cases);
  }
  static void add(int number, int i, std::int32_t day, bool met,
                  std::vector<Season::CaseSpec>* cases) {
    Season::CaseSpec spec;
    spec.id = std::to_string(number) + "-" + std::to_string(i);
    spec.service_date = day;
    spec.staff = {{1, number}};
    spec.codes = Season::temperature(met);
    cases->push_back(std::move(spec));
  }
  std::unique_ptr<Feedback> make(FeedbackRequest request) {
    request.as_of = Season::at("2022-10-12T14:00:00Z");
    auto feedback = make_feedback({&season_.ledger()}, *season_.practice().rules().year, request);
    EXPECT_TRUE(feedback.is_ok()) << feedback.status().to_string();
    return std::move(feedback).value();
  }
  static nlohmann::json json_of(const Feedback& feedback, const std::string& entity) {
    for (const FeedbackReport& report : feedback.reports) {
      if (report.participant->entity.to_hex() == entity) {
        return nlohmann::json::parse(feedback_json(feedback, report));
      }
    }
    return {};
  }
  std::string pair(int number) { return season_.pair_row(1, number).entity.to_hex(); }
  std::string group() { return season_.tin_row(1).group_entity.to_hex(); }

  Season season_;
};

TEST_F(FeedbackSeasonTest, CountsTheQuarterAndComparesWithOthers) {
  const auto feedback = make({{2022, 3}, false, true, {}});
  ASSERT_EQ(feedback->reports.size(), 13U);
  const auto json = json_of(*feedback, pair(6));
  EXPECT_EQ(json["cases"], 24);
  const auto& measure = json["measures"][0];
  EXPECT_EQ(measure["measureId"], "424");
  EXPECT_EQ(measure["met"], 18);
  EXPECT_EQ(measure["notMet"], 6);
  EXPECT_EQ(measure["performanceRate"].dump(), "75");
  EXPECT_EQ(measure["comparison"]["participants"], 12);
  // Rates are (12 + n) / 24: the mean is 18.5 / 24, the median lies between the sixth and seventh.
  EXPECT_EQ(measure["comparison"]["mean"].dump(), "77.08");
  EXPECT_EQ(measure["comparison"]["median"].dump(), "77.08");
  EXPECT_EQ(measure["comparison"]["percentile"].dump(), "50");
  EXPECT_EQ(json_of(*feedback, group())["cases"], 288);
}

// An activity is of the year, whatever the quarter; one that came too late is not there.
TEST_F(FeedbackSeasonTest, HasTheImprovementActivitiesThatCount) {
  EXPECT_TRUE(
      json_of(*make({{2022, 3}, false, true, {}}), pair(6))["improvementActivities"].empty());
  season_.record("activity-1", Season::at("2022-12-01T12:00:00Z"), ledger::kActivityKind,
                 ledger::activity(6, Season::day(6, 1), Season::day(8, 31)));
  season_.record("activity-2", Season::at("2023-02-01T12:00:00Z"), ledger::kActivityKind,
                 ledger::activity(7, Season::day(6, 1), Season::day(8, 31)));
  const auto feedback = make({{2022, 3}, false, true, {}});
  const auto activities = json_of(*feedback, pair(6))["improvementActivities"];
  ASSERT_EQ(activities.size(), 1U);
  EXPECT_FALSE(activities[0]["title"].get<std::string>().empty());
  EXPECT_EQ(activities[0]["performedFrom"], "2022-06-01");
  EXPECT_EQ(activities[0]["performedTo"], "2022-08-31");
  EXPECT_TRUE(json_of(*feedback, pair(7))["improvementActivities"].empty());
  bool on_a_page = false;
  for (const FeedbackReport& report : feedback->reports) {
    const bool has = !report.participant->activities.empty();
    const std::string page = feedback_page(*feedback, report);
    EXPECT_EQ(page.find("None is attested") == std::string::npos, has);
    on_a_page = on_a_page || has;
  }
  EXPECT_TRUE(on_a_page);
}

TEST_F(FeedbackSeasonTest, CumulativeBeginsWithTheYear) {
  EXPECT_EQ(json_of(*make({{2022, 3}, true, true, {}}), pair(6))["cases"], 27);
  EXPECT_EQ(json_of(*make({{2022, 2}, false, true, {}}), pair(6))["cases"], 3);
  EXPECT_TRUE(make({{2022, 4}, false, true, {}})->reports.empty());
}

// Clinician 6 has 18 met and 6 not met: the six are small, and the 18 would give them away.
TEST_F(FeedbackSeasonTest, SmallCountsCannotBeReadFromAReport) {
  const auto feedback = make({{2022, 3}, false, false, {}});
  const auto json = json_of(*feedback, pair(6));
  const auto& measure = json["measures"][0];
  EXPECT_EQ(measure["eligible"], 24);
  EXPECT_TRUE(measure["met"].is_null());
  EXPECT_TRUE(measure["notMet"].is_null());
  EXPECT_TRUE(measure["performanceRate"].is_null());
  EXPECT_TRUE(measure["comparison"]["percentile"].is_null());
  EXPECT_EQ(measure["suppressed"], true);
  // Clinician 12 missed none: zero is not small.
  EXPECT_EQ(json_of(*feedback, pair(12))["measures"][0]["performanceRate"].dump(), "100");
  // Three cases in June are few themselves.
  EXPECT_TRUE(json_of(*make({{2022, 2}, false, false, {}}), pair(6))["cases"].is_null());
}

TEST_F(FeedbackSeasonTest, PagesAreTheSameBytesAndNameNobodyElse) {
  const auto feedback = make({{2022, 3}, false, false, {}});
  season_.restart();
  const auto again = make({{2022, 3}, false, false, {}});
  ASSERT_EQ(feedback->reports.size(), again->reports.size());
  for (std::size_t i = 0; i < feedback->reports.size(); ++i) {
    const std::string page = feedback_page(*feedback, feedback->reports[i]);
    EXPECT_EQ(page, feedback_page(*again, again->reports[i]));
    for (int number = 1; number <= 12; ++number) {
      EXPECT_EQ(page.find(std::to_string(Season::npi(number).value())), std::string::npos);
    }
  }
  EXPECT_EQ(feedback_index_json(*feedback), feedback_index_json(*again));
}

TEST_F(FeedbackSeasonTest, AYearWithoutTheDutyIsRefused) {
  const auto feedback = make_feedback({&season_.ledger()}, *season_.practice().rules().year,
                                      {{2021, 1}, false, false, {}});
  EXPECT_FALSE(feedback.is_ok());
}

}  // namespace
}  // namespace qcdr::registry
