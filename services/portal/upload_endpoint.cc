#include "portal/upload_endpoint.h"

#include <httplib.h>

#include <charconv>

#include "portal/content_digest.h"
#include "portal/http_problem.h"
#include "portal/turn.h"

namespace qcdr {
namespace {

using std::chrono::steady_clock;

constexpr const char* kPath = "/v1/uploads";
constexpr const char* kOfOne = "/v1/uploads/([0-9a-f]{32})";
constexpr int kRequestTimeout = 408;
constexpr int kMillisecondsPerSecond = 1000;

void send(UploadReply reply, httplib::Response& response) {
  response.status = reply.status;
  response.set_header("Cache-Control", "no-store");
  response.set_header("X-Content-Type-Options", "nosniff");
  if (!reply.location.empty()) response.set_header("Location", reply.location);
  if (reply.next_offset > 0) {
    response.set_header("Qcdr-Rows-Left", std::to_string(reply.left));
    response.set_header("Link",
                        "<?offset=" + std::to_string(reply.next_offset) + ">; rel=\"next\"");
  }
  response.set_content(std::move(reply.body), reply.type);
}

// What a desk could not do. Its message is not told where it may come from a file or a disk.
void refuse_with(const Status& status, httplib::Response& response) {
  switch (status.code()) {
    case ErrorCode::kNotFound:
      return refuse(response, kNotFound, "no such upload of this practice");
    case ErrorCode::kInvalidArgument:
      return refuse(response, kBadRequest, "a parameter has a value that there is not");
    case ErrorCode::kAborted:
      return refuse(response, kConflict, "a request with this Idempotency-Key is being answered");
    case ErrorCode::kAlreadyExists:
      return refuse(response, kUnprocessable,
                    "this Idempotency-Key was used for other content; send it with another key");
    case ErrorCode::kFailedPrecondition:
      return refuse(response, kNotFound, "another service answers this");
    case ErrorCode::kUnavailable:
      response.set_header("Retry-After", "1");
      return refuse(response, kUnavailable, "not now; ask again");
    default:
      return refuse(response, kInternalError, "this cannot be answered");
  }
}

void reply_or_refuse(Result<UploadReply> made, httplib::Response& response) {
  if (!made.is_ok()) return refuse_with(made.status(), response);
  send(std::move(made).value(), response);
}

bool read_count(const std::string& text, std::uint64_t most, std::uint64_t* count) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, *count);
  return !text.empty() && read.ec == std::errc() && read.ptr == end && *count <= most;
}

// False: a parameter that is not known, given twice or out of range.
bool read_list_query(const httplib::Request& request, bool of_uploads, UploadListQuery* query) {
  constexpr std::uint64_t kYearMax = 9999;
  query->page.limit = kPageDefault;
  for (const auto& [name, value] : request.params) {
    if (request.get_param_value_count(name.c_str()) != 1) return false;
    std::uint64_t year = 0;
    if (name == "offset") {
      if (!read_count(value, UINT32_MAX, &query->page.offset)) return false;
    } else if (name == "limit") {
      if (!read_count(value, kPageMax, &query->page.limit) || query->page.limit == 0) return false;
    } else if (of_uploads && name == "performanceYear") {
      if (!read_count(value, kYearMax, &year)) return false;
      query->year = PerformanceYear(static_cast<std::int32_t>(year));
    } else if (of_uploads && name == "kind") {
      query->kind = value;
    } else {
      return false;
    }
  }
  return true;
}

// One of two that an answer comes in; the first named wins.
bool prefers(const httplib::Request& request, const char* type, const char* other) {
  const std::string accepted = request.get_header_value("Accept");
  const std::size_t at = accepted.find(type);
  return at != std::string::npos && at < accepted.find(other);
}

std::optional<std::uint64_t> declared_bytes(const httplib::Request& request) {
  const std::string length = request.get_header_value("Content-Length");
  std::uint64_t bytes = 0;
  if (!read_count(length, UINT64_MAX, &bytes)) return std::nullopt;
  return bytes;
}

// As it stands, or as the string of a structured field. None: empty, too long, or not printable.
std::optional<std::string> read_key(std::string text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || text.size() > kIdempotencyKeyBytesMax) return std::nullopt;
  for (const char c : text) {
    if (c < ' ' || c > '~') return std::nullopt;
  }
  return text;
}

}  // namespace

std::optional<PracticeId> UploadEndpoint::caller(const httplib::Request& request,
                                                 httplib::Response& response) const {
  const auto practice = request.get_header_value_count("Authorization") == 1
                            ? tokens_.practice_of(request.get_header_value("Authorization"))
                            : std::nullopt;
  if (practice) return practice;
  response.set_header("WWW-Authenticate", "Bearer realm=\"qcdr\"");
  refuse(response, kUnauthorized, "a bearer token of a practice is needed");
  return std::nullopt;
}

std::optional<Delivery> UploadEndpoint::delivery(const httplib::Request& request,
                                                 httplib::Response& response) const {
  const auto practice = caller(request, response);
  if (!practice) return std::nullopt;
  const auto bad = [&](const char* why) {
    refuse(response, kBadRequest, why);
    return std::nullopt;
  };
  Delivery delivery;
  delivery.practice = *practice;
  for (const auto& [name, value] : request.params) {
    if (name != "dry-run" || request.get_param_value_count("dry-run") != 1 ||
        (value != "true" && value != "false")) {
      return bad("the parameter is dry-run, true or false");
    }
    delivery.dry_run = value == "true";
  }
  if (request.has_header("Idempotency-Key")) {
    const auto key = read_key(request.get_header_value("Idempotency-Key"));
    if (!key) return bad("an Idempotency-Key has 1 to 255 printable characters");
    delivery.idempotency_key = *key;
  }
  for (const char* field : {"Content-Digest", "Repr-Digest"}) {
    const auto digest = read_content_digest(request.get_header_value(field));
    if (!digest.is_ok()) {
      response.set_header("Want-Content-Digest", kWantContentDigest);
      return bad("a digest is given like sha-256=:<base64 of the 32 bytes>:");
    }
    if (!digest.value()) continue;
    if (delivery.digest && delivery.digest != digest.value()) return bad("two digests differ");
    delivery.digest = digest.value();
  }
  if (request.is_multipart_form_data()) {
    refuse(response, kUnsupportedMediaType, "send the file itself as the body, without a form");
    return std::nullopt;
  }
  const std::string coding = request.get_header_value("Content-Encoding");
  if (!coding.empty() && coding != "identity") {
    refuse(response, kUnsupportedMediaType, "send the file as it is, without Content-Encoding");
    return std::nullopt;
  }
  if (!declared_bytes(request) && request.get_header_value("Transfer-Encoding") != "chunked") {
    // Its end would be that of the connection, and a connection that breaks would look the same.
    refuse(response, kLengthRequired, "say how long the file is, or send it in chunks");
    return std::nullopt;
  }
  if (declared_bytes(request).value_or(0) > bytes_max(delivery.dry_run)) {
    refuse(response, kPayloadTooLarge, "the file is too long");
    return std::nullopt;
  }
  return delivery;
}

void UploadEndpoint::receive(const Delivery& delivery, Incoming& incoming,
                             const httplib::ContentReader& content,
                             httplib::Response& response) const {
  const auto begun = steady_clock::now();
  std::uint64_t bytes = 0;
  Status written;
  int status = kOk;
  const bool whole = content([&](const char* data, std::size_t size) {
    bytes += size;
    if (bytes > bytes_max(delivery.dry_run)) {
      status = kPayloadTooLarge;
      return false;
    }
    const auto taken =
        std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun);
    const auto allowed = limits_.grace + std::chrono::milliseconds(bytes * kMillisecondsPerSecond /
                                                                   limits_.bytes_per_second_min);
    if (taken > allowed) {
      status = kRequestTimeout;
      return false;
    }
    written = incoming.write({data, size});
    return written.is_ok();
  });
  if (status == kPayloadTooLarge) return refuse(response, status, "the file is too long");
  if (status == kRequestTimeout) return refuse(response, status, "the file came too slowly");
  const auto refused = [&](const Status& why) {
    return why.code() == ErrorCode::kInvalidArgument || why.code() == ErrorCode::kLimitExceeded ||
           why.code() == ErrorCode::kPermissionDenied;
  };
  if (!written.is_ok()) {
    return refused(written) ? send(incoming.refusal(written), response)
                            : refuse_with(written, response);
  }
  if (!whole) return refuse(response, kBadRequest, "the file is cut off");
  Result<UploadReply> made = incoming.finish();
  if (!made.is_ok() && refused(made.status())) {
    return send(incoming.refusal(made.status()), response);
  }
  reply_or_refuse(std::move(made), response);
}

void UploadEndpoint::take(const httplib::Request& request, httplib::Response& response,
                          const httplib::ContentReader& content) {
  const auto asked = delivery(request, response);
  if (!asked) return;
  const Turn turn(busy_, limits_.uploads_at_a_time_max);
  if (!turn.mine()) {
    response.set_header("Retry-After", "1");
    return refuse(response, kUnavailable, "others are being received; send it again");
  }
  const auto incoming = desk_.take(*asked);
  if (!incoming.is_ok()) return refuse_with(incoming.status(), response);
  receive(*asked, *incoming.value(), content, response);
}

int UploadEndpoint::expect(const httplib::Request& request, httplib::Response& response) const {
  constexpr int kContinue = 100;
  return delivery(request, response) ? kContinue : response.status;
}

bool UploadEndpoint::is_for_uploads(const httplib::Request& request) {
  return request.path == kPath;
}

void UploadEndpoint::answer_on(httplib::Server& server) {
  server.Post(kPath,
              [this](const httplib::Request& request, httplib::Response& response,
                     const httplib::ContentReader& content) { take(request, response, content); });
  server.Get(kPath, [this](const httplib::Request& request, httplib::Response& response) {
    const auto practice = caller(request, response);
    if (!practice) return;
    UploadListQuery query;
    if (!read_list_query(request, true, &query)) {
      return refuse(response, kBadRequest,
                    "the parameters are offset, limit (1 to 1000), performanceYear and kind");
    }
    reply_or_refuse(desk_.list(*practice, query), response);
  });
  // What is asked of one upload takes no parameters but those of a page.
  const auto get = [&](const std::string& below, auto answer) {
    const bool paged = below == "/findings" || below == "/rejected-rows\\.csv";
    server.Get((kOfOne + below).c_str(), [this, answer, paged](const httplib::Request& request,
                                                               httplib::Response& response) {
      const auto practice = caller(request, response);
      if (!practice) return;
      UploadListQuery query;
      if (!read_list_query(request, false, &query) || (!paged && !request.params.empty())) {
        return refuse(
            response, kBadRequest,
            "the parameters are offset and limit (1 to 1000), of findings and rejected rows");
      }
      reply_or_refuse(answer(*practice, request.matches[1].str(), query.page, request), response);
    });
  };
  using Request = httplib::Request;
  get("", [this](PracticeId practice, const std::string& id, const PageQuery&, const Request&) {
    return desk_.show(practice, id);
  });
  get("/findings", [this](PracticeId practice, const std::string& id, const PageQuery& page,
                          const Request& request) {
    return desk_.findings(practice, id, page, prefers(request, "text/csv", "application/json"));
  });
  get("/rejected-rows\\.csv",
      [this](PracticeId practice, const std::string& id, const PageQuery& page, const Request&) {
        return desk_.rejected_rows(practice, id, page.offset);
      });
  get("/changes", [this](PracticeId practice, const std::string& id, const PageQuery&,
                         const Request&) { return desk_.changes(practice, id); });
  get("/report",
      [this](PracticeId practice, const std::string& id, const PageQuery&, const Request& request) {
        return desk_.report(practice, id, prefers(request, "application/json", "text/plain"));
      });
}

}  // namespace qcdr
