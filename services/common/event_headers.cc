#include "common/event_headers.h"

#include <array>
#include <string_view>
#include <utility>

#include "common/topic_names.h"

namespace qcdr {
namespace {

constexpr std::size_t kTraceIdDigits = 32;
constexpr std::size_t kSpanIdDigits = 16;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes = {{
    {kUploadsTopic, "qcdr.v1.Upload"},
    {kRegistryRecordsTopic, "qcdr.v1.RegistryRecord"},
    {kEntityContributionsTopic, "qcdr.v1.EntityContribution"},
    {kFindingsTopic, "qcdr.v1.FindingRecord"},
    {kScoreProjectionsTopic, "qcdr.v1.ScoreProjection"},
    {kReadinessTopic, "qcdr.v1.Readiness"},
    {kSubmissionDocumentsTopic, "qcdr.v1.SubmissionDocumentRecord"},
    {kNoticesTopic, "qcdr.v1.Notice"},
    {kAuditTopic, "qcdr.v1.AuditRecord"},
}};

}  // namespace

std::vector<stream::Header> constant_event_headers(const std::string& topic) {
  for (const auto& [name, type] : kTypes) {
    if (name != topic) continue;
    return {{"ce_specversion", "1.0"},
            {"ce_source", "/qcdr"},
            {"ce_type", std::string(type)},
            {"content-type", "application/protobuf"}};
  }
  return {};
}

std::vector<stream::Header> upload_headers(const std::string& upload_id, const std::string& place) {
  std::vector<stream::Header> headers = {
      {kIdHeader, place.empty() ? upload_id : upload_id + "/" + place}};
  if (upload_id.size() != kTraceIdDigits) return headers;  // not one of ours, in tests
  // Version, trace, parent span, "sampled".
  headers.push_back(
      {kTraceHeader, "00-" + upload_id + "-" + upload_id.substr(0, kSpanIdDigits) + "-01"});
  return headers;
}

}  // namespace qcdr
