// `qcdr state verify|snapshots|restore`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/application.h"
#include "cli/commands.h"
#include "cli/entity_state.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/place_options.h"
#include "cli/practice_digest.h"
#include "cli/stages.h"
#include "cli/state_directory.h"
#include "cli/state_view.h"
#include "stream/loop/snapshots.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::uint32_t practice = 0;  // 0: the whole state
  bool quick = false;
  bool json = false;
  std::string snapshots;
};

// Recomputes a partition's digest from its rows, practice by practice.
Result<StateDigest> recompute(StateView::PartitionView& partition) {
  StateDigest sum;
  QCDR_RETURN_IF_ERROR(partition.ledger->parked().load());
  partition.ledger->parked().add_items(&sum);
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

void print_json(StateView& view, const std::vector<EntityPartition>& entities,
                const std::optional<StateDigest>& of_practice, bool recomputed) {
  JsonWriter json;
  json.begin_object();
  json.field("digest", view.digest().to_hex());
  if (of_practice) json.field("practiceDigest", of_practice->to_hex());
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
  std::optional<StateDigest> of_practice;
  if (options.practice != 0) {
    QCDR_ASSIGN_OR_RETURN(of_practice, practice_digest(*view, PracticeId(options.practice)));
  }
  if (options.json) {
    print_json(*view, entities, of_practice, !options.quick);
  } else {
    std::fprintf(out(), "%s\n", of_practice.value_or(view->digest()).to_hex().c_str());
  }
  return Status::ok();
}

Status list_copies(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto found, stream::list_snapshots(options.snapshots));
  JsonWriter json;
  json.begin_object();
  json.key("snapshots");
  json.begin_array();
  for (const stream::Snapshot& each : found) {
    json.begin_object();
    json.field("generation", std::int64_t{each.generation.value()});
    json.field("partition", std::int64_t{each.partition.value()});
    json.field("applied", each.applied.value());
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
  return Status::ok();
}

// The newest copy of each partition of the newest generation. Says how many.
Result<std::size_t> restore(const std::string& snapshots, const std::string& state) {
  QCDR_ASSIGN_OR_RETURN(const auto found, stream::list_snapshots(snapshots));
  std::size_t restored = 0;
  if (found.empty()) return restored;
  const Generation newest = found.back().generation;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const bool last = i + 1 == found.size() || found[i + 1].partition != found[i].partition;
    if (found[i].generation != newest || !last) continue;
    QCDR_RETURN_IF_ERROR(stream::restore_snapshot(found[i], state));
    ++restored;
    std::fprintf(stderr, "partition %d: generation %u, applied %lld\n", found[i].partition.value(),
                 newest.value(), static_cast<long long>(found[i].applied.value()));
  }
  return restored;
}

// Both stages.
Status restore(const Options& options) {
  const std::vector<std::string> directories = state_directories(options.place);
  if (directories.size() != 1) {
    return Status(ErrorCode::kInvalidArgument, "restore into one --state directory");
  }
  const std::string& state = directories.front();
  QCDR_ASSIGN_OR_RETURN(const std::size_t restored, restore(options.snapshots, state));
  if (restored == 0) return Status(ErrorCode::kNotFound, "there are no snapshots");
  QCDR_RETURN_IF_ERROR(copy_belongs_to(options.snapshots, state));
  return restore(entity_state_directory(options.snapshots), entity_state_directory(state)).status();
}

void add_snapshot_commands(CLI::App* state, const std::shared_ptr<Options>& options,
                           int* exit_code) {
  CLI::App* list = state->add_subcommand("snapshots", "Copies of stores that are there, as JSON");
  list->add_option("--snapshots", options->snapshots, "The configuration's snapshot_directory")
      ->required();
  list->footer("Example:\n  qcdr state snapshots --snapshots /var/lib/qcdr/snapshots");
  list->callback([options, exit_code] { *exit_code = report(list_copies(*options)); });
  CLI::App* back = state->add_subcommand(
      "restore", "Puts the newest copies in the place of stores that are lost");
  add_place_options(back, &options->place, true);
  back->add_option("--snapshots", options->snapshots, "The configuration's snapshot_directory")
      ->required();
  back->footer(
      "Example:\n  qcdr state restore --snapshots /var/lib/qcdr/snapshots --state state\n"
      "Then `qcdr state verify`; the instance replays what is missing when it starts.");
  back->callback([options, exit_code] { *exit_code = report(restore(*options)); });
}

}  // namespace

void add_state_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* state = app.add_subcommand("state", "The folded state");
  state->require_subcommand(1);
  state->footer("Example:\n  qcdr state verify --data-dir build/run-local");
  add_snapshot_commands(state, options, exit_code);
  CLI::App* command = state->add_subcommand(
      "verify", "Recomputes sums and digest from every row; prints the state digest");
  add_place_options(command, &options->place, true);
  command->add_flag("--json", options->json, "JSON on standard output");
  command->add_flag("--quick", options->quick, "Prints the stored digests without recomputing");
  command->add_option("--practice", options->practice,
                      "Prints the digest of this practice alone, of all its years");
  command->footer("Example:\n  qcdr state verify --state a/state --state b/state --keys keys");
  command->callback([options, exit_code] {
    *exit_code = run_or_ask(data_directory(options->place), [&] { return verify(*options); });
  });
}

}  // namespace qcdr
