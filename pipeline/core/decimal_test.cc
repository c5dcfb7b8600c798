#include "core/decimal.h"

#include <gtest/gtest.h>

#include <limits>

namespace qcdr {
namespace {

Decimal decimal(std::string_view text) {
  auto result = Decimal::parse(text);
  EXPECT_TRUE(result.is_ok()) << text;
  return result.is_ok() ? result.value() : Decimal();
}

TEST(Decimal, ParsesAndPrintsExactly) {
  for (const char* text : {"0", "1", "-1", "100", "5.3676", "18.946", "-12.5", "0.0000000001",
                           "-0.0000000001", "922337203.6854775807", "-922337203.6854775807"}) {
    EXPECT_EQ(decimal(text).to_string(), text);
  }
  EXPECT_EQ(decimal("007.50").to_string(), "7.5");
  EXPECT_EQ(decimal("-0").to_string(), "0");
  EXPECT_EQ(decimal("-0.0"), Decimal());
}

TEST(Decimal, RefusesWhatIsNotADecimal) {
  for (const char* text : {"",
                           "-",
                           ".",
                           ".5",
                           "5.",
                           "-.5",
                           "+5",
                           " 5",
                           "5 ",
                           "1e5",
                           "1,5",
                           "0x10",
                           "1.2.3",
                           "--1",
                           "nan",
                           "1.00000000001",
                           "922337203.6854775808",
                           "-922337203.6854775808",
                           "1000000000",
                           "000000000000000000001",
                           "99999999999999999999999999999999999999999999"}) {
    EXPECT_FALSE(Decimal::parse(text).is_ok()) << text;
  }
  EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)).is_ok());
}

TEST(Decimal, AddsWithoutAnyError) {
  EXPECT_EQ(decimal("0.1") + decimal("0.2"), decimal("0.3"));
  // Points of six measures as a quality score adds them up.
  const Decimal sum = decimal("5.3676") + decimal("7") + decimal("18.946") + decimal("0.0001") +
                      decimal("9.9999") + decimal("3.3333");
  EXPECT_EQ(sum.to_string(), "44.6469");
  EXPECT_EQ((sum - decimal("44.6469")).raw(), 0);
  Decimal many;
  for (int i = 0; i < 100'000; ++i) many = many + decimal("0.0001");
  EXPECT_EQ(many, Decimal::from_integer(10));
}

TEST(Decimal, DoesNotDependOnTheOrderOfAddition) {
  const Decimal large = decimal("900000000");
  const Decimal small = decimal("0.0000000001");
  EXPECT_EQ((large + small) - large, small);
  EXPECT_EQ(small + (large - large), small);
}

TEST(Decimal, RoundsHalfUpAwayFromZero) {
  EXPECT_EQ(decimal("84.6485").rounded(2).to_string(), "84.65");
  EXPECT_EQ(decimal("84.645").rounded(2).to_string(), "84.65");
  EXPECT_EQ(decimal("84.6449999999").rounded(2).to_string(), "84.64");
  EXPECT_EQ(decimal("-1.925").rounded(2).to_string(), "-1.93");
  EXPECT_EQ(decimal("-1.9249999999").rounded(2).to_string(), "-1.92");
  EXPECT_EQ(decimal("0.5").rounded(0).to_string(), "1");
  EXPECT_EQ(decimal("1.5").rounded(0).to_string(), "2");
  EXPECT_EQ(decimal("2.5").rounded(0).to_string(), "3");
  EXPECT_EQ(decimal("-0.5").rounded(0).to_string(), "-1");
  EXPECT_EQ(decimal("0.4999999999").rounded(0), Decimal());
  EXPECT_EQ(decimal("7.0000000001").rounded(10), decimal("7.0000000001"));
}

TEST(Decimal, PrintsAFixedNumberOfDigits) {
  EXPECT_EQ(decimal("83").to_fixed(2), "83.00");
  EXPECT_EQ(decimal("0.856").to_fixed(4), "0.8560");
  EXPECT_EQ(decimal("-1.925").to_fixed(2), "-1.93");
  EXPECT_EQ(decimal("-0.001").to_fixed(2), "0.00");
  EXPECT_EQ(decimal("99.995").to_fixed(2), "100.00");
  EXPECT_EQ(decimal("99.5").to_fixed(0), "100");
  EXPECT_EQ(decimal("5.3676").to_fixed(10), "5.3676000000");
}

TEST(Decimal, MultipliesAndDividesHalfUpAtTheTenthDigit) {
  EXPECT_EQ(decimal("18.946") * decimal("0.3"), decimal("5.6838"));
  EXPECT_EQ(decimal("0.00001") * decimal("0.00001"), decimal("0.0000000001"));
  EXPECT_EQ(decimal("0.00001") * decimal("0.000005"), decimal("0.0000000001"));
  EXPECT_EQ(decimal("0.00001") * decimal("0.0000049"), Decimal());
  EXPECT_EQ(decimal("-0.00001") * decimal("0.000005"), decimal("-0.0000000001"));
  EXPECT_EQ((decimal("1") / decimal("3")).to_string(), "0.3333333333");
  EXPECT_EQ((decimal("2") / decimal("3")).to_string(), "0.6666666667");
  EXPECT_EQ((decimal("-2") / decimal("3")).to_string(), "-0.6666666667");
  EXPECT_EQ((decimal("2") / decimal("-3")).to_string(), "-0.6666666667");
  EXPECT_EQ(decimal("84.65") / decimal("1"), decimal("84.65"));
}

TEST(Decimal, RatioIsTheDivisionOfIntegers) {
  EXPECT_EQ(Decimal::ratio(301, 308).to_string(), "0.9772727273");
  EXPECT_EQ(Decimal::ratio(1, 3) * Decimal::from_integer(3), decimal("0.9999999999"));
  EXPECT_EQ(Decimal::ratio(-1, 8), decimal("-0.125"));
  EXPECT_EQ(Decimal::ratio(0, 5), Decimal());
  EXPECT_EQ(Decimal::ratio(2'000'000, 2'000'000), Decimal::from_integer(1));
}

TEST(Decimal, MultipliesFactorsWhoseProductNeedsMoreThan64Bits) {
  EXPECT_EQ(decimal("30000.5") * decimal("30000.5"), decimal("900030000.25"));
  EXPECT_EQ(decimal("900000000") / decimal("900000000"), Decimal::from_integer(1));
}

TEST(Decimal, Orders) {
  EXPECT_LT(decimal("-1"), Decimal());
  EXPECT_LT(decimal("74.9999999999"), decimal("75"));
  EXPECT_GE(decimal("75"), decimal("75.0"));
  EXPECT_EQ(-decimal("2.5"), decimal("-2.5"));
  EXPECT_EQ(Decimal::from_raw(Decimal::kOne), Decimal::from_integer(1));
}

TEST(DecimalDeath, AnOverflowEndsTheProcess) {
  const Decimal large = decimal("922337203");
  EXPECT_DEATH(static_cast<void>(large + large), "assertion failed");
  EXPECT_DEATH(static_cast<void>(-large - large), "assertion failed");
  EXPECT_DEATH(static_cast<void>(large * Decimal::from_integer(2)), "assertion failed");
  EXPECT_DEATH(static_cast<void>(large / decimal("0.1")), "assertion failed");
  EXPECT_DEATH(static_cast<void>(large / Decimal()), "assertion failed");
  EXPECT_DEATH(static_cast<void>(Decimal::from_integer(std::numeric_limits<std::int64_t>::max())),
               "assertion failed");
  EXPECT_DEATH(static_cast<void>(decimal("922337203.6").rounded(0)), "assertion failed");
  EXPECT_DEATH(static_cast<void>(Decimal::ratio(1, 0)), "assertion failed");
  EXPECT_DEATH(static_cast<void>(large.rounded(11)), "assertion failed");
}

}  // namespace
}  // namespace qcdr
