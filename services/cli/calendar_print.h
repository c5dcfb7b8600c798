// `qcdr rulebook calendar YEAR`: the dates of the registry's season, what they mean for each kind
// of record, and the windows around them, each with its source.
#pragma once

namespace CLI {
class App;
}

namespace qcdr {

void add_calendar_command(CLI::App& rulebook, int* exit_code);

}  // namespace qcdr
