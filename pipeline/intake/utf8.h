// Checks a stream of bytes for well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates,
// nothing above U+10FFFF. Runs of ASCII pass eight bytes at a time.
// Thread-safety: none; a validator belongs to one stream.
#pragma once

#include <cstdint>
#include <string_view>

namespace qcdr::intake {

class Utf8Validator {
 public:
  static constexpr std::size_t kValid = std::string_view::npos;

  // Index of the first byte that cannot stand where it stands, or kValid so far. After an invalid
  // byte the validator starts afresh behind it.
  std::size_t feed(std::string_view bytes);
  // False inside a sequence of several bytes.
  bool complete() const { return remaining_ == 0; }
  void reset() { remaining_ = 0; }

 private:
  bool step(unsigned char byte);

  int remaining_ = 0;
  unsigned char lowest_ = 0x80;  // of the next continuation byte
  unsigned char highest_ = 0xBF;
};

inline bool is_valid_utf8(std::string_view bytes) {
  Utf8Validator validator;
  return validator.feed(bytes) == Utf8Validator::kValid && validator.complete();
}

}  // namespace qcdr::intake
