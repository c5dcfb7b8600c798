// What a listener answers when it has no data to answer with. Private to portal.
// Thread-safety: free function.
#pragma once

#include <fmt/core.h>
#include <httplib.h>

#include <string>

namespace qcdr {

inline constexpr int kOk = 200;
inline constexpr int kBadRequest = 400;
inline constexpr int kUnauthorized = 401;
inline constexpr int kForbidden = 403;
inline constexpr int kNotFound = 404;
inline constexpr int kMethodNotAllowed = 405;
inline constexpr int kConflict = 409;
inline constexpr int kLengthRequired = 411;
inline constexpr int kPayloadTooLarge = 413;
inline constexpr int kUnsupportedMediaType = 415;
inline constexpr int kUnprocessable = 422;
inline constexpr int kInternalError = 500;
inline constexpr int kUnavailable = 503;

// RFC 7807, without anything of the request in it.
inline void refuse(httplib::Response& response, int status, const std::string& detail) {
  response.status = status;
  response.set_content(
      fmt::format("{{\"type\": \"about:blank\", \"status\": {}, \"detail\": \"{}\"}}\n", status,
                  detail),
      "application/problem+json");
}

}  // namespace qcdr
