// Writes control records: one copy of each into every partition of registry-records.
//
// Whoever validates partition 0 of uploads is the controller. Time comes from outside: the clock in
// production, the highest upload timestamp in a replayed season. A deadline that passed is
// announced at its own instant, under an event id made from its name, so that a second controller,
// or this one after a crash, does no harm: the folds apply each event once. Thread-safety: none.
// Lifetime: log and rulebook outlive it.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "core/time.h"
#include "rulebook/rulebook.h"
#include "stream/log.h"

namespace qcdr::reference {
class NpiRegistries;
}
namespace qcdr::v1 {
class RegistryRecord;
}

namespace qcdr {

// Whether a list of the NPI register of that day is taken for the year: from its first day on until
// CMS's window closes. After that nothing of a season is reconciled any more.
bool takes_npi_registry(const rulebook::YearRules& rules, LocalDate list_date);
// When that window closes; none for a year without one.
std::optional<Instant> end_of_season(const rulebook::YearRules& rules);

class Controller {
 public:
  static Result<std::unique_ptr<Controller>> open(
      stream::Log& log, const rulebook::Rulebook& rulebook,
      const reference::NpiRegistries* npi_registries = nullptr);
  ~Controller();
  // It is now `now`: announces every deadline that has passed since, and of the snapshots that are
  // there and not of a later day the newest. Time that goes back is
  // ignored. After an error the same call again announces what is missing.
  Status time_is(Instant now);
  // Tells every partition the time, and nothing else. `sent`: by the clock on the wall, where
  // somebody will want to know how long it took.
  Status heartbeat(Instant now, std::optional<Instant> sent = std::nullopt);
  // The last time it was told; none yet.
  std::optional<Instant> announced() const;

 private:
  static constexpr std::int64_t kNever = INT64_MIN;
  // A control record that is due, and when.
  struct Due;
  Controller(stream::Log& log, const rulebook::Rulebook& rulebook,
             const reference::NpiRegistries* npi_registries);
  void add_deadlines(Instant now, std::vector<Due>* due) const;
  Status add_npi_registries(Instant now, std::vector<Due>* due);
  Status send_copies(const std::string& value, const std::vector<stream::Header>& headers,
                     Instant at);
  Status announce(const Due& due);

  stream::Log& log_;
  const rulebook::Rulebook& rulebook_;
  const reference::NpiRegistries* npi_registries_;
  std::map<PerformanceYear, Hash256> announced_registries_;
  std::unique_ptr<stream::Appender> appender_;  // null: to be made, also after an error
  std::int32_t partitions_ = 0;
  Instant announced_ = Instant::from_milliseconds(kNever);
  std::uint64_t heartbeats_ = 0;
};

}  // namespace qcdr
