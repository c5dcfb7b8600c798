// Scores and uploads over HTTP in `qcdr dev`: what `qcdr serve portal` and `qcdr serve ingest`
// serve, in one process. Thread-safety: one thread opens, serves and destroys it: the one that
// pumps. Lifetime: the pipeline outlives it. Errors: as ScoreServer and AccessTokens have them.
#pragma once

#include <memory>
#include <string>

#include "cli/errands.h"
#include "cli/local_pipeline.h"
#include "cli/upload_desk.h"
#include "portal/score_server.h"

namespace qcdr {

struct DevServerOptions {
  std::string listen;         // HOST:PORT of the loopback
  std::string access_tokens;  // file; empty: uploads are not served
  std::uint64_t upload_bytes_max = 0;
};

class DevServer {
 public:
  static Result<std::unique_ptr<DevServer>> open(LocalPipeline& pipeline,
                                                 const DevServerOptions& options);
  ~DevServer();
  // Answers what waits for the state.
  void serve();

 private:
  explicit DevServer(LocalPipeline& pipeline) : pipeline_(pipeline) {}
  Result<std::unique_ptr<StateView>> open_state() const;
  Result<std::string> scores(const ScoreQuestion& question);

  LocalPipeline& pipeline_;
  Errands errands_;
  std::unique_ptr<PipelineDesk> desk_;
  std::unique_ptr<ScoreServer> server_;
};

}  // namespace qcdr
