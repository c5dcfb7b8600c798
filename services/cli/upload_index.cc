#include "cli/upload_index.h"

#include <algorithm>

#include "common/dead_letter.h"
#include "common/topic_names.h"
#include "qcdr/v1/registry_record.pb.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

bool received_before(const UploadView& a, const UploadView& b) {
  return std::pair(a.received_at, a.offset) < std::pair(b.received_at, b.offset);
}

}  // namespace

std::string_view upload_stage_name(UploadStage stage) {
  switch (stage) {
    case UploadStage::kReceived:
      return "received";
    case UploadStage::kValidating:
      return "validating";
    case UploadStage::kInWork:
      return "inWork";
    case UploadStage::kScored:
      return "scored";
    case UploadStage::kRefused:
      return "refused";
    case UploadStage::kParked:
      return "parked";
  }
  return "received";
}

Result<std::unique_ptr<UploadIndex>> UploadIndex::open(stream::Log& log) {
  std::unique_ptr<UploadIndex> index(new UploadIndex());
  QCDR_ASSIGN_OR_RETURN(index->log_, LogView::over(log));
  index->next_.resize(static_cast<std::size_t>(index->log_->partitions()));
  return index;
}

Status UploadIndex::read_on() {
  const std::lock_guard lock(mutex_);
  for (std::size_t number = 0; number < next_.size(); ++number) {
    QCDR_RETURN_IF_ERROR(
        read_partition(Partition(static_cast<std::int32_t>(number)), &next_[number]));
  }
  return Status::ok();
}

// Uploads before what is said of them, and their ends last: an end that is seen is one of rows that
// were.
Status UploadIndex::read_partition(Partition partition, Next* next_offsets) {
  const auto read = [&](const std::string& topic, Offset* from,
                        void (UploadIndex::*see)(const stream::Record&)) -> Status {
    QCDR_ASSIGN_OR_RETURN(const Offset beginning, log_->reader().beginning(topic, partition));
    *from = std::max(*from, beginning);
    return log_->for_each(topic, partition, *from, [&](const stream::Record& record) {
      *from = next(record.offset);
      (this->*see)(record);
      return Status::ok();
    });
  };
  QCDR_RETURN_IF_ERROR(read(kUploadsTopic, &next_offsets->upload, &UploadIndex::see_upload));
  QCDR_RETURN_IF_ERROR(
      read(kRegistryRecordsTopic, &next_offsets->record, &UploadIndex::see_registry_record));
  QCDR_RETURN_IF_ERROR(read(stream::dead_letter_topic(kRegistryRecordsTopic), &next_offsets->letter,
                            &UploadIndex::see_letter));
  return read(kFindingsTopic, &next_offsets->finding, &UploadIndex::see_finding);
}

void UploadIndex::see_upload(const stream::Record& record) {
  v1::Upload upload;
  if (!record.value || !upload.ParseFromString(*record.value)) return;  // a tick, or laid aside
  const auto [place, fresh] =
      practices_[upload.practice_id()].try_emplace(upload.upload_id(), Entry());
  if (!fresh) {
    ++place->second.view.times_received;
    return;
  }
  place->second.view.upload = std::move(upload);
  place->second.view.received_at = first_received(record);
  place->second.view.offset = record.offset;
}

UploadIndex::Entry* UploadIndex::entry_of(const v1::RegistryRecord& message) {
  const auto find = [this](std::uint32_t practice, const std::string& id) -> Entry* {
    const auto uploads = practices_.find(practice);
    if (uploads == practices_.end()) return nullptr;
    const auto found = uploads->second.find(id);
    return found == uploads->second.end() ? nullptr : &found->second;
  };
  if (message.has_chunk()) return find(message.chunk().practice_id(), message.chunk().upload_id());
  if (!message.has_upload_completed()) return nullptr;
  return find(message.upload_completed().practice_id(), message.upload_completed().upload_id());
}

void UploadIndex::see_registry_record(const stream::Record& record) {
  v1::RegistryRecord message;
  if (!record.value || !message.ParseFromString(*record.value)) return;
  Entry* entry = entry_of(message);
  if (entry == nullptr || entry->view.outcome) return;
  const std::string_view place = record.header(kParkedHeader);
  if (!place.empty()) entry->laid_back.insert(std::string(place));
  if (message.has_chunk()) {
    entry->chunks_seen = true;
    const v1::Chunk& chunk = message.chunk();
    entry->gap = chunk.first_ordinal() > entry->next_row;
    if (!entry->gap) {
      entry->next_row = std::max(entry->next_row, chunk.first_ordinal() + chunk.row_count());
    }
    return;
  }
  const v1::UploadCompleted& completed = message.upload_completed();
  entry->completed = true;
  entry->view.rows_read = completed.row_count();
  entry->gap = !completed.refused() && completed.row_count() != entry->next_row;
}

// What was laid aside because its practice is parked.
void UploadIndex::see_letter(const stream::Record& record) {
  const std::string_view place = record.header(kParkedHeader);
  v1::RegistryRecord message;
  if (place.empty() || !record.value || !message.ParseFromString(*record.value)) return;
  Entry* entry = entry_of(message);
  if (entry != nullptr && !entry->view.outcome) entry->laid_aside.insert(std::string(place));
}

void UploadIndex::see_finding(const stream::Record& record) {
  v1::FindingRecord message;
  if (!record.value || !message.ParseFromString(*record.value)) return;
  const bool is_end = message.has_outcome();
  if (!is_end && !message.has_finding()) return;
  const std::uint32_t practice =
      is_end ? message.outcome().practice_id() : message.finding().practice_id();
  const std::string& id = is_end ? message.outcome().upload_id() : message.finding().upload_id();
  const auto uploads = practices_.find(practice);
  if (uploads == practices_.end()) return;
  const auto found = uploads->second.find(id);
  if (found == uploads->second.end()) return;
  Entry& entry = found->second;
  if (!is_end) {
    if (!std::exchange(entry.has_findings, true)) entry.first_finding = record.offset;
    entry.last_finding = record.offset;
    return;
  }
  entry.view.outcome = std::move(*message.mutable_outcome());
  entry.view.finished_at = record.timestamp;
  entry.view.state =
      entry.view.outcome->refused() ? UploadState::kRefused : UploadState::kCompleted;
  entry.laid_aside.clear();
  entry.laid_back.clear();
}

IndexedUpload UploadIndex::shown(const Entry& entry) {
  IndexedUpload upload;
  upload.view = entry.view;
  upload.rows_on_log = entry.next_row;
  if (entry.view.outcome) {
    upload.stage = entry.view.outcome->refused() ? UploadStage::kRefused : UploadStage::kScored;
  } else if (entry.gap || !std::includes(entry.laid_back.begin(), entry.laid_back.end(),
                                         entry.laid_aside.begin(), entry.laid_aside.end())) {
    upload.stage = UploadStage::kParked;
    upload.view.state = UploadState::kParked;
  } else if (entry.completed) {
    upload.stage = UploadStage::kInWork;
  } else if (entry.chunks_seen) {
    upload.stage = UploadStage::kValidating;
  }
  return upload;
}

std::vector<IndexedUpload> UploadIndex::of_practice(PracticeId practice) const {
  const std::lock_guard lock(mutex_);
  std::vector<IndexedUpload> uploads;
  const auto found = practices_.find(practice.value());
  if (found == practices_.end()) return uploads;
  for (const auto& [id, entry] : found->second) uploads.push_back(shown(entry));
  std::sort(uploads.begin(), uploads.end(), [](const IndexedUpload& a, const IndexedUpload& b) {
    return received_before(b.view, a.view);
  });
  return uploads;
}

std::optional<IndexedUpload> UploadIndex::find(PracticeId practice,
                                               const std::string& upload_id) const {
  const std::lock_guard lock(mutex_);
  const auto uploads = practices_.find(practice.value());
  if (uploads == practices_.end()) return std::nullopt;
  const auto found = uploads->second.find(upload_id);
  if (found == uploads->second.end()) return std::nullopt;
  return shown(found->second);
}

std::optional<IndexedUpload> UploadIndex::previous_of_kind(const IndexedUpload& upload) const {
  const v1::Upload& what = upload.view.upload;
  for (IndexedUpload& other : of_practice(PracticeId(what.practice_id()))) {
    if (!received_before(other.view, upload.view) || !other.view.outcome) continue;
    if (other.view.upload.performance_year() == what.performance_year() &&
        other.view.upload.kind() == what.kind()) {
      return std::move(other);
    }
  }
  return std::nullopt;
}

Result<std::vector<v1::Finding>> UploadIndex::findings(const IndexedUpload& upload) {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Finding> findings;
  const v1::Upload& what = upload.view.upload;
  const Entry& entry = practices_.at(what.practice_id()).at(what.upload_id());
  if (!entry.has_findings) return findings;
  const Partition partition =
      practice_partition(PracticeId(what.practice_id()), log_->partitions());
  const Offset end = next(entry.last_finding);
  bool past = false;
  const Status read = log_->for_each(
      kFindingsTopic, partition, entry.first_finding, [&](const stream::Record& record) -> Status {
        past = !(record.offset < end);
        if (past) return Status(ErrorCode::kAborted, "all of it was read");
        v1::FindingRecord message;
        if (record.value && message.ParseFromString(*record.value) && message.has_finding() &&
            message.finding().upload_id() == what.upload_id()) {
          findings.push_back(std::move(*message.mutable_finding()));
        }
        return Status::ok();
      });
  if (!past) QCDR_RETURN_IF_ERROR(read);
  return findings;
}

}  // namespace qcdr
