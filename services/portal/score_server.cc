#include "portal/score_server.h"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "common/http_limits.h"
#include "portal/http_problem.h"
#include "portal/preview_endpoint.h"

namespace qcdr {
namespace {

constexpr std::size_t kConnectionsMax = 8;
constexpr std::size_t kWaitingMax = 8;
constexpr std::chrono::seconds kAnswerSecondsMax{10};
constexpr int kPortMax = 65'535;
constexpr const char* kJson = "application/json";

// A question on its way from a connection's thread to the one that answers.
struct Waiting {
  ScoreQuestion question;
  std::optional<Result<std::string>> answer;
};

struct Desk {
  std::mutex mutex;
  std::condition_variable answered;
  std::deque<std::shared_ptr<Waiting>> waiting;
  bool closed = false;
};

template <class Number>
bool read_number(const std::string& text, Number* number) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, *number);
  return !text.empty() && read.ec == std::errc() && read.ptr == end;
}

// False: a parameter that is not known, given twice, or no number.
bool read_question(const httplib::Request& request, ScoreQuestion* question) {
  for (const auto& [name, value] : request.params) {
    if (request.get_param_value_count(name.c_str()) != 1) return false;
    if (name == "practice") {
      std::uint32_t practice = 0;
      if (!read_number(value, &practice)) return false;
      question->practice = PracticeId(practice);
    } else if (name == "performanceYear") {
      std::int32_t year = 0;
      if (!read_number(value, &year)) return false;
      question->year = PerformanceYear(year);
    } else {
      return false;
    }
  }
  return true;
}

std::optional<Result<std::string>> ask(Desk& desk, ScoreQuestion question) {
  const auto waiting = std::make_shared<Waiting>();
  waiting->question = question;
  std::unique_lock lock(desk.mutex);
  if (desk.closed || desk.waiting.size() >= kWaitingMax) return std::nullopt;
  desk.waiting.push_back(waiting);
  desk.answered.wait_for(lock, kAnswerSecondsMax,
                         [&] { return desk.closed || waiting->answer.has_value(); });
  std::erase(desk.waiting, waiting);
  return std::move(waiting->answer);
}

// `only`: the practice that asks, where callers are known by a token.
void scores(Desk& desk, std::optional<PracticeId> only, const httplib::Request& request,
            httplib::Response& response) {
  ScoreQuestion question;
  if (!read_question(request, &question)) {
    return refuse(response, kBadRequest,
                  "the parameters are practice and performanceYear, each a number");
  }
  if (only) {
    if (question.practice && *question.practice != *only) {
      return refuse(response, kNotFound, "there is no such practice");
    }
    question.practice = *only;
  }
  const auto answer = ask(desk, question);
  if (!answer || answer->status().code() == ErrorCode::kUnavailable) {
    response.set_header("Retry-After", "1");
    return refuse(response, kUnavailable, "scores cannot be read now; ask again");
  }
  if (!answer->is_ok()) return refuse(response, kInternalError, "scores cannot be read");
  response.status = kOk;
  response.set_header("Cache-Control", "no-store");
  response.set_content(answer->value(), kJson);
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

struct ScoreServer::Parts {
  Desk desk;
  std::optional<ServedUploads> served;
  std::optional<UploadEndpoint> uploads;
  PreviewEndpoint preview;
  httplib::Server server;
  std::atomic<bool> ended = false;
  std::thread thread;
};

ScoreServer::ScoreServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<ScoreServer>> ScoreServer::open(const std::string& address,
                                                       std::optional<ServedUploads> uploads) {
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
  int port = 0;
  if (colon == std::string::npos || !is_loopback(host) ||
      !read_number(address.substr(colon + 1), &port) || port < 0 || port > kPortMax) {
    return Status(ErrorCode::kInvalidArgument,
                  "scores are served on an address of the loopback, 127.0.0.1:PORT, because nobody "
                  "is authenticated");
  }
  std::unique_ptr<ScoreServer> opened(new ScoreServer(std::make_unique<Parts>()));
  Parts& parts = *opened->parts_;
  set_body_limits(parts.server, kConnectionsMax);
  parts.server.Get(
      "/v1/scores", [&parts](const httplib::Request& request, httplib::Response& response) {
        std::optional<PracticeId> only;
        if (parts.served) {
          only = parts.served->tokens.practice_of(request.get_header_value("Authorization"));
          if (!only) {
            response.set_header("WWW-Authenticate", "Bearer");
            return refuse(response, kUnauthorized, "a bearer token of a practice is needed");
          }
        }
        scores(parts.desk, only, request, response);
      });
  if (uploads) {
    parts.served = std::move(uploads);
    parts.uploads.emplace(*parts.served->desk, parts.served->tokens, parts.served->limits);
    parts.uploads->answer_on(parts.server);
  }
  parts.preview.answer_on(parts.server);
  parts.server.set_expect_100_continue_handler(
      [&parts](const httplib::Request& request, httplib::Response& response) {
        return parts.uploads && UploadEndpoint::is_for_uploads(request)
                   ? parts.uploads->expect(request, response)
                   : parts.preview.expect(request, response);
      });
  opened->port_ = port;
  if (port == 0) {
    opened->port_ = parts.server.bind_to_any_port(host);
  } else if (!parts.server.bind_to_port(host, port)) {
    opened->port_ = -1;
  }
  if (opened->port_ <= 0) {
    return Status(ErrorCode::kFailedPrecondition, "scores cannot be served on " + address);
  }
  parts.thread = std::thread([&parts] {
    parts.server.listen_after_bind();
    parts.ended = true;
  });
  return opened;
}

std::size_t ScoreServer::answer(const Answer& answer) {
  std::size_t answered = 0;
  for (;;) {
    std::shared_ptr<Waiting> next;
    {
      const std::lock_guard lock(parts_->desk.mutex);
      for (const auto& waiting : parts_->desk.waiting) {
        if (!waiting->answer && next == nullptr) next = waiting;
      }
    }
    if (next == nullptr) return answered;
    Result<std::string> made = answer(next->question);
    const std::lock_guard lock(parts_->desk.mutex);
    next->answer = std::move(made);
    ++answered;
    parts_->desk.answered.notify_all();
  }
}

ScoreServer::~ScoreServer() {
  {
    const std::lock_guard lock(parts_->desk.mutex);
    parts_->desk.closed = true;
  }
  parts_->desk.answered.notify_all();
  if (!parts_->thread.joinable()) return;
  // stop() does nothing to a server that does not listen yet.
  while (!parts_->server.is_running() && !parts_->ended) std::this_thread::yield();
  parts_->server.stop();
  parts_->thread.join();
}

}  // namespace qcdr
