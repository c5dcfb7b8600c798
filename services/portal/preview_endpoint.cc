#include "portal/preview_endpoint.h"

#include <httplib.h>

#include <algorithm>

#include "portal/http_problem.h"
#include "portal/turn.h"

namespace qcdr {
namespace {

constexpr const char* kPath = "/v1/score-preview";
constexpr const char* kJson = "application/json";
constexpr const char* kCmsJson = "application/vnd.qpp.cms.gov.v1+json";

bool is_json(const httplib::Request& request) {
  std::string type = request.get_header_value("Content-Type");
  type = type.substr(0, type.find(';'));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type == kJson || type == kCmsJson;
}

// What a client says that it is going to send.
bool is_declared_too_large(const httplib::Request& request) {
  const std::string length = request.get_header_value("Content-Length");
  constexpr std::size_t kDigitsMax = 9;
  return length.size() > kDigitsMax ||
         (!length.empty() && std::strtoull(length.c_str(), nullptr, 10) > kPreviewBodyBytesMax);
}

enum class Body : std::uint8_t { kWhole, kTooLarge, kCutOff };

// Never holds more than the limit.
Body read_body(const httplib::ContentReader& content, std::string* body) {
  bool fits = true;
  const bool whole = content([&](const char* data, std::size_t size) {
    fits = body->size() + size <= kPreviewBodyBytesMax;
    if (fits) body->append(data, size);
    return fits;
  });
  return !fits ? Body::kTooLarge : whole ? Body::kWhole : Body::kCutOff;
}

void send(const scoring::PreviewAnswer& answer, int status, httplib::Response& response) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(answer.json + "\n", kJson);
}

void refuse_size(const scoring::PreviewRules& rules, httplib::Response& response) {
  send(scoring::preview_refusal(rules, FindingCode::SUBMISSION_TOO_LARGE,
                                {std::to_string(kPreviewBodyBytesMax)}, {}),
       kPayloadTooLarge, response);
}

// False: a parameter that is not known.
bool read_parameters(const httplib::Request& request, scoring::PreviewOptions* options) {
  for (const auto& parameter : request.params) {
    if (parameter.first != "summary" || request.get_param_value_count("summary") != 1) return false;
    if (parameter.second != "true" && parameter.second != "false") return false;
    if (parameter.second == "true") options->detail = scoring::TreeDetail::kSummary;
  }
  return true;
}

}  // namespace

void PreviewEndpoint::answer(const httplib::Request& request, httplib::Response& response,
                             const httplib::ContentReader& content) {
  scoring::PreviewOptions options;
  if (!read_parameters(request, &options)) {
    return refuse(response, kBadRequest, "the parameter is summary, true or false");
  }
  if (!is_json(request)) {
    return send(scoring::preview_refusal(rules_, FindingCode::MEDIA_TYPE_NOT_TAKEN, {}, {}),
                kUnsupportedMediaType, response);
  }
  if (is_declared_too_large(request)) return refuse_size(rules_, response);
  std::string body;
  const Body read = read_body(content, &body);
  if (read == Body::kTooLarge) return refuse_size(rules_, response);
  if (read == Body::kCutOff) return refuse(response, kBadRequest, "the body is cut off");
  const Turn turn(busy_, at_a_time_max_);
  if (!turn.mine()) {
    response.set_header("Retry-After", "1");
    return refuse(response, kUnavailable, "others are being answered; ask again");
  }
  const scoring::PreviewAnswer made = scoring::preview_score(rules_, body, "", options);
  send(made, made.scored ? kOk : kBadRequest, response);
}

int PreviewEndpoint::expect(const httplib::Request& request, httplib::Response& response) const {
  constexpr int kContinue = 100;
  if (!is_declared_too_large(request)) return kContinue;
  refuse_size(rules_, response);
  return kPayloadTooLarge;
}

void PreviewEndpoint::answer_on(httplib::Server& server) {
  server.Post(
      kPath, [this](const httplib::Request& request, httplib::Response& response,
                    const httplib::ContentReader& content) { answer(request, response, content); });
  server.Get(kPath, [](const httplib::Request&, httplib::Response& response) {
    response.set_header("Allow", "POST");
    refuse(response, kMethodNotAllowed, "a score is previewed with POST");
  });
  const auto nothing_here = [](const httplib::Request&, httplib::Response& response,
                               const httplib::ContentReader&) {
    refuse(response, kNotFound, "nothing here takes a body");
  };
  server.Post(".*", nothing_here);
  server.Put(".*", nothing_here);
  server.Patch(".*", nothing_here);
  server.Delete(".*", nothing_here);
}

}  // namespace qcdr
