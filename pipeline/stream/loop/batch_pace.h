// How long a batch may gather records before it is committed.
//
// Short while the partition keeps up (latency), long under backlog (throughput): a commit costs the
// same for one record as for many. A poll that came back full means backlog and doubles the time;
// one that came back with a few keeps it within the idle most; an idle step starts over.
// Thread-safety: none. Pure: times are given.
#pragma once

#include "stream/loop/loop_options.h"

namespace qcdr::stream {

class BatchPace {
 public:
  explicit BatchPace(const LoopOptions& options)
      : options_(options), milliseconds_(options.batch_milliseconds_least) {}

  std::int64_t milliseconds() const { return milliseconds_; }
  void idle() { milliseconds_ = options_.batch_milliseconds_least; }
  // After a batch: whether there was more than it could take.
  void after_batch(bool backlog);

 private:
  const LoopOptions& options_;
  std::int64_t milliseconds_;
};

}  // namespace qcdr::stream
