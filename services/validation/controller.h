// Writes control records: one copy of each into every partition of registry-records.
//
// Whoever validates partition 0 of uploads is the controller. Time comes from outside: the clock in
// production, the highest upload timestamp in a replayed season. A deadline that passed is
// announced at its own instant, under an event id made from its name, so that a second controller,
// or this one after a crash, does no harm: the folds apply each event once. Thread-safety: none.
// Lifetime: log and rulebook outlive it.
#pragma once

#include <memory>
#include <optional>

#include "core/time.h"
#include "rulebook/rulebook.h"
#include "stream/log.h"

namespace qcdr {

class Controller {
 public:
  static Result<std::unique_ptr<Controller>> open(stream::Log& log,
                                                  const rulebook::Rulebook& rulebook);
  // It is now `now`: announces every deadline that has passed since. Time that goes back is
  // ignored. After an error the same call again announces what is missing.
  Status time_is(Instant now);
  // Tells every partition the time, and nothing else. `sent`: by the clock on the wall, where
  // somebody will want to know how long it took.
  Status heartbeat(Instant now, std::optional<Instant> sent = std::nullopt);
  // The last time it was told; none yet.
  std::optional<Instant> announced() const;

 private:
  static constexpr std::int64_t kNever = INT64_MIN;
  Controller(stream::Log& log, const rulebook::Rulebook& rulebook)
      : log_(log), rulebook_(rulebook) {}
  Status send_copies(const std::string& value, const std::vector<stream::Header>& headers,
                     Instant at);
  Status announce(PerformanceYear year, const rulebook::Deadline& deadline);

  stream::Log& log_;
  const rulebook::Rulebook& rulebook_;
  std::unique_ptr<stream::Appender> appender_;  // null: to be made, also after an error
  std::int32_t partitions_ = 0;
  Instant announced_ = Instant::from_milliseconds(kNever);
  std::uint64_t heartbeats_ = 0;
};

}  // namespace qcdr
