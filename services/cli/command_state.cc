// `qcdr state verify`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/state_view.h"

namespace qcdr {
namespace {

struct Options {
  std::string data_directory = "data";
  std::vector<std::string> state_directories;
  std::string key_directory;
  bool quick = false;
};

// Recomputes a partition's digest from its rows, practice by practice.
Result<StateDigest> recompute(StateView::PartitionView& partition) {
  StateDigest sum;
  QCDR_ASSIGN_OR_RETURN(const auto ids, partition.ledger->practice_years());
  for (const ledger::PracticeYear id : ids) {
    QCDR_ASSIGN_OR_RETURN(ledger::PracticeLedger * practice, partition.ledger->find(id));
    QCDR_ASSIGN_OR_RETURN(const StateDigest digest, practice->verify());
    sum.add(digest);
    partition.ledger->shrink(std::size_t{256} << 20);
  }
  return sum;
}

Status verify(const Options& options) {
  std::vector<std::string> states = options.state_directories;
  if (states.empty()) states.push_back(options.data_directory + "/state");
  const std::string keys =
      options.key_directory.empty() ? options.data_directory + "/keys" : options.key_directory;
  QCDR_ASSIGN_OR_RETURN(auto view, StateView::open(states, keys));
  for (StateView::PartitionView& partition : view->partitions()) {
    if (!options.quick) {
      QCDR_ASSIGN_OR_RETURN(const StateDigest digest, recompute(partition));
      if (!(digest == partition.state.digest)) {
        return Status(ErrorCode::kCorruption, "partition " +
                                                  std::to_string(partition.partition.value()) +
                                                  ": rows do not come to the stored digest");
      }
    }
    std::fprintf(stderr, "partition %d: generation %u, applied %lld, digest %s\n",
                 partition.partition.value(), partition.state.generation.value(),
                 static_cast<long long>(partition.state.applied.value()),
                 partition.state.digest.to_hex().c_str());
  }
  std::fprintf(out(), "%s\n", view->digest().to_hex().c_str());
  return Status::ok();
}

}  // namespace

void add_state_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* state = app.add_subcommand("state", "The folded state");
  state->require_subcommand(1);
  state->footer("Example:\n  qcdr state verify --data-dir build/run-local");
  CLI::App* command = state->add_subcommand(
      "verify", "Recomputes sums and digest from every row; prints the state digest");
  command->add_option("--data-dir", options->data_directory, "Data directory of `qcdr dev`")
      ->capture_default_str();
  command->add_option("--state", options->state_directories,
                      "State directories of scoring instances, instead of --data-dir's");
  command->add_option("--keys", options->key_directory, "Key directory, instead of --data-dir's");
  command->add_flag("--quick", options->quick, "Prints the stored digests without recomputing");
  command->footer("Example:\n  qcdr state verify --state a/state --state b/state --keys keys");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(options->data_directory, [&] { return verify(*options); });
  });
}

}  // namespace qcdr
