#include "portal/preview_endpoint.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "portal/score_server.h"
#include "rulebook/rulebook.h"
#include "scoring/score_preview.h"

namespace qcdr {
namespace {

using Json = nlohmann::json;

constexpr const char* kPath = "/v1/score-preview";
constexpr const char* kJson = "application/json";
constexpr std::size_t kBodyMax = scoring::kPreviewLineBytesMax;

class PreviewEndpointTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = ScoreServer::open("127.0.0.1:0");
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    server_ = std::move(opened).value();
  }
  httplib::Client client() { return httplib::Client("127.0.0.1", server_->port()); }
  httplib::Result post(const std::string& body, const char* type = kJson,
                       const std::string& path = kPath) {
    return client().Post(path.c_str(), body, type);
  }
  // Sends a request as it stands and reads to the end of the answer.
  std::string raw(const std::string& request) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    char block[4096];
    for (ssize_t got = 0; (got = ::recv(socket, block, sizeof block, 0)) > 0;) {
      answer.append(block, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return answer;
  }

  std::unique_ptr<ScoreServer> server_;
};

const std::string kSubmission =
    R"({"performanceYear":2022,"measurementSets":[{"category":"quality","measurements":[
        {"measureId":"404","value":{"performanceMet":80,"performanceNotMet":20,
         "eligiblePopulation":100}}]}]})";

TEST_F(PreviewEndpointTest, AnswersAsTheCommandLineDoes) {
  const scoring::PreviewRules rules(rulebook::Rulebook::built_in());
  const std::string both =
      R"({"submission":)" + kSubmission + R"(,"profile":{"smallPractice":true},"changes":[]})";
  for (const std::string& body : {kSubmission, both, std::string(R"({"performanceYear":2019})")}) {
    const auto answer = post(body);
    ASSERT_TRUE(answer) << body;
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->get_header_value("Content-Type"), kJson);
    EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
    EXPECT_EQ(answer->body, scoring::preview_score(rules, body, "", {}).json + "\n");
  }
  const auto summary = post(kSubmission, "application/vnd.qpp.cms.gov.v1+json; charset=utf-8",
                            std::string(kPath) + "?summary=true");
  ASSERT_TRUE(summary);
  EXPECT_FALSE(Json::parse(summary->body).at("score").contains("parts"));
}

TEST_F(PreviewEndpointTest, WhatIsWrongStandsInTheFindings) {
  std::string wrong = kSubmission;
  wrong.replace(wrong.find("\"performanceMet\":80"), 19, "\"performanceMet\":-8");
  const auto scored = post(wrong);
  ASSERT_TRUE(scored);
  EXPECT_EQ(scored->status, 200);
  EXPECT_EQ(Json::parse(scored->body).at("findings")[0].at("code"), "QCDR-SUB-0012");
  for (const char* body : {"{", "[]", R"({"performanceYear":2016})", ""}) {
    const auto answer = post(body);
    ASSERT_TRUE(answer) << body;
    EXPECT_EQ(answer->status, 400) << body;
    EXPECT_EQ(Json::parse(answer->body).at("findings").size(), 1U) << body;
  }
}

TEST_F(PreviewEndpointTest, TakesJsonAndNothingElse) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/xml"}) {
    const auto answer = post(kSubmission, type);
    ASSERT_TRUE(answer) << type;
    EXPECT_EQ(answer->status, 415) << type;
    EXPECT_EQ(Json::parse(answer->body).at("findings")[0].at("code"), "QCDR-SUB-0035");
  }
  EXPECT_EQ(client().Get(kPath)->status, 405);
  EXPECT_EQ(post(kSubmission, kJson, "/v1/scores")->status, 404);
  EXPECT_EQ(client().Put(kPath, kSubmission, kJson)->status, 404);
  EXPECT_EQ(post(kSubmission, kJson, std::string(kPath) + "?tin=000456789")->status, 400);
}

TEST_F(PreviewEndpointTest, NeverReadsMoreThanItTakes) {
  const std::string head = std::string("POST ") + kPath +
                           " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  // Declared: refused without a byte of it, and the connection ends.
  const std::string declared =
      raw(head + "Content-Length: " + std::to_string(kBodyMax + 1) + "\r\n\r\n");
  EXPECT_EQ(declared.find("HTTP/1.1 413"), 0U) << declared.substr(0, 200);
  EXPECT_NE(declared.find("QCDR-SUB-0003"), std::string::npos);
  EXPECT_NE(declared.find("Connection: close"), std::string::npos);
  const std::string asked =
      raw(head + "Content-Length: 99999999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(asked.find("HTTP/1.1 413"), 0U) << asked.substr(0, 200);
  // Not declared: counted.
  std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  chunked += fmt::format("{:x}\r\n", kBodyMax + 1) + std::string(kBodyMax + 1, ' ');
  EXPECT_EQ(raw(chunked).find("HTTP/1.1 413"), 0U);
  // As much as is taken is read.
  const auto most = post(kSubmission + std::string(kBodyMax - kSubmission.size(), ' '));
  ASSERT_TRUE(most);
  EXPECT_EQ(most->status, 200);
}

// A limited number is answered at a time; who comes then is told to ask again.
TEST(PreviewEndpointTurns, WhoFindsNoneIsToldToAskAgain) {
  for (const int most : {0, 1}) {
    PreviewEndpoint endpoint(most);
    httplib::Server server;
    endpoint.answer_on(server);
    const int port = server.bind_to_any_port("127.0.0.1");
    std::thread thread([&] { server.listen_after_bind(); });
    for (int i = 0; i < 3; ++i) {  // a turn is given back
      const auto answer = httplib::Client("127.0.0.1", port).Post(kPath, kSubmission, kJson);
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->status, most == 0 ? 503 : 200);
      EXPECT_EQ(answer->get_header_value("Retry-After"), most == 0 ? "1" : "");
    }
    server.stop();
    thread.join();
  }
}

}  // namespace
}  // namespace qcdr
