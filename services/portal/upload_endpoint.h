// Uploads over HTTP: POST /v1/uploads takes one, GET /v1/uploads and what lies below it tells what
// became of them; docs/command-line.md has the answers.
//
// Every request needs a bearer token of a practice (access_tokens.h) and sees that practice alone.
// An upload's body is handed on as it comes and never held; a connection that breaks leaves
// nothing. No TIN and no NPI is in a path, a parameter or a header of ours, and nothing of a
// request is logged. Limits: UploadLimits; a page of at most 1,000; an Idempotency-Key of at most
// 255 bytes. A client that sends slower than the least rate, taken over all that it sent so far, is
// told 408. Thread-safety: answers come from the server's threads. Lifetime: desk and tokens
// outlive the server's listening, and so does this.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "portal/access_tokens.h"
#include "portal/upload_desk.h"

namespace httplib {
class ContentReader;
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace qcdr {

struct UploadLimits {
  std::uint64_t upload_bytes_max = std::uint64_t{8} << 30;
  std::uint64_t dry_run_bytes_max = std::uint64_t{64} << 20;
  int uploads_at_a_time_max = 4;
  // Bytes a second at least, once a client had the grace.
  std::uint64_t bytes_per_second_min = 1024;
  std::chrono::milliseconds grace{30'000};
};

inline constexpr std::uint64_t kPageDefault = 100;
inline constexpr std::uint64_t kPageMax = 1000;
inline constexpr std::size_t kIdempotencyKeyBytesMax = 255;

class UploadEndpoint {
 public:
  UploadEndpoint(UploadDesk& desk, const AccessTokens& tokens, UploadLimits limits)
      : desk_(desk), tokens_(tokens), limits_(limits) {}
  // Before whatever takes every other body.
  void answer_on(httplib::Server& server);
  // A client that asks before it sends: 100, or the status of the refusal in *response.
  int expect(const httplib::Request& request, httplib::Response& response) const;
  static bool is_for_uploads(const httplib::Request& request);

 private:
  void take(const httplib::Request& request, httplib::Response& response,
            const httplib::ContentReader& content);
  // None: *response says why not.
  std::optional<PracticeId> caller(const httplib::Request& request,
                                   httplib::Response& response) const;
  std::optional<Delivery> delivery(const httplib::Request& request,
                                   httplib::Response& response) const;
  void receive(const Delivery& delivery, Incoming& incoming, const httplib::ContentReader& content,
               httplib::Response& response) const;
  std::uint64_t bytes_max(bool dry_run) const {
    return dry_run ? limits_.dry_run_bytes_max : limits_.upload_bytes_max;
  }

  UploadDesk& desk_;
  const AccessTokens& tokens_;
  const UploadLimits limits_;
  std::atomic<int> busy_ = 0;
};

}  // namespace qcdr
