// batch_fold: folds a whole log in memory and says what the state's digest and the scores must be.
//
// Exit codes: 0 ok, 1 error, 2 usage, 3 projections differ.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "batch_log.h"
#include "batch_outputs.h"
#include "batch_result.h"
#include "common/file_key_ring.h"
#include "stream/embedded/embedded_log.h"
#include "stream/kafka/kafka_log.h"
#include "stream/system_clock.h"

namespace qcdr::batch {
namespace {

constexpr int kExitInternal = 1;
constexpr int kExitUsage = 2;
constexpr int kExitDifferent = 3;

struct Options {
  std::string log_directory;
  std::string broker;
  std::string key_directory;
  std::string reference_directory;
  bool json = false;
  bool scores = false;
  bool check_projections = false;
};

Result<std::unique_ptr<stream::Log>> open_log(const Options& options, stream::Clock& clock) {
  if (!options.broker.empty()) {
    stream::KafkaOptions kafka;
    kafka.properties["bootstrap.servers"] = options.broker;
    QCDR_ASSIGN_OR_RETURN(auto log, stream::KafkaLog::open(std::move(kafka)));
    return std::unique_ptr<stream::Log>(std::move(log));
  }
  stream::EmbeddedLogOptions embedded;
  embedded.directory = options.log_directory;
  embedded.clock = &clock;
  embedded.read_only = true;
  QCDR_ASSIGN_OR_RETURN(auto log, stream::EmbeddedLog::open(std::move(embedded)));
  return std::unique_ptr<stream::Log>(std::move(log));
}

std::string points(const EntityScore& score) {
  return Decimal::from_raw(score.final_score * (Decimal::kOne / 10'000)).to_fixed(4);
}

void print_text(const Options& options, const BatchResult& result) {
  fmt::print("{}\n", result.digest.to_hex());
  if (!options.scores) return;
  for (const EntityScore& score : result.scores) {
    fmt::print("{} {} {} {} {} {}/{}\n", score.entity.to_hex(),
               score.group ? "group" : "individual", score.counted, score.held, points(score),
               score.practice_year.practice.value(), score.practice_year.year.value());
  }
}

void print_json(const Options& options, const BatchResult& result) {
  fmt::print("{{\"digest\":\"{}\",\"practiceYears\":{},\"uploads\":{},\"cases\":{}",
             result.digest.to_hex(), result.practice_years, result.uploads, result.cases);
  if (options.scores) {
    fmt::print(",\"scores\":[");
    const char* separator = "";
    for (const EntityScore& score : result.scores) {
      fmt::print(
          "{}{{\"entity\":\"{}\",\"practice\":{},\"year\":{},\"group\":{},\"counted\":{},"
          "\"held\":{},\"finalScore\":{}}}",
          separator, score.entity.to_hex(), score.practice_year.practice.value(),
          score.practice_year.year.value(), score.group, score.counted, score.held, points(score));
      separator = ",";
    }
    fmt::print("]");
  }
  fmt::print("}}\n");
}

Result<int> check(const Options& options, stream::Log& log, const BatchResult& result) {
  QCDR_ASSIGN_OR_RETURN(const OutputReport report, check_outputs(log, result.scores));
  for (const std::string& difference : report.differences) {
    fmt::print(stderr, "{}\n", difference);
  }
  if (report.differing > 0) {
    fmt::print(stderr, "{} differences, {} projections agree\n", report.differing, report.agreeing);
    return kExitDifferent;
  }
  fmt::print(options.json ? stderr : stdout, "{} projections agree\n", report.agreeing);
  return 0;
}

Result<int> run_program(const Options& options) {
  stream::SystemClock clock;
  QCDR_ASSIGN_OR_RETURN(const auto log, open_log(options, clock));
  FileKeyRing::Options ring;
  ring.directory = options.key_directory;
  QCDR_ASSIGN_OR_RETURN(const auto keys, FileKeyRing::open(ring));
  reference::NpiRegistries registries(options.reference_directory);
  QCDR_ASSIGN_OR_RETURN(const History history, read_history(*log, *keys, &registries));
  QCDR_ASSIGN_OR_RETURN(const BatchResult result,
                        run(history, rulebook::Rulebook::built_in(), keys->entity_key()));
  if (options.json) {
    print_json(options, result);
  } else {
    print_text(options, result);
  }
  if (!options.check_projections) return 0;
  return check(options, *log, result);
}

int main_program(int argc, char** argv) {
  Options options;
  CLI::App app("Folds a whole log in memory, from the rules and not with the pipeline's code");
  auto* log = app.add_option("--log", options.log_directory, "Directory of an embedded log");
  auto* broker = app.add_option("--broker", options.broker, "HOST:PORT of a Kafka broker");
  log->excludes(broker);
  app.add_option("--keys", options.key_directory, "Directory of the registry's keys")->required();
  app.add_option("--reference", options.reference_directory, "Snapshots of the NPI register");
  app.add_flag("--json", options.json, "One JSON object instead of lines");
  app.add_flag("--scores", options.scores, "A line for each entity after the digest");
  app.add_flag("--check-projections", options.check_projections,
               "Compares the published projections; exit 3 when they differ");
  try {
    app.parse(argc, argv);
    if (options.log_directory.empty() == options.broker.empty()) {
      throw CLI::ValidationError("give one of --log and --broker");
    }
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  const Result<int> code = run_program(options);
  if (code.is_ok()) return code.value();
  fmt::print(stderr, "batch_fold: {}\n", code.status().to_string());
  return kExitInternal;
}

}  // namespace
}  // namespace qcdr::batch

int main(int argc, char** argv) {
  return qcdr::batch::main_program(argc, argv);
}
