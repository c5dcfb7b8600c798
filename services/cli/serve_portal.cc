// `qcdr serve portal`: follows the scoring loop and answers from what it has come to.
#include <chrono>
#include <thread>

#include "cli/first_screen.h"
#include "cli/serve.h"
#include "cli/stage_loops.h"
#include "cli/state_view.h"
#include "common/topic_names.h"
#include "portal/score_server.h"
#include "reference/npi_registries.h"
#include "scoring/ledger_fold.h"
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

}  // namespace

Status serve_portal(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "portal"));
  Health& health = parts.telemetry->health();
  health.set(kPart, "reading what was committed");
  const std::string& directory = options.config.state_directory;
  QCDR_ASSIGN_OR_RETURN(const StateDirectory claimed, StateDirectory::claim(directory));
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_RETURN_IF_ERROR(check_belongs_to("state_dir", directory, parts.owner));
  QCDR_ASSIGN_OR_RETURN(const auto server, ScoreServer::open(options.listen));
  LogLine(LogLevel::kInfo, "serves scores").port(server->port());
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
    if (outcome.records == 0 && answered == 0) std::this_thread::sleep_for(kPause);
    return outcome.records > 0 || answered > 0;
  });
  QCDR_RETURN_IF_ERROR(ran);
  QCDR_RETURN_IF_ERROR(follower.settle());
  return metrics.stopped();
}

}  // namespace qcdr
