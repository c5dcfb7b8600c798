// The limits of every listener. Thread-safety: before the server listens.
#pragma once

#include <cstddef>

namespace httplib {
class Server;
}

namespace qcdr {

// Of one that only answers GET: connections at a time; five seconds to read or write, one second
// kept open, no body.
void set_read_only_limits(httplib::Server& server, std::size_t connections_max);

// Of one that takes bodies: the same, but a connection ends with its answer, so that what a client
// still sends of a body that was refused is never read. The handlers count what they read: the
// library would read a declared body whole before it refuses it.
void set_body_limits(httplib::Server& server, std::size_t connections_max);

}  // namespace qcdr
