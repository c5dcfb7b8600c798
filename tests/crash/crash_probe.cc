// crash_probe: looks at a log and at state stores, for the crash tests. Changes neither.
//
//   crash_probe positions  LOG [--state DIR] [--slot N]   one JSON object: see positions.h
//   crash_probe outputs    LOG                            one JSON object; exit 3 when not in order
//   crash_probe causes     LOG                            one JSON object: rescorings by cause
//   crash_probe accounts   LOG                            one JSON object, by upload: accounts.h
//   crash_probe out-of-sync --broker HOST:PORT...         number of partitions that lack a replica
//   crash_probe delete-topics --broker HOST:PORT          every topic of the pipeline, for the next
//   run
// LOG is --log DIR of an embedded log that nobody has open, or --broker HOST:PORT.
// Exit codes: 0 ok, 1 error, 2 usage, 3 outputs are not in order.
#include <fmt/core.h>

#include <cstdio>
#include <string>

#include "accounts.h"
#include "causes.h"
#include "cluster.h"
#include "outputs.h"
#include "positions.h"
#include "stream/embedded/embedded_log.h"
#include "stream/system_clock.h"

namespace qcdr::crash {
namespace {

constexpr int kExitError = 1;
constexpr int kExitUsage = 2;
constexpr int kExitDisorder = 3;
constexpr const char* kTopicPrefix = "qcdr.";

struct Arguments {
  std::string command;
  std::string log_directory;
  std::string broker;
  PositionsAsked asked;
};

bool parse(int argc, char** argv, Arguments* arguments) {
  if (argc < 2 || argc % 2 != 0) return false;
  arguments->command = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--log")
      arguments->log_directory = argv[i + 1];
    else if (name == "--broker")
      arguments->broker = argv[i + 1];
    else if (name == "--state")
      arguments->asked.state_directory = argv[i + 1];
    else if (name == "--slot")
      arguments->asked.slot = argv[i + 1];
    else
      return false;
  }
  return arguments->log_directory.empty() != arguments->broker.empty();
}

Result<std::unique_ptr<stream::Log>> open_log(const Arguments& arguments, stream::Clock& clock) {
  if (!arguments.broker.empty()) {
    stream::KafkaOptions kafka;
    kafka.properties["bootstrap.servers"] = arguments.broker;
    QCDR_ASSIGN_OR_RETURN(auto log, stream::KafkaLog::open(std::move(kafka)));
    return std::unique_ptr<stream::Log>(std::move(log));
  }
  stream::EmbeddedLogOptions embedded;
  embedded.directory = arguments.log_directory;
  embedded.clock = &clock;
  embedded.read_only = true;
  QCDR_ASSIGN_OR_RETURN(auto log, stream::EmbeddedLog::open(std::move(embedded)));
  return std::unique_ptr<stream::Log>(std::move(log));
}

Result<int> print_outputs(stream::Log& log) {
  QCDR_ASSIGN_OR_RETURN(const OutputReport report, check_outputs(log));
  for (const std::string& example : report.examples) fmt::print(stderr, "{}\n", example);
  fmt::print("{{\"outputs\":{},\"problems\":{}}}\n", report.outputs, report.problems);
  return report.problems == 0 ? 0 : kExitDisorder;
}

Result<int> print_causes(stream::Log& log) {
  QCDR_ASSIGN_OR_RETURN(const auto causes, count_causes(log));
  const char* separator = "";
  fmt::print("{{");
  for (const auto& [cause, count] : causes) {
    fmt::print("{}\"{}\":{}", separator, cause, count);
    separator = ",";
  }
  fmt::print("}}\n");
  return 0;
}

Result<int> print_accounts(stream::Log& log) {
  QCDR_ASSIGN_OR_RETURN(const Accounts accounts, read_accounts(log));
  fmt::print("{}\n", to_json(accounts));
  return 0;
}

int print_positions(const Positions& positions) {
  fmt::print("{}\n", to_json(positions));
  return 0;
}

Result<int> run(const Arguments& arguments) {
  std::unique_ptr<Cluster> cluster;
  if (!arguments.broker.empty()) {
    QCDR_ASSIGN_OR_RETURN(cluster, Cluster::connect(arguments.broker));
  }
  if (arguments.command == "out-of-sync" && cluster) {
    QCDR_ASSIGN_OR_RETURN(const std::size_t count, cluster->out_of_sync());
    fmt::print("{}\n", count);
    return 0;
  }
  if (arguments.command == "delete-topics" && cluster) {
    QCDR_RETURN_IF_ERROR(cluster->delete_topics(kTopicPrefix));
    return 0;
  }
  stream::SystemClock clock;
  const auto opened = open_log(arguments, clock);
  const bool looks_at_positions = arguments.command == "positions";
  // Killed before there was a log: everything stands at its beginning.
  if (looks_at_positions && opened.status().code() == ErrorCode::kNotFound) {
    return print_positions(Positions());
  }
  QCDR_RETURN_IF_ERROR(opened.status());
  if (arguments.command == "outputs") return print_outputs(*opened.value());
  if (arguments.command == "causes") return print_causes(*opened.value());
  if (arguments.command == "accounts") return print_accounts(*opened.value());
  if (!looks_at_positions) return kExitUsage;
  const auto positions = read_positions(*opened.value(), cluster.get(), arguments.asked);
  const bool without_topics = !cluster && positions.status().code() == ErrorCode::kNotFound;
  if (without_topics) return print_positions(Positions());
  QCDR_RETURN_IF_ERROR(positions.status());
  return print_positions(positions.value());
}

}  // namespace
}  // namespace qcdr::crash

int main(int argc, char** argv) {
  qcdr::crash::Arguments arguments;
  if (!qcdr::crash::parse(argc, argv, &arguments)) {
    fmt::print(stderr,
               "usage: crash_probe positions|outputs|accounts|causes|out-of-sync|delete-topics "
               "--log DIR|--broker HOST:PORT [--state DIR] [--slot N]\n");
    return qcdr::crash::kExitUsage;
  }
  const qcdr::Result<int> code = qcdr::crash::run(arguments);
  if (code.is_ok()) return code.value();
  fmt::print(stderr, "crash_probe: {}\n", code.status().to_string());
  return qcdr::crash::kExitError;
}
