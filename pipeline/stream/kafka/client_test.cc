// The end of a client, and of a process with a client that does not end.
#include "stream/kafka/client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <thread>

namespace qcdr::stream::kafka {
namespace {

constexpr int kStatusOfMain = 3;
constexpr int kTakenDown = 9;

// What a library registers at its first use, to take itself down.
void take_down() {
  std::_Exit(kTakenDown);
}

void end_process(bool client_hangs) {
  std::atexit(&take_down);
  KafkaOptions options;
  options.properties = {{"bootstrap.servers", "127.0.0.1:1"}, {"debug", "generic"}};
  options.destroy_wait = client_hangs ? std::chrono::milliseconds(100) : std::chrono::minutes(1);
  options.log_line = [client_hangs](int, const std::string& facility, const std::string&) {
    if (client_hangs && facility == "TERMINATE") std::this_thread::sleep_for(std::chrono::hours(1));
  };
  { auto client = Client::make(ClientKind::kConsumer, options, {{"group.id", "g"}}, nullptr); }
  std::exit(kStatusOfMain);
}

TEST(ClientTest, AProcessThatLeftAClientBehindEndsWithoutTakingLibrariesDown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_process(true), testing::ExitedWithCode(kStatusOfMain), "");
}

TEST(ClientTest, AProcessWhoseClientsEndedEndsAsAnyOther) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_process(false), testing::ExitedWithCode(kTakenDown), "");
}

}  // namespace
}  // namespace qcdr::stream::kafka
