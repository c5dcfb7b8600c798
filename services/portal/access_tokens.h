// Who may ask: bearer tokens of practices (RFC 6750), from a file that the operator writes.
//
// A line is "<practice> <SHA-256 of the token in hexadecimal digits>"; empty lines and those that
// begin with '#' say nothing. So the file can be read without anybody being able to speak for a
// practice. A practice may have several tokens, a token speaks for one practice.
// Nobody else than the owner may write the file. It is read once, at the start.
// Thread-safety: const functions from any thread. Errors: kNotFound, kPermissionDenied,
// kInvalidArgument with the number of the line and nothing of its content, kLimitExceeded.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.h"
#include "core/status.h"

namespace qcdr {

inline constexpr std::size_t kAccessTokensMax = 10'000;
inline constexpr std::size_t kTokenBytesMin = 32;
inline constexpr std::size_t kTokenBytesMax = 512;

class AccessTokens {
 public:
  AccessTokens() = default;
  static Result<AccessTokens> read(const std::string& path);
  static Result<AccessTokens> parse(std::string_view text);

  // Of the header field Authorization. None: it is no token of ours.
  std::optional<PracticeId> practice_of(std::string_view authorization) const;
  std::size_t size() const { return practices_.size(); }

 private:
  std::map<Hash256, PracticeId> practices_;  // by the hash of the token
};

}  // namespace qcdr
