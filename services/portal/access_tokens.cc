#include "portal/access_tokens.h"

#include <sys/stat.h>

#include <charconv>
#include <fstream>
#include <iterator>

namespace qcdr {
namespace {

constexpr std::size_t kFileBytesMax = kAccessTokensMax * 100;
constexpr std::string_view kScheme = "Bearer ";

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<Hash256> hash_of(std::string_view digits) {
  Hash256 hash{};
  if (digits.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit_of(digits[2 * i]);
    const int low = digit_of(digits[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return hash;
}

// RFC 7235: schemes are compared without regard to capitals.
bool has_scheme(std::string_view text) {
  if (text.size() <= kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const auto small = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    if (small(text[i]) != small(kScheme[i])) return false;
  }
  return true;
}

}  // namespace

Result<AccessTokens> AccessTokens::parse(std::string_view text) {
  AccessTokens tokens;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [number] {
      return Status(ErrorCode::kInvalidArgument,
                    "line " + std::to_string(number) +
                        " of the access tokens is not \"<practice> <SHA-256 of the token>\"");
    };
    std::uint32_t practice = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), practice);
    if (read.ec != std::errc() || practice == 0) return wrong();
    const auto hash =
        hash_of(trimmed(line.substr(static_cast<std::size_t>(read.ptr - line.data()))));
    if (!hash) return wrong();
    if (!tokens.practices_.emplace(*hash, PracticeId(practice)).second) {
      return Status(ErrorCode::kInvalidArgument,
                    "line " + std::to_string(number) + " of the access tokens repeats a token");
    }
    if (tokens.practices_.size() > kAccessTokensMax) {
      return Status(ErrorCode::kLimitExceeded,
                    "there are more than " + std::to_string(kAccessTokensMax) + " access tokens");
    }
  }
  return tokens;
}

Result<AccessTokens> AccessTokens::read(const std::string& path) {
  struct ::stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Status(ErrorCode::kNotFound, "the access tokens cannot be read: " + path);
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Status(ErrorCode::kPermissionDenied,
                  "others may write the access tokens; take that right away: chmod go-w " + path);
  }
  if (static_cast<std::size_t>(status.st_size) > kFileBytesMax) {
    return Status(ErrorCode::kLimitExceeded, "the file of access tokens is too long: " + path);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(ErrorCode::kPermissionDenied, "the access tokens are closed: " + path);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse(text);
}

// Looked up by hash: how long it takes says nothing of how much of a token was right.
std::optional<PracticeId> AccessTokens::practice_of(std::string_view authorization) const {
  if (!has_scheme(authorization)) return std::nullopt;
  const std::string_view token = trimmed(authorization.substr(kScheme.size()));
  if (token.size() < kTokenBytesMin || token.size() > kTokenBytesMax) return std::nullopt;
  const auto found = practices_.find(sha256(token));
  if (found == practices_.end()) return std::nullopt;
  return found->second;
}

}  // namespace qcdr
