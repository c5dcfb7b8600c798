// The first screen as JSON; docs/command-line.md has its form.
#include <fmt/core.h>

#include "cli/block_words.h"
#include "cli/first_missing_words.h"
#include "cli/first_screen.h"
#include "cli/json_text.h"
#include "cli/range_words.h"
#include "cli/score_receives.h"
#include "cli/to_do.h"

namespace qcdr {
namespace {

constexpr const char* kLineBreak = ",\n";

std::string adjustment_json(const scoring::PaymentAdjustment& adjustment, scoring::Known applies) {
  return fmt::format("{{\"percent\": {}, \"low\": {}, \"high\": {}, \"applies\": \"{}\"}}",
                     adjustment.percent.to_string(), adjustment.low.to_string(),
                     adjustment.high.to_string(), applies_text(applies));
}

std::string score_json(const ledger::StandingScore& score, const scoring::CauseRange& full,
                       scoring::Known applies) {
  const scoring::ScoreSummary& summary = score.summary;
  std::string json = fmt::format("{{\"value\": {}, \"low\": {}, \"high\": {}, \"causes\": [",
                                 summary.final_score.to_string(), summary.low.to_string(),
                                 summary.high.to_string());
  for (std::size_t i = 0; i < score.causes.size(); ++i) {
    const scoring::CauseRange& cause = score.causes[i];
    json += fmt::format("{}{{\"cause\": \"{}\", \"low\": {}, \"high\": {}}}", i == 0 ? "" : ", ",
                        scoring::unknown_name(cause.cause), cause.low.to_string(),
                        cause.high.to_string());
  }
  json += fmt::format(
      "], \"withDataOfOthers\": {{\"low\": {}, \"high\": {}, \"adjustmentLow\": {}, "
      "\"adjustmentHigh\": {}}}, \"categories\": {{",
      full.low.to_string(), full.high.to_string(), full.adjustment_low.to_string(),
      full.adjustment_high.to_string());
  for (std::size_t i = 0; i < scoring::kCategories; ++i) {
    const scoring::CategoryScore& category = summary.categories[i];
    json += fmt::format(
        "{}\"{}\": {{\"percent\": {}, \"weight\": {}, \"points\": {}, "
        "\"unknown\": {}}}",
        i == 0 ? "" : ", ", scoring::category_name(static_cast<scoring::Category>(i)),
        category.percent.to_string(), category.weight, category.points.to_string(),
        category.unknown);
  }
  return json + "}, \"paymentAdjustment\": " + adjustment_json(summary.adjustment, applies) + "}";
}

std::string blocks_json(const ledger::Readiness& readiness) {
  std::string json = "[";
  for (std::size_t i = 0; i < readiness.blocks.size(); ++i) {
    const ledger::Block& block = readiness.blocks[i];
    json += fmt::format(
        "{}{{\"reason\": \"{}\", \"heldLate\": {}, \"refused\": {}, \"closed\": {}, "
        "\"curableUntil\": {}",
        i == 0 ? "" : ", ", ledger::block_reason_name(block.reason), block.held_late, block.refused,
        block.closed, json_instant(ledger::last_second(block.limit.ends)));
    if (block.practice != 0) json += fmt::format(", \"practice\": {}", block.practice);
    if (block.code_count > 0) {
      json += ", \"findings\": [";
      for (std::uint32_t code = 0; code < block.code_count; ++code) {
        json += (code == 0 ? "" : ", ") + json_text(finding_text(block.codes[code]));
      }
      json += "]";
    }
    json += "}";
  }
  return json + "]";
}

std::string withheld_json(const ledger::Readiness& readiness) {
  std::string json = "[";
  for (std::size_t i = 0; i < readiness.withheld.size(); ++i) {
    const ledger::Block& block = readiness.withheld[i];
    json +=
        fmt::format("{}{{\"reason\": \"{}\", \"heldLate\": {}, \"categories\": [",
                    i == 0 ? "" : ", ", ledger::block_reason_name(block.reason), block.held_late);
    bool first = true;
    for (const std::string& name : category_names(block.categories)) {
      json += (first ? "" : ", ") + json_text(name);
      first = false;
    }
    json += "]";
    if (block.practice != 0) json += fmt::format(", \"practice\": {}", block.practice);
    json += "}";
  }
  return json + "]";
}

std::string costs_json(const ledger::Readiness& readiness) {
  std::string json = "[";
  for (std::size_t i = 0; i < readiness.costs.size(); ++i) {
    const ledger::PointCost& cost = readiness.costs[i];
    json += fmt::format("{}{{\"reason\": \"{}\"", i == 0 ? "" : ", ",
                        ledger::cost_reason_name(cost.reason));
    if (cost.measure != nullptr) json += ", \"measureId\": " + json_text(cost.measure->id);
    if (cost.month != 0) json += fmt::format(", \"month\": {}", cost.month);
    if (cost.cases != 0) json += fmt::format(", \"cases\": {}", cost.cases);
    json += fmt::format(", \"pointsAtMost\": {}, \"curableUntil\": {}}}",
                        cost.points_at_most.to_string(),
                        json_instant(ledger::last_second(cost.limit.ends)));
  }
  return json + "]";
}

std::string forecasts_json(const ledger::Readiness& readiness) {
  const auto date = [](const std::optional<LocalDate>& day) {
    return day ? "\"" + day->to_string() + "\"" : std::string("null");
  };
  std::string json = "[";
  for (std::size_t i = 0; i < readiness.forecasts.size(); ++i) {
    const ledger::MeasureForecast& forecast = readiness.forecasts[i];
    json += fmt::format(
        "{}{{\"measureId\": {}, \"cases\": {}, \"caseMinimum\": {}, \"casesToMinimum\": {}, "
        "\"eligible\": {}, \"reported\": {}, \"completeness\": {}, "
        "\"outcomesToCompleteness\": {}, \"casesToCompleteness\": {}, \"reachesMinimumOn\": {}, "
        "\"lastDayToBegin\": {}, \"outOfReach\": {}}}",
        i == 0 ? "" : ", ", json_text(forecast.measure->id), forecast.cases, forecast.case_minimum,
        forecast.cases_to_minimum, forecast.eligible, forecast.reported,
        forecast.completeness.to_string(), forecast.outcomes_to_completeness,
        forecast.cases_to_completeness, date(forecast.reaches_minimum_on),
        date(forecast.last_day_to_begin), forecast.out_of_reach);
  }
  return json + "]";
}

std::string advice_json(const ledger::Readiness& readiness) {
  std::string json = "[";
  for (std::size_t i = 0; i < readiness.advice.size(); ++i) {
    json += fmt::format("{}{{\"kind\": \"{}\"}}", i == 0 ? "" : ", ",
                        ledger::advice_kind_name(readiness.advice[i].kind));
  }
  return json + "]";
}

std::string do_next_json(const ScoreRow& row, Instant as_of) {
  const std::optional<ToDo> next = do_next(row, as_of);
  if (!next) return "null";
  return fmt::format("{{\"text\": {}, \"by\": {}}}", json_text(next->text),
                     json_instant(ledger::last_second(next->by)));
}

// The sets in which data of the row reach CMS.
std::string sent_with_json(const ScoreRow& row) {
  std::string json;
  const auto add = [&json](bool sent, std::string_view set) {
    if (sent) json += (json.empty() ? "" : ", ") + json_text(set);
  };
  const bool in_group_set = !row.group && row.reports_as == "group";
  add(row.will_be_sent && !in_group_set, level_of(row));
  add(row.sent_with_group, "group");
  add(row.sent_with_virtual_group, "virtualGroup");
  return "[" + json + "]";
}

std::string row_start(const ScoreRow& row, Instant as_of) {
  return fmt::format(
      "{{\"practice\": {}, \"performanceYear\": {}, \"level\": \"{}\", \"tin\": {}, "
      "\"virtualGroup\": {}, \"clinician\": {}, \"clinicianType\": {}, \"reportsAs\": \"{}\", "
      "\"willBeSent\": {}, \"sentWith\": {}, \"displacedBy\": {}, "
      "\"sentAsGroup\": {}, \"blocks\": {}, \"withheld\": {}, \"costs\": {}, \"forecasts\": {}, "
      "\"firstMissing\": {}, \"doNext\": {}, "
      "\"consent\": {}, "
      "\"cases\": {{\"counted\": {}, \"held\": {}}}, \"eligibilityList\": {}",
      row.practice.value(), row.year.value(), level_of(row),
      row.virtual_group.empty() ? json_text(row.tin) : "null", text_or_null(row.virtual_group),
      row.group ? "null" : json_text(row.clinician),
      row.group ? "null" : json_text(row.clinician_type), row.reports_as, is_sent(row),
      sent_with_json(row), text_or_null(row.displaced_by), row.sent_as_group,
      blocks_json(row.readiness), withheld_json(row.readiness), costs_json(row.readiness),
      forecasts_json(row.readiness), first_missing_json(row.readiness, as_of),
      do_next_json(row, as_of), json_text(row.consent), row.cases_counted, row.cases_held,
      row.list_date.days() == 0 ? "null" : "\"" + row.list_date.to_string() + "\"");
}

std::string head_json(const FirstScreen& screen) {
  std::string json = fmt::format("{{\"asOf\": \"{}\", \"banner\": {},\n \"nextDeadline\": ",
                                 screen.as_of.to_string(), json_text(banner_text(screen.as_of)));
  if (screen.next_deadline) {
    const NextDeadline& next = *screen.next_deadline;
    const Instant last = ledger::last_second(next.passes_at);
    json +=
        fmt::format("{{\"name\": {}, \"title\": {}, \"until\": {}, {}}}", json_text(next.name),
                    json_text(next.title), json_instant(last), days_left_json(screen.as_of, last));
  } else {
    json += "null";
  }
  json += ", \"dataThrough\": ";
  json += screen.data_through.empty() ? "null" : json_text(screen.data_through);
  json += fmt::format(",\n \"notSent\": {{\"count\": {}, \"of\": {}, \"who\": [",
                      screen.not_sent.size(), screen.clinicians);
  for (std::size_t i = 0; i < screen.not_sent.size(); ++i) {
    const NotSent& who = screen.not_sent[i];
    json +=
        fmt::format("{}{{\"tin\": {}, \"clinician\": {}, \"nothingOpen\": {}, \"reasons\": [",
                    i == 0 ? "" : ", ", json_text(who.tin), json_text(who.who), who.nothing_open);
    for (std::size_t r = 0; r < who.reasons.size(); ++r) {
      json += (r == 0 ? "" : ", ") + json_text(who.reasons[r]);
    }
    json += "]}";
  }
  return json + "]},\n \"rows\": [\n";
}

}  // namespace

std::string row_json(const ScoreRow& row, Instant as_of) {
  return row_start(row, as_of) + ",\n   \"asThingsStand\": " +
         score_json(row.scores.as_things_stand, row.scores.as_things_stand_with_others,
                    row.applies) +
         ",\n   \"ifAllOpenItemsDone\": " +
         score_json(row.scores.if_all_open_items_done,
                    row.scores.if_all_open_items_done_with_others, row.applies) +
         ",\n   \"receives\": " + receives_json(row) + "}";
}

std::string score_list_json(const FirstScreen& screen) {
  std::string json = head_json(screen);
  for (std::size_t i = 0; i < screen.rows.size(); ++i) {
    json += (i == 0 ? "  " : ",\n  ") + row_json(screen.rows[i], screen.as_of);
  }
  return json + "\n ]}\n";
}

std::string readiness_json(const FirstScreen& screen) {
  std::string json = fmt::format("{{\"asOf\": \"{}\", \"rows\": [\n", screen.as_of.to_string());
  for (std::size_t i = 0; i < screen.rows.size(); ++i) {
    const ScoreRow& row = screen.rows[i];
    json += i == 0 ? "" : kLineBreak;
    json +=
        "  " + row_start(row, screen.as_of) + ", \"advice\": " + advice_json(row.readiness) + "}";
  }
  return json + "\n ]}\n";
}

}  // namespace qcdr
