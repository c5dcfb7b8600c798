#include "notices/smtp_sender.h"

#include <curl/curl.h>

#include <cstring>

#include "telemetry/log_line.h"

namespace qcdr {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kMailSeconds = 60;
constexpr long kFirstPermanent = 500;

struct Upload {
  std::string text;
  std::size_t read = 0;
};

std::size_t read_mail(char* out, std::size_t size, std::size_t count, void* user) {
  auto* upload = static_cast<Upload*>(user);
  const std::size_t bytes = std::min(size * count, upload->text.size() - upload->read);
  std::memcpy(out, upload->text.data() + upload->read, bytes);
  upload->read += bytes;
  return bytes;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// What the server says for good. A login that fails is a fault of the settings, not of the mail.
MailOutcome judge(CURLcode result, long reply) {
  if (result == CURLE_OK) return MailOutcome::kSent;
  if (result == CURLE_LOGIN_DENIED || reply < kFirstPermanent) return MailOutcome::kNotYet;
  return result == CURLE_SEND_ERROR || result == CURLE_WEIRD_SERVER_REPLY ||
                 result == CURLE_RECV_ERROR
             ? MailOutcome::kRefused
             : MailOutcome::kNotYet;
}

}  // namespace

struct SmtpSender::Connection {
  CURL* handle = nullptr;
  ~Connection() {
    if (handle != nullptr) curl_easy_cleanup(handle);
  }
};

SmtpSender::SmtpSender(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
SmtpSender::~SmtpSender() = default;

Result<std::unique_ptr<SmtpSender>> SmtpSender::open(const MailSettings& settings) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto connection = std::make_unique<Connection>();
  connection->handle = kReady == CURLE_OK ? curl_easy_init() : nullptr;
  CURL* handle = connection->handle;
  if (handle == nullptr) return Status(ErrorCode::kInternal, "libcurl does not start");
  const std::string scheme = settings.tls == MailTls::kFromStart ? "smtps://" : "smtp://";
  const std::string url =
      scheme + settings.host + ":" + std::to_string(settings.port) + "/" + settings.hello;
  bool set = curl_easy_setopt(handle, CURLOPT_URL, url.c_str()) == CURLE_OK;
  const auto option = [&](CURLoption name, auto value) {
    set = set && curl_easy_setopt(handle, name, value) == CURLE_OK;
  };
  option(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  option(CURLOPT_TIMEOUT, kMailSeconds);
  option(CURLOPT_UPLOAD, 1L);
  option(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  option(CURLOPT_USE_SSL,
         static_cast<long>(settings.tls == MailTls::kNone ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!settings.certificates_file.empty()) {
    option(CURLOPT_CAINFO, settings.certificates_file.c_str());
  }
  if (!settings.user.empty()) {
    option(CURLOPT_USERNAME, settings.user.c_str());
    option(CURLOPT_PASSWORD, settings.password.c_str());
  }
  if (!set) return Status(ErrorCode::kInvalidArgument, "libcurl refuses the mail settings");
  return std::unique_ptr<SmtpSender>(new SmtpSender(std::move(connection)));
}

MailOutcome SmtpSender::send(const Mail& mail) {
  CURL* handle = connection_->handle;
  Upload upload{mail_text(mail), 0};
  const std::unique_ptr<curl_slist, FreeList> to(
      curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()));
  const std::string from = "<" + mail.from + ">";
  const bool set =
      to && curl_easy_setopt(handle, CURLOPT_MAIL_FROM, from.c_str()) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to.get()) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_READFUNCTION, read_mail) == CURLE_OK &&
      curl_easy_setopt(handle, CURLOPT_READDATA, static_cast<void*>(&upload)) == CURLE_OK;
  if (!set) return MailOutcome::kNotYet;
  const CURLcode result = curl_easy_perform(handle);
  long reply = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &reply);
  if (result != CURLE_OK) {
    LogLine(LogLevel::kWarning, "a mail was not taken")
        .error(Status(ErrorCode::kUnavailable, std::string(curl_easy_strerror(result)) +
                                                   ", reply " + std::to_string(reply)));
  }
  return judge(result, reply);
}

}  // namespace qcdr
