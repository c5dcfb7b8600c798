// A secret that stands in a file of its own: a password, for example of the broker.
//
// Others than its owner must not be able to use the file. One of root's may be read by its group,
// which is how secrets are mounted for a service that does not run as root.
// Thread-safety: free functions. Errors: kNotFound, kPermissionDenied for a file that others can
// use or that this user cannot read, kInvalidArgument for an empty one or one of several lines,
// kLimitExceeded. A message has the path and never a byte of the content.
#pragma once

#include <string>

#include "core/status.h"

namespace qcdr {

inline constexpr std::size_t kSecretBytesMax = 4'096;

// The file's only line, without its end.
Result<std::string> read_secret_file(const std::string& path);
// Whether nobody else can use the file.
Status check_is_secret(const std::string& path);

}  // namespace qcdr
