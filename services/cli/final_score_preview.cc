#include "cli/final_score_preview.h"

#include <fmt/core.h>

#include "cli/json_writer.h"
#include "cli/range_words.h"
#include "cli/score_receives.h"
#include "cli/text_table.h"
#include "rulebook/rulebook.h"
#include "scoring/score_tree.h"

namespace qcdr {
namespace {

constexpr std::uint8_t kOptIn = 1;

// Counts are the own matter of whose score it is: a clinician sees rates of the group's, and the
// administrators of a TIN those of a virtual group that it belongs to.
bool shows_counts(const AskedRow& asked) {
  const ScoreRow& from = *asked.projected().from;
  const bool asked_itself = from.entity_id == asked.row().entity_id;
  switch (asked.sight()) {
    case review::Sight::kRegistry:
      return true;
    case review::Sight::kAdministrator:
      return asked_itself || from.virtual_group.empty();
    default:
      return asked_itself;
  }
}

struct ShownActivity {
  const rulebook::Activity* activity = nullptr;
  Decimal points;
};

std::vector<ShownActivity> activities_of(const ProjectedScore& projected) {
  std::vector<ShownActivity> shown;
  const scoring::ScoreTree tree = scoring::explain(projected.input, projected.summary);
  const rulebook::YearRules& rules = *projected.input.rules->year_rules;
  for (const scoring::ScoreNode& category : tree.total.parts) {
    if (category.name != scoring::category_name(scoring::Category::kActivities)) continue;
    for (const scoring::ScoreNode& original : category.original) {
      for (const scoring::ScoreNode& part : original.parts) {
        const rulebook::Activity* activity = rules.find_activity(part.name);
        if (activity != nullptr) shown.push_back({activity, part.value});
      }
    }
  }
  return shown;
}

std::string rulebook_digest() {
  return hex(view(rulebook::Rulebook::built_in().digest()));
}

std::string level_words(const ScoreRow& from) {
  if (!from.virtual_group.empty()) return "the virtual group " + from.virtual_group;
  return from.group ? "the group (" + from.tin + ")" : "the clinician's own data";
}

std::string categories_text(const scoring::ScoreSummary& summary) {
  TextTable table;
  table.column("Category");
  for (const char* title : {"Percent", "Weight", "Points"}) {
    table.column(title, TextTable::Align::kRight);
  }
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const scoring::CategoryScore& category = summary.categories[i];
    table.row({std::string(scoring::category_name(static_cast<scoring::Category>(i))),
               category.percent.to_fixed(2), std::to_string(category.weight) + " %",
               category.points.to_fixed(2)});
  }
  return table.to_text();
}

std::string measures_text(const AskedRow& asked) {
  const scoring::ScoreSummary& summary = asked.projected().summary;
  const bool counts = shows_counts(asked);
  TextTable table;
  table.column("Measure");
  if (counts) {
    for (const char* title : {"Met", "Not met", "Exceptions", "Eligible"}) {
      table.column(title, TextTable::Align::kRight);
    }
  }
  for (const char* title : {"Rate", "Reported", "Points"}) {
    table.column(title, TextTable::Align::kRight);
  }
  table.column("Counts");
  table.column("Title");
  for (std::size_t i = 0; i < summary.measures.size(); ++i) {
    const scoring::MeasureScore& score = summary.measures[i];
    if (score.basis == scoring::PointsBasis::kNotSubmitted) continue;
    const scoring::MeasureInput& input = asked.projected().input.measures[i];
    std::vector<std::string> cells = {score.measure->id};
    if (counts) {
      for (const std::int64_t count : {input.performance_met, input.performance_not_met,
                                       input.exception, input.eligible_population}) {
        cells.push_back(std::to_string(count));
      }
    }
    cells.push_back(score.has_performance_rate ? score.performance_rate.to_fixed(2) : "none");
    cells.push_back(score.reporting_rate.to_fixed(2));
    cells.push_back(score.points.to_fixed(2));
    cells.emplace_back(score.picked ? "yes" : "no");
    cells.push_back(score.measure->title);
    table.row(std::move(cells));
  }
  return table.to_text();
}

void categories_json(const scoring::ScoreSummary& summary, JsonWriter* json) {
  json->key("categories");
  json->begin_array();
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const scoring::CategoryScore& category = summary.categories[i];
    json->begin_object();
    json->field("category", scoring::category_name(static_cast<scoring::Category>(i)));
    json->key("percent");
    json->raw(category.percent.to_string());
    json->field("weight", std::int64_t{category.weight});
    json->key("points");
    json->raw(category.points.to_string());
    json->flag("unknown", category.unknown);
    json->end_object();
  }
  json->end_array();
}

void measure_json(const scoring::MeasureScore& score, const scoring::MeasureInput& input,
                  bool counts, JsonWriter* json) {
  json->begin_object();
  json->field("measureId", score.measure->id);
  json->field("title", score.measure->title);
  json->key("performanceRate");
  json->raw(score.has_performance_rate ? score.performance_rate.to_string() : "null");
  json->key("reportingRate");
  json->raw(score.reporting_rate.to_string());
  if (counts) {
    json->field("performanceMet", input.performance_met);
    json->field("performanceNotMet", input.performance_not_met);
    json->field("exceptions", input.exception);
    json->field("eligiblePopulation", input.eligible_population);
  }
  json->key("points");
  json->raw(score.points.to_string());
  json->flag("counts", score.picked);
  json->end_object();
}

void measures_json(const AskedRow& asked, JsonWriter* json) {
  const scoring::ScoreSummary& summary = asked.projected().summary;
  json->key("measures");
  json->begin_array();
  for (std::size_t i = 0; i < summary.measures.size(); ++i) {
    if (summary.measures[i].basis == scoring::PointsBasis::kNotSubmitted) continue;
    measure_json(summary.measures[i], asked.projected().input.measures[i], shows_counts(asked),
                 json);
  }
  json->end_array();
  json->key("activities");
  json->begin_array();
  for (const ShownActivity& each : activities_of(asked.projected())) {
    json->begin_object();
    json->field("activityId", each.activity->id);
    json->field("title", each.activity->title);
    json->key("points");
    json->raw(each.points.to_string());
    json->end_object();
  }
  json->end_array();
}

std::string highest_text(const ScoreRow& row, const ProjectedScore& projected) {
  if (row.group) return "";
  if (!row.receives) {
    return "Highest score attributable: none among what this registry holds will be sent.\n";
  }
  return fmt::format("Highest score attributable, among what this registry holds: {}, from {}\n",
                     row.receives->final_score.to_fixed(2), level_words(*projected.from)) +
         receives_text(row);
}

}  // namespace

std::string_view preview_disclaimer() {
  return "This is projected from what this registry holds. CMS's own score rests on data and "
         "rules that are not known here, can differ, and can change after CMS shows it. Questions "
         "on CMS's score go to the Quality Payment Program, those on this page to the registry.";
}

std::string_view election_state(const ledger::OptInElection& election) {
  if (election.election == 0) return "none";
  return election.final() ? "final" : "waitsForConfirmation";
}

std::string election_words(const ledger::OptInElection& election) {
  if (election.election == 0) return "none";
  const std::string what = election.election == kOptIn ? "opts in, with a payment adjustment"
                                                       : "reports voluntarily, without one";
  return election.final()
             ? what + "; confirmed twice, irrevocable"
             : what + "; waits for the second confirmation, after which it is irrevocable";
}

std::string final_score_preview_text(AskedRow& asked, const PreviewFacts& facts) {
  const ScoreRow& row = asked.row();
  const ProjectedScore& projected = asked.projected();
  const scoring::ScoreSummary& summary = projected.summary;
  const rulebook::YearRules& rules = *projected.input.rules->year_rules;
  std::string text = banner_text(asked.view().as_of()) + "\n";
  text += fmt::format("{}\nRules {} of {}, benchmarks {}.\n\n", preview_disclaimer(),
                      rulebook_digest().substr(0, 12), row.year.value(),
                      rules.benchmark_version().empty() ? "none" : rules.benchmark_version());
  text += fmt::format("{}  {}\n", row.tin, who_of(row));
  text += highest_text(row, projected);
  text += fmt::format("Projected final score as things stand: {}, range {} to {}, from {}\n\n",
                      summary.final_score.to_fixed(2), summary.low.to_fixed(2),
                      summary.high.to_fixed(2), level_words(*projected.from));
  text += categories_text(summary);
  text += fmt::format("Points for complex patients: {} (CMS computes them; 0 to {})\n\n",
                      summary.complex_patient_bonus.to_fixed(2),
                      projected.input.rules->complex_patient_bonus_maximum.to_string());
  text += measures_text(asked);
  const auto activities = activities_of(projected);
  if (!activities.empty()) text += "\n";
  for (const ShownActivity& each : activities) {
    text += fmt::format("{}  {} points  {}\n", each.activity->id, each.points.to_fixed(2),
                        each.activity->title);
  }
  text += "\nOpt-in election: " + election_words(facts.election) + "\n";
  if (facts.acknowledged) {
    text +=
        "That this can change was acknowledged by the user: " + facts.acknowledged->to_string() +
        "\n";
  }
  return text;
}

std::string final_score_preview_json(AskedRow& asked, const PreviewFacts& facts) {
  const ScoreRow& row = asked.row();
  const ProjectedScore& projected = asked.projected();
  const scoring::ScoreSummary& summary = projected.summary;
  const rulebook::YearRules& rules = *projected.input.rules->year_rules;
  JsonWriter json;
  json.begin_object();
  json.flag("projected", true);
  json.field("asOf", asked.view().as_of().to_string());
  json.field("banner", banner_text(asked.view().as_of()));
  json.field("disclaimer", preview_disclaimer());
  json.field("performanceYear", std::int64_t{row.year.value()});
  json.field("rulebookDigest", rulebook_digest());
  json.field("benchmarks", rules.benchmark_version());
  json.field("practice", std::int64_t{row.practice.value()});
  json.field("tin", row.tin);
  json.key("clinician");
  if (row.group) {
    json.null();
  } else {
    json.text(row.clinician);
  }
  json.field("sight", review::sight_name(asked.sight()));
  json.key("acknowledgedAt");
  if (facts.acknowledged) {
    json.text(facts.acknowledged->to_string());
  } else {
    json.null();
  }
  json.key("highestAttributable");
  json.raw(receives_json(row));
  json.field("from", level_of(*projected.from));
  json.key("finalScore");
  json.raw(fmt::format("{{\"value\": {}, \"low\": {}, \"high\": {}}}",
                       summary.final_score.to_string(), summary.low.to_string(),
                       summary.high.to_string()));
  categories_json(summary, &json);
  json.key("complexPatientBonus");
  json.raw(summary.complex_patient_bonus.to_string());
  measures_json(asked, &json);
  json.key("optInElection");
  json.begin_object();
  json.field("state", election_state(facts.election));
  json.field("election", facts.election.election == 0        ? "none"
                         : facts.election.election == kOptIn ? "optIn"
                                                             : "voluntary");
  json.flag("irrevocable", facts.election.final());
  json.end_object();
  json.end_object();
  return json.take();
}

}  // namespace qcdr
