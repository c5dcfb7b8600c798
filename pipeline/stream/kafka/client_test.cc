// The end of a client, and of a process with a client that does not end.
#include "stream/kafka/client.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace qcdr::stream::kafka {
namespace {

constexpr int kStatusOfMain = 3;
constexpr int kTakenDown = 9;

// What a library registers at its first use, to take itself down.
void take_down() {
  std::_Exit(kTakenDown);
}

void end_process(std::chrono::milliseconds destroy_wait) {
  std::atexit(&take_down);
  KafkaOptions options;
  options.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  options.destroy_wait = destroy_wait;
  { auto client = Client::make(ClientKind::kConsumer, options, {{"group.id", "g"}}, nullptr); }
  std::exit(kStatusOfMain);
}

TEST(ClientTest, AProcessThatLeftAClientBehindEndsWithoutTakingLibrariesDown) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_process(std::chrono::milliseconds(0)), testing::ExitedWithCode(kStatusOfMain),
              "");
}

TEST(ClientTest, AProcessWhoseClientsEndedEndsAsAnyOther) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(end_process(std::chrono::milliseconds(20'000)), testing::ExitedWithCode(kTakenDown),
              "");
}

}  // namespace
}  // namespace qcdr::stream::kafka
