// Scores over HTTP: GET /v1/scores, with the parameters `practice` and `performanceYear`, answers
// as `qcdr score list --json` does; POST /v1/score-preview as preview_endpoint.h says; uploads,
// when they are served, as upload_endpoint.h says.
//
// Whoever reaches it reads every score, because nobody is authenticated but for uploads: it listens
// on the loopback alone. Answers come from one thread, that of whoever owns the state: requests
// wait for it, a limited number and a limited time, and are told 503 beyond that. Thread-safety:
// one thread opens, answers and destroys. Errors: kInvalidArgument: no address of the loopback;
// kFailedPrecondition: the port is taken.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/identifiers.h"
#include "core/status.h"
#include "portal/upload_endpoint.h"

namespace qcdr {

struct ScoreQuestion {
  std::optional<PracticeId> practice;
  std::optional<PerformanceYear> year;
};

// Uploads are served too. Lifetime: the desk outlives the server.
struct ServedUploads {
  UploadDesk* desk = nullptr;
  AccessTokens tokens;
  UploadLimits limits;
};

class ScoreServer {
 public:
  // `address`: HOST:PORT; port 0 takes a free one.
  static Result<std::unique_ptr<ScoreServer>> open(const std::string& address,
                                                   std::optional<ServedUploads> uploads = {});
  ~ScoreServer();
  int port() const { return port_; }

  // Answers what waits with the JSON that `answer` makes, on this thread. Says how many.
  using Answer = std::function<Result<std::string>(const ScoreQuestion&)>;
  std::size_t answer(const Answer& answer);

 private:
  struct Parts;
  explicit ScoreServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
  int port_ = 0;
};

}  // namespace qcdr
