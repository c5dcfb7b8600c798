// The admin port: metrics and health of this process over plain HTTP.
//
//   /metrics            what everybody watches          /livez     alive?     200 or 503
//   /metrics/internal   store, client library           /readyz    ready?     ?verbose
//   &exclude=PART /healthz            the old name of /livez          /startupz  started? ?verbose
//
// Nobody is authenticated and nothing is encrypted: bind it to the loopback, or to an address that
// only the monitoring reaches. It only reads; nothing here names a practice or a person.
// Limits: four connections at a time, five seconds for a request, no body.
// Thread-safety: one thread opens and destroys; requests are answered on threads of its own, so
// what `pages` calls must be safe from any thread. Lifetime: `pages` outlives it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/status.h"
#include "telemetry/health.h"
#include "telemetry/metric_registry.h"

namespace qcdr {

struct AdminPages {
  std::function<std::string(Audience)> metrics;
  const Health* health = nullptr;
};

class AdminServer {
 public:
  // `address`: HOST:PORT; port 0 takes a free one. kInvalidArgument: no such address.
  // kFailedPrecondition: it cannot be listened on, as when another process does.
  static Result<std::unique_ptr<AdminServer>> open(const std::string& address, AdminPages pages);
  ~AdminServer();
  int port() const { return port_; }

 private:
  struct Parts;
  explicit AdminServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
  int port_ = 0;
};

}  // namespace qcdr
