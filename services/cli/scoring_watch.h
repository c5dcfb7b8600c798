// The metrics of both stages of scoring, and what they say of this process's health: the same in
// `qcdr dev` and `qcdr serve scoring`.
// Thread-safety: the thread that steps the loops. Lifetime: telemetry and clocks outlive it.
#pragma once

#include "stream/rocksdb/rocksdb_stores.h"
#include "telemetry/loop_metrics.h"
#include "telemetry/service_metrics.h"
#include "telemetry/store_metrics.h"
#include "telemetry/telemetry.h"

namespace qcdr {

class ScoringWatch {
 public:
  // `clock` gives the time of the records, which in a made season is not that of the wall.
  ScoringWatch(Telemetry& telemetry, stream::Clock& clock, std::int32_t partitions,
               std::int32_t entity_partitions);

  LoopMetrics& loop() { return loop_; }
  LoopMetrics& entity_loop() { return entity_loop_; }
  ScoringObserver& scoring() { return scoring_; }

  void stepped(const stream::StepOutcome& outcome);
  void entities_stepped(const stream::StepOutcome& outcome);
  // Asks the stores, when it has not for some seconds.
  void look_at(const stream::RocksdbStores& stores, const stream::RocksdbStores& entity_stores);
  // Ok, or why the last partition that stopped did.
  const Status& stopped() const;

 private:
  void tell(const std::string& part, const stream::StepOutcome& outcome);

  Telemetry& telemetry_;
  LoopMetrics loop_;
  LoopMetrics entity_loop_;
  ScoringMetrics scoring_;
  StoreMetrics stores_;
  StoreMetrics entity_stores_;
  Telemetry::Every stores_due_;
};

}  // namespace qcdr
