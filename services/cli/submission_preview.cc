#include "cli/submission_preview.h"

#include <fmt/core.h>

#include "cli/block_words.h"
#include "cli/json_text.h"
#include "cli/range_words.h"
#include "cli/text_table.h"
#include "submission/payload.h"
#include "submission/set_builder.h"

namespace qcdr {
namespace {

// The row reports in its own name: a set of its own is expected.
bool expected(const ScoreRow& row) {
  return row.reports_as == "both" || row.reports_as == level_of(row);
}

// CMS asks an individual's set for the NPI, which a preview does not show.
constexpr std::uint64_t kUnshownNpi = 1;

submission::SetEntity entity_of(const ScoreRow& row) {
  submission::SetEntity entity;
  if (!row.virtual_group.empty()) {
    entity.kind = submission::EntityKind::kVirtualGroup;
    entity.number = row.virtual_group;
  } else if (!row.group) {
    entity.kind = submission::EntityKind::kIndividual;
    entity.npi = Npi::from_trusted(kUnshownNpi);
  }
  return entity;
}

// The sets as they would go now; none where nothing can be built.
submission::BuiltSets sets_of(const ScoreRow& row) {
  if (row.input.rules == nullptr) return {};
  submission::SetInput input;
  input.accepted = &row.input;
  input.entity = entity_of(row);
  input.withheld = submission::withheld_categories(row.readiness);
  input.chosen = submission::chosen_by_officer(row.input.profile, row.readiness);
  input.activities_period = submission::activities_period(row.activities);
  if (row.interoperability) {
    input.interoperability_period = submission::interoperability_period(*row.interoperability);
    input.cehrt_id = row.interoperability->cehrt_id;
  }
  Result<submission::BuiltSets> built = submission::build_sets(input);
  return built.is_ok() ? std::move(built).value() : submission::BuiltSets();
}

std::string submission_json(const ScoreRow& row, const submission::BuiltSets& built) {
  std::string sets;
  for (const submission::MeasurementSet& set : built.sets) {
    sets += (sets.empty() ? "\n      " : ",\n      ") + submission::set_json(set);
  }
  // CMS knows a virtual group by its number, which is no secret of anybody's.
  const std::string whose = row.virtual_group.empty()
                                ? "\"taxpayerIdentificationNumber\": " + json_text(row.tin)
                                : "\"entityId\": " + json_text(row.virtual_group);
  return fmt::format(
      "{{\"entityType\": \"{}\", {}, \"performanceYear\": {},\n"
      "    \"measurementSets\": [{}]}}",
      level_of(row), whose, row.year.value(), sets);
}

// What was reported and is not in the sets; categories that are withheld are told apart.
std::string excluded_json(const ScoreRow& row, const submission::BuiltSets& built) {
  std::string json;
  for (const submission::Excluded& excluded : built.excluded) {
    if (excluded.reason == submission::Exclusion::kWithheld) continue;
    json += fmt::format(
        "{}{{\"category\": \"{}\", \"measureId\": {}, \"reason\": \"{}\", \"text\": {}, "
        "\"points\": {}}}",
        json.empty() ? "" : ", ", submission::set_category_name(excluded.category, row.year),
        text_or_null(excluded.measure_id), submission::exclusion_name(excluded.reason),
        json_text(std::string(submission::exclusion_words(excluded.reason))),
        excluded.points ? excluded.points->to_string() : std::string("null"));
  }
  return "[" + json + "]";
}

std::string reasons_json(const ScoreRow& row) {
  std::string json = "[";
  for (std::size_t i = 0; i < row.readiness.blocks.size(); ++i) {
    const ledger::Block& block = row.readiness.blocks[i];
    json += fmt::format("{}{{\"reason\": \"{}\", \"text\": {}}}", i == 0 ? "" : ", ",
                        ledger::block_reason_name(block.reason), json_text(block_words(block)));
  }
  return json + "]";
}

// One entry for each category and reason.
std::string withheld_json(const ScoreRow& row) {
  std::string json;
  for (const ledger::Block& block : row.readiness.withheld) {
    for (const std::string& category : category_names(block.categories)) {
      json += fmt::format(
          "{}{{\"category\": \"{}\", \"reason\": \"{}\", \"text\": {}}}", json.empty() ? "" : ", ",
          category, ledger::block_reason_name(block.reason), json_text(withheld_words(block)));
    }
  }
  return "[" + json + "]";
}

std::string why_not(const ScoreRow& row) {
  std::string reasons;
  for (const ledger::Block& block : row.readiness.blocks) {
    reasons += (reasons.empty() ? "" : ", ") + block_words(block);
  }
  for (const ledger::Block& block : row.readiness.withheld) {
    if (row.readiness.blocked_by(block.reason)) continue;  // said of the whole set
    reasons += (reasons.empty() ? "" : ", ") + withheld_words(block);
  }
  return reasons;
}

// How much of a category would go, or that it stays here.
std::string there_text(const submission::BuiltSets& built, submission::SetCategory category) {
  std::size_t measurements = 0;
  for (const submission::MeasurementSet& set : built.sets) {
    if (set.category == category) measurements += set.measurements.size();
  }
  if (measurements > 0) return std::to_string(measurements);
  for (const submission::Excluded& excluded : built.excluded) {
    if (excluded.category == category) return "stays here";
  }
  return "none";
}

// Why a category stays here that nothing blocks.
void add_exclusions(const submission::BuiltSets& built, std::string* reasons) {
  for (const submission::Excluded& excluded : built.excluded) {
    const bool told = excluded.reason == submission::Exclusion::kWithheld;
    if (told || !excluded.measure_id.empty()) continue;
    *reasons += reasons->empty() ? "" : " ";
    *reasons += submission::exclusion_words(excluded.reason);
  }
}

}  // namespace

std::string submission_preview_json(const FirstScreen& screen) {
  std::string json = fmt::format("{{\"asOf\": \"{}\", \"dryRun\": true, \"documents\": [",
                                 screen.as_of.to_string());
  bool first = true;
  for (const ScoreRow& row : screen.rows) {
    if (!expected(row) && row.reports_as != "none") continue;
    const submission::BuiltSets built = sets_of(row);
    json += fmt::format(
        "{}\n  {{\"practice\": {}, \"tin\": {}, \"virtualGroup\": {}, \"clinician\": {}, "
        "\"level\": "
        "\"{}\", "
        "\"willBeSent\": {}, \"reasons\": {}, \"withheld\": {}, \"excluded\": {},\n"
        "   \"submission\": {}}}",
        first ? "" : ",", row.practice.value(),
        row.virtual_group.empty() ? json_text(row.tin) : "null", text_or_null(row.virtual_group),
        row.group ? "null" : json_text(row.clinician), level_of(row), row.will_be_sent,
        reasons_json(row), withheld_json(row), excluded_json(row, built),
        row.will_be_sent ? submission_json(row, built) : std::string("null"));
    first = false;
  }
  return json + "\n]}\n";
}

std::string submission_preview_text(const FirstScreen& screen) {
  TextTable table;
  table.column("TIN");
  table.column("Clinician");
  table.column("Set");
  table.column("Measures", TextTable::Align::kRight);
  table.column("Activities", TextTable::Align::kRight);
  table.column("Interoperability");
  table.column("Why not");
  for (const ScoreRow& row : screen.rows) {
    if (!expected(row) && row.reports_as != "none") continue;
    const submission::BuiltSets built = sets_of(row);
    std::string reasons = why_not(row);
    add_exclusions(built, &reasons);
    table.row({row.tin, who_of(row), row.will_be_sent ? "ready" : "none",
               there_text(built, submission::SetCategory::kQuality),
               there_text(built, submission::SetCategory::kActivities),
               there_text(built, submission::SetCategory::kInteroperability), reasons});
  }
  return banner_text(screen.as_of) + "\n" + table.to_text() +
         "A dry run: nothing is sent. The documents themselves: --json\n";
}

}  // namespace qcdr
