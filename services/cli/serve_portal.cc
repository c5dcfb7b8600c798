// `qcdr serve portal`: follows the scoring loop and answers from what it has come to.
#include <chrono>
#include <filesystem>
#include <thread>

#include "cli/errands.h"
#include "cli/first_screen.h"
#include "cli/serve.h"
#include "cli/stage_loops.h"
#include "cli/state_view.h"
#include "cli/upload_desk.h"
#include "common/topic_names.h"
#include "portal/score_server.h"
#include "reference/npi_registries.h"
#include "scoring/ledger_fold.h"
#include "stream/file_blob_store.h"
#include "stream/loop/follower.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "stream/system_clock.h"
#include "telemetry/log_line.h"
#include "telemetry/loop_metrics.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kPause{20};
constexpr const char* kPart = "following";
constexpr const char* kFollowed = "scoring";  // the stage

// The state as it stands, read once for all questions until the follower moves.
class Answers {
 public:
  Answers(stream::Follower& follower, const std::string& key_directory)
      : follower_(follower), key_directory_(key_directory) {}

  void forget() { screen_.reset(); }

  Result<std::string> to(const ScoreQuestion& question) {
    if (!screen_) {
      Result<FirstScreen> read = read_state();
      if (!read.is_ok()) {
        LogLine(LogLevel::kWarning, "scores cannot be read").error(read.status());
        return read.status();
      }
      screen_ = std::move(read).value();
    }
    FirstScreen asked = *screen_;
    std::erase_if(asked.rows, [&](const ScoreRow& row) {
      return (question.practice && row.practice != *question.practice) ||
             (question.year && row.year != *question.year);
    });
    return score_list_json(asked);
  }

 private:
  Result<FirstScreen> read_state() {
    QCDR_RETURN_IF_ERROR(follower_.settle());
    std::vector<StateView::OpenStore> stores;
    for (std::size_t number = 0; number < follower_.partitions(); ++number) {
      const Partition partition(static_cast<std::int32_t>(number));
      // A partition that stopped would be missing without anybody noticing.
      const RowReader* rows = follower_.store(partition);
      if (rows == nullptr) return Status(ErrorCode::kUnavailable, "a partition is not followed");
      stores.push_back({partition, rows});
    }
    QCDR_ASSIGN_OR_RETURN(const auto view, StateView::over(stores, key_directory_));
    return read_first_screen(*view);
  }

  stream::Follower& follower_;
  const std::string& key_directory_;
  std::optional<FirstScreen> screen_;
};

// Uploads of practices, when there are tokens: what became of them, and dry runs. They are taken by
// `qcdr serve ingest`.
struct PortalUploads {
  Errands errands;
  std::unique_ptr<stream::FileBlobStore> blobs;
  std::unique_ptr<PipelineDesk> desk;
  std::optional<ServedUploads> served;
};

Status open_uploads(const ServeOptions& options, ServeParts& parts, stream::Clock& clock,
                    stream::Follower& follower, PortalUploads* uploads) {
  const ServeConfig& config = options.config;
  if (config.access_tokens.empty()) return Status::ok();
  uploads->served.emplace();
  QCDR_ASSIGN_OR_RETURN(uploads->served->tokens, AccessTokens::read(config.access_tokens));
  DeskParts desk{*parts.log, *parts.keys, clock};
  // Without the store of uploads there is all but their rejected rows.
  if (std::filesystem::is_directory(config.blob_directory + "/blobs")) {
    QCDR_ASSIGN_OR_RETURN(uploads->blobs, stream::FileBlobStore::open_store(config.blob_directory));
    desk.blobs = uploads->blobs.get();
  }
  desk.test_mode = config.replay;
  const std::int32_t partitions = parts.owner.partitions;
  desk.with_state = [&follower, &config, partitions, uploads](PracticeId practice,
                                                              const DeskParts::Look& look) {
    return uploads->errands.run([&]() -> Status {
      QCDR_RETURN_IF_ERROR(follower.settle());
      const Partition partition = practice_partition(practice, partitions);
      const RowReader* rows = follower.store(partition);
      if (rows == nullptr) return Status(ErrorCode::kUnavailable, "the partition is not followed");
      QCDR_ASSIGN_OR_RETURN(const auto view,
                            StateView::over({{partition, rows}}, config.key_directory));
      return look(*view);
    });
  };
  QCDR_ASSIGN_OR_RETURN(uploads->desk, PipelineDesk::open(std::move(desk)));
  uploads->served->desk = uploads->desk.get();
  return Status::ok();
}

}  // namespace

Status serve_portal(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "portal"));
  Health& health = parts.telemetry->health();
  health.set(kPart, "reading what was committed");
  const std::string& directory = options.config.state_directory;
  QCDR_ASSIGN_OR_RETURN(const StateDirectory claimed, StateDirectory::claim(directory));
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_RETURN_IF_ERROR(check_belongs_to("state_dir", directory, parts.owner));
  parts.telemetry->process().watch_disk("state", directory);
  stream::RocksdbOptions store_options;
  store_options.directory = directory;
  stream::RocksdbStores stores(store_options);
  const ledger::LedgerRules rules(rulebook::Rulebook::built_in());
  const std::int32_t partitions = parts.owner.partitions;
  stream::SystemClock clock;
  LoopMetrics metrics(parts.telemetry->registry(), kFollowed, partitions, clock);
  reference::NpiRegistries npi_registries(options.config.reference_directory);
  LedgerFoldFactory folds(rules, *parts.keys, partitions, nullptr, &npi_registries);
  stream::Follower follower(ledger_loop_options(options.config.slot), *parts.log, stores, clock,
                            folds, *parts.crash_points, metrics);
  PortalUploads uploads;
  QCDR_RETURN_IF_ERROR(open_uploads(options, parts, clock, follower, &uploads));
  QCDR_ASSIGN_OR_RETURN(const auto server,
                        ScoreServer::open(options.listen, std::move(uploads.served)));
  const CloseErrands close_errands(uploads.errands);  // before the server waits for who waits
  LogLine(LogLevel::kInfo, "serves scores").port(server->port());
  Answers answers(follower, options.config.key_directory);
  bool caught_up = false;
  const Status ran = run_steps(options, health, [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const stream::FollowOutcome outcome, follower.step());
    if (outcome.records > 0) answers.forget();
    caught_up = caught_up || outcome.records == 0;
    health.set(kPart, !outcome.stopped.empty() ? "a partition stopped"
                      : caught_up              ? ""
                                               : "reading what was committed");
    const std::size_t answered =
        server->answer([&](const ScoreQuestion& question) -> Result<std::string> {
          if (!caught_up) return Status(ErrorCode::kUnavailable, "not caught up yet");
          return answers.to(question);
        });
    const std::size_t done =
        caught_up ? uploads.errands.do_waiting([](const auto& work) { return work(); }) : 0;
    if (outcome.records == 0 && answered + done == 0) std::this_thread::sleep_for(kPause);
    return outcome.records > 0 || answered + done > 0;
  });
  QCDR_RETURN_IF_ERROR(ran);
  QCDR_RETURN_IF_ERROR(follower.settle());
  return metrics.stopped();
}

}  // namespace qcdr
