#include "cli/submission_preview.h"

#include <fmt/core.h>

#include "cli/block_words.h"
#include "cli/json_text.h"
#include "cli/range_words.h"
#include "cli/text_table.h"

namespace qcdr {
namespace {

// The row reports in its own name: a set of its own is expected.
bool expected(const ScoreRow& row) {
  return row.reports_as == "both" || row.reports_as == level_of(row);
}

std::string counts_json(std::int64_t met, std::int64_t not_met, std::int64_t exclusion,
                        std::int64_t exception, std::int64_t eligible) {
  return fmt::format(
      "\"performanceMet\": {}, \"performanceNotMet\": {}, \"eligiblePopulationExclusion\": {}, "
      "\"eligiblePopulationException\": {}, \"eligiblePopulation\": {}",
      met, not_met, exclusion, exception, eligible);
}

std::string strata_json(const scoring::ScoreInput& input, const rulebook::Measure* measure) {
  std::string json;
  for (const scoring::StratumInput& stratum : input.strata) {
    if (stratum.measure != measure) continue;
    json +=
        fmt::format("{}{{\"stratum\": {}, {}}}", json.empty() ? "" : ", ",
                    json_text(measure->strata[stratum.stratum]),
                    counts_json(stratum.performance_met, stratum.performance_not_met,
                                stratum.exclusion, stratum.exception, stratum.eligible_population));
  }
  return json;
}

std::string measure_json(const scoring::ScoreInput& input, const scoring::MeasureInput& measure,
                         const scoring::MeasureScore& score) {
  std::string value = "\"isEndToEndReported\": false";
  const std::string strata = strata_json(input, measure.measure);
  if (strata.empty()) {
    value += ", " + counts_json(measure.performance_met, measure.performance_not_met,
                                measure.exclusion, measure.exception, measure.eligible_population);
  }
  if (measure.measure->registry_measure && score.has_performance_rate) {
    value += ", \"performanceRate\": " + score.performance_rate.to_string();
  }
  if (!strata.empty()) value += ", \"strata\": [" + strata + "]";
  return fmt::format("{{\"measureId\": {}, \"value\": {{{}}}}}", json_text(measure.measure->id),
                     value);
}

std::string set_json(const char* category, int year, const std::string& measurements) {
  return fmt::format(
      "{{\"category\": \"{}\", \"submissionMethod\": \"registry\", \"programName\": \"mips\", "
      "\"performanceStart\": \"{}-01-01\", \"performanceEnd\": \"{}-12-31\",\n"
      "       \"measurements\": [{}]}}",
      category, year, year, measurements);
}

std::string quality_json(const ScoreRow& row) {
  std::string measurements;
  for (std::size_t i = 0; i < row.input.measures.size(); ++i) {
    const scoring::MeasureScore& score = row.summary.measures[i];
    if (score.basis == scoring::PointsBasis::kNotSubmitted) continue;
    measurements += (measurements.empty() ? "\n        " : ",\n        ") +
                    measure_json(row.input, row.input.measures[i], score);
  }
  return measurements;
}

std::string activities_json(const ScoreRow& row) {
  std::string measurements;
  for (const rulebook::Activity* activity : row.input.activities) {
    measurements += fmt::format("{}{{\"measureId\": {}, \"value\": true}}",
                                measurements.empty() ? "" : ", ", json_text(activity->id));
  }
  return measurements;
}

std::string interoperability_json(const ScoreRow& row) {
  std::string measurements;
  for (const scoring::InteroperabilityInput& reported : row.input.interoperability.rows) {
    measurements += measurements.empty() ? "" : ", ";
    measurements += "{\"measureId\": " + json_text(reported.measure->id) + ", \"value\": ";
    if (reported.denominator > 0) {
      measurements += fmt::format("{{\"numerator\": {}, \"denominator\": {}}}}}",
                                  reported.numerator, reported.denominator);
    } else {
      measurements += reported.attested ? "true}" : "false}";
    }
  }
  return measurements;
}

std::string submission_json(const ScoreRow& row) {
  const int year = row.year.value();
  std::string sets;
  const ledger::CategoryBits withheld = row.readiness.withheld_now();
  const auto add = [&](const char* category, ledger::CategoryBits bit,
                       const std::string& measurements) {
    if ((withheld & bit) != 0 || measurements.empty()) return;
    sets += (sets.empty() ? "\n      " : ",\n      ") + set_json(category, year, measurements);
  };
  add("quality", ledger::kQualityBit, quality_json(row));
  add("ia", ledger::kActivitiesBit, activities_json(row));
  add("pi", ledger::kInteroperabilityBit, interoperability_json(row));
  // CMS knows a virtual group by its number, which is no secret of anybody's.
  const std::string whose = row.virtual_group.empty()
                                ? "\"taxpayerIdentificationNumber\": " + json_text(row.tin)
                                : "\"entityId\": " + json_text(row.virtual_group);
  return fmt::format(
      "{{\"entityType\": \"{}\", {}, \"performanceYear\": {},\n"
      "    \"measurementSets\": [{}]}}",
      level_of(row), whose, year, sets);
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

// What there is of a category, or that it stays here.
std::string there_text(const ScoreRow& row, ledger::CategoryBits bit, std::string what) {
  return (row.readiness.withheld_now() & bit) != 0 ? "stays here" : what;
}

}  // namespace

std::string submission_preview_json(const FirstScreen& screen) {
  std::string json = fmt::format("{{\"asOf\": \"{}\", \"dryRun\": true, \"documents\": [",
                                 screen.as_of.to_string());
  bool first = true;
  for (const ScoreRow& row : screen.rows) {
    if (!expected(row) && row.reports_as != "none") continue;
    json += fmt::format(
        "{}\n  {{\"practice\": {}, \"tin\": {}, \"virtualGroup\": {}, \"clinician\": {}, "
        "\"level\": "
        "\"{}\", "
        "\"willBeSent\": {}, \"reasons\": {}, \"withheld\": {},\n   \"submission\": {}}}",
        first ? "" : ",", row.practice.value(),
        row.virtual_group.empty() ? json_text(row.tin) : "null", text_or_null(row.virtual_group),
        row.group ? "null" : json_text(row.clinician), level_of(row), row.will_be_sent,
        reasons_json(row), withheld_json(row),
        row.will_be_sent ? submission_json(row) : std::string("null"));
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
    table.row({row.tin, who_of(row), row.will_be_sent ? "ready" : "none",
               there_text(row, ledger::kQualityBit, std::to_string(row.input.measures.size())),
               there_text(row, ledger::kActivitiesBit, std::to_string(row.input.activities.size())),
               there_text(row, ledger::kInteroperabilityBit,
                          row.input.interoperability.reported ? "yes" : "no"),
               why_not(row)});
  }
  return banner_text(screen.as_of) + "\n" + table.to_text() +
         "A dry run: nothing is sent. The documents themselves: --json\n";
}

}  // namespace qcdr
