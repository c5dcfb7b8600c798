#include "common/http_limits.h"

#include <httplib.h>
#include <sys/socket.h>

namespace qcdr {
namespace {

constexpr int kRequestSecondsMax = 5;
constexpr int kKeptSecondsMax = 1;
constexpr int kMethodNotAllowed = 405;
constexpr int kRangeNotSatisfiable = 416;
constexpr std::size_t kKeptRequestsMax = 100;

void set_limits(httplib::Server& server, std::size_t connections_max) {
  server.new_task_queue = [connections_max] { return new httplib::ThreadPool(connections_max); };
  // Without it each answer waits for the other side's delayed acknowledgement.
  server.set_tcp_nodelay(true);
  // The default lets a second process listen on the same port, and each gets some of the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_read_timeout(kRequestSecondsMax);
  server.set_write_timeout(kRequestSecondsMax);
  server.set_keep_alive_timeout(kKeptSecondsMax);
  // The library copies an answer once for each range that is asked for, however many, and reads the
  // body of a request with method PRI whole, however long: neither is served.
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (request.method == "PRI") {
      response.status = kMethodNotAllowed;
    } else if (request.has_header("Range")) {
      response.status = kRangeNotSatisfiable;
    } else {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    return httplib::Server::HandlerResponse::Handled;
  });
}

}  // namespace

void set_read_only_limits(httplib::Server& server, std::size_t connections_max) {
  set_limits(server, connections_max);
  server.set_payload_max_length(1);
  server.set_keep_alive_max_count(kKeptRequestsMax);
}

void set_body_limits(httplib::Server& server, std::size_t connections_max) {
  set_limits(server, connections_max);
  server.set_keep_alive_max_count(1);
}

}  // namespace qcdr
