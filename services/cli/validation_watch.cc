#include "cli/validation_watch.h"

#include "stream/system_clock.h"

namespace qcdr {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{1'000};
constexpr const char* kPart = "validation";

}  // namespace

ValidationWatch::ValidationWatch(Telemetry& telemetry, stream::Clock& clock,
                                 std::chrono::seconds heartbeat)
    : telemetry_(telemetry),
      metrics_(telemetry.registry(), clock),
      heartbeat_due_(heartbeat),
      progress_due_(kProgressInterval) {
  static_cast<void>(heartbeat_due_.due());
  publish_deadlines(telemetry.registry(), rulebook::Rulebook::built_in());
  telemetry.health().set(kPart, "starting");
}

Status ValidationWatch::beat(Controller& controller, std::optional<Instant> now) {
  if (!now || !heartbeat_due_.due()) return Status::ok();
  const Instant sent = stream::SystemClock().now();
  QCDR_RETURN_IF_ERROR(controller.heartbeat(*now, sent));
  metrics_.heartbeat(sent);
  return Status::ok();
}

void ValidationWatch::look_at(Validation& validation) {
  if (!progress_due_.due()) return;
  const auto progress = validation.progress();
  if (!progress.is_ok()) return;  // gauges: the next second tells
  metrics_.progress(progress.value());
  telemetry_.health().set(kPart, progress.value().places.empty() ? "no partition is assigned" : "");
}

}  // namespace qcdr
