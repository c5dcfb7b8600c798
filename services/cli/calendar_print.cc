#include "cli/calendar_print.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/exit_code.h"
#include "cli/json_writer.h"
#include "cli/output.h"
#include "rulebook/rulebook.h"
#include "rulebook/year_difference.h"

namespace qcdr {
namespace {

using rulebook::CalendarRule;
using rulebook::CalendarWindow;
using rulebook::Deadline;
using rulebook::YearRules;

std::string meaning_of(const CalendarRule& rule) {
  std::string text;
  const auto add = [&text](const char* what, const std::string& deadline) {
    if (deadline.empty()) return;
    text.append(text.empty() ? "" : ", ").append(what).append(" after ").append(deadline);
  };
  add("milestone missed", rule.milestone_missed_after);
  add("held", rule.late_held_after);
  add("refused", rule.rejected_after);
  return text.empty() ? "never late" : text;
}

std::string condition_of(const CalendarRule& rule) {
  if (rule.corrections_only) return " (corrections)";
  if (rule.service_month_first == 0) return {};
  return " (service in months " + std::to_string(rule.service_month_first) + " to " +
         std::to_string(rule.service_month_last) + ")";
}

std::string calendar_text(const YearRules& rules) {
  std::string text = rules.registry().title + ", " + std::to_string(rules.year().value()) + "\n";
  for (const Deadline& deadline : rules.deadlines()) {
    text += "until   " + deadline.local_time + "  " + deadline.name + ": " + deadline.title +
            "\n        " + rulebook::citation_text(deadline.citation) + "\n";
  }
  for (const CalendarRule& rule : rules.calendar()) {
    text += "kind    " + rule.kind + condition_of(rule) + ": " + meaning_of(rule) + "\n";
  }
  for (const CalendarWindow& window : rules.windows()) {
    text += "window  " + window.local_time + "  " + window.name + ": " + window.title;
    if (!window.announced.empty()) text += ", announced " + window.announced;
    text += "\n        " + rulebook::citation_text(window.citation) + "\n";
  }
  return text;
}

void add_citation(const rulebook::Citation& citation, JsonWriter* json) {
  json->field("citation", citation.title);
  json->field("href", citation.href);
  json->field("confidence", rulebook::confidence_name(citation.confidence));
}

void add_deadlines(const YearRules& rules, JsonWriter* json) {
  json->key("deadlines");
  json->begin_array();
  for (const Deadline& deadline : rules.deadlines()) {
    json->begin_object();
    json->field("name", deadline.name);
    json->field("title", deadline.title);
    json->field("lastSecond", deadline.local_time);
    json->field("passesAt", deadline.passes_at.to_string());
    add_citation(deadline.citation, json);
    json->end_object();
  }
  json->end_array();
}

void add_rules(const YearRules& rules, JsonWriter* json) {
  json->key("rules");
  json->begin_array();
  for (const CalendarRule& rule : rules.calendar()) {
    json->begin_object();
    json->field("name", rule.name);
    json->field("kind", rule.kind + condition_of(rule));
    json->field("meaning", meaning_of(rule));
    add_citation(rule.citation, json);
    json->end_object();
  }
  json->end_array();
}

void add_windows(const YearRules& rules, JsonWriter* json) {
  json->key("windows");
  json->begin_array();
  for (const CalendarWindow& window : rules.windows()) {
    json->begin_object();
    json->field("name", window.name);
    json->field("title", window.title);
    json->field("opens", window.opens_at.to_string());
    json->field("closes", window.closes_at.to_string());
    if (!window.announced.empty()) json->field("announced", window.announced);
    add_citation(window.citation, json);
    json->end_object();
  }
  json->end_array();
}

Status print_calendar(int year, bool as_json) {
  const YearRules* rules = rulebook::Rulebook::built_in().find_year(PerformanceYear(year));
  if (rules == nullptr || rules->calendar().empty()) {
    return Status(ErrorCode::kNotFound, "there is no calendar of " + std::to_string(year));
  }
  if (!as_json) {
    std::fputs(calendar_text(*rules).c_str(), stdout);
    return Status::ok();
  }
  JsonWriter json;
  json.begin_object();
  json.field("registry", rules->registry().name);
  json.field("performanceYear", std::int64_t{year});
  add_deadlines(*rules, &json);
  add_rules(*rules, &json);
  add_windows(*rules, &json);
  json.end_object();
  std::fputs(json.take().c_str(), stdout);
  return Status::ok();
}

}  // namespace

void add_calendar_command(CLI::App& rulebook, int* exit_code) {
  CLI::App* calendar =
      rulebook.add_subcommand("calendar", "The registry's dates of a year, with their sources");
  auto year = std::make_shared<int>(0);
  auto json = std::make_shared<bool>(false);
  calendar->add_option("year", *year, "Performance year")->required();
  calendar->add_flag("--json", *json, "JSON on standard output");
  calendar->footer("Example:\n  qcdr rulebook calendar 2024");
  calendar->callback(
      [year, json, exit_code] { *exit_code = report(print_calendar(*year, *json)); });
}

}  // namespace qcdr
