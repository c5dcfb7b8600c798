// One service against Kafka, as a loop that ends on a signal.
// Thread-safety: none.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/crash_at.h"
#include "cli/inbox.h"
#include "cli/serve_config.h"
#include "cli/state_directory.h"
#include "common/file_key_ring.h"
#include "core/time.h"
#include "ingest/ingest.h"
#include "stream/kafka/kafka_log.h"
#include "telemetry/kafka_metrics.h"
#include "telemetry/telemetry.h"

namespace qcdr {

struct ServeOptions {
  ServeConfig config;
  std::string crash_at;
  // Ends when there was nothing to do for this long; 0: runs until a signal.
  int idle_seconds = 0;
  // validation: how often the controller sends a heartbeat into every partition.
  int heartbeat_seconds = 60;
  // portal: where scores are served.
  std::string listen = "127.0.0.1:8480";
  // notices: how they are delivered.
  std::string mail_file;
  // submission: how CMS is reached; plain HTTP to the loopback is for tests.
  std::string cms_file;
  bool cms_loopback_http = false;
  // ingest: where uploads are taken; empty: from folders and files alone, and then it ends.
  std::string upload_listen;
  // ingest, in a replayed season: the controller's time when the files were taken; empty: the last
  // file's.
  std::string clock;
  // ingest: folders and files taken as uploads; "-" is standard input.
  InboxFolders inboxes;
  std::vector<std::string> files;
  IngestOptions ingest;
};

// What of a service asks the cluster; its other parts say for themselves how they are.
inline constexpr const char* kLogPart = "log";

// What every service needs.
struct ServeParts {
  std::unique_ptr<Telemetry> telemetry;  // first: the others tell it things to their end
  std::unique_ptr<KafkaMetrics> kafka_metrics;
  std::unique_ptr<CrashAt> crash_points;
  std::unique_ptr<FileKeyRing> keys;
  stream::KafkaOptions kafka;
  std::unique_ptr<stream::KafkaLog> log;
  StateOwner owner;  // known once the cluster was reached
};

// Reads what is local; waits for nobody.
Result<ServeParts> open_serve_parts(const ServeOptions& options, const char* service);
// Whether the cluster answers, and has topics that a service may work on.
Status reach_cluster(const ServeOptions& options, ServeParts* parts);
// Calls step() until a signal, or until it was idle long enough. step() says whether it did
// anything; kUnavailable is waited out with growing pauses.
Status run_steps(const ServeOptions& options, Health& health,
                 const std::function<Result<bool>()>& step);

Status serve_ingest(const ServeOptions& options);
Status serve_validation(const ServeOptions& options);
Status serve_scoring(const ServeOptions& options);
Status serve_portal(const ServeOptions& options);   // serve_portal.cc
Status serve_notices(const ServeOptions& options);     // serve_notices.cc
Status serve_submission(const ServeOptions& options);  // serve_submission.cc

}  // namespace qcdr
