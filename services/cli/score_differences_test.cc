#include "cli/score_differences.h"

#include <gtest/gtest.h>

namespace qcdr {
namespace {

std::string answer(const std::string& rows) {
  return R"({"asOf": "2023-01-31T00:00:00Z", "rows": [)" + rows + "]}";
}

std::string row(const std::string& who, const std::string& rest) {
  return R"({"practice": 1234, "performanceYear": 2022, "tin": "*****6789", "clinician": )" + who +
         rest + "}";
}

std::vector<RowDifference> compare(const std::string& before, const std::string& after) {
  auto differences = compare_scores(before, after);
  EXPECT_TRUE(differences.is_ok()) << differences.status().to_string();
  return differences.is_ok() ? differences.value() : std::vector<RowDifference>();
}

TEST(ScoreDifferences, NothingChanged) {
  const std::string same = answer(row("\"Hale, Ann\"", R"(, "asThingsStand": {"value": 83.00})"));
  EXPECT_TRUE(compare(same, same).empty());
}

TEST(ScoreDifferences, NamesScoreAndReasons) {
  const std::string before = answer(row(
      "\"Hale, Ann\"", R"(, "asThingsStand": {"value": 83.00}, "blocks": [], "willBeSent": true)"));
  const std::string after =
      answer(row("\"Hale, Ann\"", R"(, "asThingsStand": {"value": 0.00}, "willBeSent": false,
                  "blocks": [{"reason": "individualConsent", "closed": false}])"));
  const auto differences = compare(before, after);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].kind, RowDifference::Kind::kChanged);
  EXPECT_EQ(differences[0].practice, 1234);
  EXPECT_EQ(differences[0].year, 2022);
  EXPECT_EQ(differences[0].tin, "*****6789");
  EXPECT_EQ(differences[0].who, "Hale, Ann");
  std::vector<std::string> told;
  for (const FieldChange& change : differences[0].changes) {
    told.push_back(change.what + ": " + change.from + " > " + change.to);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"as things stand: 83.0 > 0.0",
                                            "blocks.individualConsent:  > closed false",
                                            "will be sent: true > false"}));
}

TEST(ScoreDifferences, TellsAScoreFromItsParts) {
  const auto rest = [](const std::string& consent, const std::string& number) {
    return R"(, "consent": ")" + consent + R"(", "asThingsStand": {"value": )" + number +
           R"(, "low": )" + number + R"(, "categories": {"quality": {"percent": )" + number + "}}}";
  };
  const auto differences =
      compare(answer(row("null", rest("missing", "1"))), answer(row("null", rest("on time", "2"))));
  ASSERT_EQ(differences.size(), 1U);
  std::vector<std::string> main_changes;
  std::size_t details = 0;
  for (const FieldChange& change : differences[0].changes) {
    if (change.detail) {
      ++details;
    } else {
      main_changes.push_back(change.what);
    }
  }
  EXPECT_EQ(main_changes, (std::vector<std::string>{"as things stand", "consent"}));
  EXPECT_EQ(details, 2U);
}

TEST(ScoreDifferences, RowsComeAndGo) {
  const std::string before = answer(row("\"Old, One\"", "") + "," + row("null", ""));
  const std::string after = answer(row("null", "") + "," + row("\"New, One\"", ""));
  const auto differences = compare(before, after);
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_EQ(differences[0].kind, RowDifference::Kind::kAppeared);
  EXPECT_EQ(differences[0].who, "New, One");
  EXPECT_EQ(differences[1].kind, RowDifference::Kind::kVanished);
  EXPECT_EQ(differences[1].who, "Old, One");
}

TEST(ScoreDifferences, OrderOfReasonsDoesNotMatter) {
  const std::string one = answer(row("null", R"(, "blocks": [{"reason": "a"}, {"reason": "b"}])"));
  const std::string two = answer(row("null", R"(, "blocks": [{"reason": "b"}, {"reason": "a"}])"));
  EXPECT_TRUE(compare(one, two).empty());
}

TEST(ScoreDifferences, RefusesOtherText) {
  for (const char* text : {"", "{}", "{\"rows\": 1}", "[1]", "nonsense", "{\"rows\": ["}) {
    const auto result = compare_scores(text, answer(""));
    EXPECT_EQ(result.status().code(), ErrorCode::kInvalidArgument) << text;
  }
}

// A virtual group has a number instead of a TIN; two of one practice are two rows.
TEST(ScoreDifferences, VirtualGroupsAreKnownByTheirNumbers) {
  const auto virtual_group = [](const std::string& number, const std::string& value) {
    return R"({"practice": 1234, "performanceYear": 2022, "tin": null, "virtualGroup": ")" +
           number + R"(", "clinician": null, "asThingsStand": {"value": )" + value + "}}";
  };
  const auto differences =
      compare(answer(virtual_group("VG-0001", "24.75") + ", " + virtual_group("VG-0002", "8.25")),
              answer(virtual_group("VG-0001", "24.75") + ", " + virtual_group("VG-0002", "9.17")));
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].kind, RowDifference::Kind::kChanged);
  EXPECT_EQ(differences[0].tin, "VG-0002");
  EXPECT_EQ(differences[0].who, "(virtual group)");
}

}  // namespace
}  // namespace qcdr
