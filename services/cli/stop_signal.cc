#include "cli/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace qcdr {
namespace {

volatile std::sig_atomic_t g_signals = 0;
volatile std::sig_atomic_t g_seconds_max = kStopSecondsMax;

void on_signal(int) {
  g_signals = g_signals + 1;
  // State is a prefix of the log, so ending here loses nothing.
  if (g_signals > 1) ::_exit(1);
  ::alarm(static_cast<unsigned>(g_seconds_max));
}

void on_alarm(int) {
  constexpr char kText[] = "qcdr: did not end in time after a signal, and is ended\n";
  const ssize_t written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
  static_cast<void>(written);
  ::_exit(1);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void install_stop_signals(int seconds_max) {
  g_seconds_max = seconds_max;
  handle(SIGALRM, on_alarm);
  handle(SIGINT, on_signal);
  handle(SIGTERM, on_signal);
  ::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() {
  return g_signals > 0;
}

}  // namespace qcdr
