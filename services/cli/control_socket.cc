#include "cli/control_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace qcdr {
namespace {

constexpr std::size_t kRequestBytesMax = 64 * 1024;
constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 30;
constexpr int kPeerSeconds = 5;
constexpr int kAnswerSeconds = 60;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  int release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

bool make_address(const std::string& path, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  if (path.size() >= sizeof address->sun_path) return false;
  std::memcpy(address->sun_path, path.c_str(), path.size() + 1);
  return true;
}

void limit_waits(int descriptor, int seconds) {
  timeval time = {};
  time.tv_sec = seconds;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

bool send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool receive_all(int descriptor, std::size_t bytes_max, std::string* bytes) {
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t received = ::recv(descriptor, buffer, sizeof buffer, 0);
    if (received < 0) return false;
    if (received == 0) return true;
    bytes->append(buffer, static_cast<std::size_t>(received));
    if (bytes->size() > bytes_max) return false;
  }
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

Status system_error(const char* what) {
  return Status(ErrorCode::kIo, std::string(what) + ": " + std::strerror(errno));
}

}  // namespace

std::string control_socket_path(const std::string& data_directory) {
  return data_directory + "/control.socket";
}

Result<std::unique_ptr<ControlSocket>> ControlSocket::listen(const std::string& path) {
  sockaddr_un address;
  if (!make_address(path, &address)) {
    return Status(ErrorCode::kInvalidArgument, "the path of the data directory is too long");
  }
  Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return system_error("control socket");
  // Whoever holds the data directory's lock owns the name; a leftover is of a dead process.
  ::unlink(path.c_str());
  const mode_t before = ::umask(0177);
  const int bound = ::bind(descriptor.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::umask(before);
  if (bound != 0 || ::listen(descriptor.get(), 8) != 0) return system_error("control socket");
  return std::unique_ptr<ControlSocket>(new ControlSocket(descriptor.release(), path));
}

ControlSocket::~ControlSocket() {
  ::close(descriptor_);
  ::unlink(path_.c_str());
}

Status ControlSocket::serve(int wait_milliseconds, const Handler& handler) {
  pollfd waiting = {descriptor_, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, wait_milliseconds);
  if (ready < 0 && errno != EINTR) return system_error("control socket");
  if (ready <= 0) return Status::ok();
  Descriptor peer(::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC));
  if (peer.get() < 0) return Status::ok();
  limit_waits(peer.get(), kPeerSeconds);
  std::string request;
  if (!receive_all(peer.get(), kRequestBytesMax, &request)) return Status::ok();
  const ControlAnswer answer = handler(split_lines(request));
  if (send_all(peer.get(), std::to_string(answer.exit_code) + "\n")) {
    send_all(peer.get(), answer.data);
  }
  return Status::ok();
}

Result<ControlAnswer> ask_control_socket(const std::string& path,
                                         const std::vector<std::string>& arguments) {
  const Status nobody(ErrorCode::kUnavailable, "no process answers at the data directory");
  sockaddr_un address;
  if (!make_address(path, &address)) return nobody;
  Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (descriptor.get() < 0) return system_error("control socket");
  if (::connect(descriptor.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    return nobody;
  }
  limit_waits(descriptor.get(), kAnswerSeconds);
  std::string request;
  for (const std::string& argument : arguments) request += argument + "\n";
  std::string bytes;
  if (!send_all(descriptor.get(), request) || ::shutdown(descriptor.get(), SHUT_WR) != 0 ||
      !receive_all(descriptor.get(), kAnswerBytesMax, &bytes)) {
    return nobody;
  }
  const std::size_t end = bytes.find('\n');
  if (end == std::string::npos) return nobody;
  ControlAnswer answer;
  answer.exit_code = std::atoi(bytes.substr(0, end).c_str());
  answer.data = bytes.substr(end + 1);
  return answer;
}

}  // namespace qcdr
