// POST /v1/score-preview: the answer of `qcdr score-preview` over HTTP. The body is a submission,
// or
// {"submission", "profile", "changes"}, as application/json; with the parameter `summary=true` the
// parts of the score are left out. 200: scored, with what is wrong in `findings`; 400: not scored,
// 413, 415: not taken, each with `error` and `findings`; 503: others are being answered, ask again.
//
// Nothing is kept or logged of what is sent. Limits: 1 MiB a body, of which never more than that is
// read; two answers are made at a time.
// Thread-safety: answers come from the server's threads. Lifetime: it outlives the server's
// listening.
#pragma once

#include <atomic>
#include <cstddef>

#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

namespace httplib {
class ContentReader;
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace qcdr {

inline constexpr std::size_t kPreviewBodyBytesMax = scoring::kPreviewLineBytesMax;
inline constexpr int kPreviewsAtATimeMax = 2;

class PreviewEndpoint {
 public:
  explicit PreviewEndpoint(int at_a_time_max = kPreviewsAtATimeMax)
      : at_a_time_max_(at_a_time_max) {}
  // Also takes every other request with a body, and answers without reading it: to be called after
  // all else that takes bodies.
  void answer_on(httplib::Server& server);
  // A client that asks before it sends: 100, or the status of the refusal in *response.
  int expect(const httplib::Request& request, httplib::Response& response) const;

 private:
  void answer(const httplib::Request& request, httplib::Response& response,
              const httplib::ContentReader& content);

  const int at_a_time_max_;
  scoring::PreviewRules rules_{rulebook::Rulebook::built_in()};
  std::atomic<int> busy_ = 0;
};

}  // namespace qcdr
