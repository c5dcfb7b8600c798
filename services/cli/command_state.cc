// `qcdr state verify`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/entity_state.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/state_view.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  bool quick = false;
  bool json = false;
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

StateDigest sum_of(const std::vector<EntityPartition>& entities) {
  StateDigest sum;
  for (const EntityPartition& partition : entities) sum.add(partition.digest);
  return sum;
}

void print_json(StateView& view, const std::vector<EntityPartition>& entities, bool recomputed) {
  JsonWriter json;
  json.begin_object();
  json.field("digest", view.digest().to_hex());
  json.field("secondStageDigest", sum_of(entities).to_hex());
  json.flag("recomputed", recomputed);
  json.field("asOf", view.as_of().to_string());
  json.key("partitions");
  json.begin_array();
  for (const StateView::PartitionView& partition : view.partitions()) {
    json.begin_object();
    json.field("partition", std::int64_t{partition.partition.value()});
    json.field("generation", std::int64_t{partition.state.generation.value()});
    json.field("applied", partition.state.applied.value());
    json.field("digest", partition.state.digest.to_hex());
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
}

Status verify(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(
      auto view, StateView::open(state_directories(options.place), key_directory(options.place)));
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
  QCDR_ASSIGN_OR_RETURN(const auto entities,
                        read_entity_state(state_directories(options.place), !options.quick));
  if (!entities.empty()) {
    std::fprintf(stderr, "second stage: %zu partitions, digest %s\n", entities.size(),
                 sum_of(entities).to_hex().c_str());
  }
  if (options.json) {
    print_json(*view, entities, !options.quick);
  } else {
    std::fprintf(out(), "%s\n", view->digest().to_hex().c_str());
  }
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
  add_place_options(command, &options->place, true);
  command->add_flag("--json", options->json, "JSON on standard output");
  command->add_flag("--quick", options->quick, "Prints the stored digests without recomputing");
  command->footer("Example:\n  qcdr state verify --state a/state --state b/state --keys keys");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return verify(*options); });
  });
}

}  // namespace qcdr
