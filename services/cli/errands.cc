#include "cli/errands.h"

#include <algorithm>

namespace qcdr {

Status Errands::run(std::function<Status()> work) {
  const auto errand = std::make_shared<Errand>();
  errand->work = std::move(work);
  std::unique_lock lock(mutex_);
  if (closed_ || waiting_.size() >= kErrandsWaitingMax) {
    return Status(ErrorCode::kUnavailable, "others wait for the state");
  }
  waiting_.push_back(errand);
  changed_.wait_for(lock, wait_max_, [&] { return closed_ || errand->begun; });
  if (!errand->begun) {
    std::erase(waiting_, errand);
    return Status(ErrorCode::kUnavailable, "the state is busy");
  }
  changed_.wait(lock, [&] { return errand->done; });
  return errand->status;
}

std::size_t Errands::do_waiting(const Around& around) {
  std::size_t count = 0;
  for (;;) {
    std::shared_ptr<Errand> next;
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) return count;
      next = waiting_.front();
      waiting_.pop_front();
      next->begun = true;
    }
    changed_.notify_all();
    Status status = around(next->work);
    const std::lock_guard lock(mutex_);
    next->status = std::move(status);
    next->done = true;
    ++count;
    changed_.notify_all();
  }
}

void Errands::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

}  // namespace qcdr
