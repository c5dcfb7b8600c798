// What is told of uploads over HTTP and by `qcdr uploads`: docs/command-line.md has its form.
#include <map>

#include "cli/finding_comparison.h"
#include "cli/json_writer.h"
#include "cli/text_table.h"
#include "cli/upload_desk.h"
#include "cli/upload_report.h"
#include "core/finding_codes.h"
#include "core/finding_explanations.h"

namespace qcdr {
namespace {

// Findings of each sort that are listed; all are counted.
constexpr std::size_t kChangesListedMax = 1000;

struct Change {
  std::uint64_t count = 0;
  std::vector<const v1::Finding*> listed;
  void add(const v1::Finding& finding) {
    ++count;
    if (listed.size() < kChangesListedMax) listed.push_back(&finding);
  }
};

void write_change(const char* name, const Change& change, JsonWriter* json) {
  json->key(name);
  json->begin_object();
  json->field("count", static_cast<std::int64_t>(change.count));
  json->key("findings");
  json->begin_array();
  for (const v1::Finding* finding : change.listed) write_finding(*finding, json);
  json->end_array();
  json->end_object();
}

}  // namespace

void write_indexed_upload(const IndexedUpload& upload, JsonWriter* json) {
  write_upload(upload.view, json);
  json->key("progress");
  json->begin_object();
  json->field("stage", upload_stage_name(upload.stage));
  json->field("rowsOnLog", std::int64_t{upload.rows_on_log});
  json->key("rowsRead");
  upload.view.rows_read ? json->number(*upload.view.rows_read) : json->null();
  json->key("finishedAt");
  upload.view.outcome ? json->text(upload.view.finished_at.to_string()) : json->null();
  json->end_object();
}

// Faults of rows that could not be read share a fingerprint, so each occurrence is matched with
// one.
std::string changes_json(const IndexedUpload& upload, const std::vector<v1::Finding>& findings,
                         const std::optional<IndexedUpload>& previous,
                         const std::vector<v1::Finding>& before) {
  FingerprintCounts now_counts;
  FingerprintCounts before_counts;
  for (const v1::Finding& finding : findings) now_counts.add(finding);
  for (const v1::Finding& finding : before) before_counts.add(finding);
  const auto counted = [](const v1::Finding& finding) {
    return !finding.fingerprint().empty() && finding.severity() >= v1::SEVERITY_WARNING;
  };
  Change fixed;
  Change fresh;
  Change still_there;
  std::map<std::string, std::uint32_t> left = before_counts.counts();
  for (const v1::Finding& finding : findings) {
    if (!counted(finding)) continue;
    std::uint32_t& known = left[finding.fingerprint()];
    known > 0 ? still_there.add(finding) : fresh.add(finding);
    if (known > 0) --known;
  }
  left = now_counts.counts();
  for (const v1::Finding& finding : before) {
    if (!counted(finding)) continue;
    std::uint32_t& known = left[finding.fingerprint()];
    if (known == 0) fixed.add(finding);
    if (known > 0) --known;
  }
  JsonWriter json;
  json.begin_object();
  json.field("uploadId", upload.view.upload.upload_id());
  json.key("comparedWith");
  if (previous) {
    json.begin_object();
    json.field("uploadId", previous->view.upload.upload_id());
    json.field("receivedAt", previous->view.received_at.to_string());
    json.end_object();
  } else {
    json.null();
  }
  write_change("fixed", fixed, &json);
  write_change("new", fresh, &json);
  write_change("stillThere", still_there, &json);
  json.end_object();
  return json.take();
}

std::string findings_csv(const std::vector<v1::Finding>& findings) {
  TextTable table;
  for (const char* title : {"code", "severity", "row", "line", "column", "path", "title", "message",
                            "hint", "effect", "documentation"}) {
    table.column(title);
  }
  for (const v1::Finding& finding : findings) {
    const FindingDescription* known = find_finding(finding.code());
    const auto number = [](std::uint64_t value) {
      return value > 0 ? std::to_string(value) : std::string();
    };
    table.row({print_code(finding.code()),
               std::string(known != nullptr ? severity_name(known->severity) : "error"),
               finding.has_ordinal() ? std::to_string(finding.ordinal() + 1) : std::string(),
               number(finding.location().line()), number(finding.location().column()),
               finding.location().path(), std::string(known != nullptr ? known->title : ""),
               message_of(finding), std::string(known != nullptr ? known->hint : ""),
               std::string(known != nullptr ? effect_text(known->effect) : ""),
               finding_document_link(finding.code())});
  }
  return table.to_csv();
}

}  // namespace qcdr
