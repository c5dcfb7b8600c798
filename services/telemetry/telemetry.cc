#include "telemetry/telemetry.h"

#include "telemetry/log_line.h"

namespace qcdr {

Telemetry::Telemetry(const TelemetryOptions& options)
    : process_(registry_, options.version, options.service) {}

Result<std::unique_ptr<Telemetry>> Telemetry::open(const TelemetryOptions& options) {
  std::unique_ptr<Telemetry> opened(new Telemetry(options));
  opened->health_.set("start", "not finished");
  if (options.admin_address.empty()) return opened;
  AdminPages pages;
  pages.health = &opened->health_;
  pages.metrics = [telemetry = opened.get()](Audience audience) {
    telemetry->process_.update();
    return telemetry->registry_.text(audience);
  };
  QCDR_ASSIGN_OR_RETURN(opened->server_, AdminServer::open(options.admin_address, pages));
  LogLine(LogLevel::kInfo, "admin port open").port(opened->server_->port());
  return opened;
}

bool Telemetry::Every::due() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return false;
  next_ = now + interval_;
  return true;
}

}  // namespace qcdr
