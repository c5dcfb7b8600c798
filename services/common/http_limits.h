// The limits of every listener that only answers GET. Thread-safety: before the server listens.
#pragma once

#include <cstddef>

namespace httplib {
class Server;
}

namespace qcdr {

// Connections at a time; five seconds to read or write, one second kept open, no body.
void set_read_only_limits(httplib::Server& server, std::size_t connections_max);

}  // namespace qcdr
