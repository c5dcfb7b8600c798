// How the command line reaches a running process: a Unix socket in the data directory.
//
// One request per connection: the arguments of a command, one a line, then the end of the stream.
// The answer: the exit code on a line of its own, then the command's data. Only the owner of the
// data directory can connect (mode 0600). Limits: 64 KiB per request, a few seconds per peer.
// Thread-safety: one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/status.h"

namespace qcdr {

struct ControlAnswer {
  int exit_code = 0;
  std::string data;
};

class ControlSocket {
 public:
  static Result<std::unique_ptr<ControlSocket>> listen(const std::string& path);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  using Handler = std::function<ControlAnswer(const std::vector<std::string>& arguments)>;
  // Waits up to `wait_milliseconds` for a peer and answers it. A bad peer is no error.
  Status serve(int wait_milliseconds, const Handler& handler);

 private:
  ControlSocket(int descriptor, std::string path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_;
  std::string path_;
};

std::string control_socket_path(const std::string& data_directory);
// kUnavailable when nobody listens there.
Result<ControlAnswer> ask_control_socket(const std::string& path,
                                         const std::vector<std::string>& arguments);

}  // namespace qcdr
