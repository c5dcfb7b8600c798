#include "cli/doctor_checks.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "cli/entity_state.h"
#include "cli/inbox.h"
#include "cli/log_view.h"
#include "cli/newest_records.h"
#include "cli/state_view.h"
#include "common/chunk_seal.h"
#include "common/topic_names.h"
#include "qcdr/v1/progress.pb.h"
#include "qcdr/v1/registry_record.pb.h"
#include "qcdr/v1/row.pb.h"
#include "rulebook/check.h"

namespace qcdr {
namespace {

constexpr std::uint64_t kDiskBytesWarning = std::uint64_t{5} << 30;
constexpr std::uint64_t kDiskBytesFailed = std::uint64_t{256} << 20;
constexpr std::int64_t kNewestRecords = 1000;
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

class Doctor {
 public:
  Doctor(const PlaceOptions& place, InboxFolders inboxes)
      : place_(place), inboxes_(std::move(inboxes)) {}

  std::vector<CheckResult> run() {
    check_version();
    check_rulebook();
    check_zones();
    if (check_data_directory()) {
      check_disk();
      check_keys();
      check_log();
      check_keys_fit();
      check_rulebook_of_log();
      check_state();
      check_second_stage();
    }
    if (!inboxes_.practice.empty()) check_inbox("inbox", {inboxes_.practice, ""});
    if (!inboxes_.registry.empty()) check_inbox("registry inbox", {"", inboxes_.registry});
    return std::move(results_);
  }

 private:
  void ok(const char* name, std::string message) {
    results_.push_back({name, CheckVerdict::kOk, std::move(message), ""});
  }
  void warn(const char* name, std::string message, std::string remedy) {
    results_.push_back({name, CheckVerdict::kWarning, std::move(message), std::move(remedy)});
  }
  void fail(const char* name, std::string message, std::string remedy) {
    results_.push_back({name, CheckVerdict::kFailed, std::move(message), std::move(remedy)});
  }

  void check_version() { ok("version", "qcdr " QCDR_VERSION); }

  void check_rulebook() {
    const rulebook::Rulebook& rulebook = rulebook::Rulebook::built_in();
    const auto findings = rulebook::check(rulebook);
    if (rulebook::has_errors(findings)) {
      fail("rulebook", "the rules that are compiled in are not complete",
           "run `qcdr rulebook check`; use another build");
      return;
    }
    ok("rulebook", "complete, " + hex(view(rulebook.digest())).substr(0, 16));
  }

  // Deadlines carry their own offsets; zones are for showing times to people.
  void check_zones() {
    for (const char* zone : {"America/Chicago", "America/New_York"}) {
      if (std::filesystem::exists(std::string("/usr/share/zoneinfo/") + zone)) continue;
      warn("zones", std::string("no zone data for ") + zone, "install the package tzdata");
      return;
    }
    ok("zones", "zone data are there");
  }

  bool check_data_directory() {
    const std::string directory = data_directory(place_);
    struct stat status = {};
    if (::stat(directory.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
      fail("data directory", "it does not exist", "give --data-dir; `qcdr dev` makes one");
      return false;
    }
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
      fail("data directory", "this user may not read and write it",
           "run as its owner, or change its permissions");
      return false;
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      warn("data directory", "others may write to it", "chmod go-w");
      return true;
    }
    ok("data directory", "this user may read and write it");
    return true;
  }

  void check_disk() {
    std::error_code error;
    const auto space = std::filesystem::space(data_directory(place_), error);
    if (error) {
      warn("disk space", "it is not known: " + error.message(), "look at the file system");
      return;
    }
    const std::string message = fmt::format("{} MiB free", space.available / kMebibyte);
    const std::string remedy = "make room: a full disk stops the log, and nothing is accepted then";
    if (space.available < kDiskBytesFailed) {
      fail("disk space", message, remedy);
    } else if (space.available < kDiskBytesWarning) {
      warn("disk space", message, remedy);
    } else {
      ok("disk space", message);
    }
  }

  void check_keys() {
    const std::string directory = key_directory(place_);
    const char* restore =
        "restore the key directory from its backup; without its keys nothing can be read";
    struct stat status = {};
    if (::stat((directory + "/registry.keys").c_str(), &status) != 0) {
      if (std::filesystem::exists(data_directory(place_) + "/log/LOCK")) {
        fail("keys", "there are data, but no registry.keys", restore);
      } else {
        fail("keys", "there is no registry.keys",
             "give --keys; `qcdr dev` makes keys at its start");
      }
      return;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      fail("keys", "others than the owner may use registry.keys", "chmod 600, and directories 700");
      return;
    }
    auto keys = FileKeyRing::open({directory});
    if (!keys.is_ok()) {
      fail("keys", keys.status().message(), restore);
      return;
    }
    keys_ = std::move(keys).value();
    ok("keys", "present, for the owner alone");
  }

  void check_log() {
    auto log = LogView::open(data_directory(place_));
    if (log.status().code() == ErrorCode::kNotFound) {
      warn("log", "there is none yet", "`qcdr dev` makes one at its start");
      return;
    }
    if (!log.is_ok()) {
      fail("log", log.status().message(), "keep a copy of log/, restore it from its backup");
      return;
    }
    log_ = std::move(log).value();
    const stream::RecoveryReport& recovery = *log_->recovery();
    const std::string message = fmt::format("{} segments, {} frames verified, {} records",
                                            recovery.segments, recovery.frames, recovery.records);
    if (recovery.bytes_dropped > 0) {
      warn("log",
           fmt::format("{}; {} bytes of an unfinished write at its end", message,
                       recovery.bytes_dropped),
           "nothing: they were never acknowledged, and the next start drops them");
      return;
    }
    ok("log", message);
  }

  // They open with the keys at hand, or their key was destroyed.
  void check_keys_fit() {
    if (log_ == nullptr || keys_ == nullptr) return;
    const auto newest = read_newest_records(*log_, kNewestRecords);
    if (!newest.is_ok()) {
      fail("records", newest.status().message(), "restore log/ from its backup");
      return;
    }
    rulebook_of_log_ = newest.value().rulebook_digest;
    if (newest.value().undecodable > 0) {
      warn("records",
           fmt::format("{} of the newest cannot be decoded, and were laid aside",
                       newest.value().undecodable),
           "see what they were: `qcdr dlq list`");
    }
    ChunkOpener opener(*keys_);
    for (const auto& [number, chunk] : newest.value().chunks) {
      v1::ChunkRows rows;
      const Status key = opener.find_key(chunk);
      if (key.code() == ErrorCode::kNotFound) continue;
      if (!key.is_ok()) {
        fail("keys fit", fmt::format("rows of partition {} do not open: {}", number, key.message()),
             "use the key directory that these data were written with");
        return;
      }
      // Its id says that it is the key: then it is the chunk.
      if (opener.open(chunk, &rows).is_ok()) continue;
      warn("keys fit", fmt::format("the newest chunk of partition {} can never be folded", number),
           "its practice is parked: `qcdr dlq list`");
      return;
    }
    ok("keys fit",
       newest.value().chunks.empty() ? "no rows on the log yet" : "rows of every partition open");
  }

  void check_rulebook_of_log() {
    if (rulebook_of_log_.empty()) return;
    if (rulebook_of_log_ == view(rulebook::Rulebook::built_in().digest())) {
      ok("rules of the log", "the last upload was checked with the rules of this program");
      return;
    }
    warn("rules of the log", "the last upload was checked with other rules than this program's",
         "if the program was not meant to change, use the earlier build");
  }

  // One past the last record whose outputs were committed.
  Result<Offset> committed(Partition partition, const char* group, const char* topic) {
    Offset end;
    QCDR_RETURN_IF_ERROR(log_->for_each(
        kProgressTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
          v1::ProgressMarker marker;
          if (!record.value || !marker.ParseFromString(*record.value)) {
            return Status(ErrorCode::kCorruption, "a progress marker cannot be decoded");
          }
          if (marker.group() == group && marker.topic() == topic &&
              marker.partition() == partition.value()) {
            end = std::max(end, Offset(marker.next_offset()));
          }
          return Status::ok();
        }));
    return end;
  }

  void check_state() {
    if (log_ == nullptr || keys_ == nullptr) return;
    const char* remedy =
        "stop the process and delete state/: it is folded again from the log at the next start";
    auto view = StateView::open(state_directories(place_), key_directory(place_));
    if (view.status().code() == ErrorCode::kFailedPrecondition) {
      warn("state", "a running process has it open", "`qcdr state verify` asks that process");
      return;
    }
    if (!view.is_ok()) {
      fail("state", view.status().message(), remedy);
      return;
    }
    std::size_t behind = 0;
    for (const StateView::PartitionView& partition : view.value()->partitions()) {
      const auto end = committed(partition.partition, kScoringGroup, kRegistryRecordsTopic);
      if (!end.is_ok()) {
        fail("state", end.status().message(), "restore log/ from its backup");
        return;
      }
      if (partition.state.applied > end.value()) {
        fail_ahead("state", partition.partition, partition.state.applied, end.value());
        return;
      }
      if (partition.state.applied < end.value()) ++behind;
    }
    std::string message = fmt::format("{} partitions, digest {}", view.value()->partitions().size(),
                                      view.value()->digest().to_hex().substr(0, 16));
    if (behind > 0) message += fmt::format("; {} will be replayed at the next start", behind);
    ok("state", message);
  }

  void fail_ahead(const char* name, Partition partition, Offset applied, Offset committed) {
    fail(name,
         fmt::format("partition {} is ahead of the log: applied {}, committed {}",
                     partition.value(), applied.value(), committed.value()),
         "the log lost records: restore log/ from its backup, or, when they are truly gone, delete "
         "state/");
  }

  // Only where TINs are shared does it have state.
  void check_second_stage() {
    if (log_ == nullptr) return;
    const auto entities = read_entity_state(state_directories(place_), false);
    if (entities.status().code() == ErrorCode::kFailedPrecondition) return;  // told above
    if (!entities.is_ok()) {
      fail("second stage", entities.status().message(),
           "stop the process and delete state/: it is folded again from the log");
      return;
    }
    for (const EntityPartition& partition : entities.value()) {
      const auto end = committed(partition.partition, kEntityGroup, kEntityContributionsTopic);
      if (!end.is_ok()) {
        fail("second stage", end.status().message(), "restore log/ from its backup");
        return;
      }
      if (partition.applied > end.value()) {
        fail_ahead("second stage", partition.partition, partition.applied, end.value());
        return;
      }
    }
    if (entities.value().empty()) return;
    ok("second stage", fmt::format("{} partitions", entities.value().size()));
  }

  void check_inbox(const char* name, const InboxFolders& folders) {
    const auto files = list_inbox(folders);
    if (files.status().code() == ErrorCode::kPermissionDenied) {
      fail(name, files.status().message(), "let only the registry's officers write there");
      return;
    }
    if (!files.is_ok()) {
      fail(name, files.status().message(), "give a folder that this user may read");
      return;
    }
    std::size_t unreadable = 0;
    std::size_t without_instant = 0;
    std::size_t open_to_all = 0;
    for (const InboxFile& file : files.value()) {
      if (::access(file.path.c_str(), R_OK) != 0) ++unreadable;
      if (!file.instant) ++without_instant;
      if (file.writable_by_everybody) ++open_to_all;
    }
    if (unreadable + open_to_all > 0) {
      fail(name,
           fmt::format("of {} files {} cannot be read and {} can be written to by everybody",
                       files.value().size(), unreadable, open_to_all),
           "change their permissions");
      return;
    }
    if (const std::string warning = inbox_warning(folders); !warning.empty()) {
      warn(name, warning, std::string(kInboxRemedy) + ", unless they are its officers");
      return;
    }
    ok(name, fmt::format("{} files, {} without an instant in the name", files.value().size(),
                         without_instant));
  }

  const PlaceOptions& place_;
  const InboxFolders inboxes_;
  std::vector<CheckResult> results_;
  std::unique_ptr<FileKeyRing> keys_;
  std::unique_ptr<LogView> log_;
  std::string rulebook_of_log_;
};

}  // namespace

std::string_view check_verdict_name(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::kOk:
      return "ok";
    case CheckVerdict::kWarning:
      return "warning";
    case CheckVerdict::kFailed:
      return "failed";
  }
  return "failed";
}

std::vector<CheckResult> run_doctor_checks(const PlaceOptions& place, const InboxFolders& inboxes) {
  return Doctor(place, inboxes).run();
}

}  // namespace qcdr
