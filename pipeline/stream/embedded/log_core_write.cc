// Writing: the queue, group commit, and telling readers.
#include <fmt/core.h>

#include <limits>

#include "core/assert.h"
#include "stream/embedded/log_core.h"

namespace qcdr::stream::embedded {
namespace {

// Frames written and synced at once; one larger frame goes alone.
constexpr std::size_t kGroupBytesMax = std::size_t{8} << 20;
// Frames queued and not taken; who comes later waits.
constexpr std::size_t kPendingBytesMax = std::size_t{64} << 20;
static_assert(kGroupBytesMax <= kPendingBytesMax);

}  // namespace

Result<LogCore::Written> LogCore::write(const RecordsEncoder& records,
                                        const std::vector<GroupOffset>& offsets,
                                        const Permission& permitted) {
  std::string frame = records.finish(offsets);
  if (frame.size() > options_.frame_bytes_max) {
    return Status(ErrorCode::kLimitExceeded,
                  fmt::format("{} bytes in one write to the log; {} are allowed", frame.size(),
                              options_.frame_bytes_max));
  }
  Lock lock(mutex_);
  QCDR_RETURN_IF_ERROR(make_room(lock, frame.size()));
  QCDR_RETURN_IF_ERROR(permitted());
  Written written;
  written.append_time = options_.clock->now();
  written.offsets = assign_offsets(records.targets());
  stamp_append_time(&frame, written.append_time);
  const std::uint64_t sequence = queue(FrameKind::kRecords, std::move(frame));
  QCDR_RETURN_IF_ERROR(settle(lock, sequence + 1));
  return written;
}

Status LogCore::make_room(Lock& lock, std::size_t frame_bytes) {
  if (options_.read_only) return Status(ErrorCode::kFailedPrecondition, "the log is read-only");
  while (failure_.is_ok() && !pending_.empty() && pending_bytes_ + frame_bytes > kPendingBytesMax) {
    if (flushing_) {
      changed_.wait(lock);
    } else {
      flush_group(lock);
    }
  }
  QCDR_RETURN_IF_ERROR(failure_);
  if (next_sequence_ >= std::numeric_limits<std::uint32_t>::max()) {
    return Status(ErrorCode::kLimitExceeded, "the log has no frame numbers left");
  }
  return Status::ok();
}

std::vector<Offset> LogCore::assign_offsets(const std::vector<Target>& targets) {
  std::vector<Offset> offsets;
  offsets.reserve(targets.size());
  for (const Target target : targets) {
    QCDR_ASSERT(target.topic < next_offsets_.size());
    offsets.push_back(Offset(next_offsets_[target.topic][target.partition]++));
  }
  return offsets;
}

std::uint64_t LogCore::queue(FrameKind kind, std::string frame) {
  pending_bytes_ += frame.size();
  pending_.push_back(Pending{kind, next_sequence_, std::move(frame)});
  return next_sequence_++;
}

// Returns when the first `sequences` frames of the log are durable, or with the failure.
Status LogCore::settle(Lock& lock, std::uint64_t sequences) {
  while (failure_.is_ok() && index_.next_sequence() < sequences) {
    if (flushing_) {
      changed_.wait(lock);
    } else {
      flush_group(lock);
    }
  }
  return failure_;
}

void LogCore::flush_group(Lock& lock) {
  QCDR_ASSERT(!flushing_ && !pending_.empty());
  flushing_ = true;
  std::vector<Pending> group = take_group();
  std::vector<FramePlace> places;
  lock.unlock();
  Status status = write_group(&group, &places);
  lock.lock();
  flushing_ = false;
  if (status.is_ok()) {
    publish(std::move(group), places);
  } else {
    // A sync that failed may have lost pages without a trace: nothing is tried again.
    failure_ = status.with_context("the log stopped");
    pending_.clear();
    pending_bytes_ = 0;
  }
  changed_.notify_all();
}

std::vector<LogCore::Pending> LogCore::take_group() {
  std::vector<Pending> group;
  std::size_t bytes = 0;
  while (!pending_.empty()) {
    const std::size_t size = pending_.front().frame.size();
    if (!group.empty() && bytes + size > kGroupBytesMax) break;
    bytes += size;
    pending_bytes_ -= size;
    group.push_back(std::move(pending_.front()));
    pending_.pop_front();
  }
  return group;
}

Status LogCore::write_group(std::vector<Pending>* group, std::vector<FramePlace>* places) {
  QCDR_RETURN_IF_ERROR(writer_->roll_when_full());
  const std::uint32_t start = writer_->position();
  std::string together;
  std::size_t position = 0;
  std::size_t last = 0;
  for (Pending& pending : *group) {
    seal_frame(&pending.frame, pending.kind, pending.sequence, start);
    places->push_back(
        FramePlace{writer_->segment(), static_cast<std::uint32_t>(start + position),
                   static_cast<std::uint32_t>(pending.frame.size() - kFrameHeaderBytes)});
    last = position;
    position += pending.frame.size();
    if (group->size() > 1) together += pending.frame;
  }
  return writer_->write(group->size() > 1 ? together : group->front().frame, last);
}

void LogCore::publish(std::vector<Pending> group, const std::vector<FramePlace>& places) {
  QCDR_ASSERT(group.size() == places.size());
  for (std::size_t i = 0; i < group.size(); ++i) {
    auto bytes = std::make_shared<const std::string>(std::move(group[i].frame));
    FrameHeader header;
    // The checksum was made a moment ago; only the header is wanted here.
    QCDR_ASSERT(read_frame_header(*bytes, &header));
    const std::string_view payload = std::string_view(*bytes).substr(kFrameHeaderBytes);
    const Status applied = index_.apply(header, payload, places[i]);
    QCDR_ASSERT(applied.is_ok());
    if (group[i].kind == FrameKind::kTopic) {
      next_offsets_.emplace_back(index_.topics().back().partitions.size(), 0);
    }
    cache_.insert(static_cast<std::uint32_t>(header.sequence), std::move(bytes));
  }
}

}  // namespace qcdr::stream::embedded
