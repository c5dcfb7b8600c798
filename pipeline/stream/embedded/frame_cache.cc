#include "stream/embedded/frame_cache.h"

namespace qcdr::stream::embedded {

FrameBytes FrameCache::find(std::uint32_t frame) {
  const auto found = by_frame_.find(frame);
  if (found == by_frame_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->bytes;
}

void FrameCache::insert(std::uint32_t frame, FrameBytes bytes) {
  if (bytes->size() > bytes_max_ || by_frame_.count(frame) != 0) return;
  bytes_ += bytes->size();
  entries_.push_front(Entry{frame, std::move(bytes)});
  by_frame_[frame] = entries_.begin();
  while (bytes_ > bytes_max_) {
    bytes_ -= entries_.back().bytes->size();
    by_frame_.erase(entries_.back().frame);
    entries_.pop_back();
  }
}

}  // namespace qcdr::stream::embedded
