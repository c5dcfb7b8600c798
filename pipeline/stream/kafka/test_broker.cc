#include "stream/kafka/test_broker.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

namespace qcdr::stream::kafka {

Result<KafkaOptions> test_options() {
  const char* broker = std::getenv("QCDR_TEST_BROKER");
  if (broker == nullptr || *broker == '\0') {
    return Status(ErrorCode::kFailedPrecondition, "QCDR_TEST_BROKER names no broker");
  }
  KafkaOptions options;
  options.properties["bootstrap.servers"] = broker;
  // A member that is gone is noticed soon; the broker's default refuses less than 6 s.
  options.properties["consumer.session.timeout.ms"] = "3000";
  options.properties["consumer.heartbeat.interval.ms"] = "200";
  if (std::getenv("QCDR_TEST_KAFKA_LOG") != nullptr) {
    options.log_line = [](int level, const std::string& facility, const std::string& text) {
      std::fprintf(stderr, "librdkafka %d %s %s\n", level, facility.c_str(), text.c_str());
    };
    if (const char* debug = std::getenv("QCDR_TEST_KAFKA_DEBUG")) {
      options.properties["debug"] = debug;
    }
  }
  return options;
}

Result<std::unique_ptr<Log>> open_test_log() {
  QCDR_ASSIGN_OR_RETURN(KafkaOptions options, test_options());
  QCDR_ASSIGN_OR_RETURN(auto log, KafkaLog::open(std::move(options)));
  return std::unique_ptr<Log>(std::move(log));
}

Result<contract::LogUnderTest> test_log() {
  contract::LogUnderTest result;
  QCDR_ASSIGN_OR_RETURN(result.log, open_test_log());
  result.reopen = &open_test_log;
  result.pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  // A minute: a member that left without a word is noticed after its session timeout, and a
  // transaction that a dead broker left open is ended by its own and a scan.
  result.pauses_max = 3000;
  return result;
}

}  // namespace qcdr::stream::kafka
