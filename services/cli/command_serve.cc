// `qcdr serve ingest|validation|scoring|portal|notices|submission`
#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/serve.h"

namespace qcdr {
namespace {

// What flags say; empty: not given.
struct Flags {
  std::string config;
  std::string broker;
  std::string slot;
  std::string state;
  std::string blobs;
  std::string keys;
  std::string reference;
  std::string admin;
  std::string log_format;
  std::string access_tokens;
  bool replay = false;
  ServeOptions options;
};

Status resolve(Flags* flags) {
  ServeConfig& config = flags->options.config;
  if (!flags->config.empty()) QCDR_RETURN_IF_ERROR(read_serve_config(flags->config, &config));
  if (!flags->broker.empty()) config.kafka["bootstrap.servers"] = flags->broker;
  if (!flags->slot.empty()) config.slot = flags->slot;
  if (!flags->state.empty()) config.state_directory = flags->state;
  if (!flags->blobs.empty()) config.blob_directory = flags->blobs;
  if (!flags->keys.empty()) config.key_directory = flags->keys;
  if (!flags->reference.empty()) config.reference_directory = flags->reference;
  if (!flags->admin.empty()) config.admin_address = flags->admin;
  if (!flags->access_tokens.empty()) config.access_tokens = flags->access_tokens;
  if (!flags->log_format.empty()) config.text_log = flags->log_format == "text";
  config.replay = config.replay || flags->replay;
  return check_serve_config(config);
}

CLI::App* add_service(CLI::App* serve, const std::string& name, const std::string& about,
                      const std::shared_ptr<Flags>& flags, Status (*run)(const ServeOptions&),
                      int* exit_code) {
  CLI::App* command = serve->add_subcommand(name, about);
  command->add_option("--config", flags->config, "YAML file")->envname("QCDR_CONFIG");
  command->add_option("--broker", flags->broker, "bootstrap.servers")->envname("QCDR_BROKER");
  command->add_option("--slot", flags->slot, "Stable name of this instance")->envname("QCDR_SLOT");
  command->add_option("--state", flags->state, "State directory")->envname("QCDR_STATE_DIR");
  command->add_option("--blobs", flags->blobs, "Blob directory")->envname("QCDR_BLOB_DIR");
  command->add_option("--keys", flags->keys, "Key directory")->envname("QCDR_KEY_DIR");
  command->add_option("--reference", flags->reference, "Reference directory")
      ->envname("QCDR_REFERENCE_DIR");
  command->add_option("--admin", flags->admin, "HOST:PORT of the admin port: metrics and health")
      ->envname("QCDR_ADMIN");
  command->add_option("--log-format", flags->log_format, "json or text")
      ->check(CLI::IsMember({"json", "text"}))
      ->envname("QCDR_LOG_FORMAT");
  command->add_flag("--replay", flags->replay, "Topics with creation time: plays a season again");
  command
      ->add_option("--exit-when-idle", flags->options.idle_seconds,
                   "Ends after so many seconds without work")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--crash-at", flags->options.crash_at,
                      "POINT:N kills the process at the N-th visit of a crash point (tests)");
  command->callback([flags, run, exit_code] {
    const Status resolved = resolve(flags.get());
    *exit_code = report(resolved.is_ok() ? run(flags->options) : resolved);
  });
  return command;
}

void add_submission(CLI::App* serve, const std::shared_ptr<Flags>& flags, int* exit_code) {
  CLI::App* submission = add_service(serve, "submission", "Sends frozen documents to CMS", flags,
                                     serve_submission, exit_code);
  submission
      ->add_option("--cms", flags->options.cms_file,
                   "YAML file: production or preview, token file, limits")
      ->required()
      ->envname("QCDR_CMS");
  submission->add_flag("--cms-loopback-http", flags->options.cms_loopback_http,
                       "Takes an http:// address of the loopback (tests)");
  submission->footer(
      "Example:\n  qcdr serve submission --config qcdr.yaml --state submission-state --cms "
      "cms.yaml");
}

}  // namespace

void add_serve_command(CLI::App& app, int* exit_code) {
  auto flags = std::make_shared<Flags>();
  CLI::App* serve = app.add_subcommand("serve", "One service against Apache Kafka");
  serve->require_subcommand(1);
  serve->footer("Example:\n  qcdr serve validation --broker 127.0.0.1:9092 --slot 0");
  CLI::App* ingest =
      add_service(serve, "ingest", "Takes uploads in", flags, serve_ingest, exit_code);
  ingest
      ->add_option("--inbox", flags->options.inboxes.practice,
                   "Folder whose files are taken as uploads of practices")
      ->check(CLI::ExistingDirectory);
  ingest
      ->add_option("--registry-inbox", flags->options.inboxes.registry,
                   "Folder of the registry's officers: decisions, extensions, CMS's lists")
      ->check(CLI::ExistingDirectory);
  ingest->add_option("files", flags->options.files, "Files; \"-\" is standard input");
  ingest
      ->add_option("--upload-bytes-max", flags->options.ingest.upload_bytes_max,
                   "A longer upload is refused")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  const auto add_tokens = [&](CLI::App* command) {
    command
        ->add_option("--access-tokens", flags->access_tokens,
                     "File of the tokens with which practices send uploads and ask for them")
        ->envname("QCDR_ACCESS_TOKENS");
  };
  ingest->add_option("--clock", flags->options.clock,
                     "With --replay: the instant to which the season's clock moves at the end");
  ingest->add_option("--listen", flags->options.upload_listen,
                     "HOST:PORT of the loopback for POST /v1/uploads; then it runs until a signal");
  add_tokens(ingest);
  ingest->footer("Example:\n  qcdr serve ingest --broker 127.0.0.1:9092 --replay --inbox inbox");
  CLI::App* validation = add_service(serve, "validation", "Checks uploads and writes chunks", flags,
                                     serve_validation, exit_code);
  validation
      ->add_option("--heartbeat-seconds", flags->options.heartbeat_seconds,
                   "How often a heartbeat goes into every partition")
      ->capture_default_str()
      ->check(CLI::Range(1, 3600));
  validation->footer("Example:\n  qcdr serve validation --config qcdr.yaml --slot 0");
  CLI::App* scoring = add_service(serve, "scoring", "Folds records into state and projections",
                                  flags, serve_scoring, exit_code);
  scoring->footer("Example:\n  qcdr serve scoring --config qcdr.yaml --slot 0 --state state-0");
  CLI::App* portal = add_service(serve, "portal", "Follows scoring and serves scores for reading",
                                 flags, serve_portal, exit_code);
  portal
      ->add_option("--listen", flags->options.listen,
                   "HOST:PORT of the loopback for GET /v1/scores; port 0 takes a free one")
      ->capture_default_str();
  add_tokens(portal);
  portal->footer(
      "Example:\n  qcdr serve portal --config qcdr.yaml --state portal-state\n"
      "  curl 'http://127.0.0.1:8480/v1/scores?practice=1234&performanceYear=2022'");
  CLI::App* notices =
      add_service(serve, "notices", "Delivers notices as mail", flags, serve_notices, exit_code);
  notices
      ->add_option("--mail", flags->options.mail_file,
                   "YAML file: mail server, sender, recipients, limits")
      ->required();
  notices->footer(
      "Example:\n  qcdr serve notices --config qcdr.yaml --state notices-state --mail mail.yaml");
  add_submission(serve, flags, exit_code);
}

}  // namespace qcdr
