// `qcdr replay`
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/replay_answer.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string received_by;
  std::string known_at;
  std::uint32_t practice = 0;  // 0: none in particular
  bool json = false;
  bool csv = false;
  bool wide = false;
};

Status print_replay(const Options& options, bool* differs) {
  if (options.received_by.empty() == options.known_at.empty()) {
    return Status(ErrorCode::kInvalidArgument, "give one of --received-by and --known-at");
  }
  const ReplayBasis basis =
      options.known_at.empty() ? ReplayBasis::kReceivedBy : ReplayBasis::kKnownAt;
  const std::string& asked = options.known_at.empty() ? options.received_by : options.known_at;
  QCDR_ASSIGN_OR_RETURN(const auto replay, replay_at(options.place, basis, asked));
  QCDR_ASSIGN_OR_RETURN(const Digests digests,
                        digests_of(*replay, options.place, options.practice));
  *differs = has_difference(*replay);
  if (options.json) {
    QCDR_ASSIGN_OR_RETURN(const std::string scores, scores_json(*replay, options.place));
    JsonWriter json;
    json.begin_object();
    json.field("basis", basis_name(basis));
    json.field("instant", replay->instant().to_string());
    json.field("stateDigest", digests.practices);
    json.field("secondStageDigest", digests.entities);
    if (!digests.practice.empty()) json.field("practiceDigest", digests.practice);
    write_verdicts(*replay, &json);
    json.key("scores");
    json.raw(scores);
    json.end_object();
    std::fputs(json.take().c_str(), out());
    return Status::ok();
  }
  std::vector<std::string> form;
  if (options.csv) form.push_back("--csv");
  if (options.wide) form.push_back("--wide");
  QCDR_RETURN_IF_ERROR(list_scores(*replay, options.place, form));
  const std::string of_practice = digests.practice.empty()
                                      ? ""
                                      : "digest of practice " + std::to_string(options.practice) +
                                            " " + digests.practice + "\n";
  std::FILE* const to = options.csv ? stderr : out();
  std::fprintf(to, "%s%s%ssecond stage's digest %s\nstate digest %s\n", options.csv ? "" : "\n",
               verdict_lines(*replay).c_str(), of_practice.c_str(), digests.entities.c_str(),
               digests.practices.c_str());
  return Status::ok();
}

}  // namespace

void add_replay_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("replay", "The scores of an instant, folded again from the log");
  add_place_options(command, &options->place, false);
  command->add_option("--received-by", options->received_by,
                      "Everything received by this instant, whenever it was processed");
  command->add_option("--known-at", options->known_at, "What a user saw at this instant");
  command->add_option("--practice", options->practice,
                      "With the digest of this practice's state, of all its years");
  CLI::Option* json = command->add_flag("--json", options->json, "JSON on standard output");
  command->add_flag("--csv", options->csv, "CSV on standard output")->excludes(json);
  command->add_flag("--wide", options->wide, "With the points of each category")->excludes(json);
  command->footer(
      "Exit code 3 when a state is not what was written of it when a deadline passed.\n"
      "Needs room for a state below TMPDIR; it is removed at the end.\n"
      "Examples:\n  qcdr replay --received-by 2023-01-31T23:59:59-06:00 --data-dir data\n"
      "  qcdr replay --known-at 2023-01-10T08:00:00-06:00 --json");
  command->callback([options, exit_code] {
    bool differs = false;
    *exit_code = report(print_replay(*options, &differs));
    if (*exit_code == kExitOk && differs) *exit_code = kExitFindings;
  });
}

}  // namespace qcdr
