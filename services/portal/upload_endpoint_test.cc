#include "portal/upload_endpoint.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/bytes.h"
#include "portal/content_digest.h"
#include "portal/score_server.h"

namespace qcdr {
namespace {

using Json = nlohmann::json;

const std::string kToken(40, 't');
constexpr const char* kPath = "/v1/uploads";
const std::string kId(32, 'a');

// Remembers what it was asked and what came.
class FakeDesk final : public UploadDesk {
 public:
  class Taken final : public Incoming {
   public:
    explicit Taken(FakeDesk& desk) : desk_(desk) { ++desk_.open; }
    ~Taken() override {
      --desk_.open;
      if (!finished_) ++desk_.dropped;
    }
    Status write(std::string_view piece) override {
      desk_.largest_piece = std::max(desk_.largest_piece, piece.size());
      desk_.bytes += piece.size();
      return desk_.refuse_writes ? Status(ErrorCode::kInvalidArgument, "000456789") : Status::ok();
    }
    Result<UploadReply> finish() override {
      finished_ = true;
      ++desk_.finished;
      UploadReply reply;
      reply.status = 202;
      reply.body = "{}";
      reply.location = std::string(kPath) + "/" + kId;
      return reply;
    }
    UploadReply refusal(const Status&) override {
      UploadReply reply;
      reply.status = 422;
      return reply;
    }

   private:
    FakeDesk& desk_;
    bool finished_ = false;
  };

  Result<std::unique_ptr<Incoming>> take(const Delivery& delivery) override {
    last = delivery;
    if (!take_status.is_ok()) return take_status;
    return std::unique_ptr<Incoming>(std::make_unique<Taken>(*this));
  }
  Result<UploadReply> list(PracticeId practice, const UploadListQuery& query) override {
    listed = query;
    return said("list", practice, "");
  }
  Result<UploadReply> show(PracticeId practice, const std::string& upload) override {
    return said("show", practice, upload);
  }
  Result<UploadReply> findings(PracticeId practice, const std::string& upload,
                               const PageQuery& page, bool csv) override {
    listed.page = page;
    return said(csv ? "findings csv" : "findings", practice, upload);
  }
  Result<UploadReply> rejected_rows(PracticeId practice, const std::string& upload,
                                    std::uint64_t offset) override {
    auto reply = said("rejected", practice, upload);
    if (offset > 0) {
      reply.value().left = 7;
      reply.value().next_offset = offset + 3;
    }
    return reply;
  }
  Result<UploadReply> changes(PracticeId practice, const std::string& upload) override {
    return said("changes", practice, upload);
  }
  Result<UploadReply> report(PracticeId practice, const std::string& upload, bool json) override {
    return said(json ? "report json" : "report", practice, upload);
  }

  std::atomic<int> open = 0;
  std::atomic<int> dropped = 0;
  std::atomic<int> finished = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::size_t largest_piece = 0;
  bool refuse_writes = false;
  Status take_status;
  Status answer_status;
  Delivery last;
  UploadListQuery listed;

 private:
  Result<UploadReply> said(const char* what, PracticeId practice, const std::string& upload) {
    if (!answer_status.is_ok()) return answer_status;
    UploadReply reply;
    reply.body = std::string(what) + " " + std::to_string(practice.value()) + " " + upload;
    return reply;
  }
};

class UploadEndpointTest : public testing::Test {
 protected:
  void serve(UploadLimits limits = {}) {
    ServedUploads uploads;
    uploads.desk = &desk_;
    uploads.tokens = AccessTokens::parse("1234 " + hex(view(sha256(kToken))) + "\n").value();
    uploads.limits = limits;
    auto opened = ScoreServer::open("127.0.0.1:0", std::move(uploads));
    ASSERT_TRUE(opened.is_ok()) << opened.status().to_string();
    server_ = std::move(opened).value();
  }
  httplib::Headers headers(httplib::Headers more = {}) {
    more.emplace("Authorization", "Bearer " + kToken);
    return more;
  }
  httplib::Client client() { return httplib::Client("127.0.0.1", server_->port()); }
  httplib::Result post(const std::string& body, const httplib::Headers& with,
                       const std::string& path = kPath) {
    return client().Post(path.c_str(), with, body, "text/csv");
  }
  httplib::Result get(const std::string& path, const httplib::Headers& with) {
    return client().Get(path.c_str(), with);
  }
  int connected() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  static void send(int socket, const std::string& text) {
    ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
  }
  std::string head(std::size_t length) {
    return "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + kToken +
           "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  }
  static std::string rest_of(int socket) {
    std::string answer;
    char block[4096];
    for (ssize_t got = 0; (got = ::recv(socket, block, sizeof block, 0)) > 0;) {
      answer.append(block, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return answer;
  }
  template <class Condition>
  static bool comes_true(const Condition& condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  FakeDesk desk_;
  std::unique_ptr<ScoreServer> server_;
};

TEST_F(UploadEndpointTest, WhoHasNoTokenIsToldNothing) {
  serve();
  for (const std::string& path :
       {std::string(kPath), kPath + ("/" + kId), kPath + ("/" + kId + "/rejected-rows.csv"),
        kPath + ("/" + kId + "/findings")}) {
    const auto answer = get(path, {});
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 401) << path;
    EXPECT_FALSE(answer->get_header_value("WWW-Authenticate").empty());
  }
  const auto posted = post("tin,npi\n", {{"Authorization", "Bearer " + std::string(40, 'x')}});
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->status, 401);
  EXPECT_EQ(desk_.bytes, 0U);
}

TEST_F(UploadEndpointTest, HandsABodyOnAsItComes) {
  serve();
  const std::string body(3 << 20, 'x');
  const auto answer = post(body, headers({{"Idempotency-Key", "\"one\""}}));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->get_header_value("Location"), kPath + ("/" + kId));
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
  EXPECT_EQ(desk_.bytes, body.size());
  EXPECT_LE(desk_.largest_piece, 64U << 10);
  EXPECT_EQ(desk_.last.practice, PracticeId(1234));
  EXPECT_EQ(desk_.last.idempotency_key, "one");
  EXPECT_FALSE(desk_.last.dry_run);
}

TEST_F(UploadEndpointTest, ReadsADigestAndADryRun) {
  serve();
  const std::string digest = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
  for (const char* field : {"Content-Digest", "Repr-Digest"}) {
    const auto answer = post("x", headers({{field, digest}}), std::string(kPath) + "?dry-run=true");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 202);
    EXPECT_TRUE(desk_.last.dry_run);
    ASSERT_TRUE(desk_.last.digest);
    EXPECT_EQ(*desk_.last.digest, sha256("{\"hello\": \"world\"}\n"));
  }
}

TEST_F(UploadEndpointTest, RefusesWhatItDoesNotUnderstand) {
  serve();
  const auto status = [&](const httplib::Headers& with, const std::string& path) {
    const auto answer = post("x", headers(with), path);
    return answer ? answer->status : -1;
  };
  const std::string path = kPath;
  EXPECT_EQ(status({}, path + "?dry-run=yes"), 400);
  EXPECT_EQ(status({}, path + "?tin=000456789"), 400);
  EXPECT_EQ(status({{"Idempotency-Key", std::string(kIdempotencyKeyBytesMax + 1, 'k')}}, path),
            400);
  EXPECT_EQ(status({{"Content-Digest", "md5=:AAAA:"}}, path), 400);
  EXPECT_EQ(status({{"Content-Encoding", "gzip"}}, path), 415);
  EXPECT_EQ(desk_.bytes, 0U);
  httplib::MultipartFormDataItems items = {{"file", "tin,npi", "a.csv", "text/csv"}};
  const auto form = client().Post(kPath, headers(), items);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->status, 415);
}

TEST_F(UploadEndpointTest, WhatIsTooLongIsNotRead) {
  UploadLimits limits;
  limits.upload_bytes_max = 1000;
  limits.dry_run_bytes_max = 100;
  serve(limits);
  EXPECT_EQ(post(std::string(1000, 'x'), headers())->status, 202);
  EXPECT_EQ(post(std::string(1001, 'x'), headers())->status, 413);
  EXPECT_EQ(post(std::string(101, 'x'), headers(), std::string(kPath) + "?dry-run=true")->status,
            413);
  EXPECT_EQ(desk_.bytes, 1000U);
  // One that does not say how long it is.
  const auto chunked = client().Post(
      kPath, headers(),
      [](std::size_t offset, httplib::DataSink& sink) {
        const std::string block(400, 'x');
        sink.write(block.data(), block.size());
        if (offset > 4000) sink.done();
        return true;
      },
      "text/csv");
  if (chunked) {
    EXPECT_EQ(chunked->status, 413);
  }
  EXPECT_LE(desk_.bytes, 2000U);
  EXPECT_TRUE(comes_true([&] { return desk_.open == 0; }));
}

TEST_F(UploadEndpointTest, ABrokenConnectionLeavesNothing) {
  serve();
  const int socket = connected();
  send(socket, head(1000) + std::string(100, 'x'));
  ASSERT_TRUE(comes_true([&] { return desk_.bytes == 100U; }));
  ::close(socket);
  EXPECT_TRUE(comes_true([&] { return desk_.dropped == 1; }));
  EXPECT_EQ(desk_.finished, 0);
}

TEST_F(UploadEndpointTest, ASlowClientIsTold) {
  UploadLimits limits;
  limits.grace = std::chrono::milliseconds(50);
  limits.bytes_per_second_min = 1'000'000;
  serve(limits);
  const int socket = connected();
  send(socket, head(1000) + "x");
  ASSERT_TRUE(comes_true([&] { return desk_.bytes == 1U; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  send(socket, "x");
  EXPECT_TRUE(rest_of(socket).starts_with("HTTP/1.1 408"));
  EXPECT_EQ(desk_.dropped, 1);
}

TEST_F(UploadEndpointTest, ALimitedNumberIsReceivedAtATime) {
  UploadLimits limits;
  limits.uploads_at_a_time_max = 1;
  serve(limits);
  const int socket = connected();
  send(socket, head(10) + "x");
  ASSERT_TRUE(comes_true([&] { return desk_.open == 1; }));
  const auto second = post("x", headers());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 503);
  EXPECT_EQ(second->get_header_value("Retry-After"), "1");
  send(socket, std::string(9, 'x'));
  EXPECT_TRUE(rest_of(socket).starts_with("HTTP/1.1 202"));
  EXPECT_EQ(post("x", headers())->status, 202);
}

TEST_F(UploadEndpointTest, SaysWhatADeskCannotDo) {
  serve();
  const std::vector<std::pair<ErrorCode, int>> cases = {
      {ErrorCode::kAborted, 409},     {ErrorCode::kAlreadyExists, 422},
      {ErrorCode::kUnavailable, 503}, {ErrorCode::kFailedPrecondition, 404},
      {ErrorCode::kCorruption, 500},
  };
  for (const auto& [code, status] : cases) {
    desk_.take_status = Status(code, "000456789");
    const auto answer = post("x", headers());
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(answer->body.find("000456789"), std::string::npos);
  }
  desk_.take_status = Status::ok();
  desk_.refuse_writes = true;
  EXPECT_EQ(post("x", headers())->status, 422);
}

// A file of rejected rows that has not all of them says how many are left, and where they begin.
TEST_F(UploadEndpointTest, RejectedRowsAreGivenInParts) {
  serve();
  const std::string rows = std::string(kPath) + "/" + kId + "/rejected-rows.csv";
  const auto answer = get(rows + "?offset=5", headers());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->get_header_value("Qcdr-Rows-Left"), "7");
  EXPECT_EQ(answer->get_header_value("Link"), "<?offset=8>; rel=\"next\"");
  EXPECT_EQ(get(rows + "?offset=x", headers())->status, 400);
  EXPECT_EQ(get(rows + "?practice=1235", headers())->status, 400);
}

TEST_F(UploadEndpointTest, AsksTheDeskForItsPracticeAlone) {
  serve();
  const std::string of_one = std::string(kPath) + "/" + kId;
  EXPECT_EQ(get(kPath, headers())->body, "list 1234 ");
  EXPECT_EQ(get(of_one, headers())->body, "show 1234 " + kId);
  EXPECT_EQ(get(of_one + "/findings", headers())->body, "findings 1234 " + kId);
  EXPECT_EQ(get(of_one + "/findings", headers({{"Accept", "text/csv"}}))->body,
            "findings csv 1234 " + kId);
  EXPECT_EQ(get(of_one + "/rejected-rows.csv", headers())->body, "rejected 1234 " + kId);
  EXPECT_FALSE(get(of_one + "/rejected-rows.csv", headers())->has_header("Link"));
  EXPECT_EQ(get(of_one + "/changes", headers())->body, "changes 1234 " + kId);
  EXPECT_EQ(get(of_one + "/report", headers())->body, "report 1234 " + kId);
  EXPECT_EQ(get(of_one + "/report", headers({{"Accept", "application/json"}}))->body,
            "report json 1234 " + kId);
  EXPECT_EQ(get(of_one + "/else", headers())->status, 404);
  EXPECT_EQ(get(std::string(kPath) + "/000456789", headers())->status, 404);
  desk_.answer_status = Status(ErrorCode::kNotFound, "");
  EXPECT_EQ(get(of_one, headers())->status, 404);
}

TEST_F(UploadEndpointTest, PagesHaveLimits) {
  serve();
  const std::string list = kPath;
  EXPECT_EQ(get(list + "?offset=7&limit=1000&performanceYear=2022&kind=opt-out", headers())->status,
            200);
  EXPECT_EQ(desk_.listed.page.offset, 7U);
  EXPECT_EQ(desk_.listed.page.limit, kPageMax);
  EXPECT_EQ(desk_.listed.year, PerformanceYear(2022));
  EXPECT_EQ(desk_.listed.kind, "opt-out");
  EXPECT_EQ(get(list, headers())->status, 200);
  EXPECT_EQ(desk_.listed.page.limit, kPageDefault);
  for (const char* bad :
       {"?limit=1001", "?limit=0", "?limit=x", "?offset=-1", "?npi=1", "?limit=1&limit=2"}) {
    EXPECT_EQ(get(list + bad, headers())->status, 400) << bad;
  }
  EXPECT_EQ(get(list + "/" + kId + "/changes?limit=1", headers())->status, 400);
}

// The limit of previews is another one.
TEST_F(UploadEndpointTest, WhoAsksBeforeSendingIsToldByThePath) {
  serve();
  const auto expecting = [&](const std::string& path, bool token, std::size_t length) {
    const int socket = connected();
    send(socket, "POST " + path + " HTTP/1.1\r\nHost: x\r\n" +
                     (token ? "Authorization: Bearer " + kToken + "\r\n" : std::string()) +
                     "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " +
                     std::to_string(length) + "\r\n\r\n");
    char block[4096];
    const ssize_t got = ::recv(socket, block, sizeof block, 0);
    ::close(socket);
    return std::string(block, got > 0 ? static_cast<std::size_t>(got) : 0).substr(0, 12);
  };
  EXPECT_EQ(expecting(kPath, true, 50 << 20), "HTTP/1.1 100");
  EXPECT_EQ(expecting(kPath, false, 50 << 20), "HTTP/1.1 401");
  EXPECT_EQ(expecting("/v1/score-preview", true, 50 << 20), "HTTP/1.1 413");
}

}  // namespace
}  // namespace qcdr
