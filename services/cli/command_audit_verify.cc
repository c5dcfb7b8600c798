// `qcdr audit verify`: the audit records, or with --pack a folder.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/audit_trail.h"
#include "cli/commands.h"
#include "cli/deadline_verdicts.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "cli/pack_commands.h"
#include "cli/place_options.h"
#include "cli/serve_config.h"
#include "stream/kafka/kafka_log.h"

namespace qcdr {
namespace {

struct Options {
  PlaceOptions place;
  std::string config_file;
  std::string broker;
  std::string pack;
  std::string root;
  bool json = false;
};

Result<AuditTrail> read_trail(const Options& options) {
  if (options.config_file.empty() && options.broker.empty()) {
    QCDR_ASSIGN_OR_RETURN(const auto log, LogView::open(data_directory(options.place)));
    return AuditTrail::read(*log);
  }
  QCDR_ASSIGN_OR_RETURN(const ServeConfig config,
                        cluster_config(options.config_file, options.broker));
  stream::KafkaOptions kafka;
  kafka.properties = config.kafka;
  QCDR_ASSIGN_OR_RETURN(auto cluster, stream::KafkaLog::open(std::move(kafka)));
  QCDR_RETURN_IF_ERROR(cluster->reach().status());
  QCDR_ASSIGN_OR_RETURN(const auto log, LogView::over(*cluster));
  return AuditTrail::read(*log);
}

std::string in_words(const std::vector<Generation>& generations) {
  std::string text;
  for (const Generation generation : generations) {
    text += (text.empty() ? "" : ", ") + std::to_string(generation.value());
  }
  return text;
}

void write(const char* name, const std::vector<Generation>& generations, JsonWriter* json) {
  json->key(name);
  json->begin_array();
  for (const Generation generation : generations) json->number(generation.value());
  json->end_array();
}

void print_json(const AuditTrail& trail) {
  JsonWriter json;
  json.begin_object();
  json.field("records", static_cast<std::int64_t>(trail.records()));
  json.field("writers", static_cast<std::int64_t>(trail.writers()));
  json.key("breaks");
  json.begin_array();
  for (const std::string& each : trail.breaks()) json.text(each);
  json.end_array();
  json.key("deadlines");
  json.begin_array();
  for (const DeadlineVerdict& sum : sums_of(trail.states())) {
    json.begin_object();
    json.field("event", sum.event_id);
    json.field("deadline", sum.deadline);
    json.field("performanceYear", std::int64_t{sum.year.value()});
    json.field("stateDigest", sum.practices.to_hex());
    json.field("secondStageDigest", sum.entities.to_hex());
    write("generations", sum.generations, &json);
    write("secondStageGenerations", sum.entity_generations, &json);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), out());
}

void print_text(const AuditTrail& trail) {
  for (const DeadlineVerdict& sum : sums_of(trail.states())) {
    std::fprintf(out(), "%s: state digest %s (generation %s), second stage's %s (generation %s)\n",
                 deadline_words(sum).c_str(), sum.practices.to_hex().c_str(),
                 in_words(sum.generations).c_str(), sum.entities.to_hex().c_str(),
                 in_words(sum.entity_generations).c_str());
  }
  for (const std::string& each : trail.breaks()) std::fprintf(stderr, "%s\n", each.c_str());
  std::fprintf(stderr, "%llu audit records of %zu writers, %zu breaks\n",
               static_cast<unsigned long long>(trail.records()), trail.writers(),
               trail.breaks().size());
}

Status verify(const Options& options, bool* whole) {
  if (!options.pack.empty()) return verify_pack(options.pack, options.root, options.json, whole);
  QCDR_ASSIGN_OR_RETURN(const AuditTrail trail, read_trail(options));
  *whole = trail.breaks().empty();
  options.json ? print_json(trail) : print_text(trail);
  return Status::ok();
}

}  // namespace

void add_audit_verify(CLI::App& audit, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = audit.add_subcommand("verify",
                                           "Checks the audit records' chains, and prints the "
                                           "states at deadlines; or whether a pack or a "
                                           "dossier is whole, byte for byte");
  add_place_options(command, &options->place, false);
  command->add_option("--config", options->config_file,
                      "Configuration of `qcdr serve`: its broker, its properties");
  command->add_option("--broker", options->broker, "bootstrap.servers")->envname("QCDR_BROKER");
  CLI::Option* pack = command->add_option(
      "--pack", options->pack, "A folder of `audit pack` or `targeted-review dossier`, alone");
  command->add_option("--root", options->root, "The root as it was told when the folder was made")
      ->needs(pack);
  command->add_flag("--json", options->json, "JSON on standard output");
  command->footer(
      "Exit code 3 when something is missing, was changed or added, or is out of place.\n"
      "Examples:\n  qcdr audit verify --data-dir data --json\n"
      "  qcdr audit verify --pack pack --root 5f0c...");
  command->callback([options, exit_code] {
    bool whole = false;
    *exit_code = report(verify(*options, &whole));
    if (*exit_code == kExitOk && !whole) *exit_code = kExitFindings;
  });
}

}  // namespace qcdr
