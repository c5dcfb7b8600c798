// libcurl against a server in this process, and against sockets that misbehave.
#include "submission/curl_transport.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "stream/temporary_directory.h"

namespace qcdr {
namespace {

using submission::HttpAnswer;
using submission::HttpMethod;
using submission::HttpOutcome;
using submission::HttpRequest;

CurlSettings settings() {
  CurlSettings settings;
  settings.connect_milliseconds = 2'000;
  settings.call_milliseconds = 5'000;
  settings.answer_bytes_max = 10'000;
  settings.allow_loopback_http = true;
  return settings;
}

class CurlTransportTest : public ::testing::Test {
 protected:
  CurlTransportTest() {
    const auto echo = [this](const httplib::Request& request, httplib::Response& response) {
      ++calls_;
      seen_ = request;
      response.status = 201;
      response.set_header("Retry-After", "17");
      response.set_content("answer", "application/json");
    };
    server_.Get("/x", echo);
    server_.Post("/x", echo);
    server_.Put("/x", echo);
    server_.Patch("/x", echo);
    server_.Delete("/x", echo);
    server_.Get("/long", [](const httplib::Request&, httplib::Response& response) {
      response.set_content(std::string(20'000, 'a'), "text/plain");
    });
    server_.Get("/away", [](const httplib::Request&, httplib::Response& response) {
      response.set_redirect("/x");
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~CurlTransportTest() override {
    transport_.reset();  // the server waits for connections that are open
    server_.stop();
    thread_.join();
  }
  HttpRequest request(HttpMethod method, const std::string& path = "/x") const {
    HttpRequest made;
    made.method = method;
    made.url = "http://127.0.0.1:" + std::to_string(port_) + path;
    made.headers = {{"Authorization", "Bearer secret"}};
    return made;
  }

  httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  int calls_ = 0;
  httplib::Request seen_;
  std::unique_ptr<CurlTransport> transport_ = CurlTransport::open(settings()).value();
};

TEST_F(CurlTransportTest, EachMethodArrivesOnceWithItsBody) {
  int expected = 0;
  for (const HttpMethod method : {HttpMethod::kGet, HttpMethod::kPost, HttpMethod::kPut,
                                  HttpMethod::kPatch, HttpMethod::kDelete, HttpMethod::kGet}) {
    const bool body = method != HttpMethod::kGet && method != HttpMethod::kDelete;
    HttpRequest made = request(method);
    if (body) made.body = "{\"a\":1}";
    int sent = 0;
    made.sent = [&sent] { ++sent; };
    const HttpAnswer answer = transport_->perform(made);
    EXPECT_EQ(answer.outcome, HttpOutcome::kAnswered);
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.body, "answer");
    EXPECT_EQ(answer.retry_after, " 17");
    EXPECT_EQ(seen_.method, method_name(method));
    EXPECT_EQ(seen_.body, made.body);
    EXPECT_EQ(seen_.get_header_value("Authorization"), "Bearer secret");
    EXPECT_EQ(calls_, ++expected);
    EXPECT_EQ(sent, 1);
  }
}

TEST_F(CurlTransportTest, AnAnswerThatIsTooLongIsHalfOfOne) {
  const HttpAnswer answer = transport_->perform(request(HttpMethod::kGet, "/long"));
  EXPECT_EQ(answer.outcome, HttpOutcome::kHalfAnswer);
  EXPECT_LE(answer.body.size(), settings().answer_bytes_max);
}

TEST_F(CurlTransportTest, ARedirectionIsNotFollowed) {
  const HttpAnswer answer = transport_->perform(request(HttpMethod::kGet, "/away"));
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(calls_, 0);
}

TEST_F(CurlTransportTest, PlainHttpNeedsTheFlag) {
  CurlSettings strict = settings();
  strict.allow_loopback_http = false;
  const HttpAnswer answer =
      CurlTransport::open(strict).value()->perform(request(HttpMethod::kPost));
  EXPECT_EQ(answer.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(calls_, 0);
}

TEST_F(CurlTransportTest, TlsToAServerWithoutItIsNotSent) {
  HttpRequest made = request(HttpMethod::kPost);
  made.url = "https://127.0.0.1:" + std::to_string(port_) + "/x";
  made.body = "{}";
  EXPECT_EQ(transport_->perform(made).outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(calls_, 0);
}

TEST_F(CurlTransportTest, TheEnvironmentsProxyIsNotUsed) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  EXPECT_EQ(transport_->perform(request(HttpMethod::kGet)).status, 201);
  unsetenv("http_proxy");
  CurlSettings through = settings();
  through.proxy = "http://127.0.0.1:1";
  EXPECT_EQ(CurlTransport::open(through).value()->perform(request(HttpMethod::kGet)).outcome,
            HttpOutcome::kNotSent);
}

// A server that reads a request, answers with these bytes and closes.
class RawServer {
 public:
  explicit RawServer(std::string answer) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_, 4), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] { serve(answer); });
  }
  ~RawServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }
  int connections() const { return connections_; }

 private:
  void serve(const std::string& answer) {
    for (;;) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      ++connections_;
      std::string request;
      char buffer[4096];
      while (request.find("{}") == std::string::npos) {
        const ssize_t count = ::recv(connection, buffer, sizeof buffer, 0);
        if (count <= 0) break;
        request.append(buffer, static_cast<std::size_t>(count));
      }
      if (!answer.empty()) (void)!::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::thread thread_;
};

HttpAnswer post_to(const std::string& url) {
  HttpRequest made;
  made.method = HttpMethod::kPost;
  made.url = url;
  made.body = "{}";
  const auto transport = CurlTransport::open(settings()).value();
  return transport->perform(made);
}

TEST(CurlTransportFaultTest, NoAnswerIsUnknownAndIsNotSentAgain) {
  RawServer server("");
  EXPECT_EQ(post_to(server.url()).outcome, HttpOutcome::kNoAnswer);
  EXPECT_EQ(server.connections(), 1);
}

TEST(CurlTransportFaultTest, HalfAnAnswerIsToldWithItsStatus) {
  RawServer server("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"data\"");
  const HttpAnswer answer = post_to(server.url());
  EXPECT_EQ(answer.outcome, HttpOutcome::kHalfAnswer);
  EXPECT_EQ(answer.status, 201);
}

TEST(CurlTransportFaultTest, NobodyThereIsNotSent) {
  std::string url;
  {
    RawServer server("");
    url = server.url();
  }
  EXPECT_EQ(post_to(url).outcome, HttpOutcome::kNotSent);
}

TEST(CurlTransportFaultTest, ASilentServerIsGivenUp) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 4), 0);  // connections are made and nobody answers
  socklen_t size = sizeof address;
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  CurlSettings quick = settings();
  quick.call_milliseconds = 100;
  HttpRequest made;
  made.method = HttpMethod::kPost;
  made.url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x";
  made.body = "{}";
  EXPECT_EQ(CurlTransport::open(quick).value()->perform(made).outcome, HttpOutcome::kNoAnswer);
  ::close(listener);
}

// A certificate that signs itself, for this name or address.
class Certificate {
 public:
  explicit Certificate(const std::string& subject_alternative) {
    constexpr long kYearSeconds = 31'536'000;
    X509_set_version(certificate_, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_), -kYearSeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate_), kYearSeconds);
    X509_set_pubkey(certificate_, key_);
    X509_NAME* name = X509_get_subject_name(certificate_);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
    X509_set_issuer_name(certificate_, name);
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, subject_alternative.c_str());
    X509_add_ext(certificate_, extension, -1);
    X509_EXTENSION_free(extension);
    EXPECT_GT(X509_sign(certificate_, key_, EVP_sha256()), 0);
  }
  ~Certificate() {
    X509_free(certificate_);
    EVP_PKEY_free(key_);
  }
  X509* certificate() const { return certificate_; }
  EVP_PKEY* key() const { return key_; }
  void write(const std::string& path) const {
    std::FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(PEM_write_X509(file, certificate_), 1);
    std::fclose(file);
  }

 private:
  EVP_PKEY* key_ = EVP_EC_gen("P-256");
  X509* certificate_ = X509_new();
};

// What a POST to a TLS server with this certificate comes to, trusted or not; and what arrived.
std::pair<HttpAnswer, int> post_over_tls(const std::string& subject_alternative, bool trusted) {
  const stream::TemporaryDirectory directory;
  const Certificate certificate(subject_alternative);
  certificate.write(directory.path() + "/ca.pem");
  httplib::SSLServer server(certificate.certificate(), certificate.key());
  std::atomic<int> calls{0};
  server.Post("/x", [&calls](const httplib::Request&, httplib::Response& response) {
    ++calls;
    response.status = 201;
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&server] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  CurlSettings strict = settings();
  strict.allow_loopback_http = false;
  if (trusted) strict.certificates_file = directory.path() + "/ca.pem";
  HttpRequest made;
  made.method = HttpMethod::kPost;
  made.url = "https://127.0.0.1:" + std::to_string(port) + "/x";
  made.body = "{}";
  const HttpAnswer answer = CurlTransport::open(strict).value()->perform(made);
  server.stop();
  thread.join();
  return {answer, calls};
}

TEST(CurlTransportTlsTest, ACertificateMustBeTrustedAndOfTheName) {
  const auto good = post_over_tls("IP:127.0.0.1", true);
  EXPECT_EQ(good.first.status, 201);
  EXPECT_EQ(good.second, 1);
  const auto unknown = post_over_tls("IP:127.0.0.1", false);
  EXPECT_EQ(unknown.first.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(unknown.second, 0);
  const auto other_name = post_over_tls("DNS:qpp.example", true);
  EXPECT_EQ(other_name.first.outcome, HttpOutcome::kNotSent);
  EXPECT_EQ(other_name.second, 0);
}

TEST(CurlTransportSettingsTest, AddressesThatAreNoneAreRefused) {
  EXPECT_TRUE(check_base_address("https://qpp.cms.gov/api/submissions", false).is_ok());
  EXPECT_TRUE(check_base_address("http://127.0.0.1:8080", true).is_ok());
  EXPECT_TRUE(check_base_address("http://[::1]:8080/api", true).is_ok());
  EXPECT_TRUE(check_base_address("http://localhost/api", true).is_ok());
  EXPECT_FALSE(check_base_address("http://127.0.0.1:8080", false).is_ok());
  for (const char* address :
       {"http://qpp.cms.gov", "http://127.0.0.1.example.org", "http://localhost.example.org/api",
        "ftp://x", "https://", "https://x/", "https://u@x/a", "https://x?y", "qpp.cms.gov", ""}) {
    EXPECT_FALSE(check_base_address(address, true).is_ok()) << address;
  }
  CurlSettings none = settings();
  none.answer_bytes_max = 0;
  EXPECT_FALSE(CurlTransport::open(none).is_ok());
}

}  // namespace
}  // namespace qcdr
