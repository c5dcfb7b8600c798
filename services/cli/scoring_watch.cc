#include "cli/scoring_watch.h"

#include "stream/system_clock.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kStoresInterval{5'000};
constexpr const char* kScoring = "scoring";
constexpr const char* kEntities = "entities";

stream::Clock& wall_clock() {
  static stream::SystemClock clock;
  return clock;
}

}  // namespace

ScoringWatch::ScoringWatch(Telemetry& telemetry, stream::Clock& clock, std::int32_t partitions,
                           std::int32_t entity_partitions)
    : telemetry_(telemetry),
      loop_(telemetry.registry(), kScoring, partitions, clock),
      entity_loop_(telemetry.registry(), kEntities, entity_partitions, clock),
      scoring_(telemetry.registry(), wall_clock()),
      stores_(telemetry.registry(), kScoring),
      entity_stores_(telemetry.registry(), kEntities),
      stores_due_(kStoresInterval) {
  for (const char* part : {kScoring, kEntities}) telemetry.health().set(part, "starting");
}

void ScoringWatch::tell(const std::string& part, const stream::StepOutcome& outcome) {
  std::string problem;
  const std::size_t settled = outcome.partitions_live + outcome.stopped.size();
  if (outcome.partitions_owned == 0) problem = "no partition is assigned";
  if (settled < outcome.partitions_owned) {
    problem = std::to_string(outcome.partitions_owned - settled) + " partitions are not live yet";
  }
  if (!outcome.stopped.empty()) {
    problem = std::to_string(outcome.stopped.size()) + " partitions have stopped";
  }
  telemetry_.health().set(part, problem);
}

void ScoringWatch::stepped(const stream::StepOutcome& outcome) {
  telemetry_.health().beat();
  loop_.stepped(outcome);
  tell(kScoring, outcome);
}

void ScoringWatch::entities_stepped(const stream::StepOutcome& outcome) {
  telemetry_.health().beat();
  entity_loop_.stepped(outcome);
  tell(kEntities, outcome);
}

void ScoringWatch::look_at(const stream::RocksdbStores& stores,
                           const stream::RocksdbStores& entity_stores) {
  if (!stores_due_.due()) return;
  stores_.update(stores.statistics());
  entity_stores_.update(entity_stores.statistics());
}

const Status& ScoringWatch::stopped() const {
  return loop_.stopped().is_ok() ? entity_loop_.stopped() : loop_.stopped();
}

}  // namespace qcdr
