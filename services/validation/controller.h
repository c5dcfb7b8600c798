// Writes control records: one copy of each into every partition of registry-records.
//
// Whoever validates partition 0 of uploads is the controller. Time comes from outside: the clock in
// production, the highest upload timestamp in a replayed season. A deadline that passed is
// announced at its own instant, under an event id made from its name, so that a second controller,
// or this one after a crash, does no harm: the folds apply each event once. Thread-safety: none.
// Lifetime: log and rulebook outlive it.
#pragma once

#include <memory>

#include "core/time.h"
#include "rulebook/rulebook.h"
#include "stream/log.h"

namespace qcdr {

class Controller {
 public:
  // Nothing due before `since` is announced.
  static Result<std::unique_ptr<Controller>> open(stream::Log& log,
                                                  const rulebook::Rulebook& rulebook,
                                                  std::optional<Instant> since);
  // It is now `now`: announces every deadline that has passed since. Time that goes back is
  // ignored.
  Status time_is(Instant now);

 private:
  explicit Controller(const rulebook::Rulebook& rulebook) : rulebook_(rulebook) {}
  Status announce(PerformanceYear year, const rulebook::Deadline& deadline);

  const rulebook::Rulebook& rulebook_;
  std::unique_ptr<stream::Appender> appender_;
  std::int32_t partitions_ = 0;
  std::optional<Instant> announced_;
};

}  // namespace qcdr
