// Promoting interoperability where the years differ; what they share is in category_test.cc.
#include "scoring/interoperability.h"

#include <gtest/gtest.h>

#include "scoring/test_year.h"

namespace qcdr::scoring {
namespace {

// A report of one year, answered by ids.
class YearReport {
 public:
  explicit YearReport(int year)
      : year_(*rulebook::Rulebook::built_in().find_year(PerformanceYear(year))),
        rules_(resolve(year_)) {
    report_.reported = true;
    report_.has_cehrt_id = true;
    report_.period_days = 366;
    for (const rulebook::InteroperabilityMeasure& measure : year_.interoperability_measures()) {
      if (measure.role == rulebook::InteroperabilityRole::kAttestation) yes(measure.id.c_str());
    }
  }

  YearReport& yes(const char* id, bool answer = true) {
    add(id).attested = answer;
    return *this;
  }
  YearReport& ratio(const char* id, std::int64_t numerator, std::int64_t denominator) {
    InteroperabilityInput& input = add(id);
    input.numerator = numerator;
    input.denominator = denominator;
    return *this;
  }
  // All that a year needs but exchange and public health, half of it earned.
  YearReport& rest() {
    if (year_.year().value() >= 2023) yes("PI_EP_2");
    return ratio("PI_EP_1", 1, 2).ratio("PI_PEA_1", 1, 2);
  }
  YearReport& loops() { return ratio("PI_HIE_1", 1, 1).ratio("PI_HIE_4", 1, 1); }
  YearReport& registries() {
    return yes("PI_PHCDRR_1").yes("PI_PHCDRR_1_PRE").yes("PI_PHCDRR_3").yes("PI_PHCDRR_3_PROD");
  }

  YearReport& period(std::int32_t days) {
    report_.period_days = days;
    return *this;
  }

  bool is_submitted() const { return interoperability_submitted(rules_, report_); }
  InteroperabilityScore score() const { return score_interoperability(rules_, report_); }
  std::string points() const { return score().points.to_string(); }
  InteroperabilityGap gap() const { return score().gap; }
  std::string gap_row() const { return rules_.interoperability[score().gap_row].measure->id; }
  std::string points_of(const char* id) const {
    const auto place =
        year_.find_interoperability_measure(id) - year_.interoperability_measures().data();
    return score().rows[static_cast<std::size_t>(place)].points.to_string();
  }

 private:
  InteroperabilityInput& add(const char* id) {
    InteroperabilityInput input;
    input.measure = year_.find_interoperability_measure(id);
    QCDR_ASSERT(input.measure != nullptr);
    report_.rows.push_back(input);
    return *(report_.rows.end() - 1);
  }

  const rulebook::YearRules& year_;
  ResolvedRules rules_;
  InteroperabilityReport report_;
};

TEST(Interoperability, EveryYearHasATableThatAddsUpToItsMaximum) {
  for (int year = 2020; year <= 2021; ++year) {
    EXPECT_EQ(YearReport(year)
                  .ratio("PI_EP_1", 1, 1)
                  .ratio("PI_PEA_1", 1, 1)
                  .loops()
                  .yes("PI_PHCDRR_4")
                  .yes("PI_PHCDRR_2")
                  .points(),
              "100")
        << year;
  }
  for (int year = 2023; year <= 2026; ++year) {
    YearReport report(year);
    report.yes("PI_EP_2").ratio("PI_EP_1", 1, 1).ratio("PI_PEA_1", 1, 1).loops().registries();
    EXPECT_EQ(report.points(), "100") << year;
    EXPECT_EQ(report.points_of("PI_PHCDRR_3"), "12.5") << year;
  }
}

// 5 (prescribing) + 20 (access) + 40 (exchange) + 10 (any two registries).
TEST(Interoperability, AnyTwoRegistriesUntil2021) {
  const auto report = [] { return YearReport(2021).rest().loops(); };
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_5").points(), "75");
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_4").yes("PI_PHCDRR_5").points(), "75");
  EXPECT_EQ(report().yes("PI_PHCDRR_2_MULTI").points(), "75");
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_2_MULTI").points(), "75");
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_1_EX_1").points(), "75");
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_1_EX_1").points_of("PI_PHCDRR_2"), "10");
  // Both excluded: ten more for access, of which half is earned.
  EXPECT_EQ(report().yes("PI_PHCDRR_2_EX_1").yes("PI_PHCDRR_1_EX_1").points(), "70");
  EXPECT_EQ(report().yes("PI_PHCDRR_2").gap(), InteroperabilityGap::kRegistriesMissing);
  EXPECT_EQ(report().yes("PI_PHCDRR_1_EX_1").gap(), InteroperabilityGap::kRegistriesMissing);
  EXPECT_EQ(report().yes("PI_PHCDRR_2").yes("PI_PHCDRR_3", false).gap(),
            InteroperabilityGap::kRegistriesMissing);
}

TEST(Interoperability, ExchangeIsMetInOneOfSeveralWays) {
  const auto report = [] { return YearReport(2024).rest().registries(); };
  const std::string rest = YearReport(2024).rest().registries().loops().points();
  EXPECT_EQ(rest, "83");  // 5 + 10 + 13 (12.5, half up) + 30 + 25
  EXPECT_EQ(report().yes("PI_HIE_5").points(), rest);
  EXPECT_EQ(report().yes("PI_HIE_6").points(), rest);
  EXPECT_EQ(report().ratio("PI_HIE_1", 1, 1).gap(), InteroperabilityGap::kRequiredMissing);
  EXPECT_EQ(report().yes("PI_HIE_5", false).gap(), InteroperabilityGap::kRequiredMissing);
  EXPECT_EQ(report().yes("PI_HIE_5", false).gap_row(), "PI_HIE_1");
  // A way that is not whole does not spoil one that is; one that is attested earns all.
  EXPECT_EQ(report().ratio("PI_HIE_1", 0, 9).yes("PI_HIE_6").points(), rest);
  EXPECT_EQ(report().ratio("PI_HIE_1", 1, 9).ratio("PI_HIE_4", 1, 9).yes("PI_HIE_5").points(),
            rest);
}

// Monitoring's ten points go to prescribing; both go to exchange, whichever way it is met.
TEST(Interoperability, ExcludedPrescribingAndMonitoring) {
  YearReport monitoring(2024);
  monitoring.yes("PI_EP_2_EX_1").ratio("PI_EP_1", 1, 2).ratio("PI_PEA_1", 1, 1).loops();
  EXPECT_EQ(monitoring.registries().points_of("PI_EP_1"), "10");
  YearReport both(2024);
  both.yes("PI_EP_2_EX_1").yes("PI_LVPP_1").ratio("PI_PEA_1", 1, 1).yes("PI_HIE_6");
  EXPECT_EQ(both.registries().points_of("PI_HIE_6"), "50");
  EXPECT_EQ(both.points(), "100");
  YearReport halves(2024);
  halves.yes("PI_EP_2_EX_1").yes("PI_LVPP_1").ratio("PI_PEA_1", 1, 1).loops();
  EXPECT_EQ(halves.registries().points_of("PI_HIE_4"), "25");
  YearReport nothing(2024);
  nothing.yes("PI_EP_2_EX_1").yes("PI_LVPP_1").ratio("PI_PEA_1", 1, 1).registries();
  nothing.yes("PI_LVOTC_1").yes("PI_LVITC_2");
  EXPECT_EQ(nothing.points_of("PI_PEA_1"), "75");
}

TEST(Interoperability, ALevelOfEngagementIsSaidWithARegistryFrom2023) {
  const auto report = [](int year) {
    YearReport some(year);
    some.rest().loops().yes("PI_PHCDRR_1").yes("PI_PHCDRR_3").yes("PI_PHCDRR_3_PRE");
    return some;
  };
  EXPECT_EQ(report(2023).gap(), InteroperabilityGap::kEngagementMissing);
  EXPECT_EQ(report(2023).gap_row(), "PI_PHCDRR_1");
  EXPECT_EQ(report(2023).yes("PI_PHCDRR_1_PROD").gap(), InteroperabilityGap::kNone);
  YearReport excluded(2023);
  excluded.rest().loops().yes("PI_PHCDRR_1_EX_1").yes("PI_PHCDRR_3").yes("PI_PHCDRR_3_PRE");
  EXPECT_EQ(excluded.points_of("PI_PHCDRR_3"), "25");
  // A bonus without a level is no bonus, and costs nothing.
  EXPECT_EQ(excluded.yes("PI_PHCDRR_4").points_of("PI_PHCDRR_4"), "0");
  EXPECT_EQ(excluded.yes("PI_PHCDRR_4_PRE").points_of("PI_PHCDRR_4"), "5");
}

// Suppressed in 2025: any answer has the credit, and nothing of it goes elsewhere.
TEST(Interoperability, CaseReportingOf2025) {
  const auto report = [](int year) {
    YearReport some(year);
    some.rest().loops().yes("PI_PHCDRR_1_EX_1");
    return some;
  };
  EXPECT_EQ(report(2025).yes("PI_PHCDRR_3").points_of("PI_PHCDRR_3"), "25");
  EXPECT_EQ(report(2025).yes("PI_PHCDRR_3", false).points_of("PI_PHCDRR_3"), "25");
  EXPECT_EQ(report(2025).yes("PI_PHCDRR_3_EX_2").points_of("PI_PHCDRR_3_EX_2"), "25");
  EXPECT_EQ(report(2026).yes("PI_PHCDRR_3", false).gap(), InteroperabilityGap::kRequiredMissing);
  EXPECT_EQ(report(2026).yes("PI_PHCDRR_3_EX_2").points_of("PI_PHCDRR_3_EX_2"), "0");
  EXPECT_EQ(report(2025).gap(), InteroperabilityGap::kRequiredMissing);
}

// Until 2024 whatever is sent cancels a reweighting; then a report that lacks something is none.
TEST(Interoperability, AnIncompleteReportIsNoSubmissionFrom2025) {
  for (const int year : {2024, 2025}) {
    EXPECT_EQ(YearReport(year).rest().is_submitted(), year == 2024) << year;
    EXPECT_TRUE(YearReport(year).rest().loops().registries().is_submitted()) << year;
    YearReport brief(year);
    brief.rest().loops().registries().period(179);
    EXPECT_TRUE(brief.is_submitted()) << year;
    EXPECT_EQ(brief.gap(), InteroperabilityGap::kShortPeriod) << year;
  }
}

TEST(Interoperability, SaferGuidesNeedAYesFrom2024) {
  const auto gap = [](int year) {
    YearReport report(year);
    report.rest().loops().registries();
    return report.gap();
  };
  EXPECT_EQ(gap(2023), InteroperabilityGap::kNone);
  EXPECT_EQ(gap(2024), InteroperabilityGap::kNone);
  for (const int year : {2023, 2024}) {
    const rulebook::YearRules& rules =
        *rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
    EXPECT_EQ(rules.find_interoperability_measure("PI_PPHI_2")->no_accepted, year == 2023);
  }
  EXPECT_EQ(rulebook::Rulebook::built_in()
                .find_year(PerformanceYear(2021))
                ->find_interoperability_measure("PI_PPHI_2"),
            nullptr);
}

}  // namespace
}  // namespace qcdr::scoring
