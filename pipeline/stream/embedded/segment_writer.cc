#include "stream/embedded/segment_writer.h"

#include <fcntl.h>
#include <fmt/core.h>

#include "core/assert.h"

namespace qcdr::stream::embedded {

std::string segment_path(const std::string& directory, std::uint32_t number) {
  return fmt::format("{}/segment-{:010}.log", directory, number);
}

Result<SegmentWriter> SegmentWriter::open(Options options, std::uint32_t number,
                                          std::uint64_t size) {
  SegmentWriter writer(std::move(options));
  QCDR_RETURN_IF_ERROR(writer.start(number, size));
  // What an earlier process wrote may be in the operating system's memory only.
  QCDR_RETURN_IF_ERROR(writer.sync());
  return writer;
}

Status SegmentWriter::start(std::uint32_t number, std::uint64_t size) {
  QCDR_ASSIGN_OR_RETURN(file_,
                        File::open(segment_path(options_.directory, number), O_RDWR | O_CREAT));
  QCDR_ASSIGN_OR_RETURN(const std::uint64_t present, file_.size());
  if (present > size) QCDR_RETURN_IF_ERROR(file_.truncate(size));
  QCDR_RETURN_IF_ERROR(sync_directory(options_.directory));
  segment_ = number;
  position_ = size;
  return Status::ok();
}

Status SegmentWriter::sync() {
  return options_.sync ? options_.sync(file_) : file_.sync();
}

Status SegmentWriter::roll_when_full() {
  if (position_ < options_.segment_bytes) return Status::ok();
  return start(segment_ + 1, 0);
}

Status SegmentWriter::write(std::string_view bytes, std::size_t last_frame) {
  QCDR_ASSERT(last_frame < bytes.size());
  // Two writes, so that a process may die between the halves of a frame.
  const std::size_t half = last_frame + (bytes.size() - last_frame) / 2;
  QCDR_RETURN_IF_ERROR(file_.write_at(position_, bytes.substr(0, half)));
  options_.crash_points->reached(CrashPoint::kLogFrameHalfWritten);
  QCDR_RETURN_IF_ERROR(file_.write_at(position_ + half, bytes.substr(half)));
  options_.crash_points->reached(CrashPoint::kLogFrameWritten);
  QCDR_RETURN_IF_ERROR(sync());
  options_.crash_points->reached(CrashPoint::kLogFrameSynced);
  position_ += bytes.size();
  return Status::ok();
}

}  // namespace qcdr::stream::embedded
