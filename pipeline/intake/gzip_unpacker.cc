#include "intake/gzip_unpacker.h"

#include "intake/limits.h"

namespace qcdr::intake {

Status GzipUnpacker::feed(std::string_view bytes) {
  if (failure().has_value()) return to_status(*failure());
  if (!begun_ && !bytes.empty()) {
    begun_ = true;
    QCDR_RETURN_IF_ERROR(begin_file());
  }
  while (!bytes.empty()) {
    if (!in_member_) inflater_.reset();
    in_member_ = true;
    const std::size_t before = bytes.size();
    const Inflater::Outcome outcome = inflater_.step(&bytes, &slice_);
    packed_ += before - bytes.size();
    if (outcome == Inflater::Outcome::kDamaged) {
      return damaged("its contents do not agree with its check sum or form");
    }
    if (outcome == Inflater::Outcome::kFull) {
      QCDR_RETURN_IF_ERROR(emit(slice_));
      slice_.clear();
    }
    if (outcome == Inflater::Outcome::kEnded) in_member_ = false;
    if (slice_.size() == kUnpackSliceBytes) {
      QCDR_RETURN_IF_ERROR(emit(slice_));
      slice_.clear();
    }
  }
  return Status::ok();
}

Status GzipUnpacker::finish() {
  if (failure().has_value()) return to_status(*failure());
  // What zlib holds back when its input ended together with a full slice.
  while (in_member_) {
    std::string_view nothing;
    const Inflater::Outcome outcome = inflater_.step(&nothing, &slice_);
    if (outcome == Inflater::Outcome::kEnded) {
      in_member_ = false;
    } else if (outcome != Inflater::Outcome::kFull) {
      return damaged("it ends too early");
    }
    if (slice_.size() == kUnpackSliceBytes) {
      QCDR_RETURN_IF_ERROR(emit(slice_));
      slice_.clear();
    }
  }
  if (!begun_) return refuse(FindingCode::ARCHIVE_EMPTY);
  QCDR_RETURN_IF_ERROR(emit(slice_));
  slice_.clear();
  return end_file();
}

}  // namespace qcdr::intake
