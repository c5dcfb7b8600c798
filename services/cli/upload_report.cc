#include "cli/upload_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "cli/json_writer.h"
#include "core/finding_codes.h"
#include "core/finding_explanations.h"
#include "core/identifiers.h"
#include "intake/parser.h"
#include "ledger/actor_authority.h"

namespace qcdr {
namespace {

constexpr std::size_t kMessagesPerCode = 5;

std::uint32_t count_of(const v1::UploadOutcome& outcome, FindingCode code) {
  for (const v1::FindingCount& entry : outcome.findings()) {
    if (entry.code() == code_number(code)) return entry.count();
  }
  return 0;
}

// Through whose inbox it came.
std::string_view sender_of(const v1::Upload& upload) {
  return ledger::is_of_registry(upload.actor()) ? "registry" : "practice";
}

std::uint32_t rows_of(const v1::UploadOutcome& outcome) {
  return outcome.rows_accepted() + outcome.rows_held() + outcome.rows_rejected() +
         outcome.rows_duplicate();
}

std::uint32_t replaced_of(const v1::UploadOutcome& outcome) {
  return std::min(count_of(outcome, FindingCode::CASE_REPLACED), outcome.rows_accepted());
}

FindingSeverity severity_of(std::uint32_t code) {
  const FindingDescription* description = find_finding(code);
  return description != nullptr ? description->severity : FindingSeverity::ERROR;
}

// The most serious first, then the most frequent.
std::vector<v1::FindingCount> ordered_counts(const v1::UploadOutcome& outcome) {
  std::vector<v1::FindingCount> counts(outcome.findings().begin(), outcome.findings().end());
  std::stable_sort(counts.begin(), counts.end(),
                   [](const v1::FindingCount& a, const v1::FindingCount& b) {
                     if (severity_of(a.code()) != severity_of(b.code())) {
                       return severity_of(a.code()) > severity_of(b.code());
                     }
                     return a.count() > b.count();
                   });
  return counts;
}

// A roster goes as a whole, although its file could be read.
bool is_roster_not_taken(const UploadView& upload) {
  return upload.outcome && count_of(*upload.outcome, FindingCode::ROSTER_ROWS_UNREADABLE) > 0;
}

std::string outcome_text(const UploadView& upload) {
  switch (upload.state) {
    case UploadState::kInWork:
      return "in work; nothing to do yet";
    case UploadState::kParked:
      return "waiting: something of the practice must be looked at first; the registry does it";
    case UploadState::kCompleted:
      if (is_roster_not_taken(upload)) return "not taken: the roster before it stays in force";
      if (count_of(*upload.outcome, FindingCode::ROSTER_DROPS_MANY) > 0) {
        return "processed; in force once it is confirmed";
      }
      return "processed";
    case UploadState::kRefused:
      return "not taken: nothing of this file counts, what was there before still does";
  }
  return "";
}

std::string dates_text(const v1::UploadOutcome& outcome) {
  std::string text;
  const auto add = [&](FindingCode code, const char* one, const char* many) {
    const std::uint32_t count = count_of(outcome, code);
    if (count == 0) return;
    if (!text.empty()) text += "; ";
    text +=
        count == 1 ? std::string("1 record ") + one : std::to_string(count) + " records " + many;
  };
  add(FindingCode::MILESTONE_MISSED, "came after the date of its month and counts",
      "came after the date of their month and count");
  add(FindingCode::RECEIVED_LATE_HELD, "came too late for this year and is kept",
      "came too late for this year and are kept");
  add(FindingCode::RECEIVED_LATE_REJECTED, "came too late to have an effect",
      "came too late to have an effect");
  return text.empty() ? "everything in time" : text;
}

void add_line(std::string_view label, std::string_view value, std::string* text) {
  *text += fmt::format("{:<14}{}\n", label, value);
}

void add_rows(const v1::UploadOutcome& outcome, std::string* text) {
  const auto line = [&](const char* label, std::uint32_t count, const char* note) {
    *text += fmt::format("  {:<12}{:>9}{}{}\n", label, count, *note != '\0' ? "  " : "", note);
  };
  const std::uint32_t replaced = replaced_of(outcome);
  *text += "\nRecords\n";
  line("received", rows_of(outcome), "");
  line("new", outcome.rows_accepted() - replaced, "");
  line("replaced", replaced, "a corrected version took the place of an earlier one");
  line("unchanged", outcome.rows_duplicate(), "there already");
  line("held", outcome.rows_held(), "kept, not counted until resolved");
  line("quarantined", outcome.rows_rejected(), "not used; correct them and send them again");
}

void add_code(const UploadReport& report, const v1::FindingCount& count, std::string* text) {
  const FindingDescription* description = find_finding(count.code());
  *text += fmt::format("\n  {}  {}, {} {}: {}\n", print_code(count.code()),
                       severity_name(severity_of(count.code())), count.count(),
                       count.count() == 1 ? "time" : "times",
                       description != nullptr ? description->title : "not known to this version");
  std::set<std::string> messages;
  std::string first_place;
  for (const v1::Finding& finding : report.findings) {
    if (finding.code() != count.code()) continue;
    if (first_place.empty()) first_place = place_text(finding);
    if (messages.size() <= kMessagesPerCode) messages.insert(message_of(finding));
  }
  if (messages.size() > kMessagesPerCode) {
    messages.erase(std::prev(messages.end()));
    messages.insert("... and more: `qcdr uploads show` lists them.");
  }
  for (const std::string& message : messages) *text += "      " + message + "\n";
  if (description == nullptr) return;
  if (!description->hint.empty()) *text += "      " + std::string(description->hint) + "\n";
  // Of a roster nothing else counts.
  if (description->effect != FindingEffect::ROW_NOT_USED || !is_roster_not_taken(report.upload)) {
    *text += "      " + std::string(effect_text(description->effect)) + "\n";
  }
  if (!first_place.empty()) {
    *text +=
        std::string("      ") + (count.count() == 1 ? "At " : "First at ") + first_place + "\n";
  }
}

void add_codes(const UploadReport& report, bool to_do, std::string* text) {
  bool any = false;
  for (const v1::FindingCount& count : ordered_counts(*report.upload.outcome)) {
    if ((severity_of(count.code()) > FindingSeverity::INFORMATION) != to_do) continue;
    if (!any) *text += to_do ? "\nWhat to do\n" : "\nFor your information\n";
    any = true;
    add_code(report, count, text);
  }
  if (to_do && !any) *text += "\nWhat to do\n\n  Nothing.\n";
}

std::string comparison_text(const UploadReport& report) {
  const ComparedUpload& previous = *report.previous;
  std::string text = fmt::format("{} fixed, {} still there, {} new", previous.comparison.fixed,
                                 previous.comparison.still_there, previous.comparison.fresh);
  std::uint64_t told = 0;
  for (const v1::FindingCount& count : report.upload.outcome->findings()) told += count.count();
  if (told > report.findings.size()) {
    text += fmt::format(" among the first {}", report.findings.size());
  }
  return text;
}

}  // namespace

std::string message_of(const v1::Finding& finding) {
  const std::vector<std::string> parameters(finding.parameters().begin(),
                                            finding.parameters().end());
  return finding_message(finding.code(), parameters);
}

std::string place_text(const v1::Finding& finding) {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  const v1::SourceLocation& location = finding.location();
  if (location.line() > 0) add("line " + std::to_string(location.line()));
  if (location.column() > 0) add("column " + std::to_string(location.column()));
  if (!location.path().empty()) add(location.path());
  return text;
}

Result<UploadReport> make_upload_report(LogView& log, UploadView upload) {
  UploadReport report;
  QCDR_ASSIGN_OR_RETURN(report.findings, log.findings(upload.upload));
  QCDR_ASSIGN_OR_RETURN(const auto previous, log.previous_of_kind(upload));
  if (previous && upload.outcome) {
    FingerprintCounts before;
    QCDR_ASSIGN_OR_RETURN(const auto findings, log.findings(previous->upload));
    for (const v1::Finding& finding : findings) before.add(finding);
    FingerprintCounts now;
    for (const v1::Finding& finding : report.findings) now.add(finding);
    report.previous = ComparedUpload{previous->received_at, compare_findings(before, now)};
  }
  report.upload = std::move(upload);
  return report;
}

std::string upload_report_text(const UploadReport& report) {
  const v1::Upload& upload = report.upload.upload;
  std::string text = "Processing report\n\n";
  add_line("Practice",
           fmt::format("{}, performance year {}", upload.practice_id(), upload.performance_year()),
           &text);
  add_line("File",
           fmt::format("{} ({}), {} bytes", intake::kind_name(upload.kind()), upload.format(),
                       upload.bytes()),
           &text);
  add_line("SHA-256", hex(upload.sha256()), &text);
  add_line("Upload", upload.upload_id(), &text);
  add_line("Received", report.upload.received_at.to_string(), &text);
  add_line("Sent by", sender_of(upload), &text);
  add_line("Outcome", outcome_text(report.upload), &text);
  if (!report.upload.outcome) return text;
  if (report.upload.state == UploadState::kCompleted) {
    add_line("Dates", dates_text(*report.upload.outcome), &text);
  }
  if (report.previous) {
    add_line("Findings",
             comparison_text(report) +
                 ", compared with the file of this kind "
                 "received " +
                 report.previous->received_at.to_string(),
             &text);
  }
  add_rows(*report.upload.outcome, &text);
  add_codes(report, true, &text);
  add_codes(report, false, &text);
  return text;
}

void write_upload(const UploadView& upload, JsonWriter* json) {
  json->field("uploadId", upload.upload.upload_id());
  json->field("practice", std::int64_t{upload.upload.practice_id()});
  json->field("performanceYear", std::int64_t{upload.upload.performance_year()});
  json->field("kind", intake::kind_name(upload.upload.kind()));
  json->field("receivedAt", upload.received_at.to_string());
  json->field("sentBy", sender_of(upload.upload));
  json->field("timesReceived", std::int64_t{upload.times_received});
  json->field("state", upload_state_name(upload.state));
  json->field("format", upload.upload.format());
  json->field("bytes", static_cast<std::int64_t>(upload.upload.bytes()));
  json->field("sha256", hex(upload.upload.sha256()));
  const v1::UploadOutcome& outcome =
      upload.outcome ? *upload.outcome : v1::UploadOutcome::default_instance();
  json->key("rows");
  json->begin_object();
  json->field("accepted", std::int64_t{outcome.rows_accepted()});
  json->field("held", std::int64_t{outcome.rows_held()});
  json->field("rejected", std::int64_t{outcome.rows_rejected()});
  json->field("duplicate", std::int64_t{outcome.rows_duplicate()});
  json->end_object();
  json->key("findings");
  json->begin_array();
  for (const v1::FindingCount& count : outcome.findings()) {
    json->begin_object();
    json->field("code", print_code(count.code()));
    json->field("count", std::int64_t{count.count()});
    json->end_object();
  }
  json->end_array();
}

void write_finding(const v1::Finding& finding, JsonWriter* json) {
  const FindingDescription* description = find_finding(finding.code());
  json->begin_object();
  json->field("code", print_code(finding.code()));
  json->field("severity", severity_name(severity_of(finding.code())));
  json->field("title", description != nullptr ? description->title : std::string_view());
  json->field("message", message_of(finding));
  json->field("hint", description != nullptr ? description->hint : std::string_view());
  json->field("docUrl", finding_document_link(finding.code()));
  json->key("location");
  json->begin_object();
  if (finding.has_ordinal()) json->field("row", std::int64_t{finding.ordinal()} + 1);
  if (finding.location().line() > 0) {
    json->field("line", std::int64_t{finding.location().line()});
    json->field("byteOffset", static_cast<std::int64_t>(finding.location().byte_offset()));
  }
  if (finding.location().column() > 0) {
    json->field("column", std::int64_t{finding.location().column()});
  }
  if (!finding.location().path().empty()) json->field("path", finding.location().path());
  json->end_object();
  json->field("effect", description != nullptr ? effect_text(description->effect) : "");
  json->key("params");
  json->begin_array();
  for (const std::string& parameter : finding.parameters()) json->text(parameter);
  json->end_array();
  json->field("fingerprint", hex(finding.fingerprint()));
  json->end_object();
}

std::string upload_report_json(const UploadReport& report) {
  JsonWriter json;
  json.begin_object();
  write_upload(report.upload, &json);
  if (report.upload.outcome) {
    json.field("received", std::int64_t{rows_of(*report.upload.outcome)});
    json.field("replaced", std::int64_t{replaced_of(*report.upload.outcome)});
    json.field("dates", dates_text(*report.upload.outcome));
  }
  json.key("comparedWithPrevious");
  if (report.previous) {
    json.begin_object();
    json.field("receivedAt", report.previous->received_at.to_string());
    json.field("fixed", std::int64_t{report.previous->comparison.fixed});
    json.field("stillThere", std::int64_t{report.previous->comparison.still_there});
    json.field("new", std::int64_t{report.previous->comparison.fresh});
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
  return json.take();
}

}  // namespace qcdr
