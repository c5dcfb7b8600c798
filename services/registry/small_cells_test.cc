#include "registry/small_cells.h"

#include <vector>

namespace qcdr::registry {
namespace {

constexpr std::uint32_t kMinimum = 4;

TEST(SmallCellsTest, LargeOnesAndZeroAreShown) {
  const ShownCells shown = shown_cells({301, 11, 0, 18}, 11);
  EXPECT_TRUE(shown.all());
  EXPECT_EQ(shown.total, 330U);
  EXPECT_EQ(shown.exception, 0U);
  EXPECT_TRUE(shown.performance_rate());
  EXPECT_TRUE(shown.reporting_rate());
}

TEST(SmallCellsTest, OneSmallOneTakesAnotherWithIt) {
  const ShownCells shown = shown_cells({301, 7, 15, 20}, 11);
  EXPECT_FALSE(shown.not_met);
  EXPECT_FALSE(shown.exception);  // the smallest of the others
  EXPECT_EQ(shown.met, 301U);
  EXPECT_EQ(shown.total, 343U);
  EXPECT_FALSE(shown.performance_rate());
  EXPECT_TRUE(shown.reporting_rate());
}

TEST(SmallCellsTest, ASmallTotalHidesAll) {
  const ShownCells shown = shown_cells({5, 0, 0, 0}, 11);
  EXPECT_FALSE(shown.total || shown.met || shown.not_met || shown.exception);
}

TEST(SmallCellsTest, WithoutAMinimumEverythingIsShown) {
  EXPECT_TRUE(shown_cells({1, 1, 1, 1}, 0).all());
}

// Everything that agrees with what is shown, by trying all counts: a reader who knows the rule.
std::vector<Cells> that_look_alike(const ShownCells& shown, std::uint32_t most) {
  std::vector<Cells> alike;
  for (std::uint32_t met = 0; met <= most; ++met) {
    for (std::uint32_t not_met = 0; not_met <= most; ++not_met) {
      for (std::uint32_t exception = 0; exception <= most; ++exception) {
        for (std::uint32_t not_reported = 0; not_reported <= most; ++not_reported) {
          const Cells cells{met, not_met, exception, not_reported};
          const auto agrees = [](const std::optional<std::uint32_t>& seen, std::uint32_t count) {
            return !seen || *seen == count;
          };
          if (agrees(shown.total, cells.total()) && agrees(shown.met, met) &&
              agrees(shown.not_met, not_met) && agrees(shown.exception, exception) &&
              agrees(shown.not_reported, not_reported)) {
            alike.push_back(cells);
          }
        }
      }
    }
  }
  return alike;
}

// Of all counts up to a limit: a small one is never the only possibility. Hidden parts are known to
// be above zero, because zeros are shown, and still cannot be told.
TEST(SmallCellsTest, NoSmallOneCanBeComputed) {
  constexpr std::uint32_t kMost = 6;
  for (std::uint32_t number = 0; number < 7 * 7 * 7 * 7; ++number) {
    const Cells cells{number % 7, number / 7 % 7, number / 49 % 7, number / 343};
    const ShownCells shown = shown_cells(cells, kMinimum);
    const std::array<std::pair<std::uint32_t Cells::*, bool>, 4> parts = {
        {{&Cells::met, shown.met.has_value()},
         {&Cells::not_met, shown.not_met.has_value()},
         {&Cells::exception, shown.exception.has_value()},
         {&Cells::not_reported, shown.not_reported.has_value()}}};
    const bool row_hidden = !shown.total && !parts[0].second && !parts[1].second &&
                            !parts[2].second && !parts[3].second;
    for (const auto& part : parts) {
      const std::uint32_t count = cells.*part.first;
      if (count == 0 || count >= kMinimum) continue;
      ASSERT_FALSE(part.second) << number;
      if (row_hidden) continue;
      std::uint32_t least = kMost * 4;
      std::uint32_t largest = 0;
      for (const Cells& other : that_look_alike(shown, kMost)) {
        bool above_zero = true;
        for (const auto& hidden : parts) {
          above_zero = above_zero && (hidden.second || other.*hidden.first > 0);
        }
        if (!above_zero) continue;
        least = std::min(least, other.*part.first);
        largest = std::max(largest, other.*part.first);
      }
      ASSERT_LT(least, largest) << cells.met << " " << cells.not_met << " " << cells.exception
                                << " " << cells.not_reported;
    }
  }
}

}  // namespace
}  // namespace qcdr::registry
