// HTTP as the client of CMS needs it: one request, one answer, and what is known when none came.
//
// A transport never follows a redirection and never sends a request twice by itself.
// Thread-safety: a transport belongs to one thread. Privacy: a request to CMS carries a TIN, an NPI
// and a token; none of it may be logged, and an answer's body may echo them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qcdr::submission {

enum class HttpMethod : std::uint8_t { kGet, kPost, kPut, kPatch, kDelete };
constexpr std::string_view method_name(HttpMethod method) {
  switch (method) {
    case HttpMethod::kGet:
      return "GET";
    case HttpMethod::kPost:
      return "POST";
    case HttpMethod::kPut:
      return "PUT";
    case HttpMethod::kPatch:
      return "PATCH";
    case HttpMethod::kDelete:
      return "DELETE";
  }
  return "GET";
}

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string url;
  std::vector<HttpHeader> headers;
  std::string body;
  // Called when the whole request has left, before an answer is waited for; for crash tests.
  std::function<void()> sent;
};

enum class HttpOutcome : std::uint8_t {
  kAnswered,    // status and the whole body
  kNotSent,     // no byte of the request left: the other side cannot have it
  kNoAnswer,    // some of it may have left, and no status came: nobody knows
  kHalfAnswer,  // a status came, and the body did not end
};

struct HttpAnswer {
  HttpOutcome outcome = HttpOutcome::kNotSent;
  int status = 0;  // 0: none came
  std::string retry_after;
  std::string body;
};

class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  virtual HttpAnswer perform(const HttpRequest& request) = 0;
};

}  // namespace qcdr::submission
