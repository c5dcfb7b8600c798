#include "cli/upload_desk.h"

#include <algorithm>

#include "cli/finding_comparison.h"
#include "cli/incoming_upload.h"
#include "cli/json_writer.h"
#include "cli/rejected_rows_judge.h"
#include "cli/upload_report.h"
#include "intake/parser.h"

namespace qcdr {
namespace {

constexpr const char* kCsv = "text/csv; charset=utf-8";
constexpr const char* kText = "text/plain; charset=utf-8";

UploadReply json_reply(std::string body) {
  UploadReply reply;
  reply.body = std::move(body);
  return reply;
}

// The members of a page beside what is on it.
void write_page(const PageQuery& page, std::size_t total, JsonWriter* json) {
  json->field("offset", static_cast<std::int64_t>(page.offset));
  json->field("total", static_cast<std::int64_t>(total));
  json->key("nextOffset");
  const std::uint64_t end = page.offset + page.limit;
  end < total ? json->number(static_cast<std::int64_t>(end)) : json->null();
}

template <class Item>
std::span<const Item> on_page(const std::vector<Item>& items, const PageQuery& page) {
  const std::size_t begin = std::min<std::uint64_t>(page.offset, items.size());
  const std::size_t count = std::min<std::uint64_t>(page.limit, items.size() - begin);
  return std::span<const Item>(items).subspan(begin, count);
}

}  // namespace

Result<std::unique_ptr<PipelineDesk>> PipelineDesk::open(DeskParts parts) {
  std::unique_ptr<PipelineDesk> desk(new PipelineDesk(std::move(parts)));
  QCDR_ASSIGN_OR_RETURN(desk->index_, UploadIndex::open(desk->parts_.log));
  return desk;
}

Result<std::unique_ptr<Incoming>> PipelineDesk::take(const Delivery& delivery) {
  if (delivery.dry_run) {
    if (!parts_.with_state) return Status(ErrorCode::kFailedPrecondition, "no state here");
    return make_dry_run(*this, delivery);
  }
  if (parts_.ingest == nullptr) return Status(ErrorCode::kFailedPrecondition, "not taken here");
  return make_incoming_upload(*this, delivery);
}

Result<std::optional<KnownUploads::Keyed>> PipelineDesk::find_key(const std::string& token) {
  const std::lock_guard lock(mutex_);
  QCDR_RETURN_IF_ERROR(known_.read_on(parts_.log));
  const KnownUploads::Keyed* keyed = known_.find_key(token);
  return keyed == nullptr ? std::nullopt : std::optional(*keyed);
}

bool PipelineDesk::reserve_key(const std::string& token) {
  const std::lock_guard lock(mutex_);
  return keys_in_use_.insert(token).second;
}

void PipelineDesk::release_key(const std::string& token) {
  const std::lock_guard lock(mutex_);
  keys_in_use_.erase(token);
}

Result<IndexedUpload> PipelineDesk::find(PracticeId practice, const std::string& upload) {
  QCDR_RETURN_IF_ERROR(index_->read_on());
  auto found = index_->find(practice, upload);
  if (!found) return Status(ErrorCode::kNotFound, "no such upload of this practice");
  return std::move(*found);
}

Result<UploadReply> PipelineDesk::list(PracticeId practice, const UploadListQuery& query) {
  const v1::RecordKind kind = intake::kind_from_name(query.kind);
  if (!query.kind.empty() && kind == v1::RECORD_KIND_UNSPECIFIED) {
    return Status(ErrorCode::kInvalidArgument, "no kind of record has this name");
  }
  QCDR_RETURN_IF_ERROR(index_->read_on());
  std::vector<IndexedUpload> uploads = index_->of_practice(practice);
  std::erase_if(uploads, [&](const IndexedUpload& upload) {
    const v1::Upload& what = upload.view.upload;
    return (query.year && what.performance_year() != query.year->value()) ||
           (!query.kind.empty() && what.kind() != kind);
  });
  JsonWriter json;
  json.begin_object();
  write_page(query.page, uploads.size(), &json);
  json.key("uploads");
  json.begin_array();
  for (const IndexedUpload& upload : on_page(uploads, query.page)) {
    json.begin_object();
    write_indexed_upload(upload, &json);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json_reply(json.take());
}

Result<UploadReply> PipelineDesk::show(PracticeId practice, const std::string& upload) {
  QCDR_ASSIGN_OR_RETURN(const IndexedUpload found, find(practice, upload));
  JsonWriter json;
  json.begin_object();
  write_indexed_upload(found, &json);
  json.end_object();
  return json_reply(json.take());
}

Result<UploadReply> PipelineDesk::findings(PracticeId practice, const std::string& upload,
                                           const PageQuery& page, bool csv) {
  QCDR_ASSIGN_OR_RETURN(const IndexedUpload found, find(practice, upload));
  QCDR_ASSIGN_OR_RETURN(const std::vector<v1::Finding> all, index_->findings(found));
  const auto shown = on_page(all, page);
  if (csv) {
    UploadReply reply;
    reply.type = kCsv;
    reply.body = findings_csv({shown.begin(), shown.end()});
    return reply;
  }
  JsonWriter json;
  json.begin_object();
  write_page(page, all.size(), &json);
  json.key("findings");
  json.begin_array();
  for (const v1::Finding& finding : shown) write_finding(finding, &json);
  json.end_array();
  json.end_object();
  return json_reply(json.take());
}

Result<RejectedPage> PipelineDesk::rejected_page(const UploadView& upload,
                                                 const std::vector<v1::Finding>& findings,
                                                 std::uint64_t offset) {
  RejectedSource source{*parts_.blobs, parts_.keys};
  const bool all_published = findings.size() < ledger::kFindingsPerUploadMax;
  if (all_published || !parts_.with_state) {
    return rejected_rows_page(source, upload, findings, offset);
  }
  Result<RejectedPage> page(Status(ErrorCode::kUnavailable, "the state was not looked at"));
  QCDR_RETURN_IF_ERROR(
      parts_.with_state(PracticeId(upload.upload.practice_id()), [&](StateView& view) -> Status {
        QCDR_ASSIGN_OR_RETURN(const auto judge, StateRowJudge::open(view, upload));
        source.judge = judge.get();
        page = rejected_rows_page(source, upload, findings, offset);
        return Status::ok();
      }));
  return page;
}

Result<UploadReply> PipelineDesk::rejected_rows(PracticeId practice, const std::string& upload,
                                                std::uint64_t offset) {
  constexpr int kConflict = 409;
  if (parts_.blobs == nullptr) return Status(ErrorCode::kFailedPrecondition, "no blobs here");
  QCDR_ASSIGN_OR_RETURN(const IndexedUpload found, find(practice, upload));
  if (!found.view.outcome) {
    return Status(ErrorCode::kUnavailable, "not all of it is judged yet");
  }
  QCDR_ASSIGN_OR_RETURN(const std::vector<v1::Finding> all, index_->findings(found));
  const auto made = rejected_page(found.view, all, offset);
  UploadReply reply;
  if (made.status().code() == ErrorCode::kFailedPrecondition) {
    reply.status = kConflict;
    reply.type = "application/problem+json";
    reply.body =
        "{\"type\": \"about:blank\", \"status\": 409, \"detail\": \"the file was refused as a "
        "whole: correct it and send all of it again\"}\n";
    return reply;
  }
  QCDR_RETURN_IF_ERROR(made.status());
  reply.type = kCsv;
  reply.body = made.value().csv;
  reply.left = made.value().left;
  if (reply.left > 0) reply.next_offset = offset + made.value().rows;
  return reply;
}

Result<UploadReply> PipelineDesk::changes(PracticeId practice, const std::string& upload) {
  QCDR_ASSIGN_OR_RETURN(const IndexedUpload found, find(practice, upload));
  QCDR_ASSIGN_OR_RETURN(const std::vector<v1::Finding> now, index_->findings(found));
  const auto previous = index_->previous_of_kind(found);
  std::vector<v1::Finding> before;
  if (previous) {
    QCDR_ASSIGN_OR_RETURN(before, index_->findings(*previous));
  }
  return json_reply(changes_json(found, now, previous, before));
}

Result<UploadReply> PipelineDesk::report(PracticeId practice, const std::string& upload,
                                         bool json) {
  QCDR_ASSIGN_OR_RETURN(const IndexedUpload found, find(practice, upload));
  UploadReport report;
  report.upload = found.view;
  QCDR_ASSIGN_OR_RETURN(report.findings, index_->findings(found));
  const auto previous = index_->previous_of_kind(found);
  if (previous && found.view.outcome) {
    FingerprintCounts before;
    FingerprintCounts now;
    QCDR_ASSIGN_OR_RETURN(const auto findings, index_->findings(*previous));
    for (const v1::Finding& finding : findings) before.add(finding);
    for (const v1::Finding& finding : report.findings) now.add(finding);
    report.previous = ComparedUpload{previous->view.received_at, compare_findings(before, now)};
  }
  UploadReply reply;
  if (!json) reply.type = kText;
  reply.body = json ? upload_report_json(report) : upload_report_text(report);
  return reply;
}

}  // namespace qcdr
