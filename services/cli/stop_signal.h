// SIGINT and SIGTERM ask for an orderly end; a second one ends at once, and so does time: a process
// that has not ended by itself within the limit is ended where it stands. Either way nothing is
// lost, because the state is a prefix of the log, and an upload that was not finished is begun
// again. Thread-safety: install once, ask from anywhere.
#pragma once

namespace qcdr {

// Less than what an orchestrator waits before it kills.
inline constexpr int kStopSecondsMax = 30;

void install_stop_signals(int seconds_max = kStopSecondsMax);
bool stop_requested();

}  // namespace qcdr
