// The answer of a dry run as JSON and for people; docs/command-line.md has its form.
#include <fmt/core.h>

#include <map>

#include "cli/dry_run.h"
#include "cli/json_writer.h"
#include "cli/text_table.h"
#include "cli/upload_report.h"
#include "core/bytes.h"
#include "intake/parser.h"
#include "scoring/finding_fingerprint.h"

namespace qcdr {
namespace {

// An entity on either side; null: it is not there.
struct Pair {
  const ScoreRow* before = nullptr;
  const ScoreRow* after = nullptr;
  const ScoreRow& shown() const { return after != nullptr ? *after : *before; }
};

// Where the scores of two rows come from one place in a table.
struct Score {
  const char* name;
  const ledger::StandingScore& (*of)(const ScoreRow&);
};
const ledger::StandingScore& as_things_stand(const ScoreRow& row) {
  return row.scores.as_things_stand;
}
const ledger::StandingScore& if_all_open_items_done(const ScoreRow& row) {
  return row.scores.if_all_open_items_done;
}
constexpr std::array<Score, 2> kScores = {
    {{"asThingsStand", as_things_stand}, {"ifAllOpenItemsDone", if_all_open_items_done}}};

// In the order after the file, those that would vanish behind them.
std::vector<Pair> pairs_of(const DryRunAnswer& answer) {
  std::map<std::string, Pair> by_entity;
  for (const ScoreRow& row : answer.before) by_entity[row.entity_id].before = &row;
  for (const ScoreRow& row : answer.after) by_entity[row.entity_id].after = &row;
  std::vector<Pair> pairs;
  for (const ScoreRow& row : answer.after) pairs.push_back(by_entity.at(row.entity_id));
  for (const ScoreRow& row : answer.before) {
    const Pair& pair = by_entity.at(row.entity_id);
    if (pair.after == nullptr) pairs.push_back(pair);
  }
  return pairs;
}

Decimal value_of(const Score& score, const ScoreRow& row) {
  return score.of(row).summary.final_score;
}

bool is_changed(const Pair& pair) {
  if (pair.before == nullptr || pair.after == nullptr) return true;
  for (const Score& score : kScores) {
    if (value_of(score, *pair.before) != value_of(score, *pair.after)) return true;
  }
  return false;
}

std::string side_json(const ScoreRow* row) {
  if (row == nullptr) return "null";
  std::string json = "{";
  for (const Score& score : kScores) {
    const scoring::ScoreSummary& summary = score.of(*row).summary;
    json += fmt::format("{}\"{}\": {{\"value\": {}, \"low\": {}, \"high\": {}}}",
                        json.size() > 1 ? ", " : "", score.name, summary.final_score.to_string(),
                        summary.low.to_string(), summary.high.to_string());
  }
  return json + "}";
}

std::string delta_json(const Pair& pair) {
  if (pair.before == nullptr || pair.after == nullptr) return "null";
  std::string json = "{";
  for (const Score& score : kScores) {
    json += fmt::format("{}\"{}\": {}", json.size() > 1 ? ", " : "", score.name,
                        (value_of(score, *pair.after) - value_of(score, *pair.before)).to_string());
  }
  return json + "}";
}

v1::Finding message_of_finding(const ledger::LedgerFinding& finding, const Key256& key) {
  v1::Finding message;
  message.set_code(finding.code);
  if (finding.has_row) message.set_ordinal(finding.row);
  message.mutable_location()->set_line(finding.line);
  message.mutable_location()->set_column(finding.column);
  message.mutable_location()->set_byte_offset(finding.byte_offset);
  message.mutable_location()->set_path(finding.path);
  for (const std::string& parameter : finding.parameters) message.add_parameters(parameter);
  message.set_fingerprint(finding_fingerprint(key, finding));
  return message;
}

void write_rows(const ledger::UploadFact& fact, JsonWriter* json) {
  json->key("rows");
  json->begin_object();
  json->field("accepted", std::int64_t{fact.rows_accepted});
  json->field("held", std::int64_t{fact.rows_held});
  json->field("rejected", std::int64_t{fact.rows_rejected});
  json->field("duplicate", std::int64_t{fact.rows_duplicate});
  json->end_object();
  json->key("findings");
  json->begin_array();
  for (const auto& [code, count] : fact.findings) {
    json->begin_object();
    json->field("code", print_code(code));
    json->field("count", std::int64_t{count});
    json->end_object();
  }
  json->end_array();
}

void write_score(const Pair& pair, JsonWriter* json) {
  const ScoreRow& row = pair.shown();
  json->begin_object();
  json->field("level", level_of(row));
  json->field("tin", row.tin);
  json->key("clinician");
  row.group ? json->null() : json->text(row.clinician);
  json->field("entityId", row.entity_id);
  json->flag("changed", is_changed(pair));
  json->key("before");
  json->raw(side_json(pair.before));
  json->key("after");
  json->raw(side_json(pair.after));
  json->key("delta");
  json->raw(delta_json(pair));
  json->end_object();
}

}  // namespace

std::string dry_run_json(const DryRunAnswer& answer, const Key256& fingerprint_key) {
  JsonWriter json;
  json.begin_object();
  json.flag("dryRun", true);
  json.field("practice", std::int64_t{answer.identified.practice.value()});
  json.field("performanceYear", std::int64_t{answer.identified.year.value()});
  json.field("kind", intake::kind_name(answer.identified.kind));
  json.field("format", answer.identified.format);
  json.field("asOf", answer.as_of.to_string());
  json.flag("refused", answer.refused);
  write_rows(answer.fact, &json);
  json.key("findingList");
  json.begin_array();
  for (const ledger::LedgerFinding& finding : answer.findings) {
    write_finding(message_of_finding(finding, fingerprint_key), &json);
  }
  json.end_array();
  json.key("scores");
  json.begin_array();
  for (const Pair& pair : pairs_of(answer)) write_score(pair, &json);
  json.end_array();
  json.end_object();
  return json.take();
}

std::string dry_run_text(const DryRunAnswer& answer) {
  TextTable table;
  for (const char* title : {"TIN", "Who"}) table.column(title);
  for (const char* title : {"Now", "With it", "Open items done", "With it "}) {
    table.column(title, TextTable::Align::kRight);
  }
  std::size_t unchanged = 0;
  bool any = false;
  for (const Pair& pair : pairs_of(answer)) {
    if (!is_changed(pair)) {
      ++unchanged;
      continue;
    }
    any = true;
    std::vector<std::string> cells = {pair.shown().tin, who_of(pair.shown())};
    for (const Score& score : kScores) {
      for (const ScoreRow* row : {pair.before, pair.after}) {
        cells.push_back(row != nullptr ? value_of(score, *row).to_string() : "-");
      }
    }
    table.row(std::move(cells));
  }
  return fmt::format("{}{} score{} would stay as {}\n", any ? table.to_text() : "", unchanged,
                     unchanged == 1 ? "" : "s", unchanged == 1 ? "it is" : "they are");
}

}  // namespace qcdr
