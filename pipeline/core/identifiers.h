// Identifiers of the domain and the keyed tokens that stand for them.
//
// An NPI is ten digits, the first 1 or 2, with a Luhn check digit over 80840 + NPI (45 CFR
// 162.406). A TIN is nine digits and may be a Social Security number: it exists in the clear only
// between intake and sealing, and inside the CMS client. Everything else uses its token. Tokens are
// the first 96 bits of an HMAC-SHA-256 under a key that never rotates inside a performance year;
// they are safe in keys and logs as far as the key is secret. Thread-safety: values. None of these
// types can be printed by accident: no stream operators.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/status.h"
#include "core/strong.h"

namespace qcdr {

class Npi {
 public:
  constexpr Npi() = default;
  // Trusts its caller: for values that were validated before they were stored.
  static constexpr Npi from_trusted(std::uint64_t value) { return Npi(value); }
  constexpr std::uint64_t value() const { return value_; }
  friend constexpr auto operator<=>(const Npi&, const Npi&) = default;

 private:
  explicit constexpr Npi(std::uint64_t value) : value_(value) {}
  std::uint64_t value_ = 0;
};

enum class NpiVerdict : std::uint8_t { kValid, kNotTenDigits, kLeadingDigit, kCheckDigit };

// Checks form and check digit; on kValid *npi is set.
NpiVerdict check_npi(std::string_view text, Npi* npi);
// The check digit that makes nine leading digits an NPI.
int npi_check_digit(std::uint64_t first_nine_digits);

enum class TinVerdict : std::uint8_t { kValid, kNotNineDigits, kAllDigitsEqual };

// Checks form only. Accepts nine digits without hyphen, as CMS does.
TinVerdict check_tin(std::string_view text);
// "*****6789".
std::string mask_tin(std::string_view tin);

template <class Tag>
class Token96 {
 public:
  static constexpr std::size_t kBytes = 12;
  constexpr Token96() = default;
  static Token96 from_bytes(const void* bytes) {
    Token96 token;
    std::memcpy(token.bytes_.data(), bytes, kBytes);
    return token;
  }
  static Result<Token96> from_string(std::string_view bytes) {
    if (bytes.size() != kBytes) return Status(ErrorCode::kCorruption, "token is not 12 bytes");
    return from_bytes(bytes.data());
  }
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  // The leading 32 bits, big endian: hash and fingerprint.
  std::uint32_t leading_bits() const {
    return std::uint32_t{bytes_[0]} << 24 | std::uint32_t{bytes_[1]} << 16 |
           std::uint32_t{bytes_[2]} << 8 | std::uint32_t{bytes_[3]};
  }
  // Bits 32..63, independent of leading_bits().
  std::uint32_t second_bits() const {
    return std::uint32_t{bytes_[4]} << 24 | std::uint32_t{bytes_[5]} << 16 |
           std::uint32_t{bytes_[6]} << 8 | std::uint32_t{bytes_[7]};
  }
  std::string to_hex() const;
  friend constexpr auto operator<=>(const Token96&, const Token96&) = default;

 private:
  std::array<std::uint8_t, kBytes> bytes_{};
};

using TinToken = Token96<struct TinTokenTag>;    // HMAC(token key, "tin" | TIN)
using CaseToken = Token96<struct CaseTokenTag>;  // HMAC(token key, "case" | practice | year | id)
using EntityId = Token96<struct EntityIdTag>;  // HMAC(entity key, kind | year | TIN token [| NPI])

std::string hex(std::string_view bytes);

template <class Tag>
std::string Token96<Tag>::to_hex() const {
  return hex(bytes());
}

}  // namespace qcdr

template <class Tag>
struct std::hash<qcdr::Token96<Tag>> {
  std::size_t operator()(const qcdr::Token96<Tag>& token) const noexcept {
    return std::size_t{token.leading_bits()} << 32 | token.second_bits();
  }
};
