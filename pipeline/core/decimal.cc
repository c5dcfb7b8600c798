#include "core/decimal.h"

#include <limits>

namespace qcdr {
namespace {

using Wide = __int128;

constexpr std::int64_t kPowersOfTen[] = {
    1,         10,         100,         1'000,         10'000,        100'000,
    1'000'000, 10'000'000, 100'000'000, 1'000'000'000, 10'000'000'000};

std::int64_t narrow(Wide value) {
  QCDR_ASSERT(value <= std::numeric_limits<std::int64_t>::max());
  QCDR_ASSERT(value >= -std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(value);
}

// Half up means away from zero for negative values, so that -x rounds to -(x rounded).
Wide divide_half_up(Wide numerator, Wide denominator) {
  QCDR_ASSERT(denominator != 0);
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const Wide half = denominator / 2;
  if (numerator >= 0) return (numerator + half) / denominator;
  return -((-numerator + half) / denominator);
}

}  // namespace

Decimal Decimal::from_integer(std::int64_t value) {
  return Decimal(narrow(Wide{value} * kOne));
}

Decimal Decimal::ratio(std::int64_t numerator, std::int64_t denominator) {
  QCDR_ASSERT(denominator > 0);
  return Decimal(narrow(divide_half_up(Wide{numerator} * kOne, denominator)));
}

Result<Decimal> Decimal::parse(std::string_view text) {
  const Status malformed(ErrorCode::kInvalidArgument, "not a decimal number");
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  Wide raw = 0;
  int digits = 0;
  int fraction_digits = -1;
  for (char c : text) {
    if (c == '.') {
      if (fraction_digits >= 0 || digits == 0) return malformed;
      fraction_digits = 0;
      continue;
    }
    if (c < '0' || c > '9') return malformed;
    if (fraction_digits >= 0 && ++fraction_digits > kFractionDigits) return malformed;
    if (++digits > 20) return malformed;
    raw = raw * 10 + (c - '0');
  }
  if (digits == 0 || fraction_digits == 0) return malformed;
  raw *= kPowersOfTen[kFractionDigits - (fraction_digits < 0 ? 0 : fraction_digits)];
  if (raw > std::numeric_limits<std::int64_t>::max()) return malformed;
  return Decimal(static_cast<std::int64_t>(negative ? -raw : raw));
}

Decimal Decimal::rounded(int digits) const {
  QCDR_ASSERT(digits >= 0 && digits <= kFractionDigits);
  const std::int64_t unit = kPowersOfTen[kFractionDigits - digits];
  return Decimal(narrow(divide_half_up(raw_, unit) * unit));
}

std::string Decimal::to_fixed(int digits) const {
  const std::int64_t raw = rounded(digits).raw_;
  const std::uint64_t magnitude =
      raw < 0 ? static_cast<std::uint64_t>(-raw) : static_cast<std::uint64_t>(raw);
  std::string text = std::to_string(magnitude / static_cast<std::uint64_t>(kOne));
  if (raw < 0) text.insert(text.begin(), '-');
  if (digits == 0) return text;
  std::string fraction = std::to_string(magnitude % static_cast<std::uint64_t>(kOne));
  fraction.insert(fraction.begin(), kFractionDigits - fraction.size(), '0');
  return text + "." + fraction.substr(0, static_cast<std::size_t>(digits));
}

std::string Decimal::to_string() const {
  std::string text = to_fixed(kFractionDigits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

Decimal Decimal::operator+(Decimal other) const {
  return Decimal(narrow(Wide{raw_} + other.raw_));
}
Decimal Decimal::operator-(Decimal other) const {
  return Decimal(narrow(Wide{raw_} - other.raw_));
}

Decimal Decimal::operator*(Decimal other) const {
  return Decimal(narrow(divide_half_up(Wide{raw_} * other.raw_, kOne)));
}

Decimal Decimal::operator/(Decimal other) const {
  return Decimal(narrow(divide_half_up(Wide{raw_} * kOne, other.raw_)));
}

}  // namespace qcdr
