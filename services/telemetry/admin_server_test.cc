#include "telemetry/admin_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

namespace qcdr {
namespace {

class AdminServerTest : public testing::Test {
 protected:
  AdminServerTest() {
    AdminPages pages;
    pages.metrics = [](Audience audience) {
      return std::string(audience == Audience::kPublic ? "public 1\n" : "internal 1\n");
    };
    pages.health = &health_;
    auto opened = AdminServer::open("127.0.0.1:0", pages);
    EXPECT_TRUE(opened.is_ok()) << opened.status().to_string();
    server_ = std::move(opened).value();
  }
  httplib::Result get(const std::string& path) {
    return httplib::Client("127.0.0.1", server_->port()).Get(path);
  }

  Health health_;
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, ServesMetricsOfBothAudiences) {
  const auto answer = get("/metrics");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "public 1\n");
  EXPECT_EQ(answer->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/metrics/internal")->body, "internal 1\n");
}

TEST_F(AdminServerTest, SaysWhetherItIsReady) {
  health_.set("partitions", "1 replay");
  health_.set("log", "");
  EXPECT_EQ(get("/readyz")->status, 503);
  EXPECT_EQ(get("/startupz")->status, 503);
  EXPECT_EQ(get("/readyz?verbose")->body,
            "[+]log ok\n[-]partitions: 1 replay\nreadyz check failed\n");
  EXPECT_EQ(get("/readyz?exclude=partitions")->status, 200);
  EXPECT_EQ(get("/livez")->status, 200);
  health_.set("partitions", "");
  EXPECT_EQ(get("/readyz")->status, 200);
  EXPECT_EQ(get("/startupz")->status, 200);
  EXPECT_EQ(get("/elsewhere")->status, 404);
}

TEST_F(AdminServerTest, APortBelongsToOneProcess) {
  AdminPages pages;
  pages.health = &health_;
  const auto second =
      AdminServer::open("127.0.0.1:" + std::to_string(server_->port()), std::move(pages));
  EXPECT_EQ(second.status().code(), ErrorCode::kFailedPrecondition);
}

TEST(AdminServer, RefusesWhatIsNoAddress) {
  for (const char* address :
       {"", "9464", ":9464", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"}) {
    EXPECT_EQ(AdminServer::open(address, {}).status().code(), ErrorCode::kInvalidArgument)
        << address;
  }
}

}  // namespace
}  // namespace qcdr
