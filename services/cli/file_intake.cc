#include "cli/file_intake.h"

#include <algorithm>
#include <cstdio>

#include "cli/file_source.h"
#include "intake/findings.h"
#include "telemetry/identifier_scrubber.h"
#include "telemetry/log_line.h"

namespace qcdr {
namespace {

std::string shown_name(const InboxFile& file) {
  return file.name.empty() ? file.path : file.name;
}

// A stream has neither a name nor a state.
bool has_changed(const InboxFile& file) {
  return !file.name.empty() && look_at(file.path) != file.look;
}

}  // namespace

// Of a command, too, when somebody asked it for lines of JSON.
bool FileIntake::tells_log() const {
  return voice_ == Voice::kLog || log_format() == LogFormat::kJson;
}

// Names of files are not ours: an identifier can stand in them.
void FileIntake::tell_refused(const InboxFile& file, const Status& reason) const {
  if (tells_log()) {
    LogLine(LogLevel::kWarning, "file refused").file(shown_name(file)).error(reason);
  } else {
    std::fprintf(stderr, "qcdr: %s is refused: %s\n", scrub_identifiers(shown_name(file)).c_str(),
                 scrub_identifiers(reason.message()).c_str());
  }
}

void FileIntake::tell_received(const InboxFile& file, const std::string& upload_id) const {
  if (tells_log()) {
    LogLine(LogLevel::kInfo, "received").file(shown_name(file)).upload(upload_id);
  } else if (voice_ == Voice::kPeopleWatching) {
    std::fprintf(stderr, "received %s\n", scrub_identifiers(shown_name(file)).c_str());
  }
}

// A stream can be read but once. What is longer than the limit is refused anyhow, and what cannot
// be read will say so when it is taken.
bool FileIntake::is_known(const InboxFile& file) const {
  if (file.name.empty() || file.look.bytes > bytes_max_) return false;
  const auto source = open_source(file.path);
  if (!source.is_ok()) return false;
  const auto content = read_content(source.value());
  return content.is_ok() && known_.contains(content.value(), file.channel, file.name, file.instant);
}

Result<FileOutcome> FileIntake::take(const InboxFile& file, std::optional<Instant> received_at) {
  if (file.writable_by_everybody) {
    tell_refused(file, Status(ErrorCode::kPermissionDenied,
                              "everybody may write to it; take that right away: chmod o-w"));
    return FileOutcome::kRefused;
  }
  if (is_known(file)) {
    ++known_count_;
    return FileOutcome::kKnown;
  }
  if (has_changed(file)) return FileOutcome::kNotYet;
  auto source = open_source(file.path);
  if (!source.is_ok()) {
    tell_refused(file, source.status());
    return FileOutcome::kRefused;
  }
  if (steps_.prepare) QCDR_RETURN_IF_ERROR(steps_.prepare(file).with_context(shown_name(file)));
  UploadRequest request;
  request.channel = file.channel;
  request.actor = inbox_actor(file.channel);
  request.name = file.name;
  request.test_mode = test_mode_;
  request.received_at = received_at;
  const auto accepted = steps_.accept(request, source.value());
  if (!accepted.is_ok() && has_changed(file)) return FileOutcome::kNotYet;
  const ErrorCode code = accepted.status().code();
  if (code == ErrorCode::kInvalidArgument || code == ErrorCode::kLimitExceeded) {
    tell_refused(file, accepted.status());
    return FileOutcome::kRefused;
  }
  QCDR_RETURN_IF_ERROR(accepted.status().with_context(shown_name(file)));
  if (!file.name.empty()) {
    known_.add_file(accepted.value().upload_id);
    for (const std::string& id : accepted.value().further) known_.add_file(id);
  }
  const Instant received = accepted.value().received_at;
  last_received_ = std::max(last_received_.value_or(received), received);
  tell_received(file, accepted.value().upload_id);
  return FileOutcome::kReceived;
}

Status FileIntake::take_named(const std::string& path) {
  QCDR_RETURN_IF_ERROR(open_source(path).status());
  const InboxFile file = named_file(path);
  QCDR_ASSIGN_OR_RETURN(const FileOutcome outcome, take(file, std::nullopt));
  if (outcome == FileOutcome::kNotYet) {
    return Status(ErrorCode::kFailedPrecondition, shown_name(file) + " is still being written");
  }
  if (outcome == FileOutcome::kKnown) {
    const auto again = intake::make_verdict(FindingCode::SAME_FILE_AGAIN, {}, "");
    std::fprintf(stderr, "%s: %s\n", scrub_identifiers(shown_name(file)).c_str(),
                 intake::render(again).c_str());
  }
  return Status::ok();
}

}  // namespace qcdr
