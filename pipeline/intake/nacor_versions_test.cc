#include "intake/nacor_versions.h"

#include <gtest/gtest.h>

#include <set>

namespace qcdr::intake {
namespace {

Instant at(const char* text) {
  return Instant::parse(text).value();
}

TEST(NacorVersionsTest, EveryYearFrom2018To2026HasItsForm) {
  for (int year = 2018; year <= 2026; ++year) {
    const std::string name = std::to_string(year) + "V1.0";
    for (const std::string& each : {name, name + "R"}) {
      const auto found = find_versions(each);
      ASSERT_FALSE(found.empty()) << each;
      EXPECT_EQ(found.front()->year, PerformanceYear(year));
    }
  }
  EXPECT_TRUE(find_versions("2022").empty());
  EXPECT_TRUE(find_versions("2027V1.0").empty());
}

// The lines of one name stand together, its own year first, and windows end behind their beginning.
TEST(NacorVersionsTest, TheLinesAreInOrder) {
  std::set<std::string_view> seen;
  std::string_view last;
  for (const NacorVersion& version : nacor_versions()) {
    EXPECT_TRUE(version.name == last || seen.insert(version.name).second) << version.name;
    if (version.name != last) {
      EXPECT_EQ(std::string(version.name.substr(0, 4)), std::to_string(version.year.value()));
    }
    last = version.name;
    if (version.until) {
      EXPECT_LT(version.from, *version.until) << version.name;
    }
    EXPECT_TRUE(version.confidence == "secondary" || version.confidence == "model" ||
                version.confidence == "unverified");
    EXPECT_FALSE(version.source.empty());
  }
}

TEST(NacorVersionsTest, AWindowIsOfDaysInTheRegistrysZone) {
  const auto found = find_versions("2022V1.0");
  ASSERT_EQ(found.size(), 2U);
  const NacorVersion& for_2023 = *found[1];
  EXPECT_EQ(for_2023.year, PerformanceYear(2023));
  EXPECT_TRUE(for_2023.is_taken_at(at("2023-04-02T23:59:59-05:00")));
  EXPECT_FALSE(for_2023.is_taken_at(at("2023-04-03T00:00:00-05:00")));
  EXPECT_FALSE(for_2023.is_taken_at(at("2022-12-31T23:59:59-06:00")));
  EXPECT_TRUE(for_2023.is_taken_at(std::nullopt));
}

TEST(NacorVersionsTest, NamesWhatIsTaken) {
  EXPECT_EQ(accepted_versions(PerformanceYear(2022), std::nullopt), "2022V1.0, 2022V1.0R");
  EXPECT_EQ(accepted_versions(PerformanceYear(2023), at("2023-03-01T12:00:00-06:00")),
            "2022V1.0, 2022V1.0R, 2023V1.0, 2023V1.0R");
  EXPECT_EQ(accepted_versions(PerformanceYear(2023), at("2023-05-01T12:00:00-05:00")),
            "2023V1.0, 2023V1.0R");
  EXPECT_EQ(accepted_versions(PerformanceYear(2016), std::nullopt), "none for this year");
}

}  // namespace
}  // namespace qcdr::intake
