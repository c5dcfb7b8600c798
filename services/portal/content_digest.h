// The digest that a client sends with its content, in the header fields Content-Digest and
// Repr-Digest: RFC 9530 section 2 and 3, dictionaries of RFC 8941 whose values are byte sequences.
//
// Only sha-256 is compared; members of other algorithms are passed over. Content that is sent
// without a content coding is its own representation, so both fields say the same here.
// Thread-safety: free function. Errors: kInvalidArgument for a field that is not of this form, for
// one that names no algorithm we know, and for two that differ.
#pragma once

#include <optional>
#include <string_view>

#include "core/crypto.h"

namespace qcdr {

inline constexpr std::size_t kDigestFieldBytesMax = 1024;
// What is asked for where another algorithm was given (RFC 9530 section 4).
inline constexpr const char* kWantContentDigest = "sha-256=10";

// None: an empty field says nothing.
Result<std::optional<Hash256>> read_content_digest(std::string_view field);

}  // namespace qcdr
