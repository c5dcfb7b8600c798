// Work that other threads want done by the thread that owns the state, and wait for.
//
// A limited number waits for a limited time; beyond that they are told kUnavailable.
// Invariant: work that is begun is waited for, however long it takes, because it uses what its
// sender holds. Thread-safety: run() from any thread; do_waiting() and close() by the owner.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "core/status.h"

namespace qcdr {

inline constexpr std::size_t kErrandsWaitingMax = 8;

class Errands {
 public:
  explicit Errands(std::chrono::milliseconds wait_max = std::chrono::seconds(30))
      : wait_max_(wait_max) {}
  ~Errands() { close(); }

  // The status of the work, or kUnavailable: it was not begun.
  Status run(std::function<Status()> work);
  // Does what waits, each with `around`, which calls what it is given. How many.
  using Around = std::function<Status(const std::function<Status()>& work)>;
  std::size_t do_waiting(const Around& around);
  // What waits is told, and nothing waits any more.
  void close();

 private:
  struct Errand {
    std::function<Status()> work;
    bool begun = false;
    bool done = false;
    Status status;
  };

  const std::chrono::milliseconds wait_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Errand>> waiting_;
  bool closed_ = false;
};

// Closes them at the end of a block.
class CloseErrands {
 public:
  explicit CloseErrands(Errands& errands) : errands_(errands) {}
  ~CloseErrands() { errands_.close(); }
  CloseErrands(const CloseErrands&) = delete;
  CloseErrands& operator=(const CloseErrands&) = delete;

 private:
  Errands& errands_;
};

}  // namespace qcdr
