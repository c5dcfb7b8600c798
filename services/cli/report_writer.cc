#include "cli/report_writer.h"

#include <fcntl.h>

#include <filesystem>

#include "common/topic_names.h"
#include "stream/file.h"

namespace qcdr {
namespace {

constexpr unsigned kForEverybody = 0640;
constexpr unsigned kForTheOwner = 0600;

Status write_whole_file(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string unfinished = path + ".unfinished";
  QCDR_ASSIGN_OR_RETURN(stream::File file,
                        stream::File::open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, mode));
  QCDR_RETURN_IF_ERROR(file.write_at(0, bytes));
  file.close();
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  if (error) return Status(ErrorCode::kIo, "a report cannot be written: " + error.message());
  return Status::ok();
}

}  // namespace

Result<std::unique_ptr<ReportWriter>> ReportWriter::open(stream::Log& log, std::string directory) {
  std::unique_ptr<ReportWriter> writer(new ReportWriter());
  QCDR_RETURN_IF_ERROR(stream::make_directories(directory));
  writer->directory_ = std::move(directory);
  QCDR_ASSIGN_OR_RETURN(writer->log_, LogView::over(log));
  writer->next_upload_.resize(static_cast<std::size_t>(writer->log_->partitions()));
  writer->next_finding_.resize(static_cast<std::size_t>(writer->log_->partitions()));
  return writer;
}

Status ReportWriter::write_new() {
  for (std::int32_t number = 0; number < log_->partitions(); ++number) {
    const Partition partition(number);
    QCDR_RETURN_IF_ERROR(take_uploads(partition));
    Offset& from = next_finding_[static_cast<std::size_t>(number)];
    QCDR_RETURN_IF_ERROR(
        log_->for_each(kFindingsTopic, partition, from, [&](const stream::Record& record) {
          from = next(record.offset);
          return take_finding(record);
        }));
  }
  return Status::ok();
}

Status ReportWriter::take_uploads(Partition partition) {
  Offset& from = next_upload_[static_cast<std::size_t>(partition.value())];
  return log_->for_each(kUploadsTopic, partition, from,
                        [&](const stream::Record& record) -> Status {
                          from = next(record.offset);
                          UploadView view;
                          if (!record.value) return Status::ok();
                          if (!view.upload.ParseFromString(*record.value)) {
                            return Status(ErrorCode::kCorruption, "an upload cannot be decoded");
                          }
                          view.received_at = record.timestamp;
                          const std::string id = view.upload.upload_id();
                          unfinished_.try_emplace(id, std::move(view));
                          return Status::ok();
                        });
}

Status ReportWriter::take_finding(const stream::Record& record) {
  v1::FindingRecord message;
  if (!record.value || !message.ParseFromString(*record.value)) {
    return Status(ErrorCode::kCorruption, "a finding cannot be decoded");
  }
  if (message.has_finding()) {
    const std::string id = message.finding().upload_id();
    findings_[id].push_back(std::move(*message.mutable_finding()));
    return Status::ok();
  }
  return message.has_outcome() ? write(message.outcome(), record.timestamp) : Status::ok();
}

Status ReportWriter::write(const v1::UploadOutcome& outcome, Instant finished_at) {
  const auto place = unfinished_.find(outcome.upload_id());
  if (place == unfinished_.end()) return Status::ok();
  UploadReport report;
  report.upload = std::move(place->second);
  unfinished_.erase(place);
  report.upload.outcome = outcome;
  report.upload.finished_at = finished_at;
  report.upload.state = outcome.refused() ? UploadState::kRefused : UploadState::kCompleted;
  auto found = findings_.extract(outcome.upload_id());
  if (!found.empty()) report.findings = std::move(found.mapped());
  LastUpload now{report.upload.received_at, {}};
  for (const v1::Finding& finding : report.findings) now.fingerprints.add(finding);
  const v1::Upload& upload = report.upload.upload;
  const PracticeYearKind key{upload.practice_id(), upload.performance_year(), upload.kind()};
  const auto before = last_.find(key);
  if (before != last_.end()) {
    report.previous =
        ComparedUpload{before->second.received_at,
                       compare_findings(before->second.fingerprints, now.fingerprints)};
  }
  last_.insert_or_assign(key, std::move(now));
  const std::string path = directory_ + "/" + upload.upload_id() + ".txt";
  if (blobs_ != nullptr) QCDR_RETURN_IF_ERROR(write_rows(report));
  if (std::filesystem::exists(path)) return Status::ok();
  return write_whole_file(path, upload_report_text(report), kForEverybody);
}

Status ReportWriter::write_rows(const UploadReport& report) const {
  const v1::Upload& upload = report.upload.upload;
  const std::string path = directory_ + "/" + upload.upload_id() + ".rejected-rows.csv";
  if (report.upload.outcome->rows_rejected() == 0 || std::filesystem::exists(path)) {
    return Status::ok();
  }
  const auto rows = rejected_rows_page({*blobs_, *keys_}, report.upload, report.findings, 0);
  // The data were deleted meanwhile, or the file was refused as a whole: there are no rows.
  if (rows.status().code() == ErrorCode::kNotFound ||
      rows.status().code() == ErrorCode::kFailedPrecondition) {
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(rows.status());
  if (rows.value().left > 0) {
    std::fprintf(stderr, "%s: %s, with `qcdr uploads rejected-rows %s --offset %zu`\n",
                 path.c_str(), rows_left_text(rows.value()).c_str(), upload.upload_id().c_str(),
                 rows.value().rows);
  }
  return write_whole_file(path, rows.value().csv, kForTheOwner);
}

}  // namespace qcdr
