#include "validation/validation.h"

#include <algorithm>
#include <thread>

#include "common/dead_letter.h"
#include "common/topic_names.h"

namespace qcdr {
namespace {

constexpr std::size_t kPollRecordsMax = 64;
// As in the processing loop: fenced this often, each time soon after the last, it gives up.
constexpr int kFencedInARowMax = 5;
constexpr std::chrono::seconds kFencedInARow{60};

}  // namespace

Result<std::unique_ptr<Validation>> Validation::open(const std::string& slot, stream::Log& log,
                                                     stream::BlobStore& blobs, KeyRing& keys,
                                                     const rulebook::Rulebook& rulebook,
                                                     stream::CrashPoints& crash_points,
                                                     Controller* controller,
                                                     ValidationObserver* observer) {
  QCDR_ASSIGN_OR_RETURN(const std::int32_t partitions, log.partition_count(kRegistryRecordsTopic));
  std::unique_ptr<Validation> validation(
      new Validation(slot, log, ValidationContext{blobs, keys, rulebook, partitions, observer},
                     crash_points, controller));
  QCDR_ASSIGN_OR_RETURN(validation->reader_, log.reader());
  validation->repeated_ = std::make_unique<RepeatedFiles>(*validation->reader_);
  QCDR_RETURN_IF_ERROR(validation->connect());
  return validation;
}

Status Validation::connect() {
  if (consumer_ == nullptr) {
    QCDR_ASSIGN_OR_RETURN(consumer_, log_.join(kValidationGroup, kUploadsTopic, slot_));
  }
  if (appender_ == nullptr) {
    QCDR_ASSIGN_OR_RETURN(appender_, log_.appender());
  }
  return Status::ok();
}

// A slice that was read and not appended must be read again: going on behind it would leave a gap
// in the upload, and its offset would be committed over rows that are nowhere.
void Validation::start_over() {
  waiting_.clear();
  for_later_.clear();
  waiting_count_ = 0;
  places_.clear();
  epoch_.reset();
  appender_.reset();
}

Status Validation::follow_assignment() {
  QCDR_ASSIGN_OR_RETURN(const stream::Consumer::Assignment assignment, consumer_->assignment());
  if (epoch_ == assignment.epoch) return Status::ok();
  // Uploads of partitions that went elsewhere are begun again there.
  waiting_.clear();
  for_later_.clear();
  waiting_count_ = 0;
  places_.clear();
  for (Partition partition : assignment.partitions) {
    QCDR_ASSIGN_OR_RETURN(const Offset committed, consumer_->committed(partition));
    QCDR_RETURN_IF_ERROR(consumer_->seek(partition, committed));
    places_[partition] = {committed, {}, committed};
  }
  epoch_ = assignment.epoch;
  return Status::ok();
}

Status Validation::take(const stream::Record& record) {
  const auto place = places_.find(record.partition);
  if (place == places_.end()) return Status::ok();
  place->second.polled = next(record.offset);
  place->second.in_progress.insert(record.offset);
  if (controller_ != nullptr && owns(Partition(0))) {
    QCDR_RETURN_IF_ERROR(controller_->time_is(record.timestamp));
  }
  v1::Upload upload;
  if (!record.value) {  // a tick: only the time
    if (controller_ != nullptr) QCDR_RETURN_IF_ERROR(controller_->heartbeat(record.timestamp));
    return finish(record.partition, record.offset);
  }
  if (!upload.ParseFromString(*record.value)) {
    QCDR_RETURN_IF_ERROR(
        appender_->append(make_dead_letter(record, "validation", "upload record cannot be decoded"))
            .status());
    if (context_.observer != nullptr) {
      context_.observer->on_dead_letter(record.partition, record.offset);
    }
    return finish(record.partition, record.offset);
  }
  QCDR_ASSIGN_OR_RETURN(const bool repeated, repeated_->contains(record, upload));
  if (repeated) return finish(record.partition, record.offset);
  const PracticeId practice(upload.practice_id());
  waiting_[practice].push_back(
      {record.partition, record.offset,
       std::make_unique<UploadSession>(std::move(upload), first_received(record), context_)});
  ++waiting_count_;
  return Status::ok();
}

// The practice after the last one that can go on.
Validation::Queues::iterator Validation::next_turn() {
  QCDR_ASSERT(can_advance());
  auto turn = waiting_.upper_bound(turn_);
  for (;; ++turn) {
    if (turn == waiting_.end()) turn = waiting_.begin();
    if (!for_later_.contains(turn->first)) return turn;
  }
}

Status Validation::advance_next() {
  const auto turn = next_turn();
  turn_ = turn->first;
  Waiting& current = turn->second.front();
  std::vector<stream::OutputRecord> records;
  const Result<bool> advanced = current.session->advance(&records);
  if (!advanced.is_ok() && current.session->is_of_later_release()) {
    for_later_.emplace(turn->first, advanced.status());
    if (context_.observer != nullptr) {
      context_.observer->on_waits(current.partition, current.offset, advanced.status());
    }
    return Status::ok();
  }
  QCDR_RETURN_IF_ERROR(advanced.status());
  const bool finished = advanced.value();
  if (!records.empty()) {
    QCDR_RETURN_IF_ERROR(appender_->append_all(std::move(records)));
    crash_points_.reached(finished ? stream::CrashPoint::kValidationCompleted
                                   : stream::CrashPoint::kValidationChunkAppended);
  }
  if (!finished) return Status::ok();
  const Partition partition = current.partition;
  const Offset offset = current.offset;
  turn->second.pop_front();
  if (turn->second.empty()) waiting_.erase(turn);
  --waiting_count_;
  return finish(partition, offset);
}

Status Validation::finish(Partition partition, Offset offset) {
  PartitionPlace& place = places_.at(partition);
  place.in_progress.erase(offset);
  const Offset reached = place.in_progress.empty() ? place.polled : *place.in_progress.begin();
  if (reached == place.next) return Status::ok();
  QCDR_ASSERT(reached > place.next);
  place.next = reached;
  return consumer_->commit(partition, reached);
}

Result<bool> Validation::step(std::chrono::milliseconds wait) {
  Result<bool> worked = step_once(wait);
  if (worked.is_ok()) return worked;
  start_over();
  // Ownership changed between two looks at it, as it does when an instance joins.
  if (worked.status().code() == ErrorCode::kAborted) return true;
  // A member whose session timed out can fence itself when it joins again: a new one takes the
  // slot.
  if (worked.status().code() == ErrorCode::kFenced && !fenced_too_often()) {
    consumer_.reset();
    return Status(ErrorCode::kUnavailable, worked.status().message());
  }
  return worked;
}

bool Validation::fenced_too_often() {
  const auto now = std::chrono::steady_clock::now();
  const bool in_a_row = last_fenced_ && now - *last_fenced_ < kFencedInARow;
  fenced_in_a_row_ = in_a_row ? fenced_in_a_row_ + 1 : 1;
  last_fenced_ = now;
  return fenced_in_a_row_ >= kFencedInARowMax;
}

Result<bool> Validation::step_once(std::chrono::milliseconds wait) {
  QCDR_RETURN_IF_ERROR(connect());
  QCDR_RETURN_IF_ERROR(follow_assignment());
  if (can_advance()) {
    QCDR_RETURN_IF_ERROR(advance_next());
    wait = std::chrono::milliseconds(0);
  }
  const bool worked = can_advance();
  if (waiting_count_ >= kUploadsWaitingMax) {
    // The group is served by follow_assignment() of the next step.
    if (!worked) std::this_thread::sleep_for(wait);
    return worked;
  }
  const std::size_t records_max = std::min(kPollRecordsMax, kUploadsWaitingMax - waiting_count_);
  QCDR_ASSIGN_OR_RETURN(const std::vector<stream::Record> records,
                        consumer_->poll(wait, records_max));
  for (const stream::Record& record : records) QCDR_RETURN_IF_ERROR(take(record));
  return worked || !records.empty();
}

Result<Validation::Progress> Validation::progress() {
  Progress progress;
  progress.uploads = waiting_count_;
  for (const auto& [partition, place] : places_) {
    QCDR_ASSIGN_OR_RETURN(const Offset end, reader_->end(kUploadsTopic, partition));
    progress.places[partition] = {place.next, end, std::nullopt};
  }
  for (const auto& [practice, uploads] : waiting_) {
    for (const Waiting& upload : uploads) {
      auto& oldest = progress.places[upload.partition].oldest;
      const Instant received = upload.session->received_at();
      oldest = std::min(oldest.value_or(received), received);
    }
  }
  return progress;
}

Result<bool> Validation::caught_up() {
  if (can_advance() || !epoch_) return false;
  if (waiting_count_ >= kUploadsWaitingMax) return waits();
  for (const auto& [partition, place] : places_) {
    QCDR_ASSIGN_OR_RETURN(const Offset end, reader_->end(kUploadsTopic, partition));
    // Markers of transactions may lie between the last record and the end.
    if (place.polled >= end) continue;
    QCDR_ASSIGN_OR_RETURN(const auto rest,
                          reader_->read(kUploadsTopic, partition, place.polled, 1));
    if (!rest.empty()) return false;
  }
  QCDR_RETURN_IF_ERROR(waits());
  return true;
}

Status Validation::waits() const {
  if (for_later_.empty()) return Status::ok();
  return for_later_.begin()->second.with_context(
      "uploads of " + std::to_string(for_later_.size()) +
      (for_later_.size() == 1 ? " practice" : " practices") + " wait for a later release");
}

}  // namespace qcdr
