// `qcdr topics ensure|diff`
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/serve_config.h"
#include "stream/kafka/kafka_log.h"
#include "stream/kafka/topic_admin.h"
#include "stream/topics.h"

namespace qcdr {
namespace {

constexpr const char* kPrefix = "qcdr.";

struct Options {
  std::string config_file;
  std::string broker;
  std::string file;
  bool replay = false;
  std::int32_t partitions = 0;
  bool json = false;
};

Result<std::vector<stream::TopicDefinition>> load(const Options& options,
                                                  const ServeConfig& config) {
  stream::TopicUse use;
  use.replay = options.replay || config.replay;
  if (options.partitions > 0) use.partitions = options.partitions;
  if (options.file.empty()) {
    return stream::load_topics("topics.yaml", stream::built_in_topics(), use);
  }
  std::ifstream file(options.file, std::ios::binary);
  if (!file) return Status(ErrorCode::kNotFound, options.file + " cannot be opened");
  std::ostringstream text;
  text << file.rdbuf();
  return stream::load_topics(options.file, text.str(), use);
}

Result<std::unique_ptr<stream::TopicAdmin>> connect(const ServeConfig& config) {
  stream::KafkaOptions kafka;
  kafka.properties = config.kafka;
  QCDR_ASSIGN_OR_RETURN(const auto log, stream::KafkaLog::open(kafka));
  QCDR_RETURN_IF_ERROR(log->reach().status());
  return stream::TopicAdmin::make(kafka);
}

Status ensure(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto config, cluster_config(options.config_file, options.broker));
  QCDR_ASSIGN_OR_RETURN(const auto topics, load(options, config));
  QCDR_ASSIGN_OR_RETURN(auto admin, connect(config));
  QCDR_RETURN_IF_ERROR(admin->ensure(topics));
  std::fprintf(stderr, "%zu topics are as defined\n", topics.size());
  return Status::ok();
}

void print(const std::vector<std::string>& differences, bool as_json) {
  if (!as_json) {
    for (const std::string& line : differences) std::printf("%s\n", line.c_str());
    return;
  }
  JsonWriter json;
  json.begin_object();
  json.key("differences");
  json.begin_array();
  for (const std::string& line : differences) json.text(line);
  json.end_array();
  json.end_object();
  std::fputs(json.take().c_str(), stdout);
}

Result<std::vector<stream::TopicDifference>> find_differences(const Options& options) {
  QCDR_ASSIGN_OR_RETURN(const auto config, cluster_config(options.config_file, options.broker));
  QCDR_ASSIGN_OR_RETURN(const auto topics, load(options, config));
  QCDR_ASSIGN_OR_RETURN(auto admin, connect(config));
  return admin->diff(topics, kPrefix);
}

int diff(const Options& options) {
  const auto differences = find_differences(options);
  if (!differences.is_ok()) return report(differences.status());
  std::vector<std::string> lines;
  for (const auto& difference : differences.value()) lines.push_back(stream::describe(difference));
  print(lines, options.json);
  return differences.value().empty() ? kExitOk : kExitFindings;
}

void add_options(CLI::App* command, Options* options) {
  command
      ->add_option("--config", options->config_file,
                   "Configuration of `qcdr serve`: its broker, its properties, replay")
      ->envname("QCDR_CONFIG");
  command->add_option("--broker", options->broker, "bootstrap.servers")->envname("QCDR_BROKER");
  command->add_option("--file", options->file, "Definitions; the built-in ones when absent");
  command->add_flag("--replay", options->replay,
                    "For a season that is played again: creation time, nothing is deleted");
  command->add_option("--partitions", options->partitions, "Instead of the definitions' number");
}

}  // namespace

void add_topics_command(CLI::App& app, int* exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* topics = app.add_subcommand("topics", "Topics of the pipeline on a cluster");
  topics->require_subcommand(1);
  topics->footer("Example:\n  qcdr topics diff --broker 127.0.0.1:9092");
  CLI::App* ensure_command = topics->add_subcommand("ensure", "Makes what is missing");
  add_options(ensure_command, options.get());
  ensure_command->footer("Example:\n  qcdr topics ensure --broker 127.0.0.1:9092");
  ensure_command->callback([options, exit_code] { *exit_code = report(ensure(*options)); });
  CLI::App* diff_command =
      topics->add_subcommand("diff", "What differs from the definitions; 3 when something does");
  add_options(diff_command, options.get());
  diff_command->add_flag("--json", options->json, "JSON on standard output");
  diff_command->footer("Example:\n  qcdr topics diff --broker 127.0.0.1:9092");
  diff_command->callback([options, exit_code] { *exit_code = diff(*options); });
}

}  // namespace qcdr
