#include "core/identifiers.h"

#include <gtest/gtest.h>

#include <unordered_set>

namespace qcdr {
namespace {

struct NpiCase {
  const char* text;
  NpiVerdict verdict;
};

// The first is the worked example of CMS's check-digit document, 808401234567893.
constexpr NpiCase kNpiCases[] = {
    {"1234567893", NpiVerdict::kValid},           {"2000000036", NpiVerdict::kValid},
    {"2000000002", NpiVerdict::kValid},           {"2000000010", NpiVerdict::kValid},
    {"2000000028", NpiVerdict::kValid},           {"1234567890", NpiVerdict::kCheckDigit},
    {"2000000029", NpiVerdict::kCheckDigit},      {"3000000000", NpiVerdict::kLeadingDigit},
    {"0777777777", NpiVerdict::kLeadingDigit},    {"0123456789", NpiVerdict::kLeadingDigit},
    {"123456789", NpiVerdict::kNotTenDigits},     {"12345678931", NpiVerdict::kNotTenDigits},
    {"1234S67893", NpiVerdict::kNotTenDigits},    {"", NpiVerdict::kNotTenDigits},
    {" 1234567893", NpiVerdict::kNotTenDigits},   {"-123456789", NpiVerdict::kNotTenDigits},
    {"123456789\xb3", NpiVerdict::kNotTenDigits},
};

TEST(Npi, IsJudgedByFormThenLeadingDigitThenCheckDigit) {
  for (const NpiCase& npi_case : kNpiCases) {
    EXPECT_EQ(check_npi(npi_case.text, nullptr), npi_case.verdict) << npi_case.text;
  }
}

TEST(Npi, IsSetOnlyWhenValid) {
  Npi npi = Npi::from_trusted(42);
  EXPECT_EQ(check_npi("1234567890", &npi), NpiVerdict::kCheckDigit);
  EXPECT_EQ(npi.value(), 42u);
  EXPECT_EQ(check_npi("1234567893", &npi), NpiVerdict::kValid);
  EXPECT_EQ(npi.value(), 1'234'567'893u);
}

TEST(Npi, ExactlyOneCheckDigitFits) {
  for (std::uint64_t nine :
       {100'000'000u, 123'456'789u, 199'399'999u, 200'000'000u, 299'999'999u}) {
    int valid = 0;
    for (std::uint64_t last = 0; last < 10; ++last) {
      if (check_npi(std::to_string(nine * 10 + last), nullptr) == NpiVerdict::kValid) {
        ++valid;
        EXPECT_EQ(npi_check_digit(nine), static_cast<int>(last));
      }
    }
    EXPECT_EQ(valid, 1) << nine;
  }
}

TEST(Npi, AnySingleWrongDigitIsFound) {
  const std::string right = "1234567893";
  for (std::size_t place = 1; place < right.size(); ++place) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      if (digit == right[place]) continue;
      std::string wrong = right;
      wrong[place] = digit;
      EXPECT_EQ(check_npi(wrong, nullptr), NpiVerdict::kCheckDigit) << wrong;
    }
  }
}

TEST(Tin, IsNineDigitsThatAreNotAllTheSame) {
  EXPECT_EQ(check_tin("000456789"), TinVerdict::kValid);
  EXPECT_EQ(check_tin("000000001"), TinVerdict::kValid);
  EXPECT_EQ(check_tin("000000000"), TinVerdict::kAllDigitsEqual);
  EXPECT_EQ(check_tin("999999999"), TinVerdict::kAllDigitsEqual);
  for (const char* text : {"", "00045678", "0004567890", "00-0456789", "00045678X", " 00456789"}) {
    EXPECT_EQ(check_tin(text), TinVerdict::kNotNineDigits) << text;
  }
}

TEST(Tin, IsMaskedToItsLastFourDigits) {
  EXPECT_EQ(mask_tin("000456789"), "*****6789");
  EXPECT_EQ(mask_tin("12"), "12");
  EXPECT_EQ(mask_tin(""), "");
}

TEST(Hex, IsLowerCaseAndKeepsZeros) {
  EXPECT_EQ(hex(std::string_view("\x00\x0f\xa0\xff", 4)), "000fa0ff");
  EXPECT_EQ(hex(""), "");
}

TEST(Token, KeepsItsBytes) {
  const std::string bytes("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c", 12);
  const auto token = TinToken::from_string(bytes);
  ASSERT_TRUE(token.is_ok());
  EXPECT_EQ(token.value().bytes(), bytes);
  EXPECT_EQ(token.value().leading_bits(), 0x01020304u);
  EXPECT_EQ(token.value().second_bits(), 0x05060708u);
  EXPECT_EQ(token.value().to_hex(), "0102030405060708090a0b0c");
  EXPECT_EQ(TinToken::from_string(bytes.substr(1)).status().code(), ErrorCode::kCorruption);
  EXPECT_EQ(TinToken::from_string(bytes + "x").status().code(), ErrorCode::kCorruption);
}

TEST(Token, OrdersByItsBytesAndHashes) {
  const auto low = CaseToken::from_bytes("aaaaaaaaaaaa");
  const auto high = CaseToken::from_bytes("aaaaaaaaaaab");
  EXPECT_LT(low, high);
  const std::unordered_set<CaseToken> tokens{low, high, low};
  EXPECT_EQ(tokens.size(), 2u);
}

TEST(Strong, OrdersAndHashesLikeItsNumber) {
  EXPECT_LT(Offset(1), Offset(2));
  EXPECT_EQ(next(Offset(41)), Offset(42));
  const std::unordered_set<PracticeId> practices{PracticeId(1), PracticeId(2), PracticeId(1)};
  EXPECT_EQ(practices.size(), 2u);
  static_assert(!std::is_convertible_v<PracticeId, std::uint32_t>);
  static_assert(!std::is_constructible_v<PracticeId, PerformanceYear>);
}

}  // namespace
}  // namespace qcdr
