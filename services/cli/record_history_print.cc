// A history as text and as JSON; docs/command-line.md has their form.
#include <fmt/core.h>

#include "cli/json_writer.h"
#include "cli/local_time.h"
#include "cli/record_history.h"
#include "cli/text_table.h"
#include "core/finding_codes.h"
#include "intake/parser.h"

namespace qcdr {
namespace {

constexpr std::size_t kIdDigits = 12;  // of an upload's id: as `qcdr uploads` prints it

std::string_view authority_name(v1::Authority authority) {
  switch (authority) {
    case v1::AUTHORITY_PRACTICE_ADMINISTRATOR:
      return "practiceAdministrator";
    case v1::AUTHORITY_CLINICIAN_SELF:
      return "clinician";
    case v1::AUTHORITY_PRACTICE_OFFICER:
      return "practiceOfficer";
    case v1::AUTHORITY_VENDOR:
      return "vendor";
    case v1::AUTHORITY_REGISTRY_OPERATOR:
      return "registryOperator";
    case v1::AUTHORITY_REGISTRY_DIRECTOR:
      return "registryDirector";
    case v1::AUTHORITY_SYSTEM:
      return "system";
    default:
      return "unspecified";
  }
}

std::string_view action_name(v1::RowAction action) {
  switch (action) {
    case v1::ROW_ACTION_WITHDRAW:
      return "withdraw";
    case v1::ROW_ACTION_EXPIRE:
      return "expire";
    default:
      return "state";
  }
}

std::string_view state_words(RecordState state) {
  switch (state) {
    case RecordState::kInForce:
      return "in force";
    case RecordState::kSuperseded:
      return "superseded";
    case RecordState::kSaidAgain:
      return "said again";
    case RecordState::kHeld:
      return "held";
    case RecordState::kHoldRefused:
      return "refused by an officer";
    case RecordState::kTakenBack:
      return "taken back";
    case RecordState::kNotUsed:
      return "not used";
    case RecordState::kFileRefused:
      return "file refused";
    case RecordState::kInWork:
      return "in work";
  }
  return "in work";
}

std::string short_id(const std::string& id) {
  const std::size_t slash = id.find('/');
  if (slash == std::string::npos || slash <= kIdDigits) return id;
  return id.substr(0, kIdDigits) + id.substr(slash);
}

std::string authority_text(const HistoryRecord& record) {
  std::string text(authority_name(record.authority));
  if (!record.signer_authority.empty()) text += "; signed as " + record.signer_authority;
  return text;
}

std::string state_text(const HistoryRecord& record) {
  std::string text(state_words(record.state));
  if (record.came_late && record.state != RecordState::kHeld &&
      record.state != RecordState::kHoldRefused) {
    text += " (was held)";
  }
  for (const std::uint32_t code : record.codes) text += " " + print_code(code);
  return text;
}

std::string says_text(const HistoryRecord& record) {
  std::string text = joined_words(record.words);
  if (record.action == v1::ROW_ACTION_UNSPECIFIED) return text;
  return std::string(action_name(record.action)) + (text.empty() ? "" : ": " + text);
}

std::string heading(const FactHistory& fact) {
  std::string text = fmt::format("{}  {}", intake::kind_name(fact.kind), fact.year.value());
  if (!fact.tin.empty()) text += "  " + fact.tin;
  if (!fact.clinician.empty()) text += "  " + fact.clinician;
  const std::string about = joined_words(fact.about);
  if (!about.empty()) text += "  " + about;
  return text;
}

void write_words(const std::vector<FactWord>& words, JsonWriter* json) {
  json->begin_object();
  for (const FactWord& word : words) json->field(word.path, word.value);
  json->end_object();
}

void write_or_null(const char* name, const std::string& text, JsonWriter* json) {
  json->key(name);
  text.empty() ? json->null() : json->text(text);
}

void write_record(const HistoryRecord& record, JsonWriter* json) {
  json->begin_object();
  json->field("record", record.id);
  write_or_null("ownId", record.own_id, json);
  json->field("receivedAt", record.received_at.to_string());
  json->field("sentBy", record.sent_by);
  json->field("authority", authority_name(record.authority));
  write_or_null("signedAs", record.signer_authority, json);
  json->field("action", action_name(record.action));
  json->field("state", record_state_name(record.state));
  json->flag("cameLate", record.came_late);
  write_or_null("supersedes", record.supersedes, json);
  write_or_null("supersededBy", record.superseded_by, json);
  write_or_null("decidedBy", record.decided_by, json);
  json->key("findings");
  json->begin_array();
  for (const std::uint32_t code : record.codes) json->text(print_code(code));
  json->end_array();
  json->key("says");
  write_words(record.words, json);
  json->end_object();
}

}  // namespace

std::string history_text(const RecordHistory& history) {
  std::string text = fmt::format("Practice {}, as of {}\n", history.practice.value(),
                                 registry_time(history.as_of));
  for (const FactHistory& fact : history.facts) {
    TextTable table;
    for (const char* title :
         {"Received", "Sent by", "Authority", "State", "Record", "Supersedes", "Says"}) {
      table.column(title);
    }
    for (const HistoryRecord& record : fact.records) {
      std::string supersedes = short_id(record.supersedes);
      if (!record.decided_by.empty()) supersedes += " decided by " + short_id(record.decided_by);
      table.row({registry_time(record.received_at), record.sent_by, authority_text(record),
                 state_text(record), short_id(record.id), supersedes, says_text(record)});
    }
    text += "\n" + heading(fact) + "\n" + table.to_text();
    if (!fact.keep_until.empty()) text += "Kept until " + fact.keep_until + "\n";
  }
  if (history.facts.empty()) text += "Nothing was said of this.\n";
  if (history.left_out > 0) {
    text +=
        fmt::format("\n{} further records are not shown: ask for a kind, a TIN or a clinician\n",
                    history.left_out);
  }
  if (history.deleted > 0) text += fmt::format("\n{} rows were deleted\n", history.deleted);
  return text;
}

std::string history_json(const RecordHistory& history) {
  JsonWriter json;
  json.begin_object();
  json.field("practiceId", history.practice.value());
  json.field("asOf", history.as_of.to_string());
  json.field("leftOut", static_cast<std::int64_t>(history.left_out));
  json.field("deletedRows", static_cast<std::int64_t>(history.deleted));
  json.key("facts");
  json.begin_array();
  for (const FactHistory& fact : history.facts) {
    json.begin_object();
    json.field("performanceYear", fact.year.value());
    json.field("kind", intake::kind_name(fact.kind));
    write_or_null("tin", fact.tin, &json);
    write_or_null("clinician", fact.clinician, &json);
    json.key("about");
    write_words(fact.about, &json);
    write_or_null("keepUntil", fact.keep_until, &json);
    json.key("records");
    json.begin_array();
    for (const HistoryRecord& record : fact.records) write_record(record, &json);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace qcdr
