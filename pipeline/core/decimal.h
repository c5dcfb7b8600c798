// A fixed-point decimal with ten fractional digits.
//
// Scores must not depend on the order of floating-point operations, so the core has no double.
// Range: about +-922 million. Multiplication and division round half up (away from zero); an
// overflow is a bug and asserts. Values from outside are parsed with a range check.
// Thread-safety: value.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/status.h"

namespace qcdr {

class Decimal {
 public:
  static constexpr int kFractionDigits = 10;
  static constexpr std::int64_t kOne = 10'000'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal from_raw(std::int64_t raw) { return Decimal(raw); }
  static Decimal from_integer(std::int64_t value);
  // numerator / denominator, half up at the tenth digit. denominator > 0.
  static Decimal ratio(std::int64_t numerator, std::int64_t denominator);
  // "-12.5", "100"; at most ten fractional digits, no exponent.
  static Result<Decimal> parse(std::string_view text);

  constexpr std::int64_t raw() const { return raw_; }
  // Half up (away from zero) to `digits` fractional digits, 0..10.
  Decimal rounded(int digits) const;
  // Rounded to `digits`, trailing zeros kept: for tables.
  std::string to_fixed(int digits) const;
  // Shortest exact form, trailing zeros dropped: for JSON and digests.
  std::string to_string() const;

  Decimal operator+(Decimal other) const;
  Decimal operator-(Decimal other) const;
  Decimal operator*(Decimal other) const;
  Decimal operator/(Decimal other) const;
  Decimal operator-() const { return Decimal(-raw_); }
  friend constexpr auto operator<=>(const Decimal&, const Decimal&) = default;

 private:
  explicit constexpr Decimal(std::int64_t raw) : raw_(raw) {}
  std::int64_t raw_ = 0;
};

}  // namespace qcdr
