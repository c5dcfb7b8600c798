#include "cli/dev_server.h"

#include "cli/first_screen.h"
#include "telemetry/log_line.h"

namespace qcdr {

Result<std::unique_ptr<DevServer>> DevServer::open(LocalPipeline& pipeline,
                                                   const DevServerOptions& options) {
  std::unique_ptr<DevServer> dev(new DevServer(pipeline));
  std::optional<ServedUploads> uploads;
  if (!options.access_tokens.empty()) {
    uploads.emplace();
    QCDR_ASSIGN_OR_RETURN(uploads->tokens, AccessTokens::read(options.access_tokens));
    uploads->limits.upload_bytes_max = options.upload_bytes_max;
    DeskParts parts{pipeline.log(), pipeline.keys(), pipeline.clock()};
    parts.blobs = &pipeline.blobs();
    parts.ingest = &pipeline.ingest();
    parts.test_mode = true;
    parts.tell = [&pipeline](const Result<AcceptedUpload>& accepted) { pipeline.tell(accepted); };
    parts.with_state = [desk = dev.get()](PracticeId, const DeskParts::Look& look) {
      return desk->errands_.run([desk, &look]() -> Status {
        QCDR_ASSIGN_OR_RETURN(const auto view, desk->open_state());
        return look(*view);
      });
    };
    QCDR_ASSIGN_OR_RETURN(dev->desk_, PipelineDesk::open(std::move(parts)));
    uploads->desk = dev->desk_.get();
  }
  QCDR_ASSIGN_OR_RETURN(dev->server_, ScoreServer::open(options.listen, std::move(uploads)));
  LogLine(LogLevel::kInfo, "serves scores").port(dev->server_->port());
  return dev;
}

// Whoever waits for the state must hear that nobody will come before the server waits for them.
DevServer::~DevServer() {
  errands_.close();
  server_.reset();
}

Result<std::unique_ptr<StateView>> DevServer::open_state() const {
  return StateView::open({pipeline_.state_directory()}, pipeline_.key_directory());
}

Result<std::string> DevServer::scores(const ScoreQuestion& question) {
  QCDR_ASSIGN_OR_RETURN(const auto view, open_state());
  QCDR_ASSIGN_OR_RETURN(FirstScreen screen, read_first_screen(*view));
  std::erase_if(screen.rows, [&](const ScoreRow& row) {
    return (question.practice && row.practice != *question.practice) ||
           (question.year && row.year != *question.year);
  });
  return score_list_json(screen);
}

void DevServer::serve() {
  errands_.do_waiting([this](const std::function<Status()>& work) -> Status {
    Status done;
    QCDR_RETURN_IF_ERROR(pipeline_.with_stores_closed([&] { done = work(); }));
    return done;
  });
  server_->answer([this](const ScoreQuestion& question) -> Result<std::string> {
    std::optional<Result<std::string>> made;
    QCDR_RETURN_IF_ERROR(pipeline_.with_stores_closed([&] { made = scores(question); }));
    return std::move(*made);
  });
}

}  // namespace qcdr
