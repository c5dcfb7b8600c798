// SIGINT and SIGTERM ask for an orderly end; a second one ends at once.
#pragma once

namespace qcdr {

void install_stop_signals();
bool stop_requested();

}  // namespace qcdr
