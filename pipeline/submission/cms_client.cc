#include "submission/cms_client.h"

#include "core/assert.h"
#include "submission/retry.h"

namespace qcdr::submission {
namespace {

constexpr const char* kSetsPath = "/measurement-sets";
constexpr int kFirstError = 300;

Status refuse(const char* what) {
  return Status(ErrorCode::kInvalidArgument, what);
}

bool is_word(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                              "WXYZ0123456789_-") == std::string_view::npos;
}

// What CMS's own ids must look like before they stand in an address.
Result<std::string> place_of(const std::string& set_id) {
  if (!is_uuid(set_id)) return refuse("CMS's id of a set is not one");
  return std::string(kSetsPath) + "/" + set_id;
}

// The body of an answer that worked was not what it should be: CMS did it, and what it has now must
// be asked for.
void take_set(const std::string& body, CmsReply* reply) {
  if (reply->kind != CmsReply::Kind::kDone) return;
  auto set = read_set(body);
  if (set.is_ok()) reply->sets.push_back(std::move(set).value());
}

}  // namespace

CmsClient::CmsClient(CmsEndpoint endpoint, std::string token, HttpTransport& transport,
                     std::function<void()> sent)
    : endpoint_(std::move(endpoint)),
      token_(std::move(token)),
      transport_(transport),
      sent_(std::move(sent)) {
  QCDR_ASSERT(endpoint_.submissions_per_page > 0);
}

HttpRequest CmsClient::request(HttpMethod method, const std::string& path) const {
  HttpRequest request;
  request.method = method;
  request.url = endpoint_.base_address + path;
  request.headers = {{"Accept", "application/vnd.qpp.cms.gov.v1+json"},
                     {"Authorization", "Bearer " + token_}};
  request.sent = sent_;
  return request;
}

CmsReply CmsClient::perform(const HttpRequest& request, Instant now, std::string* body) {
  HttpAnswer answer = transport_.perform(request);
  CmsReply reply;
  reply.http_status = answer.status;
  switch (answer.outcome) {
    case HttpOutcome::kNotSent:
      reply.kind = CmsReply::Kind::kNotSent;
      return reply;
    case HttpOutcome::kNoAnswer:
    case HttpOutcome::kHalfAnswer:
      reply.kind = CmsReply::Kind::kUnknown;
      return reply;
    case HttpOutcome::kAnswered:
      break;
  }
  if (answer.status < 200) {
    reply.kind = CmsReply::Kind::kUnknown;
    return reply;
  }
  reply.retry_after_milliseconds = parse_retry_after(answer.retry_after, now);
  reply.error = parse_cms_error(answer.status, answer.body);
  reply.kind = answer.status < kFirstError ? CmsReply::Kind::kDone : CmsReply::Kind::kError;
  *body = std::move(answer.body);
  return reply;
}

Result<CmsReply> CmsClient::find(const CmsTarget& target, std::string_view tin,
                                 std::int64_t start_index, Instant now) {
  if (target.has_tin == tin.empty()) return refuse("the target's TIN is not the one given");
  std::string path = "/submissions?performanceYear=" + std::to_string(target.performance_year) +
                     "&startIndex=" + std::to_string(start_index) +
                     "&itemsPerPage=" + std::to_string(endpoint_.submissions_per_page);
  if (!target.npi.empty()) {
    if (!is_word(target.npi)) return refuse("an NPI has digits alone");
    path += "&nationalProviderIdentifier=" + target.npi;
  }
  if (!target.entity_id.empty()) {
    if (!is_word(target.entity_id)) return refuse("an entityId has letters and digits alone");
    path += "&entityId=" + target.entity_id;
  }
  HttpRequest get = request(HttpMethod::kGet, path);
  if (!tin.empty()) get.headers.push_back({std::string(kTinHeader), std::string(tin)});
  std::string body;
  CmsReply reply = perform(get, now, &body);
  if (reply.kind != CmsReply::Kind::kDone) return reply;
  auto page = read_page(body, target, tin);
  if (!page.is_ok()) {
    reply.kind = CmsReply::Kind::kUnknown;
    return reply;
  }
  reply.sets = std::move(page.value().sets);
  const auto found = static_cast<std::int64_t>(page.value().submissions);
  if (found >= endpoint_.submissions_per_page) reply.next_index = start_index + found;
  return reply;
}

Result<CmsReply> CmsClient::read(const std::string& set_id, std::string_view tin, Instant now) {
  QCDR_ASSIGN_OR_RETURN(const std::string path, place_of(set_id));
  HttpRequest get = request(HttpMethod::kGet, path);
  if (!tin.empty()) get.headers.push_back({std::string(kTinHeader), std::string(tin)});
  std::string body;
  CmsReply reply = perform(get, now, &body);
  take_set(body, &reply);
  if (reply.kind == CmsReply::Kind::kDone && reply.sets.empty()) {
    reply.kind = CmsReply::Kind::kUnknown;
  }
  return reply;
}

Result<CmsReply> CmsClient::write(HttpMethod method, const std::string& set_id,
                                  std::string_view payload, std::string_view tin, Instant now) {
  QCDR_ASSERT(method == HttpMethod::kPost || method == HttpMethod::kPut ||
              method == HttpMethod::kPatch);
  std::string path = kSetsPath;
  if (method != HttpMethod::kPost) {
    QCDR_ASSIGN_OR_RETURN(path, place_of(set_id));
  }
  HttpRequest write = request(method, path);
  write.headers.push_back({"Content-Type", "application/json"});
  QCDR_ASSIGN_OR_RETURN(write.body, put_tin(payload, tin));
  std::string body;
  CmsReply reply = perform(write, now, &body);
  take_set(body, &reply);
  return reply;
}

Result<CmsReply> CmsClient::remove(const std::string& set_id, Instant now) {
  QCDR_ASSIGN_OR_RETURN(const std::string path, place_of(set_id));
  std::string body;
  return perform(request(HttpMethod::kDelete, path), now, &body);
}

Result<CmsReply> CmsClient::score(const std::string& submission_id, std::string_view tin,
                                  Instant now) {
  if (!is_uuid(submission_id)) return refuse("CMS's id of a submission is not one");
  HttpRequest get = request(HttpMethod::kGet, "/submissions/" + submission_id + "/score");
  if (!tin.empty()) get.headers.push_back({std::string(kTinHeader), std::string(tin)});
  std::string body;
  CmsReply reply = perform(get, now, &body);
  if (reply.kind != CmsReply::Kind::kDone) return reply;
  QCDR_ASSIGN_OR_RETURN(reply.score, read_score(body));
  return reply;
}

Result<CmsReply> CmsClient::score_preview(std::string_view submission, std::string_view tin,
                                          Instant now) {
  HttpRequest post = request(HttpMethod::kPost, "/submissions/score-preview");
  post.headers.push_back({"Content-Type", "application/json"});
  QCDR_ASSIGN_OR_RETURN(post.body, put_tin(submission, tin));
  std::string body;
  CmsReply reply = perform(post, now, &body);
  if (reply.kind != CmsReply::Kind::kDone) return reply;
  QCDR_ASSIGN_OR_RETURN(reply.score, read_score(body));
  return reply;
}

}  // namespace qcdr::submission
