#include "cli/stop_signal.h"

#include <unistd.h>

#include <csignal>

namespace qcdr {
namespace {

volatile std::sig_atomic_t g_signals = 0;

void on_signal(int) {
  g_signals = g_signals + 1;
  // State is a prefix of the log, so ending here loses nothing.
  if (g_signals > 1) ::_exit(1);
}

}  // namespace

void install_stop_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() {
  return g_signals > 0;
}

}  // namespace qcdr
