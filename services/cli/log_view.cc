#include "cli/log_view.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/system_clock.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr std::size_t kReadRecords = 1000;

Status undecodable(const char* what) {
  return Status(ErrorCode::kCorruption, std::string(what) + " cannot be decoded");
}

// How far the rows of an unfinished upload have come on the log, as the fold follows them.
struct RowsOnLog {
  std::uint32_t next_row = 0;
  bool parked = false;
  std::optional<std::uint32_t> rows_read;
  // Places of its records among what was laid aside because its practice is parked, and of those
  // that came back.
  std::set<std::string> laid_aside;
  std::set<std::string> laid_back;

  bool waits() const {
    return parked ||
           !std::includes(laid_back.begin(), laid_back.end(), laid_aside.begin(), laid_aside.end());
  }
  void see(const v1::Chunk& chunk) {
    if (chunk.first_ordinal() > next_row) {
      parked = true;
      return;
    }
    next_row = std::max(next_row, chunk.first_ordinal() + chunk.row_count());
    parked = false;
  }
  void see(const v1::UploadCompleted& completed) {
    rows_read = completed.row_count();
    if (!completed.refused() && completed.row_count() != next_row) parked = true;
  }
};

// Whose rows or end the record is; empty: something else.
std::string upload_of(const v1::RegistryRecord& message) {
  if (message.has_chunk()) return message.chunk().upload_id();
  return message.has_upload_completed() ? message.upload_completed().upload_id() : std::string();
}

}  // namespace

std::string_view upload_state_name(UploadState state) {
  switch (state) {
    case UploadState::kInWork:
      return "inWork";
    case UploadState::kParked:
      return "parked";
    case UploadState::kCompleted:
      return "completed";
    case UploadState::kRefused:
      return "refused";
  }
  return "inWork";
}

Result<std::unique_ptr<LogView>> LogView::open(const std::string& data_directory) {
  stream::EmbeddedLogOptions options;
  options.directory = data_directory + "/log";
  options.read_only = true;
  options.beside_writer = true;
  if (!std::filesystem::exists(options.directory + "/LOCK")) {
    return Status(ErrorCode::kNotFound, "there is no log here; give --data-dir");
  }
  std::unique_ptr<LogView> view(new LogView());
  view->clock_ = std::make_unique<stream::SystemClock>();
  options.clock = view->clock_.get();
  QCDR_ASSIGN_OR_RETURN(view->log_, stream::EmbeddedLog::open(std::move(options)));
  QCDR_RETURN_IF_ERROR(view->look_around(*view->log_));
  return view;
}

Result<std::unique_ptr<LogView>> LogView::over(stream::Log& log) {
  std::unique_ptr<LogView> view(new LogView());
  QCDR_RETURN_IF_ERROR(view->look_around(log));
  return view;
}

Status LogView::look_around(stream::Log& log) {
  QCDR_ASSIGN_OR_RETURN(reader_, log.reader());
  QCDR_ASSIGN_OR_RETURN(partitions_, log.partition_count(kUploadsTopic));
  return Status::ok();
}

const stream::RecoveryReport* LogView::recovery() const {
  return log_ != nullptr ? &log_->recovery() : nullptr;
}

Status LogView::for_each(const std::string& topic, Partition partition, Offset from,
                         const Visit& visit) {
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const auto records, reader_->read(topic, partition, from, kReadRecords));
    if (records.empty()) return Status::ok();
    for (const stream::Record& record : records) {
      from = next(record.offset);
      QCDR_RETURN_IF_ERROR(visit(record));
    }
  }
}

Status LogView::add_received(Partition partition, UploadsById* found) {
  return for_each(kUploadsTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
    if (!record.value) return Status::ok();  // a tick
    v1::Upload upload;
    if (!upload.ParseFromString(*record.value)) return Status::ok();  // laid aside: `qcdr dlq`
    const auto [place, fresh] = found->try_emplace(upload.upload_id());
    if (!fresh) {
      ++place->second.times_received;
      return Status::ok();
    }
    place->second.upload = std::move(upload);
    place->second.received_at = first_received(record);
    place->second.offset = record.offset;
    return Status::ok();
  });
}

Status LogView::add_outcomes(Partition partition, UploadsById* found) {
  return for_each(kFindingsTopic, partition, Offset(), [&](const stream::Record& record) -> Status {
    v1::FindingRecord message;
    if (!record.value || !message.ParseFromString(*record.value)) {
      return undecodable("a finding");
    }
    if (!message.has_outcome()) return Status::ok();
    const auto place = found->find(message.outcome().upload_id());
    if (place == found->end()) return Status::ok();
    UploadView& upload = place->second;
    upload.outcome = std::move(*message.mutable_outcome());
    upload.state = upload.outcome->refused() ? UploadState::kRefused : UploadState::kCompleted;
    upload.finished_at = record.timestamp;
    return Status::ok();
  });
}

// A log of an earlier version has no such topic.
Status LogView::for_each_letter(Partition partition,
                                const std::function<void(const stream::Record&)>& see) {
  const std::string topic = stream::dead_letter_topic(kRegistryRecordsTopic);
  const Status read = for_each(topic, partition, Offset(), [&](const stream::Record& letter) {
    see(letter);
    return Status::ok();
  });
  return read.code() == ErrorCode::kNotFound ? Status::ok() : read;
}

Status LogView::follow_unfinished(Partition partition, UploadsById* found) {
  std::map<std::string, RowsOnLog> unfinished;
  for (const auto& [id, upload] : *found) {
    if (!upload.outcome) unfinished.try_emplace(id);
  }
  if (unfinished.empty()) return Status::ok();
  QCDR_RETURN_IF_ERROR(for_each(kRegistryRecordsTopic, partition, Offset(),
                                [&](const stream::Record& record) -> Status {
                                  v1::RegistryRecord message;
                                  if (!record.value || !message.ParseFromString(*record.value)) {
                                    return Status::ok();  // laid aside, as an upload
                                  }
                                  const auto rows = unfinished.find(upload_of(message));
                                  if (rows == unfinished.end()) return Status::ok();
                                  const std::string_view place = record.header(kParkedHeader);
                                  if (!place.empty())
                                    rows->second.laid_back.insert(std::string(place));
                                  if (message.has_chunk()) {
                                    rows->second.see(message.chunk());
                                  } else {
                                    rows->second.see(message.upload_completed());
                                  }
                                  return Status::ok();
                                }));
  QCDR_RETURN_IF_ERROR(for_each_letter(partition, [&](const stream::Record& letter) {
    v1::RegistryRecord message;
    const std::string_view place = letter.header(kParkedHeader);
    if (place.empty() || !letter.value || !message.ParseFromString(*letter.value)) return;
    const auto rows = unfinished.find(upload_of(message));
    if (rows != unfinished.end()) rows->second.laid_aside.insert(std::string(place));
  }));
  for (const auto& [id, rows] : unfinished) {
    if (rows.waits()) found->at(id).state = UploadState::kParked;
    if (rows.rows_read) found->at(id).rows_read = rows.rows_read;
  }
  return Status::ok();
}

Result<std::vector<UploadView>> LogView::uploads() {
  std::vector<UploadView> uploads;
  for (std::int32_t number = 0; number < partitions_; ++number) {
    UploadsById found;
    QCDR_RETURN_IF_ERROR(add_received(Partition(number), &found));
    QCDR_RETURN_IF_ERROR(add_outcomes(Partition(number), &found));
    QCDR_RETURN_IF_ERROR(follow_unfinished(Partition(number), &found));
    for (auto& [id, upload] : found) uploads.push_back(std::move(upload));
  }
  std::stable_sort(uploads.begin(), uploads.end(), [](const UploadView& a, const UploadView& b) {
    return std::tuple(a.received_at, a.upload.practice_id(), a.offset) <
           std::tuple(b.received_at, b.upload.practice_id(), b.offset);
  });
  return uploads;
}

Result<UploadView> LogView::find_upload(const std::string& id) {
  QCDR_ASSIGN_OR_RETURN(std::vector<UploadView> all, uploads());
  UploadView* match = nullptr;
  for (UploadView& upload : all) {
    if (id.empty() || !upload.upload.upload_id().starts_with(id)) continue;
    if (match != nullptr) {
      return Status(ErrorCode::kInvalidArgument, "several uploads begin with this id; give more");
    }
    match = &upload;
  }
  if (match == nullptr) {
    return Status(ErrorCode::kNotFound, "no such upload; `qcdr uploads` shows what there is");
  }
  return std::move(*match);
}

Result<std::vector<v1::Finding>> LogView::findings(const v1::Upload& upload) {
  std::vector<v1::Finding> findings;
  QCDR_RETURN_IF_ERROR(
      for_each(kFindingsTopic, practice_partition(PracticeId(upload.practice_id()), partitions_),
               Offset(), [&](const stream::Record& record) -> Status {
                 v1::FindingRecord message;
                 if (!record.value || !message.ParseFromString(*record.value)) {
                   return undecodable("a finding");
                 }
                 if (message.has_finding() && message.finding().upload_id() == upload.upload_id()) {
                   findings.push_back(std::move(*message.mutable_finding()));
                 }
                 return Status::ok();
               }));
  return findings;
}

Result<std::optional<UploadView>> LogView::previous_of_kind(const UploadView& upload) {
  QCDR_ASSIGN_OR_RETURN(std::vector<UploadView> all, uploads());
  std::optional<UploadView> previous;
  for (UploadView& other : all) {
    if (other.upload.upload_id() == upload.upload.upload_id()) break;
    if (other.outcome && other.upload.practice_id() == upload.upload.practice_id() &&
        other.upload.performance_year() == upload.upload.performance_year() &&
        other.upload.kind() == upload.upload.kind()) {
      previous = std::move(other);
    }
  }
  return previous;
}

Result<Instant> LogView::clock() {
  Instant latest;
  for (std::int32_t number = 0; number < partitions_; ++number) {
    QCDR_RETURN_IF_ERROR(for_each(kRegistryRecordsTopic, Partition(number), Offset(),
                                  [&](const stream::Record& record) {
                                    latest = std::max(latest, record.timestamp);
                                    return Status::ok();
                                  }));
  }
  return latest;
}

}  // namespace qcdr
