#include "telemetry/admin_server.h"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "common/http_limits.h"

namespace qcdr {
namespace {

constexpr std::size_t kConnectionsMax = 4;
constexpr int kPortMax = 65'535;
constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kPlainType = "text/plain; charset=utf-8";

void send(httplib::Response& response, const Health::Answer& answer) {
  constexpr int kOk = 200;
  constexpr int kUnavailable = 503;
  response.status = answer.good ? kOk : kUnavailable;
  response.set_content(answer.text, kPlainType);
}

std::set<std::string> excluded(const httplib::Request& request) {
  std::set<std::string> parts;
  for (std::size_t i = 0; i < request.get_param_value_count("exclude"); ++i) {
    parts.insert(request.get_param_value("exclude", i));
  }
  return parts;
}

void add_pages(httplib::Server& server, const AdminPages& pages) {
  using httplib::Request;
  using httplib::Response;
  const Health* health = pages.health;
  const auto metrics = pages.metrics;
  server.Get("/metrics", [metrics](const Request&, Response& response) {
    response.set_content(metrics(Audience::kPublic), kMetricsType);
  });
  server.Get("/metrics/internal", [metrics](const Request&, Response& response) {
    response.set_content(metrics(Audience::kInternal), kMetricsType);
  });
  const auto alive = [health](const Request& request, Response& response) {
    send(response, health->alive(request.has_param("verbose")));
  };
  server.Get("/livez", alive);
  server.Get("/healthz", alive);
  server.Get("/readyz", [health](const Request& request, Response& response) {
    send(response, health->ready(request.has_param("verbose"), excluded(request)));
  });
  server.Get("/startupz", [health](const Request& request, Response& response) {
    send(response, health->started(request.has_param("verbose")));
  });
}

struct Address {
  std::string host;
  int port = 0;
};

Result<Address> parse(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  if (colon != std::string::npos && colon > 0) {
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, address.port);
    address.host = text.substr(0, colon);
    if (address.host.front() == '[' && address.host.back() == ']') {
      address.host = address.host.substr(1, address.host.size() - 2);
    }
    if (parsed.ec == std::errc() && parsed.ptr == end && address.port >= 0 &&
        address.port <= kPortMax) {
      return address;
    }
  }
  return Status(ErrorCode::kInvalidArgument, "the admin port is HOST:PORT, not \"" + text + "\"");
}

}  // namespace

struct AdminServer::Parts {
  httplib::Server server;
  std::atomic<bool> ended = false;
  std::thread thread;
};

AdminServer::AdminServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<AdminServer>> AdminServer::open(const std::string& address,
                                                       AdminPages pages) {
  QCDR_ASSIGN_OR_RETURN(const Address where, parse(address));
  std::unique_ptr<AdminServer> opened(new AdminServer(std::make_unique<Parts>()));
  httplib::Server& server = opened->parts_->server;
  set_read_only_limits(server, kConnectionsMax);
  add_pages(server, pages);
  opened->port_ = where.port;
  if (where.port == 0) {
    opened->port_ = server.bind_to_any_port(where.host);
  } else if (!server.bind_to_port(where.host, where.port)) {
    opened->port_ = -1;
  }
  if (opened->port_ <= 0) {
    return Status(ErrorCode::kFailedPrecondition, "the admin port cannot listen on " + address);
  }
  opened->parts_->thread = std::thread([parts = opened->parts_.get()] {
    parts->server.listen_after_bind();
    parts->ended = true;
  });
  return opened;
}

AdminServer::~AdminServer() {
  if (!parts_->thread.joinable()) return;
  // stop() does nothing to a server that does not listen yet.
  while (!parts_->server.is_running() && !parts_->ended) std::this_thread::yield();
  parts_->server.stop();
  parts_->thread.join();
}

}  // namespace qcdr
