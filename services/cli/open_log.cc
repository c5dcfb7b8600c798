#include "cli/open_log.h"

#include <CLI/CLI.hpp>

#include "cli/serve_config.h"
#include "stream/embedded/embedded_log.h"
#include "stream/kafka/kafka_log.h"

namespace qcdr {
namespace {

Status open_kafka(const LogOptions& options, OpenLog* open) {
  QCDR_ASSIGN_OR_RETURN(const ServeConfig config,
                        cluster_config(options.config_file, options.broker));
  stream::KafkaOptions kafka;
  kafka.properties = config.kafka;
  open->replay = options.replay || config.replay;
  QCDR_ASSIGN_OR_RETURN(auto log, stream::KafkaLog::open(std::move(kafka)));
  QCDR_RETURN_IF_ERROR(log->reach().status());
  open->log = std::move(log);
  return Status::ok();
}

Status open_embedded(const LogOptions& options, bool writes, OpenLog* open) {
  stream::EmbeddedLogOptions embedded;
  embedded.directory = data_directory(options.place) + "/log";
  embedded.read_only = !writes;
  embedded.beside_writer = !writes;
  embedded.clock = &open->clock;
  open->replay = true;
  QCDR_ASSIGN_OR_RETURN(open->log, stream::EmbeddedLog::open(std::move(embedded)));
  return Status::ok();
}

}  // namespace

Result<std::unique_ptr<OpenLog>> open_log(const LogOptions& options, bool writes) {
  auto open = std::make_unique<OpenLog>();
  const bool kafka = !options.config_file.empty() || !options.broker.empty();
  QCDR_RETURN_IF_ERROR(kafka ? open_kafka(options, open.get())
                             : open_embedded(options, writes, open.get()));
  return open;
}

void add_log_options(CLI::App* command, LogOptions* options) {
  command->add_option("--config", options->config_file,
                      "Configuration of `qcdr serve`: its broker, its properties");
  command->add_option("--broker", options->broker, "bootstrap.servers")->envname("QCDR_BROKER");
  command->add_flag("--replay", options->replay, "The topics take the producer's timestamps");
}

}  // namespace qcdr
