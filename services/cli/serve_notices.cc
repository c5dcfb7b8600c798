// `qcdr serve notices`: delivers what the fold wrote onto the outbox topic.
#include <chrono>
#include <thread>

#include "cli/notice_parts.h"
#include "cli/serve.h"
#include "stream/file_blob_store.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kWait{100};
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

Status serve_notices(const ServeOptions& options) {
  QCDR_ASSIGN_OR_RETURN(ServeParts parts, open_serve_parts(options, "notices"));
  const std::string& directory = options.config.state_directory;
  QCDR_ASSIGN_OR_RETURN(const StateDirectory claimed, StateDirectory::claim(directory));
  parts.telemetry->process().watch_disk("state", directory);
  QCDR_ASSIGN_OR_RETURN(auto blobs,
                        stream::FileBlobStore::open_store(options.config.blob_directory));
  NoticeParts::Places places{options.mail_file, directory, options.config.slot, nullptr};
  // A replayed season is in its own time: that of the newest notice.
  if (options.config.replay) places.season_now = [] { return std::optional<Instant>(); };
  // What is wrong with the settings is told before the cluster is waited for.
  QCDR_RETURN_IF_ERROR(read_mail_settings(options.mail_file).status());
  QCDR_RETURN_IF_ERROR(reach_cluster(options, &parts));
  QCDR_RETURN_IF_ERROR(check_belongs_to("state_dir", directory, parts.owner));
  QCDR_ASSIGN_OR_RETURN(const auto notices,
                        NoticeParts::open(std::move(places), *parts.log, *blobs, *parts.keys,
                                          parts.telemetry->registry()));
  return run_steps(options, parts.telemetry->health(), [&]() -> Result<bool> {
    QCDR_ASSIGN_OR_RETURN(const bool worked, notices->step(kWait));
    if (!worked && !notices->idle()) std::this_thread::sleep_for(kPause);
    return worked || !notices->idle();
  });
}

}  // namespace qcdr
