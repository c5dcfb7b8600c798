#include "generate/case_generator.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/identifiers.h"

namespace qcdr::generate {
namespace {

Options large() {
  Options options;
  options.clinicians_per_practice = 1000;
  options.cases_per_practice = 20'000;
  return options;
}

Options without_errors(Options options) {
  options.errors_per_ten_thousand = 0;
  return options;
}

bool same(const GeneratedCase& a, const GeneratedCase& b) {
  const auto text = [](const GeneratedCase& made) {
    std::string all = made.record_id(2022) + made.service_date.to_string();
    for (std::size_t i = 0; i < made.staff_count; ++i) {
      all += " " + std::to_string(made.staff[i].npi) + "/" + std::to_string(made.staff[i].tin);
    }
    for (std::size_t i = 0; i < made.code_count; ++i) all.append(" ").append(made.codes[i].code);
    return all + " " + std::to_string(made.age_years);
  };
  return text(a) == text(b);
}

TEST(CaseGenerator, ACaseDependsOnNothingBeforeIt) {
  const CaseGenerator generator(large());
  const GeneratedCase alone = generator.make(0, 12'345, 0);
  for (std::uint32_t i = 0; i < 100; ++i) generator.make(0, i, 0);
  EXPECT_TRUE(same(alone, CaseGenerator(large()).make(0, 12'345, 0)));
  EXPECT_FALSE(same(alone, generator.make(0, 12'346, 0)));
  Options other = large();
  other.seed = 2;
  EXPECT_FALSE(same(alone, CaseGenerator(other).make(0, 12'345, 0)));
}

TEST(CaseGenerator, EveryIdentifierIsATestOneAndValid) {
  const CaseGenerator generator(without_errors(large()));
  std::set<std::uint64_t> npis;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Clinician who = generator.population().clinician(0, i);
    Npi npi;
    EXPECT_EQ(check_npi(std::to_string(who.npi), &npi), NpiVerdict::kValid);
    EXPECT_EQ(who.npi / 1'000'000'000, 2U);
    npis.insert(who.npi);
  }
  EXPECT_EQ(npis.size(), 1000U);
  std::set<std::string> tins;
  for (std::uint32_t tin = 0; tin < generator.population().tin_count(); ++tin) {
    tins.insert(generator.population().tin(0, tin));
  }
  EXPECT_EQ(tins.size(), 4U);
  for (const std::string& tin : tins) {
    EXPECT_EQ(tin.substr(0, 3), "000");
    EXPECT_EQ(check_tin(tin), TinVerdict::kValid);
  }
  for (std::uint32_t i = 0; i < generator.case_count(); ++i) {
    const GeneratedCase made = generator.make(0, i, 0);
    for (std::size_t s = 0; s < made.staff_count; ++s) {
      ASSERT_EQ(npis.count(made.staff[s].npi), 1U) << "case " << i;
    }
  }
}

TEST(CaseGenerator, PracticesShareNothing) {
  Options options = large();
  options.practices = 3;
  const Population population(options);
  std::set<std::uint64_t> npis;
  std::set<std::string> tins;
  for (std::uint32_t practice = 0; practice < 3; ++practice) {
    for (std::uint32_t i = 0; i < 1000; ++i) npis.insert(population.clinician(practice, i).npi);
    for (std::uint32_t t = 0; t < 4; ++t) tins.insert(population.tin(practice, t));
  }
  EXPECT_EQ(npis.size(), 3000U);
  EXPECT_EQ(tins.size(), 12U);
}

TEST(CaseGenerator, RolesAndPlacesFitTogether) {
  for (const std::uint32_t clinicians : {1U, 2U, 9U, 10U, 251U, 4000U, 4007U}) {
    Options options;
    options.clinicians_per_practice = clinicians;
    const Population population(options);
    std::uint32_t counted = 0;
    for (std::uint32_t tin = 0; tin < population.tin_count(); ++tin) {
      for (const Role role : {Role::kAnesthesiologist, Role::kNurseAnesthetist, Role::kAssistant}) {
        const std::uint32_t count = population.count_of(tin, role);
        for (std::uint32_t n = 0; n < count; ++n) {
          const Clinician who = population.clinician(0, population.nth_of(tin, role, n));
          ASSERT_EQ(who.role, role);
          ASSERT_EQ(who.memberships[0].tin, tin);
        }
        counted += count;
      }
      EXPECT_GE(population.count_of(tin, Role::kAnesthesiologist), 1U);
    }
    EXPECT_EQ(counted, clinicians);
  }
}

TEST(CaseGenerator, MonthsAreRangesOfNumbers) {
  for (const std::uint32_t cases : {0U, 1U, 7U, 365U, 20'000U}) {
    Options options = without_errors(large());
    options.cases_per_practice = cases;
    const CaseGenerator generator(options);
    EXPECT_EQ(generator.first_of_month(1), 0U);
    EXPECT_EQ(generator.first_of_month(13), cases);
    for (int month = 1; month <= 12; ++month) {
      for (std::uint32_t i = generator.first_of_month(month);
           i < generator.first_of_month(month + 1); ++i) {
        const LocalDate date = generator.make(0, i, 0).service_date;
        ASSERT_EQ(date.month(), month) << i;
        ASSERT_EQ(date.year(), 2022) << i;
      }
    }
  }
}

TEST(CaseGenerator, PairsHoldOnTheDayWhenNothingIsPlanted) {
  const CaseGenerator generator(without_errors(large()));
  std::map<std::uint64_t, Clinician> by_npi;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Clinician who = generator.population().clinician(0, i);
    by_npi[who.npi] = who;
  }
  int moved = 0;
  for (std::uint32_t i = 0; i < generator.case_count(); ++i) {
    const GeneratedCase made = generator.make(0, i, 0);
    for (std::size_t s = 0; s < made.staff_count; ++s) {
      const Clinician& who = by_npi.at(made.staff[s].npi);
      bool holds = false;
      for (std::uint32_t m = 0; m < who.membership_count; ++m) {
        const Membership& membership = who.memberships[m];
        holds = holds ||
                (membership.tin == made.staff[s].tin && made.service_date >= membership.first_day &&
                 (!membership.ends || made.service_date <= membership.last_day));
      }
      ASSERT_TRUE(holds) << "case " << i;
      if (who.memberships[0].ends) ++moved;
    }
  }
  EXPECT_GT(moved, 50);
}

TEST(CaseGenerator, CorrectionsChangeTheShareAskedFor) {
  const CaseGenerator generator(large());
  std::uint32_t corrected = 0;
  for (std::uint32_t i = 0; i < generator.case_count(); ++i) {
    if (!generator.is_corrected(0, i)) continue;
    ++corrected;
    const GeneratedCase before = generator.make(0, i, 0);
    const GeneratedCase after = generator.make(0, i, 1);
    ASSERT_EQ(before.record_id(2022), after.record_id(2022));
    ASSERT_FALSE(same(before, after)) << i;
  }
  EXPECT_NEAR(corrected, 1000, 150);
}

// Rates as practices have them, so that scores and benchmarks of generated data mean something.
TEST(CaseGenerator, MixAndRatesAreRealistic) {
  const CaseGenerator generator(large());
  std::map<std::string, int> codes;
  std::map<std::size_t, int> staff;
  int bad_npi = 0;
  int other_year = 0;
  for (std::uint32_t i = 0; i < generator.case_count(); ++i) {
    const GeneratedCase made = generator.make(0, i, 0);
    ++staff[made.staff_count];
    for (std::size_t c = 0; c < made.code_count; ++c) ++codes[std::string(made.codes[c].code)];
    Npi npi;
    for (std::size_t s = 0; s < made.staff_count; ++s) {
      if (check_npi(std::to_string(made.staff[s].npi), &npi) != NpiVerdict::kValid) ++bad_npi;
    }
    if (made.service_date.year() != 2022) ++other_year;
  }
  const auto rate = [&](const char* met, const char* not_met) {
    return 100.0 * codes[met] / (codes[met] + codes[not_met]);
  };
  EXPECT_GT(codes["4255F"], 6000);
  EXPECT_GT(codes["4556F"], 3000);
  EXPECT_GT(codes["G9497"], 1000);
  EXPECT_NEAR(rate("G9771", "G9773"), 98.2, 0.6);
  EXPECT_NEAR(rate("G9775", "G9777"), 98.2, 0.6);
  EXPECT_NEAR(rate("G9644", "G9645"), 76, 4);
  EXPECT_NEAR(staff[1], 6000, 600);
  EXPECT_GT(staff[3], 400);
  EXPECT_GT(bad_npi, 5);
  EXPECT_GT(other_year, 5);
  EXPECT_LT(bad_npi + other_year, 100);
}

TEST(CaseGenerator, OptionsOutsideTheirLimitsAreRefused) {
  Options options;
  EXPECT_TRUE(check(options).is_ok());
  options.clinicians_per_practice = 0;
  EXPECT_EQ(check(options).code(), ErrorCode::kInvalidArgument);
  options = Options();
  options.first_practice = 99'999;
  options.practices = 2;
  EXPECT_EQ(check(options).code(), ErrorCode::kInvalidArgument);
  options = Options();
  options.corrections_percent = 101;
  EXPECT_EQ(check(options).code(), ErrorCode::kInvalidArgument);
  options = Options();
  options.practices = 50'000;
  options.clinicians_per_practice = 100'000;
  EXPECT_EQ(check(options).code(), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace qcdr::generate
