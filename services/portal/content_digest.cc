#include "portal/content_digest.h"

#include <algorithm>
#include <array>

namespace qcdr {
namespace {

constexpr std::string_view kSha256 = "sha-256";
constexpr std::size_t kEncodedBytes = 44;  // 32 bytes in base64
constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned kBitsPerLetter = 6;
constexpr unsigned kBitsPerByte = 8;

Status malformed() {
  return Status(ErrorCode::kInvalidArgument,
                "a digest is given like sha-256=:<base64 of the 32 bytes>:");
}

void skip_spaces(std::string_view* rest) {
  while (!rest->empty() && (rest->front() == ' ' || rest->front() == '\t')) rest->remove_prefix(1);
}

bool is_key_character(char c, bool first) {
  if ((c >= 'a' && c <= 'z') || c == '*') return true;
  return !first && ((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.');
}

std::string_view take_key(std::string_view* rest) {
  std::size_t length = 0;
  while (length < rest->size() && is_key_character((*rest)[length], length == 0)) ++length;
  const std::string_view key = rest->substr(0, length);
  rest->remove_prefix(length);
  return key;
}

// Strict: padded, and nothing in the bits that are left over.
std::optional<Hash256> decode(std::string_view text) {
  if (text.size() != kEncodedBytes || text.back() != '=') return std::nullopt;
  text.remove_suffix(1);
  Hash256 hash{};
  std::size_t written = 0;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t value = kLetters.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << kBitsPerLetter) | static_cast<std::uint32_t>(value);
    count += kBitsPerLetter;
    if (count < kBitsPerByte) continue;
    count -= kBitsPerByte;
    if (written == hash.size()) return std::nullopt;
    hash[written++] = static_cast<std::uint8_t>(bits >> count);
    bits &= (1U << count) - 1;
  }
  if (written != hash.size() || bits != 0) return std::nullopt;
  return hash;
}

// One member: key "=" ":" base64 ":".
Result<std::pair<std::string_view, std::string_view>> take_member(std::string_view* rest) {
  const std::string_view key = take_key(rest);
  if (key.empty() || !rest->starts_with("=:")) return malformed();
  rest->remove_prefix(2);
  const std::size_t end = rest->find(':');
  if (end == std::string_view::npos) return malformed();
  const std::string_view value = rest->substr(0, end);
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return c == '=' || kLetters.find(c) != std::string_view::npos;
  });
  if (!plain) return malformed();
  rest->remove_prefix(end + 1);
  return std::pair(key, value);
}

}  // namespace

Result<std::optional<Hash256>> read_content_digest(std::string_view field) {
  if (field.size() > kDigestFieldBytesMax) return malformed();
  std::optional<Hash256> found;
  bool others = false;
  skip_spaces(&field);
  while (!field.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto member, take_member(&field));
    if (member.first == kSha256) {
      const std::optional<Hash256> hash = decode(member.second);
      if (!hash || (found && *found != *hash)) return malformed();
      found = hash;
    } else {
      others = true;
    }
    skip_spaces(&field);
    if (field.empty()) break;
    if (field.front() != ',') return malformed();
    field.remove_prefix(1);
    skip_spaces(&field);
    if (field.empty()) return malformed();  // a comma with nothing behind it
  }
  if (!found && others) {
    return Status(ErrorCode::kInvalidArgument, "of the digests given none is sha-256");
  }
  return found;
}

}  // namespace qcdr
