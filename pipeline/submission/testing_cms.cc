#include "submission/testing_cms.h"

#include <algorithm>
#include <cstdio>

#include "core/assert.h"
#include "scoring/json_document.h"

namespace qcdr::submission {
namespace {

using scoring::JsonValue;

constexpr const char* kSets = "/measurement-sets";

std::string text(const JsonValue& object, std::string_view key) {
  const JsonValue* found = object.find(key);
  return found == nullptr ? "" : found->text;
}

std::map<std::string, std::string> measures_of(const JsonValue& set) {
  std::map<std::string, std::string> measures;
  const JsonValue* list = set.find("measurements");
  if (list == nullptr) return measures;
  for (const JsonValue& each : list->items) measures[text(each, "measureId")] = text(each, "value");
  return measures;
}

HttpAnswer answer(int status, std::string body) {
  return {HttpOutcome::kAnswered, status, "", std::move(body)};
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const HttpHeader& each : request.headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

std::string parameter(const std::string& url, const std::string& name) {
  const std::size_t at = url.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 1;
  return url.substr(from, url.find('&', from) - from);
}

std::string owner(const std::string& type, const std::string& tin, const std::string& npi,
                  const std::string& entity, const std::string& year) {
  return type + "|" + tin + "|" + npi + "|" + entity + "|" + year;
}

}  // namespace

std::string testing_payload(const std::vector<std::pair<std::string, int>>& measures,
                            const std::string& npi, const std::string& category) {
  std::string payload = "{\"category\":\"" + category +
                        "\",\"submissionMethod\":\"registry\",\"programName\":\"mips\","
                        "\"submission\":{\"entityType\":\"" +
                        (npi.empty() ? "group" : "individual") +
                        "\",\"taxpayerIdentificationNumber\":\"{tin}\",";
  if (!npi.empty()) payload += "\"nationalProviderIdentifier\":\"" + npi + "\",";
  payload += "\"performanceYear\":2022},\"measurements\":[";
  for (const auto& each : measures) {
    if (payload.back() != '[') payload += ",";
    payload +=
        "{\"measureId\":\"" + each.first + "\",\"value\":" + std::to_string(each.second) + "}";
  }
  return payload + "]}";
}

ReadBackVerdict TestingReadBack::compare(std::string_view payload, std::string_view set) const {
  const auto wanted_text = scoring::parse_json(payload);
  const auto there_text = scoring::parse_json(set);
  ReadBackVerdict verdict;
  verdict.sha256 = sha256(set);
  if (!wanted_text.is_ok() || !there_text.is_ok()) return verdict;
  const auto wanted = measures_of(wanted_text.value());
  const auto there = measures_of(there_text.value());
  if (wanted == there) {
    verdict.kind = ReadBackKind::kEqual;
  } else if (std::includes(wanted.begin(), wanted.end(), there.begin(), there.end())) {
    verdict.kind = ReadBackKind::kLacks;
  }
  return verdict;
}

std::string TestingCms::fresh_id() {
  char id[37];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012llx",
                static_cast<unsigned long long>(++ids_));
  return id;
}

std::string TestingCms::show(const Set& set) {
  std::string json = "{\"id\":\"" + set.id + "\",\"submissionId\":\"" + set.submission_id +
                     "\",\"category\":\"" + set.category + "\",\"submissionMethod\":\"" +
                     set.method + "\",\"programName\":\"" + set.program +
                     "\",\"cehrtId\":null,\"measurements\":[";
  for (const auto& each : set.measures) {
    if (json.back() != '[') json += ",";
    json += "{\"measureId\":\"" + each.first + "\",\"value\":" + each.second + "}";
  }
  return json + "]}";
}

void TestingCms::run_late() {
  std::vector<Late> due;
  for (auto each = late_.begin(); each != late_.end();) {
    if (each->at_milliseconds > clock_()) {
      ++each;
      continue;
    }
    due.push_back(std::move(*each));
    each = late_.erase(each);
  }
  for (const Late& each : due) (void)serve(each.request);
}

const std::vector<TestingCms::Set>& TestingCms::sets() {
  for (const Late& each : std::exchange(late_, {})) (void)serve(each.request);
  return sets_;
}

HttpAnswer TestingCms::perform(const HttpRequest& request) {
  requests.push_back(request);
  requests.back().sent = nullptr;
  run_late();
  const bool writes_now = request.method != HttpMethod::kGet;
  if (writes_now) ++writes;
  if (writes_now && at_write) at_write(request);
  if (instead) return instead(request);
  const CmsFault what = fault ? fault(request) : CmsFault::kNone;
  if (what == CmsFault::kNotSent) return {HttpOutcome::kNotSent, 0, "", ""};
  HttpAnswer done;
  switch (what) {
    case CmsFault::kLate:
      late_.push_back({clock_() + late_milliseconds, requests.back()});
      break;
    case CmsFault::kNone:
    case CmsFault::kLostAfter:
    case CmsFault::kHalf:
    case CmsFault::kServerAfter:
      done = serve(request);
      break;
    default:
      break;
  }
  if (request.sent) request.sent();
  switch (what) {
    case CmsFault::kNone:
      return done;
    case CmsFault::kServerBefore:
    case CmsFault::kServerAfter:
      return answer(503, "<html>");
    case CmsFault::kTooManyCalls:
      return {HttpOutcome::kAnswered, 429, "1", "{}"};
    case CmsFault::kForbidden:
      return answer(403, "Forbidden");
    case CmsFault::kHalf:
      return {HttpOutcome::kHalfAnswer, done.status, "", done.body.substr(0, done.body.size() / 2)};
    default:
      return {HttpOutcome::kNoAnswer, 0, "", ""};
  }
}

HttpAnswer TestingCms::serve(const HttpRequest& request) {
  const std::size_t at = request.url.find(kSets);
  if (at == std::string::npos) return list(request);
  const std::string rest = request.url.substr(at + std::string(kSets).size());
  if (rest.empty()) return post(request);
  const auto set = std::find_if(sets_.begin(), sets_.end(),
                                [&](const Set& each) { return "/" + each.id == rest; });
  if (set == sets_.end()) return answer(404, "{\"error\":{\"type\":\"NotFoundError\"}}");
  switch (request.method) {
    case HttpMethod::kGet:
      return answer(200, "{\"data\":{\"measurementSet\":" + show(*set) + "}}");
    case HttpMethod::kDelete:
      ++writes_done;
      sets_.erase(set);
      return answer(204, "");
    default:
      return put(request, &*set, request.method == HttpMethod::kPatch);
  }
}

HttpAnswer TestingCms::list(const HttpRequest& request) {
  const auto first = std::stoul(parameter(request.url, "startIndex"));
  const auto most = std::stoul(parameter(request.url, "itemsPerPage"));
  const std::string npi = parameter(request.url, "nationalProviderIdentifier");
  const std::string tin = header(request, "qpp-taxpayer-identification-number");
  std::string body = "{\"data\":{\"submissions\":[";
  std::size_t index = 0;
  std::vector<std::string> shown;
  for (const Set& set : sets_) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t bar; (bar = set.owner.find('|', from)) != std::string::npos; from = bar + 1) {
      parts.push_back(set.owner.substr(from, bar - from));
    }
    if (parts[1] != tin || (!npi.empty() && parts[2] != npi)) continue;
    if (index++ < first || shown.size() >= most) continue;
    shown.push_back("{\"id\":\"" + set.submission_id + "\",\"entityType\":\"" + parts[0] +
                    "\",\"taxpayerIdentificationNumber\":\"" + tin +
                    "\",\"nationalProviderIdentifier\":" +
                    (parts[2].empty() ? "null" : "\"" + parts[2] + "\"") +
                    ",\"entityId\":null,\"performanceYear\":" + set.owner.substr(from) +
                    ",\"measurementSets\":[" + show(set) + "]}");
  }
  for (const std::string& each : shown) body += (body.back() == '[' ? "" : ",") + each;
  return answer(200, body + "]}}");
}

HttpAnswer TestingCms::post(const HttpRequest& request) {
  const auto document = scoring::parse_json(request.body);
  QCDR_ASSERT(document.is_ok());
  const JsonValue& root = document.value();
  const JsonValue& submission = *root.find("submission");
  Set set;
  set.owner =
      owner(text(submission, "entityType"), text(submission, "taxpayerIdentificationNumber"),
            text(submission, "nationalProviderIdentifier"), text(submission, "entityId"),
            text(submission, "performanceYear"));
  set.category = text(root, "category");
  set.method = text(root, "submissionMethod");
  set.program = text(root, "programName");
  for (const Set& each : sets_) {
    if (each.owner != set.owner || each.category != set.category || !refuses_duplicates) continue;
    return answer(400,
                  "{\"error\":{\"type\":\"DuplicateEntryError\",\"message\":\"already exists\","
                  "\"details\":{\"submissionId\":\"" +
                      each.submission_id + "\"}}}");
  }
  set.id = fresh_id();
  set.submission_id = fresh_id();
  set.measures = measures_of(root);
  sets_.push_back(set);
  ++writes_done;
  return answer(201, "{\"data\":{\"measurementSet\":" + show(set) + "}}");
}

HttpAnswer TestingCms::put(const HttpRequest& request, Set* set, bool keeps) {
  const auto document = scoring::parse_json(request.body);
  QCDR_ASSERT(document.is_ok());
  std::map<std::string, std::string> measures = measures_of(document.value());
  if (keeps) measures.insert(set->measures.begin(), set->measures.end());
  set->measures = measures;
  ++writes_done;
  return answer(200, "{\"data\":{\"measurementSet\":" + show(*set) + "}}");
}

}  // namespace qcdr::submission
