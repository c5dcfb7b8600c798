// The metrics of validation, its health, and the controller's heartbeat, by which operators see
// whether anything goes through: the same in `qcdr dev` and `qcdr serve validation`.
// Thread-safety: the thread that steps validation. Lifetime: telemetry and clock outlive it.
#pragma once

#include <chrono>
#include <optional>

#include "telemetry/service_metrics.h"
#include "telemetry/telemetry.h"
#include "validation/controller.h"
#include "validation/validation.h"

namespace qcdr {

class ValidationWatch {
 public:
  // `clock` gives the time of the records. The first heartbeat comes after one interval.
  ValidationWatch(Telemetry& telemetry, stream::Clock& clock, std::chrono::seconds heartbeat);
  ValidationObserver* observer() { return &metrics_; }

  // Sends a heartbeat when it is time, at `now` in the time of the records; none: that is not known
  // yet. Only for the owner of partition 0.
  Status beat(Controller& controller, std::optional<Instant> now);
  // Asks for the progress, when it has not for a second.
  void look_at(Validation& validation);

 private:
  Telemetry& telemetry_;
  ValidationMetrics metrics_;
  Telemetry::Every heartbeat_due_;
  Telemetry::Every progress_due_;
};

}  // namespace qcdr
