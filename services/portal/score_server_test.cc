#include "portal/score_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <thread>

namespace qcdr {
namespace {

// Answers on a thread of its own, as the owner of the state does.
class ScoreServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = ScoreServer::open("127.0.0.1:0");
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    server_ = std::move(opened).value();
  }
  void TearDown() override { stop(); }

  void serve(ScoreServer::Answer answer) {
    thread_ = std::thread([this, answer = std::move(answer)] {
      while (!stopped_) {
        if (server_->answer(answer) == 0) std::this_thread::yield();
      }
    });
  }
  void stop() {
    stopped_ = true;
    if (thread_.joinable()) thread_.join();
  }
  httplib::Result get(const std::string& path) {
    httplib::Client client("127.0.0.1", server_->port());
    return client.Get(path.c_str());
  }

  std::unique_ptr<ScoreServer> server_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;
};

TEST_F(ScoreServerTest, AnswersWhatItIsAsked) {
  serve([](const ScoreQuestion& question) -> Result<std::string> {
    return std::string("{\"practice\": ") +
           (question.practice ? std::to_string(question.practice->value()) : "null") +
           ", \"year\": " + (question.year ? std::to_string(question.year->value()) : "null") + "}";
  });
  const auto all = get("/v1/scores");
  ASSERT_TRUE(all);
  EXPECT_EQ(all->status, 200);
  EXPECT_EQ(all->body, "{\"practice\": null, \"year\": null}");
  EXPECT_EQ(all->get_header_value("Content-Type"), "application/json");
  EXPECT_EQ(get("/v1/scores?practice=1234&performanceYear=2022")->body,
            "{\"practice\": 1234, \"year\": 2022}");
}

TEST_F(ScoreServerTest, RefusesWhatItDoesNotUnderstandWithoutRepeatingIt) {
  serve([](const ScoreQuestion&) -> Result<std::string> { return std::string("{}"); });
  for (const char* query : {"tin=000123456", "practice=x", "practice=", "practice=1&practice=2",
                            "performanceYear=2022x"}) {
    const auto answer = get(std::string("/v1/scores?") + query);
    ASSERT_TRUE(answer) << query;
    EXPECT_EQ(answer->status, 400) << query;
    EXPECT_EQ(answer->body.find("000123456"), std::string::npos);
  }
  EXPECT_EQ(get("/v2/scores")->status, 404);
}

TEST_F(ScoreServerTest, SaysThatItCannotAnswerNow) {
  serve([](const ScoreQuestion&) -> Result<std::string> {
    return Status(ErrorCode::kUnavailable, "not yet");
  });
  const auto answer = get("/v1/scores");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->get_header_value("Retry-After"), "1");
}

TEST_F(ScoreServerTest, KeepsWhatWentWrongToItself) {
  serve([](const ScoreQuestion&) -> Result<std::string> {
    return Status(ErrorCode::kCorruption, "row 000123456 cannot be decoded");
  });
  const auto answer = get("/v1/scores");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->body.find("000123456"), std::string::npos);
}

// Whoever waits when it ends is let go.
TEST_F(ScoreServerTest, EndsWhileSomebodyWaits) {
  std::thread asker([this] {
    const auto answer = get("/v1/scores");
    EXPECT_TRUE(!answer || answer->status == 503);
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server_.reset();
  asker.join();
}

TEST(ScoreServerAddress, IsOfTheLoopbackAndFree) {
  for (const char* address :
       {"0.0.0.0:0", "192.0.2.1:80", "127.0.0.1", "127.0.0.1:x", ":80", "127.0.0.1:70000"}) {
    EXPECT_EQ(ScoreServer::open(address).status().code(), ErrorCode::kInvalidArgument) << address;
  }
  const auto first = ScoreServer::open("127.0.0.1:0");
  ASSERT_TRUE(first.is_ok());
  const std::string taken = "127.0.0.1:" + std::to_string(first.value()->port());
  EXPECT_EQ(ScoreServer::open(taken).status().code(), ErrorCode::kFailedPrecondition);
}

}  // namespace
}  // namespace qcdr
