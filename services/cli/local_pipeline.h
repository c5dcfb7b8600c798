// Every service in one process on the embedded log: what `qcdr dev` runs.
//
// One thread pumps validation and scoring in turn, so a run over the same inbox does the same
// things in the same order. The second stage moves only when both have nothing left to do: what it
// tells practices then rests on all that was received, not on how far somebody was.
// Layout of the data directory: log/, state/ (the second stage's in state/entities/), blobs/,
// keys/. Thread-safety: none. Errors: kFailedPrecondition when another process has the directory.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/crash_at.h"
#include "cli/notice_parts.h"
#include "cli/scoring_watch.h"
#include "cli/season_clock.h"
#include "cli/validation_watch.h"
#include "common/file_key_ring.h"
#include "ingest/ingest.h"
#include "ingest/known_uploads.h"
#include "reference/npi_registries.h"
#include "scoring/entity_fold.h"
#include "scoring/ledger_fold.h"
#include "stream/embedded/embedded_log.h"
#include "stream/file_blob_store.h"
#include "stream/loop/loop.h"
#include "stream/rocksdb/rocksdb_stores.h"
#include "validation/validation.h"

namespace qcdr {

struct LocalPipelineOptions {
  std::string data_directory;
  std::string key_directory;        // empty: under the data directory
  std::string reference_directory;  // likewise
  std::int32_t partitions = 4;
  std::string crash_at;
  std::optional<Instant> start;  // where the season's clock begins; none: the system's time
  IngestOptions ingest;
  std::string admin_address;  // HOST:PORT; empty: no admin port
  int heartbeat_seconds = 60;
  std::string mail_file;  // how notices are delivered; empty: they stay on the log
};

class LocalPipeline {
 public:
  static Result<std::unique_ptr<LocalPipeline>> open(const LocalPipelineOptions& options);
  ~LocalPipeline();

  // The uploads that the log has.
  KnownUploads& known_uploads() { return *known_uploads_; }
  // Announces what is due until then and sets the clock. kInvalidArgument when it would go back.
  Status move_clock(Instant to);
  Instant now() { return clock_.now(); }
  bool season_clock() const { return clock_.is_made(); }
  // For looking, by this thread.
  stream::Log& log() { return *log_; }
  Result<AcceptedUpload> accept(const UploadRequest& request, const ByteSource& source);
  // For a server in this process: these may be used from any thread.
  Ingest& ingest() { return *ingest_; }
  stream::BlobStore& blobs() { return *blobs_; }
  KeyRing& keys() { return *keys_; }
  stream::Clock& clock() { return clock_; }
  // Counts an upload that was taken or refused.
  void tell(const Result<AcceptedUpload>& accepted);
  const std::string& state_directory() const { return state_directory_; }
  const std::string& key_directory() const { return key_directory_; }
  // Validates and folds until nothing is left to do, or until a signal asks for the end.
  Status pump();
  // Lets every partition know the clock's time: what is shown is as of then.
  Status tell_time();
  // Announces what became due by the system's time; for a pipeline that keeps running.
  Status tick();
  // Sends a heartbeat when it is time, and tells the admin port that this thread lives.
  Status beat();
  // Writes the state and lets go of the stores while `body` looks at them.
  Status with_stores_closed(const std::function<void()>& body);
  // Sends mails for the notices on the log, until none is in work or so much time is over.
  Status deliver(std::chrono::milliseconds time_max);
  // Freezes the state and closes everything.
  Status close();

 private:
  LocalPipeline() = default;
  Status open_parts(const LocalPipelineOptions& options);
  Status open_state(const std::string& directory);
  void open_watches(const LocalPipelineOptions& options, std::int32_t partitions);
  void open_loops();
  Status open_notices(const LocalPipelineOptions& options);
  Status stop_loops();
  // Validation and the first stage until nothing is left to do.
  Status pump_first_stage();
  // One step of the second stage; false when it has nothing left to do.
  Result<bool> step_second_stage();

  SeasonClock clock_;
  std::unique_ptr<Telemetry> telemetry_;
  std::unique_ptr<IngestMetrics> ingest_metrics_;
  std::unique_ptr<ValidationWatch> validation_watch_;
  std::unique_ptr<ScoringWatch> watch_;
  std::unique_ptr<CrashAt> crash_points_;
  std::unique_ptr<FileKeyRing> keys_;
  std::unique_ptr<stream::FileBlobStore> blobs_;
  std::unique_ptr<stream::EmbeddedLog> log_;
  std::unique_ptr<stream::RocksdbStores> stores_;
  std::unique_ptr<stream::RocksdbStores> entity_stores_;
  std::unique_ptr<reference::NpiRegistries> npi_registries_;
  std::unique_ptr<ledger::LedgerRules> rules_;
  std::unique_ptr<LedgerFoldFactory> folds_;
  std::unique_ptr<EntityFoldFactory> entity_folds_;
  std::unique_ptr<Ingest> ingest_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<Validation> validation_;
  std::unique_ptr<stream::Loop> loop_;
  std::unique_ptr<stream::Loop> entity_loop_;
  std::string state_directory_;
  std::string key_directory_;
  std::unique_ptr<KnownUploads> known_uploads_;
  std::unique_ptr<NoticeParts> notices_;
};

}  // namespace qcdr
