#include "intake/utf8.h"

#include <cstring>

namespace qcdr::intake {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

// Index of the first byte that is not ASCII, from `at` on.
std::size_t skip_ascii(std::string_view bytes, std::size_t at) {
  while (at + sizeof(std::uint64_t) <= bytes.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    if ((word & kHighBits) != 0) break;
    at += sizeof word;
  }
  while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
  return at;
}

}  // namespace

bool Utf8Validator::step(unsigned char byte) {
  if (remaining_ > 0) {
    if (byte < lowest_ || byte > highest_) {
      remaining_ = 0;
      return false;
    }
    --remaining_;
    lowest_ = 0x80;
    highest_ = 0xBF;
    return true;
  }
  lowest_ = 0x80;
  highest_ = 0xBF;
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  if (byte < 0xE0) {
    remaining_ = 1;
  } else if (byte < 0xF0) {
    remaining_ = 2;
    if (byte == 0xE0) lowest_ = 0xA0;
    if (byte == 0xED) highest_ = 0x9F;
  } else {
    remaining_ = 3;
    if (byte == 0xF0) lowest_ = 0x90;
    if (byte == 0xF4) highest_ = 0x8F;
  }
  return true;
}

std::size_t Utf8Validator::feed(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (remaining_ == 0) {
      at = skip_ascii(bytes, at);
      if (at == bytes.size()) break;
    }
    if (!step(static_cast<unsigned char>(bytes[at]))) return at;
    ++at;
  }
  return kValid;
}

}  // namespace qcdr::intake
