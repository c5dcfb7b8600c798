#include "upload_stage.h"

namespace qcdr::simulation {
namespace {

constexpr std::size_t kPollRecordsMax = 3;
constexpr std::size_t kReadBytes = 4;  // so that a blob takes several reads
constexpr std::chrono::milliseconds kPollWait{5};

}  // namespace

Status UploadStage::step() {
  const Status status = step_once();
  if (status.is_ok()) return status;
  start_over();
  const bool ends = status.code() == ErrorCode::kFenced || status.code() == ErrorCode::kIo;
  const bool passes =
      status.code() == ErrorCode::kUnavailable || status.code() == ErrorCode::kAborted;
  return ends || !passes ? status : Status::ok();
}

void UploadStage::start_over() {
  waiting_.clear();
  work_.reset();
  epoch_.reset();
  appender_.reset();
}

Status UploadStage::step_once() {
  if (!consumer_) {
    QCDR_ASSIGN_OR_RETURN(consumer_, log_.join(kUploadGroup, "uploads", options_.slot));
  }
  if (!appender_) {
    QCDR_ASSIGN_OR_RETURN(appender_, log_.appender());
  }
  QCDR_RETURN_IF_ERROR(follow_assignment());
  if (work_) return append_chunk();
  if (waiting_.empty()) {
    QCDR_ASSIGN_OR_RETURN(std::vector<stream::Record> records,
                          consumer_->poll(kPollWait, kPollRecordsMax));
    for (stream::Record& record : records) waiting_.push_back(std::move(record));
    return Status::ok();
  }
  stream::Record upload = std::move(waiting_.front());
  waiting_.pop_front();
  return begin(std::move(upload));
}

Status UploadStage::follow_assignment() {
  QCDR_ASSIGN_OR_RETURN(const stream::Consumer::Assignment assignment, consumer_->assignment());
  if (epoch_ == assignment.epoch) return Status::ok();
  waiting_.clear();
  work_.reset();
  for (const Partition partition : assignment.partitions) {
    QCDR_ASSIGN_OR_RETURN(const Offset committed, consumer_->committed(partition));
    QCDR_RETURN_IF_ERROR(consumer_->seek(partition, committed));
  }
  epoch_ = assignment.epoch;
  return Status::ok();
}

Status UploadStage::begin(stream::Record upload) {
  QCDR_ASSIGN_OR_RETURN(const auto reader, blobs_.open(upload.value.value_or("")));
  std::string row;
  Work work;
  for (;;) {
    QCDR_ASSIGN_OR_RETURN(const std::string bytes, reader->read(kReadBytes));
    if (bytes.empty()) break;
    for (const char byte : bytes) {
      if (byte == '\n') {
        work.rows.push_back(std::exchange(row, ""));
      } else {
        row += byte;
      }
    }
  }
  work.upload = std::move(upload);
  work_ = std::move(work);
  return Status::ok();
}

Status UploadStage::append_chunk() {
  Work& work = *work_;
  const Instant received = options_.received_when_parsed ? clock_.now() : work.upload.timestamp;
  stream::OutputRecord chunk;
  chunk.topic = "input";
  chunk.partition = work.upload.partition;
  chunk.key = work.upload.key;
  chunk.headers = {{"upload", std::string(work.upload.header("upload"))},
                   {"ordinal", std::to_string(work.rows_done)},
                   {"received-at", std::to_string(received.milliseconds())}};
  const std::size_t end = std::min(work.rows.size(), work.rows_done + options_.rows_per_chunk);
  std::string value;
  for (; work.rows_done < end; ++work.rows_done) {
    value += (value.empty() ? "" : ",") + work.rows[work.rows_done];
  }
  chunk.value = value;
  QCDR_RETURN_IF_ERROR(appender_->append(std::move(chunk)).status());
  if (work.rows_done < work.rows.size()) return Status::ok();
  const Partition partition = work.upload.partition;
  const Offset offset = work.upload.offset;
  work_.reset();
  return consumer_->commit(partition, next(offset));
}

}  // namespace qcdr::simulation
